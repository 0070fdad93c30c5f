//! Benchmarks of the city, judged facts and evidence files of the demo city.

use xiyuan_policy::frame::Period;
use xiyuan_policy::number::Exact;
use xiyuan_store::benchmarks::{self, NewBenchmark};
use xiyuan_store::evidence::{self, NewEvidence};
use xiyuan_store::{Role, StoreError, UserId, facts};

use super::load::{Ids, Loader, after, scope};
use super::profile::Share;

/// Parks of a large city that get evidence files.
const MOST_PARKS_WITH_EVIDENCE: usize = 500;
/// Bytes of a demo file at most.
const FILE_LIMIT: usize = 64 << 10;

/// Enters the year's values of the benchmarks that the profile has.
pub(super) async fn benchmarks(loader: &Loader<'_>, year: i16, officer: UserId) -> Result<(), StoreError> {
    let back = usize::try_from(loader.city.latest_year() - year).unwrap_or(usize::MAX);
    let mut tx = loader.db.begin(&loader.context(after(year, 4, 20), Some(officer))).await?;
    for benchmark in &loader.package.benchmarks {
        let values = loader.city.profile.benchmarks.get(&benchmark.id);
        let Some(text) = values.and_then(|values| values.values.get(back)) else { continue };
        let value = Exact::parse(text).map_err(|error| StoreError::Internal(error.into()))?;
        let new = NewBenchmark {
            benchmark: benchmark.id.clone(),
            period: Period::Year(year),
            value: Some(value),
            unit: Some(benchmark.unit.clone()),
            source: "演示数据，不是公布数".to_owned(),
            coverage: Some("全市规模以上工业企业（演示）".to_owned()),
            frozen_on: None,
            computed: None,
        };
        benchmarks::insert(&mut tx, &scope(), new).await?;
    }
    tx.commit("演示数据：全市数据").await?;
    Ok(())
}

fn is_there(share: Share, position: usize) -> bool {
    match share {
        Share::All => true,
        Share::Some => position % 3 != 2,
        Share::None => false,
    }
}

/// Judges facts as the parks' stories say.
pub(super) async fn facts(loader: &Loader<'_>, ids: &Ids, officer: UserId) -> Result<(), StoreError> {
    let day = after(loader.city.latest_year(), 5, 12);
    let mut tx = loader.db.begin(&loader.context(day, Some(officer))).await?;
    for (park, id) in ids.parks.iter().enumerate() {
        let share = loader.city.story(park).facts;
        for (position, fact) in loader.package.facts.iter().enumerate() {
            let Some(role) = Role::from_id(&fact.judged_by).filter(|_| is_there(share, position)) else {
                continue;
            };
            let reason = "演示数据：查阅材料并到现场核对后认定";
            facts::judge(&mut tx, &scope(), (*id).into(), &fact.id, role, Some(true), reason).await?;
        }
    }
    tx.commit("演示数据：事实认定").await?;
    Ok(())
}

/// Adds evidence files as the parks' stories say.
pub(super) async fn evidence(loader: &Loader<'_>, ids: &Ids, filer: UserId) -> Result<(), StoreError> {
    let day = after(loader.city.latest_year(), 5, 14);
    let mut tx = loader.db.begin(&loader.context(day, Some(filer))).await?;
    for (park, id) in ids.parks.iter().enumerate().take(MOST_PARKS_WITH_EVIDENCE) {
        let share = loader.city.story(park).evidence;
        for (position, kind) in loader.package.evidence.iter().enumerate() {
            if !is_there(share, position) {
                continue;
            }
            let name = &loader.city.parks[park].name;
            let content = format!("演示数据\n{name}\n{}\n本文件只用于演示，没有效力。\n", kind.name);
            let new = NewEvidence {
                subject: (*id).into(),
                kind: kind.id.clone(),
                file_name: format!("演示-{}.txt", kind.name),
                media_type: "text/plain; charset=utf-8".to_owned(),
                content: content.into_bytes(),
            };
            evidence::insert(&mut tx, &scope(), new, FILE_LIMIT).await?;
        }
    }
    tx.commit("演示数据：证明材料").await?;
    Ok(())
}
