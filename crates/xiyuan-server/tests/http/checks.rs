//! Self-check and figures: the outcomes that must hold, with the answer known by hand.

use serde_json::{Value, json};
use xiyuan_policy::number::Exact;
use xiyuan_testkit::{Caller, TestApp, on_both};

async fn check(caller: &Caller, app: &TestApp, park: usize, query: &str) -> Value {
    caller.get(&format!("/parks/{}/check?year=2025{query}", app.city.parks[park].0)).await.expect(200).json()
}

fn criterion(check: &Value, id: &str) -> Value {
    let criteria = check["criteria"].as_array().expect("criteria");
    criteria.iter().find(|criterion| criterion["id"] == id).unwrap_or_else(|| panic!("no {id}")).clone()
}

fn number(value: &Value) -> Exact {
    Exact::parse(value.as_str().unwrap_or_else(|| panic!("no number: {value}"))).expect("a number")
}

on_both! {
    async fn exactly_fifty_percent_meets_not_below_and_fails_above(app: TestApp) {
        let caller = app.city_officer().await;
        let answer = check(&caller, app, 0, "").await;
        let share = criterion(&answer, "leading-revenue-share");
        assert_eq!((share["outcome"].as_str(), share["value"].as_str()), (Some("met"), Some("50.00")));
        assert_eq!((share["op"].as_str(), share["threshold"].as_str(), share["unit"].as_str()), (Some(">="), Some("50"), Some("%")));
        assert_eq!(number(&share["distance"]), Exact::parse("0").expect("zero"));
        assert_eq!((share["clause"].as_str(), share["readingId"].as_str()), (Some("2.2.1"), Some("default")));
        let strict = check(&caller, app, 0, "&reading=leading-revenue-share:strict").await;
        let share = criterion(&strict, "leading-revenue-share");
        assert_eq!((share["outcome"].as_str(), share["op"].as_str()), (Some("not_met"), Some(">")));
        assert_eq!(share["clause"], "1.4.2");
        assert_eq!(strict["receipt"]["overrides"], json!({ "reading:leading-revenue-share": "strict" }));
    }

    async fn just_below_fifty_percent_is_not_rounded_up(app: TestApp) {
        let context = app.context();
        app.city.file_revenue(&app.state, &context, 2, "250.10").await;
        let caller = app.city_officer().await;
        let share = criterion(&check(&caller, app, 0, "").await, "leading-revenue-share");
        assert_eq!(share["outcome"], "not_met");
        assert_eq!(share["value"], "49.995", "500 / 1000.10 = 49.9950004…, shown on its own side of 50");
        assert!(number(&share["distance"]) < Exact::parse("0").expect("zero"));
    }

    async fn a_giant_passes_by_revenue_and_fails_by_count(app: TestApp) {
        let answer = check(&app.city_officer().await, app, 1, "").await;
        let (revenue, count) = (criterion(&answer, "leading-revenue-share"), criterion(&answer, "leading-count-share"));
        assert_eq!((revenue["outcome"].as_str(), revenue["value"].as_str()), (Some("met"), Some("96.77")));
        assert_eq!((count["outcome"].as_str(), count["value"].as_str()), (Some("not_met"), Some("25.00")));
        assert_eq!(answer["outcome"], "not_met");
    }

    async fn a_missing_figure_that_could_cross_is_named_with_who_owes_it(app: TestApp) {
        let caller = app.city_officer().await;
        let share = criterion(&check(&caller, app, 2, "").await, "leading-revenue-share");
        assert_eq!((share["outcome"].as_str(), &share["value"]), (Some("undecided"), &Value::Null));
        assert_eq!(share["couldChange"], true);
        assert_eq!(share["coverage"], json!({ "reported": 2, "expected": 3 }));
        let missing = share["missing"].as_array().expect("a list");
        assert_eq!(missing.len(), 1, "{missing:?}");
        assert_eq!(missing[0]["subject"]["id"], app.city.enterprises[10].0.to_string());
        assert_eq!((missing[0]["kind"].as_str(), missing[0]["field"].as_str()), (Some("figure"), Some("revenue")));
        assert_eq!(missing[0]["form"], "enterprise-annual");
        assert_eq!(missing[0]["since"], "2026-03-31");
        assert_eq!(missing[0]["owedBy"], "企业");
        let count = criterion(&check(&caller, app, 2, "").await, "leading-count-share");
        assert_eq!((count["outcome"].as_str(), count["value"].as_str()), (Some("met"), Some("66.67")), "needs no filing");
    }

    async fn filing_the_missing_figure_decides_at_once(app: TestApp) {
        let statistician = app.enterprise(app.city.enterprises[10]).await;
        let body = json!({
            "form": "enterprise-annual", "period": "2025", "subject": app.city.enterprises[10].0,
            "values": { "revenue": "2500" }
        });
        statistician.post("/filings", body).await.expect(201);
        let share = criterion(&check(&app.city_officer().await, app, 2, "").await, "leading-revenue-share");
        assert_eq!((share["outcome"].as_str(), share["value"].as_str()), (Some("not_met"), Some("44.44")));
    }

    async fn as_of_before_a_correction_gives_the_old_answer_bit_for_bit(app: TestApp) {
        let caller = app.city_officer().await;
        let before = check(&caller, app, 0, "").await;
        let known = before["knownTime"].as_i64().expect("a commit number");
        app.clock.pass(60);
        app.city.file_revenue(&app.state, &app.context(), 0, "299.99").await;
        let after = check(&caller, app, 0, "").await;
        assert_eq!(criterion(&after, "leading-revenue-share")["outcome"], "not_met");
        assert_ne!(before["receipt"]["resultDigest"], after["receipt"]["resultDigest"]);
        let again = caller.get(&format!("/parks/{}/check?year=2025&asOf={known}", app.city.parks[0].0)).await.expect(200);
        assert_eq!(again.json(), before);
        let instant = before["knownInstant"].as_str().expect("an instant");
        let path = format!("/parks/{}/check?year=2025&asOf={instant}", app.city.parks[0].0);
        assert_eq!(caller.get(&path).await.expect(200).json(), before);
    }

    async fn a_known_time_that_is_not_there_yet_is_refused(app: TestApp) {
        let path = format!("/parks/{}/check?asOf=999999", app.city.parks[0].0);
        let answer = app.city_officer().await.get(&path).await.expect(422);
        assert_eq!(answer.json()["errors"][0]["field"], "asOf");
    }

    async fn the_parts_of_a_figure_re_add_exactly_and_open_to_filings(app: TestApp) {
        let caller = app.city_officer().await;
        let path = format!("/figures/leading_revenue_share?park={}&year=2025", app.city.parks[0].0);
        let figure = caller.get(&path).await.expect(200).json();
        assert_eq!((figure["value"].as_str(), figure["readds"].as_bool()), (Some("50.00"), Some(true)));
        let parts = figure["parts"].as_array().expect("parts");
        let members = figure["members"].as_array().expect("members");
        assert_eq!((parts.len(), members.len()), (2, 4));
        for (position, part) in parts.iter().enumerate() {
            let column = usize::try_from(part["column"].as_u64().expect("a column")).expect("small");
            let mut sum = Exact::ZERO;
            for member in members.iter().filter(|member| member["counted"][position] == "in") {
                sum = sum.checked_add(number(&member["cells"][column]["value"])).expect("no overflow");
            }
            assert_eq!(sum, number(&part["value"]), "{part}");
        }
        let filing = members[0]["cells"].as_array().expect("cells").iter()
            .find_map(|cell| cell["filing"]["id"].as_str()).expect("a filing").to_owned();
        let opened = caller.get(&format!("/filings/{filing}")).await.expect(200).json();
        assert_eq!(opened["revisions"][0]["values"].as_array().expect("values").iter()
            .find(|value| value["field"] == "revenue").expect("revenue")["unit"], "万元");
    }

    async fn hidden_members_are_one_line_that_tells_nobody(app: TestApp) {
        let officer = app.city_officer().await;
        let operator = app.park_operator(0).await;
        let path = format!("/figures/leading_revenue_share?park={}&year=2025", app.city.parks[0].0);
        let whole = officer.get(&path).await.expect(200).json();
        assert_eq!(whole["hidden"], Value::Null);
        let own = operator.get(&path).await.expect(200).json();
        assert_eq!(own["members"].as_array().map(Vec::len), whole["members"].as_array().map(Vec::len));
        let stranger = app.park_operator(1).await;
        stranger.get(&path).await.expect(404);
    }

    async fn a_page_of_members_goes_on_where_the_last_one_ended(app: TestApp) {
        let caller = app.city_officer().await;
        let path = format!("/figures/leading_revenue_share?park={}&year=2025&limit=3", app.city.parks[0].0);
        let first = caller.get(&path).await.expect(200).json();
        assert_eq!((first["members"].as_array().map(Vec::len), first["membersTotal"].as_u64()), (Some(3), Some(4)));
        let next = first["next"].as_str().expect("a cursor");
        let second = caller.get(&format!("{path}&cursor={next}")).await.expect(200).json();
        assert_eq!((second["members"].as_array().map(Vec::len), &second["next"]), (Some(1), &Value::Null));
        assert_eq!(second["value"], first["value"]);
    }

    async fn outcomes_of_all_parks_agree_with_each_self_check(app: TestApp) {
        let caller = app.city_officer().await;
        let all = caller.get("/checks?year=2025").await.expect(200).json();
        for (position, park) in app.city.parks.iter().enumerate() {
            let one = check(&caller, app, position, "").await;
            let row = all["items"].as_array().expect("items").iter()
                .find(|row| row["park"]["id"] == park.0.to_string()).expect("the park").clone();
            assert_eq!(row["outcome"], one["outcome"]);
            let met = one["criteria"].as_array().expect("criteria").iter().filter(|c| c["outcome"] == "met").count();
            assert_eq!(row["met"].as_u64(), Some(met as u64));
        }
        let list = caller.get("/parks?outcome=not_met&year=2025").await.expect(200).json();
        let expected = all["items"].as_array().expect("items").iter().filter(|row| row["outcome"] == "not_met").count();
        assert_eq!(list["total"].as_u64(), Some(expected as u64));
    }

    async fn a_fact_is_judged_by_its_role_with_a_reason(app: TestApp) {
        let facts = &app.city.package.facts;
        let fact = facts.iter().find(|fact| fact.judged_by == "district_officer").expect("a fact of the district");
        let park = app.city.parks[0].0;
        let judge = app.district_officer(0).await;
        let path = format!("/parks/{park}/facts/{}", fact.id);
        let refused = judge.put(&path, json!({ "value": true, "reason": " " })).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["field"], "reason");
        let answer = judge.put(&path, json!({ "value": true, "reason": "已核对营业执照" })).await.expect(200).json();
        assert_eq!((answer["value"].as_bool(), answer["reason"].as_str()), (Some(true), Some("已核对营业执照")));
        let statistician = app.enterprise(app.city.enterprises[0]).await;
        let refused = statistician.put(&path, json!({ "value": false, "reason": "不同意" })).await;
        assert!(matches!(refused.status, 403 | 404), "{}", refused.text());
    }

    async fn the_list_of_parks_narrows_to_one_outcome_of_one_condition(app: TestApp) {
        let caller = app.city_officer().await;
        let all = caller.get("/parks?year=2025").await.expect(200).json();
        let mut seen = 0;
        for outcome in ["met", "not_met", "undecided"] {
            let path = format!("/parks?year=2025&criterion=leading-revenue-share&criterionOutcome={outcome}");
            let list = caller.get(&path).await.expect(200).json();
            let items = list["items"].as_array().expect("items");
            seen += items.len();
            for park in items {
                let path = format!("/parks/{}/check?year=2025", park["id"].as_str().expect("id"));
                let check = caller.get(&path).await.expect(200).json();
                let criteria = check["criteria"].as_array().expect("criteria");
                let this = criteria.iter().find(|one| one["id"] == "leading-revenue-share").expect("criterion");
                assert_eq!(this["outcome"], outcome, "{}", park["name"]);
            }
        }
        assert_eq!(Some(seen), all["items"].as_array().map(Vec::len));
    }
}
