//! Benchmarks: entered with a source, or frozen from a figure that the platform computes for a group.

use reqwest::Method;
use serde_json::{Value, json};
use xiyuan_policy::source::SourceFile;
use xiyuan_server::engine;
use xiyuan_store::Scope;
use xiyuan_testkit::{Caller, TestApp, on_both, read_package};

/// Groups beside the one of the package: a second grouping, so that a group must be named.
const GROUPS: &str = r#"
[grouping.trade]
name = "产业"
enterprises = ["leading_industry"]
"#;
const FIGURES: &str = r#"
[indicator.whole_largest]
name = "全市最大企业营收占比"
subject = "city"
unit = "%"
decimals = 2
source = "演示数据"
formula = "max(enterprise.revenue) / sum(enterprise.revenue)"

[indicator.trade_largest]
name = "产业最大企业营收占比"
subject = "trade"
unit = "%"
decimals = 2
source = "演示数据"
formula = "max(enterprise.revenue) / sum(enterprise.revenue)"

[indicator.whole_nothing]
name = "全市除以零"
subject = "city"
unit = "%"
decimals = 2
source = "演示数据"
formula = "sum(enterprise.revenue) / (sum(enterprise.revenue) - sum(enterprise.revenue))"
"#;
const RATE: &str = "/benchmarks/city.value_added_rate";

async fn publish_groups(app: &TestApp) {
    let mut files = read_package("wuxi-2023");
    for file in &mut files {
        match file.path.as_str() {
            "policy.toml" => file.text = file.text.replace("id = \"wuxi-2023\"", "id = \"demo-groups\""),
            "groupings.toml" => file.text.push_str(GROUPS),
            _ => {}
        }
    }
    files.push(SourceFile::new("indicators/groups.toml", FIGURES));
    let (context, scope) = (app.context(), Scope::system("test policy"));
    engine::publish(&app.state.db, &context, &scope, &files, &[read_package("common")], false)
        .await
        .unwrap_or_else(|error| panic!("the policy compiles: {error:?}"));
}

/// The figure that was missing: 9000 of 12 500 are 72 %.
async fn complete(app: &TestApp) {
    app.city.file_revenue(&app.state, &app.context(), 10, "200").await;
}

fn freeze(indicator: &str) -> Value {
    json!({ "year": 2025, "policy": "demo-groups", "indicator": indicator, "note": "演示：市政府专题会议" })
}

async fn versions(caller: &Caller, query: &str) -> Value {
    caller.get(&format!("{RATE}/versions?year=2025{query}")).await.expect(200).json()
}

