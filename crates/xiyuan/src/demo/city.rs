//! The plan of a demo city: who is where, of which size and industry, and what each park's story is. Pure: the same
//! package and options give the same plan. Figures are made later, one filing at a time, so that large cities fit.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::{Date, date};
use xiyuan_policy::package::{FieldType, Origin, Package};

use super::dice::Dice;
use super::figures::{Subject, leaves};
use super::names::{self, EnterpriseNames};
use super::profile::{Profile, Story};

/// How large, from which seed, for which years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Seed.
    pub seed: u64,
    /// Number of parks.
    pub parks: usize,
    /// Number of enterprises.
    pub enterprises: usize,
    /// Years, ascending, the latest last.
    pub years: Vec<i16>,
}

/// A code with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// A park.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkPlan {
    /// Name.
    pub name: String,
    /// Short code.
    pub code: String,
    /// Name of its operator.
    pub operator: String,
    /// Position of its district.
    pub district: usize,
    /// Position of its leading industry.
    pub industry: usize,
    /// Position of its story.
    pub story: usize,
    /// Members in the latest year, as positions of enterprises.
    pub members: Range<usize>,
    /// How many of them, from the first, are of the leading industry.
    pub leading: usize,
    /// First day of its leading industry.
    pub since: Date,
    /// Day of recognition.
    pub recognised_on: Option<Date>,
}

/// An enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnterprisePlan {
    /// Position of its district.
    pub district: usize,
    /// Position of its leading industry.
    pub industry: usize,
    /// The industry it had before `turned_on`.
    pub industry_before: Option<usize>,
    /// Seed of its figures.
    pub figure_key: u64,
    /// Size in thousandths.
    pub size: u32,
    /// Park it is in.
    pub park: Option<usize>,
    /// First day there.
    pub joined: Date,
    /// Park it was in before (a mover), or left when it closed.
    pub park_before: Option<usize>,
    /// What it filed at first for the latest year, in thousandths of what is right.
    pub first_filed_permille: u32,
}

impl EnterprisePlan {
    /// Closed before the latest year.
    pub fn is_closed(&self) -> bool {
        self.park.is_none() && self.park_before.is_some()
    }
}

/// The plan.
#[derive(Clone, Debug)]
pub struct City {
    /// Options.
    pub options: Options,
    /// Profile.
    pub profile: Profile,
    /// Districts.
    pub districts: Vec<Code>,
    /// Departments that the package's clauses and benchmarks name.
    pub departments: Vec<String>,
    /// Leading industries.
    pub industries: Vec<Code>,
    /// Parks.
    pub parks: Vec<ParkPlan>,
    /// Enterprises; members of a park stand together.
    pub enterprises: Vec<EnterprisePlan>,
}

/// Corrections at most, each is a commit's row of its own.
const MOST_CORRECTIONS: usize = 400;
/// Size of the small member that leaves a field out, and of members that did not file.
const SMALL: u32 = 90;
const MODEST: u32 = 500;

impl City {
    /// Plans a city.
    pub fn plan(package: &Package, profile: Profile, options: Options) -> Self {
        let districts = registry_codes(package, "district");
        let industries = registry_codes(package, "leading_industry");
        let mut city = Self {
            departments: departments(package),
            districts: or_one(districts, &profile.city),
            industries: or_one(industries, "示例产业"),
            parks: Vec::with_capacity(options.parks),
            enterprises: Vec::with_capacity(options.enterprises),
            options,
            profile,
        };
        city.plan_parks();
        city.plan_members();
        city.plan_others();
        city.limit_corrections();
        city
    }

    /// A park's story.
    pub fn story(&self, park: usize) -> &Story {
        &self.profile.stories[self.parks[park].story]
    }

    /// The latest year.
    pub fn latest_year(&self) -> i16 {
        self.options.years.last().copied().unwrap_or_default()
    }

    /// Last day in the park before, for movers and closed ones; also the day on which industries turned.
    pub fn turn(&self) -> Date {
        Date::new(self.latest_year() - 1, 6, 30).unwrap_or(Date::MIN)
    }

    /// Name of an enterprise.
    pub fn enterprise_name(&self, names: &EnterpriseNames, position: usize) -> String {
        names.name(&self.districts[self.enterprises[position].district].name, position)
    }

