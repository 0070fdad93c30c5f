//! Login, lock, forged writes, idle end.

use reqwest::Method;
use serde_json::json;
use xiyuan_store::{Role, users::NewGrant};
use xiyuan_testkit::on_both;

const PASSWORD: &str = "Test-Password-1";

on_both! {
    async fn a_person_logs_in_sees_the_own_rooms_and_logs_out(app: TestApp) {
        let caller = app.city_officer().await;
        let me = caller.get("/session").await.expect(200).json();
        assert_eq!(me["grants"][0]["role"], "city_officer");
        assert_eq!(me["grants"][0]["roleName"], "市级经办");
        assert_eq!(me["menu"], json!(["dashboard", "parks", "enterprises", "imports", "policies"]));
        assert_eq!(me["landing"], "dashboard");
        assert_eq!(me["today"], "2026-11-23");
        assert_eq!(me["latestYear"], 2025);
        assert_eq!(me["isDemo"], false);
        caller.delete("/session").await.expect(204);
        assert_eq!(caller.get("/session").await.expect(401).code(), "unauthenticated");
    }

    async fn the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(app: TestApp) {
        let username = app.account(NewGrant::Organisation(Role::CityOfficer, app.city.city)).await;
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = app.anonymous().post("/session", body).await.expect(200);
        let cookie = answer.header("set-cookie").expect("a cookie");
        assert!(cookie.starts_with("xiyuan_session=") && cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    }

    async fn five_wrong_passwords_lock_the_account_for_fifteen_minutes(app: TestApp) {
        let username = app.account(NewGrant::Organisation(Role::CityOfficer, app.city.city)).await;
        let caller = app.anonymous();
        let wrong = json!({ "username": username, "password": "Wrong-Password-1" });
        let right = json!({ "username": username, "password": PASSWORD });
        for _ in 0..5 {
            let answer = caller.post("/session", wrong.clone()).await;
            assert!(matches!(answer.status, 401 | 423), "{}", answer.text());
        }
        let locked = caller.post("/session", right.clone()).await.expect(423);
        assert_eq!(locked.code(), "locked");
        assert!(locked.json()["detail"].as_str().is_some_and(|text| text.contains("10:15")), "{}", locked.text());
        app.clock.pass(16 * 60);
        caller.post("/session", right).await.expect(200);
    }

    async fn an_unknown_name_answers_like_a_wrong_password(app: TestApp) {
        let username = app.account(NewGrant::Organisation(Role::CityOfficer, app.city.city)).await;
        let caller = app.anonymous();
        let wrong = caller.post("/session", json!({ "username": username, "password": "x" })).await.expect(401);
        let unknown = caller.post("/session", json!({ "username": "nobody", "password": "x" })).await.expect(401);
        assert_eq!(wrong.json(), unknown.json());
    }

    async fn thirty_idle_minutes_end_a_session(app: TestApp) {
        let caller = app.city_officer().await;
        app.clock.pass(29 * 60);
        caller.get("/session").await.expect(200);
        app.clock.pass(29 * 60);
        caller.get("/session").await.expect(200);
        app.clock.pass(31 * 60);
        caller.get("/session").await.expect(401);
    }

    async fn a_write_without_the_header_of_the_pages_is_refused(app: TestApp) {
        let caller = app.city_officer().await;
        let forged = caller.plain(Method::DELETE, "/api/v1/session");
        assert_eq!(caller.send(forged).await.expect(403).code(), "csrf-missing");
        caller.get("/session").await.expect(200);
    }

    async fn a_new_password_needs_the_present_one_and_some_strength(app: TestApp) {
        let caller = app.city_officer().await;
        let body = json!({ "current": "wrong", "next": "Another-Password-2" });
        assert_eq!(caller.put("/session/password", body).await.expect(422).code(), "bad-credentials");
        let body = json!({ "current": PASSWORD, "next": "short" });
        assert_eq!(caller.put("/session/password", body).await.expect(422).code(), "weak-password");
        let body = json!({ "current": PASSWORD, "next": "Another-Password-2" });
        caller.put("/session/password", body).await.expect(204);
        caller.get("/session").await.expect(200);
    }

    async fn there_are_no_demo_accounts_outside_a_demo_city(app: TestApp) {
        assert_eq!(app.anonymous().get("/demo-accounts").await.expect(200).json(), json!({ "items": [] }));
    }
}
