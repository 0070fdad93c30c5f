//! What goes into an archive and comes out of it; names of its files.

use xiyuan_policy::compile::compile;
use xiyuan_policy::frame::{Frame, Period};
use xiyuan_policy::package::{Field, Origin, Package, Subject};
use xiyuan_policy::plan::FieldIx;
use xiyuan_policy::source::SourceFile;

use crate::error::ArchiveError;
use crate::manifest::Manifest;

pub(crate) const ENTERPRISES: &str = "enterprises.parquet";
pub(crate) const PARKS: &str = "parks.parquet";
pub(crate) const MEMBERSHIPS: &str = "memberships.parquet";
pub(crate) const RECORDS: &str = "records.parquet";
pub(crate) const BENCHMARKS: &str = "benchmarks.parquet";
pub(crate) const FACTS: &str = "facts.parquet";
pub(crate) const EVIDENCE: &str = "evidence.parquet";
pub(crate) const RULINGS: &str = "rulings.parquet";
/// Column with the subject's id in tables of values; keys of fields begin with a letter.
pub(crate) const ID: &str = "_id";
const OWN: &str = "package/own/";
const USED: &str = "package/uses/";

/// An archive that was read: everything to compute again what was computed.
#[derive(Debug)]
pub struct Frozen {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// Its policy package, compiled.
    pub package: Package,
    /// Its figures.
    pub frame: Frame,
}

/// Files of a package and of those it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageFiles {
    /// The package's own.
    pub own: Vec<SourceFile>,
    /// Of each used one.
    pub library: Vec<Vec<SourceFile>>,
}

impl PackageFiles {
    /// Compiles them.
    pub(crate) fn compile(&self) -> Result<Package, ArchiveError> {
        let compiled = compile(&self.own, &self.library);
        let first = compiled.diagnostics.first().map(ToString::to_string).unwrap_or_default();
        compiled.package.ok_or(ArchiveError::Package(first))
    }

    /// As files of the archive.
    pub(crate) fn named(&self) -> Vec<(String, Vec<u8>)> {
        let own = self.own.iter().map(|file| (format!("{OWN}{}", file.path), file.text.clone().into_bytes()));
        let used = self.library.iter().enumerate().flat_map(|(number, files)| {
            let name = move |file: &SourceFile| {
                (format!("{USED}{number:03}/{}", file.path), file.text.clone().into_bytes())
            };
            files.iter().map(name)
        });
        own.chain(used).collect()
    }

    /// Takes a file of the archive; false when it is none of a package.
    pub(crate) fn take(&mut self, name: &str, bytes: &[u8]) -> Result<bool, ArchiveError> {
        let text = || {
            let text = std::str::from_utf8(bytes).map_err(|error| ArchiveError::malformed(name, error))?;
            Ok::<_, ArchiveError>(text.to_owned())
        };
        if let Some(path) = name.strip_prefix(OWN) {
            self.own.push(SourceFile::new(path, text()?));
            return Ok(true);
        }
        let Some((number, path)) = name.strip_prefix(USED).and_then(|rest| rest.split_once('/')) else {
            return Ok(false);
        };
        let number: usize = number.parse().map_err(|error| ArchiveError::malformed(name, error))?;
        if number > self.library.len() {
            return Err(ArchiveError::malformed(name, "不按顺序"));
        }
        if number == self.library.len() {
            self.library.push(Vec::new());
        }
        self.library[number].push(SourceFile::new(path, text()?));
        Ok(true)
    }
}

/// Kinds of subjects whose figures have tables of their own, each with the word in the file's name.
pub(crate) fn kinds(package: &Package) -> Vec<(Subject, String)> {
    let registers = (0..).map(xiyuan_policy::plan::RecordIx).zip(&package.records);
    let registers = registers.map(|(index, kind)| (Subject::Record(index), format!("record-{}", kind.id)));
    [(Subject::Enterprise, "enterprise".to_owned()), (Subject::Park, "park".to_owned())]
        .into_iter()
        .chain(registers)
        .collect()
}

/// Name of a table of values.
pub(crate) fn values_name(word: &str, period: Period) -> String {
    format!("values-{word}-{period}.parquet")
}

/// Fields of a kind of subject that hold values of their own.
pub(crate) fn fields(package: &Package, subject: Subject) -> impl Iterator<Item = (FieldIx, &Field)> {
    (0..)
        .map(FieldIx)
        .zip(&package.fields)
        .filter(move |(_, field)| field.subject == subject && !matches!(field.origin, Origin::Derived { .. }))
}