on_both! {
    async fn a_computed_figure_is_frozen_with_its_source_scope_and_date(app: TestApp) {
        publish_groups(app).await;
        complete(app).await;
        let caller = app.city_officer().await;
        let before = versions(&caller, "").await;
        assert_eq!((&before["value"], before["versions"].as_array().map(Vec::len)), (&Value::Null, Some(0)));
        let detail = caller.post(&format!("{RATE}/freeze"), freeze("whole_largest")).await.expect(201).json();
        assert_eq!((detail["value"].as_str(), detail["unit"].as_str()), (Some("72"), Some("%")));
        let version = &detail["versions"][0];
        assert_eq!(version["frozenOn"], app.context().today().to_string());
        let computed = &version["computed"];
        assert_eq!((computed["indicator"].as_str(), computed["members"].as_i64()), (Some("whole_largest"), Some(11)));
        assert_eq!((computed["reported"].as_i64(), computed["expected"].as_i64()), (Some(11), Some(11)));
        assert_eq!(computed["groupName"], "全市");
        assert_ne!(computed["packageDigest"], app.city.package.digest);
        assert!(computed["knownTime"].as_i64() < version["knownTime"].as_i64());
        let source = version["source"].as_str().expect("words");
        assert!(source.contains("全市最大企业营收占比") && source.contains("专题会议"), "{source}");
        assert_eq!(version["coverage"], "全市，11 家企业，应报 11 家中已报 11 家");
        assert_eq!(version["by"], "演示人员");
        // Who opens a figure that is compared with it sees where it comes from.
        let path = format!("/figures/value_added_rate?year=2025&park={}", app.city.parks[0].0);
        let figure = app.park_operator(0).await.get(&path).await.expect(200).json();
        assert_eq!(figure["benchmarks"][0], detail);
    }

    async fn the_newest_version_known_then_counts_and_older_ones_stay(app: TestApp) {
        publish_groups(app).await;
        complete(app).await;
        let caller = app.city_officer().await;
        let body = json!({ "year": 2025, "value": "23.05", "source": "演示统计公报", "coverage": "全市规上工业" });
        let entered = caller.post(&format!("{RATE}/versions"), body).await.expect(201).json();
        assert_eq!((entered["value"].as_str(), &entered["versions"][0]["computed"]), (Some("23.05"), &Value::Null));
        let known = entered["versions"][0]["knownTime"].clone();
        caller.post(&format!("{RATE}/freeze"), freeze("whole_largest")).await.expect(201);
        let now = versions(&caller, "").await;
        let values: Vec<&str> = now["versions"].as_array().expect("versions").iter().filter_map(|of| of["value"].as_str()).collect();
        assert_eq!((now["value"].as_str(), values), (Some("72"), vec!["72", "23.05"]));
        let then = versions(&caller, &format!("&asOf={known}")).await;
        assert_eq!((then["value"].as_str(), then["versions"].as_array().map(Vec::len)), (Some("23.05"), Some(1)));

        // Frozen: not changed on the same day, by a new figure of a later day it is.
        let refused = caller.post(&format!("{RATE}/freeze"), freeze("whole_largest")).await.expect(409);
        assert!(refused.text().contains("冻结"), "{}", refused.text());
        app.clock.pass(86_400);
        app.city.file_revenue(&app.state, &app.context(), 10, "2700").await;
        let caller = app.city_officer().await;
        let again = caller.post(&format!("{RATE}/freeze"), freeze("whole_largest")).await.expect(201).json();
        assert_eq!((again["value"].as_str(), again["versions"].as_array().map(Vec::len)), (Some("60"), Some(3)));
    }

    async fn what_is_missing_or_has_no_value_is_not_frozen_as_zero(app: TestApp) {
        publish_groups(app).await;
        let caller = app.city_officer().await;
        let path = format!("{RATE}/freeze");
        let refused = caller.post(&path, freeze("whole_largest")).await.expect(409);
        assert_eq!(refused.code(), "figure-missing");
        assert!(refused.text().contains("缺 1 项"), "{}", refused.text());
        complete(app).await;
        let refused = caller.post(&path, freeze("whole_nothing")).await.expect(409);
        assert_eq!(refused.code(), "figure-undefined");
        assert_eq!(versions(&caller, "").await["value"], Value::Null);
    }

    async fn what_cannot_stand_for_the_benchmark_is_refused_with_the_reason(app: TestApp) {
        publish_groups(app).await;
        complete(app).await;
        let caller = app.city_officer().await;
        let path = format!("{RATE}/freeze");
        for (indicator, code) in [
            ("value_added_rate", "not-of-groups"),
            ("no_such", "unknown-indicator"),
            ("trade_largest", "required"),
        ] {
            assert_eq!(caller.post(&path, freeze(indicator)).await.expect(422).code(), code, "{indicator}");
        }
        let mut named = freeze("trade_largest");
        named["group"] = json!("trade/no-such");
        assert_eq!(caller.post(&path, named.clone()).await.expect(422).code(), "unknown-group");
        let other = caller.post("/benchmarks/city.output_per_mu/freeze", freeze("whole_largest")).await.expect(422);
        assert_eq!(other.code(), "unit-mismatch");
        caller.post("/benchmarks/city.none/freeze", freeze("whole_largest")).await.expect(404);

        // One enterprise with nearly everything: the share would tell its revenue.
        app.city.file_revenue(&app.state, &app.context(), 4, "90000").await;
        assert_eq!(caller.post(&path, freeze("whole_largest")).await.expect(409).code(), "figure-tells");
        assert_eq!(versions(&caller, "").await["value"], Value::Null);
    }

    async fn candidates_are_the_figures_of_groups_with_value_or_reason(app: TestApp) {
        publish_groups(app).await;
        let caller = app.city_officer().await;
        let path = format!("{RATE}/candidates?year=2025&policy=demo-groups");
        let found = caller.get(&path).await.expect(200).json();
        let items = found["items"].as_array().expect("items").clone();
        let of = |indicator: &str| -> Vec<Value> {
            items.iter().filter(|item| item["indicator"] == indicator).cloned().collect()
        };
        assert_eq!((of("whole_largest").len(), of("trade_largest").len(), of("value_added_rate").len()), (1, 2, 0));
        assert_eq!(of("city_value_added_rate").len(), 1, "the package's own figure of the city");
        assert_eq!(of("city_output_per_mu").len(), 0, "in another unit");
        assert_eq!(of("whole_largest")[0]["value"], Value::Null);
        assert!(of("whole_largest")[0]["reason"].as_str().is_some_and(|reason| reason.contains("缺 1 项")));
        let known: Vec<Value> = of("trade_largest").into_iter().filter(|item| !item["value"].is_null()).collect();
        assert_eq!((known.len(), known[0]["members"].as_i64()), (1, Some(5)));
        assert_eq!(known[0]["value"], "78.260869565217391304", "9000 of 11 500, to 18 decimals");
        let mut body = freeze("trade_largest");
        body["group"] = known[0]["group"].clone();
        let frozen = caller.post(&format!("{RATE}/freeze"), body).await.expect(201).json();
        assert_eq!(frozen["value"], known[0]["value"]);
    }

    async fn only_officers_of_the_city_enter_and_freeze_and_a_repeated_request_counts_once(app: TestApp) {
        publish_groups(app).await;
        complete(app).await;
        let body = json!({ "year": 2025, "value": "23", "source": "演示统计公报" });
        for caller in [app.district_officer(0).await, app.park_operator(0).await, app.bank().await] {
            caller.post(&format!("{RATE}/versions"), body.clone()).await.expect(403);
            caller.post(&format!("{RATE}/freeze"), freeze("whole_largest")).await.expect(403);
            caller.get(&format!("{RATE}/candidates?year=2025")).await.expect(403);
        }
        app.anonymous().get(&format!("{RATE}/versions")).await.expect(401);
        let caller = app.city_officer().await;
        for (field, value, code) in [
            ("source", json!("  "), "required"),
            ("value", json!("不详"), "not-a-number"),
            ("value", json!("101"), "out-of-range"),
        ] {
            let mut wrong = body.clone();
            wrong[field] = value;
            assert_eq!(caller.post(&format!("{RATE}/versions"), wrong).await.expect(422).code(), code);
        }
        for _ in 0..2 {
            let request = caller.request(Method::POST, &format!("{RATE}/freeze"));
            let request = request.header("idempotency-key", "once").json(&freeze("whole_largest"));
            caller.send(request).await.expect(201);
        }
        assert_eq!(versions(&caller, "").await["versions"].as_array().map(Vec::len), Some(1));
        let mut back = body;
        back["value"] = Value::Null;
        back["year"] = json!(2024);
        caller.post(&format!("{RATE}/versions"), back).await.expect(201);
    }
}
