//! How one figure came about, made on demand: each aggregate with its members, what they filed and whether they count.
//!
//! The parts re-add exactly. The hot path records nothing.

use std::borrow::Cow;

use serde::Serialize;

use crate::evaluate::naive::{LeftOut, Naive};
use crate::evaluate::scalar::Scope;
use crate::evaluate::value::Scalar;
use crate::evaluate::{EvaluationError, Figures, Overrides, Stage};
use crate::frame::{EnterpriseIx, Frame, ParkIx, Period, RecordOrdinal, SubjectIx};
use crate::number::Exact;
use crate::outcome::{Coverage, Figure, Missing};
use crate::package::{MissingRule, Package};
use crate::plan::{AggregateFunction, Expression, FieldIx, IndicatorIx, Members, Of, each_child};

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
    let stage = Stage::new(package, frame, overrides.clone());
    let figures = stage.columns();
    let naive = Naive::new(package, frame, overrides);
    let scope = Scope { figures: &figures, ..naive.scope(indicator, subject, period) };
    let (figure, coverage) = figures.figure(indicator, subject, period)?;
    let rule = &package.indicators[indicator.index()];
    let mut without = Vec::new();
    if !matches!(rule.missing, MissingRule::Strict)
        && let (LeftOut::These(members), _) = naive.left_out(indicator, &scope, &figures)?
    {
        without = members;
    }
    let at = |of: Period| {
        let without: &[(Members, u32)] = if of == period { &without } else { &[] };
        Scope { period: of, without, ..scope }
    };
    let mut nodes = Vec::new();
    let holds = |condition, of| match at(of).eval(condition) {
        Ok(Scalar::Bool(yes)) => Some(yes),
        _ => None,
    };
    aggregates(package, &rule.expression, period, &holds, &mut nodes);
    let mut fields = (Vec::new(), Vec::new());
    reads(package, &rule.expression, &mut fields);

    let nodes: Vec<Node<'_>> = nodes.into_iter().map(|(node, of)| Node::new(node, at(of))).collect();
    let mut everyone: Vec<(Members, u32)> =
        nodes.iter().flat_map(|node| node.everyone.iter().map(|who| (node.over, *who))).collect();
    everyone.sort_unstable();
    everyone.dedup();
    let mut members = Vec::with_capacity(everyone.len());
    for (kind, member) in everyone {
        let who = match kind {
            Members::Periods(span) => Visited::Period(Period::of_code(member, span.frequency)),
            Members::Enterprises => Visited::Subject(SubjectIx::Enterprise(EnterpriseIx(member))),
            Members::Parks => Visited::Subject(SubjectIx::Park(ParkIx(member))),
            Members::Records(_) => Visited::Subject(SubjectIx::Record(RecordOrdinal(member))),
        };
        let mut row = MemberTrace { who, parts: Vec::with_capacity(nodes.len()), missing: Vec::new() };
        for node in &nodes {
            row.parts.push(node.part(kind, member, &mut row.missing)?);
        }
        row.missing.sort_unstable();
        row.missing.dedup();
        members.push(row);
    }
    let aggregates = nodes.iter().enumerate().map(|(at, node)| node.total(at, &members));
    let aggregates = aggregates.collect::<Result<_, _>>()?;
    Ok(Trace { figure, coverage, aggregates, fields: fields.0, own_fields: fields.1, members })
}

/// An aggregate of the formula, where it stands.
struct Node<'a> {
    expression: &'a Expression,
    over: Members,
    scope: Scope<'a>,
    /// Everyone it visits, ascending.
    everyone: Cow<'a, [u32]>,
}

impl<'a> Node<'a> {
    fn new(expression: &'a Expression, scope: Scope<'a>) -> Self {
        let over =
            if let Expression::Aggregate { over, .. } = expression { *over } else { Members::Enterprises };
        Self { expression, over, everyone: scope.everyone(over), scope }
    }

    /// Whether a member counts, and what it adds if known; what is missing of it is added to the list, even of one who
    /// is left out for it.
    fn part(
        &self,
        kind: Members,
        member: u32,
        missing: &mut Vec<Missing>,
    ) -> Result<(Counted, Option<Exact>), EvaluationError> {
        let Expression::Aggregate { over, argument, filter, .. } = self.expression else {
            return Ok((Counted::Out, None));
        };
        if *over != kind || self.everyone.binary_search(&member).is_err() {
            return Ok((Counted::Out, None));
        }
        let of_member = self.scope.of_member(*over, member);
        let filter = filter.as_deref().map_or(Ok(Scalar::Bool(true)), |filter| of_member.eval(filter))?;
        if filter == Scalar::Bool(false) {
            return Ok((Counted::Out, None));
        }
        let value = argument.as_deref().map_or(Ok(Scalar::Number(Exact::ONE)), |of| of_member.eval(of))?;
        missing.extend(filter.missing().iter().chain(value.missing()));
        if self.scope.leaves_out(*over, member) {
            return Ok((Counted::Out, None));
        }
        let counted = if filter == Scalar::Bool(true) { Counted::In } else { Counted::Unknown };
        Ok((counted, if let Scalar::Number(value) = value { Some(value) } else { None }))
    }

    /// The aggregate over the rows, of which it is part `at`.
    fn total(&self, at: usize, rows: &[MemberTrace]) -> Result<AggregateTrace, EvaluationError> {
        let (mut counted, mut missing) = (0, 0);
        let mut sum = Some(Exact::ZERO);
        for (who, value) in rows.iter().map(|row| row.parts[at]).filter(|(who, _)| *who != Counted::Out) {
            let whole = value.filter(|_| who == Counted::In);
            counted += u32::from(whole.is_some());
            missing += u32::from(whole.is_none());
            sum = sum.zip(whole).and_then(|(sum, value)| sum.checked_add(value));
        }
        let is_sum = matches!(
            self.expression,
            Expression::Aggregate { function: AggregateFunction::Sum, .. }
                | Expression::Aggregate { function: AggregateFunction::Count, argument: None, .. }
        );
        // A sum of known parts needs no second look; everything else is the evaluator's to say.
        let value = match sum.filter(|_| is_sum && counted > 0) {
            Some(sum) => Some(sum),
            None => match self.scope.eval(self.expression)? {
                Scalar::Number(value) => Some(value),
                _ => None,
            },
        };
        let expression = self.expression.clone();
        Ok(AggregateTrace { expression, period: self.scope.period, value, counted, missing })
    }
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
