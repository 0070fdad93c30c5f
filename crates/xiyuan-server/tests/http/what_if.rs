//! Moving a threshold lists who flips.

use jiff::civil::{Date, date};
use serde_json::json;
use xiyuan_store::{
    Scope,
    registry::{
        Origin,
        enterprises::{self, EnterpriseData},
        memberships::{self, MembershipData},
    },
};
use xiyuan_testkit::{TestApp, on_both, uscc};

/// An enterprise of the other district is a member of the first park, until a day or on.
async fn guest(app: &TestApp, to: Option<Date>) {
    let (scope, origin) = (Scope::system("test guest"), Origin::default());
    let data = EnterpriseData {
        uscc: uscc(if to.is_some() { 91 } else { 90 }),
        confirm_check_digit: false,
        name: "演示外区企业".to_owned(),
        district: app.city.districts[1],
        address: None,
        is_demo: false,
    };
    let mut tx = app.state.db.begin(&app.context()).await.expect("a transaction");
    let enterprise = enterprises::insert(&mut tx, &scope, data, &origin).await.expect("an enterprise").id;
    let joined = MembershipData { enterprise, park: app.city.parks[0], from: date(2020, 1, 1), to };
    memberships::insert(&mut tx, &scope, joined, &origin).await.expect("a membership");
    tx.commit("test guest").await.expect("a commit");
}

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
    async fn a_park_with_a_member_who_left_for_another_district_is_left_out(app: TestApp) {
        let body = json!({ "year": 2025, "readings": { "leading-revenue-share": "strict" } });
        let district = app.district_officer(0).await;
        let before = district.post("/what-if", body.clone()).await.expect(200).json();
        assert_eq!((&before["hidden"], &before["flips"][0]["park"]["name"]), (&json!(0), &json!("演示甲园")));
        guest(app, None).await;
        let with_guest = district.post("/what-if", body.clone()).await.expect(200).json();
        assert_eq!(with_guest["hidden"], 0, "a district sees the members of its parks, wherever they are registered");
        guest(app, Some(date(2025, 12, 31))).await;
        let after = district.post("/what-if", body.clone()).await.expect(200);
        assert!(!after.text().contains("演示甲园"), "{}", after.text());
        assert_eq!(after.json()["hidden"], 1);
        let city = app.city_officer().await.post("/what-if", body).await.expect(200).json();
        assert_eq!(city["hidden"], 0);
        assert!(city["distances"].to_string().contains("演示甲园"));
    }
}
