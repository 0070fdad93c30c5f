//! Filing figures by hand.

use serde_json::json;
use xiyuan_testkit::on_both;

on_both! {
    async fn every_bad_value_is_named_at_once(app: TestApp) {
        let caller = app.enterprise(app.city.enterprises[0]).await;
        let body = json!({
            "form": "enterprise-annual", "period": "2025", "subject": app.city.enterprises[0].0,
            "values": { "revenue": "一千", "staff": "12.5", "no_such_field": "1" }
        });
        let answer = caller.post("/filings", body).await.expect(422).json();
        let codes: Vec<&str> = answer["errors"].as_array().expect("errors").iter()
            .map(|entry| entry["code"].as_str().expect("a code")).collect();
        assert_eq!(codes, ["not-a-number", "too-many-decimals", "unknown-field"]);
    }

    async fn more_decimals_than_declared_are_refused_and_never_rounded(app: TestApp) {
        let caller = app.enterprise(app.city.enterprises[0]).await;
        let body = json!({
            "form": "enterprise-annual", "period": "2025", "subject": app.city.enterprises[0].0,
            "values": { "revenue": "1.23456789" }
        });
        let answer = caller.post("/filings", body).await.expect(422).json();
        assert_eq!(answer["errors"][0]["code"], "too-many-decimals");
    }

    async fn a_correction_is_a_revision_with_its_reason(app: TestApp) {
        let caller = app.enterprise(app.city.enterprises[0]).await;
        let body = json!({
            "form": "enterprise-annual", "period": "2025", "subject": app.city.enterprises[0].0,
            "values": { "revenue": "310.50" }, "reason": "审计调整"
        });
        let filing = caller.post_once("/filings", "k", body.clone()).await.expect(201).json();
        assert_eq!(filing["revisions"].as_array().map(Vec::len), Some(2));
        assert_eq!(filing["revisions"][0]["reason"], "审计调整");
        assert_eq!(filing["revisions"][0]["changes"][0]["before"], "300.00");
        assert_eq!(filing["revisions"][0]["changes"][0]["after"], "310.50");
        let again = caller.post_once("/filings", "k", body).await.expect(201).json();
        assert_eq!(again["revisions"].as_array().map(Vec::len), Some(2), "a repeated request files nothing again");
    }

    async fn an_answer_of_missing_is_kept_as_missing(app: TestApp) {
        let caller = app.enterprise(app.city.enterprises[0]).await;
        let body = json!({
            "form": "enterprise-annual", "period": "2025", "subject": app.city.enterprises[0].0,
            "values": { "revenue": null }, "reason": "暂无法提供"
        });
        let filing = caller.post("/filings", body).await.expect(201).json();
        let revenue = filing["revisions"][0]["values"].as_array().expect("values").iter()
            .find(|value| value["field"] == "revenue").expect("revenue").clone();
        assert_eq!((revenue["isMissing"].as_bool(), revenue["value"].as_str()), (Some(true), None));
        let officer = app.city_officer().await;
        let check = officer.get(&format!("/parks/{}/check?year=2025", app.city.parks[0].0)).await.expect(200).json();
        let share = check["criteria"].as_array().expect("criteria").iter()
            .find(|criterion| criterion["id"] == "leading-revenue-share").expect("the criterion").clone();
        assert_eq!(share["outcome"], "undecided", "never zero");
    }

    async fn the_kind_of_period_must_fit_the_form(app: TestApp) {
        let caller = app.enterprise(app.city.enterprises[0]).await;
        for (period, code) in [("2025-03", "wrong-frequency"), ("二零二五", "malformed")] {
            let body = json!({
                "form": "enterprise-annual", "period": period, "subject": app.city.enterprises[0].0, "values": {}
            });
            assert_eq!(caller.post("/filings", body).await.expect(422).code(), code);
        }
    }
}
