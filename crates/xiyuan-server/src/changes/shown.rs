//! Conditions and figures of a park, before and after.

use std::collections::HashMap;

use xiyuan_policy::{
    evaluate,
    frame::{ParkIx, SubjectIx},
    outcome::{Coverage as EngineCoverage, CriterionOutcome, Figure, ParkOutcome},
    package::Indicator,
    plan::IndicatorIx,
};

use super::{
    decisions::digest,
    types::{CriterionChange, FigureChange, FigureState},
};
use crate::{
    checks::{
        criterion::{HIDDEN, figure, shown_bounds},
        numbers,
        types::Coverage,
        undefined,
    },
    engine::{Evaluated, run::evaluation_error},
    error::{ApiError, ApiResult},
};

/// Conditions of which anything differs, in the order of the assessment.
pub(super) fn criteria(
    (before, old): (&Evaluated, Option<&ParkOutcome>),
    (after, new): (&Evaluated, &ParkOutcome),
) -> Vec<CriterionChange> {
    let earlier: HashMap<_, _> =
        old.iter().flat_map(|old| &old.criteria).map(|criterion| (criterion.criterion, criterion)).collect();
    let alone = |evaluated: &Evaluated, park: ParkIx, criterion: &CriterionOutcome| {
        let outcome = criterion.outcome();
        digest(evaluated, &ParkOutcome { park, outcome, criteria: vec![criterion.clone()] })
    };
    let change = |now: &CriterionOutcome| {
        let then = earlier.get(&now.criterion).copied();
        let was = old.zip(then).map(|(old, then)| alone(before, old.park, then));
        if was.is_some_and(|was| was == alone(after, new.park, now)) {
            return None;
        }
        let declared = &after.package.criteria[now.criterion.index()];
        let missing = |of: &CriterionOutcome| u32::try_from(of.test.missing.len()).unwrap_or(u32::MAX);
        Some(CriterionChange {
            id: declared.id.clone(),
            name: declared.name.clone(),
            before: then.map(|then| then.outcome().into()),
            after: Some(now.outcome().into()),
            missing_before: then.map_or(0, missing),
            missing_after: missing(now),
        })
    };
    new.criteria.iter().filter_map(change).collect()
}

/// Figures before and after. What one enterprise corrected could be computed from the difference: who does not see all
/// members of the park sees which figures differ, not by how much.
pub(super) fn figures(
    (before, old): (&Evaluated, Option<ParkIx>),
    (after, new): (&Evaluated, ParkIx),
    touched: &[IndicatorIx],
    sees_all: bool,
) -> ApiResult<Vec<FigureChange>> {
    let change = |indicator: &IndicatorIx| {
        let rule = &after.package.indicators[indicator.index()];
        let (mut was, mut is) = (None, None);
        if sees_all {
            let then = old.map(|park| ask(before, *indicator, park)).transpose()?;
            let now = ask(after, *indicator, new)?;
            was = then.as_ref().map(|then| state(rule, then, &now)).transpose()?;
            is = Some(state(rule, &now, then.as_ref().unwrap_or(&now))?);
        }
        Ok(FigureChange {
            indicator: rule.id.clone(),
            name: rule.name.clone(),
            unit: rule.unit.clone(),
            before: was,
            after: is,
            hidden: (!sees_all).then(|| HIDDEN.to_owned()),
        })
    };
    touched.iter().map(change).collect()
}

type Answer = (Figure, EngineCoverage);

fn ask(evaluated: &Evaluated, indicator: IndicatorIx, park: ParkIx) -> ApiResult<Answer> {
    let Evaluated { package, frame, run, .. } = evaluated;
    let subject = SubjectIx::Park(park);
    evaluate::figure(package, frame, &run.overrides, indicator, subject, run.period).map_err(evaluation_error)
}

/// As it is shown beside the other one.
fn state(rule: &Indicator, (found, coverage): &Answer, (other, _): &Answer) -> ApiResult<FigureState> {
    let EngineCoverage { reported, expected } = *coverage;
    let (value, bounds) = figure(found);
    let factor = rule.unit_factor;
    let shown = value.map(|value| {
        let beside = figure(other).0.unwrap_or(value);
        let both = numbers::shown_apart([value, beside], factor, rule.decimals);
        let overflow = || ApiError::refused("overflow", format!("“{}”的数值超出可表示的范围。", rule.name));
        both.map(|[text, _]| text).ok_or_else(overflow)
    });
    Ok(FigureState {
        value: shown.transpose()?,
        bounds: bounds.map(|bounds| shown_bounds(&bounds, factor, rule.decimals)),
        reason: match found {
            Figure::Undefined { reason, .. } => Some(undefined(*reason)),
            _ => None,
        },
        coverage: (expected > 0).then_some(Coverage { reported, expected }),
        missing: u32::try_from(found.missing().len()).unwrap_or(u32::MAX),
    })
}
