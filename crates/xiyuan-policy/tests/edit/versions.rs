//! What differs between two versions.

use xiyuan_policy::difference::{ChangeKind, PieceKind, difference, words};
use xiyuan_policy::source::SourceFile;

use crate::support::{NEW, NUMBER, OLD, package, raised, read, with};

fn replaced(path: &str, from: &str, to: &str) -> Vec<SourceFile> {
    let files = read("wuxi-2023");
    let file = files.iter().find(|file| file.path == path).expect("a file");
    assert!(file.text.contains(from), "{from}");
    let text = file.text.replacen(from, to, 1);
    with(&files, vec![SourceFile::new(path, text)])
}

#[test]
fn a_version_does_not_differ_from_itself_nor_by_comments() {
    let before = package(&read("wuxi-2023"));
    assert_eq!(difference(&before, &before), []);
    let commented = package(&replaced("parameters.toml", "# 政策里", "# 另注\n\n# 政策里"));
    assert_ne!(before.digest, commented.digest);
    assert_eq!(difference(&before, &commented), []);
}

#[test]
fn text_number_and_rule_are_told_in_words() {
    let (before, after) = raised();
    let (before, after) = (package(&before), package(&after));
    let found = difference(&before, &after);
    let of = |section: &str| found.iter().find(|change| change.section == section).expect(section);
    let clause = of("clauses");
    assert_eq!((clause.id.as_str(), clause.change), ("2.2.1", ChangeKind::Changed));
    let title = &before.clauses["2.2.1"].title;
    assert_eq!(&clause.name, title, "a clause goes by its title");
    let (old, new) = (clause.before.as_deref().expect("before"), clause.after.as_deref().expect("after"));
    assert!(old.contains(OLD) && new.contains(NEW));
    let pieces = words(old, new);
    let moved: Vec<&str> = pieces
        .iter()
        .filter(|piece| piece.kind != PieceKind::Same)
        .map(|piece| piece.text.as_str())
        .collect();
    assert_eq!(moved, ["50%", "55%"]);
    let number = of("parameters");
    assert_eq!(
        (number.id.as_str(), number.before.as_deref(), number.after.as_deref()),
        (NUMBER, Some("50%"), Some("55%"))
    );
    assert_eq!(number.details[0].path, "values[1].value");
    let rule = of("criteria");
    assert_eq!((rule.id.as_str(), rule.name.as_str()), ("leading-revenue-share", "主导产业营收占比"));
    assert!(rule.before.as_deref().expect("before").contains("50%"));
    assert!(rule.after.as_deref().expect("after").contains("55%"));
    let target = of("targets");
    assert!(target.before.as_deref().expect("before").contains("50%"));
    assert!(target.after.as_deref().expect("after").contains("55%"), "the target's words follow");
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn a_changed_comparison_and_a_changed_formula_are_found() {
    let before = package(&read("wuxi-2023"));
    let op = package(&replaced(
        "criteria/leading-industry.toml",
        "test = { indicator = \"leading_revenue_share\", op = \">=\"",
        "test = { indicator = \"leading_revenue_share\", op = \">\"",
    ));
    let found = difference(&before, &op);
    assert_eq!(found[0].id, "leading-revenue-share");
    assert!(found[0].details.iter().any(|detail| detail.path.ends_with("test.op")), "{found:#?}");
    let wider = extended();
    let narrow: Vec<SourceFile> = wider
        .iter()
        .map(|file| SourceFile::new(&file.path, file.text.replace("quantity(100,", "quantity(200,")))
        .collect();
    let found = difference(&package(&wider), &package(&narrow));
    let touched = found.iter().find(|change| change.section == "indicators").expect("an indicator");
    assert!(
        touched.details.iter().all(|detail| detail.path == "expression"),
        "the formula stands as it was, its meaning moved: {touched:#?}"
    );
}

/// With a derived field and an indicator that reads it.
fn extended() -> Vec<SourceFile> {
    let mut files = read("wuxi-2023");
    files.push(SourceFile::new("fields/extra.toml", EXTRA_FIELD));
    files.push(SourceFile::new("indicators/extra.toml", EXTRA_INDICATOR));
    files
}

const EXTRA_FIELD: &str = "subject = \"enterprise\"\n[field.is_big]\nname = \"是否大企业\"\ntype = \"bool\"\nformula = \"enterprise.revenue > quantity(100, '万元')\"\n";
const EXTRA_INDICATOR: &str = "[indicator.big_count]\nname = \"大企业数\"\nsubject = \"park\"\nunit = \"家\"\ndecimals = 0\nsource = \"试\"\nformula = \"count(*) FILTER (WHERE enterprise.is_big)\"\n";

#[test]
fn added_and_removed_rules_are_named() {
    let before = package(&read("wuxi-2023"));
    let after = package(&extended());
    let added: Vec<(String, ChangeKind)> =
        difference(&before, &after).into_iter().map(|change| (change.id, change.change)).collect();
    assert!(added.contains(&("big_count".to_owned(), ChangeKind::Added)), "{added:?}");
    assert!(added.contains(&("enterprise.is_big".to_owned(), ChangeKind::Added)), "{added:?}");
    let removed = difference(&after, &before);
    assert!(removed.iter().any(|change| change.id == "big_count" && change.change == ChangeKind::Removed));
    assert_eq!(added.len(), 2, "positions that moved do not count: {added:?}");
}
