//! Known time: numbers in commit order, answers as of any of them.

use jiff::Timestamp;
use xiyuan_store::known_time::{latest, resolve};
use xiyuan_store::registry::Origin;
use xiyuan_store::registry::enterprises;
use xiyuan_store::{AsOf, InvalidCode, KnownTime, StoreError, jobs};

use crate::city::{City, number};
use crate::databases::on_both;

on_both! {
    async fn each_commit_of_governed_rows_takes_the_next_number(city: City) {
        let start = latest(&city.db).await.expect("latest").number.0;
        for n in 1..=3 {
            let (_, commit) = city.file(0, number(n, 0)).await;
            assert_eq!(commit.expect("numbered").number.0, start + i64::try_from(n).expect("small"));
        }
    }

    async fn jobs_refusals_and_unchanged_filings_take_no_number(city: City) {
        city.file(0, number(5, 0)).await;
        let before = latest(&city.db).await.expect("latest");
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        jobs::insert(&mut tx, "import", &serde_json::json!({})).await.expect("job");
        assert_eq!(tx.commit("job").await.expect("commit"), None);
        assert_eq!(city.file(0, number(5, 0)).await.1, None);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let data = city.enterprise_data(60, 0);
        enterprises::insert(&mut tx, &City::system(), data, &Origin::default()).await.expect("insert");
        tx.rollback().await.expect("rollback");
        drop(city.db.begin(&city.context()).await.expect("begin"));
        assert_eq!(latest(&city.db).await.expect("latest"), before);
    }

    async fn instants_and_numbers_resolve_to_the_last_commit_they_cover(city: City) {
        let (_, first) = city.file(0, number(1, 0)).await;
        city.pass(100);
        let (_, second) = city.file(0, number(2, 0)).await;
        let (first, second) = (first.expect("numbered"), second.expect("numbered"));
        assert!(second.instant > first.instant);
        let between = Timestamp::from_second(first.instant.as_second() + 50).expect("instant");
        let at = async |as_of| resolve(&city.db, as_of).await.map(|commit| commit.number);
        assert_eq!(at(AsOf::Now).await.expect("now"), second.number);
        assert_eq!(at(AsOf::Instant(between)).await.expect("between"), first.number);
        assert_eq!(at(AsOf::Instant(first.instant)).await.expect("at the first"), first.number);
        assert_eq!(at(AsOf::Instant(second.instant)).await.expect("at the second"), second.number);
        assert_eq!(at(AsOf::Number(first.number)).await.expect("number"), first.number);
        assert_eq!(at(AsOf::Instant(Timestamp::UNIX_EPOCH)).await.expect("before all"), KnownTime(0));
        match at(AsOf::Number(KnownTime(second.number.0 + 1))).await {
            Err(StoreError::Invalid(invalid)) => assert_eq!(invalid.code, InvalidCode::Unknown),
            other => panic!("a number not yet given out: {other:?}"),
        }
    }

    async fn concurrent_writers_get_numbers_in_the_order_of_their_commits(city: City) {
        let before = latest(&city.db).await.expect("latest").number.0;
        let write = async |enterprise: usize| {
            let mut numbers = Vec::new();
            for n in 0..8 {
                let (_, commit) = city.file(enterprise, number(n, 0)).await;
                let commit = commit.expect("numbered");
                // What has a number is there for everyone, with all numbers below it.
                let seen = latest(&city.db).await.expect("latest").number;
                assert!(seen >= commit.number);
                numbers.push(commit.number.0);
            }
            numbers
        };
        let (a, b, c) = tokio::join!(write(0), write(1), write(2));
        assert!(a.is_sorted() && b.is_sorted() && c.is_sorted());
        let mut all: Vec<i64> = [a, b, c].concat();
        all.sort_unstable();
        assert_eq!(all, (before + 1..=before + 24).collect::<Vec<_>>());
    }
}

#[test]
fn as_of_is_read_from_numbers_and_instants() {
    assert_eq!("812".parse::<AsOf>().expect("number"), AsOf::Number(KnownTime(812)));
    let instant = "2026-01-05T02:00:00Z".parse::<AsOf>().expect("instant");
    assert_eq!(instant, AsOf::Instant("2026-01-05T10:00:00+08:00".parse().expect("instant")));
    assert!("yesterday".parse::<AsOf>().is_err());
}
