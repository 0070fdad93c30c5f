//! Fresh databases for a test: a SQLite file, or a schema of the PostgreSQL that `XIYUAN_TEST_POSTGRES` names.

use std::process::Command;

use tokio::runtime::{Builder, Runtime};

use crate::TestApp;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Runs on a fresh SQLite file.
pub fn on_sqlite(test: impl AsyncFnOnce(&TestApp)) {
    runtime().block_on(async {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", dir.path().join("city.db").display());
        let app = TestApp::start(&url, dir.path()).await;
        test(&app).await;
        app.stop().await;
    });
}

/// Runs in a fresh schema of PostgreSQL. Without one the test says that it was skipped; where skipping is forbidden it
/// fails.
pub fn on_postgres(name: &str, test: impl AsyncFnOnce(&TestApp)) {
    let Ok(url) = std::env::var("XIYUAN_TEST_POSTGRES") else {
        let is_forbidden = std::env::var("CI").is_ok_and(|v| v == "true")
            || std::env::var("XIYUAN_REQUIRE_POSTGRES").is_ok_and(|v| v == "1");
        assert!(!is_forbidden, "{name}: XIYUAN_TEST_POSTGRES is not set");
        eprintln!("skipped (XIYUAN_TEST_POSTGRES is not set): {name}");
        return;
    };
    runtime().block_on(async {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let schema = format!("t_{}", uuid::Uuid::now_v7().simple());
        psql(&url, &format!("CREATE SCHEMA {schema}"));
        let separator = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{separator}options=-csearch_path%3D{schema}");
        let app = TestApp::start(&own, dir.path()).await;
        test(&app).await;
        app.stop().await;
        psql(&url, &format!("DROP SCHEMA {schema} CASCADE"));
    });
}

/// The store is the only crate that links a database driver; a schema is made with the server's own tool.
fn psql(url: &str, sql: &str) {
    let done = Command::new("psql")
        .args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--command", sql, url])
        .env("PGOPTIONS", "-c client_min_messages=warning")
        .status()
        .expect("psql is installed where PostgreSQL is tested");
    assert!(done.success(), "{sql}");
}
