//! Aggregates over members, member by member.

use std::collections::BTreeSet;

use super::EvaluationError;
use super::digest::{Asked, Digest};
use super::scalar::Scope;
use super::value::{Interval, Scalar, Unknown, union};
use crate::number::{Exact, Quotient, Total};
use crate::outcome::{Missing, Undefined};
use crate::plan::{AggregateFunction, Expression, Members};

/// A member that counts, or might.
struct Part<'a> {
    /// The filter holds for sure.
    is_sure: bool,
    value: Scalar<'a>,
    /// The filter is unknown, and perhaps can turn out one way only; or filter and value hang on the same cells.
    is_wide: bool,
    /// What filter and value lack.
    missing: Vec<Missing>,
    /// The filter itself may have no value.
    may_be_undefined: bool,
    /// For how many members this stands: more than one where somebody else has put together what is known.
    count: usize,
    /// Least and greatest value of those for whom this stands, where they are several.
    spread: Option<(Exact, Exact)>,
}

/// Whether a digest says what a function needs of those who count; else all have to be looked at.
fn is_enough(function: AggregateFunction, digest: &Digest) -> bool {
    digest.count == 0
        || match function {
            AggregateFunction::Count | AggregateFunction::Reported => true,
            AggregateFunction::CountDistinct => !digest.distinct.is_empty(),
            AggregateFunction::Sum => digest.sum.is_some(),
            _ => digest.sum.is_some() && digest.least.is_some() && digest.greatest.is_some(),
        }
}

/// What stands for the members of whom everything is known already.
fn known_part<'a>(function: AggregateFunction, digest: &Digest) -> Option<Part<'a>> {
    let spread = digest.least.zip(digest.greatest);
    let value = match function {
        _ if digest.count == 0 => return None,
        AggregateFunction::CountDistinct => return None,
        AggregateFunction::Sum | AggregateFunction::Avg => digest.sum?,
        AggregateFunction::Min => digest.least?,
        AggregateFunction::Max => digest.greatest?,
        AggregateFunction::Count | AggregateFunction::Reported => Exact::ONE,
    };
    Some(Part {
        is_sure: true,
        value: Scalar::Number(value),
        is_wide: false,
        missing: Vec::new(),
        may_be_undefined: false,
        count: digest.count,
        spread,
    })
}

