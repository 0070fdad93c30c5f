//! `xiyuan import`.

use super::support::{Data, criterion, latest_year};

/// The park that waits for one enterprise's filing, and that enterprise's credit code.
pub fn waiting(data: &Data) -> (String, String) {
    let check = data.checks().into_iter().find(|check| {
        let missing = &criterion(check, "leading-revenue-share")["missing"];
        check["outcome"] == "undecided" && missing.as_array().is_some_and(|missing| missing.len() == 1)
    });
    let check = check.expect("a park that waits for one filing");
    let owes = criterion(&check, "leading-revenue-share")["missing"][0]["subject"]["id"].clone();
    let row = data.list("enterprises").into_iter().find(|row| row["id"] == owes).expect("the enterprise");
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    (text(&check["park"]["id"]), text(&row["uscc"]))
}

const HEAD: &str = "统一社会信用代码,是否规上,营业收入(万元),主营业务收入(万元),工业总产值(万元),工业增加值(万元),实缴税收(万元),用地面积(亩),年末从业人数(人)";

pub fn filing(data: &Data, uscc: &str, revenue: &str) -> String {
    data.write("补报.csv", &format!("{HEAD}\n{uscc},是,{revenue},4400,4500,1230,236,5,38\n"))
}

#[test]
fn a_dry_run_changes_nothing_and_the_import_decides_the_park() {
    let data = Data::demo();
    let (park, uscc) = waiting(&data);
    let file = filing(&data, &uscc, "4500");
    let year = latest_year();
    let args = ["import", "filings", &file, "--form", "enterprise-annual", "--period", &year];
    let before = data.check(&park, &[]);
    let tried: Vec<&str> = args.into_iter().chain(["--dry-run", "--format", "json"]).collect();
    let report = data.run(&tried).expect(0).json();
    assert_eq!(report["isApplied"], false);
    assert_eq!(report["counts"]["accepted"], 1);
    assert_eq!(report["checksum"].as_str().map(str::len), Some(64));
    assert_eq!(data.check(&park, &[])["criteria"], before["criteria"]);
    let done: Vec<&str> = args.into_iter().chain(["--format", "json"]).collect();
    assert_eq!(data.run(&done).expect(0).json()["isApplied"], true);
    let after = data.check(&park, &[]);
    assert_eq!(criterion(&after, "leading-revenue-share")["outcome"], "met");
    assert_eq!(after["outcome"], "met");
    assert_eq!(
        data.check(&park, &["--as-of", &before["knownTime"].to_string()])["criteria"],
        before["criteria"]
    );
}

#[test]
fn a_bad_cell_is_named_and_nothing_is_written() {
    let data = Data::demo();
    let (park, uscc) = waiting(&data);
    let file = filing(&data, &uscc, "四千五");
    let year = latest_year();
    let args = ["import", "filings", &file, "--form", "enterprise-annual", "--period", &year];
    let ran = data.run(&args).expect(1);
    assert!(ran.stdout.contains("C2") && ran.stdout.contains("四千五"), "{}", ran.stdout);
    assert!(ran.stdout.contains("没有写入"), "{}", ran.stdout);
    assert_eq!(data.check(&park, &[])["outcome"], "undecided");
}

#[test]
fn a_file_that_is_no_table_could_not_be_imported() {
    let data = Data::demo();
    let ran = data.run(&["import", "enterprises", "/no/such/file.csv"]).expect(2);
    assert!(ran.stderr.contains("不存在"), "{}", ran.stderr);
    let file = data.write("坏.xlsx", "not a workbook");
    let ran = data.run(&["import", "enterprises", &file]).expect(1);
    assert!(ran.stdout.contains("没有写入"), "{}", ran.stdout);
}