    /// Whose figures, for an enterprise.
    pub fn enterprise(&self, position: usize) -> Subject {
        let plan = &self.enterprises[position];
        let mut dice = Dice::of(&[plan.figure_key, 3]);
        let growth_permille = dice.between(self.profile.growth_permille);
        Subject { key: plan.figure_key, size: plan.size, growth_permille }
    }

    /// Whose figures, for a park.
    pub fn park(&self, position: usize) -> Subject {
        let key = self.key(4, position);
        let growth_permille = Dice::of(&[key, 3]).between(self.profile.growth_permille);
        Subject { key, size: 1000, growth_permille }
    }

    /// Whether an enterprise filed for a year.
    pub fn has_filed(&self, position: usize, year: i16) -> bool {
        let plan = &self.enterprises[position];
        if plan.is_closed() {
            return year < self.turn().year();
        }
        let Some(park) = plan.park.filter(|_| year == self.latest_year()) else { return true };
        let members = &self.parks[park].members;
        position < members.end - self.story(park).unfiled.min(members.len() / 2)
    }

    /// Fields that an enterprise leaves out of its filing for a year.
    pub fn left_out(&self, position: usize, year: i16) -> &[String] {
        match self.enterprises[position].park {
            Some(park) if year == self.latest_year() && self.is_last_leading(park, position) => {
                &self.story(park).blank
            }
            _ => &[],
        }
    }

    fn is_last_leading(&self, park: usize, position: usize) -> bool {
        let plan = &self.parks[park];
        plan.leading > 0 && position == plan.members.start + plan.leading - 1
    }

    fn key(&self, stream: u64, position: usize) -> u64 {
        Dice::of(&[self.options.seed, stream, position as u64]).draw()
    }

    fn plan_parks(&mut self) {
        let stories = &self.profile.stories;
        let in_parks = self.options.enterprises as u64 * u64::from(self.profile.members_permille) / 1000;
        let weight = |park: usize| {
            let mut dice = Dice::of(&[self.options.seed, 1, park as u64]);
            let blur = 850 + dice.below(301);
            u64::from(stories[park % stories.len()].members_permille) * blur
        };
        let all: u64 = (0..self.options.parks).map(weight).sum();
        let mut start = 0;
        for park in 0..self.options.parks {
            let story = &stories[park % stories.len()];
            let mut count = usize::try_from(in_parks * weight(park) / all.max(1)).unwrap_or(0);
            if story.twins {
                count -= count % 2;
            }
            let leading = count * story.leading_permille as usize / 1000;
            let mut dice = Dice::of(&[self.options.seed, 2, park as u64]);
            let industry = (park * 5 + dice.index(3)) % self.industries.len();
            let since = day(2014 + dice.between([0, 4]), 1 + dice.between([0, 11]));
            let recognised_on = story.recognised.then(|| date(2024, 6, 18));
            self.parks.push(ParkPlan {
                name: names::park(park, &self.industries[industry].name),
                code: format!("YS{:03}", park + 1),
                operator: names::operator(park),
                district: park * 3 % self.districts.len(),
                industry,
                story: park % stories.len(),
                members: start..start + count,
                leading,
                since,
                recognised_on,
            });
            start += count;
        }
    }

    fn plan_members(&mut self) {
        for park in 0..self.parks.len() {
            let plan = self.parks[park].clone();
            let story = self.story(park).clone();
            for (slot, position) in plan.members.clone().enumerate() {
                let mut dice = Dice::of(&[self.options.seed, 5, position as u64]);
                let is_leading = slot < plan.leading;
                let twin = if story.twins && !is_leading { position - plan.leading } else { position };
                let mut size = Dice::of(&[self.options.seed, 6, twin as u64]).size();
                if is_leading || story.twins {
                    size = size / 100 * story.leading_size_permille / 10;
                }
                match story.giant_permille {
                    Some(giant) if slot == 0 => size = giant,
                    _ => {}
                }
                if !story.blank.is_empty() && self.is_last_leading(park, position) {
                    size = SMALL;
                }
                if position >= plan.members.end - story.unfiled.min(plan.members.len() / 2) {
                    size = MODEST;
                }
                let other =
                    (plan.industry + 1 + dice.index(self.industries.len() - 1)) % self.industries.len();
                let has_turned = !is_leading && dice.chance(25);
                let is_mover = self.parks.len() > 1 && dice.chance(self.profile.movers_permille);
                let from = (park + 1 + dice.index(self.parks.len().saturating_sub(1))) % self.parks.len();
                let other_district = dice.index(self.districts.len());
                let enterprise = EnterprisePlan {
                    district: if dice.chance(40) { other_district } else { plan.district },
                    industry: if is_leading { plan.industry } else { other },
                    industry_before: has_turned.then_some(plan.industry),
                    figure_key: self.key(7, twin),
                    size: size.max(1),
                    park: Some(park),
                    joined: day(2015 + dice.between([0, 6]), 1 + dice.between([0, 11])),
                    park_before: is_mover.then_some(from),
                    first_filed_permille: first_filed(&mut dice, &self.profile, &story, is_leading),
                };
                self.enterprises.push(enterprise);
            }
        }
    }

