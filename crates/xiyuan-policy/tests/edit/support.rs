//! The shipped package, and a changed copy of it.

use std::path::Path;

use jiff::civil::{Date, date};
use xiyuan_policy::compile::{Compiled, compile};
use xiyuan_policy::package::Package;
use xiyuan_policy::source::SourceFile;

pub const TODAY: Date = date(2026, 11, 23);
pub const NUMBER: &str = "leading_revenue_share_min";
pub const OLD: &str = "主导产业占园区营收的比重不低于50%";
pub const NEW: &str = "主导产业占园区营收的比重不低于55%";

pub fn read(id: &str) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(id);
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inner = path.strip_prefix(&root).expect("inside").to_string_lossy().replace('\\', "/");
                files.push(SourceFile::new(inner, std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

pub fn compiled(files: &[SourceFile]) -> Compiled {
    compile(files, &[read("common")])
}

#[track_caller]
pub fn package(files: &[SourceFile]) -> Package {
    let compiled = compiled(files);
    compiled.package.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

/// The files with some of them replaced.
pub fn with(files: &[SourceFile], changed: Vec<SourceFile>) -> Vec<SourceFile> {
    let mut all = files.to_vec();
    for new in changed {
        let old = all.iter_mut().find(|file| file.path == new.path).expect("a file of the package");
        *old = new;
    }
    all
}

pub fn text<'f>(files: &'f [SourceFile], path: &str) -> &'f str {
    &files.iter().find(|file| file.path == path).expect("a file").text
}

/// Lines that differ between two texts of as many lines.
pub fn changed_lines<'t>(before: &'t str, after: &'t str) -> Vec<(&'t str, &'t str)> {
    assert_eq!(before.lines().count(), after.lines().count());
    before.lines().zip(after.lines()).filter(|(old, new)| old != new).collect()
}

/// 50 % becomes 55 %, in the number and in the sentence.
pub fn raised() -> (Vec<SourceFile>, Vec<SourceFile>) {
    use xiyuan_policy::edit::{replace_words, set_number};
    let before = read("wuxi-2023");
    let model = package(&before);
    let number = set_number(&model, &before, NUMBER, "55", None, TODAY).expect("a number");
    let files = with(&before, vec![number]);
    let words = replace_words(&files, "2.2.1", OLD, NEW).expect("a sentence");
    let after = with(&files, words);
    (before, after)
}
