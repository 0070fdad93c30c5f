//! One scope for every operation: nobody sees nothing, a stranger sees as if nothing were there.

use reqwest::Method;
use serde_json::{Value, json};
use xiyuan_testkit::{TestApp, on_both};

struct Operation {
    method: Method,
    path: String,
    id: String,
    body: Option<String>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(xiyuan_server::openapi()).expect("the document is JSON");
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let content = operation["requestBody"]["content"].as_object();
            operations.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.trim_start_matches("/api/v1").to_owned(),
                id: operation["operationId"].as_str().expect("an id").to_owned(),
                body: content.and_then(|content| content.keys().next().cloned()),
            });
        }
    }
    operations
}

/// A body that is understood, so that the answer is about the reader and not about the body.
fn body(id: &str, app: &TestApp) -> Value {
    match id {
        "create_park" => json!({ "name": "演示丁园", "code": "P9", "district": app.city.districts[1].0 }),
        "create_enterprise" => {
            json!({ "uscc": xiyuan_testkit::uscc(900), "name": "演示企业", "district": app.city.districts[1].0 })
        }
        "create_filing" => json!({
            "form": "enterprise-annual", "period": "2025", "subject": app.city.enterprises[4].0,
            "values": { "revenue": "1" }, "reason": "更正"
        }),
        "put_fact" => json!({ "value": true, "reason": "已核" }),
        "create_decision" | "run_what_if" | "preview_draft" => json!({ "year": 2025 }),
        "apply_import" => json!({ "mode": "all-or-nothing" }),
        "update_password" => json!({ "current": "x", "next": "y" }),
        "put_draft_file" => json!({ "text": "x" }),
        "rename_draft_file" => json!({ "to": "x.md" }),
        "check_draft" => json!({ "path": "policy.toml", "text": "x" }),
        "change_draft_number" => json!({ "parameter": "x", "value": "1" }),
        "accept_expectations" => json!({ "examples": [] }),
        "publish_draft" => json!({ "effectiveFrom": "2026-12-01", "password": "x" }),
        "create_session" => json!({ "username": "x", "password": "y" }),
        _ => json!({}),
    }
}

