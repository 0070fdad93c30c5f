//! What wraps every route: request id, tracing, security headers, compression, limits; the header against forged writes.

use std::any::Any;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};

use crate::{error::ApiError, state::AppState};

/// Header that browsers of other sites cannot add to a forged request.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-xiyuan-request");
/// Header that names a request in the log and in the audit trail.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// No inline scripts, nothing from elsewhere, no frames. Inline styles are needed by the component library.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; \
     base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// Wraps the finished routes.
pub(crate) fn wrap(routes: Router) -> Router {
    let trace = TraceLayer::new_for_http().make_span_with(|request: &Request| {
        let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        tracing::info_span!("request", method = %request.method(), path = request.uri().path(), request_id = id)
    });
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"));
    routes.layer(
        ServiceBuilder::new()
            .layer(middleware::from_fn(own_request_id))
            .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
            .layer(PropagateRequestIdLayer::new(REQUEST_ID))
            .layer(trace)
            .layer(middleware::from_fn(security_headers))
            .layer(CompressionLayer::new().compress_when(compressed))
            .layer(CatchPanicLayer::custom(answer_panic)),
    )
}

/// A panic is a fault like any other: logged, answered with a problem, the server stays up.
#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("panic");
    ApiError::internal(format!("panic: {text}")).into_response()
}

/// Request ids are ours: one that came from outside could forge lines of the log.
async fn own_request_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(REQUEST_ID);
    next.run(request).await
}

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// State-changing requests carry the header; answers of the API are not kept by caches unless they say so.
pub(crate) async fn guard_writes(State(_): State<AppState>, request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_read && !request.headers().contains_key(CSRF_HEADER) {
        return ApiError::CsrfMissing.into_response();
    }
    let mut response = next.run(request).await;
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Answer for a path of the API that does not exist.
pub(crate) fn unknown_path() -> Response {
    ApiError::NotFound { what: "接口" }.into_response()
}
