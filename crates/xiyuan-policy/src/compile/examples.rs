//! `tests/*.toml`: worked examples, resolved against the package.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::builder::{Builder, check_id};
use super::files::LoadedFile;
use crate::diagnostic::{Diagnostic, meant};
use crate::examples::model::{
    Example, ExampleBenchmark, ExampleCell, ExampleFact, ExampleMember, ExampleSubject, ExampleValue,
};
use crate::frame::Period;
use crate::number::Exact;

use crate::package::{FieldType, Origin, Subject};
use crate::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, ParameterIx};
use crate::source::{Located, Node, NodeValue, Reader, count};

/// A compact table: names of columns, rows of cells.
pub(super) struct Table<'a> {
    pub(super) head: Vec<Located<String>>,
    pub(super) rows: Vec<Vec<&'a Node>>,
}

/// Field, period and, of several sources, which one says it.
pub(super) type ValueColumn = (FieldIx, Period, Option<u32>);

/// What an example has so far, to resolve names in it.
pub(super) struct Draft {
    pub(super) period: Period,
    pub(super) parks: Vec<ExampleSubject>,
    pub(super) enterprises: Vec<ExampleSubject>,
    pub(super) groups: Vec<String>,
}

impl Builder<'_> {
    /// Reads one file of examples.
    pub(super) fn read_examples(&mut self, file: &LoadedFile) -> Vec<Example> {
        let reader = file.reader(self.findings);
        let mut examples = Vec::new();
        for item in reader.tables("example") {
            examples.extend(self.read_example(&item));
            item.finish();
        }
        reader.finish();
        examples
    }

    fn read_example(&mut self, item: &Reader<'_>) -> Option<Example> {
        let id = item.need_text("id");
        let name = item.need_text("name");
        let period = self.example_period(item);
        let parks = self.table(item, "parks");
        let enterprises = self.table(item, "enterprises");
        let tables = ["members", "benchmarks", "facts", "evidence"].map(|key| (key, self.table(item, key)));
        let id = id?;
        if !check_id(&id, false, self.findings) || !self.declare("example", &id) {
            return None;
        }
        let mut draft =
            Draft { period: period?, parks: Vec::new(), enterprises: Vec::new(), groups: Vec::new() };
        draft.parks = self.subjects(item, parks.as_ref(), Subject::Park, draft.period);
        draft.enterprises = self.subjects(item, enterprises.as_ref(), Subject::Enterprise, draft.period);
        let [(_, members), (_, benchmarks), (_, facts), (_, evidence)] = tables;
        let mut all_members =
            enterprises.as_ref().map(|table| self.column_members(item, table, &draft)).unwrap_or_default();
        all_members.extend(
            members.as_ref().map(|table| self.dated_members(item, table, &draft)).unwrap_or_default(),
        );
        let records = self.example_records(item, &draft);
        let benchmarks = benchmarks.map(|table| self.example_benchmarks(item, &table)).unwrap_or_default();
        let facts = facts.map(|table| self.example_facts(item, &table, &draft)).unwrap_or_default();
        let evidence = evidence.map(|table| self.example_evidence(item, &table, &draft)).unwrap_or_default();
        let set = self.example_set(item);
        let readings = self.example_readings(item);
        let precedence = self.example_precedence(item);
        let chosen = self.example_choices(item);
        let exceptions = self.example_exceptions(item, &draft);
        let expected = item.tables("expect");
        if expected.is_empty() {
            self.findings.add(Diagnostic::error(
                "empty-list",
                id.place.clone(),
                "例子没有预期结果（expect）",
            ));
        }
        draft.groups = self.expected_groups(&expected);
        let mut expect = Vec::new();
        for entry in &expected {
            expect.extend(self.expectation(entry, &draft));
            entry.finish();
        }
        Some(Example {
            id: id.value,
            name: name.map(|name| name.value).unwrap_or_default(),
            period: draft.period,
            parks: draft.parks,
            enterprises: draft.enterprises,
            members: all_members,
            records,
            groups: draft.groups,
            benchmarks,
            facts,
            evidence,
            set,
            readings,
            precedence,
            chosen,
            exceptions,
            expect,
            place: id.place,
        })
    }

    fn example_period(&self, item: &Reader<'_>) -> Option<Period> {
        if let Some(month) = item.text("month") {
            return self.period(&month);
        }
        let year = item.need_whole("year", 1949..=9999)?;
        i16::try_from(year).ok().map(Period::Year)
    }

    /// `2024` or `2024-05`.
    pub(super) fn period(&self, text: &Located<String>) -> Option<Period> {
        let parsed = match text.value.split_once('-') {
            None => text.value.parse().ok().filter(|year| (1949..=9999).contains(year)).map(Period::Year),
            Some((year, month)) => year
                .parse()
                .ok()
                .filter(|year| (1949..=9999).contains(year))
                .zip(month.parse().ok().filter(|month| (1..=12).contains(month)))
                .map(|(year, month)| Period::Month(year, month)),
        };
        if parsed.is_none() {
            let diagnostic = Diagnostic::error("bad-period", text.place.clone(), "期间的写法不对");
            self.findings.add(diagnostic.found(text.value.clone()).expected("2024 或 2024-05"));
        }
        parsed
    }

    pub(super) fn table<'r>(&self, item: &Reader<'r>, key: &'static str) -> Option<Table<'r>> {
        self.table_of(item, key, item.nodes(key))
    }

    pub(super) fn table_of<'r>(&self, item: &Reader<'r>, key: &str, rows: &'r [Node]) -> Option<Table<'r>> {
        let mut rows = rows.iter();
        let head_row = rows.next()?;
        let NodeValue::List(cells) = &head_row.value else {
            item.report_shape(key, head_row, "列名的列表，如 [\"park\", \"land_area\"]");
            return None;
        };
        let head: Vec<Located<String>> = cells.iter().filter_map(|cell| item.node_text(key, cell)).collect();
        if head.len() != cells.len() {
            return None;
        }
        let mut table = Table { head, rows: Vec::new() };
        for row in rows {
            match &row.value {
                NodeValue::List(cells) if cells.len() == table.head.len() => {
                    table.rows.push(cells.iter().collect());
                }
                NodeValue::List(cells) => {
                    let diagnostic =
                        Diagnostic::error("row-length", item.place_at(row), "这一行的格数与列名不同");
                    self.findings.add(
                        diagnostic.found(cells.len().to_string()).expected(table.head.len().to_string()),
                    );
                }
                _ => item.report_shape(key, row, "一行值的列表"),
            }
        }
        Some(table)
    }

    /// Position of a column that must be there.
    pub(super) fn column(&self, table: &Table<'_>, name: &str) -> Option<usize> {
        let found = table.head.iter().position(|head| head.value == name);
        if let (None, Some(first)) = (found, table.head.first()) {
            let message = format!("缺少列“{name}”");
            let hint = meant(name, table.head.iter().map(|head| head.value.as_str()));
            self.findings.add(Diagnostic::error("missing-column", first.place.clone(), message).hint(hint));
        }
        found
    }

    /// The rows as cells of the named columns; other columns are reported.
    pub(super) fn columns<'r, const N: usize>(
        &self,
        table: &Table<'r>,
        names: [&str; N],
    ) -> Vec<[&'r Node; N]> {
        for head in table.head.iter().filter(|head| !names.contains(&head.value.as_str())) {
            let diagnostic = Diagnostic::error(
                "unknown-column",
                head.place.clone(),
                format!("不认识的列“{}”", head.value),
            );
            self.findings.add(diagnostic.expected(names.join("、")).hint(meant(&head.value, names)));
        }
        let at = names.map(|name| self.column(table, name));
        let mut rows = Vec::new();
        if at.iter().all(Option::is_some) {
            rows.extend(table.rows.iter().map(|row| at.map(|at| row[at.unwrap_or_default()])));
        }
        rows
    }

    fn subjects(
        &self,
        item: &Reader<'_>,
        table: Option<&Table<'_>>,
        subject: Subject,
        period: Period,
    ) -> Vec<ExampleSubject> {
        let Some(table) = table else {
            return Vec::new();
        };
        let word = self.names.scope_word(subject);
        let Some(name_at) = self.column(table, word) else {
            return Vec::new();
        };
        let is_value = |(at, head): &(usize, &Located<String>)| {
            *at != name_at && !(subject == Subject::Enterprise && head.value == "park")
        };
        let columns: Vec<(usize, Option<ValueColumn>)> = table
            .head
            .iter()
            .enumerate()
            .filter(is_value)
            .map(|(at, head)| (at, self.value_column(subject, head, period)))
            .collect();
        let mut subjects: Vec<ExampleSubject> = Vec::new();
        for row in &table.rows {
            let Some(name) = item.node_text(word, row[name_at]) else {
                continue;
            };
            if subjects.iter().any(|known| known.name == name.value) {
                let message = format!("“{}”重复", name.value);
                self.findings.add(Diagnostic::error("duplicate-id", name.place.clone(), message));
            }
            let cell = |(at, column): &(usize, Option<ValueColumn>)| {
                let (field, period, source) = (*column)?;
                let value = self.cell_value(item, row[*at], field)?;
                Some(ExampleCell { field, period, source, value })
            };
            subjects
                .push(ExampleSubject { name: name.value, cells: columns.iter().filter_map(cell).collect() });
        }
        subjects
    }

    /// `revenue`, `revenue@2023`, `revenue@税务` or `revenue@2023@税务`.
    pub(super) fn value_column(
        &self,
        subject: Subject,
        head: &Located<String>,
        period: Period,
    ) -> Option<ValueColumn> {
        let located = |text: &str| Located::new(text.to_owned(), head.place.clone());
        let mut parts = head.value.splitn(3, '@');
        let field = self.field_of(subject, &located(parts.next().unwrap_or_default()))?;
        let (mut at, mut source) = (parts.next(), parts.next());
        if source.is_none() && at.is_some_and(|at| !at.starts_with(|first: char| first.is_ascii_digit())) {
            source = at.take();
        }
        let period = at.map_or(Some(period), |at| self.period(&located(at)))?;
        let source = match source {
            Some(source) => Some(self.source_of(field, &located(source))?),
            None => None,
        };
        if let Origin::Derived { .. } = self.fields[field.index()].origin {
            let message = format!("“{}”是派生字段，由公式得出，不能填值", head.value);
            self.findings.add(Diagnostic::error("derived-value", head.place.clone(), message));
            return None;
        }
        Some((field, period, source))
    }

    /// A cell in the field's shape; `None` for `"-"`, and for what was reported.
    pub(super) fn cell_value(&self, item: &Reader<'_>, node: &Node, field: FieldIx) -> Option<ExampleValue> {
        if matches!(&node.value, NodeValue::Text(text) if text == "-") {
            return None;
        }
        let field = &self.fields[field.index()];
        match (&field.ty, &node.value) {
            (FieldType::Decimal | FieldType::Integer, _) => {
                let number = item.node_number(&field.key, node)?;
                if number.value.normalized().scale > field.decimals {
                    let diagnostic = Diagnostic::error(
                        "too-many-decimals",
                        number.place,
                        format!("“{}”的小数位太多", field.id),
                    );
                    self.findings.add(
                        diagnostic
                            .found(number.value.to_string())
                            .expected(format!("不多于 {} 位", field.decimals)),
                    );
                    return None;
                }
                Some(ExampleValue::Number(number.value))
            }
            (FieldType::Bool, NodeValue::Bool(value)) => Some(ExampleValue::Bool(*value)),
            (FieldType::Date, NodeValue::Date(date)) => Some(ExampleValue::Date(*date)),
            (FieldType::Text, NodeValue::Text(text)) => Some(ExampleValue::Text(text.clone())),
            (FieldType::Choice { catalog }, NodeValue::Text(code)) => {
                let codes = self.names.codes.get(catalog)?;
                if !codes.contains_key(code) {
                    let message = format!("目录“{catalog}”中没有代码“{code}”");
                    let hint = meant(code, codes.keys().map(String::as_str));
                    self.findings
                        .add(Diagnostic::error("unknown-code", item.place_at(node), message).hint(hint));
                    return None;
                }
                Some(ExampleValue::Text(code.clone()))
            }
            _ => {
                item.report_shape(&field.key, node, "字段声明的类型，或 \"-\"");
                None
            }
        }
    }

    pub(super) fn named(
        &self,
        item: &Reader<'_>,
        what: &str,
        node: &Node,
        among: &[ExampleSubject],
    ) -> Option<usize> {
        let name = item.node_text(what, node)?;
        let names = among.iter().map(|subject| subject.name.as_str());
        self.look_up("unknown-subject", "例子里的对象", &name, names)
    }

    fn column_members(&self, item: &Reader<'_>, table: &Table<'_>, draft: &Draft) -> Vec<ExampleMember> {
        let column = |name: &str| table.head.iter().position(|head| head.value == name);
        let (Some(enterprise_at), Some(park_at)) = (column("enterprise"), column("park")) else {
            return Vec::new();
        };
        let member = |row: &Vec<&Node>| {
            if matches!(&row[park_at].value, NodeValue::Text(text) if text == "-") {
                return None;
            }
            let park = self.named(item, "park", row[park_at], &draft.parks)?;
            let enterprise = self.named(item, "enterprise", row[enterprise_at], &draft.enterprises)?;
            Some(ExampleMember { enterprise, park, from: None, to: None })
        };
        table.rows.iter().filter_map(member).collect()
    }

    fn dated_members(&self, item: &Reader<'_>, table: &Table<'_>, draft: &Draft) -> Vec<ExampleMember> {
        let mut members = Vec::new();
        for [enterprise, park, from, to] in self.columns(table, ["enterprise", "park", "from", "to"]) {
            let enterprise = self.named(item, "enterprise", enterprise, &draft.enterprises);
            let park = self.named(item, "park", park, &draft.parks);
            let (from, to) = (Self::open_date(item, "from", from), Self::open_date(item, "to", to));
            if let (Some(enterprise), Some(park), Some(from), Some(to)) = (enterprise, park, from, to) {
                members.push(ExampleMember { enterprise, park, from, to });
            }
        }
        members
    }

    /// A date, or `"-"` for an open end; `None` when neither, which is reported.
    #[expect(clippy::option_option, reason = "outer: could be read; inner: a day or an open end")]
    pub(super) fn open_date(item: &Reader<'_>, what: &str, node: &Node) -> Option<Option<Date>> {
        match &node.value {
            NodeValue::Date(date) => Some(Some(*date)),
            NodeValue::Text(text) if text == "-" => Some(None),
            _ => {
                item.report_shape(what, node, "日期，或 \"-\"");
                None
            }
        }
    }

    fn example_benchmarks(&self, item: &Reader<'_>, table: &Table<'_>) -> Vec<ExampleBenchmark> {
        let mut values = Vec::new();
        for [benchmark, year, value] in self.columns(table, ["benchmark", "year", "value"]) {
            let name = item.node_text("benchmark", benchmark);
            let ids = self.benchmarks.iter().map(|benchmark| benchmark.id.as_str());
            let index = name.and_then(|name| self.look_up("unknown-benchmark", "全市数据", &name, ids));
            let year = match &year.value {
                NodeValue::Number(digits) => digits.parse::<i16>().ok(),
                _ => None,
            }
            .or_else(|| {
                item.report_shape("year", year, "年份");
                None
            });
            if matches!(&value.value, NodeValue::Text(text) if text == "-") {
                continue;
            }
            let value = item.node_number("value", value);
            if let (Some(index), Some(year), Some(value)) = (index, year, value) {
                values.push(ExampleBenchmark {
                    benchmark: BenchmarkIx(count(index)),
                    year,
                    value: value.value,
                });
            }
        }
        values
    }

    fn example_facts(&self, item: &Reader<'_>, table: &Table<'_>, draft: &Draft) -> Vec<ExampleFact> {
        let mut facts = Vec::new();
        for [park, fact, value] in self.columns(table, ["park", "fact", "value"]) {
            let park = self.named(item, "park", park, &draft.parks);
            let ids = self.facts.iter().map(|fact| fact.id.as_str());
            let fact = item
                .node_text("fact", fact)
                .and_then(|name| self.look_up("unknown-fact", "事实", &name, ids));
            let NodeValue::Bool(value) = value.value else {
                item.report_shape("value", value, "true 或 false");
                continue;
            };
            if let (Some(park), Some(fact)) = (park, fact) {
                facts.push(ExampleFact { park, fact: FactIx(count(fact)), value });
            }
        }
        facts
    }

    fn example_evidence(
        &self,
        item: &Reader<'_>,
        table: &Table<'_>,
        draft: &Draft,
    ) -> Vec<(usize, EvidenceIx)> {
        let mut files = Vec::new();
        for [park, kind] in self.columns(table, ["park", "evidence"]) {
            let park = self.named(item, "park", park, &draft.parks);
            let ids = self.evidence.iter().map(|kind| kind.id.as_str());
            let kind = item.node_text("evidence", kind);
            let kind = kind.and_then(|name| self.look_up("unknown-evidence", "证明材料", &name, ids));
            if let (Some(park), Some(kind)) = (park, kind) {
                files.push((park, EvidenceIx(count(kind))));
            }
        }
        files
    }

    fn example_set(&self, item: &Reader<'_>) -> Vec<(ParameterIx, Exact)> {
        let Some(set) = item.table("set") else {
            return Vec::new();
        };
        let mut moved = Vec::new();
        for (name, node) in set.pairs() {
            let ids = self.parameters.iter().map(|parameter| parameter.id.as_str());
            let index = self.look_up("unknown-parameter", "参数", &name, ids);
            let value = set.node_number(&name.value, node);
            if let (Some(index), Some(value)) = (index, value) {
                moved.push((ParameterIx(count(index)), value.value));
            }
        }
        moved
    }

    fn example_readings(&self, item: &Reader<'_>) -> BTreeMap<CriterionIx, String> {
        let Some(chosen) = item.table("readings") else {
            return BTreeMap::new();
        };
        let mut readings = BTreeMap::new();
        for (name, node) in chosen.pairs() {
            let criterion = self.criterion(&name);
            let reading = chosen.node_text(&name.value, node);
            if let (Some(criterion), Some(reading)) = (criterion, reading)
                && self.reading_exists(criterion, &reading)
            {
                readings.insert(criterion, reading.value);
            }
        }
        readings
    }

    pub(super) fn criterion(&self, name: &Located<String>) -> Option<CriterionIx> {
        let ids = self.criteria.iter().map(|criterion| criterion.id.as_str());
        self.look_up("unknown-criterion", "条件", name, ids).map(|index| CriterionIx(count(index)))
    }

    pub(super) fn reading_exists(&self, criterion: CriterionIx, reading: &Located<String>) -> bool {
        self.reading_position(criterion, reading).is_some()
    }

    pub(super) fn reading_position(
        &self,
        criterion: CriterionIx,
        reading: &Located<String>,
    ) -> Option<usize> {
        let ids = self.criteria[criterion.index()].readings.iter().map(|reading| reading.id.as_str());
        self.look_up("unknown-reading", "读法", reading, ids)
    }
}
