//! The least change of one number that makes a test met.
//!
//! Where the figure is a sum or a ratio of sums in which the number stands as a plain addend, the answer follows from two
//! points of a line, exactly. Elsewhere values are tried further and further away, then halved between the last that did
//! not do and the first that did. Either way the answer is tried itself, and the next nearer value as well.

use std::collections::HashMap;

use super::lever::{LeverOn, Sense, Why};
use super::reads::mentions;
use crate::evaluate::{EvaluationError, Run, plain_ratio, test_of_park};
use crate::frame::{Change, Frame, ParkIx, SubjectIx, SubjectKey, Value};
use crate::number::Exact;
use crate::outcome::{Measured, Outcome, TestOutcome};
use crate::package::{Package, Range, Test, Threshold};
use crate::plan::{Comparison, CriterionIx, Expression};

/// Nearer changes than this many steps of the last decimal are all tried.
const NEAR: i128 = 12;
/// Where a range has no end, this many units of the field are far enough: a million million.
const FAR: i128 = 1_000_000_000_000;

/// What is asked, and how things stand.
pub(super) struct Search<'a> {
    pub package: &'a Package,
    pub run: &'a Run,
    pub criterion: CriterionIx,
    pub park: ParkIx,
    pub test: &'a Test,
    pub base: &'a TestOutcome,
}

/// What was found.
pub(super) enum Found {
    At { to: Exact, sense: Sense, is_least: bool },
    Nowhere(Why),
}

/// The values a number can take: whole steps of its last decimal.
#[derive(Clone, Copy)]
struct Steps {
    scale: u32,
    low: i128,
    high: i128,
}

/// Tries values, each once.
struct Tries<'t, 'a> {
    search: &'t Search<'a>,
    frame: &'t mut Frame,
    on: LeverOn,
    scale: u32,
    known: HashMap<i128, bool>,
    moves: bool,
    lacks_others: bool,
}

