//! `catalogs.toml` and `catalogs/*.csv`.

use std::collections::BTreeSet;

use super::builder::{Builder, check_id};
use super::files::{FileKind, Loaded, LoadedFile};
use crate::diagnostic::{Diagnostic, meant};
use crate::package::{Catalog, CatalogEntry, Place};

impl Builder<'_> {
    /// Reads the code lists of one package.
    pub(super) fn read_catalogs(&mut self, package: &Loaded) {
        let mut used = BTreeSet::new();
        for (_, file) in package.files_of(FileKind::Catalogs) {
            let reader = file.reader(self.findings);
            for (id, item) in reader.named_tables("catalog") {
                let name = item.need_text("name");
                let source = item.need_text("source");
                let basis = item.choice("basis", &[("待核", "待核")]).map(str::to_owned);
                let path =
                    item.text("file").map_or_else(|| format!("catalogs/{}.csv", id.value), |path| path.value);
                item.finish();
                if !check_id(&id, false, self.findings) || !self.declare("catalog", &id) {
                    continue;
                }
                let paths = || package.files_of(FileKind::CatalogEntries).map(|(_, file)| file.path.as_str());
                let listed = package.files_of(FileKind::CatalogEntries).find(|(_, file)| file.path == path);
                let entries = if let Some((_, csv)) = listed {
                    self.entries(csv)
                } else {
                    let message = format!("找不到目录文件 {path}");
                    let hint = meant(&path, paths());
                    self.findings
                        .add(Diagnostic::error("missing-file", id.place.clone(), message).hint(hint));
                    None
                };
                used.insert(path);
                // A list with mistakes is not checked against: the code may stand in the row that could not be read.
                if let Some(entries) = &entries {
                    let codes =
                        entries.iter().map(|entry| (entry.code.clone(), entry.name.clone())).collect();
                    self.names.codes.insert(id.value.clone(), codes);
                }
                let catalog = Catalog {
                    id: id.value.clone(),
                    name: name.map(|name| name.value).unwrap_or_default(),
                    source: source.map(|source| source.value).unwrap_or_default(),
                    basis,
                    entries: entries.unwrap_or_default(),
                };
                self.catalogs.insert(id.value, catalog);
            }
            reader.finish();
        }
        for (_, file) in package.files_of(FileKind::CatalogEntries) {
            if !used.contains(&file.path) {
                let message = "catalogs.toml 里没有声明这个目录";
                self.findings.add(Diagnostic::error("undeclared-catalog", file.source.place(0), message));
            }
        }
    }

    /// The entries of a list; `None` when a row could not be read.
    fn entries(&self, file: &LoadedFile) -> Option<Vec<CatalogEntry>> {
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file.source.text.as_bytes());
        let place = |line: u64| Place {
            file: file.source.path.clone(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: 1,
        };
        let head = reader.headers().cloned().unwrap_or_default();
        let column = |name: &str| head.iter().position(|cell| cell == name);
        let (Some(code_at), Some(name_at)) = (column("code"), column("name")) else {
            self.findings.add(
                Diagnostic::error("catalog-head", place(1), "目录文件的表头不对")
                    .found(head.iter().collect::<Vec<_>>().join(","))
                    .expected("code,name,parent"),
            );
            return None;
        };
        let mut is_whole = true;
        let parent_at = column("parent");
        let mut entries: Vec<CatalogEntry> = Vec::new();
        let mut lines = Vec::new();
        let mut codes = BTreeSet::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    is_whole = false;
                    self.findings.add(Diagnostic::error(
                        "catalog-row",
                        place(line),
                        "这一行的列数与表头不同",
                    ));
                    continue;
                }
            };
            let line = record.position().map_or(1, csv::Position::line);
            let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
            let (code, name) = (cell(code_at), cell(name_at));
            if code.is_empty() || name.is_empty() {
                is_whole = false;
                self.findings.add(Diagnostic::error("catalog-row", place(line), "代码和名称都不能为空"));
            } else if codes.insert(code.clone()) {
                let parent = parent_at.map(cell).filter(|parent| !parent.is_empty());
                entries.push(CatalogEntry { code, name, parent });
                lines.push(line);
            } else {
                self.findings.add(Diagnostic::error(
                    "duplicate-id",
                    place(line),
                    format!("代码“{code}”重复"),
                ));
            }
        }
        self.check_parents(&entries, &lines, &codes, &place);
        is_whole.then_some(entries)
    }

    fn check_parents(
        &self,
        entries: &[CatalogEntry],
        lines: &[u64],
        codes: &BTreeSet<String>,
        place: &dyn Fn(u64) -> Place,
    ) {
        for (entry, line) in entries.iter().zip(lines) {
            if let Some(parent) = entry.parent.as_ref().filter(|parent| !codes.contains(*parent)) {
                let message = format!("上级代码“{parent}”不在本目录");
                let hint = meant(parent, codes.iter().map(String::as_str));
                self.findings.add(Diagnostic::error("unknown-code", place(*line), message).hint(hint));
            }
        }
    }
}
