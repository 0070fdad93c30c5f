//! Keeping a frame up: what changed between two commits makes of the older frame the newer one.

use std::collections::BTreeMap;

use jiff::civil::date;
use xiyuan_policy::frame::{ApplyError, Change, EnterpriseIx, Frame, Period, SubjectIx};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::Subject;
use xiyuan_policy::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx};
use xiyuan_store::benchmarks::{self, NewBenchmark};
use xiyuan_store::decisions::{self, NewDecision, SoftwareSigner};
use xiyuan_store::evidence::{self, NewEvidence};
use xiyuan_store::filings;
use xiyuan_store::frames::{Changes, changes_since, frame};
use xiyuan_store::known_time::latest;
use xiyuan_store::packing::{Value, Values};
use xiyuan_store::registry::{Origin, enterprises, industries, memberships, parks};
use xiyuan_store::{KnownTime, Role, Scope, StoreError, facts, rulings};

use crate::city::{City, YEAR, filing, number};
use crate::databases::on_both;
use crate::package::package;
use crate::rulings::{exception, reading};

const PERIODS: [Period; 2] = [Period::Year(2024), YEAR];

async fn now(city: &City) -> KnownTime {
    latest(&city.db).await.expect("latest").number
}

async fn read(city: &City, known: KnownTime) -> Frame {
    frame(&city.db, &City::system(), &package(), &PERIODS, known).await.expect("frame")
}

async fn since(city: &City, from: KnownTime, to: KnownTime) -> Changes {
    changes_since(&city.db, &City::system(), &package(), &PERIODS, from, to).await.expect("changes")
}

/// Everything in a frame, by ids.
fn told(frame: &Frame) -> BTreeMap<String, String> {
    let package = package();
    let mut all = BTreeMap::new();
    let enterprises = (0..frame.enterprise_count()).map(|at| EnterpriseIx(u32::try_from(at).expect("few")));
    let subjects: Vec<SubjectIx> = enterprises
        .map(SubjectIx::Enterprise)
        .chain(frame.parks().map(|(park, _)| SubjectIx::Park(park)))
        .collect();
    for subject in subjects {
        let info = frame.subject(subject);
        all.insert(info.id.clone(), info.name.clone());
        for (field, declared) in (0..).map(FieldIx).zip(&package.fields) {
            let is_own = matches!(
                (subject, declared.subject),
                (SubjectIx::Enterprise(_), Subject::Enterprise) | (SubjectIx::Park(_), Subject::Park)
            );
            for period in PERIODS.into_iter().filter(|_| is_own) {
                let cell = format!("{:?}", frame.cell(field, period, subject));
                all.insert(format!("{} {} {period}", info.id, declared.id), cell);
            }
        }
    }
    for (park, info) in frame.parks() {
        for period in PERIODS {
            let ids = frame.members(period, park).iter().map(|at| &frame.enterprise(EnterpriseIx(*at)).id);
            let mut ids: Vec<&String> = ids.collect();
            ids.sort();
            all.insert(format!("{} members {period}", info.id), format!("{ids:?}"));
        }
        let judged = (frame.fact(park, FactIx(0)), frame.has_evidence(park, EvidenceIx(0)));
        all.insert(format!("{} judged", info.id), format!("{judged:?}"));
        for criterion in [CriterionIx(0), CriterionIx(1)] {
            let terms = format!("{:?}", frame.exceptions(park, criterion));
            all.insert(format!("{} exceptions {criterion:?}", info.id), terms);
        }
    }
    for period in PERIODS {
        let value = frame.benchmark(BenchmarkIx(0), period).map(|value| (value.mantissa, value.scale));
        all.insert(format!("benchmark {period}"), format!("{value:?}"));
    }
    for criterion in [CriterionIx(0), CriterionIx(1)] {
        all.insert(format!("readings {criterion:?}"), format!("{:?}", frame.readings(criterion)));
    }
    all
}

/// The frame of the newer commit, made from the one of the older.
async fn kept_up(city: &City, from: KnownTime, to: KnownTime) -> Result<Frame, ApplyError> {
    match since(city, from, to).await {
        Changes::These(changes) => read(city, from).await.apply(&package(), &changes, to.0),
        Changes::Rebuild(reason) => Err(ApplyError::NeedsRebuild(reason)),
    }
}

async fn assert_kept_up(city: &City, from: KnownTime, to: KnownTime) {
    let kept = kept_up(city, from, to).await.expect("it can be kept up");
    assert_eq!(kept.known(), to.0);
    assert_eq!(told(&kept), told(&read(city, to).await), "{} to {}", from.0, to.0);
}

