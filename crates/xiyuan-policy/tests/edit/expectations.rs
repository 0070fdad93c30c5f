//! What worked examples expect.

use xiyuan_policy::edit::{EditError, accept};
use xiyuan_policy::examples::{ExampleReport, run_all};

use crate::support::{compiled, package, raised, text, with};

#[test]
fn accepted_examples_hold_again_and_the_others_stay_as_they_are() {
    let (_, files) = raised();
    let (model, examples) = (package(&files), compiled(&files).examples);
    let failing: Vec<String> = run_all(&model, &examples)
        .into_iter()
        .filter(|report| !report.holds())
        .map(|report| report.id)
        .collect();
    assert!(failing.len() > 1, "55 % breaks examples of 50 %: {failing:?}");
    let first = &failing[..1];
    let after = with(&files, accept(&model, &examples, &files, first).expect("rewritten"));
    let still: Vec<String> = run_all(&package(&after), &compiled(&after).examples)
        .into_iter()
        .filter(|report| !report.holds())
        .map(|report| report.id)
        .collect();
    assert_eq!(still, failing[1..]);
    let all = with(&files, accept(&model, &examples, &files, &failing).expect("rewritten"));
    assert!(run_all(&package(&all), &compiled(&all).examples).iter().all(ExampleReport::holds));
    let (before, now) =
        (text(&files, "tests/leading-industry.toml"), text(&all, "tests/leading-industry.toml"));
    let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!(comments(before), comments(now));
}

#[test]
fn an_example_that_holds_is_not_touched() {
    let (_, files) = raised();
    let (model, examples) = (package(&files), compiled(&files).examples);
    let holding = run_all(&model, &examples).into_iter().find(ExampleReport::holds).expect("one holds").id;
    assert_eq!(accept(&model, &examples, &files, &[holding]), Ok(Vec::new()));
    let unknown = accept(&model, &examples, &files, &["no-such".to_owned()]);
    assert_eq!(unknown, Err(EditError::UnknownExample("no-such".to_owned())));
}

/// Value to no value, missing to known and back, written as tables and in one line.
#[test]
fn a_value_that_went_and_one_that_came_are_written() {
    let (_, mut files) = raised();
    let text = r#"
[[example]]
id = "shapes"
name = "各种写法"
year = 2024
parks = [["park", "leading_industry"], ["甲园", "ic"], ["乙园", "ic"]]
enterprises = [
  ["enterprise", "park", "leading_industry", "revenue"],
  ["一厂", "甲园", "ic", "-"],
]
expect = [
  { park = "甲园", indicator = "leading_revenue_share", value = "12.5" }, # 甲
  { park = "乙园", indicator = "leading_revenue_share", value = "3" },
]

[[example]]
id = "known"
name = "都填了"
year = 2024
parks = [["park", "leading_industry"], ["甲园", "ic"]]
enterprises = [["enterprise", "park", "leading_industry", "revenue"], ["一厂", "甲园", "ic", "10"]]
[[example.expect]]
park = "甲园"            # 注
criterion = "leading-revenue-share"
outcome = "undecided"
missing = ["一厂.revenue"]
could_change = true
[[example.expect]]
park = "甲园"
indicator = "leading_revenue_share"
undefined = true
"#;
    files.push(xiyuan_policy::source::SourceFile::new("tests/shapes.toml", text));
    let (model, examples) = (package(&files), compiled(&files).examples);
    let ids = ["shapes".to_owned(), "known".to_owned()];
    let after = with(&files, accept(&model, &examples, &files, &ids).expect("rewritten"));
    let written = crate::support::text(&after, "tests/shapes.toml");
    for line in [
        "{ park = \"甲园\", missing = [\"一厂.revenue\"], indicator = \"leading_revenue_share\" }, # 甲",
        "{ park = \"乙园\", undefined = true, indicator = \"leading_revenue_share\" },",
        "park = \"甲园\"            # 注",
        "outcome = \"met\"",
        "missing = []",
        "could_change = false",
        "value = \"100.00\"",
    ] {
        assert!(written.contains(line), "{line} in\n{written}");
    }
    let failing: Vec<_> = run_all(&package(&after), &compiled(&after).examples)
        .into_iter()
        .filter(|report| ids.contains(&report.id) && !report.holds())
        .collect();
    assert!(failing.is_empty(), "{failing:?}");
}
