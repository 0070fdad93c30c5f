//! Decisions as the API shows them.

use std::collections::BTreeMap;

use xiyuan_store::{
    Action, ParkId, Scope,
    decisions::{self, Decision},
    registry::parks,
};

use super::types::{DecisionDetail, DecisionItem, Signature, Verification};
use crate::{
    checks::{CheckQuestion, check_park, redact, types::CheckAnswer},
    error::{ApiError, ApiResult, Missing},
    http::types::{Named, OutcomeName},
    state::Services,
};

/// A decision of a list.
pub(crate) fn item(decision: &Decision, park: Named) -> ApiResult<DecisionItem> {
    Ok(DecisionItem {
        id: decision.id.0,
        park,
        assessment: decision.frozen.assessment.clone(),
        year: decision.frozen.year,
        outcome: outcome(&decision.frozen.outcome)?,
        note: decision.frozen.note.clone().unwrap_or_default(),
        known_time: decision.frozen.receipt["knownTime"]
            .as_i64()
            .ok_or_else(|| ApiError::internal("a decision's receipt names no known time"))?,
        at: decision.at,
        by: decision.by_name.clone().unwrap_or_else(|| "系统".to_owned()),
        supersedes: decision.supersedes.map(|id| id.0),
        superseded_by: decision.superseded_by.map(|id| id.0),
    })
}

/// Name of a park inside the scope.
pub(super) async fn park_name(services: &Services, scope: &Scope, park: ParkId) -> ApiResult<Named> {
    let row = parks::get(&services.db, scope, park, services.today()).await.or_missing("园区")?;
    Ok(Named { id: park.0, name: row.park.data.name })
}

/// A decision with its frozen result, verified now.
pub(super) async fn detail(
    services: &Services,
    scope: &Scope,
    decision: Decision,
) -> ApiResult<DecisionDetail> {
    let park = ParkId(decision.frozen.subject.id);
    let named = park_name(services, scope, park).await?;
    let mut check: CheckAnswer =
        serde_json::from_value(decision.frozen.result.clone()).map_err(ApiError::internal)?;
    let is_valid = decisions::verify(&services.db, &decision).await?;
    let again = recompute(services, park, &check).await;
    let (reproduced, result_digest) = match again {
        Ok(again) => {
            (again.receipt.result_digest == check.receipt.result_digest, again.receipt.result_digest)
        }
        Err(error) => {
            tracing::warn!(decision = %decision.id, problem = %error.code(), "a decision could not be recomputed");
            (false, String::new())
        }
    };
    if !scope.sees_all_figures() && !reaches(services, scope, park).await? {
        redact(&mut check);
    }
    let DecisionItem { id, park, assessment, year, outcome, note, at, by, supersedes, superseded_by, .. } =
        item(&decision, named)?;
    Ok(DecisionDetail {
        id,
        park,
        assessment,
        year,
        outcome,
        note,
        at,
        by,
        supersedes,
        superseded_by,
        check,
        signature: Signature {
            algorithm: decision.signature.algorithm,
            key_id: decision.signature.key_id,
            value: decision.signature.value,
        },
        verification: Verification { is_valid, reproduced, result_digest },
    })
}

/// Computes again as the receipt says.
pub(super) async fn recompute(
    services: &Services,
    park: ParkId,
    check: &CheckAnswer,
) -> ApiResult<CheckAnswer> {
    let pick = |kind: &str| -> Vec<(String, String)> {
        let overrides: &BTreeMap<String, String> = &check.receipt.overrides;
        let of_kind = overrides.iter().filter_map(|(key, value)| {
            key.strip_prefix(kind)
                .and_then(|rest| rest.strip_prefix(':'))
                .map(|id| (id.to_owned(), value.clone()))
        });
        of_kind.collect()
    };
    let question = CheckQuestion {
        year: Some(check.year),
        policy: Some(check.receipt.package_digest.clone()),
        assessment: Some(check.assessment.clone()),
        as_of: Some(check.receipt.known_time.to_string()),
        parameters: pick("parameter"),
        readings: pick("reading"),
    };
    check_park(services, &Scope::system("复核结论"), park, &question).await
}

/// Whether the reader sees the figures of the park's own side.
async fn reaches(services: &Services, scope: &Scope, park: ParkId) -> ApiResult<bool> {
    let reach = scope.reach(Action::ReadFigures);
    let row = parks::get(&services.db, scope, park, services.today()).await.or_missing("园区")?;
    Ok(reach.all
        || reach.districts.contains(&row.park.data.district)
        || row.park.data.operator.is_some_and(|operator| reach.operators.contains(&operator)))
}

fn outcome(word: &str) -> ApiResult<OutcomeName> {
    match word {
        "met" => Ok(OutcomeName::Met),
        "not_met" => Ok(OutcomeName::NotMet),
        "undecided" => Ok(OutcomeName::Undecided),
        other => Err(ApiError::internal(format!("a decision holds the outcome {other}"))),
    }
}

/// The stored word of an outcome.
pub(super) fn outcome_word(outcome: OutcomeName) -> &'static str {
    match outcome {
        OutcomeName::Met => "met",
        OutcomeName::NotMet => "not_met",
        OutcomeName::Undecided => "undecided",
    }
}