fn benchmark(value: Option<i128>) -> NewBenchmark {
    NewBenchmark {
        benchmark: "city.value_added_rate".to_owned(),
        period: Period::Year(2024),
        value: value.map(|mantissa| Exact { mantissa, scale: 1 }),
        unit: Some("%".to_owned()),
        source: "演示统计公报".to_owned(),
        coverage: None,
        frozen_on: None,
        computed: None,
    }
}

fn file() -> NewEvidence {
    NewEvidence {
        subject: xiyuan_store::SubjectId { kind: Subject::Park, id: uuid::Uuid::nil() },
        kind: "license".to_owned(),
        file_name: "执照.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        content: b"%PDF-demo".to_vec(),
    }
}

/// Things that happen one after another, each with its own commit.
async fn live(city: &City) -> Vec<KnownTime> {
    let scope = City::system();
    let origin = Origin::default();
    let park = city.parks[0];
    let mut commits = vec![now(city).await];
    macro_rules! step {
        (|$tx:ident| $body:expr) => {{
            let mut $tx = city.db.begin(&city.context()).await.expect("begin");
            let done = $body;
            commits.push($tx.commit("step").await.expect("commit").expect("numbered").number);
            done
        }};
    }
    let values = |pairs: &[(&str, Value)]| -> Values {
        pairs.iter().map(|(key, value)| (format!("enterprise.{key}"), value.clone())).collect()
    };
    let first =
        values(&[("revenue", number(100, 0)), ("tax", number(5, 0)), ("stage", Value::Code("2".to_owned()))]);
    step!(|tx| filings::insert(&mut tx, &scope, filing(city.enterprises[0].into(), first.clone()), &origin)
        .await
        .expect("filing"));
    // A correction that takes a value out, and one that no longer fits the field.
    let second = values(&[("revenue", number(7, 0)), ("tax", Value::Missing)]);
    step!(|tx| filings::insert(&mut tx, &scope, filing(city.enterprises[0].into(), second.clone()), &origin)
        .await
        .expect("filing"));
    let misfit = values(&[("revenue", number(1234, 3))]);
    step!(|tx| filings::insert(&mut tx, &scope, filing(city.enterprises[0].into(), misfit.clone()), &origin)
        .await
        .expect("filing"));
    step!(|tx| facts::judge(
        &mut tx,
        &scope,
        park.into(),
        "operator.registered",
        Role::DistrictOfficer,
        Some(true),
        "已核"
    )
    .await
    .expect("judge"));
    let kept = NewEvidence { subject: park.into(), ..file() };
    let file = step!(|tx| evidence::insert(&mut tx, &scope, kept, 1_000).await.expect("evidence").id);
    step!(|tx| benchmarks::insert(&mut tx, &scope, benchmark(Some(230))).await.expect("benchmark"));
    let member =
        memberships::of_enterprise(&city.db, &scope, city.enterprises[1]).await.expect("list").remove(0).0;
    let ended = city.member(1, 0, date(2021, 1, 1), Some(date(2025, 6, 30)));
    step!(|tx| memberships::update(&mut tx, &scope, member.id, 1, ended.clone(), &origin)
        .await
        .expect("update"));
    let moved = city.member(1, 1, date(2025, 7, 1), None);
    let moved = step!(|tx| memberships::insert(&mut tx, &scope, moved, &origin).await.expect("insert"));
    step!(|tx| industries::set(
        &mut tx,
        &scope,
        city.enterprises[0].into(),
        "I01",
        date(2021, 1, 1),
        &origin
    )
    .await
    .expect("set"));
    step!(|tx| industries::set(
        &mut tx,
        &scope,
        city.enterprises[0].into(),
        "I02",
        date(2025, 3, 1),
        &origin
    )
    .await
    .expect("set"));
    let data = city.enterprise_data(9, 1);
    let newcomer =
        step!(|tx| enterprises::insert(&mut tx, &scope, data, &origin).await.expect("enterprise").id);
    let joins = memberships::MembershipData { enterprise: newcomer, park, from: date(2024, 2, 1), to: None };
    step!(|tx| memberships::insert(&mut tx, &scope, joins.clone(), &origin).await.expect("insert"));
    let values = values(&[("revenue", number(44, 0))]);
    step!(|tx| filings::insert(&mut tx, &scope, filing(newcomer.into(), values.clone()), &origin)
        .await
        .expect("filing"));
    step!(|tx| memberships::withdraw(&mut tx, &scope, moved.id, 1, &origin).await.expect("withdraw"));
    let mut renamed = city.park_data("甲园（新名）", 0);
    renamed.district = city.districts[1];
    renamed.recognised_on = Some(date(2025, 5, 1));
    step!(|tx| parks::update(&mut tx, &scope, park, 1, renamed.clone(), &origin).await.expect("park"));
    step!(|tx| facts::judge(
        &mut tx,
        &scope,
        park.into(),
        "operator.registered",
        Role::DistrictOfficer,
        None,
        "误判"
    )
    .await
    .expect("judge"));
    step!(|tx| evidence::withdraw(&mut tx, &scope, file, "传错").await.expect("withdraw"));
    step!(|tx| benchmarks::insert(&mut tx, &scope, benchmark(None)).await.expect("benchmark"));
    let strict =
        step!(|tx| rulings::insert(&mut tx, &scope, reading("ratio", "strict")).await.expect("ruling"));
    step!(|tx| rulings::insert(&mut tx, &scope, reading("operator", "strict")).await.expect("ruling"));
    step!(|tx| rulings::insert(&mut tx, &scope, reading("ratio", "default")).await.expect("ruling"));
    step!(|tx| rulings::insert(&mut tx, &scope, reading("ratio", "no such reading")).await.expect("ruling"));
    let approved =
        step!(|tx| rulings::insert(&mut tx, &scope, exception("ratio", park)).await.expect("ruling"));
    step!(|tx| rulings::revoke(&mut tx, &scope, strict, "改判").await.expect("revoke"));
    step!(|tx| rulings::revoke(&mut tx, &scope, approved, "到期前收回").await.expect("revoke"));
    commits
}

