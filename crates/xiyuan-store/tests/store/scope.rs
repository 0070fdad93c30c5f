//! The one door: what each role sees and does, and that nothing leaks through any list.

use std::collections::BTreeSet;

use jiff::civil::date;
use proptest::strategy::{Strategy, ValueTree};
use xiyuan_store::filings;
use xiyuan_store::packing::Values;
use xiyuan_store::registry::enterprises::{self, EnterpriseQuery};
use xiyuan_store::registry::memberships;
use xiyuan_store::registry::organisations;
use xiyuan_store::registry::parks::{self, ParkQuery, ParkSort};
use xiyuan_store::registry::{EntityKind, Origin, history};
use xiyuan_store::users::{NewGrant, Session};
use xiyuan_store::{Action, EnterpriseId, PageRequest, ParkId, Role, Scope, StoreError, facts};

use crate::city::{City, filing, number};
use crate::databases::on_both;

async fn seen_parks(city: &City, scope: &Scope) -> BTreeSet<ParkId> {
    let page = PageRequest::default();
    let query = ParkQuery { search: None, district: None, on: date(2026, 1, 1), sort: ParkSort::Name, page };
    let page = parks::list(&city.db, scope, &query).await.expect("list");
    assert_eq!(page.total, page.items.len() as u64);
    page.items.iter().map(|row| row.park.id).collect()
}

async fn seen_enterprises(city: &City, scope: &Scope) -> BTreeSet<EnterpriseId> {
    let query = EnterpriseQuery::on(date(2026, 1, 1));
    let page = enterprises::list(&city.db, scope, &query).await.expect("list");
    assert_eq!(page.total, page.items.len() as u64);
    page.items.iter().map(|row| row.enterprise.id).collect()
}

async fn sees(city: &City, session: &Session, parks: &[usize], enterprises: &[usize]) {
    let wanted: BTreeSet<ParkId> = parks.iter().map(|&i| city.parks[i]).collect();
    assert_eq!(seen_parks(city, &session.scope).await, wanted, "{}", session.user.username);
    let wanted: BTreeSet<EnterpriseId> = enterprises.iter().map(|&i| city.enterprises[i]).collect();
    assert_eq!(seen_enterprises(city, &session.scope).await, wanted, "{}", session.user.username);
}

