//! A checked plan as the tree of a formula again, so that both are put into words by the same hand. What the checker
//! wrote in the place of a derived field gets its name back.

use crate::language::{At, Call, Tree, TreeKind};
use crate::number::Exact;
use crate::package::{Origin, Package};
use crate::plan::{AggregateFunction, Calendar, Comparison, Expression, FieldIx, Members, Rounding, Span};

/// The tree of a plan. Positions mean nothing: it stands in no file.
pub(super) fn tree(package: &Package, expression: &Expression) -> Tree {
    Plan { package }.tree(expression)
}

struct Plan<'p> {
    package: &'p Package,
}

impl Plan<'_> {
    fn tree(&self, expression: &Expression) -> Tree {
        of(self.derived(expression).unwrap_or_else(|| self.kind(expression)))
    }

    fn boxed(&self, expression: &Expression) -> Box<Tree> {
        Box::new(self.tree(expression))
    }

    fn list(&self, list: &[Expression]) -> Vec<Tree> {
        list.iter().map(|part| self.tree(part)).collect()
    }

    /// The derived field whose formula this is.
    fn derived(&self, expression: &Expression) -> Option<TreeKind> {
        if let Expression::Field { .. } | Expression::Number(_) | Expression::Bool(_) = expression {
            return None;
        }
        let is_it = |origin: &Origin| matches!(origin, Origin::Derived { expression: formula, .. } if formula == expression);
        let field = self.package.fields.iter().find(|field| is_it(&field.origin))?;
        Some(name(&field.id))
    }

    fn kind(&self, expression: &Expression) -> TreeKind {
        match expression {
            Expression::Number(number) => TreeKind::Number(number.normalized().to_string()),
            Expression::Text(text) => TreeKind::Text(text.clone()),
            Expression::Bool(value) => TreeKind::Bool(*value),
            Expression::Date(day) => TreeKind::Date(*day),
            Expression::Field { field, shift, .. } => earlier(*shift, self.field(*field)),
            Expression::Parameter(parameter) => {
                TreeKind::Name(vec![self.package.parameters[parameter.index()].id.clone()])
            }
            Expression::Benchmark { benchmark, shift } => {
                earlier(*shift, name(&self.package.benchmarks[benchmark.index()].id))
            }
            Expression::Indicator { indicator, shift, .. } => {
                let id = self.package.indicators[indicator.index()].id.clone();
                earlier(*shift, TreeKind::Name(vec![id]))
            }
            Expression::Wider { grouping, indicator, shift, .. } => {
                let grouping = self.package.groupings[grouping.index()].id.clone();
                let id = self.package.indicators[indicator.index()].id.clone();
                earlier(*shift, TreeKind::Name(vec![grouping, id]))
            }
            Expression::PeriodDay { is_first } => {
                call(if *is_first { "period_start" } else { "period_end" }, Vec::new())
            }
            Expression::Between { count, from, to } => {
                let word = match count {
                    Calendar::Days => "days_between",
                    Calendar::Months => "months_between",
                    Calendar::Years => "years_between",
                };
                call(word, vec![self.tree(from), self.tree(to)])
            }
            Expression::Aggregate { over, function, argument, filter } => {
                self.aggregate(*over, *function, argument.as_deref(), filter.as_deref())
            }
            Expression::Arithmetic { op, left, right } => {
                TreeKind::Arithmetic(*op, self.boxed(left), self.boxed(right))
            }
            Expression::Negate(part) => TreeKind::Negate(self.boxed(part)),
            Expression::Not(part) => TreeKind::Not(self.boxed(part)),
            Expression::Compare { op, left, right } => self.compare(*op, left, right),
            Expression::In { of, list, negated } => {
                TreeKind::In { of: self.boxed(of), list: self.list(list), negated: *negated }
            }
            Expression::And(left, right) => TreeKind::And(self.boxed(left), self.boxed(right)),
            Expression::Or(left, right) => TreeKind::Or(self.boxed(left), self.boxed(right)),
            Expression::Case { branches, otherwise } => TreeKind::Case {
                branches: branches.iter().map(|(when, then)| (self.tree(when), self.tree(then))).collect(),
                otherwise: otherwise.as_deref().map(|other| self.boxed(other)),
            },
            Expression::Absolute(part) => call("abs", vec![self.tree(part)]),
            Expression::Round { of: part, digits, mode, .. } => {
                let mode = match mode {
                    Rounding::HalfAwayFromZero => "half-up",
                    Rounding::HalfEven => "half-even",
                    Rounding::Floor => "floor",
                    Rounding::Ceiling => "ceiling",
                };
                let digits = of(TreeKind::Number(digits.to_string()));
                call("round", vec![self.tree(part), digits, of(TreeKind::Text(mode.to_owned()))])
            }
            Expression::Least(list) => call("least", self.list(list)),
            Expression::Greatest(list) => call("greatest", self.list(list)),
            Expression::CoalesceWithReason { of: part, instead, reason } => {
                let reason = of(TreeKind::Text(reason.clone()));
                call("coalesce_with_reason", vec![self.tree(part), self.tree(instead), reason])
            }
        }
    }

    fn field(&self, field: FieldIx) -> TreeKind {
        name(&self.package.fields[field.index()].id)
    }

    /// A yes/no figure is kept as 1 or 0; in words it stands alone.
    fn compare(&self, op: Comparison, left: &Expression, right: &Expression) -> TreeKind {
        let is_truth = |side: &Expression| match side {
            Expression::Indicator { indicator, .. } | Expression::Wider { indicator, .. } => {
                self.package.indicators[indicator.index()].is_truth
            }
            _ => false,
        };
        if op == Comparison::Equal && is_truth(left) && *right == Expression::Number(Exact::ONE) {
            return self.kind(left);
        }
        TreeKind::Compare(op, self.boxed(left), self.boxed(right))
    }

    fn aggregate(
        &self,
        over: Members,
        function: AggregateFunction,
        argument: Option<&Expression>,
        filter: Option<&Expression>,
    ) -> TreeKind {
        let mut arguments: Vec<Tree> = argument.iter().map(|argument| self.tree(argument)).collect();
        if let Members::Periods(span) = over {
            return window(function, span, arguments);
        }
        let (word, is_distinct) = match function {
            AggregateFunction::Sum => ("sum", false),
            AggregateFunction::Count => ("count", false),
            AggregateFunction::CountDistinct => ("count", true),
            AggregateFunction::Avg => ("avg", false),
            AggregateFunction::Min => ("min", false),
            AggregateFunction::Max => ("max", false),
            AggregateFunction::Reported => ("reported", false),
        };
        if arguments.is_empty() {
            let who = match over {
                Members::Parks => "park".to_owned(),
                Members::Records(record) => self.package.records[record.index()].id.clone(),
                Members::Enterprises | Members::Periods(_) => "enterprise".to_owned(),
            };
            arguments.push(of(TreeKind::Name(vec![who])));
        }
        TreeKind::Call(Call {
            name: word.to_owned(),
            arguments,
            is_star: false,
            is_distinct,
            filter: filter.map(|filter| self.boxed(filter)),
        })
    }
}