on_both! {
    async fn a_frame_is_kept_up_over_every_stretch_of_commits(city: City) {
        let commits = live(&city).await;
        assert!(commits.len() > 15);
        for (position, from) in commits.iter().enumerate() {
            for to in commits[position..].iter().step_by(3).chain(commits.last()) {
                assert_kept_up(&city, *from, *to).await;
            }
        }
        for pair in commits.windows(2) {
            assert_kept_up(&city, pair[0], pair[1]).await;
        }
    }

    async fn one_correction_tells_the_cells_of_its_filing_and_nothing_else(city: City) {
        city.file(0, number(100, 0)).await;
        let from = now(&city).await;
        city.file(0, number(250, 0)).await;
        let Changes::These(changes) = since(&city, from, now(&city).await).await else { panic!("kept up") };
        let id = city.enterprises[0].to_string();
        let is_own = |change: &Change| matches!(change, Change::Cell { subject, period: YEAR, .. }
            if *subject == xiyuan_policy::frame::SubjectKey::Enterprise(id.clone()));
        assert!(!changes.is_empty() && changes.iter().all(is_own), "{changes:?}");
        assert_eq!(since(&city, from, from).await, Changes::These(Vec::new()));
    }

    async fn a_new_park_asks_for_a_new_frame(city: City) {
        let scope = City::system();
        let from = now(&city).await;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let park = parks::insert(&mut tx, &scope, city.park_data("丙园", 1), &Origin::default()).await.expect("park");
        tx.commit("park").await.expect("commit");
        let with_park = now(&city).await;
        assert_eq!(since(&city, from, with_park).await, Changes::Rebuild("a new park"));
        assert!(read(&city, now(&city).await).await.find_park(&park.id.to_string()).is_some());
    }

    async fn a_persons_frame_is_not_kept_up(city: City) {
        let person = city.city_officer().await;
        let known = now(&city).await;
        let refused = changes_since(&city.db, &person.scope, &package(), &PERIODS, known, known).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
    }

    async fn decisions_to_look_at_again_are_the_standing_ones_about_these_subjects(city: City) {
        let scope = City::system();
        let signer = SoftwareSigner::load(&city.db, &city.context()).await.expect("signer");
        let decide = async |park: usize, year: i16| {
            let decision = NewDecision {
                subject: city.parks[park].into(),
                assessment: "recognition".to_owned(),
                year,
                outcome: "met".to_owned(),
                result: serde_json::json!({ "outcome": "met" }),
                receipt: serde_json::json!({ "resultDigest": "00" }),
                note: None,
            };
            let mut tx = city.db.begin(&city.context()).await.expect("begin");
            let id = decisions::insert(&mut tx, &scope, &signer, decision).await.expect("decision");
            tx.commit("decision").await.expect("commit");
            id
        };
        decide(0, 2025).await;
        let standing = decide(0, 2025).await;
        let other = decide(1, 2025).await;
        decide(0, 2024).await;
        let ask = async |scope: &Scope, parks: &[usize]| {
            let subjects: Vec<_> = parks.iter().map(|park| city.parks[*park].into()).collect();
            let found = decisions::concerned(&city.db, scope, "recognition", 2025, &subjects).await.expect("list");
            found.into_iter().map(|decision| decision.id).collect::<Vec<_>>()
        };
        assert_eq!(ask(&scope, &[0]).await, [standing]);
        assert_eq!(ask(&scope, &[0, 1]).await, [other, standing]);
        assert!(ask(&scope, &[]).await.is_empty());
        let operator = city.operator(1).await;
        assert_eq!(ask(&operator.scope, &[0, 1]).await, [other]);
    }
}
