//! What was frozen answers as before.

use std::collections::BTreeMap;

use object_store::ObjectStoreExt;
use xiyuan_archive::Archive;
use xiyuan_policy::evaluate::{Overrides, Run, column, figure};
use xiyuan_policy::frame::{EnterpriseIx, Frame, ParkIx, RecordOrdinal, SubjectIx};
use xiyuan_policy::package::{Frequency, Package, Subject};
use xiyuan_policy::plan::{CriterionIx, FieldIx, GroupingIx, IndicatorIx};
use xiyuan_policy::receipt::{receipt, replay};

use crate::support::{YEAR, files, frame, memory, package};

/// Everything that a frame says, by id.
fn said(package: &Package, frame: &Frame) -> BTreeMap<String, String> {
    let count = |of: usize| 0..u32::try_from(of).expect("few");
    let mut said = BTreeMap::new();
    let parks = frame.parks().map(|(park, _)| (Subject::Park, SubjectIx::Park(park)));
    let enterprises = count(frame.enterprise_count());
    let enterprises = enterprises.map(|at| (Subject::Enterprise, SubjectIx::Enterprise(EnterpriseIx(at))));
    let records = count(frame.record_count()).map(|at| {
        let record = RecordOrdinal(at);
        (Subject::Record(frame.record(record).0), SubjectIx::Record(record))
    });
    for (kind, subject) in parks.chain(enterprises).chain(records) {
        let info = frame.subject(subject);
        said.insert(format!("{kind:?} {}", info.id), info.name.clone());
        for period in frame.periods() {
            for (index, field) in (0..).map(FieldIx).zip(&package.fields).filter(|(_, f)| f.subject == kind) {
                let cell = format!("{:?}", frame.cell(index, *period, subject));
                said.insert(format!("{kind:?} {} {} {period}", info.id, field.id), cell);
            }
        }
        if let SubjectIx::Record(record) = subject {
            let (register, owner, from, to) = frame.record(record);
            let owner = &frame.subject(owner).id;
            said.insert(format!("record {register:?} {}", info.id), format!("{owner} {from} {to:?}"));
        }
    }
    for period in frame.periods() {
        for (park, info) in frame.parks() {
            let members = frame.members(*period, park).iter();
            let mut members: Vec<_> = members.map(|at| &frame.enterprise(EnterpriseIx(*at)).id).collect();
            members.sort();
            said.insert(format!("members {} {period}", info.id), format!("{members:?}"));
        }
    }
    said.extend(
        frame.benchmarks().map(|(of, period, value)| (format!("{of:?} {period}"), value.to_string())),
    );
    for (park, info) in frame.parks() {
        let facts = count(package.facts.len()).map(|at| frame.fact(park, xiyuan_policy::plan::FactIx(at)));
        said.insert(format!("facts {}", info.id), format!("{:?}", facts.collect::<Vec<_>>()));
        let evidence = count(package.evidence.len());
        let evidence = evidence.map(|at| frame.has_evidence(park, xiyuan_policy::plan::EvidenceIx(at)));
        said.insert(format!("evidence {}", info.id), format!("{:?}", evidence.collect::<Vec<_>>()));
        for at in count(package.criteria.len()).map(CriterionIx) {
            let terms = format!("{:?}", frame.exceptions(park, at));
            said.insert(format!("exceptions {} {at:?}", info.id), terms);
        }
    }
    for at in count(package.criteria.len()).map(CriterionIx) {
        said.insert(format!("readings {at:?}"), format!("{:?}", frame.readings(at)));
    }
    said
}

/// Each figure that is known, by id; for the others, that they are not.
fn figures(package: &Package, frame: &Frame) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (index, indicator) in (0..).map(IndicatorIx).zip(&package.indicators) {
        if indicator.frequency != Frequency::Year {
            continue;
        }
        let subjects: Vec<SubjectIx> = match indicator.subject {
            Subject::Enterprise => (0..)
                .take(frame.enterprise_count())
                .map(|at| SubjectIx::Enterprise(EnterpriseIx(at)))
                .collect(),
            Subject::Park => frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect(),
            Subject::Group(grouping) => frame.groups(grouping).map(SubjectIx::Group).collect(),
            Subject::City | Subject::Record(_) => Vec::new(),
        };
        for subject in subjects {
            let value = figure(package, frame, &Overrides::default(), index, subject, YEAR);
            let value = value.map(|(figure, coverage)| {
                (figure.known().map(xiyuan_policy::number::Quotient::normalized), coverage)
            });
            found.insert(format!("{} {}", indicator.id, frame.subject(subject).id), format!("{value:?}"));
        }
    }
    found
}