impl Search<'_> {
    /// The test with a changed figure, which stays changed.
    pub(super) fn with(
        &self,
        frame: &mut Frame,
        on: LeverOn,
        value: Option<Value>,
    ) -> Result<TestOutcome, EvaluationError> {
        self.put(frame, on, value)?;
        test_of_park(self.package, frame, self.run, self.criterion, self.park)
    }

    /// Changes a figure.
    pub(super) fn put(
        &self,
        frame: &mut Frame,
        on: LeverOn,
        value: Option<Value>,
    ) -> Result<(), EvaluationError> {
        let park = frame.park(self.park).id.clone();
        let truth = matches!(value, Some(Value::Bool(true)));
        let change = match on {
            LeverOn::Cell { field, period, subject } => {
                let subject: SubjectKey = frame.key(self.package, subject, field);
                Change::Cell { subject, field, period, value }
            }
            LeverOn::Benchmark { benchmark, period } => {
                let value = if let Some(Value::Number(number)) = value { Some(number) } else { None };
                Change::Benchmark { benchmark, period, value }
            }
            LeverOn::Fact { fact } => Change::Fact { park, fact, value: value.map(|_| truth) },
            LeverOn::Evidence { evidence } => Change::Evidence { park, evidence, is_there: truth },
        };
        let place = || self.package.criteria[self.criterion.index()].id.clone();
        frame.amend(self.package, &[change]).map_err(|_| EvaluationError::Shape { place: place() })
    }

    /// Searches a number; the frame is left with some value in its place.
    pub(super) fn number(&self, frame: &mut Frame, on: LeverOn) -> Result<Found, EvaluationError> {
        let current = match on {
            LeverOn::Cell { field, period, subject } => match frame.cell(field, period, subject) {
                crate::frame::Cell::Number(number) => Some(number),
                _ => None,
            },
            LeverOn::Benchmark { benchmark, period } => frame.benchmark(benchmark, period),
            LeverOn::Fact { .. } | LeverOn::Evidence { .. } => None,
        };
        let Some(steps) = self.steps(on, current) else { return Ok(Found::Nowhere(Why::OutOfRange)) };
        let start = match current {
            Some(current) => current.rescale_exact(steps.scale).map_or(0, |current| current.mantissa),
            None => 0_i128.clamp(steps.low, steps.high),
        };
        let mut tries = Tries {
            search: self,
            frame,
            on,
            scale: steps.scale,
            known: HashMap::new(),
            moves: false,
            lacks_others: false,
        };
        if current.is_none() && tries.is_met(start)? {
            return tries.end_of_met(start, steps);
        }
        if current.is_some()
            && let Some(found) = self.by_line(&mut tries, start, steps)?
        {
            return Ok(found);
        }
        tries.nearest(start, steps)
    }

    /// Steps of a figure within its range, at least as fine as what stands there now.
    fn steps(&self, on: LeverOn, current: Option<Exact>) -> Option<Steps> {
        let (decimals, range) = match on {
            LeverOn::Cell { field, .. } => {
                let field = &self.package.fields[field.index()];
                (field.decimals, field.range)
            }
            LeverOn::Benchmark { benchmark, .. } => {
                let benchmark = &self.package.benchmarks[benchmark.index()];
                (benchmark.decimals, benchmark.admissible)
            }
            LeverOn::Fact { .. } | LeverOn::Evidence { .. } => return None,
        };
        let scale = decimals.max(current.map_or(0, |current| current.normalized().scale));
        let Range { min, max } = range;
        let far = FAR.checked_mul(10_i128.checked_pow(scale)?)?;
        let at = |end: Exact, up: bool| {
            let rounding = if up { crate::plan::Rounding::Ceiling } else { crate::plan::Rounding::Floor };
            end.round(scale, rounding).rescale_exact(scale).map(|end| end.mantissa)
        };
        let low = min.map_or(Some(-far), |min| at(min, true))?;
        let high = max.map_or(Some(far), |max| at(max, false))?;
        (low <= high).then_some(Steps { scale, low, high })
    }

    /// By the line that numerator and threshold times denominator make; `None` where they make none.
    fn by_line(
        &self,
        tries: &mut Tries<'_, '_>,
        start: i128,
        steps: Steps,
    ) -> Result<Option<Found>, EvaluationError> {
        let (Test::Indicator { indicator, op, threshold }, LeverOn::Cell { field, .. }) =
            (self.test, tries.on)
        else {
            return Ok(None);
        };
        let is_field =
            |part: &Expression| matches!(part, Expression::Field { field: of, .. } if *of == field);
        let moves_line = match threshold {
            Threshold::Parameter(_) => false,
            Threshold::Expression { expression, .. } => mentions(self.package, expression, &is_field),
        };
        let line = match &self.base.measured {
            Some(Measured { threshold: Some(line), .. }) if !moves_line => *line,
            _ => return Ok(None),
        };
        let ratio = |tries: &mut Tries<'_, '_>, at: i128| {
            tries.put(at)?;
            let park = SubjectIx::Park(self.park);
            plain_ratio(self.package, tries.frame, self.run, (*indicator, park, field))
        };
        // Towards the inside of the range, should it stand at its end.
        let step = if start < steps.high { 1 } else { -1 };
        let (Some(here), Some(there)) = (ratio(tries, start)?, ratio(tries, start + step)?) else {
            return Ok(None);
        };
        // numerator − line × denominator: positive where the figure is above the line
        let height = |(top, below): (Exact, Exact)| top.checked_sub(line.checked_mul(below)?);
        let below = (here.1, there.1);
        let (Some(here), Some(there)) = (height(here), height(there)) else { return Ok(None) };
        let Some(slope) = there.checked_sub(here) else { return Ok(None) };
        let slope = if step > 0 { slope } else { slope.negated() };
        if !stays_positive(below, (start, step), steps) {
            return Ok(None);
        }
        if slope.is_zero() {
            // The figure may still move along with the line, but never across it.
            return Ok(Some(Found::Nowhere(Why::DoesNotMove)));
        }
        let Some(whole) = crossing(here, slope) else { return Ok(None) };
        let mut near = [whole - 1, whole, whole + 1];
        near.sort_by_key(|steps| steps.unsigned_abs());
        let is_out = |change: i128| !(steps.low..=steps.high).contains(&(start + change));
        if near.iter().all(|change| is_out(*change)) && *op != Comparison::NotEqual {
            return Ok(Some(Found::Nowhere(Why::OutOfRange)));
        }
        for change in near.into_iter().filter(|change| *change != 0 && !is_out(*change)) {
            if tries.is_met(start + change)? && !tries.is_met(start + change - change.signum())? {
                return Ok(Some(tries.found(start, start + change, true)));
            }
        }
        Ok(None)
    }
}

/// Whether a denominator, known at a start and one step from it, is above zero in the whole range: only then does the
/// figure lie on the same side of the line as numerator less line times denominator of zero. (At an end of the range it
/// may be zero: there is no figure then, and the test is not met.)
fn stays_positive((here, there): (Exact, Exact), (start, step): (i128, i128), steps: Steps) -> bool {
    let at = |end: i128| {
        let slope = there.checked_sub(here)?.checked_mul(Exact::whole(step))?;
        here.checked_add(slope.checked_mul(Exact::whole(end - start))?)
    };
    let ends = [at(steps.low), at(steps.high)];
    here.is_positive() && ends.iter().all(|end| end.is_some_and(|end| !end.is_negative()))
}

