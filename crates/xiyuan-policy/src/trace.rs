//! How one figure came about, made on demand: each aggregate with its members, what they filed and whether they count.
//!
//! The parts re-add exactly. The hot path records nothing.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::evaluate::naive::{LeftOut, Naive};
use crate::evaluate::scalar::{Scalar, Scope};
use crate::evaluate::{EvaluationError, Figures, Overrides};
use crate::frame::{EnterpriseIx, Frame, ParkIx, Period, RecordOrdinal, SubjectIx};
use crate::number::Exact;
use crate::outcome::{Coverage, Figure, Missing};
use crate::package::Package;
use crate::plan::{Expression, FieldIx, IndicatorIx, Members, Of, each_child};

/// A figure opened up.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The figure, in base units.
    pub figure: Figure,
    /// Coverage.
    pub coverage: Coverage,
    /// Each different aggregate of the formula, in order of appearance.
    pub aggregates: Vec<AggregateTrace>,
    /// Fields of members that the formula reads.
    pub fields: Vec<FieldIx>,
    /// Fields of the subject itself that the formula reads.
    pub own_fields: Vec<FieldIx>,
    /// Every member of the subject in the periods of its aggregates, in the frame's order. Who is left out of a
    /// covered figure does not count and names what is missing.
    pub members: Vec<MemberTrace>,
}

/// One aggregate.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AggregateTrace {
    /// The aggregate as it stands in the plan, for rendering in words.
    pub expression: Expression,
    /// The period whose members it visits: an earlier one where another indicator's past figure is used.
    pub period: Period,
    /// Its value in base units when nothing is missing.
    pub value: Option<Exact>,
    /// Members that count with a known value.
    pub counted: u32,
    /// Members that count, or might, with something missing.
    pub missing: u32,
}

/// Whether a member counts for an aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Counted {
    In,
    Out,
    Unknown,
}

/// What an aggregate visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Visited {
    /// A member or a record.
    Subject(SubjectIx),
    /// A period.
    Period(Period),
}

impl Visited {
    /// The enterprise, when it is one.
    pub fn enterprise(self) -> Option<EnterpriseIx> {
        if let Self::Subject(SubjectIx::Enterprise(enterprise)) = self { Some(enterprise) } else { None }
    }
}

/// One member.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberTrace {
    /// Who, or when.
    pub who: Visited,
    /// For each aggregate: counted, and the value it adds in base units if known.
    pub parts: Vec<(Counted, Option<Exact>)>,
    /// What is missing of this member.
    pub missing: Vec<Missing>,
}

/// Opens a figure up.
pub fn trace(
    package: &Package,
    frame: &Frame,
    overrides: &Overrides,
    indicator: IndicatorIx,
    subject: SubjectIx,
    period: Period,
) -> Result<Trace, EvaluationError> {
    let naive = Naive::new(package, frame, overrides);
    let scope = naive.scope(indicator, subject, period);
    let (left_out, coverage) = naive.left_out(indicator, &scope, &naive)?;
    let without = if let LeftOut::These(members) = left_out { members } else { Vec::new() };
    let (figure, _) = naive.figure(indicator, subject, period)?;
    let expression = &package.indicators[indicator.index()].expression;
    let at = |of: Period| {
        let without: &[(Members, u32)] = if of == period { &without } else { &[] };
        Scope { period: of, without, ..scope }
    };
    let mut nodes = Vec::new();
    let holds = |condition, of| match at(of).eval(condition) {
        Ok(Scalar::Bool(yes)) => Some(yes),
        _ => None,
    };
    aggregates(package, expression, period, &holds, &mut nodes);
    let mut fields = (Vec::new(), Vec::new());
    reads(package, expression, &mut fields);

    let mut traces = Vec::with_capacity(nodes.len());
    for (node, of) in &nodes {
        let value = if let Scalar::Number(value) = at(*of).eval(node)? { Some(value) } else { None };
        let expression = (*node).clone();
        traces.push(AggregateTrace { expression, period: *of, value, counted: 0, missing: 0 });
    }
    let everyone: BTreeSet<(Members, u32)> = nodes
        .iter()
        .flat_map(|(node, of)| {
            let over = over(node);
            Scope { period: *of, ..scope }.everyone(over).iter().map(|who| (over, *who)).collect::<Vec<_>>()
        })
        .collect();
    let mut members = Vec::new();
    for (kind, member) in everyone {
        let who = match kind {
            Members::Periods(span) => Visited::Period(Period::of_code(member, span.frequency)),
            Members::Enterprises => Visited::Subject(SubjectIx::Enterprise(EnterpriseIx(member))),
            Members::Parks => Visited::Subject(SubjectIx::Park(ParkIx(member))),
            Members::Records(_) => Visited::Subject(SubjectIx::Record(RecordOrdinal(member))),
        };
        let mut row = MemberTrace { who, parts: Vec::new(), missing: Vec::new() };
        for ((node, of), total) in nodes.iter().zip(&mut traces) {
            if over(node) != kind {
                row.parts.push((Counted::Out, None));
                continue;
            }
            let (counted, value, missing) = part(&at(*of), node, member)?;
            let is_left_out = *of == period && without.binary_search(&(kind, member)).is_ok();
            row.missing.extend(missing);
            if counted == Counted::Out || is_left_out {
                row.parts.push((Counted::Out, None));
                continue;
            }
            let is_whole = counted == Counted::In && value.is_some();
            total.counted += u32::from(is_whole);
            total.missing += u32::from(!is_whole);
            row.parts.push((counted, value));
        }
        row.missing.sort_unstable();
        row.missing.dedup();
        members.push(row);
    }
    Ok(Trace { figure, coverage, aggregates: traces, fields: fields.0, own_fields: fields.1, members })
}

