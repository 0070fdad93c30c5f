//! Outcomes of many parks.

use std::{collections::HashMap, sync::Arc};

use xiyuan_policy::outcome::ParkOutcome as EngineOutcome;
use xiyuan_store::{PageRequest, ParkId, Scope, registry::parks};

use super::{
    CheckQuestion,
    types::{ChecksAnswer, CriterionCounts, ParkOutcome},
};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    http::{
        paging::MAX_LIMIT,
        types::{Named, OutcomeCounts, OutcomeName},
    },
    state::Services,
};

/// One park's outcome in numbers.
#[derive(Clone, Copy, Debug)]
pub struct ParkTally {
    /// All conditions together.
    pub outcome: OutcomeName,
    /// Conditions by outcome.
    pub counts: OutcomeCounts,
}

/// Outcomes of every park, by park.
#[derive(Clone, Debug)]
pub struct Tallies {
    /// The evaluation behind them.
    pub evaluated: Arc<Evaluated>,
    by_park: HashMap<ParkId, (ParkTally, usize)>,
}

impl Tallies {
    /// Outcome of a park.
    pub fn of(&self, park: ParkId) -> Option<&ParkTally> {
        self.by_park.get(&park).map(|(tally, _)| tally)
    }

    /// Outcome of one condition of a park; `None` when either is unknown.
    pub fn criterion(&self, park: ParkId, id: &str) -> Option<OutcomeName> {
        let outcome = self.outcome(park)?;
        let package = &self.evaluated.package;
        let tested = &package.assessments[self.evaluated.run.assessment].criteria;
        let position = tested.iter().position(|index| package.criteria[index.index()].id == id)?;
        outcome.criteria.get(position).map(|criterion| criterion.outcome().into())
    }

    fn outcome(&self, park: ParkId) -> Option<&EngineOutcome> {
        self.by_park.get(&park).map(|(_, position)| &self.evaluated.result.parks[*position])
    }
}

/// Outcomes of every park; `None` when no policy is published yet.
pub async fn tallies(services: &Services, question: &CheckQuestion) -> ApiResult<Option<Tallies>> {
    if services.engine.default_package().await?.is_none() {
        return Ok(None);
    }
    let evaluated = services.engine.evaluate(&question.complete(services).await?).await?;
    let mut by_park = HashMap::new();
    for (position, outcome) in evaluated.result.parks.iter().enumerate() {
        let id: ParkId = evaluated.frame.park(outcome.park).id.parse().map_err(ApiError::internal)?;
        let mut counts = OutcomeCounts::default();
        outcome.criteria.iter().for_each(|criterion| counts.add(criterion.outcome().into()));
        by_park.insert(id, (ParkTally { outcome: outcome.outcome.into(), counts }, position));
    }
    Ok(Some(Tallies { evaluated, by_park }))
}

/// Parks inside a scope: id, name, district.
pub(crate) async fn parks_in(services: &Services, scope: &Scope) -> ApiResult<Vec<parks::ParkRow>> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let query = parks::ParkQuery {
            search: None,
            district: None,
            on: services.today(),
            sort: parks::ParkSort::Name,
            page: PageRequest { limit: MAX_LIMIT, after },
        };
        let page = parks::list(&services.db, scope, &query).await?;
        rows.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

/// Outcomes of all parks of the reader.
pub async fn list_checks(
    services: &Services,
    scope: &Scope,
    question: &CheckQuestion,
) -> ApiResult<ChecksAnswer> {
    let tallies = tallies(services, question)
        .await?
        .ok_or_else(|| ApiError::refused("no-policy", "尚未发布政策包，请管理员先用命令行发布。"))?;
    let Evaluated { package, commit, run, .. } = &*tallies.evaluated;
    let mut criteria: Vec<CriterionCounts> = package.assessments[run.assessment]
        .criteria
        .iter()
        .map(|index| {
            let criterion = &package.criteria[index.index()];
            CriterionCounts {
                id: criterion.id.clone(),
                name: criterion.name.clone(),
                clause: criterion.readings.first().map(|reading| reading.clause.clone()).unwrap_or_default(),
                met: 0,
                not_met: 0,
                undecided: 0,
            }
        })
        .collect();
    let mut items = Vec::new();
    for row in parks_in(services, scope).await? {
        let (Some(tally), Some(outcome)) = (tallies.of(row.park.id), tallies.outcome(row.park.id)) else {
            continue;
        };
        for (counts, criterion) in criteria.iter_mut().zip(&outcome.criteria) {
            match criterion.outcome().into() {
                OutcomeName::Met => counts.met += 1,
                OutcomeName::NotMet => counts.not_met += 1,
                OutcomeName::Undecided => counts.undecided += 1,
            }
        }
        items.push(ParkOutcome {
            park: Named { id: row.park.id.0, name: row.park.data.name },
            district: Named { id: row.park.data.district.0, name: row.district_name },
            outcome: tally.outcome,
            met: tally.counts.met,
            not_met: tally.counts.not_met,
            undecided: tally.counts.undecided,
        });
    }
    Ok(ChecksAnswer {
        year: run.period.last_day().year(),
        policy: package.id.clone(),
        known_time: commit.number.0,
        items,
        criteria,
    })
}