/// Months of the year, or the last few periods.
fn window(function: AggregateFunction, span: Span, mut arguments: Vec<Tree>) -> TreeKind {
    let word = match (function, span.last) {
        (AggregateFunction::Avg, None) => "year_average",
        (AggregateFunction::Avg, Some(_)) => "moving_avg",
        (AggregateFunction::Reported, None) => "year_reported",
        (AggregateFunction::Reported, Some(_)) => "moving_reported",
        (_, None) => "year_to_date",
        (_, Some(_)) => "moving_sum",
    };
    arguments.extend(span.last.map(|count| of(TreeKind::Number(count.to_string()))));
    call(word, arguments)
}

fn of(kind: TreeKind) -> Tree {
    Tree { kind, at: At { line: 1, column: 1 } }
}

fn name(id: &str) -> TreeKind {
    TreeKind::Name(id.split('.').map(str::to_owned).collect())
}

fn call(name: &str, arguments: Vec<Tree>) -> TreeKind {
    let name = name.to_owned();
    TreeKind::Call(Call { name, arguments, is_star: false, is_distinct: false, filter: None })
}

fn earlier(shift: u32, kind: TreeKind) -> TreeKind {
    match shift {
        0 => kind,
        1 => call("previous", vec![of(kind)]),
        count => call("previous", vec![of(kind), of(TreeKind::Number(count.to_string()))]),
    }
}
