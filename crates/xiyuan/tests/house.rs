//! Rules of the house that a compiler does not know: layers, one home for each heavy library, budgets of length.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates from the bottom up; each may use only those before it.
const LAYERS: &[&str] = &[
    "xiyuan-policy",
    "xiyuan-archive",
    "xiyuan-sheets",
    "xiyuan-store",
    "xiyuan-server",
    "xiyuan-testkit",
    "xiyuan",
];
/// Heavy libraries and the one crate that may name them.
const HOMES: &[(&str, &str)] = &[
    ("sqlx", "xiyuan-store"),
    ("sqlparser", "xiyuan-policy"),
    ("parquet", "xiyuan-archive"),
    ("object_store", "xiyuan-archive"),
    ("calamine", "xiyuan-sheets"),
    ("rust_xlsxwriter", "xiyuan-sheets"),
    ("axum", "xiyuan-server"),
    ("clap", "xiyuan"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn dependencies(krate: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("crates").join(krate).join("Cargo.toml")).expect("manifest");
    let mut inside = false;
    let mut names = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside && let Some((name, _)) = line.split_once(['.', ' ', '=']) {
            names.push(name.to_owned());
        }
    }
    names
}

fn sources(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "node_modules" | "dist" | "target" | "test-results") {
                sources(&path, endings, found);
            }
        } else if endings.iter().any(|e| name.ends_with(e)) && !name.ends_with(".d.ts") && name != "schema.ts"
        {
            found.push(path);
        }
    }
}

fn lengths(folders: &[&str], endings: &[&str]) -> BTreeMap<PathBuf, usize> {
    let mut files = Vec::new();
    for folder in folders {
        sources(&root().join(folder), endings, &mut files);
    }
    files
        .into_iter()
        .map(|path| {
            let lines = fs::read_to_string(&path).expect("text").lines().count();
            (path, lines)
        })
        .collect()
}

fn percentile_95(lengths: &BTreeMap<PathBuf, usize>) -> usize {
    let mut sorted: Vec<usize> = lengths.values().copied().collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() * 95 / 100).or(sorted.last()).copied().expect("at least one file")
}

#[test]
fn arrows_point_downwards_only() {
    for (layer, krate) in LAYERS.iter().enumerate() {
        for name in dependencies(krate).iter().filter(|n| n.starts_with("xiyuan")) {
            let below = LAYERS.iter().position(|l| l == name).expect("a crate of the workspace");
            assert!(below < layer, "{krate} must not depend on {name}");
        }
    }
}

#[test]
fn each_heavy_library_has_one_home() {
    for (library, home) in HOMES {
        for krate in LAYERS.iter().filter(|k| *k != home) {
            assert!(
                !dependencies(krate).iter().any(|d| d == library),
                "{library} belongs to {home}, not to {krate}"
            );
        }
    }
}

#[test]
fn files_stay_short() {
    for (folders, endings, budget, ceiling) in
        [(&["crates"][..], &[".rs"][..], 500, 800), (&["web/src", "e2e"][..], &[".ts", ".vue"][..], 250, 450)]
    {
        let lengths = lengths(folders, endings);
        for (path, lines) in lengths.iter().filter(|(_, lines)| **lines > budget) {
            println!("over {budget}: {} {lines}", path.display());
        }
        let p95 = percentile_95(&lengths);
        assert!(p95 <= budget, "95 % of {endings:?} files must have at most {budget} lines, now {p95}");
        let longest = lengths.iter().max_by_key(|(_, l)| **l).expect("at least one file");
        assert!(*longest.1 <= ceiling, "{} has {} lines", longest.0.display(), longest.1);
    }
}

#[test]
fn the_policy_stays_out_of_the_code() {
    // Words of the policy's rules that would mean a clause has been written into code.
    let words = ["不低于50%", "50%以上", "1个百分点以上", "平均水平10%以上", "wuxi_2023"];
    let mut files = Vec::new();
    for krate in LAYERS {
        sources(&root().join("crates").join(krate).join("src"), &[".rs"], &mut files);
    }
    sources(&root().join("web/src"), &[".ts", ".vue"], &mut files);
    for path in files {
        let text = fs::read_to_string(&path).expect("text");
        for word in words {
            assert!(!text.contains(word), "{} contains {word}", path.display());
        }
    }
}