    fn plan_others(&mut self) {
        for position in self.enterprises.len()..self.options.enterprises {
            let mut dice = Dice::of(&[self.options.seed, 8, position as u64]);
            let has_closed = !self.parks.is_empty() && dice.chance(self.profile.closed_permille);
            let left = dice.index(self.parks.len());
            self.enterprises.push(EnterprisePlan {
                district: dice.index(self.districts.len()),
                industry: dice.index(self.industries.len()),
                industry_before: None,
                figure_key: self.key(7, position),
                size: dice.size(),
                park: None,
                joined: day(2015 + dice.between([0, 6]), 1 + dice.between([0, 11])),
                park_before: has_closed.then_some(left),
                first_filed_permille: 1000,
            });
        }
    }

    fn limit_corrections(&mut self) {
        let year = self.latest_year();
        let mut corrected = 0;
        for position in 0..self.enterprises.len() {
            if self.enterprises[position].first_filed_permille == 1000 {
                continue;
            }
            corrected += 1;
            if corrected > MOST_CORRECTIONS || !self.has_filed(position, year) {
                self.enterprises[position].first_filed_permille = 1000;
            }
        }
    }
}

fn first_filed(dice: &mut Dice, profile: &Profile, story: &Story, is_leading: bool) -> u32 {
    let small_mistake = dice.chance(profile.corrected_permille);
    if is_leading && dice.chance(story.corrected_permille) {
        story.first_filed_permille
    } else if small_mistake && !story.twins {
        900
    } else {
        1000
    }
}

fn day(year: i64, month: i64) -> Date {
    let (year, month) = (i16::try_from(year).unwrap_or(2015), i8::try_from(month).unwrap_or(1));
    Date::new(year, month, 1).unwrap_or(date(2015, 1, 1))
}

fn or_one(codes: Vec<Code>, name: &str) -> Vec<Code> {
    if codes.len() > 1 {
        codes
    } else {
        ["甲", "乙"].map(|mark| Code { code: mark.into(), name: format!("{name}{mark}") }).into()
    }
}

/// Codes of the catalogue behind a field that the registry keeps.
fn registry_codes(package: &Package, wanted: &str) -> Vec<Code> {
    let catalog = package.fields.iter().find_map(|field| match (&field.origin, &field.ty) {
        (Origin::Registry { key }, FieldType::Choice { catalog }) if key == wanted => {
            package.catalogs.get(catalog)
        }
        _ => None,
    });
    let Some(catalog) = catalog else { return Vec::new() };
    let leaves = leaves(catalog);
    let entries = catalog.entries.iter().filter(|entry| leaves.contains(&entry.code));
    entries.map(|entry| Code { code: entry.code.clone(), name: entry.name.clone() }).collect()
}

/// Departments of the city: duty units of the clauses and who owes benchmarks, those with most duties first. Districts
/// and collectives are not.
fn departments(package: &Package) -> Vec<String> {
    let duty = package.clauses.values().flat_map(|clause| &clause.duty_units);
    let owed = package.benchmarks.iter().map(|benchmark| &benchmark.owed_by);
    let mut duties: BTreeMap<&String, usize> = BTreeMap::new();
    for name in duty.chain(owed).filter(|name| name.starts_with('市')) {
        *duties.entry(name).or_default() += 1;
    }
    let mut names: Vec<(&String, usize)> = duties.into_iter().collect();
    names.sort_by_key(|(_, duties)| Reverse(*duties));
    names.into_iter().map(|(name, _)| name.clone()).collect()
}
