//! From what is supposed, as it was sent, to the engine's hypothesis; nobody supposes a figure that he may not see.

use std::collections::HashSet;

use xiyuan_policy::{
    frame::{Period, SubjectKey, Value},
    number::Exact,
    package::{Field, Package, Subject},
    plan::{BenchmarkIx, FieldIx},
    what_if::{Filing, Hypothesis},
};
use xiyuan_store::{
    Action, EnterpriseId, ParkId, Scope, packing::Value as StoredValue, registry::enterprises,
    registry::parks::ParkRow,
};

use super::types::{RunWhatIfRequest, SubjectKind, SupposedFiling};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    filings::values::parse,
    state::Services,
};

/// Most supposed filings of one question.
const MOST: usize = 200;

/// What is supposed, checked against the package, the frame and the reader's scope: how outcomes move under a changed
/// figure would tell the one that is there.
pub(super) async fn supposed(
    services: &Services,
    scope: &Scope,
    before: &Evaluated,
    seen: &[ParkRow],
    request: &RunWhatIfRequest,
) -> ApiResult<Hypothesis> {
    let package = &*before.package;
    if request.filings.len() > MOST {
        return Err(ApiError::field("filings", "too-many", format!("一次最多假设 {MOST} 项填报。")));
    }
    let sight = Sight::of(services, scope, seen, &request.filings).await?;
    let mut hypothesis = Hypothesis::default();
    for filing in &request.filings {
        let period = period(&filing.period)?;
        let id = filing.subject.id.map(|id| id.to_string());
        let (subject, key) = match (filing.subject.kind, id) {
            (SubjectKind::City, _) => {
                let (benchmark, value) = benchmark(package, filing)?;
                hypothesis.benchmarks.push((benchmark, period, value));
                continue;
            }
            (SubjectKind::Enterprise, Some(id)) => (Subject::Enterprise, SubjectKey::Enterprise(id)),
            (SubjectKind::Park, Some(id)) => (Subject::Park, SubjectKey::Park(id)),
            _ => {
                let text = "假设填报应写明是哪个园区、哪家企业或全市的数。";
                return Err(ApiError::field("filings", "unknown-subject", text));
            }
        };
        let (field, declared) = field(package, subject, &filing.field)?;
        sight.require(filing)?;
        let text = filing.value.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let value = match text {
            None => None,
            Some(text) => Some(value(package, declared, text)?),
        };
        hypothesis.filings.push(Filing { subject: key, field, period, value });
    }
    for (id, names) in &request.precedence {
        hypothesis.precedence.push(order(package, id, names)?);
    }
    Ok(hypothesis)
}

fn value(package: &Package, field: &Field, text: &str) -> ApiResult<Value> {
    let read = parse(package, field, text);
    match read.map_err(|bad| ApiError::field("filings", bad.code, bad.message))? {
        StoredValue::Number(number) => Ok(Value::Number(number)),
        StoredValue::Text(text) | StoredValue::Code(text) => Ok(Value::Text(text)),
        StoredValue::Date(day) => Ok(Value::Date(day)),
        StoredValue::Bool(yes) => Ok(Value::Bool(yes)),
        StoredValue::Missing => Err(ApiError::field("filings", "not-a-value", "没有写取值。")),
    }
}

fn benchmark(package: &Package, filing: &SupposedFiling) -> ApiResult<(BenchmarkIx, Option<Exact>)> {
    let id = &filing.field;
    let found = package.benchmarks.iter().position(|benchmark| benchmark.id == *id);
    let found = found
        .and_then(|at| u32::try_from(at).ok())
        .map(BenchmarkIx)
        .ok_or_else(|| ApiError::field("filings", "unknown-field", format!("政策包没有全市数据“{id}”。")))?;
    let text = filing.value.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let number = text.map(Exact::parse).transpose().map_err(|_| {
        let name = &package.benchmarks[found.index()].name;
        ApiError::field("filings", "not-a-number", format!("{name}应为数字。"))
    })?;
    Ok((found, number))
}

