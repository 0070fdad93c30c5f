//! `xiyuan backup` and `xiyuan restore`.

use super::support::{Data, run, text};

#[test]
fn a_backup_brings_back_what_was_there() {
    let data = Data::demo();
    let file = text(&data.path("backup.xiyuan"));
    let saved = data.run(&["backup", &file, "--format", "json"]).expect(0).json();
    let enterprises = data.list("enterprises").len();
    let district = data.list("districts")[0]["name"].as_str().expect("name").to_owned();
    let row = format!(
        "统一社会信用代码,企业名称,所属区\n91320298000000000{},无锡示例新来有限公司,{district}\n",
        check()
    );
    let added = data.write("e.csv", &row);
    data.run(&["import", "enterprises", &added]).expect(0);
    assert_eq!(data.list("enterprises").len(), enterprises + 1);
    let restored = data.run(&["restore", &file, "--format", "json"]).expect(0).json();
    assert_eq!(restored["knownTime"], saved["knownTime"]);
    assert_eq!(data.list("enterprises").len(), enterprises);
    let kept = restored["kept"].as_str().expect("the database before is kept");
    assert!(std::path::Path::new(kept).exists());
}

fn check() -> char {
    xiyuan_store::Uscc::check_digit("91320298000000000").expect("a check digit")
}

#[test]
fn a_backup_never_overwrites_and_a_bad_file_is_never_restored() {
    let data = Data::demo();
    let file = data.write("precious.txt", "not a backup");
    assert!(data.run(&["backup", &file]).expect(2).stderr.contains("已经存在"));
    assert!(data.run(&["restore", &file]).expect(2).stderr.contains("不是可用的"));
    assert!(!data.list("parks").is_empty());
}

#[test]
fn with_postgresql_its_own_tools_are_named() {
    let ran = run(&["backup", "x", "--database", "postgres://nobody@localhost/none"]).expect(2);
    assert!(ran.stderr.contains("pg_dump"), "{}", ran.stderr);
}
