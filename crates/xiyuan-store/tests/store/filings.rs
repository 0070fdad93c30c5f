//! Filings: revisions, conflicts, what is sensitive, completeness, bulk loads.

use jiff::civil::date;
use xiyuan_policy::frame::Period;
use xiyuan_store::filings::{self, BulkFiling, BulkFilings, FilingQuery, Merge};
use xiyuan_store::packing::{Value, Values};
use xiyuan_store::registry::{Origin, Written, memberships};
use xiyuan_store::{EnterpriseId, StoreError, SubjectId, last_day, parse_period};

use crate::city::{City, FORM, YEAR, filing, number};
use crate::databases::on_both;
use crate::package::package;

fn values(revenue: i128, tax: i128) -> Values {
    Values::from([
        ("enterprise.revenue".to_owned(), number(revenue, 0)),
        ("enterprise.tax".to_owned(), number(tax, 0)),
    ])
}

on_both! {
    async fn a_correction_is_a_revision_over_what_was_filed(city: City) {
        let subject = SubjectId::from(city.enterprises[0]);
        let scope = City::system();
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let new = filing(subject, values(100, 10));
        let first = filings::insert(&mut tx, &scope, new, &Origin::default()).await.expect("filing");
        tx.commit("first").await.expect("commit");
        assert_eq!((first.revision, first.written), (1, Written::Created));
        let (second, _) = city.file(0, number(12050, 2)).await;
        assert_eq!((second.id, second.revision, second.written), (first.id, 2, Written::Updated));
        let (same, _) = city.file(0, number(12050, 2)).await;
        assert_eq!((same.revision, same.written), (2, Written::Unchanged));

        let found = filings::get(&city.db, &scope, &package(), first.id).await.expect("filing");
        assert_eq!((found.form.as_str(), found.period, found.subject), (FORM, YEAR, subject));
        assert_eq!(found.revisions[0].values, values(100, 10));
        let mut expected = values(100, 10);
        expected.insert("enterprise.revenue".to_owned(), number(12050, 2));
        assert_eq!(found.revisions[1].values, expected);
        assert!(found.revisions[0].commit < found.revisions[1].commit);

        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let mut new = filing(subject, values(1, 1));
        new.expected = Some(1);
        let late = filings::insert(&mut tx, &scope, new, &Origin::default()).await;
        assert!(matches!(late, Err(StoreError::Conflict { current: 2 })), "{late:?}");
    }

    async fn replacing_forgets_what_is_not_named_and_missing_is_kept_as_missing(city: City) {
        let subject = SubjectId::from(city.enterprises[0]);
        let scope = City::system();
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let origin = Origin::default();
        let id = filings::insert(&mut tx, &scope, filing(subject, values(100, 10)), &origin).await.expect("filing").id;
        let only = Values::from([("enterprise.revenue".to_owned(), Value::Missing)]);
        let mut new = filing(subject, only.clone());
        new.merge = Merge::Replace;
        filings::insert(&mut tx, &scope, new, &origin).await.expect("filing");
        tx.commit("both").await.expect("commit");
        let found = filings::get(&city.db, &scope, &package(), id).await.expect("filing");
        assert_eq!(found.revisions[1].values, only);
    }

    async fn sensitive_values_are_counted_but_not_shown_where_they_may_not_be_seen(city: City) {
        let subject = SubjectId::from(city.enterprises[0]);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let new = filing(subject, values(100, 10));
        let id = filings::insert(&mut tx, &City::system(), new, &Origin::default()).await.expect("filing").id;
        tx.commit("first").await.expect("commit");
        let own = city.statistician(0).await;
        let found = filings::get(&city.db, &own.scope, &package(), id).await.expect("own");
        assert_eq!((found.revisions[0].values.len(), found.revisions[0].hidden), (2, 0));
        for stranger in [city.statistician(1).await, city.district_officer(1).await] {
            let hidden = filings::get(&city.db, &stranger.scope, &package(), id).await;
            assert!(matches!(hidden, Err(StoreError::NotFound)), "{hidden:?}");
        }
        let bank = city.banker().await;
        let refused = filings::get(&city.db, &bank.scope, &package(), id).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
    }

    async fn headlines_answer_as_of_a_commit_and_by_subject(city: City) {
        let (first, commit) = city.file(0, number(1, 0)).await;
        city.file(0, number(2, 0)).await;
        city.file(2, number(3, 0)).await;
        let scope = City::system();
        let known = commit.map(|c| c.number);
        let query = FilingQuery { ids: vec![first.id], known, ..FilingQuery::default() };
        let then = filings::list(&city.db, &scope, &query).await.expect("list");
        assert_eq!((then.len(), then[0].revision), (1, 1));
        let subjects = city.enterprises.iter().map(|id| id.0).collect();
        let query = FilingQuery { of: Some((FORM.to_owned(), YEAR, subjects)), ..FilingQuery::default() };
        let now = filings::list(&city.db, &scope, &query).await.expect("list");
        let mut revisions: Vec<(EnterpriseId, i64)> =
            now.iter().map(|h| (EnterpriseId(h.subject.id), h.revision)).collect();
        revisions.sort();
        let mut expected = vec![(city.enterprises[0], 2), (city.enterprises[2], 1)];
        expected.sort();
        assert_eq!(revisions, expected);
        let operator = city.operator(1).await;
        let seen = filings::list(&city.db, &operator.scope, &query).await.expect("list");
        assert_eq!(seen.iter().map(|h| h.subject.id).collect::<Vec<_>>(), [city.enterprises[2].0]);
    }

    async fn completeness_counts_members_of_the_last_day(city: City) {
        city.file(0, number(1, 0)).await;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let late = city.member(3, 0, date(2026, 1, 1), None);
        memberships::insert(&mut tx, &City::system(), late, &Origin::default()).await.expect("insert");
        tx.commit("late").await.expect("commit");
        let mut found = filings::completeness(&city.db, &City::system(), FORM, YEAR).await.expect("completeness");
        found.sort();
        let mut expected = vec![(city.districts[0], 2, 1), (city.districts[1], 1, 0)];
        expected.sort();
        assert_eq!(found, expected);
    }

    async fn bulk_filings_read_back_like_single_ones(city: City) {
        let scope = City::system();
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let fields = ["enterprise.revenue", "enterprise.tax"];
        let mut bulk = BulkFilings::begin(&mut tx, &scope, FORM, YEAR, &fields).await.expect("begin");
        let numbers = fields.map(|field| bulk.number(field).expect("numbered"));
        let rows = city
            .enterprises
            .iter()
            .map(|&id| BulkFiling {
                subject: id.into(),
                values: vec![(numbers[1], number(10, 0)), (numbers[0], number(100, 0))],
            })
            .collect();
        bulk.write(&mut tx, rows).await.expect("write");
        assert_eq!(bulk.finish(&mut tx), 8);
        tx.commit("bulk").await.expect("commit");
        let head = filings::of_subject(&city.db, &scope, city.enterprises[3].into()).await.expect("list").remove(0);
        let found = filings::get(&city.db, &scope, &package(), head.id).await.expect("filing");
        assert_eq!(found.revisions[0].values, values(100, 10));
        let (again, _) = city.file(3, number(100, 0)).await;
        assert_eq!(again.written, Written::Unchanged);

        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let mut bulk = BulkFilings::begin(&mut tx, &scope, FORM, YEAR, &fields).await.expect("begin");
        let row = BulkFiling { subject: city.enterprises[0].into(), values: Vec::new() };
        let twice = bulk.write(&mut tx, vec![row]).await;
        assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    }
}

#[test]
fn periods_are_years_and_months() {
    assert_eq!(parse_period("2025").expect("year"), Period::Year(2025));
    assert_eq!(parse_period("2025-02").expect("month"), Period::Month(2025, 2));
    assert_eq!(last_day(Period::Month(2024, 2)), date(2024, 2, 29));
    for text in ["", "25", "2025-13", "2025-2", "2025-00", "2025-01-01", "2025Q1"] {
        assert!(parse_period(text).is_err(), "{text}");
    }
}
