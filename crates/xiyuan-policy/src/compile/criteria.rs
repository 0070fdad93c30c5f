//! `criteria/*.toml`: tests with citations and readings.

use super::analyse::ReadingNote;
use super::builder::{Builder, check_id};
use super::cite::Citation;
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::{Diagnostic, meant};
use crate::language::{Context, Home, Quantity, Text, Type, Units};
use crate::package::{Criterion, DatedValue, Reading, Test, Threshold};
use crate::plan::{Comparison, EvidenceIx, FactIx, IndicatorIx, ParameterIx};
use crate::source::{Located, Node, Reader, count};

pub(super) const COMPARISONS: [(&str, Comparison); 6] = [
    (">=", Comparison::GreaterOrEqual),
    (">", Comparison::Greater),
    ("<=", Comparison::LessOrEqual),
    ("<", Comparison::Less),
    ("=", Comparison::Equal),
    ("<>", Comparison::NotEqual),
];

/// What the tests of one reading share.
struct TestHome<'h> {
    package: &'h Loaded,
    /// Id of a parameter made from a written value.
    parameter: Located<String>,
    name: &'h str,
    cited: &'h Citation,
    /// Numbers the parameters when a reading has several.
    several: bool,
    made: usize,
}

impl Builder<'_> {
    /// Reads one file of criteria.
    pub(super) fn read_criteria(&mut self, package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        for item in reader.tables("criterion") {
            let criterion = self.read_criterion(package, &item);
            item.finish();
            if let Some((criterion, notes)) = criterion {
                self.criteria.push(criterion);
                self.notes.criteria.push(notes);
            }
        }
        reader.finish();
    }

    /// The criterion, and what its readings were written with.
    fn read_criterion(
        &mut self,
        package: &Loaded,
        item: &Reader<'_>,
    ) -> Option<(Criterion, Vec<ReadingNote>)> {
        let id = item.need_text("id");
        let name = item.need_text("name");
        let judged_by = item.text("judged_by").map(|role| role.value);
        let is_soft = item.flag("soft", false);
        let text = item.text("reading").map(|text| text.value);
        let cited = self.citation_of_reading(item);
        let alternatives = item.tables("alternative_readings");
        item.knows(["test", "all", "any"]);
        let id = id?;
        if !check_id(&id, false, self.findings) || !self.declare("criterion", &id) {
            return None;
        }
        let name = name?.value;
        let mut home =
            TestHome { package, parameter: id.clone(), name: &name, cited: &cited, several: false, made: 0 };
        let test = self.whole_test(item, &mut home);
        if test.is_none() && !item.has("test") && !item.has("all") && !item.has("any") {
            let diagnostic = Diagnostic::error("missing-key", item.place(), "条件没有判断内容");
            self.findings.add(diagnostic.expected("test = { … }、all = [ … ] 或 any = [ … ]"));
        }
        let test = test?;
        let mut notes =
            vec![ReadingNote { place: id.place.clone(), has_text: text.is_some(), cited: cited.clone() }];
        let mut readings = vec![Reading {
            id: "default".to_owned(),
            text: text.unwrap_or_else(|| usual_reading(&test)),
            clause: cited.clause.clone().unwrap_or_default(),
            quote: cited.quote.clone().unwrap_or_default(),
            test,
        }];
        for alternative in &alternatives {
            let reading = self.alternative(package, alternative, &id, &name, &readings);
            alternative.finish();
            if let Some((reading, note)) = reading {
                readings.push(reading);
                notes.push(note);
            }
        }
        let criterion = Criterion {
            id: id.value,
            name,
            readings,
            judged_by,
            is_soft,
            basis: cited.basis,
            source: cited.source,
            place: id.place,
        };
        Some((criterion, notes))
    }

    /// A clause is always needed; the quotation may be left out only for rules from another source.
    pub(super) fn citation_of_reading(&self, item: &Reader<'_>) -> Citation {
        let cited = self.citation(item);
        if !item.has("clause") && item.has("source") {
            let diagnostic = Diagnostic::error("not-cited", item.place(), "条件要写明属于哪一条");
            self.findings.add(diagnostic.expected("clause = \"…\""));
        }
        if item.has("clause") && !item.has("quote") && !item.has("source") {
            self.findings.add(
                Diagnostic::error("not-cited", item.place(), "条件没有引文")
                    .expected("quote = \"…\"；不是政策原文的规则写 source = \"…\""),
            );
        }
        cited
    }

    fn alternative(
        &mut self,
        package: &Loaded,
        item: &Reader<'_>,
        criterion: &Located<String>,
        name: &str,
        readings: &[Reading],
    ) -> Option<(Reading, ReadingNote)> {
        let id = item.need_text("id");
        let text = item.need_text("text");
        let cited = self.citation_of_reading(item);
        let op = item.choice("op", &COMPARISONS);
        item.knows(["test", "all", "any", "value", "unit", "parameter", "threshold"]);
        let id = id?;
        if !check_id(&id, false, self.findings) {
            return None;
        }
        if readings.iter().any(|reading| reading.id == id.value) {
            let message = format!("读法“{}”重复", id.value);
            self.findings.add(Diagnostic::error("duplicate-id", id.place, message));
            return None;
        }
        let parameter = Located::new(format!("{}.{}", criterion.value, id.value), id.place.clone());
        let mut home = TestHome { package, parameter, name, cited: &cited, several: false, made: 0 };
        let default = &readings.first()?.test;
        let has_whole = item.has("test") || item.has("all") || item.has("any");
        let test = if has_whole {
            self.whole_test(item, &mut home)?
        } else if item.has("value") || item.has("parameter") || item.has("threshold") {
            let Test::Indicator { indicator, op: usual, .. } = default else {
                let message = "条件不是单个指标的比较，这个读法要写完整的 test、all 或 any";
                self.findings.add(Diagnostic::error("reading-without-test", id.place, message));
                return None;
            };
            let threshold = self.threshold(item, *indicator, &mut home)?;
            Test::Indicator { indicator: *indicator, op: op.unwrap_or(*usual), threshold }
        } else if let Some(op) = op {
            with_op(default, op)
        } else {
            let diagnostic =
                Diagnostic::error("reading-without-test", id.place, "这个读法与默认读法没有不同");
            self.findings
                .add(diagnostic.expected("op、value、parameter、threshold，或完整的 test、all、any"));
            return None;
        };
        let reading = Reading {
            id: id.value,
            text: text?.value,
            clause: cited.clause.clone().unwrap_or_default(),
            quote: cited.quote.clone().unwrap_or_default(),
            test,
        };
        Some((reading, ReadingNote { place: id.place, has_text: true, cited }))
    }

    /// Exactly one of `test`, `all`, `any`.
    fn whole_test(&mut self, item: &Reader<'_>, home: &mut TestHome<'_>) -> Option<Test> {
        let written = ["test", "all", "any"].into_iter().filter(|key| item.has(key)).count();
        if written > 1 {
            let message = "test、all、any 只能写一个";
            self.findings.add(Diagnostic::error("several-tests", item.place(), message));
        }
        if let Some(node) = item.any("test") {
            return self.test(item, node, home);
        }
        for key in ["all", "any"] {
            if item.has(key) {
                home.several = item.nodes(key).iter().map(values_in).sum::<usize>() > 1;
                return self.tests(item, key, home);
            }
        }
        None
    }

    fn tests(&mut self, item: &Reader<'_>, key: &'static str, home: &mut TestHome<'_>) -> Option<Test> {
        let nodes = item.nodes(key);
        if nodes.is_empty() {
            let message = format!("{key} 的列表不能为空");
            self.findings.add(Diagnostic::error("empty-list", item.place_of(key), message));
            return None;
        }
        let tests: Vec<Option<Test>> = nodes.iter().map(|node| self.test(item, node, home)).collect();
        let tests: Vec<Test> = tests.into_iter().collect::<Option<_>>()?;
        Some(if key == "all" { Test::All { tests } } else { Test::Any { tests } })
    }

    fn test(&mut self, outer: &Reader<'_>, node: &Node, home: &mut TestHome<'_>) -> Option<Test> {
        let item = outer.table_of("test", node)?;
        let kinds = ["indicator", "fact", "evidence", "all", "any"];
        let written: Vec<&str> = kinds.into_iter().filter(|key| item.has(key)).collect();
        let test = match written.as_slice() {
            ["indicator"] => self.indicator_test(&item, home),
            ["fact"] => {
                let fact = item.text("fact")?;
                let ids = self.facts.iter().map(|fact| fact.id.as_str());
                let index = self.look_up("unknown-fact", "事实", &fact, ids);
                index.map(|index| Test::Fact { fact: FactIx(count(index)) })
            }
            ["evidence"] => self.evidence_test(&item),
            ["all"] => self.tests(&item, "all", home),
            ["any"] => self.tests(&item, "any", home),
            _ => {
                let diagnostic = Diagnostic::error("test-kind", item.place(), "一个判断应写且只写一种内容");
                self.findings.add(diagnostic.found(written.join("、")).expected(kinds.join("、")));
                return None;
            }
        };
        item.finish();
        test
    }

    fn evidence_test(&self, item: &Reader<'_>) -> Option<Test> {
        let evidence = self.evidence_named(&item.text("evidence")?)?;
        Some(Test::Evidence { evidence })
    }

    /// A kind of evidence by its id or its name.
    pub(super) fn evidence_named(&self, written: &Located<String>) -> Option<EvidenceIx> {
        let found =
            self.evidence.iter().position(|kind| kind.id == written.value || kind.name == written.value);
        if found.is_none() {
            let known = self.evidence.iter().flat_map(|kind| [kind.id.as_str(), kind.name.as_str()]);
            let message = format!("没有证明材料“{}”", written.value);
            let hint = meant(&written.value, known);
            self.findings
                .add(Diagnostic::error("unknown-evidence", written.place.clone(), message).hint(hint));
        }
        found.map(|index| EvidenceIx(count(index)))
    }

    fn indicator_test(&mut self, item: &Reader<'_>, home: &mut TestHome<'_>) -> Option<Test> {
        item.knows(["value", "unit", "parameter", "threshold"]);
        let name = item.need_text("indicator");
        let op = item.need_choice("op", &COMPARISONS);
        let ids = self.indicators.iter().map(|indicator| indicator.id.as_str());
        let indicator = name.and_then(|name| self.look_up("unknown-indicator", "指标", &name, ids));
        let indicator = IndicatorIx(count(indicator?));
        let threshold = self.threshold(item, indicator, home)?;
        Some(Test::Indicator { indicator, op: op?, threshold })
    }

    /// The goal of a target, written like a threshold.
    pub(super) fn goal(
        &mut self,
        package: &Loaded,
        item: &Reader<'_>,
        indicator: IndicatorIx,
        (id, name, cited): (&Located<String>, &str, &Citation),
    ) -> Option<Threshold> {
        let mut home = TestHome { package, parameter: id.clone(), name, cited, several: false, made: 0 };
        self.threshold(item, indicator, &mut home)
    }

    /// Exactly one of `value` (with `unit`), `parameter`, `threshold`, in a unit that fits the indicator.
    fn threshold(
        &mut self,
        item: &Reader<'_>,
        indicator: IndicatorIx,
        home: &mut TestHome<'_>,
    ) -> Option<Threshold> {
        let written = ["value", "parameter", "threshold"].into_iter().filter(|key| item.has(key)).count();

        if written != 1 {
            let diagnostic = Diagnostic::error("test-threshold", item.place(), "比较的门槛应写且只写一种");
            self.findings.add(diagnostic.expected("value（和 unit）、parameter 或 threshold"));
            return None;
        }
        if item.has("value") {
            return self.written_value(item, indicator, home);
        }
        if let Some(name) = item.text("parameter") {
            let ids = self.parameters.iter().map(|parameter| parameter.id.as_str());
            let index = self.look_up("unknown-parameter", "参数", &name, ids)?;
            let quantity = self.names.parameters.get_index(index)?.1.clone();
            self.fits_indicator(indicator, &quantity, &name)?;
            return Some(Threshold::Parameter(ParameterIx(count(index))));
        }
        let formula = item.text("threshold")?;
        let text = Text::new(&formula);
        let tree = self.parse(&text)?;
        let unit = self.units.get(&self.indicators[indicator.index()].unit).ok();
        let measured = &self.indicators[indicator.index()];
        let (subject, home) = (measured.subject, Home::Threshold(measured.frequency));
        let checked = self.check(&text, &tree, Context { subject, home, unit })?;
        let Type::Number(quantity) = &checked.ty else {
            let found = self.describe(&checked.ty);
            let diagnostic = Diagnostic::error("wrong-type", formula.place, "门槛应是一个数").found(found);
            self.findings.add(diagnostic);
            return None;
        };
        self.fits_indicator(indicator, quantity, &formula)?;
        Some(Threshold::Expression { expression: checked.expression, formula: formula.value })
    }

    fn written_value(
        &mut self,
        item: &Reader<'_>,
        indicator: IndicatorIx,
        home: &mut TestHome<'_>,
    ) -> Option<Threshold> {
        let value = item.number("value")?;
        let own = &self.indicators[indicator.index()];
        let is_plain_truth = own.is_truth && !item.has("unit");
        let own = own.unit.clone();
        let unit_name = item.text("unit").unwrap_or_else(|| Located::new(own, value.place.clone()));
        // A yes or no has no unit: 1 or 0.
        let unit = if is_plain_truth { Units::none() } else { self.unit(&unit_name)? };
        self.fits_indicator(indicator, &Units::quantity(&unit), &unit_name)?;
        home.made += 1;
        let id = if home.several {
            format!("{}.{}", home.parameter.value, home.made)
        } else {
            home.parameter.value.clone()
        };
        let id = Located::new(id, home.parameter.place.clone());
        let name = if home.several {
            format!("{}（门槛 {}）", home.name, home.made)
        } else {
            format!("{}（门槛）", home.name)
        };
        let values = vec![DatedValue { from: home.package.meta.in_force_from, value: value.value }];
        let index = self.push_parameter(&id, name, &unit, values, home.cited.clone())?;
        Some(Threshold::Parameter(index))
    }

    fn fits_indicator(
        &self,
        indicator: IndicatorIx,
        quantity: &Quantity,
        at: &Located<String>,
    ) -> Option<()> {
        let indicator = &self.indicators[indicator.index()];
        let unit = self.units.get(&indicator.unit).ok()?;
        let own = Units::quantity(&unit);
        if own.common(quantity).is_some() {
            return Some(());
        }
        self.findings.add(
            Diagnostic::error(
                "unit-mismatch",
                at.place.clone(),
                format!("门槛的单位与指标“{}”不符", indicator.name),
            )
            .found(self.units.describe(quantity))
            .expected(indicator.unit.clone()),
        );
        None
    }
}

