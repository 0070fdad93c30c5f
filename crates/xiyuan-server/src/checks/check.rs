//! The self-check of one park.

use std::collections::BTreeMap;

use xiyuan_policy::receipt::receipt;
use xiyuan_store::{
    ParkId, Scope, StoreError, evidence, facts,
    registry::parks,
    rulings::{self, Filter},
};

use super::{
    CheckQuestion,
    criterion::{HIDDEN, Shown},
    sight::Sight,
    types::{CheckAnswer, Receipt, TestAnswer},
};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult, Missing},
    http::types::Named,
    rulings::Current,
    state::Services,
};

/// Checks one park, condition by condition, as the reader may see it.
pub async fn check_park(
    services: &Services,
    scope: &Scope,
    park: ParkId,
    question: &CheckQuestion,
) -> ApiResult<CheckAnswer> {
    let row = parks::get(&services.db, scope, park, services.today()).await.or_missing("园区")?;
    let evaluated = services.engine.evaluate(&question.complete(services).await?).await?;
    let Evaluated { package, frame, commit, run, result } = &*evaluated;
    let ix = frame
        .find_park(&park.to_string())
        .ok_or_else(|| ApiError::refused("park-unknown-then", "该数据时点尚无此园区。"))?;
    let outcome = result
        .parks
        .iter()
        .find(|outcome| outcome.park == ix)
        .ok_or_else(|| ApiError::internal("the engine left a park out"))?;
    let sight = Sight::of_park(services, scope, frame, ix, run.period).await?;
    if question.is_changed() && !sight.sees_all() {
        return Err(ApiError::Forbidden {
            detail: "园区内有不在您权限范围内的企业，不能对其试算阈值。".into(),
        });
    }
    let known = Some(commit.number);
    let judgements = or_nothing(facts::list(&services.db, scope, park.into(), known).await)?;
    let files = or_nothing(evidence::list(&services.db, scope, park.into(), known, false).await)?;
    let filter =
        Filter { policy: Some(package.id.clone()), counting_for: Some(park), known, ..Filter::default() };
    let rulings = rulings::list(&services.db, scope, &filter).await?;
    let shown = Shown {
        evaluated: &evaluated,
        sight: &sight,
        park: ix,
        judgements: judgements.into_iter().map(|judgement| (judgement.fact.clone(), judgement)).collect(),
        files,
        rulings: Current::of(package, rulings, run.period.last_day()),
    };
    let criteria = outcome.criteria.iter().map(|criterion| shown.criterion(criterion));
    let written = receipt(package, frame, run, std::slice::from_ref(outcome));
    let mut overrides = BTreeMap::new();
    overrides.extend(written.parameters.into_iter().map(|(id, value)| (format!("parameter:{id}"), value)));
    overrides.extend(written.readings.into_iter().map(|(id, reading)| (format!("reading:{id}"), reading)));
    Ok(CheckAnswer {
        park: Named { id: park.0, name: row.park.data.name },
        year: run.period.last_day().year(),
        policy: package.id.clone(),
        assessment: written.assessment.clone(),
        package_digest: package.digest.clone(),
        known_time: commit.number.0,
        known_instant: (commit.number.0 > 0).then_some(commit.instant),
        outcome: outcome.outcome.into(),
        criteria: criteria.collect::<ApiResult<_>>()?,
        receipt: Receipt {
            park: Some(park.0),
            assessment: Some(written.assessment),
            package_digest: written.package_digest,
            known_time: written.known_time,
            period: written.period.to_string(),
            overrides,
            semantics: written.semantics,
            result_digest: written.result_digest,
        },
    })
}

/// A reader without the right to see judgements or files sees none.
fn or_nothing<T>(found: Result<Vec<T>, StoreError>) -> ApiResult<Vec<T>> {
    match found {
        Err(StoreError::Forbidden { .. } | StoreError::NotFound) => Ok(Vec::new()),
        other => Ok(other?),
    }
}

/// Takes exact figures and names out of a frozen answer, for a reader who does not see every member.
pub fn redact(answer: &mut CheckAnswer) {
    for criterion in &mut answer.criteria {
        redact_test(&mut criterion.test);
    }
}

fn redact_test(test: &mut TestAnswer) {
    if test.value.take().is_some() | test.bounds.take().is_some() | test.distance.take().is_some() {
        test.reason = Some(HIDDEN.to_owned());
    }
    test.missing_hidden += u32::try_from(test.missing.len()).unwrap_or(u32::MAX);
    test.missing.clear();
    test.parts.iter_mut().for_each(redact_test);
}
