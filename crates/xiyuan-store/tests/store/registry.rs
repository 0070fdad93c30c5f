//! The registry: revisions, conflicts, checks, lists.

use jiff::civil::date;
use xiyuan_store::registry::enterprises::{self, EnterpriseQuery, EnterpriseSort};
use xiyuan_store::registry::parks::{self, ParkQuery, ParkSort};
use xiyuan_store::registry::{EntityKind, Origin, history, industries, memberships};
use xiyuan_store::{InvalidCode, PageRequest, StoreError, SubjectId};

use crate::city::{City, uscc};
use crate::databases::on_both;

fn code_of<T: std::fmt::Debug>(result: Result<T, StoreError>) -> InvalidCode {
    match result {
        Err(StoreError::Invalid(invalid)) => invalid.code,
        other => panic!("expected a refusal: {other:?}"),
    }
}

on_both! {
    async fn history_shows_before_and_after_of_each_field(city: City) {
        let officer = city.city_officer().await;
        let before = parks::get(&city.db, &officer.scope, city.parks[0], date(2026, 1, 1)).await.expect("park");
        let mut data = before.park.data.clone();
        data.address = Some("演示路1号".to_owned());
        let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
        let origin = Origin::because("补地址");
        let after = parks::update(&mut tx, &officer.scope, city.parks[0], 1, data, &origin).await.expect("update");
        tx.commit("edit").await.expect("commit");
        assert_eq!(after.revision, 2);
        let history = history(&city.db, &officer.scope, EntityKind::Park, city.parks[0].0).await.expect("history");
        assert_eq!(history.len(), 2);
        let last = &history[1];
        assert_eq!(last.by, Some(officer.user.id));
        assert_eq!(last.reason.as_deref(), Some("补地址"));
        assert_eq!(last.changes.len(), 1);
        assert_eq!(last.changes[0].field, "address");
        assert_eq!(last.changes[0].before, None);
        assert_eq!(last.changes[0].after, Some("演示路1号".into()));
        assert!(history[0].commit < last.commit);
    }

    async fn who_edits_an_old_revision_learns_the_current_one(city: City) {
        let data = city.park_data("甲园新名", 0);
        for expected in [1, 1] {
            let mut tx = city.db.begin(&city.context()).await.expect("begin");
            let data = data.clone();
            let done = parks::update(&mut tx, &City::system(), city.parks[0], expected, data, &Origin::default()).await;
            match done {
                Ok(park) => assert_eq!(park.revision, 2),
                Err(StoreError::Conflict { current }) => assert_eq!(current, 2),
                Err(other) => panic!("{other}"),
            }
            tx.commit("edit").await.expect("commit");
        }
        let park = parks::find_by_name(&city.db, &City::system(), "甲园新名").await.expect("find").expect("there");
        assert_eq!(park.revision, 2);
    }

    async fn credit_codes_are_checked_and_unique(city: City) {
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let scope = City::system();
        let mut data = city.enterprise_data(50, 0);
        "91990000MA00000".clone_into(&mut data.uscc);
        let origin = Origin::default();
        let refused = enterprises::insert(&mut tx, &scope, data.clone(), &origin).await;
        assert_eq!(code_of(refused), InvalidCode::UsccMalformed);
        "91350100M0001TGQXM".clone_into(&mut data.uscc);
        let refused = enterprises::insert(&mut tx, &scope, data.clone(), &origin).await;
        assert_eq!(code_of(refused), InvalidCode::UsccCheckDigit);
        data.confirm_check_digit = true;
        enterprises::insert(&mut tx, &scope, data.clone(), &origin).await.expect("confirmed");
        data.uscc = uscc(0);
        let refused = enterprises::insert(&mut tx, &scope, data, &origin).await;
        assert_eq!(code_of(refused), InvalidCode::Duplicate);
    }

    async fn memberships_of_one_park_do_not_overlap(city: City) {
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let scope = City::system();
        let origin = Origin::default();
        let again = city.member(0, 0, date(2023, 1, 1), None);
        assert_eq!(code_of(memberships::insert(&mut tx, &scope, again, &origin).await), InvalidCode::Dates);
        let before = city.member(0, 0, date(2019, 1, 1), Some(date(2020, 12, 31)));
        memberships::insert(&mut tx, &scope, before, &origin).await.expect("earlier time");
        let backwards = city.member(3, 0, date(2023, 1, 1), Some(date(2022, 1, 1)));
        assert_eq!(code_of(memberships::insert(&mut tx, &scope, backwards, &origin).await), InvalidCode::Dates);
    }

    async fn a_member_that_left_counts_only_while_it_was_there(city: City) {
        let scope = City::system();
        let member = memberships::of_enterprise(&city.db, &scope, city.enterprises[1]).await.expect("list").remove(0).0;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let ended = city.member(1, 0, date(2021, 1, 1), Some(date(2024, 6, 30)));
        memberships::update(&mut tx, &scope, member.id, 1, ended, &Origin::default()).await.expect("update");
        tx.commit("left").await.expect("commit");
        for (on, expected) in [(date(2024, 6, 30), 2), (date(2024, 7, 1), 1), (date(2020, 12, 31), 0)] {
            let row = parks::get(&city.db, &scope, city.parks[0], on).await.expect("park");
            assert_eq!(row.enterprises, expected, "{on}");
        }
    }

    async fn a_new_industry_ends_the_one_before(city: City) {
        let scope = City::system();
        let subject = SubjectId::from(city.parks[0]);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let origin = Origin::default();
        industries::set(&mut tx, &scope, subject, "I02", date(2024, 1, 1), &origin).await.expect("set");
        industries::set(&mut tx, &scope, subject, "I02", date(2024, 5, 1), &origin).await.expect("same again");
        tx.commit("industry").await.expect("commit");
        let all = industries::of_subject(&city.db, &scope, subject).await.expect("list");
        let dates: Vec<_> = all.iter().map(|i| (i.data.code.as_str(), i.data.from, i.data.to)).collect();
        assert_eq!(dates, [
            ("I01", date(2020, 1, 1), Some(date(2023, 12, 31))),
            ("I02", date(2024, 1, 1), None),
        ]);
        for (on, code) in [(date(2023, 12, 31), "I01"), (date(2024, 1, 1), "I02")] {
            let row = parks::get(&city.db, &scope, city.parks[0], on).await.expect("park");
            assert_eq!(row.leading_industry.as_deref(), Some(code));
        }
    }

    async fn pages_of_enterprises_join_without_gap_or_repeat(city: City) {
        let scope = City::system();
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let rows = (100..223).map(|n| city.enterprise_data(n, n % 2)).collect();
        enterprises::insert_many(&mut tx, &scope, rows, &Origin::default()).await.expect("insert");
        tx.commit("many").await.expect("commit");
        for sort in [EnterpriseSort::Name, EnterpriseSort::Uscc] {
            let mut query = EnterpriseQuery::on(date(2026, 1, 1));
            query.sort = sort;
            query.page.limit = 10;
            let mut seen = Vec::new();
            loop {
                let page = enterprises::list(&city.db, &scope, &query).await.expect("page");
                assert_eq!(page.total, 127);
                seen.extend(page.items.iter().map(|row| match sort {
                    EnterpriseSort::Name => row.enterprise.data.name.clone(),
                    EnterpriseSort::Uscc => row.enterprise.data.uscc.clone(),
                }));
                match page.next {
                    Some(next) => query.page.after = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen.len(), 127);
            assert!(seen.is_sorted());
        }
    }

    async fn enterprises_are_found_by_name_code_district_park_and_industry(city: City) {
        let scope = City::system();
        let subject = SubjectId::from(city.enterprises[0]);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        industries::set(&mut tx, &scope, subject, "I01", date(2021, 1, 1), &Origin::default()).await.expect("set");
        tx.commit("industry").await.expect("commit");
        let base = EnterpriseQuery::on(date(2026, 1, 1));
        let find = async |query: EnterpriseQuery| {
            let page = enterprises::list(&city.db, &scope, &query).await.expect("page");
            assert_eq!(page.total, page.items.len() as u64);
            page.items.iter().map(|row| row.enterprise.id).collect::<Vec<_>>()
        };
        let by = |change: &dyn Fn(&mut EnterpriseQuery)| {
            let mut query = base.clone();
            change(&mut query);
            query
        };
        let all = city.enterprises;
        assert_eq!(find(by(&|q| q.search = Some("企业2".to_owned()))).await, [all[2]]);
        assert_eq!(find(by(&|q| q.search = Some(uscc(1)[..16].to_lowercase()))).await, [all[1]]);
        assert_eq!(find(by(&|q| q.search = Some("100%_".to_owned()))).await, []);
        assert_eq!(find(by(&|q| q.district = Some(city.districts[1]))).await, [all[2]]);
        assert_eq!(find(by(&|q| q.park = Some(city.parks[0]))).await, [all[0], all[1]]);
        assert_eq!(find(by(&|q| q.industry = Some("I01".to_owned()))).await, [all[0]]);
        let row = enterprises::get(&city.db, &scope, all[0], date(2026, 1, 1)).await.expect("row");
        assert_eq!(row.park, Some((city.parks[0], "甲园".to_owned())));
        assert_eq!(row.leading_industry.as_deref(), Some("I01"));
        assert_eq!(row.district_name, "甲区");
    }

    async fn parks_page_in_any_order(city: City) {
        let query = |sort, after| ParkQuery {
            search: None,
            district: None,
            on: date(2026, 1, 1),
            sort,
            page: PageRequest { limit: 1, after },
        };
        for (sort, names) in [(ParkSort::Name, ["乙园", "甲园"]), (ParkSort::Enterprises, ["甲园", "乙园"])] {
            let scope = City::system();
            let first = parks::list(&city.db, &scope, &query(sort, None)).await.expect("page");
            let second = parks::list(&city.db, &scope, &query(sort, first.next.clone())).await.expect("page");
            assert_eq!((first.total, second.next), (2, None));
            assert_eq!([&first.items[0].park.data.name, &second.items[0].park.data.name], names);
        }
        let bad = parks::list(&city.db, &City::system(), &query(ParkSort::Name, Some("zz".to_owned()))).await;
        assert_eq!(code_of(bad), InvalidCode::Malformed);
    }
}
