//! Supposed filings, orders of sources and weights move outcomes; levers say what it would take. Nobody learns by them
//! what he may not see.

use serde_json::{Value, json};
use xiyuan_policy::source::SourceFile;
use xiyuan_server::engine;
use xiyuan_store::Scope;
use xiyuan_testkit::{Caller, TestApp, on_both, read_package};

fn revenue(app: &TestApp, enterprise: usize, value: Option<&str>) -> Value {
    let subject = json!({ "kind": "enterprise", "id": app.city.enterprises[enterprise].0 });
    json!({ "subject": subject, "field": "revenue", "period": "2025", "value": value })
}

async fn levers(caller: &Caller, app: &TestApp, park: usize, criterion: &str) -> Value {
    let path = format!("/parks/{}/levers?year=2025&criterion={criterion}", app.city.parks[park].0);
    caller.get(&path).await.expect(200).json()
}

fn lever(answer: &Value, field: &str, enterprise: &str) -> Value {
    let all = answer["levers"].as_array().expect("levers");
    let is = |one: &&Value| one["field"] == field && one["subject"]["id"] == enterprise;
    all.iter().find(is).unwrap_or_else(|| panic!("no lever on {field} of {enterprise}: {answer}")).clone()
}

/// The policy with a scorecard of parks whose weights are parameters.
async fn publish_with_card(app: &TestApp) {
    let mut files = read_package("wuxi-2023");
    for file in &mut files {
        if file.path == "policy.toml" {
            file.text = file.text.replace("id = \"wuxi-2023\"", "id = \"demo-card\"");
        }
        if file.path == "parameters.toml" {
            for weight in ["revenue", "count"] {
                let text = format!(
                    "\n[parameter.weight_{weight}]\nname = \"权重（演示）\"\nunit = \"倍\"\nvalue = \"1\"\nsource = \"演示数据\"\nbasis = \"待核\"\n"
                );
                file.text.push_str(&text);
            }
        }
    }
    files.push(SourceFile::new(
        "indicators/card.toml",
        "[indicator.card_score]\nname = \"得分（演示）\"\nsubject = \"park\"\nunit = \"%\"\ndecimals = 2\nsource = \"演示数据\"\nformula = \"leading_revenue_share * weight_revenue + leading_count_share * weight_count\"\n",
    ));
    files.push(SourceFile::new(
        "scorecards/demo.toml",
        "[scorecard]\nname = \"园区评分（演示）\"\nsubject = \"park\"\nscore = \"card_score\"\ntie = \"same-rank\"\ngrades_by = \"share\"\nsource = \"演示数据\"\nbasis = \"待核\"\n\n[[grade]]\nid = \"上\"\nup_to = \"50\"\n\n[[grade]]\nid = \"下\"\n",
    ));
    let (context, scope) = (app.state.own_context("test card"), Scope::system("test card"));
    let library = [read_package("common")];
    let published = engine::publish(&app.state.db, &context, &scope, &files, &library, false).await;
    published.unwrap_or_else(|error| panic!("the policy compiles: {error:?}"));
}

