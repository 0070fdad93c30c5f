//! Worked examples in words: what is given, and what must come out.

use super::model::{
    Example, ExampleCell, ExampleSubject, ExampleValue, Expectation, ExpectedOf, ExpectedWhat,
};
use super::run::{name_of, outcome_word};
use crate::frame::{Period, Term};
use crate::package::{FieldType, Package};

/// An example as an official reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExampleWords {
    /// The period that is evaluated.
    pub period: String,
    /// What is given, a line for each subject: `一厂（甲园）：主导产业 集成电路；营业收入 30000 万元`.
    pub given: Vec<String>,
    /// What must come out, a line for each expectation: `甲园 · 主导产业营收占比：满足，数值 50%`.
    pub expected: Vec<String>,
}

/// Puts an example into words.
pub fn words(package: &Package, example: &Example) -> ExampleWords {
    let teller = Teller { package, example };
    ExampleWords {
        period: example.period.to_string(),
        given: teller.given(),
        expected: example.expect.iter().map(|expectation| teller.expectation(expectation)).collect(),
    }
}

struct Teller<'a> {
    package: &'a Package,
    example: &'a Example,
}

impl Teller<'_> {
    fn given(&self) -> Vec<String> {
        let example = self.example;
        let mut lines = Vec::new();
        for (position, park) in example.parks.iter().enumerate() {
            let mut parts = self.cells(park);
            let facts = example.facts.iter().filter(|fact| fact.park == position);
            parts.extend(facts.map(|fact| {
                let word = if fact.value { "是" } else { "否" };
                format!("{}：{word}", self.package.facts[fact.fact.index()].name)
            }));
            let files = example.evidence.iter().filter(|(park, _)| *park == position);
            parts.extend(files.map(|(_, kind)| format!("有{}", self.package.evidence[kind.index()].name)));
            let exceptions = example.exceptions.iter().filter(|exception| exception.park == position);
            parts.extend(exceptions.map(|exception| {
                let name = &self.package.criteria[exception.criterion.index()].name;
                format!("“{name}”{}批准例外", term(exception.term))
            }));
            lines.push(line(&park.name, &parts));
        }
        for (position, enterprise) in example.enterprises.iter().enumerate() {
            let parks: Vec<&str> = example
                .members
                .iter()
                .filter(|member| member.enterprise == position)
                .map(|member| example.parks[member.park].name.as_str())
                .collect();
            let name = if parks.is_empty() {
                enterprise.name.clone()
            } else {
                format!("{}（{}）", enterprise.name, parks.join("、"))
            };
            lines.push(line(&name, &self.cells(enterprise)));
        }
        for record in &example.records {
            let kind = &self.package.records[record.kind.index()].name;
            let name = format!("{kind} {}（{}）", record.subject.name, name_of(example, record.owner));
            lines.push(line(&name, &self.cells(&record.subject)));
        }
        for benchmark in &example.benchmarks {
            let declared = &self.package.benchmarks[benchmark.benchmark.index()];
            let value = with_unit(&benchmark.value.to_string(), &declared.unit);
            lines.push(format!("{}：{} 年 {value}", declared.name, benchmark.year));
        }
        for (parameter, value) in &example.set {
            let declared = &self.package.parameters[parameter.index()];
            lines.push(format!("改设{}：{}", declared.name, with_unit(&value.to_string(), &declared.unit)));
        }
        for (criterion, reading) in &example.readings {
            lines.push(format!("“{}”取读法 {reading}", self.package.criteria[criterion.index()].name));
        }
        for chosen in &example.chosen {
            let criterion = &self.package.criteria[chosen.criterion.index()];
            let (name, reading) = (&criterion.name, &criterion.readings[chosen.reading].id);
            lines.push(format!("“{name}”{}确定取读法 {reading}", term(chosen.term)));
        }
        lines
    }

    fn cells(&self, subject: &ExampleSubject) -> Vec<String> {
        subject.cells.iter().map(|cell| self.cell(cell)).collect()
    }

    fn cell(&self, cell: &ExampleCell) -> String {
        let field = &self.package.fields[cell.field.index()];
        let value = match &cell.value {
            ExampleValue::Number(number) => {
                with_unit(&number.to_string(), field.unit.as_deref().unwrap_or_default())
            }
            ExampleValue::Bool(value) => (if *value { "是" } else { "否" }).to_owned(),
            ExampleValue::Date(day) => day.to_string(),
            ExampleValue::Text(text) => match &field.ty {
                FieldType::Choice { catalog } => {
                    let entries = self.package.catalogs.get(catalog).map_or(&[][..], |found| &found.entries);
                    let named = entries.iter().find(|entry| entry.code == *text);
                    named.map_or_else(|| text.clone(), |entry| entry.name.clone())
                }
                _ => text.clone(),
            },
        };
        let when = if cell.period == self.example.period {
            String::new()
        } else {
            format!("（{}）", period(cell.period))
        };
        format!("{}{when} {value}", field.name)
    }

    fn expectation(&self, expectation: &Expectation) -> String {
        let (what, unit) = match expectation.what {
            ExpectedWhat::Indicator(indicator) => {
                let indicator = &self.package.indicators[indicator.index()];
                (indicator.name.clone(), indicator.unit.clone())
            }
            ExpectedWhat::Criterion(criterion) => {
                let criterion = &self.package.criteria[criterion.index()];
                let unit = criterion.readings.first().and_then(|reading| self.unit_of(&reading.test));
                (criterion.name.clone(), unit.unwrap_or_default())
            }
            ExpectedWhat::Assessment(assessment) => {
                (self.package.assessments[assessment.index()].name.clone(), String::new())
            }
        };
        let reading = expectation.reading.as_ref().map(|reading| format!("（读法 {reading}）"));
        let mut parts: Vec<String> = Vec::new();
        parts.extend(expectation.outcome.map(|outcome| outcome_word(outcome).to_owned()));
        parts.extend(expectation.value.map(|value| format!("数值 {}", with_unit(&value.to_string(), &unit))));
        if expectation.is_undefined {
            parts.push("没有数值".to_owned());
        }
        if let Some(missing) = &expectation.missing {
            let cells: Vec<String> = missing.iter().map(|cell| self.missing(cell)).collect();
            let cells =
                if cells.is_empty() { "不缺数".to_owned() } else { format!("缺{}", cells.join("、")) };
            parts.push(cells);
        }
        parts.extend(expectation.could_change.map(|could| {
            (if could { "补齐后结论可能改变" } else { "补齐后结论也不会改变" }).to_owned()
        }));
        parts.extend(
            expectation.by_exception.map(|by| (if by { "因批准的例外满足" } else { "不靠例外" }).to_owned()),
        );
        let subject = match expectation.of {
            ExpectedOf::Group(position) => self.group(&self.example.groups[position]),
            other => name_of(self.example, other).to_owned(),
        };
        format!("{subject} · {what}{}：{}", reading.unwrap_or_default(), parts.join("，"))
    }

    fn unit_of(&self, test: &crate::package::Test) -> Option<String> {
        match test {
            crate::package::Test::Indicator { indicator, .. } => {
                Some(self.package.indicators[indicator.index()].unit.clone())
            }
            _ => None,
        }
    }

    fn missing(&self, cell: &super::model::ExpectedMissing) -> String {
        let fields = self.package.fields.iter().filter(|field| field.key == cell.field);
        let named = fields.map(|field| field.name.as_str()).next();
        let others = || {
            let facts = self.package.facts.iter().map(|fact| (fact.id.as_str(), fact.name.as_str()));
            let kinds = self.package.evidence.iter().map(|kind| (kind.id.as_str(), kind.name.as_str()));
            let city = self.package.benchmarks.iter().map(|of| (of.id.as_str(), of.name.as_str()));
            let is_it = |id: &str| id == cell.field || id.strip_prefix("city.") == Some(&cell.field);
            facts.chain(kinds).chain(city).find(|(id, _)| is_it(id)).map(|(_, name)| name)
        };
        let name = if cell.subject == "city" { others() } else { named.or_else(others) };
        let subject = if cell.subject == "city" { "" } else { cell.subject.as_str() };
        format!("{subject}“{}”", name.unwrap_or(&cell.field))
    }

    /// A group by its name: the grouping's where it has but one.
    fn group(&self, id: &str) -> String {
        let grouping = self.package.groupings.iter().find(|grouping| grouping.id == id);
        grouping.map_or_else(|| id.to_owned(), |grouping| grouping.name.clone())
    }
}

fn line(name: &str, parts: &[String]) -> String {
    if parts.is_empty() {
        format!("{name}：没有填报")
    } else {
        format!("{name}：{}", parts.join("；"))
    }
}

fn with_unit(value: &str, unit: &str) -> String {
    match unit.split_once('/') {
        _ if unit == "%" => format!("{value}%"),
        _ if unit.is_empty() => value.to_owned(),
        Some((top, below)) if top == below => value.to_owned(),
        _ => format!("{value} {unit}"),
    }
}

/// Days in words: `自 2025-01-01 起`, `自 2025-01-01 至 2026-12-31 `.
fn term(term: Term) -> String {
    match (term.from == jiff::civil::Date::MIN, term.until) {
        (true, None) => String::new(),
        (true, Some(until)) => format!("至 {until} "),
        (false, None) => format!("自 {} 起", term.from),
        (false, Some(until)) => format!("自 {} 至 {until} ", term.from),
    }
}

fn period(period: Period) -> String {
    match period {
        Period::Year(year) => format!("{year} 年"),
        Period::Month(year, month) => format!("{year} 年 {month} 月"),
    }
}