/// How many tests in a list, at any depth, carry a written value.
fn values_in(node: &Node) -> usize {
    use crate::source::NodeValue::{List, Table};
    match &node.value {
        Table(entries) => {
            entries.iter().map(|entry| usize::from(entry.key == "value") + values_in(&entry.node)).sum()
        }
        List(nodes) => nodes.iter().map(values_in).sum(),
        _ => 0,
    }
}

/// The same test with another comparison in each indicator test.
fn with_op(test: &Test, op: Comparison) -> Test {
    match test {
        Test::Indicator { indicator, threshold, .. } => {
            Test::Indicator { indicator: *indicator, op, threshold: threshold.clone() }
        }
        Test::All { tests } => Test::All { tests: tests.iter().map(|test| with_op(test, op)).collect() },
        Test::Any { tests } => Test::Any { tests: tests.iter().map(|test| with_op(test, op)).collect() },
        other => other.clone(),
    }
}

/// How the edge is read when the package says nothing else.
fn usual_reading(test: &Test) -> String {
    match test {
        Test::Indicator { op, .. } => match op {
            Comparison::GreaterOrEqual => "不低于：恰好等于门槛即满足",
            Comparison::Greater => "超过：恰好等于门槛不满足",
            Comparison::LessOrEqual => "不高于：恰好等于门槛即满足",
            Comparison::Less => "低于：恰好等于门槛不满足",
            Comparison::Equal => "等于门槛",
            Comparison::NotEqual => "不等于门槛",
        },
        Test::Fact { .. } => "由指定角色判定",
        Test::Evidence { .. } => "提交证明材料",
        Test::All { .. } => "各项同时满足",
        Test::Any { .. } => "满足其中一项",
    }
    .to_owned()
}
