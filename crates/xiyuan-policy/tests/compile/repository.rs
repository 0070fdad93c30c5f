//! The packages of this repository compile.

use std::fs;
use std::path::{Path, PathBuf};

use xiyuan_policy::compile::compile;
use xiyuan_policy::diagnostic::Diagnostic;
use xiyuan_policy::source::SourceFile;

use crate::support::{read_folder, root};

/// Folders below `policies` that hold a `policy.toml`, conformance cases aside.
fn folders(below: &Path, found: &mut Vec<PathBuf>) {
    if below.join("policy.toml").exists() {
        found.push(below.to_owned());
        return;
    }
    let entries =
        fs::read_dir(below).expect("a folder of the repository").map(|entry| entry.expect("an entry").path());
    let mut inner: Vec<PathBuf> =
        entries.filter(|path| path.is_dir() && !path.ends_with("conformance")).collect();
    inner.sort();
    for folder in inner {
        folders(&folder, found);
    }
}

#[test]
fn every_published_package_compiles_without_errors() {
    let mut paths = Vec::new();
    folders(&root().join("policies"), &mut paths);
    let library: Vec<Vec<SourceFile>> = paths.iter().map(|path| read_folder(path)).collect();
    assert!(!library.is_empty(), "there are packages in policies/");
    let mut errors = Vec::new();
    for (path, files) in paths.iter().zip(&library) {
        let compiled = compile(files, &library);
        let found = compiled.diagnostics.iter().filter(|found| found.is_error());
        errors.extend(found.map(|diagnostic| format!("{}: {diagnostic}", path.display())));
        assert_eq!(compiled.package.is_some(), !compiled.diagnostics.iter().any(Diagnostic::is_error));
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
