//! Versions of benchmarks: entered and frozen, only ever added.

use jiff::civil::Date;
use xiyuan_policy::frame::Period;
use xiyuan_policy::number::Exact;
use xiyuan_store::benchmarks::{self, BenchmarkValue, Computation, NewBenchmark};
use xiyuan_store::packages::{self, NewPackage};
use xiyuan_store::users::Session;
use xiyuan_store::{InvalidCode, KnownTime, StoreError, known_time};

use crate::city::City;
use crate::databases::on_both;

const RATE: &str = "city.value_added_rate";
const YEAR: Period = Period::Year(2024);

fn entered(text: &str) -> NewBenchmark {
    NewBenchmark {
        benchmark: RATE.to_owned(),
        period: YEAR,
        value: Some(Exact::parse(text).expect("a number")),
        unit: Some("%".to_owned()),
        source: "演示统计公报".to_owned(),
        coverage: Some("全市规上工业".to_owned()),
        frozen_on: None,
        computed: None,
    }
}

fn frozen(text: &str, day: Date, known: i64) -> NewBenchmark {
    let computed = Computation {
        package_digest: "aa".to_owned(),
        indicator: "whole_rate".to_owned(),
        indicator_name: "全市增加值率".to_owned(),
        group: "whole".to_owned(),
        group_name: "全市".to_owned(),
        members: 12,
        coverage: Some((11, 12)),
        known: KnownTime(known),
    };
    let source = "平台计算".to_owned();
    NewBenchmark { source, frozen_on: Some(day), computed: Some(computed), ..entered(text) }
}

async fn insert(city: &City, by: &Session, new: NewBenchmark) -> Result<i64, StoreError> {
    let mut tx = city.db.begin(&city.context_of(by)).await.expect("begin");
    let revision = benchmarks::insert(&mut tx, &by.scope, new).await?;
    tx.commit("benchmark").await?;
    Ok(revision)
}

async fn versions(city: &City, by: &Session, known: Option<KnownTime>) -> Vec<BenchmarkValue> {
    benchmarks::versions(&city.db, &by.scope, RATE, YEAR, known).await.expect("versions")
}

async fn publish(city: &City, officer: &Session) {
    let mut tx = city.db.begin(&city.context_of(officer)).await.expect("begin");
    let new = NewPackage {
        id: "wuxi-2023".to_owned(),
        title: "演示政策".to_owned(),
        digest: "aa".to_owned(),
        effective_from: Date::constant(2023, 5, 13),
        files: vec![("policy.toml".to_owned(), "id = \"x\"".to_owned())],
    };
    packages::publish(&mut tx, &officer.scope, new).await.expect("publish");
    tx.commit("package").await.expect("commit");
}

fn code(refused: Result<i64, StoreError>) -> InvalidCode {
    match refused {
        Err(StoreError::Invalid(invalid)) => invalid.code,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn every_version_stays_readable_and_the_newest_known_one_stands(city: City) {
        let officer = city.city_officer().await;
        publish(&city, &officer).await;
        let today = city.context().today();
        assert_eq!(insert(&city, &officer, entered("23.0")).await.expect("entered"), 1);
        let then = known_time::latest(&city.db).await.expect("latest").number;
        let new = frozen("23.456789", today, then.0);
        assert_eq!(insert(&city, &officer, new.clone()).await.expect("frozen"), 2);
        let all = versions(&city, &officer, None).await;
        assert_eq!(all.iter().map(|version| version.revision).collect::<Vec<_>>(), [2, 1]);
        let newest = &all[0].entered;
        assert_eq!((&newest.computed, newest.value, newest.frozen_on), (&new.computed, new.value, Some(today)));
        assert_eq!((newest.unit.as_deref(), newest.source.as_str()), (Some("%"), "平台计算"));
        assert_eq!(all[0].by, Some(officer.user.id));
        assert_eq!(all[0].by_name.as_deref(), Some(officer.user.name.as_str()));
        assert!(all[0].commit > all[1].commit && all[1].entered.computed.is_none());
        let before = versions(&city, &officer, Some(then)).await;
        assert_eq!(before.iter().map(|version| version.revision).collect::<Vec<_>>(), [1]);
        let stands = benchmarks::list(&city.db, &officer.scope, Some(then)).await.expect("list");
        assert_eq!(stands[0].entered.value, entered("23.0").value);
        let stands = benchmarks::list(&city.db, &officer.scope, None).await.expect("list");
        assert_eq!((stands.len(), stands[0].entered.value), (1, new.value));
    }

    async fn a_frozen_version_is_not_changed_before_a_later_freeze(city: City) {
        let officer = city.city_officer().await;
        publish(&city, &officer).await;
        let today = city.context().today();
        insert(&city, &officer, frozen("23.4", today, 1)).await.expect("frozen");
        for refused in [entered("23.0"), frozen("23.5", today, 1), NewBenchmark { value: None, ..entered("0") }] {
            assert_eq!(code(insert(&city, &officer, refused).await), InvalidCode::State);
        }
        let tomorrow = today.tomorrow().expect("a day");
        assert_eq!(insert(&city, &officer, frozen("23.5", tomorrow, 1)).await.expect("later"), 2);
        assert_eq!(versions(&city, &officer, None).await.len(), 2);
    }

    async fn a_value_needs_a_unit_a_source_and_the_right_to_enter_it(city: City) {
        let officer = city.city_officer().await;
        publish(&city, &officer).await;
        let lacking = [
            NewBenchmark { unit: None, ..entered("1") },
            NewBenchmark { source: " ".to_owned(), ..entered("1") },
            NewBenchmark { value: None, ..frozen("1", Date::constant(2026, 1, 1), 1) },
        ];
        for new in lacking {
            assert_eq!(code(insert(&city, &officer, new).await), InvalidCode::Required);
        }
        let operator = city.operator(0).await;
        let refused = insert(&city, &operator, entered("1")).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })));
        // What a package was not published for cannot be what a version was computed from.
        let mut unknown = frozen("1", Date::constant(2026, 1, 1), 1);
        "never published".clone_into(&mut unknown.computed.as_mut().expect("computed").package_digest);
        assert!(insert(&city, &officer, unknown).await.is_err());
        assert!(versions(&city, &operator, None).await.is_empty());
        insert(&city, &officer, entered("1")).await.expect("entered");
        assert_eq!(versions(&city, &operator, None).await.len(), 1, "open to every session");
    }
}
