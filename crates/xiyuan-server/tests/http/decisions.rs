//! Decisions: frozen, signed, reproducible, superseded.

use serde_json::json;
use xiyuan_testkit::on_both;

on_both! {
    async fn a_decision_freezes_signs_and_reproduces_after_a_correction(app: TestApp) {
        let officer = app.city_officer().await;
        let path = format!("/parks/{}/decisions", app.city.parks[0].0);
        let body = json!({ "year": 2025, "note": "年度自评" });
        let made = officer.post_once(&path, "d1", body.clone()).await.expect(201).json();
        assert_eq!(made["signature"]["algorithm"], "SM2-SM3");
        assert_eq!(made["verification"]["isValid"], true);
        assert_eq!(made["verification"]["reproduced"], true);
        let again = officer.post_once(&path, "d1", body).await.expect(201).json();
        assert_eq!(made["id"], again["id"]);
        app.clock.pass(60);
        app.city.file_revenue(&app.state, &app.context(), 0, "1.00").await;
        let read = officer.get(&format!("/decisions/{}", made["id"].as_str().expect("an id"))).await.expect(200).json();
        assert_eq!(read["check"], made["check"]);
        assert_eq!(read["verification"]["reproduced"], true, "computed again as of then");
    }

    async fn a_second_decision_supersedes_and_erases_nothing(app: TestApp) {
        let officer = app.city_officer().await;
        let path = format!("/parks/{}/decisions", app.city.parks[0].0);
        let first = officer.post(&path, json!({ "year": 2025 })).await.expect(201).json();
        app.clock.pass(60);
        let second = officer.post(&path, json!({ "year": 2025, "note": "复核" })).await.expect(201).json();
        assert_eq!(second["supersedes"], first["id"]);
        let list = officer.get(&path).await.expect(200).json();
        assert_eq!(list["total"], 2);
        assert_eq!(list["items"][0]["id"], second["id"]);
        assert_eq!(list["items"][1]["supersededBy"], second["id"]);
    }

    async fn only_who_may_decide_decides(app: TestApp) {
        let district = app.district_officer(0).await;
        let path = format!("/parks/{}/decisions", app.city.parks[0].0);
        assert_eq!(district.post(&path, json!({ "year": 2025 })).await.expect(403).code(), "forbidden");
    }
}
