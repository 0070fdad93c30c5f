//! The whole router on one page: every feature's routes, then what wraps them.

use std::sync::LazyLock;

use axum::{Router, extract::DefaultBodyLimit, middleware};
use utoipa::{
    OpenApi,
    openapi::{
        Content, OpenApi as Document, RefOr, Response, ResponseBuilder,
        path::Operation,
        schema::Ref,
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    audit, benchmarks, changes, checks, dashboard, decisions, drafts, error, evidence, facts, filings,
    http::layers,
    imports, jobs,
    operations::{self, Docs},
    policies, registry, rulings, search, session,
    state::AppState,
    targets, web,
};

static DOCS: LazyLock<Docs> = LazyLock::new(|| Docs::new(&openapi()));

/// The server as a router: the API, the operations endpoints, and the web app for everything else.
pub fn app(state: AppState) -> Router {
    let (api, _) = api().split_for_parts();
    let api = api
        .layer(DefaultBodyLimit::max(state.config.limits.json_bytes))
        .layer(middleware::from_fn_with_state(state.clone(), layers::guard_writes));
    let routes = Router::new()
        .merge(api)
        .merge(operations::router(&DOCS))
        .fallback(web::serve)
        .layer(middleware::from_fn_with_state(state.clone(), operations::count))
        .with_state(state);
    layers::wrap(routes)
}

/// The OpenAPI 3.1 document of the routes.
pub fn openapi() -> Document {
    let (_, mut document) = api().split_for_parts();
    complete(&mut document);
    document
}

/// Every operation of `/api/v1`.
fn api() -> OpenApiRouter<AppState> {
    let v1 = OpenApiRouter::new()
        .merge(session::router())
        .merge(registry::router())
        .merge(filings::router())
        .merge(policies::router())
        .merge(drafts::router())
        .merge(checks::router())
        .merge(changes::router())
        .merge(benchmarks::router())
        .merge(facts::router())
        .merge(evidence::router())
        .merge(decisions::router())
        .merge(rulings::router())
        .merge(imports::router())
        .merge(dashboard::router())
        .merge(targets::router())
        .merge(search::router())
        .merge(audit::router())
        .merge(jobs::router());
    OpenApiRouter::with_openapi(Api::openapi()).nest("/api/v1", v1)
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "锡园 Xiyuan API",
        description = "无锡市特色产业园区数字化管理平台接口。小数一律以字符串传递；日期为 ISO 8601；错误为 RFC 9457 问题文档。"
    ),
    components(schemas(error::Problem, error::ProblemEntry))
)]
struct Api;

/// What holds for every operation is written once: the problem answer, the session, the idempotency key.
fn complete(document: &mut Document) {
    if let Some(components) = document.components.as_mut() {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(session::COOKIE)));
        components.security_schemes.insert("session".to_owned(), RefOr::T(cookie));
    }
    let is_public = |operation: &Operation| {
        matches!(operation.operation_id.as_deref(), Some("create_session" | "list_demo_accounts"))
    };
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem_response()));
            if !is_public(operation) {
                let required = SecurityRequirement::new("session", Vec::<String>::new());
                operation.security = Some(vec![required]);
            }
        }
    }
}

fn problem_response() -> Response {
    let schema = Ref::from_schema_name("Problem");
    ResponseBuilder::new()
        .description("问题文档（RFC 9457）")
        .content("application/problem+json", Content::new(Some(schema)))
        .build()
}
