//! Frames: as of a commit, by dated membership, never more than the scope.

use std::collections::BTreeMap;

use jiff::civil::date;
use proptest::strategy::{Strategy, ValueTree};
use xiyuan_policy::frame::{Cell, Frame, Period, SubjectIx};
use xiyuan_policy::number::Exact;
use xiyuan_policy::plan::{BenchmarkIx, EvidenceIx, FactIx, FieldIx};
use xiyuan_store::benchmarks::{self, NewBenchmark};
use xiyuan_store::evidence::{self, NewEvidence};
use xiyuan_store::filings;
use xiyuan_store::frames::frame;
use xiyuan_store::known_time::latest;
use xiyuan_store::packing::{Value, Values};
use xiyuan_store::registry::{Origin, industries, memberships};
use xiyuan_store::{EnterpriseId, KnownTime, Role, Scope, facts};

use crate::city::{City, YEAR, filing, number};
use crate::databases::on_both;
use crate::package::{DISTRICT, INDUSTRY, REVENUE, STAGE, TAX, package};

async fn frame_now(city: &City, scope: &Scope) -> Frame {
    let known = latest(&city.db).await.expect("latest").number;
    frame(&city.db, scope, &package(), &[YEAR], known).await.expect("frame")
}

/// Every cell of a field by enterprise.
fn cells(frame: &Frame, field: FieldIx, period: Period) -> BTreeMap<String, String> {
    (0..frame.enterprise_count())
        .map(|i| xiyuan_policy::frame::EnterpriseIx(u32::try_from(i).expect("small")))
        .map(|ix| (frame.enterprise(ix).id.clone(), frame.cell(field, period, SubjectIx::Enterprise(ix))))
        .filter(|(_, cell)| !matches!(cell, Cell::Missing))
        .map(|(id, cell)| (id, format!("{cell:?}")))
        .collect()
}

fn members(frame: &Frame, park: &str, period: Period) -> Vec<String> {
    let park = frame.find_park(park).expect("park");
    let mut ids: Vec<String> = frame
        .members(period, park)
        .iter()
        .map(|&m| frame.enterprise(xiyuan_policy::frame::EnterpriseIx(m)).id.clone())
        .collect();
    ids.sort();
    ids
}