/// A field by its key.
fn field<'p>(package: &'p Package, subject: Subject, key: &str) -> ApiResult<(FieldIx, &'p Field)> {
    let is = |field: &&Field| field.subject == subject && field.key == key;
    let found = (0..).map(FieldIx).zip(&package.fields).find(|(_, field)| is(field));
    found.ok_or_else(|| ApiError::field("filings", "unknown-field", format!("这类对象没有字段“{key}”。")))
}

fn order(package: &Package, id: &str, names: &[String]) -> ApiResult<(FieldIx, Vec<u32>)> {
    let found = (0..).map(FieldIx).zip(&package.fields).find(|(_, field)| field.id == id);
    let (at, field) = found
        .ok_or_else(|| ApiError::field("precedence", "unknown-field", format!("政策包没有字段“{id}”。")))?;
    let position = |name: &String| {
        let found = field.sources.iter().position(|source| source == name);
        found.and_then(|at| u32::try_from(at).ok()).ok_or_else(|| {
            let text = format!("“{}”没有来源“{name}”。", field.name);
            ApiError::field("precedence", "unknown-source", text)
        })
    };
    Ok((at, names.iter().map(position).collect::<ApiResult<_>>()?))
}

/// `2025` or `2025-03`.
pub(super) fn period(text: &str) -> ApiResult<Period> {
    let parsed = match text.split_once('-') {
        None => text.parse().ok().map(Period::Year),
        Some((year, month)) => year
            .parse()
            .ok()
            .zip(month.parse().ok().filter(|month| (1..=12).contains(month)))
            .map(|(year, month)| Period::Month(year, month)),
    };
    let is_known = |period: &Period| (1949..=2200).contains(&period.last_day().year());
    parsed.filter(is_known).ok_or_else(|| {
        ApiError::field("filings", "bad-period", format!("“{text}”应写作年度（2025）或月份（2025-03）。"))
    })
}

/// Of whom the reader may suppose figures.
struct Sight {
    parks: HashSet<ParkId>,
    visible: HashSet<EnterpriseId>,
    sensitive: HashSet<EnterpriseId>,
}

impl Sight {
    async fn of(
        services: &Services,
        scope: &Scope,
        seen: &[ParkRow],
        filings: &[SupposedFiling],
    ) -> ApiResult<Self> {
        let of_enterprises = filings.iter().filter(|filing| filing.subject.kind == SubjectKind::Enterprise);
        let ids: HashSet<EnterpriseId> =
            of_enterprises.filter_map(|filing| filing.subject.id.map(EnterpriseId)).collect();
        let ids: Vec<EnterpriseId> = ids.into_iter().collect();
        let (visible, sensitive) = if ids.is_empty() {
            (HashSet::new(), HashSet::new())
        } else {
            (
                enterprises::visible(&services.db, scope, Action::ReadFigures, &ids).await?,
                enterprises::visible(&services.db, scope, Action::ReadSensitive, &ids).await?,
            )
        };
        Ok(Self { parks: seen.iter().map(|row| row.park.id).collect(), visible, sensitive })
    }

    /// Also what is open to many, once supposed, would tell the sensitive figures it is computed with: an enterprise
    /// that is counted in and out of a share moves it by its revenue.
    fn require(&self, filing: &SupposedFiling) -> ApiResult<()> {
        let is_park = filing.subject.kind == SubjectKind::Park;
        let what = if is_park { "园区" } else { "企业" };
        let id = filing.subject.id.ok_or(ApiError::NotFound { what })?;
        let (is_seen, is_open) = if is_park {
            (self.parks.contains(&ParkId(id)), true)
        } else {
            let id = EnterpriseId(id);
            (self.visible.contains(&id), self.sensitive.contains(&id))
        };
        if !is_seen {
            return Err(ApiError::NotFound { what });
        }
        if !is_open {
            let detail = "这家企业的敏感数据不在您的权限范围内，不能假设填报。";
            return Err(ApiError::Forbidden { detail: detail.into() });
        }
        Ok(())
    }
}
