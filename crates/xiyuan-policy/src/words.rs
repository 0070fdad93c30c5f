//! Rules in Chinese words an official reads: indicators, thresholds, tests, checks.
//!
//! Works on the formula as written, so that names of derived fields and parameters stay names; a part of a checked plan is
//! first made a formula again. Shows, never computes.

mod plan;

use crate::language::{Call, Text, Tree, TreeKind, parse};
use crate::number::Exact;
use crate::package::{
    FieldType, Frequency, Indicator, Measure, Package, Parameter, Subject, Target, Test, Threshold,
};
use crate::plan::{Arithmetic, Comparison, Expression, IndicatorIx, ParameterIx};

/// An indicator with its formula: `容积率 = 建筑面积 ÷ 规划面积`.
pub fn indicator(package: &Package, indicator: IndicatorIx) -> String {
    let Some(indicator) = package.indicators.get(indicator.index()) else {
        return String::new();
    };
    let formula = formula(package, &indicator.formula, indicator.subject, indicator.frequency);
    format!("{} = {formula}", indicator.name)
}

/// What an indicator is, without its name: `建筑面积 ÷ 规划面积`.
pub fn definition(package: &Package, indicator: &Indicator) -> String {
    formula(package, &indicator.formula, indicator.subject, indicator.frequency)
}

/// A part of the checked plan of an indicator.
pub fn part(package: &Package, indicator: &Indicator, part: &Expression) -> String {
    let words = Words { package, subject: indicator.subject, frequency: indicator.frequency };
    words.part(&plan::tree(package, part), Binding::Loose)
}

/// What an aggregate of an indicator's plan adds up or counts, without saying of whom: `营业收入合计`, `企业数`.
pub fn aggregate(package: &Package, indicator: &Indicator, part: &Expression) -> String {
    let words = Words { package, subject: indicator.subject, frequency: indicator.frequency };
    let tree = plan::tree(package, part);
    match &tree.kind {
        TreeKind::Call(call) => words.counted(call, &words.visited(call).1, ""),
        _ => words.part(&tree, Binding::Loose),
    }
}

/// A target: what is counted and how much is wanted.
pub fn target(package: &Package, target: &Target) -> String {
    let against = |name: &str, op: Comparison, limit: &str| {
        let space = if limit.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
        format!("{name}{}{space}{limit}", comparison(op))
    };
    match &target.measure {
        Measure::Figure { indicator, op, goal } => {
            let name =
                package.indicators.get(indicator.index()).map_or("", |indicator| indicator.name.as_str());
            against(name, *op, &threshold(package, goal))
        }
        Measure::Every { criterion } => {
            let criterion = package.criteria.get(criterion.index());
            let words = criterion.and_then(|criterion| criterion.readings.first());
            let words = words.map(|reading| test(package, &reading.test)).unwrap_or_default();
            format!("每个园区：{words}")
        }
        Measure::Open { op, parameter, .. } => {
            against(&target.name, *op, &parameter_value(package, *parameter))
        }
    }
}

/// A formula of an indicator, a check, a derived field or a threshold of a subject.
pub fn formula(package: &Package, formula: &str, subject: Subject, frequency: Frequency) -> String {
    let words = Words { package, subject, frequency };
    // A checked package has only formulas that parse; any other text is shown as it is.
    parse(&Text::plain(formula)).map_or_else(|_| formula.to_owned(), |tree| words.part(&tree, Binding::Loose))
}

/// One test of a criterion: `主导产业营业收入占比不低于 50%`.
pub fn test(package: &Package, test: &Test) -> String {
    match test {
        Test::Indicator { indicator, op, threshold: limit } => {
            let name =
                package.indicators.get(indicator.index()).map_or("", |indicator| indicator.name.as_str());
            let limit = threshold(package, limit);
            let space = if limit.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
            format!("{name}{}{space}{limit}", comparison(*op))
        }
        Test::Fact { fact } => {
            let name = package.facts.get(fact.index()).map_or("", |fact| fact.name.as_str());
            format!("{name}（由指定角色判定）")
        }
        Test::Evidence { evidence } => {
            let name = package.evidence.get(evidence.index()).map_or("", |kind| kind.name.as_str());
            format!("有证明材料“{name}”")
        }
        Test::All { tests } => list(package, "同时满足：", tests),
        Test::Any { tests } => list(package, "满足下列之一：", tests),
    }
}

/// A threshold: the parameter's value, or the formula in words.
pub fn threshold(package: &Package, threshold: &Threshold) -> String {
    match threshold {
        Threshold::Parameter(parameter) => parameter_value(package, *parameter),
        Threshold::Expression { formula: text, .. } => formula(package, text, Subject::Park, Frequency::Year),
    }
}