/// Whether a member counts for an aggregate, what it adds if known, and what is missing.
fn part<'a>(
    scope: &Scope<'a>,
    node: &'a Expression,
    member: u32,
) -> Result<(Counted, Option<Exact>, Vec<Missing>), EvaluationError> {
    let Expression::Aggregate { over, argument, filter, .. } = node else {
        return Ok((Counted::Out, None, Vec::new()));
    };
    let of_member = scope.of_member(*over, member);
    let filter = filter.as_deref().map_or(Ok(Scalar::Bool(true)), |filter| of_member.eval(filter))?;
    if !scope.has_member(*over, member) || filter == Scalar::Bool(false) {
        return Ok((Counted::Out, None, Vec::new()));
    }
    let value = argument.as_deref().map_or(Ok(Scalar::Number(Exact::ONE)), |of| of_member.eval(of))?;
    let missing = filter.missing().iter().chain(value.missing()).copied().collect();
    let counted = if filter == Scalar::Bool(true) { Counted::In } else { Counted::Unknown };
    Ok((counted, if let Scalar::Number(value) = value { Some(value) } else { None }, missing))
}

fn over(node: &Expression) -> Members {
    if let Expression::Aggregate { over, .. } = node { *over } else { Members::Enterprises }
}

/// Whether a condition holds in a period, when that is known.
type Holds<'h, 'p> = &'h dyn Fn(&'p Expression, Period) -> Option<bool>;

/// Different aggregates with the period whose members they visit, in order of appearance; of a CASE only those of the
/// branch that is taken, when that is known.
fn aggregates<'p>(
    package: &'p Package,
    expression: &'p Expression,
    period: Period,
    holds: Holds<'_, 'p>,
    found: &mut Vec<(&'p Expression, Period)>,
) {
    if let Expression::Aggregate { .. } = expression {
        if !found.contains(&(expression, period)) {
            found.push((expression, period));
        }
        return;
    }
    let period =
        if let Expression::Indicator { shift, .. } = expression { period.earlier(*shift) } else { period };
    if let Expression::Wider { .. } | Expression::Indicator { of: Of::Member, .. } = expression {
        // Another subject's figure: it is opened on its own.
        return;
    }
    if let Expression::Case { branches, otherwise } = expression {
        for (condition, value) in branches {
            aggregates(package, condition, period, holds, found);
            let is_taken = holds(condition, period);
            if is_taken != Some(false) {
                aggregates(package, value, period, holds, found);
            }
            if is_taken == Some(true) {
                return;
            }
        }
        if let Some(otherwise) = otherwise {
            aggregates(package, otherwise, period, holds, found);
        }
        return;
    }
    each_child(package, expression, &mut |child| aggregates(package, child, period, holds, found));
}

/// Fields of members, and of the subject, that a formula reads.
fn reads<'p>(package: &'p Package, expression: &'p Expression, found: &mut (Vec<FieldIx>, Vec<FieldIx>)) {
    if let Expression::Field { field, of, .. } = expression {
        let list = if *of == Of::Member { &mut found.0 } else { &mut found.1 };
        if !list.contains(field) {
            list.push(*field);
        }
    }
    each_child(package, expression, &mut |child| reads(package, child, found));
}
