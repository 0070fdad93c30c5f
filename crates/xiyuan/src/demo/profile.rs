//! What a demo city looks like, as data (`profile.toml`): shapes of fields, values of benchmarks, stories of parks.
//!
//! Nothing of it enters a judgement. Fields it does not name get a value by their type, unit and range; ids that the
//! policy package does not have are without effect.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The profile.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name of the city.
    pub city: String,
    /// Share of enterprises that are in a park.
    pub members_permille: u32,
    /// Share of members that came from another park.
    pub movers_permille: u32,
    /// Share of other enterprises that left a park and closed.
    pub closed_permille: u32,
    /// Share of members that correct their latest filing.
    pub corrected_permille: u32,
    /// Share of answers that are left out where a field is not required.
    pub optional_missing_permille: u32,
    /// Growth from year to year.
    pub growth_permille: [i64; 2],
    /// Shapes by field id.
    pub shapes: BTreeMap<String, Shape>,
    /// Values by benchmark id.
    pub benchmarks: BTreeMap<String, BenchmarkValues>,
    /// Stories of parks, taken in turn.
    pub stories: Vec<Story>,
}

/// How a field's value is made up. Exactly one of the ways is given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Shape {
    /// Median in the field's unit, times the subject's size.
    pub median: Option<i64>,
    /// Another field of the same form times a factor from `ppm`.
    pub of: Option<String>,
    /// Factor in millionths.
    pub ppm: [i64; 2],
    /// Added to it, in the field's unit.
    pub plus: i64,
    /// Even between two numbers in the field's unit.
    pub range: Option<[i64; 2]>,
    /// Yes with this chance.
    pub yes_permille: Option<u32>,
    /// Yes when this field …
    pub when: Option<String>,
    /// … is at least this, in its unit.
    pub at_least: i64,
    /// One of these.
    pub texts: Vec<String>,
    /// Left out with this chance.
    pub missing_permille: u32,
}

/// Demo values of a benchmark, newest year first; a year without one has none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenchmarkValues {
    /// Values in the benchmark's unit.
    pub values: Vec<String>,
}

/// How much of the facts or the evidence is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Share {
    /// Everything.
    #[default]
    All,
    /// Two of three.
    Some,
    /// Nothing.
    None,
}

/// What is told about a park.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Story {
    /// Id, for tests and messages.
    pub id: String,
    /// Number of members against the mean.
    pub members_permille: u32,
    /// Share of members of the leading industry.
    pub leading_permille: u32,
    /// Size of those against the others.
    pub leading_size_permille: u32,
    /// Size of the first leading member, when it is a giant.
    pub giant_permille: Option<u32>,
    /// Each leading member has a twin with the same figures among the others.
    pub twins: bool,
    /// Members, from the last one, that did not file the latest year.
    pub unfiled: usize,
    /// Fields that the last leading member, a small one, leaves out in the latest year.
    pub blank: Vec<String>,
    /// The park's own form of the latest year is missing.
    pub park_unfiled: bool,
    /// Facts judged.
    pub facts: Share,
    /// Evidence there.
    pub evidence: Share,
    /// Recognised already.
    pub recognised: bool,
    /// What leading members filed at first, against what is right.
    pub first_filed_permille: u32,
    /// Share of leading members that correct it.
    pub corrected_permille: u32,
    /// Shapes that differ.
    pub shapes: BTreeMap<String, Shape>,
}

impl Default for Story {
    fn default() -> Self {
        Self {
            id: String::new(),
            members_permille: 1000,
            leading_permille: 660,
            leading_size_permille: 1700,
            giant_permille: None,
            twins: false,
            unfiled: 0,
            blank: Vec::new(),
            park_unfiled: false,
            facts: Share::All,
            evidence: Share::All,
            recognised: true,
            first_filed_permille: 1000,
            corrected_permille: 0,
            shapes: BTreeMap::new(),
        }
    }
}

/// The profile that comes with the program.
pub fn built_in() -> Result<Profile, toml::de::Error> {
    toml::from_str(include_str!("profile.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profile_is_well_formed_and_names_each_story_once() {
        let profile = built_in().expect("the built-in profile");
        let mut ids: Vec<&str> = profile.stories.iter().map(|story| story.id.as_str()).collect();
        let stories = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), stories);
        for (id, shape) in &profile.shapes {
            let ways = [
                shape.median.is_some(),
                shape.of.is_some(),
                shape.range.is_some(),
                shape.yes_permille.is_some(),
                shape.when.is_some(),
                !shape.texts.is_empty(),
            ];
            assert_eq!(ways.into_iter().filter(|way| *way).count(), 1, "{id}");
        }
    }
}
