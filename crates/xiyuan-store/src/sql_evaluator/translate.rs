//! From the checked plan to SQL, for one row of an aggregate's members.
//!
//! A formula becomes a value where everything is known, and NULL where something is missing, has no value, leaves the
//! range of numbers, or is not translated: NULL always means that the engine looks at this member itself, so it is
//! never wrong to answer NULL. *And* and *or* are stricter than SQL's: a part that is not known leaves both open, for it
//! might be an error. Names come from positions in the package, texts are parameters.

use std::collections::{BTreeMap, BTreeSet};

use xiyuan_policy::evaluate::Run;
use xiyuan_policy::evaluate::external::{Needed, Question, Whose};
use xiyuan_policy::frame::{Frame, Period};
use xiyuan_policy::package::{FieldType, MissingRule, Package};
use xiyuan_policy::plan::{
    AggregateFunction, Arithmetic, BenchmarkIx, Calendar, Comparison, Expression, FieldIx, GroupingIx,
    IndicatorIx, Members, Of, ParameterIx, Rounding, Span, each_child,
};

use super::pieces::{Shape, Sql, both, chain, compare, date, either, literal, one_shape};
use super::projection::{Given, Table};

/// Parts that one statement may have: indicators of members are written out.
const MOST_PARTS: usize = 2_000;

/// A row that formulas read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    table: Table,
    /// Column that holds its position.
    ordinal: &'static str,
}

/// For whom, and when.
#[derive(Clone, Copy)]
struct Place {
    period: Period,
    subject: Option<Line>,
    member: Option<Line>,
}

pub(super) struct Translator<'a> {
    question: &'a Question,
    package: &'a Package,
    frame: &'a Frame,
    run: &'a Run,
    place: Place,
    texts: Vec<String>,
    joins: BTreeMap<(Line, Period), usize>,
    given: BTreeMap<(Line, Given), usize>,
    needs: BTreeSet<Needed>,
    parts: usize,
}

impl<'a> Translator<'a> {
    pub(super) fn new(package: &'a Package, frame: &'a Frame, run: &'a Run, question: &'a Question) -> Self {
        let table = match question.over {
            Members::Enterprises => Some(Table::Enterprises),
            Members::Parks => Some(Table::Parks),
            Members::Records(_) => Some(Table::Records),
            Members::Periods(_) => None,
        };
        let line = |ordinal| move |table| Line { table, ordinal };
        let subject = match question.whose {
            Whose::Parks => Table::Parks,
            Whose::Groups(grouping) => Table::Groups(grouping),
        };
        let subject = Some(line("m.subject")(subject));
        let place = Place { period: question.period, subject, member: table.map(line("m.member")) };
        Self {
            question,
            package,
            frame,
            run,
            place,
            texts: Vec::new(),
            joins: BTreeMap::new(),
            given: BTreeMap::new(),
            needs: BTreeSet::new(),
            parts: 0,
        }
    }

    /// Figures that have to be known before the question can be answered.
    pub(super) fn needs(&self) -> &BTreeSet<Needed> {
        &self.needs
    }

    /// (alias, what, column with the position) of each figure that is given.
    pub(super) fn given(&self) -> impl Iterator<Item = (String, Given, &'static str)> {
        self.given.iter().map(|((line, given), number)| (format!("g{number}"), *given, line.ordinal))
    }

    /// Tables and periods that the formulas read.
    pub(super) fn tables(&self) -> Vec<(Table, Period)> {
        self.joins.keys().map(|(line, period)| (line.table, *period)).collect()
    }

    /// (alias, table, period, column with the position) of each row that is read.
    pub(super) fn joins(&self) -> impl Iterator<Item = (String, Table, Period, &'static str)> {
        self.joins
            .iter()
            .map(|((line, period), number)| (format!("j{number}"), line.table, *period, line.ordinal))
    }

