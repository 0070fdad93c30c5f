//! Which files make a package, which packages it uses, and the digest over all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::civil::Date;
use sm3::{Digest, Sm3};

use crate::diagnostic::{Diagnostic, meant};
use crate::package::Place;
use crate::source::{Entry, Findings, Located, Reader, Source, SourceFile, parse_toml};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Policy,
    Text,
    Clauses,
    Units,
    Catalogs,
    CatalogEntries,
    Form,
    Fields,
    Parameters,
    Benchmarks,
    Indicators,
    Facts,
    Criteria,
    Assessments,
    Groupings,
    Record,
    Scorecard,
    Targets,
    Tasks,
    Examples,
    /// Explanations for authors.
    Readme,
}

const SINGLE_FILES: [(&str, FileKind); 12] = [
    ("policy.toml", FileKind::Policy),
    ("text.md", FileKind::Text),
    ("clauses.toml", FileKind::Clauses),
    ("units.toml", FileKind::Units),
    ("catalogs.toml", FileKind::Catalogs),
    ("parameters.toml", FileKind::Parameters),
    ("benchmarks.toml", FileKind::Benchmarks),
    ("facts.toml", FileKind::Facts),
    ("assessments.toml", FileKind::Assessments),
    ("groupings.toml", FileKind::Groupings),
    ("targets.toml", FileKind::Targets),
    ("tasks.toml", FileKind::Tasks),
];

const FOLDERS: [(&str, &str, FileKind); 8] = [
    ("catalogs/", ".csv", FileKind::CatalogEntries),
    ("forms/", ".toml", FileKind::Form),
    ("fields/", ".toml", FileKind::Fields),
    ("indicators/", ".toml", FileKind::Indicators),
    ("criteria/", ".toml", FileKind::Criteria),
    ("records/", ".toml", FileKind::Record),
    ("scorecards/", ".toml", FileKind::Scorecard),
    ("tests/", ".toml", FileKind::Examples),
];

fn kind_of(path: &str) -> Option<FileKind> {
    if let Some((_, kind)) = SINGLE_FILES.iter().find(|(name, _)| *name == path) {
        return Some(*kind);
    }
    let in_folder = |(folder, ending, _): &&(&str, &str, FileKind)| {
        path.strip_prefix(folder)
            .and_then(|name| name.strip_suffix(ending))
            .is_some_and(|stem| !stem.contains('/'))
    };
    if let Some((_, _, kind)) = FOLDERS.iter().find(in_folder) {
        return Some(*kind);
    }
    has_ending(path, "md").then_some(FileKind::Readme)
}

/// Endings are those of the file names above: in small letters.
fn has_ending(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, last)| last == ending)
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct LoadedFile {
    /// Path inside its package.
    pub(super) path: String,
    pub(super) kind: FileKind,
    pub(super) source: Rc<Source>,
    /// Empty for files that are not TOML.
    pub(super) entries: Vec<Entry>,
}

impl LoadedFile {
    /// A reader of the whole file.
    pub(super) fn reader<'a>(&'a self, findings: &'a Findings) -> Reader<'a> {
        Reader::new(&self.source, findings, &self.entries, 0)
    }

    /// The file's name without folder and ending, with its place.
    pub(super) fn stem(&self) -> Located<String> {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        Located::new(stem.to_owned(), self.source.place(0))
    }
}

/// A package with its files, in order of their paths.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) meta: Meta,
    pub(super) is_root: bool,
    pub(super) files: Vec<LoadedFile>,
}

/// `policy.toml`.
#[derive(Debug)]
pub(super) struct Meta {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) issuer: String,
    pub(super) document_number: Option<String>,
    pub(super) issued: Date,
    pub(super) in_force_from: Date,
    pub(super) in_force_to: Option<Date>,
    pub(super) uses: Vec<Located<String>>,
}

impl Loaded {
    /// Files of a kind with their package.
    pub(super) fn files_of(&self, kind: FileKind) -> impl Iterator<Item = (&Self, &LoadedFile)> {
        self.files.iter().filter(move |file| file.kind == kind).map(move |file| (self, file))
    }

    /// The package's id.
    pub(super) fn id(&self) -> String {
        self.meta.id.clone()
    }
}