impl<'a> Scope<'a> {
    pub(crate) fn aggregate(
        &self,
        over: Members,
        function: AggregateFunction,
        argument: Option<&'a Expression>,
        filter: Option<&'a Expression>,
    ) -> Result<Scalar<'a>, EvaluationError> {
        if !matches!(over, Members::Periods(_)) && !self.frame.has_period(self.period) {
            // Nobody knows who belonged: an empty sum here would turn the unknown into zero.
            return Ok(Scalar::Undefined(Undefined::PeriodNotLoaded, Vec::new()));
        }
        let asked = Asked { over, parts: &[(argument, filter)], function: Some(function) };
        let digest = self.figures.digest(self, &asked).filter(|digest| is_enough(function, digest));
        let mut parts: Vec<_> = digest.iter().filter_map(|digest| known_part(function, digest)).collect();
        let (members, distinct) = digest
            .map_or_else(|| (self.members(over), BTreeSet::new()), |digest| (digest.open, digest.distinct));
        let members = members.into_iter().filter(|member| !self.leaves_out(over, *member));
        for member in members {
            parts.extend(self.of_member(over, member).part(argument, filter)?);
        }
        if function == AggregateFunction::Reported {
            let is_there = |part: &&Part<'a>| {
                part.is_sure && !matches!(part.value, Scalar::Unknown(_) | Scalar::Undefined(..))
            };
            return Ok(Scalar::Number(whole(parts.iter().filter(is_there).map(|part| part.count).sum())));
        }
        let missing = all_missing(&parts);
        // Of several reasons always the same one, whoever comes first.
        let reasons = parts.iter().filter(|part| part.is_sure).filter_map(|part| match part.value {
            Scalar::Undefined(reason, _) => Some(reason),
            _ => None,
        });
        let undefined = reasons.min();
        if let Some(reason) = undefined {
            return Ok(Scalar::Undefined(reason, missing));
        }
        let may_be_empty = parts.iter().all(|part| !part.is_sure);
        let mut value = match function {
            AggregateFunction::Sum => self.sum(&parts)?,
            AggregateFunction::Count | AggregateFunction::Reported => Self::count(&parts),
            AggregateFunction::CountDistinct => self.count_distinct(&parts, distinct)?,
            AggregateFunction::Avg | AggregateFunction::Min | AggregateFunction::Max if parts.is_empty() => {
                Scalar::Undefined(Undefined::EmptyAggregate, missing)
            }
            AggregateFunction::Avg => self.mean(&parts)?,
            AggregateFunction::Min => self.extreme_of_parts(&parts, Exact::min)?,
            AggregateFunction::Max => self.extreme_of_parts(&parts, Exact::max)?,
        };
        if let Scalar::Unknown(unknown) = &mut value {
            unknown.may_be_undefined |=
                parts.iter().any(|part| part.may_be_undefined || part.value.may_be_undefined());
            unknown.may_be_undefined |= may_be_empty
                && matches!(
                    function,
                    AggregateFunction::Avg | AggregateFunction::Min | AggregateFunction::Max
                );
        }
        Ok(value)
    }

    /// The member's part; nothing when it surely does not count.
    fn part(
        &self,
        argument: Option<&'a Expression>,
        filter: Option<&'a Expression>,
    ) -> Result<Option<Part<'a>>, EvaluationError> {
        let (is_sure, missing, is_wide, may_be_undefined) =
            match filter.map(|of| self.eval(of)).transpose()? {
                None | Some(Scalar::Bool(true)) => (true, Vec::new(), false, false),
                Some(Scalar::Bool(false)) => return Ok(None),
                Some(Scalar::Unknown(unknown)) => {
                    (false, unknown.missing, unknown.is_wide, unknown.may_be_undefined)
                }
                Some(value @ Scalar::Undefined(..)) => {
                    let missing = value.missing().to_vec();
                    return Ok(Some(Part {
                        is_sure: true,
                        value,
                        is_wide: false,
                        missing,
                        may_be_undefined: true,
                        count: 1,
                        spread: None,
                    }));
                }
                Some(_) => return Err(self.shape()),
            };
        let value = argument.map_or(Ok(Scalar::Number(Exact::ONE)), |argument| self.eval(argument))?;
        let apart = missing.len() + value.missing().len();
        let missing = union(&missing, value.missing());
        let is_wide = is_wide || missing.len() < apart;
        Ok(Some(Part { is_sure, value, is_wide, missing, may_be_undefined, count: 1, spread: None }))
    }

    fn sum(&self, parts: &[Part<'a>]) -> Result<Scalar<'a>, EvaluationError> {
        let (mut low, mut high) = (Some(Total::default()), Some(Total::default()));
        let mut is_wide = share(parts);
        for part in parts {
            is_wide |= part.is_wide;
            let (mut from, mut to) = match &part.value {
                Scalar::Number(value) => (Some(*value), Some(*value)),
                Scalar::Unknown(unknown) => {
                    is_wide |= unknown.is_wide;
                    (unknown.within.low, unknown.within.high)
                }
                // It counts only if its filter turns out as no.
                Scalar::Undefined(..) => (Some(Exact::ZERO), Some(Exact::ZERO)),
                _ => return Err(self.shape()),
            };
            if !part.is_sure {
                from = from.map(|from| from.min(Exact::ZERO));
                to = to.map(|to| to.max(Exact::ZERO));
            }
            for (total, end) in [(&mut low, from), (&mut high, to)] {
                match (total.as_mut(), end) {
                    (Some(total), Some(end)) => total.add(end),
                    _ => *total = None,
                }
            }
        }
        let finish = |total: Option<Total>| {
            total.map(|total| total.finish().ok_or_else(|| self.overflow())).transpose()
        };
        let within = Interval { low: finish(low)?, high: finish(high)? };
        let missing = all_missing(parts);
        match (missing.is_empty(), within.low) {
            (true, Some(sum)) => Ok(Scalar::Number(sum)),
            _ => Ok(Scalar::Unknown(Unknown { missing, within, is_wide, may_be_undefined: false })),
        }
    }

    fn count(parts: &[Part<'a>]) -> Scalar<'a> {
        let is_counted = |part: &&Part<'a>| part.is_sure && !part.value.is_unknown();
        let sure = whole(parts.iter().filter(is_counted).map(|part| part.count).sum());
        let missing = all_missing(parts);
        if missing.is_empty() {
            return Scalar::Number(sure);
        }
        let within =
            Interval { low: Some(sure), high: Some(whole(parts.iter().map(|part| part.count).sum())) };
        // A figure that is only counted will be one whatever it turns out to be.
        let is_surely_counted = |part: &Part<'a>| part.is_sure && part.value.is_unknown();
        let is_wide = share(parts) || parts.iter().any(|part| part.is_wide || is_surely_counted(part));
        Scalar::Unknown(Unknown { missing, within, is_wide, may_be_undefined: false })
    }

    fn count_distinct(
        &self,
        parts: &[Part<'a>],
        mut seen: BTreeSet<String>,
    ) -> Result<Scalar<'a>, EvaluationError> {
        let mut open = 0;
        for part in parts {
            let key = match &part.value {
                Scalar::Number(value) => value.normalized().to_string(),
                Scalar::Text(text) => (*text).to_owned(),
                Scalar::Bool(yes) => yes.to_string(),
                Scalar::Date(day) => day.to_string(),
                Scalar::Unknown(_) => {
                    open += 1;
                    continue;
                }
                Scalar::Undefined(..) if !part.is_sure => continue,
                Scalar::Undefined(..) => return Err(self.shape()),
            };
            if part.is_sure {
                seen.insert(key);
            } else {
                open += 1;
            }
        }
        let missing = all_missing(parts);
        let sure = whole(seen.len());
        if missing.is_empty() {
            return Ok(Scalar::Number(sure));
        }
        let within = Interval { low: Some(sure), high: Some(whole(seen.len() + open)) };
        Ok(Scalar::Unknown(Unknown { missing, within, is_wide: true, may_be_undefined: false }))
    }

    fn mean(&self, parts: &[Part<'a>]) -> Result<Scalar<'a>, EvaluationError> {
        let (Scalar::Number(numerator), Scalar::Number(denominator)) = (self.sum(parts)?, Self::count(parts))
        else {
            return self.between_parts(parts);
        };
        let mean = Quotient { numerator, denominator }.to_inner();
        mean.map(Scalar::Number).ok_or_else(|| self.overflow())
    }

    fn extreme_of_parts(
        &self,
        parts: &[Part<'a>],
        pick: fn(Exact, Exact) -> Exact,
    ) -> Result<Scalar<'a>, EvaluationError> {
        if parts.iter().all(|part| part.is_sure) {
            return self.fold_extreme(parts.iter().map(|part| part.value.clone()).collect(), pick);
        }
        self.between_parts(parts)
    }

    /// Whoever counts in the end: mean, least and greatest lie between the least and the greatest part.
    fn between_parts(&self, parts: &[Part<'a>]) -> Result<Scalar<'a>, EvaluationError> {
        let values = parts.iter().flat_map(|part| match part.spread {
            Some((least, greatest)) => vec![Scalar::Number(least), Scalar::Number(greatest)],
            None => vec![part.value.clone()],
        });
        let defined: Vec<_> = values.filter(|value| !matches!(value, Scalar::Undefined(..))).collect();
        let end = |pick: fn(Exact, Exact) -> Exact| match self.fold_extreme(defined.clone(), pick)? {
            Scalar::Undefined(..) => Ok(Interval::UNBOUNDED),
            value => Ok(Interval::of(&value)),
        };
        let within = Interval { low: end(Exact::min)?.low, high: end(Exact::max)?.high };
        let missing = all_missing(parts);
        Ok(Scalar::Unknown(Unknown { missing, within, is_wide: true, may_be_undefined: false }))
    }
}

fn all_missing(parts: &[Part<'_>]) -> Vec<Missing> {
    let all: Vec<Missing> = parts.iter().flat_map(|part| part.missing.iter().copied()).collect();
    union(&all, &[])
}

/// Several parts hang on the same cell.
fn share(parts: &[Part<'_>]) -> bool {
    all_missing(parts).len() < parts.iter().map(|part| part.missing.len()).sum()
}

fn whole(count: usize) -> Exact {
    Exact::whole(i128::try_from(count).expect("a count of members"))
}
