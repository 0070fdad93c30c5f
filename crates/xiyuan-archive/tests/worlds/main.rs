//! The random cities that hold the evaluators together, packed as Parquet and unpacked: every figure, outcome and digest
//! stays. The same seed, the same world.

#[path = "../../../xiyuan-policy/tests/evaluate/city.rs"]
#[expect(dead_code, reason = "shared with the evaluators' tests, which use more of it")]
mod city;
#[path = "../../../xiyuan-policy/tests/evaluate/formulas.rs"]
mod formulas;
#[path = "../../../xiyuan-policy/tests/evaluate/oracle.rs"]
#[expect(dead_code, reason = "shared with the evaluators' tests, which use more of it")]
mod oracle;
#[path = "../../../xiyuan-policy/tests/evaluate/random.rs"]
#[expect(dead_code, reason = "shared with the evaluators' tests, which use more of it")]
mod random;
#[path = "../../../xiyuan-policy/tests/evaluate/worlds.rs"]
#[expect(dead_code, reason = "shared with the evaluators' tests, which use more of it")]
mod worlds;

use bytes::Bytes;
use xiyuan_archive::{Packed, pack, unpack};
use xiyuan_policy::evaluate::{Overrides, column, figure};
use xiyuan_policy::frame::{Frame, SubjectIx};
use xiyuan_policy::outcome::Figure;
use xiyuan_policy::package::Package;
use xiyuan_policy::receipt::receipt;

use crate::random::seeds;
use crate::worlds::World;

fn unpacked(package: &Package, frame: &Frame, packed: Vec<Packed>) -> Frame {
    let files = packed.into_iter().map(|Packed { name, bytes, .. }| (name, Bytes::from(bytes)));
    unpack(package, frame.periods(), frame.known(), files).expect("what was packed can be unpacked")
}

/// The same subject in another frame of the same city.
fn same(from: &Frame, to: &Frame, subject: SubjectIx) -> SubjectIx {
    let id = &from.subject(subject).id;
    match subject {
        SubjectIx::Enterprise(_) => SubjectIx::Enterprise(to.find_enterprise(id).expect("it is there")),
        SubjectIx::Park(_) => SubjectIx::Park(to.find_park(id).expect("it is there")),
        SubjectIx::Group(group) => {
            let mut groups = to.groups(from.grouping_of(group));
            SubjectIx::Group(
                groups.find(|at| to.subject(SubjectIx::Group(*at)).id == *id).expect("it is there"),
            )
        }
        SubjectIx::Record(_) => panic!("no figures of records"),
    }
}

#[test]
fn every_figure_and_digest_of_a_random_world_survives_parquet() {
    let (mut known, mut undecided, mut replayed) = (0, 0, 0);
    for seed in seeds(150) {
        let world = World::of(seed, 6);
        let World { package, city, .. } = &world;
        let before = city.frame(package);
        let packed = pack(package, &before).expect("it can be packed");
        // Whoever is told first to the builder leaves no mark in the files.
        assert_eq!(pack(package, &city.frame_backward(package)).expect("packed"), packed, "seed {seed}");
        let after = unpacked(package, &before, packed);
        for (indicator, subject, period) in world.figures(&before) {
            let of = |frame: &Frame, subject| {
                figure(package, frame, &Overrides::default(), indicator, subject, period)
                    .map(|(figure, coverage)| (said(frame, &figure), coverage))
            };
            let found = of(&before, subject);
            assert_eq!(
                of(&after, same(&before, &after, subject)),
                found,
                "seed {seed} {indicator:?} {subject:?}"
            );
            match found {
                Ok((text, _)) if text.starts_with("known") => known += 1,
                _ => undecided += 1,
            }
        }
        for assessment in 0..package.assessments.len() {
            let run = World::run(assessment);
            let Ok(outcomes) = column::evaluate(package, &before, &run) else { continue };
            let written = receipt(package, &before, &run, &outcomes.parks);
            let again = column::evaluate(package, &after, &run).expect("as before");
            assert_eq!(receipt(package, &after, &run, &again.parks), written, "seed {seed}");
            replayed += 1;
        }
    }
    assert!(known > 500 && undecided > 50 && replayed > 150, "{known} {undecided} {replayed}");
}

/// A figure without the positions of its frame: its number, or its bounds with what is missing by id.
fn said(frame: &Frame, figure: &Figure) -> String {
    if let Some(known) = figure.known() {
        return format!("known {:?}", known.normalized());
    }
    by_id(frame, &serde_json::to_value(figure).expect("figures have only text keys"))
}

/// JSON in which positions of subjects are ids and lists have the order of their content.
fn by_id(frame: &Frame, json: &serde_json::Value) -> String {
    use serde_json::Value;
    use xiyuan_policy::frame::{EnterpriseIx, GroupIx, ParkIx, RecordOrdinal};
    match json {
        Value::Object(map) => {
            if let (1, Some((key, Value::Number(at)))) = (map.len(), map.iter().next()) {
                let at = at.as_u64().and_then(|at| u32::try_from(at).ok());
                let subject = match (key.as_str(), at) {
                    ("enterprise", Some(at)) => Some(SubjectIx::Enterprise(EnterpriseIx(at))),
                    ("park", Some(at)) => Some(SubjectIx::Park(ParkIx(at))),
                    ("group", Some(at)) => Some(SubjectIx::Group(GroupIx(at))),
                    ("record", Some(at)) => Some(SubjectIx::Record(RecordOrdinal(at))),
                    _ => None,
                };
                if let Some(subject) = subject {
                    return frame.subject(subject).id.clone();
                }
            }
            let parts = map.iter().map(|(key, value)| format!("{key}:{}", by_id(frame, value)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let mut parts: Vec<String> = items.iter().map(|item| by_id(frame, item)).collect();
            parts.sort();
            format!("[{}]", parts.join(","))
        }
        other => other.to_string(),
    }
}