/// Reads the package and those it uses; used ones come first, the package itself is last.
pub(super) fn load(sources: &[SourceFile], library: &[Vec<SourceFile>], findings: &Findings) -> Vec<Loaded> {
    let root = read(sources, None, findings);
    let shelf: BTreeMap<String, &[SourceFile]> =
        library.iter().filter_map(|files| Some((id_of(files)?, files.as_slice()))).collect();
    let mut done = Vec::new();
    let mut seen = BTreeSet::from([root.meta.id.clone()]);
    // Depth first without recursion: a package is put down after everything it uses.
    let mut stack: Vec<(Loaded, usize)> = vec![(root, 0)];
    while let Some((package, next)) = stack.last_mut() {
        let Some(used) = package.meta.uses.get(*next).cloned() else {
            done.extend(stack.pop().map(|(package, _)| package));
            continue;
        };
        *next += 1;
        if stack.iter().any(|(open, _)| open.meta.id == used.value) {
            findings.add(
                Diagnostic::error("package-cycle", used.place, "政策包互相引用").found(used.value.clone()),
            );
        } else if let Some(files) = shelf.get(&used.value) {
            if seen.insert(used.value.clone()) {
                stack.push((read(files, Some(&used.value), findings), 0));
            }
        } else {
            findings.add(
                Diagnostic::error("unknown-package", used.place, format!("找不到政策包“{}”", used.value))
                    .hint(meant(&used.value, shelf.keys().map(String::as_str))),
            );
        }
    }
    done
}

/// The id a library package gives itself, read leniently: its own mistakes are reported when it is used.
fn id_of(files: &[SourceFile]) -> Option<String> {
    let file = files.iter().find(|file| file.path == "policy.toml")?;
    let quiet = Findings::default();
    let source = Source::new(String::new(), file.text.clone());
    let entries = parse_toml(&source, &quiet);
    Reader::new(&source, &quiet, &entries, 0).text("id").map(|id| id.value)
}

fn read(sources: &[SourceFile], used_as: Option<&str>, findings: &Findings) -> Loaded {
    let shown = |path: &str| used_as.map_or_else(|| path.to_owned(), |id| format!("../{id}/{path}"));
    let mut sorted: Vec<&SourceFile> = sources.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    sorted.dedup_by(|a, b| a.path == b.path);
    let mut files = Vec::new();
    for file in sorted {
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        let source = Source::new(shown(&file.path), text.to_owned());
        let Some(kind) = kind_of(&file.path) else {
            let names = SINGLE_FILES.iter().map(|(name, _)| *name);
            findings.add(
                Diagnostic::error("unknown-file", source.place(0), "政策包里没有这种文件")
                    .hint(meant(&file.path, names)),
            );
            continue;
        };
        let entries = if has_ending(&file.path, "toml") { parse_toml(&source, findings) } else { Vec::new() };
        files.push(LoadedFile { path: file.path.clone(), kind, source, entries });
    }
    let meta = files.iter().find(|file| file.kind == FileKind::Policy).map(|file| meta(file, findings));
    let meta = meta.unwrap_or_else(|| {
        let place = Place { file: shown("policy.toml"), line: 1, column: 1 };
        findings.add(Diagnostic::error("missing-file", place, "缺少文件 policy.toml"));
        Meta::empty()
    });
    Loaded { meta, is_root: used_as.is_none(), files }
}

impl Meta {
    fn empty() -> Self {
        Self {
            id: String::new(),
            title: String::new(),
            issuer: String::new(),
            document_number: None,
            issued: Date::ZERO,
            in_force_from: Date::ZERO,
            in_force_to: None,
            uses: Vec::new(),
        }
    }
}

fn meta(file: &LoadedFile, findings: &Findings) -> Meta {
    let reader = file.reader(findings);
    let text = |value: Option<Located<String>>| value.map(|text| text.value).unwrap_or_default();
    let id = reader.need_text("id");
    if let Some(id) = &id {
        super::builder::check_id(id, false, findings);
    }
    let meta = Meta {
        id: text(id),
        title: text(reader.need_text("title")),
        issuer: text(reader.need_text("issuer")),
        document_number: reader.text("document_number").map(|number| number.value),
        issued: reader.need_date("issued").unwrap_or(Date::ZERO),
        in_force_from: reader.need_date("in_force_from").unwrap_or(Date::ZERO),
        in_force_to: reader.date("in_force_to"),
        uses: reader.texts("uses"),
    };
    reader.choice("language", &[("zh-CN", ())]);
    if meta.in_force_to.is_some_and(|to| to < meta.in_force_from) {
        let place = reader.place_of("in_force_to");
        findings.add(Diagnostic::error("dates-reversed", place, "失效日早于生效日"));
    }
    reader.finish();
    meta
}

/// SM3 over the sorted (path, length, content) of all files; a path begins with its package's id.
pub(super) fn digest(packages: &[Loaded]) -> String {
    let mut files: Vec<(String, &str)> = packages
        .iter()
        .flat_map(|package| {
            package
                .files
                .iter()
                .map(|file| (format!("{}/{}", package.meta.id, file.path), file.source.text.as_str()))
        })
        .collect();
    files.sort();
    let mut hash = Sm3::new();
    for (path, text) in files {
        for part in [path.as_str(), text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex::encode(hash.finalize())
}
