//! Serving the router on a socket until told to stop; requests that are under way are finished first.

use std::{future::Future, io, net::SocketAddr};

use tokio::net::TcpListener;

use crate::{app::app, state::AppState};

/// Serves on an open listener until `stop` resolves.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = app(state).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
