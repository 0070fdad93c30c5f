//! The receipt of a run: what it was computed from, so that it can be computed again bit for bit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use crate::evaluate::{EvaluationError, Overrides, Run, SEMANTICS, one_park};
use crate::frame::{Frame, Period};
use crate::number::Exact;
use crate::outcome::ParkOutcome;
use crate::package::Package;
use crate::plan::CriterionIx;

/// What a result was computed from and the digest of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Digest of the policy package.
    pub package_digest: String,
    /// Commit number up to which everything was included.
    pub known_time: i64,
    /// Period.
    pub period: Period,
    /// Assessment.
    pub assessment: String,
    /// Parameters moved, as (id, value in its unit).
    pub parameters: Vec<(String, String)>,
    /// Readings other than the default, asked for or decided on by officers, as (criterion, reading).
    pub readings: Vec<(String, String)>,
    /// Ids of the parks whose outcomes the digest is of, ascending.
    pub parks: Vec<String>,
    /// Number of the engine's semantics.
    pub semantics: u32,
    /// SM3 digest (hex) of the outcomes in canonical JSON.
    pub result_digest: String,
}

/// Writes the receipt for the outcomes of some parks (one for a self-check, all for a survey).
///
/// Subjects enter the digest by their ids, not by their positions in the frame, so that it does not depend on who
/// else is in the frame.
pub fn receipt(package: &Package, frame: &Frame, run: &Run, parks: &[ParkOutcome]) -> Receipt {
    let parameters = run
        .overrides
        .parameters
        .iter()
        .map(|(ix, value)| (package.parameters[ix.index()].id.clone(), value.normalized().to_string()));
    let readings = readings(package, frame, run).into_iter().map(|(ix, reading)| {
        let criterion = &package.criteria[ix.index()];
        (criterion.id.clone(), criterion.readings[reading].id.clone())
    });
    let mut hash = Sm3::new();
    let mut parks: Vec<&ParkOutcome> = parks.iter().collect();
    parks.sort_by_key(|park| &frame.park(park.park).id);
    let ids = parks.iter().map(|park| frame.park(park.park).id.clone()).collect();
    for park in parks {
        hash.update(frame.park(park.park).id.as_bytes());
        hash.update(b"\n");
        canonical(frame, &serde_json::to_value(park).expect("outcomes have only text keys"), &mut hash);
        hash.update(b"\n");
    }
    Receipt {
        package_digest: package.digest.clone(),
        known_time: frame.known(),
        period: run.period,
        assessment: package.assessments.get(run.assessment).map(|a| a.id.clone()).unwrap_or_default(),
        parameters: parameters.collect(),
        readings: readings.collect(),
        parks: ids,
        semantics: SEMANTICS,
        result_digest: hex::encode(hash.finalize()),
    }
}

/// Readings that were asked for, and those decided on by officers for criteria of the assessment.
fn readings(package: &Package, frame: &Frame, run: &Run) -> BTreeMap<CriterionIx, usize> {
    let mut readings = run.overrides.readings.clone();
    let criteria = package.assessments.get(run.assessment).map_or(&[][..], |of| &of.criteria);
    for criterion in criteria {
        let reading = run.reading(frame, *criterion);
        if reading != 0 {
            readings.insert(*criterion, reading);
        }
    }
    readings
}

/// Why a receipt cannot be computed again from a package and a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// Another package.
    #[error("收据出自政策包 {expected}，这里是 {found}")]
    OtherPackage {
        /// Digest in the receipt.
        expected: String,
        /// Digest at hand.
        found: String,
    },
    /// Figures of another known time.
    #[error("收据的数据时点是 {expected}，这里的数据时点是 {found}")]
    OtherKnownTime {
        /// In the receipt.
        expected: i64,
        /// At hand.
        found: i64,
    },
    /// The frame does not hold a period that is read.
    #[error("数据里没有 {0} 这一期")]
    PeriodNotThere(Period),
    /// A semantics that this program does not have.
    #[error("收据按第 {0} 号计算规则得出，本程序没有这一规则")]
    OtherSemantics(u32),
    /// The package has no such assessment.
    #[error("政策包没有评估“{0}”")]
    UnknownAssessment(String),
    /// The frame has no such park.
    #[error("数据里没有园区 {0}")]
    UnknownPark(String),
    /// A receipt of no park says nothing.
    #[error("收据没有写明园区")]
    NoParks,
    /// A parameter's value is no number.
    #[error("参数“{0}”的取值不是数字")]
    NotANumber(String),
    /// The evaluation itself.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
}