/// The whole number of steps at or before which `height + steps × slope` crosses zero.
fn crossing(height: Exact, slope: Exact) -> Option<i128> {
    let scale = height.scale.max(slope.scale);
    let (height, slope) = (height.rescale_exact(scale)?, slope.rescale_exact(scale)?);
    let whole = height.negated().mantissa.div_euclid(slope.mantissa);
    (whole.unsigned_abs() < FAR.unsigned_abs() * FAR.unsigned_abs()).then_some(whole)
}

impl Tries<'_, '_> {
    fn put(&mut self, at: i128) -> Result<(), EvaluationError> {
        let value = Value::Number(Exact { mantissa: at, scale: self.scale });
        self.search.put(self.frame, self.on, Some(value))
    }

    /// Whether the test is met at a value; one too large to compute with does not meet it.
    fn is_met(&mut self, at: i128) -> Result<bool, EvaluationError> {
        if let Some(known) = self.known.get(&at) {
            return Ok(*known);
        }
        let value = Value::Number(Exact { mantissa: at, scale: self.scale });
        let outcome = match self.search.with(self.frame, self.on, Some(value)) {
            Err(EvaluationError::Overflow { .. }) => None,
            other => Some(other?),
        };
        let is_met = outcome.as_ref().is_some_and(|outcome| outcome.outcome == Outcome::Met);
        if let Some(outcome) = outcome {
            self.moves |= outcome != *self.search.base;
            self.lacks_others |= outcome.outcome == Outcome::Undecided && !outcome.missing.is_empty();
        }
        self.known.insert(at, is_met);
        Ok(is_met)
    }

    fn found(&self, start: i128, to: i128, is_least: bool) -> Found {
        let sense = if to < start { Sense::AtMost } else { Sense::AtLeast };
        Found::At { to: Exact { mantissa: to, scale: self.scale }, sense, is_least }
    }

    /// The nearest value on either side that does.
    fn nearest(&mut self, start: i128, steps: Steps) -> Result<Found, EvaluationError> {
        let up = self.first(start, steps.high, true)?;
        let down = self.first(start, steps.low, true)?;
        let sides = [up, down].into_iter().flatten();
        let Some((to, _)) = sides.clone().min_by_key(|(to, _)| to.abs_diff(start)) else {
            let why = match (self.lacks_others, self.moves) {
                (true, _) => Why::OthersMissing,
                (false, true) => Why::OutOfRange,
                (false, false) => Why::DoesNotMove,
            };
            return Ok(Found::Nowhere(why));
        };
        let is_least = sides.fold(true, |all, (_, turns_once)| all && turns_once);
        Ok(self.found(start, to, is_least))
    }

    /// Of a missing figure that would do as it starts: up to where.
    fn end_of_met(&mut self, start: i128, steps: Steps) -> Result<Found, EvaluationError> {
        let beyond = self.first(start, steps.high, false)?;
        let exact = |mantissa| Exact { mantissa, scale: self.scale };
        Ok(match beyond {
            Some((beyond, is_least)) => Found::At { to: exact(beyond - 1), sense: Sense::AtMost, is_least },
            None => Found::At { to: exact(start), sense: Sense::Any, is_least: true },
        })
    }

    /// The first value from a start towards an end at which the test is met (or is not), and whether it was seen to turn
    /// only once on the way.
    fn first(&mut self, start: i128, end: i128, met: bool) -> Result<Option<(i128, bool)>, EvaluationError> {
        let side = (end - start).signum();
        let most = (end - start).abs();
        if most == 0 {
            return Ok(None);
        }
        let mut last = 0;
        let mut found: Option<i128> = None;
        let mut turns_once = true;
        for distance in distances(most) {
            let is_it = self.is_met(start + side * distance)? == met;
            match found {
                None if is_it => found = Some(distance),
                None => last = distance,
                Some(_) if !is_it => turns_once = false,
                Some(_) => {}
            }
        }
        let Some(mut does) = found else { return Ok(None) };
        while does - last > 1 {
            let middle = last + (does - last) / 2;
            if self.is_met(start + side * middle)? == met {
                does = middle;
            } else {
                last = middle;
            }
        }
        let is_near = most <= NEAR || does <= NEAR;
        Ok(Some((start + side * does, turns_once || is_near)))
    }
}

/// Every near distance, then further and further, and the end.
fn distances(most: i128) -> Vec<i128> {
    let mut distances: Vec<i128> = (1..=NEAR.min(most)).collect();
    let mut far = NEAR * 4;
    while far < most {
        distances.push(far);
        far *= 4;
    }
    if most > NEAR {
        distances.push(most);
    }
    distances
}
