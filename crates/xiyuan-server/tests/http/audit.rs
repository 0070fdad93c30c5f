//! What was done is written down, and only auditors read it.

use serde_json::json;
use xiyuan_testkit::on_both;

on_both! {
    async fn a_change_stands_in_the_trail_and_the_chain_is_whole(app: TestApp) {
        let officer = app.city_officer().await;
        let body = json!({ "name": "演示丁园", "code": "P9", "district": app.city.districts[1].0 });
        officer.post("/parks", body).await.expect(201);
        let auditor = app.auditor().await;
        let found = auditor.get("/audit?subject=演示丁园").await.expect(200).json();
        assert_eq!(found["total"], 1);
        assert_eq!(found["items"][0]["actionName"], "新增园区");
        assert_eq!(found["items"][0]["actor"], "演示人员");
        assert_eq!(found["items"][0]["address"], "127.0.0.1");
        let whole = auditor.get("/audit/verification").await.expect(200).json();
        assert_eq!(whole["isIntact"], true);
        assert!(whole["entries"].as_u64().is_some_and(|entries| entries > 3));
        officer.get("/audit").await.expect(403);
        assert_eq!(auditor.get("/parks").await.status, 200);
        assert_eq!(auditor.get("/parks").await.json()["total"], 0, "an auditor reads the trail, not the business");
    }
}