on_both! {
    async fn nobody_may_call_anything_but_the_login(app: TestApp) {
        let caller = app.anonymous();
        let nil = uuid::Uuid::nil().to_string();
        for operation in operations() {
            if matches!(operation.id.as_str(), "create_session" | "list_demo_accounts") {
                continue;
            }
            let path = operation.path.replace("{id}", &nil).replace("{fact}", "x").replace("{indicator}", "x").replace("{path}", "x");
            let request = caller.request(operation.method.clone(), &path);
            let answer = caller.send(request).await;
            assert_eq!(answer.status, 401, "{} {}: {}", operation.method, operation.path, answer.text());
        }
    }

    /// The operator of 甲园 asks for rows of 乙园: reads and writes answer as if nothing were there.
    async fn a_stranger_gets_not_found_from_every_operation_on_a_row(app: TestApp) {
        let stranger = app.park_operator(0).await;
        let officer = app.city_officer().await;
        let park = app.city.parks[1].0.to_string();
        let enterprise = app.city.enterprises[4].0.to_string();
        let detail = officer.get(&format!("/enterprises/{enterprise}")).await.expect(200).json();
        let filing = detail["filings"][0]["id"].as_str().expect("a filing").to_owned();
        let decision = officer.post(&format!("/parks/{park}/decisions"), json!({ "year": 2025 })).await.expect(201);
        let decision = decision.json()["id"].as_str().expect("an id").to_owned();
        let kind = app.city.package.evidence.first().map(|kind| kind.id.clone()).expect("a kind of evidence");
        let evidence = officer
            .upload(&format!("/parks/{park}/evidence"), &[("kind", &kind)], "a.pdf", b"%PDF-1.7".to_vec())
            .await
            .expect(201)
            .json()["id"].as_str().expect("an id").to_owned();
        let import = officer
            .import(&[("kind", "parks")], "parks.csv", "园区名称,所属区\n演示丁园,演示甲区\n".into())
            .await["id"].as_str().expect("an id").to_owned();
        let draft = officer
            .post("/policy-drafts", json!({ "policy": app.city.package.id, "name": "演示草稿" }))
            .await
            .expect(201)
            .json()["id"].as_str().expect("an id").to_owned();
        let fact = app.city.package.facts.first().map(|fact| fact.id.clone()).expect("a fact");
        let criterion = app.city.package.criteria.first().map(|criterion| criterion.id.clone()).expect("a criterion");
        let mut seen = 0;
        for operation in operations() {
            let own = match operation.path.as_str() {
                path if path.starts_with("/parks/{id}") => &park,
                path if path.starts_with("/enterprises/{id}") => &enterprise,
                path if path.starts_with("/filings/{id}") => &filing,
                path if path.starts_with("/decisions/{id}") => &decision,
                path if path.starts_with("/evidence/{id}") => &evidence,
                path if path.starts_with("/imports/{id}") => &import,
                path if path.starts_with("/policy-drafts/{id}") => &draft,
                _ => continue,
            };
            seen += 1;
            let path = operation.path.replace("{id}", own).replace("{fact}", &fact).replace("{path}", "policy.toml");
            // What would it take for which condition.
            let path = if path.ends_with("/levers") { format!("{path}?criterion={criterion}") } else { path };
            let mut request = stranger.request(operation.method.clone(), &path).header("if-match", "\"1\"");
            request = match operation.body.as_deref() {
                Some("multipart/form-data") => {
                    let part = reqwest::multipart::Part::bytes(b"%PDF-1.7".to_vec()).file_name("a.pdf");
                    let form = reqwest::multipart::Form::new().text("kind", kind.clone()).part("file", part);
                    request.multipart(form)
                }
                Some(_) => request.json(&body(&operation.id, app)),
                None => request,
            };
            let answer = stranger.send(request).await;
            assert_eq!(answer.status, 404, "{} {path}: {}", operation.method, answer.text());
            assert_eq!(answer.code(), "not-found");
            assert!(!answer.text().contains("演示乙园"));
        }
        assert!(seen >= 35, "only {seen} operations on rows");
    }

    async fn lists_show_the_own_rows_and_count_no_others(app: TestApp) {
        let operator = app.park_operator(0).await;
        let parks = operator.get("/parks").await.expect(200).json();
        assert_eq!((parks["total"].as_u64(), parks["items"][0]["name"].as_str()), (Some(1), Some("演示甲园")));
        let enterprises = operator.get("/enterprises").await.expect(200).json();
        assert_eq!(enterprises["total"], 4);
        let checks = operator.get("/checks?year=2025").await.expect(200).json();
        assert_eq!(checks["items"].as_array().map(Vec::len), Some(1));
        let dashboard = operator.get("/dashboard?year=2025").await.expect(200).json();
        assert_eq!(dashboard["parks"]["total"], 1);
        assert_eq!(dashboard["changes"], json!([]));
        let found = operator.get("/search?q=演示").await.expect(200).json();
        assert_eq!(found["parks"].as_array().map(Vec::len), Some(1));
        assert_eq!(found["enterprises"].as_array().map(Vec::len), Some(4));
        let district = app.district_officer(0).await;
        assert_eq!(district.get("/parks").await.expect(200).json()["total"], 2);
        let flips = district.post("/what-if", json!({ "year": 2025 })).await.expect(200).json();
        let before = &flips["before"];
        let counted = ["met", "notMet", "undecided"].iter().map(|key| before[key].as_u64().unwrap_or(0)).sum::<u64>();
        assert_eq!(counted, 2);
    }

    async fn a_bank_sees_names_and_no_figures(app: TestApp) {
        let bank = app.bank().await;
        let enterprise = app.city.enterprises[0].0;
        let detail = bank.get(&format!("/enterprises/{enterprise}")).await;
        if detail.status == 200 {
            assert_eq!(detail.json()["filings"], json!([]));
        }
        assert_eq!(bank.get("/dashboard").await.status, 403);
        assert_eq!(bank.post("/what-if", json!({ "year": 2025 })).await.status, 403);
        let figure = bank.get(&format!("/figures/leading_revenue_share?park={}&year=2025", app.city.parks[0].0)).await;
        if figure.status == 200 {
            let figure = figure.json();
            assert_eq!(figure["members"], json!([]));
            assert_eq!(figure["value"], Value::Null);
        }
    }

    async fn a_statistician_sees_the_own_enterprise_only(app: TestApp) {
        let statistician = app.enterprise(app.city.enterprises[0]).await;
        assert_eq!(statistician.get("/enterprises").await.expect(200).json()["total"], 1);
        statistician.get(&format!("/enterprises/{}", app.city.enterprises[1].0)).await.expect(404);
        let park = app.city.parks[0].0;
        let figure = statistician.get(&format!("/figures/leading_revenue_share?park={park}&year=2025")).await.expect(200);
        let figure = figure.json();
        assert_eq!(figure["members"].as_array().map(Vec::len), Some(1), "{figure}");
        assert_eq!(figure["hidden"]["count"], 3);
        assert_eq!(figure["value"], Value::Null, "three others, of which one part has a single one");
        let check = statistician.get(&format!("/parks/{park}/check?year=2025")).await.expect(200).json();
        let share = check["criteria"].as_array().expect("criteria").iter()
            .find(|criterion| criterion["id"] == "leading-revenue-share").expect("the criterion").clone();
        assert_eq!((share["outcome"].as_str(), &share["value"]), (Some("met"), &Value::Null));
    }
}