/// The value of a parameter with its unit; all values with their dates when there are several.
pub fn parameter_value(package: &Package, parameter: ParameterIx) -> String {
    package.parameters.get(parameter.index()).map(values).unwrap_or_default()
}

/// A comparison in the words of policies: `>=` 不低于, `>` 超过.
pub fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "等于",
        Comparison::NotEqual => "不等于",
        Comparison::Less => "低于",
        Comparison::LessOrEqual => "不高于",
        Comparison::Greater => "超过",
        Comparison::GreaterOrEqual => "不低于",
    }
}

/// A comparison as a sign.
pub fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn values(parameter: &Parameter) -> String {
    match parameter.values.as_slice() {
        [only] => with_unit(only.value, &parameter.unit),
        several => several
            .iter()
            .map(|dated| format!("自 {} 起 {}", dated.from, with_unit(dated.value, &parameter.unit)))
            .collect::<Vec<_>>()
            .join("，"),
    }
}

fn with_unit(value: Exact, unit: &str) -> String {
    match unit.split_once('/') {
        _ if unit == "%" => format!("{value}%"),
        // A quotient of like units (m²/m²) is a plain number.
        Some((top, below)) if top == below => value.to_string(),
        _ => format!("{value} {unit}"),
    }
}

fn list(package: &Package, head: &str, tests: &[Test]) -> String {
    let parts: Vec<String> = tests
        .iter()
        .enumerate()
        .map(|(index, part)| format!("（{}）{}", index + 1, test(package, part)))
        .collect();
    format!("{head}{}", parts.join("；"))
}

/// How tightly the surroundings bind: decides on brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Loose,
    Or,
    And,
    Compare,
    Sum,
    Product,
    /// The right side of − and ÷.
    Tight,
}

struct Words<'p> {
    package: &'p Package,
    subject: Subject,
    frequency: Frequency,
}

