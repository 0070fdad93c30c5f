//! Rules in Chinese words: formulas and tests as a reader of the policy would say them, made from the checked plan.

use std::fmt::Write as _;

use xiyuan_policy::{
    number::Exact,
    package::{FieldType, Package, Parameter, Test, Threshold},
    plan::{AggregateFunction, Arithmetic, Calendar, Comparison, Expression, FieldIx, Members, Of},
};

/// A formula in words.
pub fn expression(package: &Package, expression: &Expression) -> String {
    Words { package }.expression(expression)
}

/// A test in words.
pub fn test(package: &Package, test: &Test) -> String {
    Words { package }.test(test)
}

/// `不低于`, `超过` …: the reading of a comparison.
pub fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "等于",
        Comparison::NotEqual => "不等于",
        Comparison::Less => "低于",
        Comparison::LessOrEqual => "不超过",
        Comparison::Greater => "超过",
        Comparison::GreaterOrEqual => "不低于",
    }
}

/// The comparison as a sign.
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

struct Words<'p> {
    package: &'p Package,
}

impl Words<'_> {
    fn test(&self, test: &Test) -> String {
        match test {
            Test::Indicator { indicator, op, threshold } => {
                let indicator = &self.package.indicators[indicator.index()];
                let threshold = match threshold {
                    Threshold::Parameter(parameter) => {
                        let parameter = &self.package.parameters[parameter.index()];
                        amount(parameter).unwrap_or_else(|| parameter.name.clone())
                    }
                    Threshold::Expression { expression, .. } => self.expression(expression),
                };
                format!("{}{} {threshold}", indicator.name, comparison(*op))
            }
            Test::Fact { fact } => self.package.facts[fact.index()].name.clone(),
            Test::Evidence { evidence } => format!("提交{}", self.package.evidence[evidence.index()].name),
            Test::All { tests } => self.group(tests, "，且"),
            Test::Any { tests } => self.group(tests, "，或"),
        }
    }

    fn group(&self, tests: &[Test], joint: &str) -> String {
        let parts: Vec<String> = tests.iter().map(|test| self.test(test)).collect();
        parts.join(joint)
    }

    fn expression(&self, expression: &Expression) -> String {
        match expression {
            Expression::Number(number) => number.normalized().to_string(),
            Expression::Text(text) => format!("“{text}”"),
            Expression::Bool(true) => "是".to_owned(),
            Expression::Bool(false) => "否".to_owned(),
            Expression::Date(day) => day.to_string(),
            Expression::Field { field, of, shift } => self.field(*field, *of, *shift),
            Expression::Parameter(parameter) => {
                let parameter = &self.package.parameters[parameter.index()];
                let amount = amount(parameter).map(|amount| format!("{amount}（{}）", parameter.name));
                amount.unwrap_or_else(|| parameter.name.clone())
            }
            Expression::Benchmark { benchmark, shift } => {
                format!("{}{}", earlier(*shift), self.package.benchmarks[benchmark.index()].name)
            }
            Expression::Indicator { indicator, shift, .. } => {
                format!("{}{}", earlier(*shift), self.package.indicators[indicator.index()].name)
            }
            Expression::Wider { grouping, indicator, shift, .. } => {
                let (grouping, indicator) =
                    (&self.package.groupings[grouping.index()], &self.package.indicators[indicator.index()]);
                format!("{}{}的{}", earlier(*shift), grouping.name, indicator.name)
            }
            Expression::PeriodDay { is_first: true } => "期初".to_owned(),
            Expression::PeriodDay { is_first: false } => "期末".to_owned(),
            Expression::Between { count, from, to } => {
                let unit = match count {
                    Calendar::Days => "天数",
                    Calendar::Months => "整月数",
                    Calendar::Years => "整年数",
                };
                format!("{}到{}的{unit}", self.operand(from), self.operand(to))
            }
            Expression::Aggregate { over: Members::Periods(_), function, argument, .. } => {
                let what = argument.as_deref().map(|of| self.operand(of)).unwrap_or_default();
                match function {
                    AggregateFunction::Avg => format!("各期{what}平均"),
                    AggregateFunction::Reported => format!("已填报{what}的期数"),
                    _ => format!("各期{what}合计"),
                }
            }
            Expression::Aggregate { function, argument, filter, .. } => {
                self.aggregate(*function, argument.as_deref(), filter.as_deref())
            }
            Expression::Arithmetic { op, left, right } => {
                let left = if is_chained(*op, left) { self.expression(left) } else { self.operand(left) };
                format!("{left} {} {}", arithmetic(*op), self.operand(right))
            }
            Expression::Negate(of) => format!("负的{}", self.operand(of)),
            Expression::Absolute(of) => format!("{}的绝对值", self.operand(of)),
            Expression::Compare { op, left, right } => self.compare(*op, left, right),
            Expression::In { of, list, negated } => {
                let list: Vec<String> = list.iter().map(|item| self.expression(item)).collect();
                let verb = if *negated { "不属于" } else { "属于" };
                format!("{}{verb}{}", self.expression(of), list.join("、"))
            }
            Expression::And(left, right) => format!("{}且{}", self.expression(left), self.expression(right)),
            Expression::Or(left, right) => format!("{}或{}", self.operand(left), self.operand(right)),
            Expression::Not(of) => format!("非（{}）", self.expression(of)),
            Expression::Case { branches, otherwise } => self.case(branches, otherwise.as_deref()),
            Expression::Round { of, digits, .. } => format!("{}（保留 {digits} 位小数）", self.operand(of)),
            Expression::Least(list) => format!("{}中的最小者", self.list(list)),
            Expression::Greatest(list) => format!("{}中的最大者", self.list(list)),
            Expression::CoalesceWithReason { of, instead, reason } => {
                format!("{}（未填时按{}，理由：{reason}）", self.expression(of), self.expression(instead))
            }
        }
    }

    /// Yes-or-no fields are named by what they ask: 规上 for 是否规上.
    fn field(&self, field: FieldIx, of: Of, shift: u32) -> String {
        let field = &self.package.fields[field.index()];
        if field.ty == FieldType::Bool {
            let name = field.name.strip_prefix("是否").unwrap_or(&field.name);
            return format!("{}{name}", earlier(shift));
        }
        let whose = if of == Of::Member { "企业" } else { "" };
        format!("{}{whose}{}", earlier(shift), field.name)
    }

    /// A comparison with yes or no needs no verb.
    fn compare(&self, op: Comparison, left: &Expression, right: &Expression) -> String {
        match (op, right) {
            (Comparison::Equal, Expression::Bool(true)) => self.expression(left),
            (Comparison::Equal, Expression::Bool(false)) => format!("非{}", self.expression(left)),
            (Comparison::Equal, _) => format!("{}为{}", self.operand(left), self.operand(right)),
            _ => format!("{}{}{}", self.operand(left), comparison(op), self.operand(right)),
        }
    }

    fn aggregate(
        &self,
        function: AggregateFunction,
        argument: Option<&Expression>,
        filter: Option<&Expression>,
    ) -> String {
        let whose = filter.map(|filter| format!("（{}）", self.expression(filter))).unwrap_or_default();
        let Some(argument) = argument else { return format!("园内企业{whose}家数") };
        let what = self.expression(argument);
        let what = what.strip_prefix("企业").unwrap_or(&what);
        match function {
            AggregateFunction::Sum => format!("园内企业{whose}{what}合计"),
            AggregateFunction::Count => format!("园内企业{whose}有{what}的家数"),
            AggregateFunction::Reported => format!("园内企业{whose}已填报{what}的家数"),
            AggregateFunction::CountDistinct => format!("园内企业{whose}{what}的种数"),
            AggregateFunction::Avg => format!("园内企业{whose}{what}平均值"),
            AggregateFunction::Min => format!("园内企业{whose}{what}最小值"),
            AggregateFunction::Max => format!("园内企业{whose}{what}最大值"),
        }
    }

    fn case(&self, branches: &[(Expression, Expression)], otherwise: Option<&Expression>) -> String {
        let mut text = String::new();
        for (condition, value) in branches {
            let _ = write!(text, "当{}时为{}；", self.expression(condition), self.expression(value));
        }
        match otherwise {
            Some(otherwise) => {
                let _ = write!(text, "否则为{}", self.expression(otherwise));
            }
            None => text.push_str("否则不计算"),
        }
        text
    }

    fn list(&self, list: &[Expression]) -> String {
        list.iter().map(|item| self.expression(item)).collect::<Vec<_>>().join("、")
    }

    /// Compound operands in brackets.
    fn operand(&self, expression: &Expression) -> String {
        let text = self.expression(expression);
        match expression {
            Expression::Arithmetic { .. }
            | Expression::And(..)
            | Expression::Or(..)
            | Expression::Case { .. }
            | Expression::Compare { .. } => format!("（{text}）"),
            Expression::Number(Exact { mantissa, .. }) if *mantissa < 0 => format!("（{text}）"),
            _ => text,
        }
    }
}

/// The latest value with its unit.
fn amount(parameter: &Parameter) -> Option<String> {
    let value = parameter.values.last()?.value.normalized();
    Some(format!("{value}{}", parameter.unit))
}

/// Whether the left operand reads without brackets: a + b + c, a × b ÷ c.
fn is_chained(op: Arithmetic, left: &Expression) -> bool {
    let is_sum = |op: Arithmetic| matches!(op, Arithmetic::Add | Arithmetic::Subtract);
    matches!(left, Expression::Arithmetic { op: inner, .. } if is_sum(*inner) == is_sum(op))
}

fn arithmetic(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Add => "＋",
        Arithmetic::Subtract => "－",
        Arithmetic::Multiply => "×",
        Arithmetic::Divide => "÷",
    }
}

fn earlier(shift: u32) -> String {
    match shift {
        0 => String::new(),
        1 => "上期".to_owned(),
        periods => format!("前 {periods} 期"),
    }
}
