//! Prometheus text.

use std::{fmt::Write as _, sync::atomic::Ordering};

use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::state::AppState;

/// Counts answers.
pub(crate) async fn count(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    state.metrics.answered(response.status().as_u16() / 100);
    response
}

/// `GET /metrics`
pub(crate) async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    let metrics = &state.metrics;
    let mut text = String::from("# TYPE xiyuan_http_responses_total counter\n");
    for (class, answered) in metrics.answers().into_iter().enumerate() {
        let _ = writeln!(text, "xiyuan_http_responses_total{{status=\"{}xx\"}} {answered}", class + 1);
    }
    let counters = [
        ("xiyuan_frames_built_total", &metrics.frames_built),
        ("xiyuan_frames_applied_total", &metrics.frames_applied),
        ("xiyuan_evaluations_total", &metrics.evaluations),
        ("xiyuan_results_advanced_total", &metrics.results_advanced),
        ("xiyuan_import_rows_total", &metrics.import_rows),
    ];
    for (name, value) in counters {
        let _ = writeln!(text, "# TYPE {name} counter\n{name} {}", value.load(Ordering::Relaxed));
    }
    if let Ok(commit) = xiyuan_store::known_time::latest(&state.db).await {
        let _ = writeln!(text, "# TYPE xiyuan_commit_number gauge\nxiyuan_commit_number {}", commit.number.0);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
