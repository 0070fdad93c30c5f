//! Parks and enterprises: made once, changed on a revision, never overwritten.

use serde_json::{Value, json};
use xiyuan_testkit::{on_both, uscc};

on_both! {
    async fn a_repeated_request_creates_nothing_again(app: TestApp) {
        let caller = app.city_officer().await;
        let body = json!({ "name": "演示丁园", "code": "P9", "district": app.city.districts[1].0 });
        let first = caller.post_once("/parks", "key-1", body.clone()).await.expect(201).json();
        let again = caller.post_once("/parks", "key-1", body.clone()).await.expect(201).json();
        assert_eq!(first["id"], again["id"]);
        assert_eq!(caller.get("/parks").await.expect(200).json()["total"], 4);
        let other = json!({ "name": "演示戊园", "code": "P10", "district": app.city.districts[1].0 });
        assert_eq!(caller.post_once("/parks", "key-1", other).await.expect(409).code(), "idempotency-mismatch");
        let twin = caller.post("/parks", body).await.expect(422);
        assert_eq!(twin.code(), "duplicate");
    }

    async fn a_lost_race_is_told_with_the_others_change(app: TestApp) {
        let (one, two) = (app.city_officer().await, app.city_officer().await);
        let path = format!("/parks/{}", app.city.parks[0].0);
        let read = one.get(&path).await.expect(200);
        let revision = read.json()["revision"].as_i64().expect("a revision");
        assert_eq!(read.header("etag"), Some(format!("\"{revision}\"").as_str()));
        two.patch(&path, revision, json!({ "address": "演示路 1 号" })).await.expect(200);
        let lost = one.patch(&path, revision, json!({ "address": "演示路 2 号" })).await.expect(409);
        assert_eq!(lost.code(), "conflict");
        assert_eq!(lost.json()["current"]["address"], "演示路 1 号");
        let history = one.get(&path).await.expect(200).json()["history"].clone();
        assert_eq!(history[0]["changes"], json!([{
            "field": "address", "name": "地址", "before": Value::Null, "after": "演示路 1 号"
        }]));
    }

    async fn a_change_must_say_what_it_is_based_on(app: TestApp) {
        let caller = app.city_officer().await;
        let path = format!("/parks/{}", app.city.parks[0].0);
        let request = caller.request(reqwest::Method::PATCH, &path).json(&json!({}));
        assert_eq!(caller.send(request).await.expect(428).code(), "if-match-required");
    }

    async fn a_credit_code_is_checked_and_an_odd_check_digit_confirmed(app: TestApp) {
        let caller = app.city_officer().await;
        let body = |code: &str, confirmed: bool| json!({
            "uscc": code, "name": "演示新企业", "district": app.city.districts[0].0, "confirmCheckDigit": confirmed
        });
        assert_eq!(caller.post("/enterprises", body("9132", false)).await.expect(422).code(), "uscc-malformed");
        let good = uscc(700);
        let last = if good.ends_with('0') { '1' } else { '0' };
        let odd = format!("{}{last}", &good[..17]);
        assert_eq!(caller.post("/enterprises", body(&odd, false)).await.expect(422).code(), "uscc-check-digit");
        let made = caller.post("/enterprises", body(&odd, true)).await.expect(201).json();
        assert_eq!(made["uscc"], odd);
    }

    async fn an_enterprise_that_moves_keeps_both_stays(app: TestApp) {
        let caller = app.city_officer().await;
        let path = format!("/enterprises/{}", app.city.enterprises[0].0);
        let revision = caller.get(&path).await.expect(200).json()["revision"].as_i64().expect("a revision");
        let body = json!({ "park": app.city.parks[1].0, "since": "2026-01-01" });
        let moved = caller.patch(&path, revision, body).await.expect(200).json();
        assert_eq!(moved["memberships"].as_array().map(Vec::len), Some(2));
        assert_eq!(moved["memberships"][0]["to"], "2025-12-31");
        assert_eq!(moved["memberships"][1]["from"], "2026-01-01");
        let members = |park: usize, day: &str| format!("/parks/{}/enterprises?on={day}", app.city.parks[park].0);
        let then = caller.get(&members(0, "2025-12-31")).await.expect(200).json();
        assert_eq!(then["total"], 4);
        let now = caller.get(&members(0, "2026-01-01")).await.expect(200).json();
        assert_eq!(now["total"], 3);
    }

    async fn the_export_holds_what_the_filters_show(app: TestApp) {
        let caller = app.city_officer().await;
        let file = caller.get("/enterprises.xlsx?search=演示企业1").await.expect(200);
        assert!(file.bytes.starts_with(b"PK"));
        assert!(file.header("content-disposition").is_some_and(|name| name.contains("filename*=UTF-8''")));
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("list.xlsx");
        std::fs::write(&path, &file.bytes).expect("a file");
        let book = xiyuan_sheets::Workbook::open(&path, xiyuan_sheets::Limits::default()).expect("a workbook");
        let mut rows = Vec::new();
        book.visit_rows("企业", &mut |row| {
            rows.push(row.cell(1).shown());
            std::ops::ControlFlow::Continue(())
        })
        .expect("rows");
        assert_eq!(rows, ["企业名称", "演示企业10有限公司", "演示企业1有限公司"]);
        caller.get("/parks.xlsx?year=2025").await.expect(200);
    }

    async fn pages_join_and_unknown_filters_are_refused(app: TestApp) {
        let caller = app.city_officer().await;
        let mut names = Vec::new();
        let mut path = "/enterprises?limit=4".to_owned();
        loop {
            let page = caller.get(&path).await.expect(200).json();
            assert_eq!(page["total"], 11);
            names.extend(page["items"].as_array().expect("items").iter().map(|row| row["id"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/enterprises?limit=4&after={next}");
        }
        names.sort_by_key(ToString::to_string);
        names.dedup();
        assert_eq!(names.len(), 11);
        assert_eq!(caller.get("/enterprises?distrikt=x").await.expect(400).code(), "malformed");
        assert_eq!(caller.get("/enterprises?limit=0").await.expect(422).code(), "limit-out-of-range");
        caller.get("/enterprises?after=xyz").await.expect(422);
    }
}