/// Computes again what a receipt is of; the answer is the receipt of this run, to be compared by its result digest.
pub fn replay(package: &Package, frame: &Frame, recorded: &Receipt) -> Result<Receipt, ReplayError> {
    let Receipt { package_digest, known_time, period, assessment, .. } = recorded;
    if *package_digest != package.digest {
        let (expected, found) = (package_digest.clone(), package.digest.clone());
        return Err(ReplayError::OtherPackage { expected, found });
    }
    if *known_time != frame.known() {
        return Err(ReplayError::OtherKnownTime { expected: *known_time, found: frame.known() });
    }
    if recorded.semantics != SEMANTICS {
        return Err(ReplayError::OtherSemantics(recorded.semantics));
    }
    if let Some(period) = crate::needs::periods(package, *period).into_iter().find(|p| !frame.has_period(*p))
    {
        return Err(ReplayError::PeriodNotThere(period));
    }
    let position = package.assessments.iter().position(|of| of.id == *assessment);
    let assessment = position.ok_or_else(|| ReplayError::UnknownAssessment(assessment.clone()))?;
    if recorded.parks.is_empty() {
        return Err(ReplayError::NoParks);
    }
    let number = |(id, text): &'_ (String, String)| {
        Exact::parse(text).map_err(|_| ReplayError::NotANumber(id.clone()))
    };
    let values = recorded.parameters.iter().map(number).collect::<Result<Vec<_>, _>>()?;
    let parameters = recorded.parameters.iter().map(|(id, _)| id.as_str()).zip(values);
    let readings = recorded.readings.iter().map(|(id, reading)| (id.as_str(), reading.as_str()));
    let overrides = Overrides::resolve(package, parameters, readings)?;
    let run = Run { assessment, period: *period, overrides };
    let outcomes = recorded.parks.iter().map(|id| {
        let park = frame.find_park(id).ok_or_else(|| ReplayError::UnknownPark(id.clone()))?;
        Ok(one_park(package, frame, &run, park)?)
    });
    let outcomes = outcomes.collect::<Result<Vec<_>, ReplayError>>()?;
    Ok(receipt(package, frame, &run, &outcomes))
}

/// Feeds JSON in a fixed form; `{"enterprise": n}`, `{"park": n}` and so on become the subject's id.
fn canonical(frame: &Frame, value: &serde_json::Value, hash: &mut Sm3) {
    use crate::frame::{EnterpriseIx, GroupIx, ParkIx, RecordOrdinal, SubjectIx};
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            if let (1, Some((key, Value::Number(number)))) = (map.len(), map.iter().next()) {
                let position = number.as_u64().and_then(|n| u32::try_from(n).ok());
                let id = match (key.as_str(), position) {
                    ("enterprise", Some(n)) => Some(SubjectIx::Enterprise(EnterpriseIx(n))),
                    ("park", Some(n)) => Some(SubjectIx::Park(ParkIx(n))),
                    ("group", Some(n)) => Some(SubjectIx::Group(GroupIx(n))),
                    ("record", Some(n)) => Some(SubjectIx::Record(RecordOrdinal(n))),
                    _ => None,
                };
                if let Some(subject) = id {
                    hash.update(frame.subject(subject).id.as_bytes());
                    return;
                }
            }
            for (key, value) in map {
                if key == "park" {
                    continue;
                }
                hash.update(key.as_bytes());
                hash.update(b":");
                canonical(frame, value, hash);
                hash.update(b",");
            }
        }
        Value::Array(items) => {
            hash.update(b"[");
            // Lists of missing parts are ordered by position in the frame; sort by content so that only ids count.
            let mut digests: Vec<Vec<u8>> = items
                .iter()
                .map(|item| {
                    let mut inner = Sm3::new();
                    canonical(frame, item, &mut inner);
                    inner.finalize().to_vec()
                })
                .collect();
            digests.sort();
            for digest in digests {
                hash.update(&digest);
            }
            hash.update(b"]");
        }
        other => hash.update(other.to_string().as_bytes()),
    }
}
