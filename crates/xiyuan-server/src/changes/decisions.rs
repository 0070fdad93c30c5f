//! Signed decisions that are no longer what the figures give.

use std::collections::HashMap;

use xiyuan_policy::{outcome::ParkOutcome, receipt::receipt};
use xiyuan_store::{
    KnownTime, ParkId, Scope,
    decisions::{self, Decision},
    registry::parks::ParkRow,
};

use super::types::TouchedDecision;
use crate::{
    checks::types::CheckAnswer,
    decisions::item,
    engine::{Evaluated, Question},
    error::{ApiError, ApiResult},
    http::types::Named,
    state::Services,
};

/// Standing decisions about these parks, by park, whose result as of `from` – or as it was frozen, where that was later –
/// is not the one as of `to`. Each is computed under its own version of the policy.
pub(super) async fn touched(
    services: &Services,
    scope: &Scope,
    asked: &Evaluated,
    (from, to): (KnownTime, KnownTime),
    parks: &[ParkRow],
) -> ApiResult<HashMap<ParkId, Vec<TouchedDecision>>> {
    let names: HashMap<ParkId, &str> =
        parks.iter().map(|row| (row.park.id, row.park.data.name.as_str())).collect();
    let subjects: Vec<_> = names.keys().map(|park| (*park).into()).collect();
    let assessment = &asked.package.assessments[asked.run.assessment].id;
    let year = asked.run.period.last_day().year();
    let standing = decisions::concerned(&services.db, scope, assessment, year, &subjects).await?;
    let mut found: HashMap<ParkId, Vec<TouchedDecision>> = HashMap::new();
    for decision in standing {
        let park = ParkId(decision.frozen.subject.id);
        let frozen: CheckAnswer =
            serde_json::from_value(decision.frozen.result.clone()).map_err(ApiError::internal)?;
        if frozen.policy != asked.package.id || frozen.known_time > to.0 {
            continue;
        }
        let before = if frozen.known_time >= from.0 {
            Some(frozen.receipt.result_digest.clone())
        } else {
            of_park(services, &frozen, from, park).await?.map(|(digest, _)| digest)
        };
        let after = of_park(services, &frozen, to, park).await?;
        if before.as_ref() != after.as_ref().map(|(digest, _)| digest) {
            let name = names.get(&park).copied().unwrap_or_default().to_owned();
            found.entry(park).or_default().push(described(&decision, Named { id: park.0, name }, after)?);
        }
    }
    Ok(found)
}

/// Digest and outcome of a park under the package and assessment of a frozen answer.
async fn of_park(
    services: &Services,
    frozen: &CheckAnswer,
    known: KnownTime,
    park: ParkId,
) -> ApiResult<Option<(String, ParkOutcome)>> {
    let question = Question {
        policy: Some(frozen.package_digest.clone()),
        assessment: Some(frozen.assessment.clone()),
        year: frozen.year,
        as_of: Some(known.0.to_string()),
        ..Question::default()
    };
    let evaluated = services.engine.evaluate(&question).await?;
    let outcome = evaluated.of_park(park);
    Ok(outcome.map(|outcome| (digest(&evaluated, outcome), outcome.clone())))
}

/// Digest of a park's outcome, the same in every frame that says the same of it.
pub(super) fn digest(evaluated: &Evaluated, outcome: &ParkOutcome) -> String {
    let Evaluated { package, frame, run, .. } = evaluated;
    receipt(package, frame, run, std::slice::from_ref(outcome)).result_digest
}

fn described(
    decision: &Decision,
    park: Named,
    after: Option<(String, ParkOutcome)>,
) -> ApiResult<TouchedDecision> {
    Ok(TouchedDecision {
        decision: item(decision, park)?,
        now: after.map(|(_, outcome)| outcome.outcome.into()),
    })
}
