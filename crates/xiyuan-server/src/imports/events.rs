//! Progress of an import as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use uuid::Uuid;
use xiyuan_store::ImportId;

use super::{routes::worker, show, steps, types::ImportStatus};
use crate::{error::ApiResult, http::extract::ApiPath, session::Caller, state::AppState};

/// Shortest time between two events.
const PAUSE: Duration = Duration::from_millis(200);
/// How often the database is asked about an import at work in another process.
const POLL: Duration = Duration::from_secs(1);

/// Server-sent events named `progress`, each with the import; ends when nothing more will change.
#[utoipa::path(
    get,
    path = "/imports/{id}/events",
    operation_id = "watch_import",
    tag = "导入",
    params(("id" = Uuid, Path, description = "Import")),
    responses((status = 200, description = "Events", content_type = "text/event-stream", body = String))
)]
pub(crate) async fn watch_import(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<Response> {
    let (worker, id) = (worker(&caller), ImportId(id));
    let mut import = show::import(&state, steps::get(&state, &worker, id).await?);
    let events = async_stream::stream! {
        loop {
            let is_over = !matches!(import.status, ImportStatus::Reading | ImportStatus::Applying);
            if let Ok(event) = Event::default().event("progress").json_data(&import) {
                yield Ok::<Event, Infallible>(event);
            }
            if is_over {
                break;
            }
            match state.imports.watch(id) {
                Some(mut stage) => {
                    // Either something new, or the end of the work (the sender goes).
                    let _ = tokio::time::timeout(POLL, stage.changed()).await;
                    tokio::time::sleep(PAUSE).await;
                }
                None => tokio::time::sleep(POLL).await,
            }
            match steps::get(&state, &worker, id).await {
                Ok(stored) => import = show::import(&state, stored),
                Err(_) => break,
            }
        }
    };
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