on_both! {
    async fn each_role_sees_its_rows(city: City) {
        sees(&city, &city.city_officer().await, &[0, 1], &[0, 1, 2, 3]).await;
        sees(&city, &city.district_officer(0).await, &[0], &[0, 1, 3]).await;
        sees(&city, &city.district_officer(1).await, &[1], &[2]).await;
        sees(&city, &city.operator(0).await, &[0], &[0, 1]).await;
        sees(&city, &city.statistician(2).await, &[1], &[2]).await;
        sees(&city, &city.statistician(3).await, &[], &[3]).await;
        sees(&city, &city.banker().await, &[0, 1], &[0, 1, 2, 3]).await;
        let leader = city.log_in("leader", NewGrant::Organisation(Role::CityLeader, city.root)).await;
        sees(&city, &leader, &[0, 1], &[0, 1, 2, 3]).await;
        let expert = city.log_in("expert", NewGrant::Organisation(Role::Expert, city.root)).await;
        sees(&city, &expert, &[], &[]).await;
        let auditor = city.log_in("auditor", NewGrant::Everywhere(Role::AuditAdmin)).await;
        sees(&city, &auditor, &[], &[]).await;
    }

    async fn an_operator_loses_a_member_that_left(city: City) {
        let member = memberships::of_enterprise(&city.db, &City::system(), city.enterprises[1]).await.expect("list");
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let ended = city.member(1, 0, date(2021, 1, 1), Some(date(2025, 12, 31)));
        memberships::update(&mut tx, &City::system(), member[0].0.id, 1, ended, &Origin::default()).await.expect("end");
        tx.commit("left").await.expect("commit");
        sees(&city, &city.operator(0).await, &[0], &[0]).await;
    }

    async fn outside_is_not_found_and_inside_without_right_is_forbidden(city: City) {
        city.file(0, number(1, 0)).await;
        let operator = city.operator(1).await;
        let on = date(2026, 1, 1);
        let hidden = parks::get(&city.db, &operator.scope, city.parks[0], on).await;
        assert!(matches!(hidden, Err(StoreError::NotFound)), "{hidden:?}");
        let hidden = enterprises::get(&city.db, &operator.scope, city.enterprises[0], on).await;
        assert!(matches!(hidden, Err(StoreError::NotFound)), "{hidden:?}");
        let hidden = history(&city.db, &operator.scope, EntityKind::Enterprise, city.enterprises[0].0).await;
        assert!(matches!(hidden, Err(StoreError::NotFound)), "{hidden:?}");
        let hidden = filings::of_subject(&city.db, &operator.scope, city.enterprises[0].into()).await;
        assert!(matches!(hidden, Err(StoreError::NotFound)), "{hidden:?}");

        let banker = city.banker().await.scope;
        let mut tx = city.db.begin(&city.context_of(&operator)).await.expect("begin");
        let new = || filing(city.enterprises[0].into(), Values::new());
        let refused = filings::insert(&mut tx, &operator.scope, new(), &Origin::default()).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        let refused = filings::insert(&mut tx, &banker, new(), &Origin::default()).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { action: Action::File })), "{refused:?}");
        let park = city.park_data("丙园", 1);
        let refused = parks::insert(&mut tx, &operator.scope, park, &Origin::default()).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
        let data = city.park_data("乙园", 0);
        let moved = parks::update(&mut tx, &operator.scope, city.parks[1], 1, data, &Origin::default()).await;
        assert!(matches!(moved, Err(StoreError::Forbidden { .. })), "{moved:?}");
    }

    async fn a_bank_sees_the_registry_and_no_figure(city: City) {
        city.file(0, number(1, 0)).await;
        let bank = city.banker().await;
        assert!(!bank.scope.sees_sensitive() && !bank.scope.may(Action::ReadFigures));
        let filed = filings::of_subject(&city.db, &bank.scope, city.enterprises[0].into()).await.expect("list");
        assert!(filed.is_empty());
        let all = city.enterprises;
        let open = enterprises::visible(&city.db, &bank.scope, Action::ReadFigures, &all).await.expect("visible");
        assert!(open.is_empty());
    }

    async fn an_empty_scope_sees_nothing(city: City) {
        let user = city.operator(0).await;
        let grants = xiyuan_store::users::of_user(&city.db, &City::system(), user.user.id).await.expect("grants");
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        xiyuan_store::users::take(&mut tx, &City::system(), grants[0].id).await.expect("take");
        tx.commit("take").await.expect("commit");
        let scope = xiyuan_store::users::scope_of_actor(&city.db, &city.context_of(&user)).await.expect("scope");
        assert!(seen_parks(&city, &scope).await.is_empty());
        assert!(seen_enterprises(&city, &scope).await.is_empty());
        assert!(organisations::list(&city.db, &scope, None).await.expect("list").is_empty());
        let nobody = xiyuan_store::users::scope_of_actor(&city.db, &city.context()).await.expect("scope");
        assert!(seen_parks(&city, &nobody).await.is_empty());
    }

    async fn a_right_from_one_grant_does_not_reach_the_rows_of_another(city: City) {
        // District officer of the first district, and banker: sees all parks, judges only the first district's.
        let session = city.district_officer(0).await;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let grant = NewGrant::Organisation(Role::BankOfficer, city.bank);
        xiyuan_store::users::give(&mut tx, &City::system(), session.user.id, grant).await.expect("give");
        tx.commit("grant").await.expect("commit");
        let context = city.context_of(&session);
        let scope = xiyuan_store::users::scope_of_actor(&city.db, &context).await.expect("scope");
        assert_eq!(seen_parks(&city, &scope).await.len(), 2);
        let mut tx = city.db.begin(&context).await.expect("begin");
        let role = Role::DistrictOfficer;
        facts::judge(&mut tx, &scope, city.parks[0].into(), "f", role, Some(true), "已核").await.expect("own district");
        let refused = facts::judge(&mut tx, &scope, city.parks[1].into(), "f", role, Some(true), "已核").await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
        let refused =
            facts::judge(&mut tx, &scope, city.parks[0].into(), "f", Role::CityOfficer, Some(true), "已核").await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
    }
}

