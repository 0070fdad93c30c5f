//! One test, two databases.

use std::future::Future;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use xiyuan_store::Database;

/// Runs each test on SQLite and on PostgreSQL, as `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($(#[$attr:meta])* async fn $name:ident($city:ident: $ty:ty) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "each test takes what it needs of its file")]
            use super::*;

            async fn test($city: $ty) $body

            $(#[$attr])*
            #[test]
            fn sqlite() {
                $crate::databases::on_sqlite(|db, url| async { test(<$ty>::new(db, url).await).await });
            }

            $(#[$attr])*
            #[test]
            fn postgres() {
                let name = concat!(module_path!(), "::postgres");
                $crate::databases::on_postgres(name, |db, url| async { test(<$ty>::new(db, url).await).await });
            }
        }
    )*};
}
pub(crate) use on_both;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime")
}

/// Runs on a fresh SQLite file.
pub fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Database, String) -> F) {
    runtime().block_on(async {
        let dir = tempfile::tempdir().expect("temporary folder");
        let url = format!("sqlite:{}", dir.path().join("city.db").display());
        let db = Database::connect(&url).await.expect("open");
        test(db.clone(), url).await;
        db.close().await;
    });
}

/// Runs in a fresh schema of the PostgreSQL that `XIYUAN_TEST_POSTGRES` names. Without it the test says that it was
/// skipped; where skipping is forbidden it fails.
pub fn on_postgres<F: Future<Output = ()>>(name: &str, test: impl FnOnce(Database, String) -> F) {
    let Ok(url) = std::env::var("XIYUAN_TEST_POSTGRES") else {
        let is_forbidden = std::env::var("CI").is_ok_and(|v| v == "true")
            || std::env::var("XIYUAN_REQUIRE_POSTGRES").is_ok_and(|v| v == "1");
        assert!(!is_forbidden, "{name}: XIYUAN_TEST_POSTGRES is not set");
        eprintln!("skipped (XIYUAN_TEST_POSTGRES is not set): {name}");
        return;
    };
    runtime().block_on(async {
        let schema = format!("t_{}", uuid::Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&url).await.expect("connect");
        run(&mut admin, format!("CREATE SCHEMA {schema}")).await;
        let separator = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{separator}options=-csearch_path%3D{schema}");
        let db = Database::connect(&url).await.expect("open");
        test(db.clone(), url).await;
        db.close().await;
        run(&mut admin, format!("DROP SCHEMA {schema} CASCADE")).await;
    });
}

/// Changes a database behind the store's back, as an intruder would.
pub async fn tamper(url: &str, sql: &'static str) {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("connect");
        sqlx::query(sql).execute(&mut connection).await.expect("statement");
    } else {
        let mut connection = PgConnection::connect(url).await.expect("connect");
        sqlx::query(sql).execute(&mut connection).await.expect("statement");
    }
}

async fn run(connection: &mut PgConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.expect("statement");
}

#[test]
fn both_schemas_have_the_same_tables_and_columns() {
    let read = |dir: &str| {
        let folder = format!("{}/migrations/{dir}", env!("CARGO_MANIFEST_DIR"));
        let mut files: Vec<_> =
            std::fs::read_dir(folder).expect("folder").map(|f| f.expect("file").path()).collect();
        files.sort();
        let names: Vec<String> =
            files.iter().map(|f| f.file_name().expect("name").to_string_lossy().into_owned()).collect();
        let text: String = files.iter().map(|f| std::fs::read_to_string(f).expect("text")).collect();
        (names, columns(&text))
    };
    let (sqlite, postgres) = (read("sqlite"), read("postgres"));
    assert_eq!(sqlite.0, postgres.0, "migrations have the same names");
    assert!(sqlite.1.len() > 100, "the reader of schemas finds columns");
    assert_eq!(sqlite.1, postgres.1);
}

/// `table.column` and `table: constraint` lines of CREATE TABLE statements, without types.
fn columns(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut table = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split_whitespace().next().map(str::to_owned);
        } else if line == ");" {
            table = None;
        } else if let Some(table) = &table {
            let line = line.trim().trim_end_matches(',');
            let first = line.split_whitespace().next().unwrap_or_default();
            let is_null = if line.contains("NOT NULL") { " required" } else { "" };
            let key = if first.chars().all(char::is_uppercase) { line } else { first };
            found.push(format!("{table}.{key}{is_null}"));
        } else if line.starts_with("CREATE INDEX") || line.starts_with("CREATE UNIQUE INDEX") {
            found.push(line.to_owned());
        }
    }
    found
}
