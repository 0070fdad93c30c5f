//! The receipt of a run: what it was computed from, so that it can be computed again bit for bit.

use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

use crate::evaluate::{Run, SEMANTICS};
use crate::frame::{Frame, Period};
use crate::outcome::ParkOutcome;
use crate::package::Package;

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
    /// Readings chosen, as (criterion, reading).
    pub readings: Vec<(String, String)>,
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
    let readings = run.overrides.readings.iter().map(|(ix, reading)| {
        let criterion = &package.criteria[ix.index()];
        (criterion.id.clone(), criterion.readings[*reading].id.clone())
    });
    let mut hash = Sm3::new();
    let mut parks: Vec<&ParkOutcome> = parks.iter().collect();
    parks.sort_by_key(|park| &frame.park(park.park).id);
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
        semantics: SEMANTICS,
        result_digest: hex::encode(hash.finalize()),
    }
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
