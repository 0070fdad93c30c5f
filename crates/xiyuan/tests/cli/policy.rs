//! `xiyuan policy`.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{Data, run, text};

const PACKAGE: &str = "wuxi-2023";

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(from).expect("folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copy");
        }
    }
}

/// A copy of the package beside what it uses, with one text replaced in one file.
fn changed(data: &Data, file: &str, from: &str, to: &str) -> String {
    copy(&policies().join("common"), &data.path("common"));
    let folder = data.path(PACKAGE);
    copy(&policies().join(PACKAGE), &folder);
    let path = folder.join(file);
    let before = fs::read_to_string(&path).expect("file");
    let after = before.replacen(from, to, 1);
    assert_ne!(before, after, "{from} stands in {file}");
    fs::write(path, after).expect("file");
    text(&folder)
}

#[test]
fn the_shipped_package_is_sound_and_its_examples_hold() {
    let folder = text(&policies().join(PACKAGE));
    let checked = run(&["policy", "check", &folder, "--format", "json"]).expect(0).json();
    assert_eq!(checked["package"], PACKAGE);
    assert_eq!(checked["errors"], 0);
    let tested = run(&["policy", "test", &folder, "--format", "json"]).expect(0).json();
    assert!(tested["examples"].as_u64().expect("number") > 0);
    assert_eq!(tested["failures"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_bad_package_is_refused_with_file_line_and_column() {
    let data = Data::empty();
    let file = "indicators/leading-industry.toml";
    let folder = changed(&data, file, "sum(enterprise.revenue)", "sum(enterprise.revenu)");
    let ran = run(&["policy", "check", &folder]).expect(1);
    let place = format!("{}:9:", text(&data.path(PACKAGE).join(file)));
    assert!(ran.stdout.contains(&place), "{}", ran.stdout);
    let findings = run(&["policy", "check", &folder, "--format", "json"]).expect(1).json();
    let finding = &findings["findings"][0];
    assert_eq!(finding["place"]["file"], file);
    assert!(finding["place"]["column"].as_u64().expect("column") > 1);
    assert!(finding["hint"].as_str().expect("hint").contains("revenue"));
}

#[test]
fn a_moved_threshold_shows_in_the_difference() {
    let data = Data::empty();
    let old = text(&policies().join(PACKAGE));
    assert!(run(&["policy", "diff", &old, &old]).expect(0).stdout.contains("不同 0 处"));
    // A number that is not quoted from the text: others may not move without their words.
    let new = changed(&data, "parameters.toml", "value = \"1\"\nsource", "value = \"55\"\nsource");
    let differences = run(&["policy", "diff", &old, &new, "--format", "json"]).expect(1).json();
    let text = differences.to_string();
    assert!(text.contains("parameters") && text.contains("55"), "{text}");
}

#[test]
fn a_rule_is_explained_with_its_clause() {
    let folder = text(&policies().join(PACKAGE));
    let ran = run(&["policy", "explain", &folder, "leading-revenue-share"]).expect(0);
    assert!(ran.stdout.contains("2.2.1"), "{}", ran.stdout);
    assert!(ran.stdout.contains("主导产业占园区营收的比重不低于50%"), "{}", ran.stdout);
    run(&["policy", "explain", &folder, "no-such-rule"]).expect(1);
}

#[test]
fn a_folder_that_is_not_there_could_not_be_checked() {
    let ran = run(&["policy", "check", "/no/such/folder"]).expect(2);
    assert!(ran.stderr.contains("没有这个目录"), "{}", ran.stderr);
}