fn run(assessment: usize) -> Run {
    Run { assessment, period: YEAR, overrides: Overrides::default() }
}

#[tokio::test]
async fn a_random_frame_read_back_says_and_answers_the_same() {
    let package = package();
    assert!(!package.records.is_empty() && package.groupings.len() > 1 && !package.assessments.is_empty());
    let (mut known, mut replayed) = (0, 0);
    for seed in 0..40 {
        let before = frame(&package, seed);
        let (_, archive) = memory();
        archive.write(&files(), &before).await.expect("written");
        let read = archive.read().await.expect("read");
        assert_eq!(read.package.digest, package.digest);
        let after = read.frame;
        assert_eq!((after.known(), after.periods()), (before.known(), before.periods()), "seed {seed}");
        assert_eq!(said(&package, &before), said(&package, &after), "seed {seed}");
        let (figures, again) = (figures(&package, &before), figures(&package, &after));
        assert_eq!(figures, again, "seed {seed}");
        known += figures.values().filter(|value| value.contains("Some")).count();
        for assessment in 0..package.assessments.len() {
            let Ok(outcomes) = column::evaluate(&package, &before, &run(assessment)) else { continue };
            let written = receipt(&package, &before, &run(assessment), &outcomes.parks);
            let computed = replay(&read.package, &after, &written).expect("it can be computed again");
            assert_eq!(computed, written, "seed {seed}");
            replayed += 1;
        }
    }
    assert!(known > 200 && replayed > 20, "{known} figures, {replayed} receipts");
    assert!(frame(&package, 1).groups(GroupingIx(0)).count() > 0);
}

#[tokio::test]
async fn equal_frames_are_equal_bytes_and_writing_them_again_changes_nothing() {
    let package = package();
    let ((store, archive), (other_store, other)) = (memory(), memory());
    let manifest = archive.write(&files(), &frame(&package, 3)).await.expect("written");
    let again = other.write(&files(), &frame(&package, 3)).await.expect("written");
    assert_eq!(manifest, again);
    for entry in &manifest.files {
        let key = object_store::path::Path::from(format!("frozen/2024/{}", entry.name));
        let (one, two) = (store.get(&key).await.expect("there"), other_store.get(&key).await.expect("there"));
        assert_eq!(one.bytes().await.expect("read"), two.bytes().await.expect("read"), "{}", entry.name);
    }
    // Reading and freezing once more gives the same archive: positions do not enter it.
    let read = archive.read().await.expect("read");
    assert_eq!(archive.write(&files(), &read.frame).await.expect("the same archive"), manifest);
}

#[tokio::test]
async fn a_folder_holds_what_memory_holds() {
    let package = package();
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("档案 2024");
    let address = path.to_str().expect("UTF-8");
    let before = frame(&package, 5);
    let manifest = Archive::at(address).expect("a folder").write(&files(), &before).await.expect("written");
    assert!(path.join("values-enterprise-2024.parquet").is_file() && path.join("manifest.json").is_file());
    let read = Archive::existing(address).expect("it is there").read().await.expect("read");
    assert_eq!(read.manifest, manifest);
    assert_eq!(said(&package, &before), said(&package, &read.frame));
    let url = format!("file://{}", path.to_str().expect("UTF-8").replace(' ', "%20"));
    assert_eq!(Archive::at(&url).expect("a folder").read().await.expect("read").manifest, manifest);
}

#[tokio::test]
async fn a_receipt_of_other_figures_gives_another_digest() {
    let package = package();
    let (one, two) = (frame(&package, 1), frame(&package, 2));
    let park =
        |frame: &Frame| column::evaluate(&package, frame, &run(0)).expect("it runs").parks[..1].to_vec();
    let written = receipt(&package, &one, &run(0), &park(&one));
    let mut elsewhere = written.clone();
    elsewhere.known_time = two.known();
    elsewhere.parks = vec![two.park(ParkIx(0)).id.clone()];
    let computed = replay(&package, &two, &elsewhere).expect("it can be computed");
    assert_ne!(computed.result_digest, written.result_digest);
    replay(&package, &two, &written).expect_err("another known time or another park");
}