/// Which rows a set of grants opens, written down a second time and in another way than the store does it.
fn expected(city: &City, grants: &[NewGrant]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut parks, mut enterprises) = (BTreeSet::new(), BTreeSet::new());
    for grant in grants {
        match *grant {
            NewGrant::Organisation(Role::DistrictOfficer, id) if id == city.districts[0] => {
                parks.insert(0);
                enterprises.extend([0, 1, 3]);
            }
            NewGrant::Organisation(Role::ParkOperator, id) if id == city.operators[0] => {
                parks.insert(0);
                enterprises.extend([0, 1]);
            }
            NewGrant::Organisation(Role::DistrictOfficer | Role::ParkOperator, _) => {
                parks.insert(1);
                enterprises.insert(2);
            }
            NewGrant::Enterprise(_, id) => {
                let i = city.enterprises.iter().position(|e| *e == id).expect("enterprise");
                enterprises.insert(i);
                parks.extend(match i {
                    0 | 1 => Some(0),
                    2 => Some(1),
                    _ => None,
                });
            }
            NewGrant::Organisation(Role::BankOfficer, _) => {
                parks.extend([0, 1]);
                enterprises.extend([0, 1, 2, 3]);
            }
            _ => {}
        }
    }
    (parks, enterprises)
}

fn all_grants(city: &City) -> Vec<NewGrant> {
    let mut grants = Vec::new();
    for i in 0..2 {
        grants.push(NewGrant::Organisation(Role::DistrictOfficer, city.districts[i]));
        grants.push(NewGrant::Organisation(Role::ParkOperator, city.operators[i]));
    }
    grants.extend(city.enterprises.map(|id| NewGrant::Enterprise(Role::EnterpriseStatistician, id)));
    grants.push(NewGrant::Organisation(Role::BankOfficer, city.bank));
    grants.push(NewGrant::Organisation(Role::Expert, city.root));
    grants
}

on_both! {
    async fn any_set_of_grants_opens_their_union_and_nothing_else(city: City) {
        let grants = all_grants(&city);
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let strategy = proptest::sample::subsequence((0..grants.len()).collect::<Vec<_>>(), 0..=4);
        for round in 0..25 {
            let picked = strategy.new_tree(&mut runner).expect("tree").current();
            let picked: Vec<NewGrant> = picked.into_iter().map(|i| grants[i]).collect();
            let session = city.log_in(&format!("user{round}"), NewGrant::Organisation(Role::Expert, city.root)).await;
            let mut tx = city.db.begin(&city.context()).await.expect("begin");
            for grant in &picked {
                xiyuan_store::users::give(&mut tx, &City::system(), session.user.id, *grant).await.expect("give");
            }
            tx.commit("grants").await.expect("commit");
            let scope = xiyuan_store::users::scope_of_actor(&city.db, &city.context_of(&session)).await.expect("scope");
            let (parks, enterprises) = expected(&city, &picked);
            let seen: BTreeSet<usize> = seen_parks(&city, &scope)
                .await
                .iter()
                .map(|id| city.parks.iter().position(|p| p == id).expect("park"))
                .collect();
            assert_eq!(seen, parks, "{picked:?}");
            let seen: BTreeSet<usize> = seen_enterprises(&city, &scope)
                .await
                .iter()
                .map(|id| city.enterprises.iter().position(|e| e == id).expect("enterprise"))
                .collect();
            assert_eq!(seen, enterprises, "{picked:?}");
            // What a filing shows follows the grants whose role sees figures.
            let figures: Vec<NewGrant> = picked
                .iter()
                .copied()
                .filter(|g| !matches!(g, NewGrant::Organisation(Role::BankOfficer, _)))
                .collect();
            let open = enterprises::visible(&city.db, &scope, Action::ReadFigures, &city.enterprises).await.expect("visible");
            let open: BTreeSet<usize> =
                (0..4).filter(|&i| open.contains(&city.enterprises[i])).collect();
            assert_eq!(open, expected(&city, &figures).1, "{picked:?}");
        }
    }
}

#[test]
fn administrators_see_no_figures() {
    for role in Role::ALL.iter().filter(|role| role.is_administrator()) {
        for action in
            [Action::ReadFigures, Action::ReadSensitive, Action::EditRegistry, Action::File, Action::Decide]
        {
            assert!(!role.may(action), "{role:?} {action:?}");
        }
    }
}
