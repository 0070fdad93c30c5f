//! The checked form of a formula, shared by every evaluator.
//!
//! All numbers in a plan are in base units (元, 亩, 1 for ratios …). `Number` and the result of every node are in base
//! units already; `Field`, `Parameter` and `Benchmark` *yield* base units, while frames and packages keep values in the
//! unit in which they were declared: the evaluator multiplies what it reads by the factor of that unit
//! (`Package::unit_factor`). Derived fields never occur: the checker writes their formula in their place.
//! Must not know TOML, SQL text or figures.

use serde::{Deserialize, Serialize};

use crate::number::Exact;
use crate::package::Frequency;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl $name {
            /// Position in the package's list.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A field of the package's field dictionary.
    FieldIx,
    /// A dated parameter.
    ParameterIx,
    /// A benchmark: a figure of a wider subject, held as a versioned input.
    BenchmarkIx,
    /// An indicator.
    IndicatorIx,
    /// A criterion.
    CriterionIx,
    /// A fact that a named role judges.
    FactIx,
    /// A kind of evidence file.
    EvidenceIx,
    /// A named set of criteria.
    AssessmentIx,
    /// A way to put subjects into groups.
    GroupingIx,
    /// A kind of record.
    RecordIx,
    /// A scored comparison.
    ScorecardIx,
    /// A target.
    TargetIx,
}

/// Whose value a field reference reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Of {
    /// The subject the formula is computed for.
    Subject,
    /// The member an enclosing aggregate visits.
    Member,
}

/// Over what an aggregate goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Members {
    /// Enterprises: of a park by dated membership, of a group by its fields.
    Enterprises,
    /// Parks of a group.
    Parks,
    /// Records of one kind: of their owner, or of everyone in a group.
    Records(RecordIx),
    /// Periods of the same subject (or member), oldest first.
    Periods(Span),
}

/// Which periods a window holds; the last one is the period of the formula, or its last month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Months or years.
    pub frequency: Frequency,
    /// How many; `None` = from January on.
    pub last: Option<u32>,
}

/// Aggregate functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AggregateFunction {
    /// Exact sum; of nothing, 0.
    Sum,
    /// Number of members for which the filter holds (and, with an argument, the argument is present); of nothing, 0.
    Count,
    /// Number of distinct values of the argument.
    CountDistinct,
    /// Mean: sum over count; of nothing, undefined.
    Avg,
    /// Least value; of nothing, undefined.
    Min,
    /// Greatest value; of nothing, undefined.
    Max,
    /// Number of members for which the filter holds and the argument is there: known even when some are not.
    Reported,
}

/// What lies between two days. A month or year is whole when the same day of the month is reached (or its last day).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Calendar {
    Days,
    Months,
    Years,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Comparison, in formulas and in criteria.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Comparison {
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "<>")]
    NotEqual,
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    LessOrEqual,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    GreaterOrEqual,
}

/// Named rounding modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// 四舍五入, away from zero at the half.
    HalfAwayFromZero,
    /// 四舍六入五成双.
    HalfEven,
    /// Toward negative infinity.
    Floor,
    /// Toward positive infinity.
    Ceiling,
}