    /// Texts that the statement takes as its first parameter.
    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }

    pub(super) fn translate(&mut self, expression: &Expression) -> Sql {
        self.at(self.place, expression)
    }

    /// A condition; NULL when it is no condition.
    pub(super) fn truth(&mut self, expression: &Expression) -> String {
        self.truth_at(self.place, expression)
    }

    fn truth_at(&mut self, place: Place, expression: &Expression) -> String {
        let Sql { text, shape } = self.at(place, expression);
        if shape == Shape::Bool { text } else { "NULL::boolean".to_owned() }
    }

    fn number_at(&mut self, place: Place, expression: &Expression) -> Option<String> {
        let Sql { text, shape } = self.at(place, expression);
        (shape == Shape::Number).then_some(text)
    }

    fn at(&mut self, place: Place, expression: &Expression) -> Sql {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Sql::nothing();
        }
        self.value(place, expression).unwrap_or_else(Sql::nothing)
    }

    fn value(&mut self, place: Place, expression: &Expression) -> Option<Sql> {
        Some(match expression {
            Expression::Number(value) => Sql::number(literal(*value)),
            Expression::Text(text) => {
                self.texts.push(text.clone());
                Sql { text: format!("($1::text[])[{}]", self.texts.len()), shape: Shape::Text }
            }
            Expression::Bool(yes) => Sql::truth(yes.to_string()),
            Expression::Date(day) => date(*day)?,
            Expression::PeriodDay { is_first } => {
                date(if *is_first { place.period.first_day() } else { place.period.last_day() })?
            }
            Expression::Field { field, of, shift } => self.field(place, *field, *of, *shift)?,
            Expression::Parameter(parameter) => self.parameter(place, *parameter)?,
            Expression::Benchmark { benchmark, shift } => self.benchmark(place, *benchmark, *shift)?,
            Expression::Indicator { indicator, of, shift } => {
                let line = Self::line(place, *of)?;
                let period = place.period.earlier(*shift);
                match line.table {
                    Table::Enterprises => self.indicator(line, *indicator, period)?,
                    Table::Parks | Table::Groups(_) => self.figure(line, None, *indicator, period),
                    Table::Records => return None,
                }
            }
            Expression::Wider { grouping, indicator, of, shift } => {
                let line = Self::line(place, *of)?;
                let is_grouped = matches!(line.table, Table::Enterprises | Table::Parks);
                is_grouped
                    .then(|| self.figure(line, Some(*grouping), *indicator, place.period.earlier(*shift)))?
            }
            Expression::Between { count, from, to } => self.between(place, *count, from, to)?,
            Expression::Aggregate { over: Members::Periods(span), function, argument, filter } => {
                self.window(place, *span, *function, argument.as_deref(), filter.as_deref())?
            }
            Expression::Aggregate { .. } => return None,
            Expression::Arithmetic { op, left, right } => {
                let (left, right) = (self.number_at(place, left)?, self.number_at(place, right)?);
                Sql::number(match op {
                    Arithmetic::Add => format!("pg_temp.xy_fit({left} + {right})"),
                    Arithmetic::Subtract => format!("pg_temp.xy_fit({left} - {right})"),
                    Arithmetic::Multiply => format!("pg_temp.xy_fit({left} * {right})"),
                    Arithmetic::Divide => format!("pg_temp.xy_divide({left}, {right})"),
                })
            }
            Expression::Negate(of) => Sql::number(format!("(- {})", self.number_at(place, of)?)),
            Expression::Absolute(of) => Sql::number(format!("abs({})", self.number_at(place, of)?)),
            Expression::Compare { op, left, right } => {
                let (left, right) = (self.at(place, left), self.at(place, right));
                compare(*op, &left, &right)?
            }
            Expression::In { of, list, negated } => {
                let of = self.at(place, of);
                let mut any = vec!["false".to_owned()];
                for item in list {
                    any.push(compare(Comparison::Equal, &of, &self.at(place, item))?.text);
                }
                let any = any.iter().skip(1).fold(any[0].clone(), |any, item| either(&any, item));
                Sql::truth(if *negated { format!("(NOT {any})") } else { any })
            }
            Expression::And(left, right) => {
                let (left, right) = (self.truth_at(place, left), self.truth_at(place, right));
                Sql::truth(both(&left, &right))
            }
            Expression::Or(left, right) => {
                let (left, right) = (self.truth_at(place, left), self.truth_at(place, right));
                Sql::truth(either(&left, &right))
            }
            Expression::Not(of) => Sql::truth(format!("(NOT {})", self.truth_at(place, of))),
            Expression::Case { branches, otherwise } => self.case(place, branches, otherwise.as_deref())?,
            Expression::Round { of, digits, mode, unit_factor } => {
                let of = self.number_at(place, of)?;
                let mode = match mode {
                    Rounding::HalfAwayFromZero => "half-away",
                    Rounding::HalfEven => "half-even",
                    Rounding::Floor => "floor",
                    Rounding::Ceiling => "ceiling",
                };
                let unit = literal(*unit_factor);
                Sql::number(format!("pg_temp.xy_round({of}, {digits}, '{mode}', {unit})"))
            }
            Expression::Least(list) => self.extreme(place, list, "least")?,
            Expression::Greatest(list) => self.extreme(place, list, "greatest")?,
            // Where it is not there for SQL, the engine says whether it is missing.
            Expression::CoalesceWithReason { of, .. } => self.at(place, of),
        })
    }

    fn line(place: Place, of: Of) -> Option<Line> {
        match of {
            Of::Subject => place.subject,
            Of::Member => place.member,
        }
    }

    fn field(&mut self, place: Place, field: FieldIx, of: Of, shift: u32) -> Option<Sql> {
        let line = Self::line(place, of)?;
        if matches!(line.table, Table::Groups(_)) {
            return None;
        }
        let next = self.joins.len();
        let alias = *self.joins.entry((line, place.period.earlier(shift))).or_insert(next);
        let shape = match self.package.fields[field.index()].ty {
            FieldType::Decimal | FieldType::Integer => Shape::Number,
            FieldType::Text | FieldType::Choice { .. } => Shape::Text,
            FieldType::Bool => Shape::Bool,
            FieldType::Date => Shape::Date,
        };
        Some(Sql { text: format!("j{alias}.c{}", field.0), shape })
    }

    fn parameter(&self, place: Place, parameter: ParameterIx) -> Option<Sql> {
        let declared = &self.package.parameters[parameter.index()];
        let in_force = || {
            let day = place.period.last_day();
            declared.values.iter().rev().find(|value| value.from <= day).map(|value| value.value)
        };
        let value = self.run.overrides.parameters.get(&parameter).copied().or_else(in_force)?;
        let factor = self.package.unit_factor(Some(&declared.unit));
        Some(Sql::number(literal(value.checked_mul(factor)?)))
    }

    fn benchmark(&self, place: Place, benchmark: BenchmarkIx, shift: u32) -> Option<Sql> {
        let declared = &self.package.benchmarks[benchmark.index()];
        let period = place.period.earlier(shift);
        let published = || {
            let Period::Year(year) = period else { return None };
            declared.published.iter().find(|(of, ..)| *of == year).map(|(_, value, _)| *value)
        };
        let value = self.frame.benchmark(benchmark, period).or_else(published)?;
        let factor = self.package.unit_factor(Some(&declared.unit));
        Some(Sql::number(literal(value.checked_mul(factor)?)))
    }

    /// A figure of a park or a group, composed by the engine: of who stands in the line, or of the group of that.
    fn figure(
        &mut self,
        line: Line,
        grouping: Option<GroupingIx>,
        indicator: IndicatorIx,
        period: Period,
    ) -> Sql {
        let whose = match (grouping, line.table) {
            (Some(grouping), _) | (None, Table::Groups(grouping)) => Whose::Groups(grouping),
            (None, _) => Whose::Parks,
        };
        let figure = Needed { indicator, whose, period };
        if !self.question.figures.contains_key(&figure) {
            self.needs.insert(figure);
        }
        let given = Given { table: line.table, is_of_group: grouping.is_some(), figure };
        let next = self.given.len();
        let alias = *self.given.entry((line, given)).or_insert(next);
        Sql::number(format!("g{alias}.figure"))
    }

    /// An enterprise's figure: its formula, to 18 decimals as figures are inside formulas.
    fn indicator(&mut self, line: Line, indicator: IndicatorIx, period: Period) -> Option<Sql> {
        let declared = &self.package.indicators[indicator.index()];
        let mut aggregates = Aggregates::default();
        aggregates.collect(self.package, &declared.expression, false);
        // Who is left out of a covered figure of months is the engine's matter.
        if !matches!(declared.missing, MissingRule::Strict) && aggregates.count > 0 {
            return None;
        }
        let place = Place { period, subject: Some(line), member: None };
        let Sql { text, shape } = self.at(place, &declared.expression);
        let text = match shape {
            Shape::Number => format!("pg_temp.xy_fit(round({text}, 18))"),
            // A yes is 1, a no is 0.
            Shape::Bool => format!("({text})::integer::numeric"),
            _ => return None,
        };
        if aggregates.perhaps_unread.is_empty() {
            return Some(Sql::number(text));
        }
        // The engine computes them whichever branch is taken, to say who has reported: they may be errors.
        let all: Vec<_> = aggregates.perhaps_unread.iter().map(|of| self.at(place, of).text).collect();
        let (all, count) = (all.join(", "), all.len());
        Some(Sql::number(format!("CASE WHEN num_nonnulls({all}) = {count} THEN {text} END")))
    }

    fn between(&mut self, place: Place, count: Calendar, from: &Expression, to: &Expression) -> Option<Sql> {
        let (from, to) = (self.at(place, from), self.at(place, to));
        if (from.shape, to.shape) != (Shape::Date, Shape::Date) {
            return None;
        }
        let (from, to) = (from.text, to.text);
        Some(Sql::number(match count {
            Calendar::Days => format!("({to} - {from})::numeric"),
            Calendar::Months => format!("pg_temp.xy_months({from}, {to})"),
            Calendar::Years => format!("div(pg_temp.xy_months({from}, {to}), 12)"),
        }))
    }

    /// An aggregate over periods, written out; NULL unless all of them are known.
    fn window(
        &mut self,
        place: Place,
        span: Span,
        function: AggregateFunction,
        argument: Option<&Expression>,
        filter: Option<&Expression>,
    ) -> Option<Sql> {
        let (mut values, mut counts) = (Vec::new(), Vec::new());
        for period in place.period.window(span) {
            let place = Place { period, ..place };
            let (value, is_there) = match argument {
                None => ("1::numeric".to_owned(), "1::numeric".to_owned()),
                Some(argument) => {
                    let Sql { text, shape } = self.at(place, argument);
                    let is_counted =
                        matches!(function, AggregateFunction::Count | AggregateFunction::Reported);
                    if shape == Shape::Nothing || (shape != Shape::Number && !is_counted) {
                        return None;
                    }
                    let is_there = if is_counted {
                        format!("CASE WHEN {text} IS NOT NULL THEN 1::numeric END")
                    } else {
                        "1::numeric".to_owned()
                    };
                    (text, is_there)
                }
            };
            match filter {
                None => {
                    values.push(value);
                    counts.push(is_there);
                }
                Some(filter) => {
                    let filter = self.truth_at(place, filter);
                    let counted = if function == AggregateFunction::Sum { value } else { is_there };
                    let of = format!("CASE {filter} WHEN true THEN {counted} WHEN false THEN 0 END");
                    values.push(of.clone());
                    counts.push(of);
                }
            }
        }
        let total = |of: &[String]| format!("pg_temp.xy_fit(0 + ({}))", of.join(") + ("));
        if values.is_empty() {
            return None;
        }
        Some(Sql::number(match function {
            AggregateFunction::Sum => total(&values),
            AggregateFunction::Count | AggregateFunction::Reported => total(&counts),
            AggregateFunction::Avg if filter.is_none() => {
                format!("pg_temp.xy_divide({}, {})", total(&values), total(&counts))
            }
            AggregateFunction::Min if filter.is_none() => chain(&values, "least"),
            AggregateFunction::Max if filter.is_none() => chain(&values, "greatest"),
            _ => return None,
        }))
    }

    fn case(
        &mut self,
        place: Place,
        branches: &[(Expression, Expression)],
        otherwise: Option<&Expression>,
    ) -> Option<Sql> {
        // Written from the inside: each condition stands once, and one that is not sure leaves all of it open.
        let mut parts = Vec::new();
        let mut shape = Shape::Nothing;
        for (condition, value) in branches {
            let condition = self.truth_at(place, condition);
            let value = self.at(place, value);
            shape = one_shape(shape, value.shape)?;
            parts.push((condition, value.text));
        }
        let rest = otherwise.map_or_else(Sql::nothing, |otherwise| self.at(place, otherwise));
        shape = one_shape(shape, rest.shape)?;
        let mut text = rest.text;
        for (condition, value) in parts.into_iter().rev() {
            text = format!("CASE {condition} WHEN true THEN {value} WHEN false THEN {text} END");
        }
        (shape != Shape::Nothing).then_some(Sql { text: format!("({text})"), shape })
    }

    fn extreme(&mut self, place: Place, list: &[Expression], name: &str) -> Option<Sql> {
        let all: Option<Vec<String>> = list.iter().map(|item| self.number_at(place, item)).collect();
        all.filter(|all| !all.is_empty()).map(|all| Sql::number(chain(&all, name)))
    }
}

/// Aggregates of a formula and of the figures of the same subject that it rests on.
#[derive(Default)]
struct Aggregates<'e> {
    count: usize,
    /// Those that stand where evaluation may not come by.
    perhaps_unread: Vec<&'e Expression>,
}

impl<'e> Aggregates<'e> {
    fn collect(&mut self, package: &'e Package, expression: &'e Expression, is_perhaps_unread: bool) {
        match expression {
            // They have members of their own.
            Expression::Wider { .. } | Expression::Indicator { shift: 1.., .. } => {}
            Expression::Aggregate { .. } => {
                self.count += 1;
                self.perhaps_unread.extend(is_perhaps_unread.then_some(expression));
            }
            _ => {
                let is_choice =
                    matches!(expression, Expression::Case { .. } | Expression::CoalesceWithReason { .. });
                each_child(package, expression, &mut |child| {
                    self.collect(package, child, is_perhaps_unread || is_choice);
                });
            }
        }
    }
}
