//! A process that is killed in the middle of an import leaves it wholly there or wholly not.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::support::Data;

const ROWS: usize = 6_000;

/// Rows of a file of new enterprises, with codes of another series than the demo city's.
fn enterprises(data: &Data) -> String {
    let district = data.list("districts")[0]["name"].as_str().expect("name").to_owned();
    let mut text = String::from("统一社会信用代码,企业名称,所属区\n");
    for number in 0..ROWS {
        let body = format!("91320298{number:09}");
        let check = xiyuan_store::Uscc::check_digit(&body).expect("a check digit");
        writeln!(text, "{body}{check},无锡示例第{number}号有限公司,{district}").expect("text");
    }
    data.write("enterprises.csv", &text)
}

/// Kills the import at the first line of progress that contains a word; answers how many enterprises there are then.
fn killed_at(word: &str) -> (usize, usize) {
    let data = Data::demo();
    let before = data.list("enterprises").len();
    let file = enterprises(&data);
    let mut child = data
        .command(&["import", "enterprises", &file])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let lines = BufReader::new(child.stderr.take().expect("stderr")).lines();
    for line in lines.map_while(Result::ok) {
        if line.contains(word) {
            child.kill().expect("killed");
            break;
        }
    }
    child.wait().expect("ended");
    // The next start cleans up what the killed process left; the same file can then be imported.
    let after = data.list("enterprises").len();
    assert_eq!(data.json(&["audit", "verify"])["isIntact"], true);
    data.run(&["import", "enterprises", &file]).expect(0);
    assert_eq!(data.list("enterprises").len(), before + ROWS);
    (before, after)
}

// The process may be faster than the signal: what must never be seen is a part of the file.

#[test]
fn killed_while_reading_it_is_wholly_there_or_wholly_not() {
    let (before, after) = killed_at("读");
    assert!(after == before || after == before + ROWS, "{before} enterprises became {after}");
}

#[test]
fn killed_while_writing_it_is_wholly_there_or_wholly_not() {
    let (before, after) = killed_at("写入");
    assert!(after == before || after == before + ROWS, "{before} enterprises became {after}");
}
