//! One number.

use jiff::civil::date;
use xiyuan_policy::edit::{EditError, numbers, set_number};
use xiyuan_policy::source::SourceFile;

use crate::support::{NUMBER, OLD, TODAY, changed_lines, package, read, text, with};

fn criteria(test: &str) -> Vec<SourceFile> {
    let text = format!(
        "# 说明\n[[criterion]]\nid = \"extra\"\nname = \"另\"\nclause = \"2.2.1\"\n{test}\nsource = \"试\"\n"
    );
    let mut files = read("wuxi-2023");
    files.push(SourceFile::new("criteria/extra.toml", text));
    files
}

#[test]
fn the_number_and_nothing_else_changes() {
    let files = read("wuxi-2023");
    let changed = set_number(&package(&files), &files, NUMBER, "55", None, TODAY).expect("a number");
    assert_eq!(changed.path, "parameters.toml");
    let lines = changed_lines(text(&files, "parameters.toml"), &changed.text);
    assert_eq!(lines, [("value = \"50\"", "value = \"55\"")]);
    let before = text(&files, "parameters.toml").find(&format!("[parameter.{NUMBER}]")).expect("the number");
    assert!(changed.text[before..].starts_with(&format!("[parameter.{NUMBER}]")));
    assert!(changed.text[before..].find("value = \"55\"").expect("the value") < 200);
}

#[test]
fn a_value_from_a_day_on_keeps_the_one_before_it() {
    let files = read("wuxi-2023");
    let model = package(&files);
    let later = set_number(&model, &files, NUMBER, "55", Some(date(2026, 1, 1)), TODAY).expect("a number");
    assert!(
        later.text.contains(
            "values = [\n  { from = 2023-05-13, value = \"50\" },\n  { from = 2026-01-01, value = \"55\" },\n]"
        ),
        "{}",
        later.text
    );
    let files = with(&files, vec![later]);
    let between =
        set_number(&model, &files, NUMBER, "52.5", Some(date(2025, 1, 1)), TODAY).expect("a number");
    let files = with(&files, vec![between]);
    let same = set_number(&model, &files, NUMBER, "56", Some(date(2026, 1, 1)), TODAY).expect("a number");
    let files = with(&files, vec![same]);
    let now = set_number(&model, &files, NUMBER, "57", None, date(2025, 6, 1)).expect("a number");
    let dated: Vec<&str> =
        now.text.lines().filter(|line| line.contains("{ from = ")).map(str::trim).collect();
    assert_eq!(
        dated,
        [
            "{ from = 2023-05-13, value = \"50\" },",
            "{ from = 2025-01-01, value = \"57\" },",
            "{ from = 2026-01-01, value = \"56\" },"
        ]
    );
}

#[test]
fn numbers_inside_conditions_are_found_by_the_ids_that_the_compiler_gives() {
    let quoted = format!("quote = \"{OLD}\"");
    let one = format!(
        "{quoted}\ntest = {{ indicator = \"leading_revenue_share\", op = \">=\", value = 50 }} # 门槛"
    );
    let files = criteria(&one);
    let model = package(&files);
    let found = numbers(&model, &files);
    let extra = found.iter().find(|number| number.parameter == "extra").expect("the number");
    assert_eq!((extra.quote.as_deref(), extra.is_datable), (Some(OLD), false));
    assert_eq!(extra.values, [(None, "50".to_owned())]);
    let changed = set_number(&model, &files, "extra", "55", None, TODAY).expect("a number");
    assert!(changed.text.contains("value = 55 } # 门槛"), "{}", changed.text);
    let dated = set_number(&model, &files, "extra", "55", Some(date(2026, 1, 1)), TODAY);
    assert_eq!(dated, Err(EditError::NotDatable("extra".to_owned())));
    for number in &found {
        assert!(model.parameters.iter().any(|known| known.id == number.parameter), "{}", number.parameter);
    }
}

#[test]
fn several_numbers_of_a_list_are_counted() {
    let files = criteria(
        "all = [\n  { indicator = \"chain_leaders\", op = \">=\", value = \"2\" },\n  { any = [{ indicator = \"chain_leaders\", op = \"<=\", value = \"3\" }] },\n]\nbasis = \"待核\"",
    );
    let changed = set_number(&package(&read("wuxi-2023")), &files, "extra.2", "4", None, TODAY);
    let changed = changed.expect("a number").text;
    assert!(changed.contains("op = \">=\", value = \"2\"") && changed.contains("op = \"<=\", value = \"4\""));
}

#[test]
fn a_number_without_a_quotation_shows_that_of_the_condition_that_uses_it() {
    let mut files = read("wuxi-2023");
    let file = files.iter_mut().find(|file| file.path == "parameters.toml").expect("parameters");
    let start = file.text.find(&format!("[parameter.{NUMBER}]")).expect("the number");
    let quote = file.text[start..].find("quote = ").expect("a quotation") + start;
    let end = file.text[quote..].find('\n').map_or(file.text.len(), |end| quote + end + 1);
    file.text.replace_range(quote..end, "");
    let found = numbers(&package(&files), &files);
    let number = found.iter().find(|number| number.parameter == NUMBER).expect("the number");
    assert_eq!((number.clause.as_deref(), number.quote.as_deref()), (Some("2.2.1"), Some(OLD)));
}

#[test]
fn what_is_no_number_or_not_there_is_refused() {
    let files = read("wuxi-2023");
    let model = package(&files);
    let set = |parameter: &str, value: &str| set_number(&model, &files, parameter, value, None, TODAY);
    assert_eq!(set(NUMBER, "五十五"), Err(EditError::NotANumber("五十五".to_owned())));
    assert_eq!(set(NUMBER, "5\"5"), Err(EditError::NotANumber("5\"5".to_owned())));
    assert_eq!(set("no_such", "55"), Err(EditError::UnknownNumber("no_such".to_owned())));
}
