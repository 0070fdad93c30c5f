//! What somebody else has put together of the members of one subject, and who is still to be looked at closely.

use std::collections::BTreeSet;

use super::EvaluationError;
use super::bounds::Options;
use super::form::{Side, Term, What};
use super::scalar::Scope;
use crate::number::{Exact, MAX_SCALE};
use crate::plan::{AggregateFunction, Expression, Members};

/// What is known of the members of one subject.
///
/// A member counts when its filter is surely *yes* and its argument has a value; it does not count when its filter is
/// surely *no*; otherwise it is open, and so may be any member of whom the asked one would rather not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// Members that count.
    pub count: usize,
    /// Sum of their arguments in base units; `None` where there are none, or no number was asked for.
    pub sum: Option<Exact>,
    /// Least argument.
    pub least: Option<Exact>,
    /// Greatest argument.
    pub greatest: Option<Exact>,
    /// No argument that was summed has more decimals.
    pub decimals: u32,
    /// Different arguments: plain decimals without trailing zeros, `true` and `false`, days in ISO 8601, texts.
    pub distinct: BTreeSet<String>,
    /// Members to be looked at, ascending by their position in the frame.
    pub open: Vec<u32>,
}

/// An aggregate, or several, of a scope's subject.
pub(crate) struct Asked<'x> {
    pub over: Members,
    pub parts: &'x [Part<'x>],
    /// `None`: only who counts is asked.
    pub function: Option<AggregateFunction>,
}

/// Argument and filter.
pub(crate) type Part<'x> = (Option<&'x Expression>, Option<&'x Expression>);

type Sums<'x, 's> = [(Side, &'x Term<'s>, Exact)];

/// What is known of the sums of a form, added to what is known already, and who of whom has to be looked at closely
/// (member, number of the sum); `None` = look at all members.
pub(crate) fn known_sums(
    scope: &Scope<'_>,
    sums: &Sums<'_, '_>,
    options: &Options,
) -> Option<(Options, Vec<(u32, usize)>)> {
    let mut options = options.clone();
    let mut open = Vec::new();
    for (number, (side, term, factor)) in sums.iter().enumerate() {
        let What::Sum { argument, filter } = term.what else { return None };
        let function = if argument.is_some() { AggregateFunction::Sum } else { AggregateFunction::Count };
        let asked =
            Asked { over: Members::Enterprises, parts: &[(argument, filter)], function: Some(function) };
        let digest = scope.figures.digest(scope, &asked)?;
        let sum = match (argument, digest.sum) {
            _ if digest.count == 0 => Exact::ZERO,
            (None, _) => Exact::whole(i128::try_from(digest.count).ok()?),
            // The others multiply each member's part: none of them may leave the range.
            (Some(_), Some(sum)) if *factor == Exact::ONE || fits_each(&digest, *factor) => sum,
            _ => return None,
        };
        options.add(*side, sum.checked_mul(*factor)?)?;
        open.extend(digest.open.iter().map(|member| (*member, number)));
    }
    open.sort_unstable();
    (!sums.is_empty()).then_some((options, open))
}

/// Whether each part of a sum, multiplied, is surely in the range of numbers.
fn fits_each(digest: &Digest, factor: Exact) -> bool {
    let largest = digest.least.into_iter().chain(digest.greatest).map(Exact::absolute).max();
    let digits = largest.and_then(|largest| largest.rescale_exact(digest.decimals));
    let product = digits.and_then(|largest| largest.mantissa.checked_mul(factor.absolute().mantissa));
    product.is_some() && digest.decimals + factor.scale <= MAX_SCALE
}

/// Looks closely at who is open; false when the formula is of another form after all.
pub(crate) fn add_open<'s>(
    scope: &Scope<'s>,
    sums: &Sums<'_, 's>,
    open: &[(u32, usize)],
    options: &mut Options,
) -> Result<bool, EvaluationError> {
    for group in open.chunk_by(|a, b| a.0 == b.0) {
        let terms: Vec<_> = group.iter().map(|(_, number)| sums[*number]).collect();
        let of_member = scope.of_member(Members::Enterprises, group[0].0);
        if !options.add_member(&of_member, &terms, &mut Vec::new())? {
            return Ok(false);
        }
    }
    Ok(true)
}
