//! What would it take: for one park and one criterion that is not met, the least change of each single figure that makes
//! it met, or why no change of that figure can. Everything answered was tried on a changed frame.

use rayon::prelude::*;

use super::lever::{Answer, Lever, LeverOn, Sense, Why};
use super::reads::reads;
use super::search::{Found, Search};
use crate::evaluate::{EvaluationError, Run, one_criterion};
use crate::frame::{Cell, Frame, ParkIx, SubjectIx, Value};
use crate::number::Exact;
use crate::outcome::Outcome;
use crate::package::{FieldType, Package};
use crate::plan::CriterionIx;

/// Figures that are searched at most; the largest ones come first, the rest is answered with [`Why::TooMany`].
const MOST: usize = 600;

/// Levers of a criterion that is not met or undecided, in order of fields, periods and subjects; none when it is met.
pub fn levers(
    package: &Package,
    frame: &Frame,
    run: &Run,
    criterion: CriterionIx,
    park: ParkIx,
) -> Result<Vec<Lever>, EvaluationError> {
    let base = one_criterion(package, frame, run, criterion, park)?;
    if base.test.outcome == Outcome::Met {
        return Ok(Vec::new());
    }
    let test = &package.criteria[criterion.index()].readings[base.reading].test;
    let found: Vec<LeverOn> =
        reads(package, frame, (park, run.period), (test, &base.test)).into_iter().collect();
    let mut order: Vec<usize> = (0..found.len()).collect();
    let size = |at: &usize| match current(frame, park, found[*at]) {
        Some(Value::Number(number)) => number.absolute(),
        _ => Exact::ZERO,
    };
    let is_of_member =
        |at: &usize| matches!(found[*at], LeverOn::Cell { subject, .. } if subject != SubjectIx::Park(park));
    order.sort_by(|a, b| (is_of_member(a), size(b)).cmp(&(is_of_member(b), size(a))));
    let is_searched = |at: &usize| order.iter().take(MOST).any(|of| of == at);
    let searched: Vec<bool> = if found.len() <= MOST {
        vec![true; found.len()]
    } else {
        (0..found.len()).map(|at| is_searched(&at)).collect()
    };
    let search = Search { package, run, criterion, park, test, base: &base.test };
    let one = |working: &mut Frame, (on, is_searched): (LeverOn, bool)| {
        let answer = if is_searched { lever(&search, working, on)? } else { Answer::None(Why::TooMany) };
        Ok(Lever { on, current: current(frame, park, on), answer })
    };
    found.into_par_iter().zip(searched).map_init(|| frame.clone(), one).collect()
}

/// What is there now.
fn current(frame: &Frame, park: ParkIx, on: LeverOn) -> Option<Value> {
    match on {
        LeverOn::Cell { field, period, subject } => match frame.cell(field, period, subject) {
            Cell::Missing => None,
            Cell::Number(number) => Some(Value::Number(number)),
            Cell::Text(text) => Some(Value::Text(text.to_owned())),
            Cell::Bool(yes) => Some(Value::Bool(yes)),
            Cell::Date(day) => Some(Value::Date(day)),
        },
        LeverOn::Benchmark { benchmark, period } => frame.benchmark(benchmark, period).map(Value::Number),
        LeverOn::Fact { fact } => frame.fact(park, fact).map(Value::Bool),
        LeverOn::Evidence { evidence } => frame.has_evidence(park, evidence).then_some(Value::Bool(true)),
    }
}

/// Searches one; the frame is left as it was.
fn lever(search: &Search<'_>, frame: &mut Frame, on: LeverOn) -> Result<Answer, EvaluationError> {
    let before = current(frame, search.park, on);
    let answer = match on {
        LeverOn::Cell { field, .. } if search.package.fields[field.index()].ty == FieldType::Bool => {
            let to = before != Some(Value::Bool(true));
            // What is missing may be yes or no; what is there can only become the other.
            let tries = if before.is_none() { vec![true, false] } else { vec![to] };
            truth(search, frame, on, &tries)?
        }
        LeverOn::Fact { .. } | LeverOn::Evidence { .. } => truth(search, frame, on, &[true])?,
        LeverOn::Cell { .. } | LeverOn::Benchmark { .. } => match search.number(frame, on)? {
            Found::At { to, sense, is_least } => Answer::Change { to: Value::Number(to), sense, is_least },
            Found::Nowhere(why) => Answer::None(why),
        },
    };
    search.put(frame, on, before)?;
    Ok(answer)
}

fn truth(
    search: &Search<'_>,
    frame: &mut Frame,
    on: LeverOn,
    tries: &[bool],
) -> Result<Answer, EvaluationError> {
    let mut why = Why::DoesNotMove;
    for yes in tries {
        let outcome = search.with(frame, on, Some(Value::Bool(*yes)))?;
        if outcome.outcome == Outcome::Met {
            return Ok(Answer::Change { to: Value::Bool(*yes), sense: Sense::Exactly, is_least: true });
        }
        if outcome.outcome == Outcome::Undecided && !outcome.missing.is_empty() {
            why = Why::OthersMissing;
        } else if outcome != *search.base {
            why = Why::OutOfRange;
        }
    }
    Ok(Answer::None(why))
}
