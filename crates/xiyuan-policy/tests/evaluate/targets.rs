//! Targets: what is counted against the goal, at its edge, with something missing, after the year in which it is due.

use std::fs;
use std::path::Path;

use xiyuan_policy::compile::compile;
use xiyuan_policy::evaluate::{Progress, TargetProgress, target, target_period};
use xiyuan_policy::feeds::forms_of;
use xiyuan_policy::frame::{Frame, FrameBuilder, Period, SubjectIx};
use xiyuan_policy::needs;
use xiyuan_policy::outcome::{Figure, Outcome, TestOutcome};
use xiyuan_policy::package::Package;
use xiyuan_policy::plan::{FieldIx, TargetIx};
use xiyuan_policy::source::SourceFile;

use crate::city::exact;

const GROUPINGS: &str = "[grouping.whole]\nname = \"全市\"\nparks = []\n";
const TARGETS: &str = r#"
[[target]]
id = "all-the-leaders"
name = "链主企业"
clause = "1"
source = "演示数据"
due = 2025
subject = "whole"
unit = "家"
decimals = 0
formula = "sum(park.leaders) + previous(all_leaders)"
op = ">="
value = "10"

[[target]]
id = "each"
name = "每个园区都有链主"
clause = "1"
source = "演示数据"
due = 2025-06-30
criterion = "some-leaders"

[[target]]
id = "unknown"
name = "现在算不出的目标"
clause = "1"
source = "演示数据"
due = "year"
uncounted = "没有登记册"
op = ">="
parameter = "wanted"
"#;
const INDICATORS: &str = r#"
[indicator.leaders]
name = "链主企业数"
subject = "park"
unit = "家"
decimals = 0
source = "演示数据"
formula = "park.leaders"

[indicator.all_leaders]
name = "全部链主企业数"
subject = "whole"
unit = "家"
decimals = 0
source = "演示数据"
formula = "sum(park.leaders)"
"#;
const CRITERIA: &str = r#"
[[criterion]]
id = "some-leaders"
name = "有链主"
clause = "1"
source = "演示数据"
test = { indicator = "leaders", op = ">=", value = "1" }
"#;
const PARAMETERS: &str = r#"
[parameter.year]
name = "目标年份"
unit = "倍"
value = "2030"
source = "演示数据"

[parameter.wanted]
name = "想要的数"
unit = "家"
value = "7"
source = "演示数据"
"#;

fn package() -> Package {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/conformance/evaluation/base");
    let mut files = Vec::new();
    let mut open = vec![base.clone()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder of the package") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(&base).expect("below the folder").to_string_lossy().into_owned();
            files.push(SourceFile::new(inside, fs::read_to_string(&path).expect("UTF-8 text")));
        }
    }
    for (path, text) in [
        ("groupings.toml", GROUPINGS),
        ("targets.toml", TARGETS),
        ("indicators/targets.toml", INDICATORS),
        ("criteria/targets.toml", CRITERIA),
        ("parameters.toml", PARAMETERS),
    ] {
        files.retain(|file| file.path != path);
        files.push(SourceFile::new(path, text));
    }
    let compiled = compile(&files, &[]);
    let errors: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    compiled.package.unwrap_or_else(|| panic!("{}", errors.join("\n")))
}

/// Parks with their leaders in 2024 and 2025; `None` is not filed.
fn frame(package: &Package, parks: &[(&str, Option<&str>, Option<&str>)]) -> Frame {
    let periods = needs::target_periods(package, Period::Year(2025));
    let mut builder = FrameBuilder::new(package, periods, 0);
    let field = package.fields.iter().position(|field| field.id == "park.leaders").expect("declared");
    let field = FieldIx(u32::try_from(field).expect("few"));
    for (name, before, now) in parks {
        let park = SubjectIx::Park(builder.park(*name, *name));
        for (year, value) in [(2024, before), (2025, now)] {
            if let Some(value) = value {
                builder.set_number(park, field, Period::Year(year), exact(value)).expect("it fits");
            }
        }
    }
    builder.finish()
}

fn progress(package: &Package, frame: &Frame, id: &str, year: i16) -> TargetProgress {
    let at = package.targets.iter().position(|target| target.id == id).expect("declared");
    let ix = TargetIx(u32::try_from(at).expect("few"));
    target(package, frame, ix, target_period(package, ix, year)).expect("it can be computed")
}

