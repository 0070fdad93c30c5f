//! Reading folders of packages.

use std::fs;
use std::path::{Path, PathBuf};

use xiyuan_policy::compile::{Compiled, compile};
use xiyuan_policy::source::SourceFile;

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies in crates/").to_owned()
}

/// The folder of conformance packages.
pub fn conformance() -> PathBuf {
    root().join("policies/conformance")
}

/// All files below a folder, paths relative to it.
pub fn read_folder(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name =
                path.strip_prefix(folder).expect("below the folder").to_string_lossy().replace('\\', "/");
            if name != "diagnostics.json" {
                files.push(SourceFile::new(name, fs::read_to_string(&path).expect("UTF-8 text")));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The package without mistakes that all cases start from.
pub fn base() -> Vec<SourceFile> {
    read_folder(&conformance().join("base"))
}

/// The base with some files replaced or added; an empty text takes a file away.
pub fn base_with(changed: &[SourceFile]) -> Vec<SourceFile> {
    let mut files = base();
    files.retain(|file| !changed.iter().any(|other| other.path == file.path));
    files.extend(changed.iter().filter(|file| !file.text.is_empty()).cloned());
    files
}

/// Months, groups, registers and figures of every kind of subject, to be laid over the base.
pub fn features() -> Vec<SourceFile> {
    let mut files = read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features"));
    files.retain(|file| !file.path.starts_with("tests/"));
    files
}

/// Compiles without a library.
pub fn compiled(files: &[SourceFile]) -> Compiled {
    compile(files, &[])
}

/// Codes of all findings.
pub fn codes(compiled: &Compiled) -> Vec<&'static str> {
    compiled.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}