on_both! {
    async fn a_supposed_filing_flips_the_park_and_is_marked(app: TestApp) {
        let caller = app.city_officer().await;
        let body = json!({ "year": 2025, "filings": [revenue(app, 0, Some("299.99"))] });
        let answer = caller.post("/what-if", body).await.expect(200).json();
        assert_eq!(answer["isSupposed"], true);
        assert_eq!(answer["flips"][0]["park"]["name"], "演示甲园");
        let changed = &answer["flips"][0]["criteria"][0];
        assert_eq!((changed["id"].as_str(), changed["after"].as_str()), (Some("leading-revenue-share"), Some("not_met")));
        let path = format!("/parks/{}/check?year=2025", app.city.parks[0].0);
        let check = caller.get(&path).await.expect(200).json();
        let criteria = check["criteria"].as_array().expect("criteria");
        let share = criteria.iter().find(|one| one["id"] == "leading-revenue-share").expect("criterion");
        assert_eq!(share["value"], "50.00", "nothing was filed");
        let nothing = caller.post("/what-if", json!({ "year": 2025 })).await.expect(200).json();
        assert_eq!((&nothing["isSupposed"], &nothing["flips"]), (&json!(false), &json!([])));
    }

    async fn a_supposed_gap_leaves_the_park_undecided(app: TestApp) {
        let body = json!({ "year": 2025, "filings": [revenue(app, 0, None)] });
        let answer = app.city_officer().await.post("/what-if", body).await.expect(200).json();
        let criteria = answer["flips"][0]["criteria"].as_array().expect("criteria");
        let share = criteria.iter().find(|one| one["id"] == "leading-revenue-share").expect("criterion");
        assert_eq!(share["after"], "undecided", "missing does not become zero");
    }

    async fn what_cannot_be_filed_cannot_be_supposed(app: TestApp) {
        let caller = app.city_officer().await;
        let refused = async |filing: Value| {
            let body = json!({ "year": 2025, "filings": [filing] });
            let answer = caller.post("/what-if", body).await.expect(422);
            assert_eq!(answer.json()["errors"][0]["field"], "filings");
            answer.code()
        };
        assert_eq!(refused(revenue(app, 0, Some("-1"))).await, "out-of-range");
        assert_eq!(refused(revenue(app, 0, Some("1.001"))).await, "too-many-decimals");
        assert_eq!(refused(revenue(app, 0, Some("很多"))).await, "not-a-number");
        let mut other = revenue(app, 0, Some("1"));
        other["field"] = json!("no_such_field");
        assert_eq!(refused(other).await, "unknown-field");
        let mut other = revenue(app, 0, Some("1"));
        other["period"] = json!("1999");
        assert_eq!(refused(other).await, "cannot-be-supposed");
        let order = json!({ "year": 2025, "precedence": { "enterprise.revenue": ["税务"] } });
        assert_eq!(caller.post("/what-if", order).await.expect(422).code(), "unknown-source");
    }

    async fn nobody_supposes_figures_of_others(app: TestApp) {
        let operator = app.park_operator(0).await;
        let own = json!({ "year": 2025, "filings": [revenue(app, 0, Some("299.99"))] });
        let answer = operator.post("/what-if", own).await;
        assert!(matches!(answer.status, 200 | 403), "{}", answer.text());
        let foreign = json!({ "year": 2025, "filings": [revenue(app, 4, Some("1"))] });
        operator.post("/what-if", foreign).await.expect(404);
        let park = json!({ "kind": "park", "id": app.city.parks[1].0 });
        let filing = json!({ "subject": park, "field": "service_staff", "period": "2025", "value": "1" });
        operator.post("/what-if", json!({ "year": 2025, "filings": [filing] })).await.expect(404);
        let card = json!({ "year": 2025, "scorecard": "demo" });
        operator.post("/what-if", card).await.expect(403);
    }

    async fn levers_say_what_one_figure_would_have_to_be(app: TestApp) {
        app.city.file_revenue(&app.state, &app.context(), 0, "290.5").await;
        let caller = app.city_officer().await;
        let answer = levers(&caller, app, 0, "leading-revenue-share").await;
        assert_eq!(answer["outcome"], "not_met");
        // 290.5 + 200 against 250 + 250: 9.5 万元 are lacking, of either side.
        let first = lever(&answer, "revenue", &app.city.enterprises[0].0.to_string());
        assert_eq!((first["current"].as_str(), first["needed"].as_str()), (Some("290.50"), Some("300.00")));
        assert_eq!((first["change"].as_str(), first["unit"].as_str()), (Some("9.50"), Some("万元")));
        assert_eq!((first["sense"].as_str(), first["relative"].as_str()), (Some("atLeast"), Some("3.27")));
        assert_eq!((&first["isLeast"], &first["reason"]), (&json!(true), &Value::Null));
        let other = lever(&answer, "revenue", &app.city.enterprises[2].0.to_string());
        assert_eq!((other["needed"].as_str(), other["sense"].as_str()), (Some("240.50"), Some("atMost")));
        let able: Vec<&str> = answer["levers"].as_array().expect("levers").iter()
            .filter_map(|one| one["relative"].as_str()).collect();
        assert_eq!(able, ["3.27", "3.80", "3.80", "4.75"], "the smallest relative change comes first");
        // Supposing exactly that flips the park, and a hundredth less does not.
        for (value, outcome) in [("300.00", "met"), ("299.99", "not_met")] {
            let body = json!({ "year": 2025, "filings": [revenue(app, 0, Some(value))] });
            let flips = caller.post("/what-if", body).await.expect(200).json()["flips"].clone();
            let text = flips.to_string();
            assert_eq!(text.contains("\"after\":\"met\""), outcome == "met", "{value}: {text}");
        }
    }

    async fn a_missing_figure_and_a_met_condition_have_their_answers(app: TestApp) {
        let caller = app.city_officer().await;
        let met = levers(&caller, app, 0, "leading-revenue-share").await;
        assert_eq!((met["outcome"].as_str(), &met["levers"]), (Some("met"), &json!([])));
        let open = levers(&caller, app, 2, "leading-revenue-share").await;
        assert_eq!(open["outcome"], "undecided");
        let missing = lever(&open, "revenue", &app.city.enterprises[10].0.to_string());
        assert_eq!(missing["current"], Value::Null);
        assert!(missing["needed"].is_string() && missing["relative"].is_null(), "{missing}");
        let path = format!("/parks/{}/levers?year=2025&criterion=no-such", app.city.parks[0].0);
        assert_eq!(caller.get(&path).await.expect(422).code(), "unknown-criterion");
    }

    async fn levers_are_for_readers_who_see_every_figure_behind_them(app: TestApp) {
        app.city.file_revenue(&app.state, &app.context(), 0, "290.5").await;
        let path = format!("/parks/{}/levers?year=2025&criterion=leading-revenue-share", app.city.parks[0].0);
        app.enterprise(app.city.enterprises[0]).await.get(&path).await.expect(403);
        app.park_operator(1).await.get(&path).await.expect(404);
        let own = app.district_officer(0).await.get(&path).await.expect(200).json();
        assert_eq!(own["levers"].as_array().map(Vec::len), levers(&app.city_officer().await, app, 0, "leading-revenue-share").await["levers"].as_array().map(Vec::len));
    }

    async fn weights_of_a_scorecard_move_ranks_and_grades(app: TestApp) {
        publish_with_card(app).await;
        let caller = app.city_officer().await;
        let shown = caller.get("/policies/demo-card").await.expect(200).json();
        assert_eq!(shown["scorecards"][0]["parameters"], json!(["weight_revenue", "weight_count"]));
        let ask = |weights: Value| json!({ "year": 2025, "policy": "demo-card", "scorecard": "demo", "parameters": weights });
        let same = caller.post("/what-if", ask(json!({}))).await.expect(200).json();
        assert_eq!(same["scorecard"]["changedTotal"], 0);
        // 甲园 50 % + 50 %, 乙园 96.77 % + 25 %: by count alone 甲园 comes first.
        let moved = caller.post("/what-if", ask(json!({ "weight_revenue": "0" }))).await.expect(200).json();
        let changed = moved["scorecard"]["changed"].as_array().expect("changes");
        let first = changed.iter().find(|one| one["subject"]["name"] == "演示甲园").expect("it moved");
        assert!(first["after"]["rank"].as_u64() < first["before"]["rank"].as_u64(), "{moved}");
        assert_eq!(first["after"]["score"], "50.00");
        let unknown = json!({ "year": 2025, "scorecard": "none" });
        assert_eq!(caller.post("/what-if", unknown).await.expect(422).code(), "unknown-scorecard");
    }

    async fn flips_go_into_a_spreadsheet(app: TestApp) {
        let caller = app.city_officer().await;
        let body = json!({ "year": 2025, "filings": [revenue(app, 0, Some("299.99"))] });
        let file = caller.post("/what-if.xlsx", body).await.expect(200);
        assert!(file.bytes.starts_with(b"PK"), "a workbook");
    }
}