impl Words<'_> {
    fn part(&self, tree: &Tree, outside: Binding) -> String {
        let (text, own) = match &tree.kind {
            TreeKind::Number(digits) => (digits.clone(), Binding::Tight),
            TreeKind::Text(text) => (format!("“{text}”"), Binding::Tight),
            TreeKind::Bool(value) => ((if *value { "是" } else { "否" }).to_owned(), Binding::Tight),
            TreeKind::Date(date) => (date.to_string(), Binding::Tight),
            TreeKind::Name(parts) => (self.name(parts), Binding::Tight),
            TreeKind::Call(call) => (self.call(call), Binding::Tight),
            TreeKind::Negate(of) => (format!("−{}", self.part(of, Binding::Tight)), Binding::Product),
            TreeKind::Not(of) => (format!("不是（{}）", self.part(of, Binding::Loose)), Binding::Tight),
            TreeKind::Arithmetic(op, left, right) => self.arithmetic(*op, left, right),
            TreeKind::Compare(op, left, right) => (self.compare(*op, left, right), Binding::Compare),
            TreeKind::And(left, right) => (self.joined(left, right, "且", Binding::And), Binding::And),
            TreeKind::Or(left, right) => (self.joined(left, right, "或", Binding::Or), Binding::Or),
            TreeKind::In { of, list, negated } => (self.within(of, list, *negated), Binding::Compare),
            TreeKind::Between { of, low, high, negated } => {
                let not = if *negated { "不" } else { "" };
                let [of, low, high] = [of, low, high].map(|part| self.part(part, Binding::Sum));
                (format!("{of}{not}在 {low} 到 {high} 之间"), Binding::Compare)
            }
            TreeKind::Case { branches, otherwise } => {
                (self.case(branches, otherwise.as_deref()), Binding::Loose)
            }
        };
        if own < outside { format!("（{text}）") } else { text }
    }

    fn arithmetic(&self, op: Arithmetic, left: &Tree, right: &Tree) -> (String, Binding) {
        let (sign, own, right_binding) = match op {
            Arithmetic::Add => ("+", Binding::Sum, Binding::Sum),
            Arithmetic::Subtract => ("−", Binding::Sum, Binding::Product),
            Arithmetic::Multiply => ("×", Binding::Product, Binding::Product),
            Arithmetic::Divide => ("÷", Binding::Product, Binding::Tight),
        };
        (format!("{} {sign} {}", self.part(left, own), self.part(right, right_binding)), own)
    }

    fn joined(&self, left: &Tree, right: &Tree, word: &str, own: Binding) -> String {
        format!("{}{word}{}", self.part(left, own), self.part(right, own))
    }

    fn compare(&self, op: Comparison, left: &Tree, right: &Tree) -> String {
        let (left_words, right_words) = (self.beside(left, right), self.beside(right, left));
        let space = if matches!(right.kind, TreeKind::Number(_) | TreeKind::Date(_)) { " " } else { "" };
        format!("{left_words}{}{space}{right_words}", comparison(op))
    }

    /// One side of a comparison; a code is shown by its name in the catalogue of the other side.
    fn beside(&self, side: &Tree, other: &Tree) -> String {
        match (&side.kind, self.catalog_of(other)) {
            (TreeKind::Text(code), Some(catalog)) => self.code(&catalog, code),
            _ => self.part(side, Binding::Sum),
        }
    }

    fn within(&self, of: &Tree, list: &[Tree], negated: bool) -> String {
        let items: Vec<String> = list.iter().map(|item| self.beside(item, of)).collect();
        let word = if negated { "不属于" } else { "属于" };
        format!("{}{word}{}", self.part(of, Binding::Sum), items.join("、"))
    }

    fn case(&self, branches: &[(Tree, Tree)], otherwise: Option<&Tree>) -> String {
        let branch = |(condition, value): &(Tree, Tree)| {
            let [condition, value] = [condition, value].map(|part| self.part(part, Binding::Loose));
            format!("{condition}时取 {value}")
        };
        let mut parts: Vec<String> = branches.iter().map(branch).collect();
        let rest = otherwise.map(|other| format!("其他情况取 {}", self.part(other, Binding::Loose)));
        parts.push(rest.unwrap_or_else(|| "其他情况无值".to_owned()));
        parts.join("，")
    }

    fn catalog_of(&self, tree: &Tree) -> Option<String> {
        let TreeKind::Name(parts) = &tree.kind else {
            return None;
        };
        match &self.field(parts)?.ty {
            FieldType::Choice { catalog } => Some(catalog.clone()),
            _ => None,
        }
    }

    fn code(&self, catalog: &str, code: &str) -> String {
        let entries = self.package.catalogs.get(catalog).map_or(&[][..], |catalog| &catalog.entries);
        let name = entries.iter().find(|entry| entry.code == code).map_or(code, |entry| &entry.name);
        format!("“{name}”")
    }

    fn field(&self, parts: &[String]) -> Option<&crate::package::Field> {
        let own = || match self.subject {
            Subject::Enterprise => "enterprise",
            Subject::Park => "park",
            Subject::City => "city",
            Subject::Group(grouping) => {
                self.package.groupings.get(grouping.index()).map_or("", |grouping| &grouping.id)
            }
            Subject::Record(record) => {
                self.package.records.get(record.index()).map_or("", |record| &record.id)
            }
        };
        let id = match parts {
            [key] => format!("{}.{key}", own()),
            _ => parts.join("."),
        };
        self.package.fields.iter().find(|field| field.id == id)
    }

    fn name(&self, parts: &[String]) -> String {
        if let [name] = parts {
            if let Some(parameter) = self.package.parameters.iter().find(|parameter| parameter.id == *name) {
                return format!("{}（{}）", parameter.name, values(parameter));
            }
            if let Some(indicator) = self.package.indicators.iter().find(|indicator| indicator.id == *name) {
                return indicator.name.clone();
            }
        }
        if let Some(field) = self.field(parts) {
            // “是否规上” asks on a form; in a sentence it is “规上”.
            let name = field
                .name
                .strip_prefix("是否")
                .filter(|_| field.ty == FieldType::Bool)
                .unwrap_or(&field.name);
            let of_park = field.subject == Subject::Park && !name.contains("园区");
            return if of_park { format!("园区{name}") } else { name.to_owned() };
        }
        if let [scope, name] = parts
            && let Some(indicator) = self.package.indicators.iter().find(|indicator| indicator.id == *name)
            && (scope != "city" || self.package.grouping("city").is_some())
        {
            let wider = self.package.groupings.iter().find(|grouping| grouping.id == *scope);
            return match wider {
                Some(grouping) => format!("{}的{}", grouping.name, indicator.name),
                None => indicator.name.clone(),
            };
        }
        let id = parts.join(".");
        let benchmark = self.package.benchmarks.iter().find(|benchmark| benchmark.id == id);
        benchmark.map_or(id, |benchmark| benchmark.name.clone())
    }

    fn call(&self, call: &Call) -> String {
        let loose = |tree: &Tree| self.part(tree, Binding::Loose);
        let tight = |tree: &Tree| self.part(tree, Binding::Tight);
        let all = || call.arguments.iter().map(loose).collect::<Vec<_>>().join("、");
        match (call.name.as_str(), call.arguments.as_slice()) {
            ("sum" | "avg" | "min" | "max" | "count" | "reported", _) => self.aggregate(call),
            ("year_to_date", [of]) => format!("本年各月{}合计", tight(of)),
            ("year_average", [of]) => format!("本年各月{}平均", tight(of)),
            ("year_reported", [of]) => format!("本年已填报{}的月数", tight(of)),
            ("moving_sum", [of, count]) => format!("最近 {} 期{}合计", loose(count), tight(of)),
            ("moving_avg", [of, count]) => format!("最近 {} 期{}平均", loose(count), tight(of)),
            ("moving_reported", [of, count]) => format!("最近 {} 期已填报{}的期数", loose(count), tight(of)),
            ("period_start", _) => "期初".to_owned(),
            ("period_end", _) => "期末".to_owned(),
            ("days_between", [from, to]) => format!("{}到{}的天数", tight(from), tight(to)),
            ("months_between", [from, to]) => format!("{}到{}的整月数", tight(from), tight(to)),
            ("years_between", [from, to]) => format!("{}到{}的整年数", tight(from), tight(to)),
            ("abs", [of]) => format!("{}的绝对值", tight(of)),
            ("least", _) => format!("{}中的最小值", all()),
            ("greatest", _) => format!("{}中的最大值", all()),
            ("previous", [of]) => format!("{}{}", self.last_period(None), tight(of)),
            ("previous", [of, back]) => format!("{}{}", self.last_period(Some(back)), tight(of)),
            ("round", [of, digits, rest @ ..]) => {
                format!("{}（{}保留 {} 位小数）", tight(of), rounding(rest), loose(digits))
            }
            ("coalesce_with_reason", [of, instead, reason]) => {
                format!("{}（缺失时取 {}，理由：{}）", tight(of), loose(instead), loose(reason))
            }
            ("quantity", [number, Tree { kind: TreeKind::Text(unit), .. }]) => {
                let number = tight(number);
                if unit == "%" { format!("{number}%") } else { format!("{number} {unit}") }
            }
            (name, _) => format!("{name}（{}）", all()),
        }
    }

    fn last_period(&self, back: Option<&Tree>) -> String {
        let unit = if self.frequency == Frequency::Year { "年" } else { "月" };
        match back.map(|tree| self.part(tree, Binding::Loose)) {
            None => format!("上{unit}"),
            Some(count) => format!("{count} {unit}前的"),
        }
    }

    /// What an aggregate goes over, in words: where, and whom.
    fn visited(&self, call: &Call) -> (String, String) {
        let place = match self.subject {
            Subject::Park => "园区内".to_owned(),
            Subject::Group(grouping) => {
                let grouping = self.package.groupings.get(grouping.index());
                grouping.map(|grouping| format!("{}内", grouping.name)).unwrap_or_default()
            }
            _ => String::new(),
        };
        let mut who = "企业".to_owned();
        for tree in call.arguments.iter().chain(call.filter.as_deref()) {
            tree.names(&mut |parts, _| {
                let Some(word) = parts.first() else { return };
                if word == "park" && self.subject != Subject::Park {
                    "园区".clone_into(&mut who);
                } else if let Some(record) = self.package.records.iter().find(|record| record.id == *word) {
                    who.clone_from(&record.name);
                }
            });
        }
        (place, who)
    }

    /// `园区内全部企业的营业收入合计`, `园区内规模以上工业企业数`.
    fn aggregate(&self, call: &Call) -> String {
        let (place, kind) = self.visited(call);
        let who = match &call.filter {
            None => format!("{place}全部{kind}"),
            Some(filter) => format!("{place}{}的{kind}", self.part(filter, Binding::Loose)),
        };
        self.counted(call, &kind, &who)
    }

    /// What is added up or counted, of whom when that is said.
    fn counted(&self, call: &Call, kind: &str, who: &str) -> String {
        let argument = call.arguments.first().filter(
            |tree| !matches!(&tree.kind, TreeKind::Name(parts) if parts.len() == 1 && call.name == "count"),
        );
        let Some(argument) = argument else {
            return format!("{}数", if who.is_empty() { kind } else { who });
        };
        let what = self.part(argument, Binding::Product);
        let of = if who.is_empty() { "" } else { "的" };
        match call.name.as_str() {
            "sum" => format!("{who}{of}{what}合计"),
            "avg" => format!("{who}{of}{what}平均值"),
            "min" => format!("{who}{of}{what}最低值"),
            "max" => format!("{who}{of}{what}最高值"),
            _ if call.is_distinct => format!("{who}{of}{what}的种数"),
            _ => format!("{who}{}填报了{what}的{kind}数", if who.is_empty() { "" } else { "中" }),
        }
    }
}

fn rounding(words: &[Tree]) -> &'static str {
    let is = |word: &str| words.iter().any(|tree| matches!(&tree.kind, TreeKind::Text(text) if text == word));
    if is("half-even") {
        "四舍六入五成双，"
    } else if is("floor") {
        "向下取整，"
    } else if is("ceiling") {
        "向上取整，"
    } else {
        "四舍五入，"
    }
}
