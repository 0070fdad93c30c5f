//! How one figure came about, made on demand: each aggregate with its members, what they filed and whether they count.
//!
//! The parts re-add exactly. The hot path records nothing.

use serde::Serialize;

use crate::evaluate::naive::{Naive, collect};
use crate::evaluate::scalar::Scalar;
use crate::evaluate::{EvaluationError, Figures, Overrides};
use crate::frame::{EnterpriseIx, Frame, Period, SubjectIx};
use crate::number::Exact;
use crate::outcome::{Coverage, Figure, Missing};
use crate::package::Package;
use crate::plan::{Expression, FieldIx, IndicatorIx, Of, each_child};

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
    /// Every member of the subject in the period, in the frame's order.
    pub members: Vec<MemberTrace>,
}

/// One aggregate.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AggregateTrace {
    /// The aggregate as it stands in the plan, for rendering in words.
    pub expression: Expression,
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

/// One member.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberTrace {
    /// Who.
    pub enterprise: EnterpriseIx,
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
    let (figure, coverage) = naive.figure(indicator, subject, period)?;
    let scope = naive.scope(indicator, subject, period);
    let expression = &package.indicators[indicator.index()].expression;
    let mut nodes = Vec::new();
    aggregates(package, expression, &mut nodes);
    let mut parts = Vec::new();
    collect(package, expression, &mut parts);
    let mut fields = (Vec::new(), Vec::new());
    reads(package, expression, &mut fields);

    let mut traces = Vec::with_capacity(nodes.len());
    for node in &nodes {
        let value = if let Scalar::Number(value) = scope.eval(node)? { Some(value) } else { None };
        traces.push(AggregateTrace { expression: (*node).clone(), value, counted: 0, missing: 0 });
    }
    let mut members = Vec::new();
    for member in scope.members() {
        let of_member = scope.of_member(member);
        let mut row =
            MemberTrace { enterprise: EnterpriseIx(member), parts: Vec::new(), missing: Vec::new() };
        for (node, total) in nodes.iter().zip(&mut traces) {
            let Expression::Aggregate { argument, filter, .. } = node else { continue };
            let filter = filter.as_deref().map_or(Ok(Scalar::Bool(true)), |f| of_member.eval(f))?;
            if filter == Scalar::Bool(false) {
                row.parts.push((Counted::Out, None));
                continue;
            }
            let value = argument.as_deref().map_or(Ok(Scalar::Number(Exact::ONE)), |a| of_member.eval(a))?;
            row.missing.extend_from_slice(filter.missing());
            row.missing.extend_from_slice(value.missing());
            let counted = if filter == Scalar::Bool(true) { Counted::In } else { Counted::Unknown };
            let value = if let Scalar::Number(value) = value { Some(value) } else { None };
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

/// Different aggregates in order of appearance.
fn aggregates<'p>(package: &'p Package, expression: &'p Expression, found: &mut Vec<&'p Expression>) {
    if let Expression::Aggregate { .. } = expression {
        if !found.contains(&expression) {
            found.push(expression);
        }
        return;
    }
    each_child(package, expression, &mut |child| aggregates(package, child, found));
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