/// The one group of the whole city.
fn whole(found: TargetProgress) -> TestOutcome {
    match found.progress {
        Progress::Groups(mut groups) if groups.len() == 1 => groups.remove(0).1,
        other => panic!("not one group: {other:?}"),
    }
}

fn value(outcome: &TestOutcome) -> Option<String> {
    match &outcome.measured.as_ref()?.figure {
        Figure::Known { value } => value.shown(exact("1"), 0).map(|value| value.to_string()),
        _ => None,
    }
}

#[test]
fn exactly_the_goal_reaches_it_and_one_less_does_not() {
    let package = package();
    let full = frame(&package, &[("甲园", Some("3"), Some("4")), ("乙园", Some("2"), Some("1"))]);
    let found = whole(progress(&package, &full, "all-the-leaders", 2025));
    assert_eq!((found.outcome, value(&found)), (Outcome::Met, Some("10".to_owned())));
    let less = frame(&package, &[("甲园", Some("3"), Some("4")), ("乙园", Some("2"), Some("0"))]);
    let found = whole(progress(&package, &less, "all-the-leaders", 2025));
    assert_eq!((found.outcome, value(&found)), (Outcome::NotMet, Some("9".to_owned())));
}

#[test]
fn a_missing_figure_leaves_a_target_undecided_unless_the_rest_suffices() {
    let package = package();
    let open = frame(&package, &[("甲园", Some("3"), Some("4")), ("乙园", None, Some("1"))]);
    let found = whole(progress(&package, &open, "all-the-leaders", 2025));
    assert_eq!((found.outcome, value(&found)), (Outcome::Undecided, None));
    assert!(found.could_change);
    assert_eq!(found.missing.len(), 1, "{:?}", found.missing);
    let enough = frame(&package, &[("甲园", Some("5"), Some("5")), ("乙园", None, Some("1"))]);
    let found = whole(progress(&package, &enough, "all-the-leaders", 2025));
    assert_eq!((found.outcome, value(&found)), (Outcome::Met, None), "leaders are never fewer than none");
}

#[test]
fn after_the_year_in_which_it_is_due_a_target_is_counted_as_of_that_year() {
    let package = package();
    assert_eq!(target_period(&package, TargetIx(0), 2024), Period::Year(2024));
    assert_eq!(target_period(&package, TargetIx(0), 2027), Period::Year(2025));
    assert_eq!(target_period(&package, TargetIx(1), 2027), Period::Year(2025), "the day lies in that year");
    assert_eq!(
        target_period(&package, TargetIx(2), 2031),
        Period::Year(2030),
        "the year is a number of the policy"
    );
}

#[test]
fn a_condition_of_every_park_is_told_park_by_park() {
    let package = package();
    let parks = [("甲园", None, Some("2")), ("乙园", None, Some("0")), ("丙园", None, None)];
    let frame = frame(&package, &parks);
    let found = progress(&package, &frame, "each", 2025);
    let Progress::Parks(parks) = found.progress else { panic!("not park by park: {found:?}") };
    let told: Vec<(String, Outcome)> =
        parks.into_iter().map(|(park, of)| (frame.park(park).name.clone(), of.test.outcome)).collect();
    let of = |name: &str, outcome| (name.to_owned(), outcome);
    assert_eq!(told, [of("甲园", Outcome::Met), of("乙园", Outcome::NotMet), of("丙园", Outcome::Undecided)]);
}

#[test]
fn what_cannot_be_counted_is_stated_and_not_guessed() {
    let package = package();
    let frame = frame(&package, &[("甲园", None, Some("2"))]);
    assert_eq!(progress(&package, &frame, "unknown", 2025).progress, Progress::Open);
}

#[test]
fn checks_of_parks_do_not_load_the_years_that_a_target_adds_up() {
    let package = package();
    assert_eq!(needs::periods(&package, Period::Year(2025)), [Period::Year(2025)]);
    assert_eq!(needs::target_periods(&package, Period::Year(2025)), [Period::Year(2024), Period::Year(2025)]);
}

#[test]
fn the_forms_of_a_clause_are_those_whose_fields_its_rules_and_targets_read() {
    let package = package();
    let feeds = forms_of(&package, "1");
    let told: Vec<(&str, Vec<&str>)> = feeds
        .iter()
        .map(|feed| {
            let fields = feed.fields.iter().map(|field| package.fields[field.index()].key.as_str());
            (package.forms[feed.form].id.as_str(), fields.collect())
        })
        .collect();
    assert_eq!(told, [("park", vec!["leaders"])]);
    assert!(forms_of(&package, "nowhere").is_empty());
}
