//! `xiyuan freeze` and `xiyuan replay`.

use std::fs;

use serde_json::Value as Json;

use super::import::{filing, waiting};
use super::support::{Data, Ran, criterion, latest_year, run, text};

/// A demo city with the self-check of a park that waits for a filing, kept as a file.
fn checked(data: &Data) -> (Json, String, String) {
    let (park, uscc) = waiting(data);
    let check = data.check(&park, &[]);
    let file = data.write("收据.json", &check.to_string());
    (check, file, uscc)
}

/// The filing comes in: from now on the park has another outcome.
fn correct(data: &Data, uscc: &str) {
    let file = filing(data, uscc, "4500");
    let year = latest_year();
    data.run(&["import", "filings", &file, "--form", "enterprise-annual", "--period", &year]).expect(0);
}

fn digest(ran: &Ran) -> String {
    ran.json()["computedDigest"].as_str().expect("a digest").to_owned()
}

#[test]
fn a_receipt_replays_from_the_database_and_from_the_archive_alone_after_a_correction() {
    let data = Data::demo();
    let (check, receipt, uscc) = checked(&data);
    let recorded = check["receipt"]["resultDigest"].as_str().expect("a digest");
    let year = latest_year();
    let early = text(&data.path("当时"));
    let frozen = data.json(&["freeze", "--year", &year, "--to", &early]);
    assert_eq!(frozen["knownTime"], check["knownTime"]);
    assert_eq!(frozen["packageDigest"], check["packageDigest"]);
    correct(&data, &uscc);
    let now = data.check(check["park"]["id"].as_str().expect("id"), &[]);
    assert_ne!(now["receipt"]["resultDigest"], recorded, "the correction changes the outcome");

    let ran = data.run(&["replay", &receipt, "--format", "json"]).expect(0);
    assert_eq!(digest(&ran), recorded);
    // Without any database: no data folder is named, and there is none.
    let ran = run(&["replay", &receipt, "--frame", &early, "--format", "json"]).expect(0);
    assert_eq!((digest(&ran).as_str(), &ran.json()["source"]), (recorded, &Json::from("archive")));
    // Frozen later, as of then: the same archive, byte for byte.
    let late = text(&data.path("事后"));
    let known = check["knownTime"].to_string();
    let again = data.json(&["freeze", "--year", &year, "--as-of", &known, "--to", &late]);
    assert_eq!(again["seal"], frozen["seal"]);
}

#[test]
fn the_receipt_alone_is_enough_and_the_check_of_an_early_decision_still_is() {
    let data = Data::demo();
    let park = data.list("parks")[0]["id"].as_str().expect("id").to_owned();
    let year = latest_year();
    let frozen = text(&data.path("档案"));
    data.run(&["freeze", "--year", &year, "--to", &frozen]).expect(0);
    let mut check = data.check(&park, &["--reading", "leading-revenue-share=strict"]);
    assert_eq!(check["receipt"]["overrides"]["reading:leading-revenue-share"], "strict");
    let recorded = check["receipt"]["resultDigest"].as_str().expect("a digest").to_owned();
    let alone = data.write("收据.json", &check["receipt"].to_string());
    for receipt in [vec!["replay", &alone, "--format", "json"], vec!["replay", &alone, "--frame", &frozen]] {
        let ran = data.run(&receipt).expect(0);
        assert!(ran.stdout.contains(&recorded), "{}", ran.stdout);
    }
    // Before receipts named their park the check around them did.
    for key in ["park", "assessment"] {
        check["receipt"].as_object_mut().expect("an object").remove(key);
    }
    let decision = serde_json::json!({ "id": "…", "check": check });
    data.run(&["replay", &data.write("结论.json", &decision.to_string()), "--frame", &frozen]).expect(0);
}

#[test]
fn overrides_are_part_of_a_receipt() {
    let data = Data::demo();
    let park = data.list("parks")[0]["id"].as_str().expect("id").to_owned();
    let plain = data.check(&park, &[]);
    let strict = data.check(&park, &["--set", "leading_revenue_share_min=99.99"]);
    assert_ne!(criterion(&strict, "leading-revenue-share"), criterion(&plain, "leading-revenue-share"));
    let receipt = data.write("收据.json", &strict.to_string());
    data.run(&["replay", &receipt]).expect(0);
    let mut without = strict;
    without["receipt"]["overrides"] = serde_json::json!({});
    let receipt = data.write("收据.json", &without.to_string());
    data.run(&["replay", &receipt]).expect(1);
}

#[test]
fn a_receipt_with_another_digest_says_no_and_one_that_cannot_be_run_says_why() {
    let data = Data::demo();
    let (check, receipt, uscc) = checked(&data);
    let mut wrong = check.clone();
    wrong["receipt"]["resultDigest"] = Json::from("0".repeat(64));
    let wrong = data.write("假收据.json", &wrong.to_string());
    let ran = data.run(&["replay", &wrong]).expect(1);
    assert!(ran.stdout.contains("不一致"), "{}", ran.stdout);

    correct(&data, &uscc);
    let later = text(&data.path("更正之后"));
    data.run(&["freeze", "--year", &latest_year(), "--to", &later]).expect(0);
    let ran = run(&["replay", &receipt, "--frame", &later]).expect(2);
    assert!(ran.stderr.contains("数据时点"), "{}", ran.stderr);
    let ran = run(&["replay", &receipt, "--frame", &text(&data.path("没有"))]).expect(2);
    assert!(ran.stderr.contains("没有完整的档案"), "{}", ran.stderr);
    let mut other = check["receipt"].clone();
    other["semantics"] = Json::from(9999);
    let ran = data.run(&["replay", &data.write("另一规则.json", &other.to_string())]).expect(2);
    assert!(ran.stderr.contains("第 9999 号计算规则"), "{}", ran.stderr);
    let mut other = check["receipt"].clone();
    other["packageDigest"] = Json::from("0".repeat(64));
    data.run(&["replay", &data.write("另一政策包.json", &other.to_string())]).expect(2);
    for lacks in ["park", "assessment", "resultDigest"] {
        let mut bare = check["receipt"].clone();
        bare.as_object_mut().expect("an object").remove(lacks);
        let ran = data.run(&["replay", &data.write("残缺.json", &bare.to_string())]).expect(2);
        assert!(ran.stderr.contains("不是收据") && ran.stderr.contains(lacks), "{}", ran.stderr);
    }
    data.run(&["replay", &text(&data.path("没有.json"))]).expect(2);
}

#[test]
fn a_changed_archive_is_refused_with_the_name_of_the_file_and_never_written_over() {
    let data = Data::demo();
    let (_, receipt, uscc) = checked(&data);
    let folder = data.path("档案");
    let year = latest_year();
    data.run(&["freeze", "--year", &year, "--to", &text(&folder)]).expect(0);
    data.run(&["freeze", "--year", &year, "--to", &text(&folder)]).expect(0);
    correct(&data, &uscc);
    let ran = data.run(&["freeze", "--year", &year, "--to", &text(&folder)]).expect(2);
    assert!(ran.stderr.contains("已有另一份档案"), "{}", ran.stderr);
    run(&["replay", &receipt, "--frame", &text(&folder)]).expect(0);

    let name = format!("values-enterprise-{year}.parquet");
    let mut bytes = fs::read(folder.join(&name)).expect("a file of the archive");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(folder.join(&name), bytes).expect("written");
    let ran = run(&["replay", &receipt, "--frame", &text(&folder)]).expect(2);
    assert!(ran.stderr.contains(&name), "{}", ran.stderr);
}
