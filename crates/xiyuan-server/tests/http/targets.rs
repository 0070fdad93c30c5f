//! Targets of the policy: how far the city is, what is missing, the parks behind each number, and who may see what.

use serde_json::{Value, json};
use xiyuan_testkit::on_both;

fn by_id<'v>(list: &'v Value, id: &str) -> &'v Value {
    let list = list.as_array().expect("a list");
    list.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

on_both! {
    async fn the_cockpit_shows_how_far_each_target_is(app: TestApp) {
        let officer = app.city_officer().await;
        let board = officer.get("/dashboard?year=2025").await.expect(200).json();
        let targets = officer.get("/targets?year=2025").await.expect(200).json();
        assert_eq!(board["targets"], targets["items"], "the same numbers on both pages");
        // Nobody is recognised yet: none of three parks, of fifty wanted.
        let recognised = by_id(&board["targets"], "recognised-parks");
        assert_eq!((&recognised["value"], &recognised["goal"], &recognised["unit"]), (&json!("0"), &json!("50"), &json!("个")));
        assert_eq!((&recognised["outcome"], &recognised["due"]), (&json!("not_met"), &json!("2025-12-31")));
        assert!(!recognised["dutyUnits"].as_array().expect("units").is_empty());
        // One of 丙园's enterprises filed nothing: 甲园 and 乙园 are far from 100 亿元, of 丙园 nobody knows.
        let tier = by_id(&board["targets"], "tier-100-parks");
        assert_eq!((&tier["value"], &tier["outcome"]), (&Value::Null, &json!("not_met")));
        assert_eq!((&tier["bounds"]["low"], &tier["bounds"]["high"]), (&json!("0"), &json!("1")));
        assert_eq!(tier["missingTotal"], 1);
        assert_eq!(tier["missing"][0]["fieldName"], "营业收入");
        // Nothing about carriers was filed: that is not zero.
        let carriers = by_id(&board["targets"], "new-carrier-area");
        assert_eq!((&carriers["value"], &carriers["outcome"]), (&Value::Null, &json!("undecided")));
        assert_eq!(carriers["missingTotal"], 9, "three parks, 2023 to 2025");
        // 甲园 at exactly 50 %, 乙园 by one giant, 丙园 whatever is missing.
        let share = by_id(&board["targets"], "leading-revenue-share");
        assert_eq!((&share["kind"], &share["goal"]), (&json!("every"), &json!("3")));
        assert_eq!(share["parks"]["met"].as_u64().map(|met| met.to_string()).as_deref(), share["value"].as_str());
    }

    async fn a_recognised_park_counts_from_the_year_of_its_day(app: TestApp) {
        let officer = app.city_officer().await;
        let path = format!("/parks/{}", app.city.parks[0].0);
        let park = officer.get(&path).await.expect(200);
        let revision = park.json()["revision"].clone();
        let body = json!({ "recognisedOn": "2025-06-18", "reason": "认定" });
        officer.patch(&path, revision.as_i64().expect("a number"), body).await.expect(200);
        let value = async |year: i16| {
            let targets = officer.get(&format!("/targets?year={year}")).await.expect(200).json();
            by_id(&targets["items"], "recognised-parks")["value"].clone()
        };
        assert_eq!((value(2024).await, value(2025).await), (json!("0"), json!("1")));
        // Due in 2025: later years count as of then.
        let later = officer.get("/targets?year=2026").await.expect(200).json();
        let of = by_id(&later["items"], "recognised-parks");
        assert_eq!((&of["value"], &of["year"]), (&json!("1"), &json!(2025)));
        let opened = officer.get("/targets/recognised-parks?year=2025").await.expect(200).json();
        let counted = opened["parks"].as_array().expect("parks").iter();
        let counted: Vec<&Value> = counted.filter(|park| park["parts"][0]["counted"] == "in").collect();
        assert_eq!(counted.len(), 1);
        assert_eq!(counted[0]["park"]["id"], json!(app.city.parks[0].0));
        assert_eq!(opened["parts"].as_array().expect("parts").len(), 1);
    }

    async fn a_total_opens_to_the_parks_and_years_it_adds_up(app: TestApp) {
        let officer = app.city_officer().await;
        let opened = officer.get("/targets/new-carrier-area?year=2024").await.expect(200).json();
        let parts = opened["parts"].as_array().expect("parts").iter();
        let periods: Vec<&str> = parts.filter_map(|part| part["period"].as_str()).collect();
        assert_eq!(periods, ["2024", "2023"], "only the branch of the formula that is taken");
        assert_eq!(opened["parks"].as_array().expect("parks").len(), 3);
        assert_eq!(opened["items"][0]["missing"].as_array().expect("missing").len(), 6);
        officer.get("/targets/nothing-of-the-kind").await.expect(404);
    }

    async fn who_sees_a_part_of_the_city_gets_no_total_but_his_own_parks(app: TestApp) {
        let officer = app.district_officer(1).await;
        let targets = officer.get("/targets?year=2025").await.expect(200).json();
        let recognised = by_id(&targets["items"], "recognised-parks");
        assert_eq!((&recognised["value"], &recognised["goal"]), (&Value::Null, &json!("50")));
        assert!(recognised["reason"].as_str().expect("a reason").contains("全市"));
        assert_eq!(by_id(&targets["items"], "leading-revenue-share")["goal"], "1");
        let opened = officer.get("/targets/recognised-parks?year=2025").await.expect(200).json();
        assert_eq!(opened["parks"], json!([]));
        let opened = officer.get("/targets/leading-revenue-share?year=2025").await.expect(200).json();
        assert_eq!(opened["parks"].as_array().expect("parks").len(), 1);
        app.bank().await.get("/targets").await.expect(403);
    }
}
