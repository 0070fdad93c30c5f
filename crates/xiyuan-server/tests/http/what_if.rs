//! Moving a threshold lists who flips.

use serde_json::json;
use xiyuan_testkit::on_both;

on_both! {
    async fn a_higher_threshold_names_the_park_that_flips(app: TestApp) {
        let caller = app.city_officer().await;
        let body = json!({ "year": 2025, "parameters": { "leading_revenue_share_min": "50.01" } });
        let answer = caller.post("/what-if", body).await.expect(200).json();
        let flips = answer["flips"].as_array().expect("flips");
        assert_eq!(flips.len(), 1, "{answer}");
        assert_eq!(flips[0]["park"]["name"], "演示甲园");
        let changed = &flips[0]["criteria"][0];
        assert_eq!(changed["id"], "leading-revenue-share");
        assert_eq!((changed["before"].as_str(), changed["after"].as_str()), (Some("met"), Some("not_met")));
        assert_eq!((changed["threshold"].as_str(), changed["value"].as_str()), (Some("50.01"), Some("50.00")));
        assert_eq!(changed["distance"], "-0.01");
        let nothing = caller.post("/what-if", json!({ "year": 2025 })).await.expect(200).json();
        assert_eq!(nothing["flips"], json!([]));
        assert_eq!(nothing["before"], nothing["after"]);
    }

    async fn a_reading_can_be_changed_too(app: TestApp) {
        let body = json!({ "year": 2025, "readings": { "leading-revenue-share": "strict" } });
        let answer = app.city_officer().await.post("/what-if", body).await.expect(200).json();
        assert_eq!(answer["flips"][0]["park"]["name"], "演示甲园");
    }

    async fn names_that_are_not_there_are_named(app: TestApp) {
        let caller = app.city_officer().await;
        let body = json!({ "year": 2025, "parameters": { "no_such_number": "1" } });
        let answer = caller.post("/what-if", body).await.expect(422);
        assert_eq!(answer.code(), "unknown-parameter");
        assert!(answer.text().contains("no_such_number"));
        let body = json!({ "year": 2025, "parameters": { "leading_revenue_share_min": "viel" } });
        assert_eq!(caller.post("/what-if", body).await.expect(422).code(), "not-a-number");
        let body = json!({ "year": 2025, "readings": { "leading-revenue-share": "none" } });
        assert_eq!(caller.post("/what-if", body).await.expect(422).code(), "unknown-reading");
    }

    async fn a_park_whose_members_the_reader_does_not_see_is_not_tried_out(app: TestApp) {
        let statistician = app.enterprise(app.city.enterprises[0]).await;
        let path = format!("/parks/{}/check?year=2025&set=leading_revenue_share_min:51", app.city.parks[0].0);
        statistician.get(&path).await.expect(403);
    }
}
