//! Rulings over HTTP: what is decided takes effect from its day on, as of its commit, and says who, when and why.

use serde_json::{Value, json};
use xiyuan_policy::source::SourceFile;
use xiyuan_server::engine;
use xiyuan_store::Scope;
use xiyuan_testkit::{Caller, TestApp, on_both, read_package};

const SHARE: &str = "leading-revenue-share";
/// 一般不低于1.5; the small city files nothing about it.
const RATIO: &str = "new-project-ratio";

fn strict(from: &str) -> Value {
    json!({ "kind": "reading", "criterion": SHARE, "reading": "strict", "from": from, "reason": "演示：专题会议确定" })
}

fn exception(app: &TestApp, park: usize) -> Value {
    json!({
        "kind": "exception", "criterion": RATIO, "park": app.city.parks[park].0, "from": "2025-01-01", "until": "2026-12-31",
        "reason": "演示：标准厂房先行", "basis": "演示批〔2025〕7号"
    })
}

async fn criterion(caller: &Caller, app: &TestApp, park: usize, year: i16, id: &str, query: &str) -> Value {
    let path = format!("/parks/{}/check?year={year}{query}", app.city.parks[park].0);
    let check = caller.get(&path).await.expect(200).json();
    let criteria = check["criteria"].as_array().expect("criteria");
    criteria.iter().find(|criterion| criterion["id"] == id).expect("the condition").clone()
}

async fn list(caller: &Caller, query: &str) -> Vec<Value> {
    let page = caller.get(&format!("/rulings{query}")).await.expect(200).json();
    page["items"].as_array().expect("items").clone()
}

