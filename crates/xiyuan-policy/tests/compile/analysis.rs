//! What the analysis says can never be met, can never fail or adds nothing is so for every figure, and the other way
//! round: random conditions on one figure, looked through number by number.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use xiyuan_policy::source::SourceFile;

use crate::support::{compiled, conformance, read_folder};

/// A condition on one figure.
#[derive(Clone, Debug)]
enum Condition {
    Compare(&'static str, u32),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

const OPERATORS: [&str; 6] = [">=", ">", "<=", "<", "=", "<>"];

impl Condition {
    /// Half steps, so that a number lies between any two thresholds.
    fn holds(&self, halves: u32) -> bool {
        match self {
            Self::Compare(op, line) => {
                let line = line * 2;
                match *op {
                    ">=" => halves >= line,
                    ">" => halves > line,
                    "<=" => halves <= line,
                    "<" => halves < line,
                    "=" => halves == line,
                    _ => halves != line,
                }
            }
            Self::All(parts) => parts.iter().all(|part| part.holds(halves)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(halves)),
        }
    }

    fn written(&self, indicator: &str) -> String {
        match self {
            Self::Compare(op, line) => {
                format!("{{ indicator = \"{indicator}\", op = \"{op}\", value = \"{line}\" }}")
            }
            Self::All(parts) => format!("{{ all = [{}] }}", list(parts, indicator)),
            Self::Any(parts) => format!("{{ any = [{}] }}", list(parts, indicator)),
        }
    }
}

fn list(parts: &[Condition], indicator: &str) -> String {
    parts.iter().map(|part| part.written(indicator)).collect::<Vec<_>>().join(", ")
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = (prop::sample::select(OPERATORS.to_vec()), 1_u32..5)
        .prop_map(|(op, line)| Condition::Compare(op, line));
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            prop::collection::vec(inner, 2..4).prop_map(Condition::Any),
        ]
    })
}

/// The evaluation base with criteria over `leaders` (whole numbers from 0) or `site` (any number from 0).
fn found(indicator: &str, unit: &str, criteria: &[&Condition]) -> Vec<(&'static str, String)> {
    let mut files = read_folder(&conformance().join("evaluation/base"));
    files.push(SourceFile::new(
        "indicators/case.toml",
        format!(
            "[indicator.{indicator}]\nname = \"数\"\nsubject = \"park\"\nunit = \"{unit}\"\ndecimals = 2\n\
             source = \"演示数据\"\nformula = \"park.{indicator}\"\n"
        ),
    ));
    let mut text = String::new();
    let mut ids = Vec::new();
    for (at, condition) in criteria.iter().enumerate() {
        let _ = write!(
            text,
            "[[criterion]]\nid = \"c{at}\"\nname = \"c{at}\"\nclause = \"1\"\nsource = \"演示数据\"\nall = [{}]\n\n",
            condition.written(indicator)
        );
        ids.push(format!("\"c{at}\""));
    }
    files.push(SourceFile::new("criteria/case.toml", text));
    files.push(SourceFile::new(
        "assessments.toml",
        format!("[assessment.a]\nname = \"a\"\nsubject = \"park\"\ncriteria = [{}]\n", ids.join(", ")),
    ));
    let compiled = compiled(&files);
    assert!(compiled.package.is_some(), "{:?}", compiled.diagnostics);
    compiled.diagnostics.into_iter().map(|found| (found.code, found.place.file)).collect()
}

/// Figures that tell all conditions with thresholds up to 4 apart.
fn figures(is_whole: bool) -> Vec<u32> {
    (0..12).filter(|halves| !is_whole || halves % 2 == 0).collect()
}

fn kind(is_whole: bool) -> (&'static str, &'static str) {
    if is_whole { ("leaders", "家") } else { ("site", "公顷") }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn never_and_always_are_said_of_exactly_the_conditions_of_which_they_are_true(
        condition in condition(),
        is_whole: bool,
    ) {
        let (indicator, unit) = kind(is_whole);
        let found = found(indicator, unit, &[&condition]);
        let met: BTreeSet<bool> = figures(is_whole).into_iter().map(|halves| condition.holds(halves)).collect();
        let found: BTreeSet<&str> = found.iter().map(|(code, _)| *code).collect();
        prop_assert!(!found.contains("threshold-out-of-reach"), "each comparison alone can go either way");
        prop_assert_eq!(found.contains("impossible-combination"), !met.contains(&true), "{:?}", found);
        prop_assert_eq!(found.contains("always-met"), !met.contains(&false), "{:?}", found);
    }

    #[test]
    fn two_criteria_exclude_or_repeat_each_other_exactly_when_no_or_every_figure_says_so(
        one in condition(),
        two in condition(),
        is_whole: bool,
    ) {
        let (indicator, unit) = kind(is_whole);
        let sets = [&one, &two].map(|of| {
            figures(is_whole).into_iter().filter(|halves| of.holds(*halves)).collect::<BTreeSet<u32>>()
        });
        // What can never be met or never fail alone is said so, and not compared.
        let most = figures(is_whole).len();
        prop_assume!(sets.iter().all(|set| !set.is_empty() && set.len() < most));
        let found = found(indicator, unit, &[&one, &two]);
        let found: BTreeSet<&str> =
            found.iter().filter(|(_, file)| file == "assessments.toml").map(|(code, _)| *code).collect();
        let excludes = sets[0].is_disjoint(&sets[1]);
        let repeats = sets[0].is_subset(&sets[1]) || sets[1].is_subset(&sets[0]);
        prop_assert_eq!(found.contains("impossible-combination"), excludes, "{:?}", found);
        prop_assert_eq!(found.contains("dominated-condition"), repeats && !excludes, "{:?}", found);
    }
}
