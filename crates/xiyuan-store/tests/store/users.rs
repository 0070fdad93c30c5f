//! People: login, locks, sessions, passwords, grants.

use xiyuan_store::users::{
    self, NewGrant, PasswordPolicy, bootstrap, change_password, end_session, give, log_in, session,
    set_active,
};
use xiyuan_store::{Action, InvalidCode, Role, StoreError};

use crate::city::{City, PASSWORD};
use crate::databases::on_both;

fn code_of<T>(result: Result<T, StoreError>) -> InvalidCode {
    match result {
        Err(StoreError::Invalid(invalid)) => invalid.code,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("was accepted"),
    }
}

const CHEAP: fn() -> PasswordPolicy = PasswordPolicy::cheap;

on_both! {
    async fn five_failures_lock_for_fifteen_minutes(city: City) {
        city.operator(0).await;
        let attempt = async |password: &str| log_in(&city.db, &city.context(), &CHEAP(), "Operator0", password).await;
        for _ in 0..4 {
            assert_eq!(code_of(attempt("wrong-1").await), InvalidCode::Credentials);
        }
        attempt(PASSWORD).await.expect("four failures do not lock, and are forgotten");
        for _ in 0..4 {
            assert_eq!(code_of(attempt("wrong-1").await), InvalidCode::Credentials);
        }
        assert!(matches!(attempt("wrong-1").await, Err(StoreError::Locked { .. })));
        assert!(matches!(attempt(PASSWORD).await, Err(StoreError::Locked { .. })));
        city.pass(15 * 60);
        attempt(PASSWORD).await.expect("open again");
    }

    async fn an_unknown_name_and_a_wrong_password_look_the_same(city: City) {
        city.operator(0).await;
        for name in ["operator0", "nobody", ""] {
            let refused = log_in(&city.db, &city.context(), &CHEAP(), name, "wrong-1").await;
            assert_eq!(code_of(refused), InvalidCode::Credentials, "{name}");
        }
    }

    async fn a_session_ends_after_thirty_idle_minutes(city: City) {
        city.operator(0).await;
        let (token, _) = log_in(&city.db, &city.context(), &CHEAP(), "operator0", PASSWORD).await.expect("login");
        let runs = async || session(&city.db, &city.context(), &token).await.expect("session").is_some();
        for _ in 0..3 {
            city.pass(25 * 60);
            assert!(runs().await, "use prolongs it");
        }
        city.pass(31 * 60);
        assert!(!runs().await);
    }

    async fn logging_out_closing_the_account_and_a_new_password_end_sessions(city: City) {
        let user = city.operator(0).await.user;
        let enter = async || log_in(&city.db, &city.context(), &CHEAP(), "operator0", PASSWORD).await.expect("login");
        let runs = async |token: &str| session(&city.db, &city.context(), token).await.expect("session").is_some();
        let (token, _) = enter().await;
        end_session(&city.db, &city.context(), &token).await.expect("end");
        assert!(!runs(&token).await);

        let (token, _) = enter().await;
        let (other, _) = enter().await;
        let own = session(&city.db, &city.context(), &token).await.expect("session").expect("runs");
        let mut tx = city.db.begin(&city.context_of(&own)).await.expect("begin");
        let wrong = change_password(&mut tx, &own, &CHEAP(), "wrong-1", "another-2026").await;
        assert_eq!(code_of(wrong), InvalidCode::Credentials);
        let weak = change_password(&mut tx, &own, &CHEAP(), PASSWORD, "12345678").await;
        assert_eq!(code_of(weak), InvalidCode::WeakPassword);
        change_password(&mut tx, &own, &CHEAP(), PASSWORD, "another-2026").await.expect("change");
        tx.commit("password").await.expect("commit");
        assert!(runs(&token).await && !runs(&other).await, "only the own session goes on");

        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        set_active(&mut tx, &City::system(), user.id, false).await.expect("close");
        tx.commit("close").await.expect("commit");
        assert!(!runs(&token).await);
        let refused = log_in(&city.db, &city.context(), &CHEAP(), "operator0", "another-2026").await;
        assert_eq!(code_of(refused), InvalidCode::Credentials);
    }

    async fn administrators_exclude_each_other_and_business_roles(city: City) {
        let admin = city.log_in("admin", NewGrant::Everywhere(Role::SystemAdmin)).await;
        let operator = city.operator(0).await;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let scope = City::system();
        for grant in [
            NewGrant::Everywhere(Role::AuditAdmin),
            NewGrant::Everywhere(Role::SecurityAdmin),
            NewGrant::Organisation(Role::CityOfficer, city.root),
        ] {
            let refused = give(&mut tx, &scope, admin.user.id, grant).await;
            assert_eq!(code_of(refused), InvalidCode::RolesExclude);
        }
        let refused = give(&mut tx, &scope, operator.user.id, NewGrant::Everywhere(Role::SystemAdmin)).await;
        assert_eq!(code_of(refused), InvalidCode::RolesExclude);
    }

    async fn a_role_fits_the_kind_of_its_organisation(city: City) {
        let user = city.operator(0).await.user;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        for grant in [
            NewGrant::Organisation(Role::EnterpriseStatistician, city.root),
            NewGrant::Organisation(Role::CityOfficer, city.operators[0]),
            NewGrant::Organisation(Role::BankOfficer, city.root),
            NewGrant::Enterprise(Role::DistrictOfficer, city.enterprises[0]),
            NewGrant::Everywhere(Role::CityLeader),
        ] {
            assert_eq!(code_of(give(&mut tx, &City::system(), user.id, grant).await), InvalidCode::Malformed);
        }
    }

    async fn only_the_right_administrator_manages_people(city: City) {
        let system = city.log_in("admin", NewGrant::Everywhere(Role::SystemAdmin)).await;
        let security = city.log_in("security", NewGrant::Everywhere(Role::SecurityAdmin)).await;
        let officer = city.city_officer().await;
        let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
        let refused = users::insert(&mut tx, &officer.scope, &CHEAP(), "new", "新人", PASSWORD, true).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { action: Action::ManageUsers })));
        let new = users::insert(&mut tx, &system.scope, &CHEAP(), "new", "新人", PASSWORD, true).await.expect("insert");
        let grant = NewGrant::Organisation(Role::ParkOperator, city.operators[0]);
        let refused = give(&mut tx, &system.scope, new.id, grant).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { action: Action::ManageGrants })));
        give(&mut tx, &security.scope, new.id, grant).await.expect("security gives");
    }

    async fn the_first_administrator_is_made_once(city: City) {
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let first = bootstrap(&mut tx, &CHEAP(), "root", "管理员", PASSWORD).await.expect("first");
        let second = bootstrap(&mut tx, &CHEAP(), "root2", "管理员", PASSWORD).await;
        assert_eq!(code_of(second), InvalidCode::State);
        tx.commit("first").await.expect("commit");
        let (_, session) = log_in(&city.db, &city.context(), &CHEAP(), "root", PASSWORD).await.expect("login");
        assert_eq!(session.user.id, first.id);
        assert!(session.scope.may(Action::ManageUsers) && !session.scope.may(Action::ReadFigures));
    }

    async fn login_names_are_unique_without_regard_to_case(city: City) {
        city.operator(0).await;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let again = users::insert(&mut tx, &City::system(), &CHEAP(), " OPERATOR0 ", "同名", PASSWORD, true).await;
        assert_eq!(code_of(again), InvalidCode::Duplicate);
    }
}
