//! Members of whom something is missing, one by one: those with plain missing parts go the short way of [`super::plain`],
//! the others the way of the naive evaluator.

use std::rc::Rc;

use smallvec::SmallVec;

use super::EvaluationError;
use super::bounds::{CellKey, Options};
use super::form::{Side, Term, What};
use super::plain::{Adds, PlainCell};
use super::scalar::Scope;
use super::who::WhoCounts;
use crate::frame::{Cell, EnterpriseIx, SubjectIx};
use crate::number::Exact;
use crate::outcome::{Coverage, Missing};
use crate::plan::{Expression, Members, Of};

/// Everything an indicator is made of for one subject.
pub(super) struct Gathered {
    pub options: Options,
    pub missing: Vec<Missing>,
    pub coverage: Coverage,
}

/// Terms of a figure that sum, and who counts in each.
pub(super) type Sums<'x, 's> = (&'x [(Side, &'x Term<'s>, Exact)], &'x [Option<WhoCounts>]);

/// Adds the members of whom something is missing: `open` are positions among the members, each with the number of a sum
/// that lacks it. False when a part is not of a kind that can be bounded member by member.
pub(super) fn look_closely<'s>(
    scope: &Scope<'s>,
    members: &[u32],
    (sums, who): Sums<'_, 's>,
    mut open: Vec<(usize, usize)>,
    gathered: &mut Gathered,
) -> Result<bool, EvaluationError> {
    open.sort_unstable();
    let mut close = Close::default();
    for group in open.chunk_by(|a, b| a.0 == b.0) {
        let member = members[group[0].0];
        if close.add(scope, member, group, (sums, who), gathered)? {
            continue;
        }
        let of_member = scope.of_member(Members::Enterprises, member);
        let terms: Vec<_> = group.iter().map(|(_, number)| sums[*number]).collect();
        if !gathered.options.add_member(&of_member, &terms, &mut gathered.missing)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A member's open terms, where they are plain: sums of cells or counts, under one unknown filter at most.
#[derive(Default)]
struct Close {
    sure: SmallVec<[PlainCell; 4]>,
    terms: SmallVec<[(Side, Exact, Adds); 4]>,
}

impl Close {
    /// False when they are not: nothing was added.
    fn add<'s>(
        &mut self,
        scope: &Scope<'s>,
        member: u32,
        group: &[(usize, usize)],
        (sums, who): Sums<'_, 's>,
        gathered: &mut Gathered,
    ) -> Result<bool, EvaluationError> {
        self.sure.clear();
        self.terms.clear();
        let mut asked: Option<(&'s Expression, &WhoCounts)> = None;
        for (position, number) in group {
            let (side, term, factor) = sums[*number];
            let What::Sum { argument, filter } = term.what else { return Ok(false) };
            let Some(adds) = adds(scope, member, argument) else { return Ok(false) };
            let is_unknown = who[*number].as_ref().filter(|who| who.truths[*position].is_none());
            match (is_unknown.zip(filter), adds) {
                (None, Adds::Cell(cell)) => self.sure.push((side, factor, cell)),
                // Nothing is open here after all.
                (None, Adds::Known(_)) => return Ok(false),
                (Some((of, filter)), adds) => {
                    if asked.is_some_and(|(_, other)| !Rc::ptr_eq(other, of)) {
                        return Ok(false);
                    }
                    asked = Some((filter, of));
                    self.terms.push((side, factor, adds));
                }
            }
        }
        let subject = SubjectIx::Enterprise(EnterpriseIx(member));
        let named = |(field, shift): CellKey| {
            let period = scope.period.earlier(shift);
            Missing::Figure { subject, field, period }
        };
        match asked {
            None => gathered.options.add_plain(scope, &self.sure)?,
            Some((filter, of)) => {
                let Some(unsure) = of.unsure(scope, filter, (group[0].0, member))? else { return Ok(false) };
                gathered.options.add_unsure(scope, &self.sure, (&unsure, &self.terms), named)?;
                gathered.missing.extend_from_slice(&unsure.missing);
            }
        }
        gathered.missing.extend(self.sure.iter().map(|(.., cell)| named(*cell)));
        gathered.missing.extend(self.terms.iter().filter_map(|(.., adds)| match adds {
            Adds::Cell(cell) => Some(named(*cell)),
            Adds::Known(_) => None,
        }));
        Ok(true)
    }
}

/// What a term adds of a member, where it counts the member or sums a field.
fn adds(scope: &Scope<'_>, member: u32, argument: Option<&Expression>) -> Option<Adds> {
    let Some(argument) = argument else { return Some(Adds::Known(Exact::ONE)) };
    let Expression::Field { field, of: Of::Member, shift } = argument else { return None };
    let subject = SubjectIx::Enterprise(EnterpriseIx(member));
    match scope.frame.cell(*field, scope.period.earlier(*shift), subject) {
        Cell::Missing => Some(Adds::Cell((*field, *shift))),
        Cell::Number(value) => {
            let unit = scope.package.fields[field.index()].unit.as_deref();
            value.checked_mul(scope.package.unit_factor(unit)).map(Adds::Known)
        }
        _ => None,
    }
}
