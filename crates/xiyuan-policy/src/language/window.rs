//! Windows over periods – `year_to_date(x)`, `moving_sum(x, n)` and their kin – and what lies between two days.

use super::check::{Checked, Checker, Env, Home, Outcome, Reported};
use super::quantity::Type;
use super::tree::{At, Call, Tree};
use crate::package::{Frequency, Kind};
use crate::plan::{AggregateFunction, Calendar, Expression, Members, Span};

/// The most periods a moving window may hold.
const MOST_PERIODS: u32 = 120;

impl Checker<'_> {
    /// A window goes over the months (or years) of the same subject, or of the member an aggregate visits.
    pub(super) fn window(&self, call: &Call, at: At, env: Env) -> Outcome {
        let Home::Indicator(home) = self.context.home else {
            let diagnostic = self.error("not-allowed-here", at, "这里不能跨期汇总，只有指标可以");
            return Err(self.fail(diagnostic.found(format!("{}(…)", call.name))));
        };
        if env.window.is_some() {
            return Err(self.fail(self.error("not-allowed-here", at, "跨期汇总里面不能再套跨期汇总")));
        }
        let (of, last) = if call.name.starts_with("moving") {
            let [of, count] = self.arguments::<2>(call, at)?;
            (of, Some(self.whole(count, 1..=MOST_PERIODS)?))
        } else {
            let [of] = self.arguments::<1>(call, at)?;
            (of, None)
        };
        let frequency = self.frequency_of(of).unwrap_or(home);
        if home == Frequency::Month && frequency == Frequency::Year {
            let diagnostic = self.error("period-mismatch", of.at, "按年填报的数不能在月度指标里按月汇总");
            return Err(self.fail(diagnostic));
        }
        let function = match call.name.rsplit('_').next() {
            Some("average" | "avg") => AggregateFunction::Avg,
            Some("reported") => AggregateFunction::Reported,
            _ => AggregateFunction::Sum,
        };
        let inside = Env { window: Some(frequency), shift: 0, ..env };
        let (expression, ty) = if function == AggregateFunction::Reported {
            (self.part(of, inside)?.expression, Self::plain())
        } else {
            let (expression, quantity) = self.number(of, inside)?;
            self.may_add(&expression, function, quantity.dimension.is_empty(), of.at)?;
            (expression, Type::Number(quantity))
        };
        let over = Members::Periods(Span { frequency, last });
        let expression =
            Expression::Aggregate { over, function, argument: Some(Box::new(expression)), filter: None };
        Ok(Checked { expression, ty })
    }

    /// Stocks are not summed over time, ratios neither summed nor averaged.
    fn may_add(
        &self,
        expression: &Expression,
        function: AggregateFunction,
        is_bare: bool,
        at: At,
    ) -> Result<(), Reported> {
        if self.adds_ratio(expression, is_bare) {
            return Err(self.ratio_added(at));
        }
        let is_stock = |part: &Expression| match part {
            Expression::Field { field, .. } => {
                let entry = &self.names.fields[field.index()];
                entry.kind == Kind::Stock && matches!(entry.ty, Type::Number(_))
            }
            _ => false,
        };
        if function == AggregateFunction::Sum && is_stock(expression) {
            let diagnostic = self
                .error("stock-added", at, "时点数不能跨期相加")
                .hint("用 year_average(…) 或 moving_avg(…) 取平均".to_owned());
            return Err(self.fail(diagnostic));
        }
        Ok(())
    }

    /// How often what a formula names is filed; months win, so that a year among them is reported where it stands.
    fn frequency_of(&self, tree: &Tree) -> Option<Frequency> {
        let mut found = None;
        tree.names(&mut |parts, _| {
            let frequency = match parts {
                [name] => self.names.indicators.get(name).map(|entry| entry.frequency),
                [scope, key] => self.names.subject_of(scope).and_then(|subject| {
                    let field = self.names.field(subject, key);
                    let filed = field.and_then(|field| self.names.fields[field.index()].frequency);
                    filed.or_else(|| self.names.indicators.get(key).map(|entry| entry.frequency))
                }),
                _ => None,
            };
            if found != Some(Frequency::Month) {
                found = frequency.or(found);
            }
        });
        found
    }

    /// `days_between(from, to)`, `months_between`, `years_between`: whole ones.
    pub(super) fn between_days(&self, call: &Call, at: At, env: Env) -> Outcome {
        let [from, to] = self.arguments::<2>(call, at)?;
        let day = |tree: &Tree| {
            let checked = self.part(tree, env)?;
            if checked.ty == Type::Date {
                return Ok(Box::new(checked.expression));
            }
            let found = self.describe(&checked.ty);
            Err(self.fail(self.error("wrong-type", tree.at, "这里应为日期").found(found).expected("日期")))
        };
        let (from, to) = (day(from), day(to));
        let count = match call.name.as_str() {
            "days_between" => Calendar::Days,
            "months_between" => Calendar::Months,
            _ => Calendar::Years,
        };
        Ok(Checked { expression: Expression::Between { count, from: from?, to: to? }, ty: Self::plain() })
    }
}