/// A checked expression. Shape of the value (number, yes/no, text code, date) was settled by the checker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expression {
    /// A number in base units.
    Number(Exact),
    /// A text or catalogue code.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A date, ISO 8601.
    Date(jiff::civil::Date),
    /// A field; `shift` counts periods back (0 = this period, 1 = the one before, same kind of period).
    Field {
        /// Which field.
        field: FieldIx,
        /// Whose.
        of: Of,
        /// Periods back.
        shift: u32,
    },
    /// A parameter at the period's end, in base units.
    Parameter(ParameterIx),
    /// A benchmark of the period.
    Benchmark {
        /// Which.
        benchmark: BenchmarkIx,
        /// Periods back.
        shift: u32,
    },
    /// Another indicator, of the subject or of the member an enclosing aggregate visits.
    Indicator {
        /// Which.
        indicator: IndicatorIx,
        /// Whose.
        of: Of,
        /// Periods back.
        shift: u32,
    },
    /// An indicator of the group to which the subject (or the member) belongs.
    Wider {
        /// Which grouping.
        grouping: GroupingIx,
        /// Which indicator of it.
        indicator: IndicatorIx,
        /// Whose group.
        of: Of,
        /// Periods back.
        shift: u32,
    },
    /// First or last day of the period.
    PeriodDay {
        /// The first one.
        is_first: bool,
    },
    /// Whole days, months or years from one day to another, negative when it lies before.
    Between {
        /// What is counted.
        count: Calendar,
        /// From this day.
        from: Box<Expression>,
        /// To this day.
        to: Box<Expression>,
    },
    /// An aggregate over members (by dated membership), records or periods.
    Aggregate {
        /// Over what.
        over: Members,
        /// Function.
        function: AggregateFunction,
        /// What is aggregated; `None` only for `count(*)`.
        argument: Option<Box<Expression>>,
        /// `FILTER (WHERE …)`.
        filter: Option<Box<Expression>>,
    },
    /// Arithmetic on numbers.
    Arithmetic {
        /// Operator.
        op: Arithmetic,
        /// Left.
        left: Box<Expression>,
        /// Right.
        right: Box<Expression>,
    },
    /// Sign change.
    Negate(Box<Expression>),
    /// Absolute value.
    Absolute(Box<Expression>),
    /// Comparison of two numbers, texts, dates or yes/no values.
    Compare {
        /// Operator.
        op: Comparison,
        /// Left.
        left: Box<Expression>,
        /// Right.
        right: Box<Expression>,
    },
    /// Membership in a list of literals.
    In {
        /// What is looked for.
        of: Box<Expression>,
        /// Literals.
        list: Vec<Expression>,
        /// `NOT IN`.
        negated: bool,
    },
    /// Three-valued (Kleene) and.
    And(Box<Expression>, Box<Expression>),
    /// Three-valued or.
    Or(Box<Expression>, Box<Expression>),
    /// Three-valued not.
    Not(Box<Expression>),
    /// `CASE WHEN … THEN … ELSE … END`; without ELSE the rest is undefined.
    Case {
        /// (condition, value) in order.
        branches: Vec<(Expression, Expression)>,
        /// Otherwise.
        otherwise: Option<Box<Expression>>,
    },
    /// Rounded once, where the rule says so: digits after the point in unit `per` (factor to base).
    Round {
        /// What.
        of: Box<Expression>,
        /// Digits.
        digits: u32,
        /// How.
        mode: Rounding,
        /// Factor of the unit in which the digits count.
        unit_factor: Exact,
    },
    /// Least of several numbers.
    Least(Vec<Expression>),
    /// Greatest of several numbers.
    Greatest(Vec<Expression>),
    /// `coalesce_with_reason(x, value, 'why')`: the only way to give a missing figure a value; leaves a note.
    CoalesceWithReason {
        /// What may be missing.
        of: Box<Expression>,
        /// What stands for it.
        instead: Box<Expression>,
        /// Why that is right.
        reason: String,
    },
}

/// Visits the direct parts of an expression; an indicator's part is its formula.
pub fn each_child<'p>(
    package: &'p crate::package::Package,
    expression: &'p Expression,
    visit: &mut dyn FnMut(&'p Expression),
) {
    match expression {
        Expression::Indicator { indicator, .. } | Expression::Wider { indicator, .. } => {
            visit(&package.indicators[indicator.index()].expression);
        }
        Expression::Between { from, to, .. } => {
            visit(from);
            visit(to);
        }
        Expression::Aggregate { argument, filter, .. } => {
            argument.iter().chain(filter).for_each(|child| visit(child));
        }
        Expression::Arithmetic { left, right, .. }
        | Expression::Compare { left, right, .. }
        | Expression::And(left, right)
        | Expression::Or(left, right)
        | Expression::CoalesceWithReason { of: left, instead: right, .. } => {
            visit(left);
            visit(right);
        }
        Expression::Negate(of)
        | Expression::Absolute(of)
        | Expression::Not(of)
        | Expression::Round { of, .. } => visit(of),
        Expression::In { of, list, .. } => {
            visit(of);
            list.iter().for_each(visit);
        }
        Expression::Least(list) | Expression::Greatest(list) => list.iter().for_each(visit),
        Expression::Case { branches, otherwise } => {
            for (condition, value) in branches {
                visit(condition);
                visit(value);
            }
            if let Some(otherwise) = otherwise {
                visit(otherwise);
            }
        }
        Expression::Number(_)
        | Expression::Text(_)
        | Expression::Bool(_)
        | Expression::Date(_)
        | Expression::PeriodDay { .. }
        | Expression::Field { .. }
        | Expression::Parameter(_)
        | Expression::Benchmark { .. } => {}
    }
}
