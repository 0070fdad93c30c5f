//! `parameters.toml` and `benchmarks.toml`.

use jiff::civil::Date;

use super::builder::{Builder, check_id, fits_base};
use super::cite::Citation;
use super::fields::SUBJECTS;
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::Diagnostic;
use crate::language::Units;
use crate::number::Exact;
use crate::package::{Benchmark, DatedValue, Parameter, Range, Subject, Unit};
use crate::plan::ParameterIx;
use crate::source::{Located, Reader, count};

impl Builder<'_> {
    /// Reads one file of parameters.
    pub(super) fn read_parameters(&mut self, package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for (id, item) in reader.named_tables("parameter") {
            let name = item.need_text("name");
            let unit = self.need_unit(&item);
            let values = self.dated_values(&item, package.meta.in_force_from);
            let cited = self.citation(&item);
            item.finish();
            if !check_id(&id, false, self.findings) {
                continue;
            }
            let Some(unit) = unit else {
                self.declare("parameter", &id);
                self.names.broken.insert(id.value);
                continue;
            };
            let name = name.map(|name| name.value).unwrap_or_default();
            // A number quoted from the policy stands for itself, read by a formula or not.
            let is_quoted = cited.quote.is_some();
            if let Some(index) = self.push_parameter(&id, name, &unit, values, cited)
                && package.is_root
                && !is_quoted
            {
                self.own_parameters.insert(index.index(), id.place.clone());
            }
        }
        reader.finish();
    }

    /// Adds a parameter; `None` when its id is taken.
    pub(super) fn push_parameter(
        &mut self,
        id: &Located<String>,
        name: String,
        unit: &Unit,
        values: Vec<DatedValue>,
        cited: Citation,
    ) -> Option<ParameterIx> {
        if !self.declare("parameter", id) {
            return None;
        }
        for value in values.iter().filter(|value| !fits_base(value.value, unit)) {
            let diagnostic = Diagnostic::error("not-a-number", id.place.clone(), "数字太大");
            self.findings.add(diagnostic.found(value.value.to_string()));
        }
        let index = ParameterIx(count(self.parameters.len()));
        self.names.parameters.insert(id.value.clone(), Units::quantity(unit));
        self.parameters.push(Parameter {
            id: id.value.clone(),
            name,
            unit: unit.name.clone(),
            values,
            clause: cited.clause.clone(),
            source: cited.source.clone(),
            basis: cited.basis.clone(),
        });
        self.notes.parameters.push((id.place.clone(), cited));
        Some(index)
    }

    /// `value = …` from the first day in force, or `values = [{ from, value }]` in order of dates.
    fn dated_values(&self, item: &Reader<'_>, in_force_from: Date) -> Vec<DatedValue> {
        if item.has("value") == item.has("values") {
            let message = "value 与 values 应写且只写一个";
            self.findings.add(Diagnostic::error("parameter-value", item.place(), message));
            item.number("value");
            return Vec::new();
        }
        if let Some(value) = item.number("value") {
            return vec![DatedValue { from: in_force_from, value: value.value }];
        }
        let mut values: Vec<DatedValue> = Vec::new();
        for entry in item.tables("values") {
            let from = entry.need_date("from");
            let value = entry.number("value");
            if value.is_none() && !entry.has("value") {
                self.findings.add(Diagnostic::error("missing-key", entry.place(), "缺少键“value”"));
            }
            entry.finish();
            let (Some(from), Some(value)) = (from, value) else {
                continue;
            };
            if values.last().is_some_and(|last| last.from >= from) {
                let place = entry.place_of("from");
                self.findings.add(Diagnostic::error("dates-reversed", place, "各期的起始日应依次递增"));
                continue;
            }
            values.push(DatedValue { from, value: value.value });
        }
        if values.is_empty() && item.nodes("values").is_empty() && !item.has("value") {
            self.findings.add(Diagnostic::error("parameter-value", item.place(), "values 不能为空"));
        }
        values
    }

    /// Reads one file of benchmarks.
    pub(super) fn read_benchmarks(&mut self, _package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for (key, item) in reader.named_tables("benchmark") {
            let subject = item.choice("subject", &SUBJECTS).unwrap_or(Subject::City);
            if subject != Subject::City {
                let place = item.place_of("subject");
                self.findings.add(Diagnostic::error(
                    "not-supported",
                    place,
                    "对标数据目前只能属于全市（city）",
                ));
            }
            let name = item.need_text("name");
            let unit = self.need_unit(&item);
            let decimals = item.need_whole("decimals", 0..=12).unwrap_or(0);
            let owed_by = item.need_text("owed_by");
            let definition = item.need_text("definition");
            let published = self.published(&item);
            let admissible = self.admissible(&item, Range::default());
            item.text("admissible_basis");
            item.finish();
            if !check_id(&key, false, self.findings) || !self.declare("benchmark", &key) {
                continue;
            }
            let Some(unit) = unit else {
                self.names.broken.insert(format!("city.{}", key.value));
                continue;
            };
            self.names.benchmarks.insert(key.value.clone(), Units::quantity(&unit));
            let text = |value: Option<Located<String>>| value.map(|text| text.value).unwrap_or_default();
            self.benchmarks.push(Benchmark {
                id: format!("city.{}", key.value),
                name: text(name),
                unit: unit.name,
                decimals,
                owed_by: text(owed_by),
                definition: text(definition),
                published,
                admissible,
            });
        }
        reader.finish();
    }

    fn published(&self, item: &Reader<'_>) -> Vec<(i16, Exact, String)> {
        let mut values: Vec<(i16, Exact, String)> = Vec::new();
        for entry in item.tables("published") {
            let year = entry.need_whole("year", 1949..=9999).and_then(|year| i16::try_from(year).ok());
            let value = entry.number("value");
            let source = entry.need_text("source");
            entry.finish();
            let (Some(year), Some(value), Some(source)) = (year, value, source) else {
                continue;
            };
            if values.iter().any(|(known, ..)| *known == year) {
                let place = entry.place_of("year");
                self.findings.add(Diagnostic::error("duplicate-id", place, format!("{year} 年的数据重复")));
                continue;
            }
            values.push((year, value.value, source.value));
        }
        values
    }
}
