//! The sentence a number stands in.

use xiyuan_policy::edit::{EditError, replace_words};

use crate::support::{NEW, OLD, changed_lines, compiled, package, raised, read, text, with};

#[test]
fn text_and_every_quotation_follow_and_the_package_compiles() {
    let (before, after) = raised();
    let model = package(&after);
    assert!(model.clauses["2.2.1"].text.contains(NEW) && !model.clauses["2.2.1"].text.contains(OLD));
    let quotes: Vec<&str> =
        model.criteria.iter().flat_map(|c| &c.readings).map(|r| r.quote.as_str()).collect();
    assert!(quotes.contains(&NEW) && !quotes.contains(&OLD));
    for path in ["text.md", "clauses.toml", "criteria/leading-industry.toml"] {
        assert_eq!(changed_lines(text(&before, path), text(&after, path)).len(), 1, "{path}");
    }
    let untouched = |path: &&str| text(&before, path) == text(&after, path);
    assert!(["facts.toml", "criteria/efficiency.toml", "policy.toml"].iter().all(untouched));
}

#[test]
fn text_and_rule_that_disagree_do_not_compile() {
    let before = read("wuxi-2023");
    let words = replace_words(&before, "2.2.1", OLD, NEW).expect("a sentence");
    let only_text: Vec<_> = words.into_iter().filter(|file| file.path == "text.md").collect();
    let found = compiled(&with(&before, only_text));
    assert!(found.package.is_none());
    assert!(found.diagnostics.iter().any(|finding| finding.code == "quote-not-in-clause"));
}

#[test]
fn a_quotation_that_still_stands_is_left_alone() {
    let files = read("wuxi-2023");
    let sentence = "主导产业入驻企业数占园区全部入驻企业总数的50%以上";
    let longer = format!("{sentence}（含）");
    let changed = replace_words(&files, "2.2.1", sentence, &longer).expect("a sentence");
    let paths: Vec<&str> = changed.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["text.md"], "the shorter quotation stands in the longer sentence");
}

#[test]
fn words_must_stand_in_the_clause_exactly_once() {
    let files = read("wuxi-2023");
    let times = |words: &str, clause: &str| match replace_words(&files, clause, words, "x") {
        Err(EditError::Words { times, .. }) => times,
        other => panic!("{other:?}"),
    };
    assert_eq!(times(OLD, "1.4.2"), 0, "it stands in another clause");
    assert_eq!(times("这句话没有", "2.2.1"), 0);
    assert_eq!(times("", "2.2.1"), 0);
    assert_eq!(times("50%", "2.2.1"), 2);
    assert_eq!(times(OLD, "9.9.9"), 0);
    assert_eq!(replace_words(&files, "2.2.1", OLD, OLD), Ok(Vec::new()));
}
