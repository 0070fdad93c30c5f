//! Aggregates over the enterprises of a park: `sum(x) FILTER (WHERE …)` and its kin.

use super::check::{Checked, Checker, Env, Home, Outcome, Reported};
use super::names::any;
use super::quantity::Type;
use super::tree::{At, Call, Tree, TreeKind};
use crate::package::{Kind, Subject};
use crate::plan::{AggregateFunction, Expression, GroupingIx, Members, Of};

/// What an aggregate that names a subject goes over.
fn visited(subject: Subject) -> Option<Members> {
    match subject {
        Subject::Enterprise => Some(Members::Enterprises),
        Subject::Park => Some(Members::Parks),
        Subject::Record(record) => Some(Members::Records(record)),
        Subject::City | Subject::Group(_) => None,
    }
}

impl Checker<'_> {
    pub(super) fn aggregate(&self, call: &Call, at: At, env: Env) -> Outcome {
        self.may_aggregate(call, at, env)?;
        let (over, is_everyone) = self.over(call, at)?;
        let inside = Env { over: Some(over), ..env };
        let filter = call.filter.as_deref().map(|filter| self.condition(filter, inside));
        let function = match call.name.as_str() {
            "sum" => AggregateFunction::Sum,
            "avg" => AggregateFunction::Avg,
            "min" => AggregateFunction::Min,
            "max" => AggregateFunction::Max,
            "reported" => AggregateFunction::Reported,
            _ if call.is_distinct => AggregateFunction::CountDistinct,
            _ => AggregateFunction::Count,
        };
        let counts = matches!(
            function,
            AggregateFunction::Count | AggregateFunction::CountDistinct | AggregateFunction::Reported
        );
        if call.is_distinct && !counts {
            return Err(self.fail(self.error("wrong-arguments", at, "只有 count 可以带 DISTINCT")));
        }
        let argument = match (call.arguments.as_slice(), call.is_star) {
            ([_], false) if is_everyone && function == AggregateFunction::Count => None,
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
        let is_of_member = |part: &Expression| {
            matches!(
                part,
                Expression::Field { of: Of::Member, .. }
                    | Expression::Indicator { of: Of::Member, .. }
                    | Expression::Wider { of: Of::Member, .. }
            )
        };
        if let Some(argument) = &argument
            && !any(argument, &is_of_member)
        {
            let hint = Some("汇总企业的字段，如 sum(enterprise.revenue)；数企业用 count(*)".to_owned());
            let diagnostic = self.error("aggregate-of-constant", at, "汇总的内容与企业无关").hint(hint);
            return Err(self.fail(diagnostic));
        }
        Ok(Checked { expression: Expression::Aggregate { over, function, argument, filter }, ty })
    }

    fn may_aggregate(&self, call: &Call, at: At, env: Env) -> Result<(), Reported> {
        let problem = if env.is_inside() {
            "汇总里面不能再套汇总"
        } else if !matches!(self.context.home, Home::Indicator(_)) {
            "这里不能用汇总，只有指标可以"
        } else {
            return Ok(());
        };
        Err(self.fail(self.error("not-allowed-here", at, problem).found(format!("{}(…)", call.name))))
    }

    /// What the aggregate goes over, by the names it mentions; true when it names just the kind (`count(park)`).
    fn over(&self, call: &Call, at: At) -> Result<(Members, bool), Reported> {
        let own = self.context.subject;
        if let [Tree { kind: TreeKind::Name(parts), .. }] = call.arguments.as_slice()
            && let [word] = parts.as_slice()
            && let Some(over) = self.names.subject_of(word).and_then(visited)
            && self.visits(over)
        {
            return Ok((over, true));
        }
        let mut named: Vec<Members> = Vec::new();
        for tree in call.arguments.iter().chain(call.filter.as_deref()) {
            tree.names(&mut |parts, _| {
                if let [scope, _] = parts
                    && let Some(subject) = self.names.subject_of(scope)
                    && subject != own
                    && let Some(over) = visited(subject)
                    && !named.contains(&over)
                {
                    named.push(over);
                }
            });
        }
        let problem = match named.as_slice() {
            // A group of enterprises and parks: `count(*)` does not say which.
            [] if self.visits(Members::Enterprises) && !self.visits(Members::Parks) => {
                return Ok((Members::Enterprises, false));
            }
            [over] if self.visits(*over) => return Ok((*over, false)),
            [] | [_] if own == Subject::Enterprise => "只有园区和分组的指标可以汇总（里面的企业）",
            [] => "看不出汇总的是什么：写明对象，如 count(park)",
            [_] => "这种对象里没有可以这样汇总的成员",
            _ => "一个汇总只能针对一种对象",
        };
        Err(self.fail(self.error("not-allowed-here", at, problem).found(format!("{}(…)", call.name))))
    }

    /// Whether the formula's subject has such members.
    fn visits(&self, over: Members) -> bool {
        let grouped =
            |grouping: GroupingIx| self.names.groupings.get_index(grouping.index()).map(|(_, entry)| *entry);
        match (self.context.subject, over) {
            (Subject::Park, Members::Enterprises) => true,
            (Subject::Group(grouping), Members::Enterprises) => {
                grouped(grouping).is_some_and(|entry| entry.has_enterprises)
            }
            (Subject::Group(grouping), Members::Parks) => {
                grouped(grouping).is_some_and(|entry| entry.has_parks)
            }
            (subject, Members::Records(record)) => {
                let owner = self.names.records.get_index(record.index()).map(|(_, owner)| *owner);
                match subject {
                    Subject::Group(grouping) => grouped(grouping).is_some_and(|entry| match owner {
                        Some(Subject::Enterprise) => entry.has_enterprises,
                        Some(Subject::Park) => entry.has_parks,
                        _ => false,
                    }),
                    subject => owner == Some(subject),
                }
            }
            _ => false,
        }
    }

    /// A ratio itself, or a dimensionless value made of one; a ratio times a quantity (a weighted part) adds up well.
    pub(super) fn adds_ratio(&self, expression: &Expression, is_bare: bool) -> bool {
        let is_ratio = |part: &Expression| match part {
            Expression::Field { field, .. } => self.names.fields[field.index()].kind == Kind::Ratio,
            _ => false,
        };
        is_ratio(expression) || (is_bare && any(expression, &is_ratio))
    }

    pub(super) fn ratio_added(&self, at: At) -> Reported {
        let diagnostic = self
            .error("ratio-added", at, "比率不能相加或平均")
            .hint("用分子之和除以分母之和：sum(…) / sum(…)".to_owned());
        self.fail(diagnostic)
    }
}
