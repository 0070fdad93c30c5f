//! The demo city.

use std::collections::BTreeSet;
use std::fs;

use super::support::{Data, criterion, latest_year, text};

/// Everything of a small city but ids, which hold instants.
fn city(seed: &str) -> String {
    let data = Data::empty();
    data.run(&["demo", "--parks", "3", "--enterprises", "60", "--years", "1", "--seed", seed]).expect(0);
    let (enterprises, frame) = (text(&data.path("e.csv")), text(&data.path("f.csv")));
    data.run(&["export", "enterprises", &enterprises]).expect(0);
    data.run(&["export", "frame", &frame, "--year", &latest_year()]).expect(0);
    let frame = fs::read_to_string(frame).expect("frame");
    let mut rows: Vec<&str> = frame.lines().filter_map(|line| line.splitn(3, ',').nth(2)).collect();
    rows.sort_unstable();
    format!("{}\n{}", fs::read_to_string(enterprises).expect("enterprises"), rows.join("\n"))
}

#[test]
fn the_same_seed_gives_the_same_city_and_another_seed_another() {
    let first = city("7");
    assert!(first.lines().count() > 60);
    assert_eq!(first, city("7"));
    assert_ne!(first, city("8"));
}

#[test]
fn every_row_is_marked_as_demo_data() {
    let data = Data::demo();
    for kind in ["parks", "enterprises", "operators", "districts", "departments", "banks"] {
        let rows = data.list(kind);
        assert!(!rows.is_empty(), "{kind}");
        for row in rows {
            assert_eq!(row["isDemo"], true, "{kind}: {row}");
        }
    }
    for row in data.list("enterprises") {
        let name = row["name"].as_str().expect("name");
        assert!(name.contains("示例"), "{name}");
    }
}

#[test]
fn the_parks_show_the_whole_range_of_outcomes() {
    let checks = Data::demo().checks();
    let outcomes: BTreeSet<&str> =
        checks.iter().map(|check| check["outcome"].as_str().expect("outcome")).collect();
    assert_eq!(outcomes, BTreeSet::from(["met", "not_met", "undecided"]));
    let shares = |revenue: &str, count: &str| {
        checks.iter().any(|check| {
            criterion(check, "leading-revenue-share")["outcome"] == revenue
                && criterion(check, "leading-count-share")["outcome"] == count
        })
    };
    assert!(shares("met", "not_met"), "a giant carries the revenue but not the number of enterprises");
    assert!(shares("undecided", "met"), "a filing is missing that could matter");
    let harmless = checks.iter().map(|check| criterion(check, "leading-revenue-share")).any(|criterion| {
        criterion["outcome"] == "met"
            && criterion["missing"].as_array().is_some_and(|missing| !missing.is_empty())
    });
    assert!(harmless, "a figure is missing that cannot change the outcome");
}

#[test]
fn a_park_with_exactly_half_meets_not_below_and_fails_above() {
    let data = Data::demo();
    let checks = data.checks();
    let half = checks.iter().find(|check| criterion(check, "leading-revenue-share")["distance"] == "0.00");
    let half = half.expect("a park with exactly half");
    assert_eq!(criterion(half, "leading-revenue-share")["outcome"], "met");
    let park = half["park"]["id"].as_str().expect("id");
    let strict = data.check(park, &["--reading", "leading-revenue-share=strict"]);
    assert_eq!(criterion(&strict, "leading-revenue-share")["outcome"], "not_met");
}

#[test]
fn a_check_as_of_before_the_corrections_gives_the_old_answer_again() {
    let data = Data::demo();
    let year: i32 = latest_year().parse().expect("year");
    let before = format!("{}-05-20T00:00:00Z", year + 1);
    let changed = data.checks().into_iter().find_map(|now| {
        let park = now["park"]["id"].as_str().expect("id").to_owned();
        let then = data.check(&park, &["--as-of", &before]);
        let share = |check| criterion(check, "leading-revenue-share")["value"].clone();
        (share(&now) != share(&then)).then_some((park, then))
    });
    let (park, then) = changed.expect("a park whose share was corrected");
    let number = then["knownTime"].to_string();
    assert_eq!(data.check(&park, &["--as-of", &number]), then, "the answer of that commit, bit for bit");
}

#[test]
fn a_database_with_rows_is_not_filled_again() {
    let data = Data::demo();
    let ran = data.run(&["demo"]).expect(2);
    assert!(ran.stderr.contains("空数据库"), "{}", ran.stderr);
}