on_both! {
    async fn a_frame_as_of_a_commit_before_a_correction_gives_the_old_figures(city: City) {
        let (_, first) = city.file(0, number(100, 0)).await;
        city.file(1, number(7, 0)).await;
        let (_, corrected) = city.file(0, number(250, 0)).await;
        let (first, corrected) = (first.expect("numbered").number, corrected.expect("numbered").number);
        let read = async |known| {
            let frame = frame(&city.db, &City::system(), &package(), &[YEAR], known).await.expect("frame");
            assert_eq!(frame.known(), known.0);
            cells(&frame, REVENUE, YEAR).into_values().collect::<Vec<_>>()
        };
        let value = |n: i128| format!("{:?}", Cell::Number(Exact { mantissa: n * 100, scale: 2 }));
        assert_eq!(read(first).await, [value(100)]);
        assert_eq!(read(KnownTime(corrected.0 - 1)).await.len(), 2);
        assert!(read(corrected).await.contains(&value(250)));
        assert!(read(KnownTime(0)).await.is_empty());
    }

    async fn members_are_those_of_the_last_day_of_each_period(city: City) {
        let scope = City::system();
        let member = memberships::of_enterprise(&city.db, &scope, city.enterprises[1]).await.expect("list").remove(0).0;
        let before = latest(&city.db).await.expect("latest").number;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let ended = city.member(1, 0, date(2021, 1, 1), Some(date(2025, 6, 30)));
        memberships::update(&mut tx, &scope, member.id, 1, ended, &Origin::default()).await.expect("update");
        let moved = city.member(1, 1, date(2025, 7, 1), None);
        memberships::insert(&mut tx, &scope, moved, &Origin::default()).await.expect("insert");
        tx.commit("moved").await.expect("commit");
        let periods = [Period::Year(2024), YEAR, Period::Month(2025, 6)];
        let known = latest(&city.db).await.expect("latest").number;
        let now = frame(&city.db, &scope, &package(), &periods, known).await.expect("frame");
        let [a, b] = city.parks.map(|id| id.to_string());
        let mut both = vec![city.enterprises[0].to_string(), city.enterprises[1].to_string()];
        both.sort();
        assert_eq!(members(&now, &a, Period::Year(2024)), both);
        assert_eq!(members(&now, &a, Period::Month(2025, 6)), both);
        assert_eq!(members(&now, &a, YEAR), [city.enterprises[0].to_string()]);
        assert_eq!(members(&now, &b, YEAR).len(), 2);
        let then = frame(&city.db, &scope, &package(), &[YEAR], before).await.expect("frame");
        assert_eq!(members(&then, &a, YEAR), both, "what was known before the move was known");
    }

    async fn registry_values_follow_their_dates(city: City) {
        let scope = City::system();
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let subject = city.enterprises[0].into();
        for (code, from) in [("I01", date(2021, 1, 1)), ("I02", date(2025, 3, 1))] {
            industries::set(&mut tx, &scope, subject, code, from, &Origin::default()).await.expect("set");
        }
        tx.commit("industry").await.expect("commit");
        let known = latest(&city.db).await.expect("latest").number;
        let periods = [Period::Year(2024), YEAR];
        let frame = frame(&city.db, &scope, &package(), &periods, known).await.expect("frame");
        let id = city.enterprises[0].to_string();
        assert_eq!(cells(&frame, INDUSTRY, Period::Year(2024))[&id], "Text(\"I01\")");
        assert_eq!(cells(&frame, INDUSTRY, YEAR)[&id], "Text(\"I02\")");
        assert_eq!(cells(&frame, DISTRICT, YEAR)[&id], "Text(\"990001\")");
        assert_eq!(cells(&frame, DISTRICT, YEAR)[&city.enterprises[2].to_string()], "Text(\"990002\")");
    }

    async fn all_shapes_of_values_arrive_and_missing_stays_missing(city: City) {
        let values = Values::from([
            ("enterprise.revenue".to_owned(), Value::Missing),
            ("enterprise.tax".to_owned(), number(125, 1)),
            ("enterprise.stage".to_owned(), Value::Code("2".to_owned())),
            ("enterprise.unknown".to_owned(), number(1, 0)),
        ]);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let new = filing(city.enterprises[0].into(), values);
        filings::insert(&mut tx, &City::system(), new, &Origin::default()).await.expect("filing");
        let too_fine = Values::from([("enterprise.revenue".to_owned(), number(1234, 3))]);
        let new = filing(city.enterprises[1].into(), too_fine);
        filings::insert(&mut tx, &City::system(), new, &Origin::default()).await.expect("filing");
        tx.commit("filing").await.expect("commit");
        let frame = frame_now(&city, &City::system()).await;
        assert!(cells(&frame, REVENUE, YEAR).is_empty(), "more decimals than declared are not rounded");
        assert_eq!(cells(&frame, TAX, YEAR).len(), 1);
        assert_eq!(cells(&frame, STAGE, YEAR)[&city.enterprises[0].to_string()], "Text(\"2\")");
    }

    async fn a_persons_frame_holds_only_what_the_person_sees(city: City) {
        for i in 0..4 {
            let values = Values::from([
                ("enterprise.revenue".to_owned(), number(1, 0)),
                ("enterprise.tax".to_owned(), number(1, 0)),
            ]);
            let mut tx = city.db.begin(&city.context()).await.expect("begin");
            let new = filing(city.enterprises[i].into(), values);
            filings::insert(&mut tx, &City::system(), new, &Origin::default()).await.expect("filing");
            tx.commit("filing").await.expect("commit");
        }
        let operator = city.operator(0).await;
        let frame = frame_now(&city, &operator.scope).await;
        let mut own: Vec<String> = city.enterprises[..2].iter().map(EnterpriseId::to_string).collect();
        own.sort();
        assert_eq!(cells(&frame, REVENUE, YEAR).into_keys().collect::<Vec<_>>(), own);
        assert_eq!(frame.parks().len(), 1);
        let bank = city.banker().await;
        let frame = frame_now(&city, &bank.scope).await;
        assert_eq!((frame.enterprise_count(), frame.parks().len()), (0, 0));
    }

    async fn facts_evidence_and_benchmarks_stand_as_of_the_commit(city: City) {
        let scope = City::system();
        let park = city.parks[0].into();
        let value = |mantissa| NewBenchmark {
            benchmark: "city.value_added_rate".to_owned(),
            period: Period::Year(2024),
            value: Some(Exact { mantissa, scale: 1 }),
            unit: Some("%".to_owned()),
            source: "演示统计公报".to_owned(),
            coverage: None,
            frozen_on: None,
            computed: None,
        };
        let role = Role::DistrictOfficer;
        let start = latest(&city.db).await.expect("latest").number;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        facts::judge(&mut tx, &scope, park, "operator.registered", role, Some(true), "已核").await.expect("judge");
        let new = NewEvidence {
            subject: park,
            kind: "license".to_owned(),
            file_name: "执照.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: b"%PDF-demo".to_vec(),
        };
        let file = evidence::insert(&mut tx, &scope, new, 1_000).await.expect("evidence");
        benchmarks::insert(&mut tx, &scope, value(230)).await.expect("benchmark");
        let middle = tx.commit("given").await.expect("commit").expect("numbered").number;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        facts::judge(&mut tx, &scope, park, "operator.registered", role, None, "误判").await.expect("judge");
        evidence::withdraw(&mut tx, &scope, file.id, "传错").await.expect("withdraw");
        benchmarks::insert(&mut tx, &scope, NewBenchmark { value: None, ..value(0) }).await.expect("benchmark");
        let end = tx.commit("taken back").await.expect("commit").expect("numbered").number;
        let published = Exact { mantissa: 211, scale: 1 };
        let entered = Exact { mantissa: 230, scale: 1 };
        for (known, fact, has_file, rate) in
            [(start, None, false, published), (middle, Some(true), true, entered), (end, None, false, published)]
        {
            let frame = frame(&city.db, &scope, &package(), &[YEAR], known).await.expect("frame");
            let park = frame.find_park(&city.parks[0].to_string()).expect("park");
            assert_eq!(frame.fact(park, FactIx(0)), fact);
            assert_eq!(frame.has_evidence(park, EvidenceIx(0)), has_file);
            assert_eq!(frame.benchmark(BenchmarkIx(0), Period::Year(2024)), Some(rate));
        }
        let (kept, content) = evidence::get(&city.db, &scope, file.id).await.expect("still readable");
        assert_eq!(content, b"%PDF-demo");
        assert_eq!(kept.withdrawn.map(|(_, reason)| reason).as_deref(), Some("传错"));
    }

    async fn any_run_of_corrections_reads_back_at_every_commit(city: City) {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let step = (0_usize..4, proptest::option::of(0_i128..5));
        let steps = proptest::collection::vec(step, 25).new_tree(&mut runner).expect("tree").current();
        let mut model: BTreeMap<String, String> = BTreeMap::new();
        let mut expected = Vec::new();
        for (enterprise, revenue) in steps {
            let value = revenue.map_or(Value::Missing, |n| number(n, 0));
            let (_, commit) = city.file(enterprise, value).await;
            let id = city.enterprises[enterprise].to_string();
            match revenue {
                Some(n) => {
                    let cell = format!("{:?}", Cell::Number(Exact { mantissa: n * 100, scale: 2 }));
                    model.insert(id, cell);
                }
                None => {
                    model.remove(&id);
                }
            }
            if let Some(commit) = commit {
                expected.push((commit.number, model.clone()));
            }
        }
        assert!(expected.len() > 15);
        for (known, model) in expected {
            let frame = frame(&city.db, &City::system(), &package(), &[YEAR], known).await.expect("frame");
            assert_eq!(cells(&frame, REVENUE, YEAR), model);
        }
    }
}
