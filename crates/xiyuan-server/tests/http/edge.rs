//! The edge: problem documents, headers, health, the app's pages.

use reqwest::Method;
use serde_json::json;
use xiyuan_testkit::on_both;

on_both! {
    async fn problems_are_documents_of_one_shape(app: TestApp) {
        let caller = app.city_officer().await;
        let missing = caller.get(&format!("/parks/{}", uuid::Uuid::nil())).await.expect(404);
        assert_eq!(missing.header("content-type"), Some("application/problem+json"));
        insta::assert_json_snapshot!("problem_not_found", missing.json());
        let body = json!({ "uscc": "12", "name": "演示企业", "district": app.city.districts[0].0 });
        insta::assert_json_snapshot!("problem_invalid", caller.post("/enterprises", body).await.expect(422).json());
        let nobody = app.anonymous().get("/parks").await.expect(401);
        insta::assert_json_snapshot!("problem_unauthenticated", nobody.json());
        let broken = caller.request(Method::POST, "/parks").header("content-type", "application/json").body("{");
        let broken = caller.send(broken).await.expect(400);
        assert_eq!(broken.code(), "malformed");
        assert_eq!(caller.get("/no-such-thing").await.expect(404).code(), "not-found");
        assert_eq!(caller.get("/parks/not-an-id").await.expect(404).code(), "not-found");
    }

    async fn a_body_above_the_limit_is_refused(app: TestApp) {
        let caller = app.city_officer().await;
        let body = json!({ "name": "园".repeat(500_000), "code": "P9", "district": app.city.districts[1].0 });
        assert_eq!(caller.post("/parks", body).await.expect(413).code(), "too-large");
    }

    async fn every_answer_carries_the_security_headers_and_an_own_request_id(app: TestApp) {
        let caller = app.anonymous();
        let request = caller.plain(Method::GET, "/health/live").header("x-request-id", "forged\u{9}id");
        let answer = caller.send(request).await.expect(200);
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        let id = answer.header("x-request-id").expect("a request id");
        assert!(id.parse::<uuid::Uuid>().is_ok(), "{id}");
    }

    async fn health_metrics_and_docs_answer_without_a_session(app: TestApp) {
        let caller = app.anonymous();
        let get = async |path: &str| caller.send(caller.plain(Method::GET, path)).await.expect(200);
        assert_eq!(get("/health/ready").await.text(), "ready\n");
        assert!(get("/metrics").await.text().contains("xiyuan_http_responses_total"));
        let docs = get("/api/docs").await.text();
        assert!(docs.contains("get_park_check") && !docs.contains("<script"));
        assert_eq!(get("/api/openapi.json").await.json()["openapi"], "3.1.0");
    }

    async fn an_address_of_the_app_gets_its_page_and_the_api_never_does(app: TestApp) {
        let caller = app.anonymous();
        let get = async |path: &str| caller.send(caller.plain(Method::GET, path)).await;
        let page = get("/parks/some-park?year=2025").await.expect(200);
        assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
        assert_eq!(get("/api/v2/parks").await.expect(404).code(), "not-found");
        get("/assets/no-such-file.js").await.expect(404);
    }
}
