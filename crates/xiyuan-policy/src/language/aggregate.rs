//! Aggregates over the enterprises of a park: `sum(x) FILTER (WHERE …)` and its kin.

use super::check::{Checked, Checker, Env, Home, Outcome, Reported};
use super::names::any;
use super::quantity::Type;
use super::tree::{At, Call};
use crate::package::{Kind, Subject};
use crate::plan::{AggregateFunction, Expression};

impl Checker<'_> {
    pub(super) fn aggregate(&self, call: &Call, at: At, env: Env) -> Outcome {
        self.may_aggregate(call, at, env)?;
        let inside = Env { in_aggregate: true, ..env };
        let filter = call.filter.as_deref().map(|filter| self.condition(filter, inside));
        let function = match call.name.as_str() {
            "sum" => AggregateFunction::Sum,
            "avg" => AggregateFunction::Avg,
            "min" => AggregateFunction::Min,
            "max" => AggregateFunction::Max,
            _ if call.is_distinct => AggregateFunction::CountDistinct,
            _ => AggregateFunction::Count,
        };
        let counts = matches!(function, AggregateFunction::Count | AggregateFunction::CountDistinct);
        if call.is_distinct && !counts {
            return Err(self.fail(self.error("wrong-arguments", at, "只有 count 可以带 DISTINCT")));
        }
        let argument = match (call.arguments.as_slice(), call.is_star) {
            ([], true) if function == AggregateFunction::Count => None,
            ([argument], false) if counts => Some(self.part(argument, inside)?),
            ([argument], false) => {
                let (expression, quantity) = self.number(argument, inside)?;
                let adds = matches!(function, AggregateFunction::Sum | AggregateFunction::Avg);
                let is_bare = quantity.dimension.is_empty();
                if adds && self.adds_ratio(&expression, is_bare) {
                    return Err(self.ratio_added(argument.at));
                }
                Some(Checked { expression, ty: Type::Number(quantity) })
            }
            _ => {
                let diagnostic = self.error("wrong-arguments", at, format!("“{}”的参数写法不对", call.name));
                return Err(self.fail(diagnostic.expected(format!("{}(x)，或 count(*)", call.name))));
            }
        };
        let filter = filter.transpose()?.map(Box::new);
        let ty = match &argument {
            Some(argument) if !counts => argument.ty.clone(),
            _ => Self::plain(),
        };
        let argument = argument.map(|argument| Box::new(argument.expression));
        if let Some(argument) = &argument
            && !any(argument, &|part| matches!(part, Expression::Field { of: crate::plan::Of::Member, .. }))
        {
            let hint = Some("汇总企业的字段，如 sum(enterprise.revenue)；数企业用 count(*)".to_owned());
            let diagnostic = self.error("aggregate-of-constant", at, "汇总的内容与企业无关").hint(hint);
            return Err(self.fail(diagnostic));
        }
        Ok(Checked { expression: Expression::Aggregate { function, argument, filter }, ty })
    }

    fn may_aggregate(&self, call: &Call, at: At, env: Env) -> Result<(), Reported> {
        let problem = if env.in_aggregate {
            "汇总里面不能再套汇总"
        } else if !matches!(self.context.home, Home::Indicator(_)) {
            "这里不能用汇总，只有指标可以"
        } else if self.context.subject != Subject::Park {
            "只有园区指标可以汇总（园区内的企业）"
        } else {
            return Ok(());
        };
        Err(self.fail(self.error("not-allowed-here", at, problem).found(format!("{}(…)", call.name))))
    }

    /// A ratio itself, or a dimensionless value made of one; a ratio times a quantity (a weighted part) adds up well.
    fn adds_ratio(&self, expression: &Expression, is_bare: bool) -> bool {
        let is_ratio = |part: &Expression| match part {
            Expression::Field { field, .. } => self.names.fields[field.index()].kind == Kind::Ratio,
            _ => false,
        };
        is_ratio(expression) || (is_bare && any(expression, &is_ratio))
    }

    fn ratio_added(&self, at: At) -> Reported {
        let diagnostic = self
            .error("ratio-added", at, "比率不能相加或平均")
            .hint("用分子之和除以分母之和：sum(…) / sum(…)".to_owned());
        self.fail(diagnostic)
    }
}
