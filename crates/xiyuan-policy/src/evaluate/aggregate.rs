//! Aggregates over members, member by member.

use std::collections::BTreeSet;

use super::EvaluationError;
use super::arithmetic::union;
use super::scalar::{Interval, Scalar, Scope, Unknown};
use crate::number::{Exact, Quotient};
use crate::outcome::{Missing, Undefined};
use crate::plan::{AggregateFunction, Expression};

/// One member's part: does it count, and with what.
struct Part<'a> {
    /// `None`: unknown whether it counts.
    counts: Option<bool>,
    value: Scalar<'a>,
    missing: Vec<Missing>,
}

impl<'a> Scope<'a> {
    pub(crate) fn aggregate(
        &self,
        function: AggregateFunction,
        argument: Option<&'a Expression>,
        filter: Option<&'a Expression>,
    ) -> Result<Scalar<'a>, EvaluationError> {
        if !self.frame.has_period(self.period) {
            // Nobody knows who belonged: an empty sum here would turn the unknown into zero.
            return Ok(Scalar::Undefined(Undefined::PeriodNotLoaded, Vec::new()));
        }
        let mut parts = Vec::new();
        for member in self.members() {
            let part = self.of_member(member).part(argument, filter)?;
            if part.counts != Some(false) {
                parts.push(part);
            }
        }
        if let Some(Scalar::Undefined(reason, missing)) =
            parts.iter().map(|part| &part.value).find(|value| matches!(value, Scalar::Undefined(..)))
        {
            return Ok(Scalar::Undefined(*reason, missing.clone()));
        }
        match function {
            AggregateFunction::Sum => self.sum(&parts),
            AggregateFunction::Count => Ok(Self::count(&parts)),
            AggregateFunction::CountDistinct => self.count_distinct(&parts),
            AggregateFunction::Avg => {
                let (sum, count) = (self.sum(&parts)?, Self::count(&parts));
                if parts.is_empty() {
                    return Ok(Scalar::Undefined(Undefined::EmptyAggregate, Vec::new()));
                }
                match (sum, count) {
                    (Scalar::Number(sum), Scalar::Number(count)) => {
                        let mean = Quotient { numerator: sum, denominator: count }.to_inner();
                        mean.map(Scalar::Number).ok_or_else(|| self.overflow())
                    }
                    (sum, count) => Ok(self.mean_of_unknown(&parts, union(sum.missing(), count.missing()))),
                }
            }
            AggregateFunction::Min => self.extreme_of_parts(parts, Exact::min),
            AggregateFunction::Max => self.extreme_of_parts(parts, Exact::max),
        }
    }

    fn part(
        &self,
        argument: Option<&'a Expression>,
        filter: Option<&'a Expression>,
    ) -> Result<Part<'a>, EvaluationError> {
        let (counts, mut missing) = match filter.map(|filter| self.eval(filter)).transpose()? {
            None => (Some(true), Vec::new()),
            Some(Scalar::Bool(yes)) => (Some(yes), Vec::new()),
            Some(Scalar::Unknown(unknown)) => (None, unknown.missing),
            Some(undefined @ Scalar::Undefined(..)) => {
                return Ok(Part { counts: None, missing: Vec::new(), value: undefined });
            }
            Some(_) => return Err(self.shape()),
        };
        if counts == Some(false) {
            return Ok(Part { counts, value: Scalar::Bool(false), missing });
        }
        let value = argument.map_or(Ok(Scalar::Number(Exact::ONE)), |argument| self.eval(argument))?;
        missing = union(&missing, value.missing());
        Ok(Part { counts, value, missing })
    }

    fn sum(&self, parts: &[Part<'a>]) -> Result<Scalar<'a>, EvaluationError> {
        let mut within = Interval::point(Exact::ZERO);
        let mut missing = Vec::new();
        let mut is_wide = false;
        for part in parts {
            let mut next = match &part.value {
                Scalar::Number(value) => Interval::point(*value),
                Scalar::Unknown(unknown) => {
                    is_wide |= unknown.is_wide;
                    unknown.within
                }
                _ => return Err(self.shape()),
            };
            if part.counts.is_none() {
                next = Interval {
                    low: next.low.map(|low| low.min(Exact::ZERO)),
                    high: next.high.map(|high| high.max(Exact::ZERO)),
                };
            }
            missing.extend_from_slice(&part.missing);
            let add = |a: Option<Exact>, b: Option<Exact>| match (a, b) {
                (Some(a), Some(b)) => a.checked_add(b).map(Some).ok_or_else(|| self.overflow()),
                _ => Ok(None),
            };
            within = Interval { low: add(within.low, next.low)?, high: add(within.high, next.high)? };
        }
        match (missing.is_empty(), within.low) {
            (true, Some(sum)) => Ok(Scalar::Number(sum)),
            _ => Ok(Scalar::Unknown(Unknown { missing: union(&missing, &[]), within, is_wide })),
        }
    }

    fn count(parts: &[Part<'a>]) -> Scalar<'a> {
        let is_sure = |part: &&Part<'a>| part.counts == Some(true) && !part.value.is_unknown();
        let sure = whole(parts.iter().filter(is_sure).count());
        let missing: Vec<Missing> = parts
            .iter()
            .filter(|part| !is_sure(part))
            .flat_map(|part| part.missing.iter().copied())
            .collect();
        if missing.is_empty() {
            return Scalar::Number(sure);
        }
        let within = Interval { low: Some(sure), high: Some(whole(parts.len())) };
        Scalar::Unknown(Unknown { missing: union(&missing, &[]), within, is_wide: false })
    }

    fn count_distinct(&self, parts: &[Part<'a>]) -> Result<Scalar<'a>, EvaluationError> {
        let mut seen = BTreeSet::new();
        let mut open = 0;
        let mut missing = Vec::new();
        for part in parts {
            match (&part.value, part.counts) {
                (Scalar::Unknown(_), _) | (_, None) => {
                    open += 1;
                    missing.extend_from_slice(&part.missing);
                }
                (Scalar::Number(value), _) => {
                    seen.insert(value.normalized().to_string());
                }
                (Scalar::Text(text), _) => {
                    seen.insert((*text).to_owned());
                }
                (Scalar::Bool(yes), _) => {
                    seen.insert(yes.to_string());
                }
                (Scalar::Date(day), _) => {
                    seen.insert(day.to_string());
                }
                (Scalar::Undefined(..), _) => return Err(self.shape()),
            }
        }
        let sure = whole(seen.len());
        if open == 0 {
            return Ok(Scalar::Number(sure));
        }
        let least = if seen.is_empty() { Exact::ZERO } else { sure };
        let within = Interval { low: Some(least), high: Some(whole(seen.len() + open)) };
        Ok(Scalar::Unknown(Unknown { missing: union(&missing, &[]), within, is_wide: true }))
    }

    /// The mean lies between the least and the greatest part.
    fn mean_of_unknown(&self, parts: &[Part<'a>], missing: Vec<Missing>) -> Scalar<'a> {
        let values = parts.iter().map(|part| part.value.clone()).collect::<Vec<_>>();
        let end = |pick: fn(Exact, Exact) -> Exact| match self.fold_extreme(values.clone(), pick) {
            Ok(Scalar::Number(value)) => Interval::point(value),
            Ok(Scalar::Unknown(unknown)) => unknown.within,
            _ => Interval::UNBOUNDED,
        };
        let within = Interval { low: end(Exact::min).low, high: end(Exact::max).high };
        Scalar::Unknown(Unknown { missing, within, is_wide: true })
    }

    fn extreme_of_parts(
        &self,
        parts: Vec<Part<'a>>,
        pick: fn(Exact, Exact) -> Exact,
    ) -> Result<Scalar<'a>, EvaluationError> {
        if parts.iter().all(|part| part.counts == Some(true)) {
            return self.fold_extreme(parts.into_iter().map(|part| part.value).collect(), pick);
        }
        // Someone may or may not count: bounded by all parts taken together, on both sides.
        let missing: Vec<Missing> = parts.iter().flat_map(|part| part.missing.iter().copied()).collect();
        Ok(self.mean_of_unknown(&parts, union(&missing, &[])))
    }
}

fn whole(count: usize) -> Exact {
    Exact::whole(i128::try_from(count).expect("a count of members"))
}