on_both! {
    async fn a_chosen_reading_counts_from_its_year_on_and_as_of_its_commit(app: TestApp) {
        let officer = app.city_officer().await;
        let before = criterion(&officer, app, 0, 2025, SHARE, "").await;
        assert_eq!((before["outcome"].as_str(), before["chosen"].as_object()), (Some("met"), None));
        let known = officer.get(&format!("/parks/{}/check?year=2025", app.city.parks[0].0)).await.expect(200).json()["knownTime"].clone();
        app.clock.pass(60);

        let made = officer.post("/rulings", strict("2025-01-01")).await.expect(201).json();
        assert_eq!((made["status"].as_str(), made["byRole"].as_str()), (Some("in-force"), Some("市级经办")));
        let after = criterion(&officer, app, 0, 2025, SHARE, "").await;
        assert_eq!((after["outcome"].as_str(), after["readingId"].as_str()), (Some("not_met"), Some("strict")));
        assert_eq!(after["chosen"]["id"], made["id"]);
        assert_eq!((after["chosen"]["reason"].as_str(), &after["chosen"]["by"]), (Some("演示：专题会议确定"), &made["by"]));
        // The year before, the day before, and whoever asks for another reading.
        let year_before = criterion(&officer, app, 0, 2024, SHARE, "").await;
        assert_eq!((year_before["readingId"].as_str(), year_before["chosen"].as_object()), (Some("default"), None));
        let then = criterion(&officer, app, 0, 2025, SHARE, &format!("&asOf={known}")).await;
        assert_eq!((then["outcome"].as_str(), then["readingId"].as_str()), (Some("met"), Some("default")));
        let asked = criterion(&officer, app, 0, 2025, SHARE, &format!("&reading={SHARE}:default")).await;
        assert_eq!((asked["outcome"].as_str(), asked["chosen"].as_object()), (Some("met"), None));
    }

    async fn a_decision_names_the_reading_and_still_replays_after_the_choice_was_revoked(app: TestApp) {
        let officer = app.city_officer().await;
        let made = officer.post("/rulings", strict("2025-01-01")).await.expect(201).json();
        let path = format!("/parks/{}/decisions", app.city.parks[0].0);
        let decision = officer.post(&path, json!({ "year": 2025 })).await.expect(201).json();
        assert_eq!(decision["check"]["receipt"]["overrides"], json!({ format!("reading:{SHARE}"): "strict" }));
        app.clock.pass(60);
        let revoke = format!("/rulings/{}/revoke", made["id"].as_str().expect("an id"));
        assert_eq!(officer.post(&revoke, json!({ "reason": "" })).await.expect(422).json()["errors"][0]["field"], "reason");
        let revoked = officer.post(&revoke, json!({ "reason": "演示：改判" })).await.expect(200).json();
        assert_eq!((revoked["status"].as_str(), revoked["mayRevoke"].as_bool()), (Some("revoked"), Some(false)));
        assert_eq!(officer.post(&revoke, json!({ "reason": "再撤" })).await.expect(409).code(), "ruling-revoked");
        assert_eq!(criterion(&officer, app, 0, 2025, SHARE, "").await["outcome"], "met", "the default counts again");
        let read = officer.get(&format!("/decisions/{}", decision["id"].as_str().expect("an id"))).await.expect(200).json();
        assert_eq!(read["verification"]["reproduced"], true);
        assert_eq!(read["check"], decision["check"]);
    }

    async fn an_exception_meets_a_soft_norm_and_says_on_what_paper(app: TestApp) {
        let officer = app.city_officer().await;
        let whole = |check: &Value| check["outcome"].clone();
        let path = format!("/parks/{}/check?year=2025", app.city.parks[0].0);
        let before = officer.get(&path).await.expect(200).json();
        let counted = |parks: Value| parks["items"].as_array().expect("items").iter().any(|park| park["id"] == app.city.parks[0].0.to_string());
        let meeting = format!("/parks?criterion={RATIO}&criterionOutcome=met&year=2025");
        assert!(!counted(officer.get(&meeting).await.expect(200).json()));

        let made = officer.post("/rulings", exception(app, 0)).await.expect(201).json();
        assert_eq!(made["park"]["id"], app.city.parks[0].0.to_string());
        let after = criterion(&officer, app, 0, 2025, RATIO, "").await;
        assert_eq!(after["outcome"], "undecided", "what the figures say stays");
        assert_eq!((&after["exception"]["id"], after["exception"]["basis"].as_str()), (&made["id"], Some("演示批〔2025〕7号")));
        assert_eq!(whole(&officer.get(&path).await.expect(200).json()), whole(&before), "a soft norm does not decide");
        assert!(counted(officer.get(&meeting).await.expect(200).json()));
        assert_eq!(criterion(&officer, app, 1, 2025, RATIO, "").await["exception"].as_object(), None, "another park's is its own");
        let dashboard = officer.get("/dashboard?year=2025").await.expect(200).json();
        assert_eq!(dashboard["exceptions"], json!([{ "district": made["district"], "count": 1 }]));

        let revoke = format!("/rulings/{}/revoke", made["id"].as_str().expect("an id"));
        officer.post(&revoke, json!({ "reason": "演示：收回" })).await.expect(200);
        assert_eq!(criterion(&officer, app, 0, 2025, RATIO, "").await["exception"].as_object(), None);
        let dashboard = officer.get("/dashboard?year=2025").await.expect(200).json();
        assert_eq!(dashboard["exceptions"], json!([]));
    }

    async fn what_the_text_leaves_open_is_decided_by_the_role_it_names(app: TestApp) {
        let package = &app.city.package;
        let (clause, soft) = package
            .clauses
            .values()
            .find_map(|clause| clause.soft.iter().find(|soft| soft.decided_by == "city_officer").map(|soft| (clause, soft)))
            .expect("the policy leaves something to the city");
        let body = json!({
            "kind": "discretion", "clause": clause.id, "quote": soft.quote, "decision": "演示：按年度计划掌握", "from": "2025-01-01",
            "reason": "演示：工作专班会议"
        });
        let officer = app.city_officer().await;
        assert_eq!(app.district_officer(0).await.post("/rulings", body.clone()).await.expect(403).code(), "forbidden");
        let made = officer.post("/rulings", body.clone()).await.expect(201).json();
        assert_eq!((made["quote"].as_str(), made["clause"]["text"].as_str()), (Some(soft.quote.as_str()), Some(clause.title.as_str())));
        assert_eq!(officer.post("/rulings", body).await.expect(409).code(), "ruling-stands");
        assert_eq!(list(&app.park_operator(1).await, &format!("?clause={}", clause.id)).await.len(), 1, "everybody may read it");
        assert_eq!(made["mayRevoke"], true);
    }

    async fn a_district_decides_for_a_park_of_its_own_and_not_for_the_city(app: TestApp) {
        let package = &app.city.package;
        let (clause, soft) = package
            .clauses
            .values()
            .find_map(|clause| clause.soft.iter().find(|soft| soft.decided_by == "district_officer").map(|soft| (clause, soft)))
            .expect("the policy leaves something to the districts");
        let mut body = json!({
            "kind": "discretion", "clause": clause.id, "quote": soft.quote, "decision": "演示：分期实施", "from": "2025-01-01",
            "reason": "演示：区专题会议"
        });
        let district = app.district_officer(0).await;
        let refused = district.post("/rulings", body.clone()).await.expect(403).json();
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("请选定园区")), "{refused}");
        body["park"] = json!(app.city.parks[0].0);
        let made = district.post("/rulings", body).await.expect(201).json();
        assert_eq!((made["mayRevoke"].as_bool(), made["byRole"].as_str()), (Some(true), Some("市(县)区经办")));
        assert_eq!(list(&app.city_officer().await, "?kind=discretion").await[0]["mayRevoke"], false);
    }

    async fn bad_rulings_say_what_is_wrong(app: TestApp) {
        let officer = app.city_officer().await;
        let with = |base: &Value, key: &str, value: Value| {
            let mut body = base.clone();
            body[key] = value;
            body
        };
        let (choice, approval) = (strict("2025-01-01"), exception(app, 0));
        let open = json!({ "kind": "discretion", "clause": "2.2.1", "quote": "没有的话", "decision": "x", "from": "2025-01-01", "reason": "x" });
        for (body, field, code) in [
            (with(&choice, "criterion", json!("nothing")), "criterion", "unknown-criterion"),
            (with(&choice, "criterion", Value::Null), "criterion", "required"),
            (with(&choice, "reading", json!("nothing")), "reading", "unknown-reading"),
            (with(&choice, "reason", json!(" ")), "reason", "required"),
            (with(&choice, "until", json!("2024-12-31")), "until", "dates"),
            (with(&choice, "from", json!("0001-01-01")), "from", "out-of-range"),
            (with(&approval, "criterion", json!(SHARE)), "criterion", "not-soft"),
            (with(&approval, "basis", json!("")), "basis", "required"),
            (with(&approval, "park", Value::Null), "park", "required"),
            (open.clone(), "quote", "unknown-quote"),
            (with(&open, "clause", json!("99")), "clause", "unknown-clause"),
        ] {
            let problem = officer.post("/rulings", body.clone()).await.expect(422).json();
            let said = (problem["errors"][0]["field"].as_str(), problem["errors"][0]["code"].as_str());
            assert_eq!(said, (Some(field), Some(code)), "{body}");
        }
        officer.post("/rulings", with(&approval, "park", json!("00000000-0000-7000-8000-000000000000"))).await.expect(404);
        assert!(list(&officer, "").await.is_empty());
    }

    async fn a_ruling_is_written_once_and_only_by_the_city(app: TestApp) {
        let officer = app.city_officer().await;
        let first = officer.post_once("/rulings", "r1", exception(app, 0)).await.expect(201).json();
        let again = officer.post_once("/rulings", "r1", exception(app, 0)).await.expect(201).json();
        assert_eq!(first["id"], again["id"]);
        let operator = app.park_operator(0).await;
        let body = json!({ "kind": "exception", "criterion": "standard-factory-ratio", "park": app.city.parks[0].0,
            "from": "2025-01-01", "reason": "x", "basis": "x" });
        assert_eq!(operator.post("/rulings", body.clone()).await.expect(403).code(), "forbidden");
        let seen = list(&operator, "").await;
        assert_eq!((seen.len(), seen[0]["mayRevoke"].as_bool()), (1, Some(false)));
        let stranger = app.park_operator(1).await;
        assert!(list(&stranger, "").await.is_empty());
        stranger.post("/rulings", body).await.expect(404);
        let revoke = format!("/rulings/{}/revoke", first["id"].as_str().expect("an id"));
        stranger.post(&revoke, json!({ "reason": "x" })).await.expect(404);
        operator.post(&revoke, json!({ "reason": "x" })).await.expect(403);
    }

    async fn a_choice_whose_reading_is_gone_no_longer_applies_and_the_default_counts(app: TestApp) {
        let officer = app.city_officer().await;
        officer.post("/rulings", strict("2025-01-01")).await.expect(201);
        assert_eq!(list(&officer, "?kind=reading").await[0]["status"], "in-force");
        let mut files: Vec<SourceFile> = read_package("wuxi-2023");
        for file in &mut files {
            if file.path.starts_with("criteria/") || file.path.starts_with("tests/") {
                file.text = file.text.replace("\"strict\"", "\"stricter\"").replace("strict = ", "stricter = ");
            }
        }
        let (context, scope) = (app.context(), Scope::system("test policy"));
        engine::publish(&app.state.db, &context, &scope, &files, &[read_package("common")], true)
            .await
            .unwrap_or_else(|error| panic!("the policy compiles: {error:?}"));
        let item = &list(&officer, "?kind=reading").await[0];
        assert_eq!((item["status"].as_str(), item["reading"]["text"].as_str()), (Some("obsolete"), Some("strict")));
        let share = criterion(&officer, app, 0, 2025, SHARE, "").await;
        assert_eq!((share["readingId"].as_str(), share["chosen"].as_object()), (Some("default"), None));
    }

    async fn the_list_is_downloaded_and_every_act_is_in_the_trail(app: TestApp) {
        let officer = app.city_officer().await;
        let made = officer.post("/rulings", exception(app, 0)).await.expect(201).json();
        officer.post(&format!("/rulings/{}/revoke", made["id"].as_str().expect("an id")), json!({ "reason": "演示：收回" })).await.expect(200);
        let file = officer.get("/rulings.xlsx?kind=exception").await.expect(200);
        assert!(file.header("content-disposition").is_some_and(|name| name.contains("xlsx")));
        let trail = app.auditor().await.get("/audit?limit=50").await.expect(200).text();
        for words in ["裁定例外", "撤销裁定", "导出裁定"] {
            assert!(trail.contains(words), "{words}: {trail}");
        }
    }
}
