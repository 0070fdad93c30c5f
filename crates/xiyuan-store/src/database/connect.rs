//! Opening a database: creates it, migrates it, checks nothing newer is inside.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use super::run::{each_postgres, each_sqlite, postgres_query, sqlite_query};
use super::{Dialect, Row, Run, Sql};
use crate::error::{Result, StoreError};

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// Readers that one server keeps open.
const READERS: u32 = 8;
/// How long a writer waits for its turn: a large import holds SQLite's one writer for seconds.
const WRITER_WAIT: Duration = Duration::from_mins(2);
/// How long a statement waits for the writer that may as well be left out.
const SHORT_WAIT: Duration = Duration::from_secs(2);

/// A database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    pub(super) pools: Pools,
    pub(super) chain: String,
}

#[derive(Clone, Debug)]
pub(super) enum Pools {
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

impl Database {
    /// Opens `sqlite:PATH` (created when missing) or `postgres://…`, and migrates it.
    pub async fn connect(url: &str) -> Result<Self> {
        let pools = if let Some(path) = url.strip_prefix("sqlite:") {
            Self::open_sqlite(path.trim_start_matches("//")).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::open_postgres(url).await?
        } else {
            return Err(StoreError::internal("database address must begin with sqlite: or postgres://"));
        };
        Ok(Self { pools, chain: "main".to_owned() })
    }

    async fn open_sqlite(path: &str) -> Result<Pools> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(WRITER_WAIT)
            .page_size(8192)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "memory")
            .row_buffer_size(1_000)
            .statement_cache_capacity(200);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(WRITER_WAIT)
            .connect_with(options.clone())
            .await?;
        SQLITE_MIGRATIONS.run(&writer).await.map_err(StoreError::internal)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Pools::Sqlite { readers, writer })
    }

    async fn open_postgres(url: &str) -> Result<Pools> {
        let options = PgConnectOptions::from_str(url)?.application_name("xiyuan");
        let pool = PgPoolOptions::new().max_connections(READERS * 2).connect_with(options).await?;
        POSTGRES_MIGRATIONS.run(&pool).await.map_err(StoreError::internal)?;
        Ok(Pools::Postgres(pool))
    }

    /// The same database, writing its audit entries to the chain of this server. Servers that share a database
    /// each need their own name, else they wait for each other at every commit.
    pub fn with_chain(mut self, chain: impl Into<String>) -> Self {
        self.chain = chain.into();
        self
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Whether it answers; for readiness checks.
    pub async fn ping(&self) -> Result<()> {
        self.reader()
            .one(Sql::new("SELECT value FROM counters WHERE name = 'commit'"), |row| row.get::<i64>("value"))
            .await?;
        Ok(())
    }

    /// Closes all connections and waits until they are.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Runs a statement that may as well be left out: on SQLite only when the
    /// writer is free within moments.
    pub(crate) async fn execute_if_free(&self, sql: Sql) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => {
                if let Ok(connection) = tokio::time::timeout(SHORT_WAIT, writer.acquire()).await {
                    sqlite_query(sql)?.execute(&mut *connection?).await?;
                }
            }
            Pools::Postgres(pool) => {
                postgres_query(sql)?.execute(pool).await?;
            }
        }
        Ok(())
    }

    /// The pool where this is PostgreSQL: for what only PostgreSQL does.
    pub(crate) fn postgres(&self) -> Option<&PgPool> {
        match &self.pools {
            Pools::Sqlite { .. } => None,
            Pools::Postgres(pool) => Some(pool),
        }
    }

    /// Statements outside a transaction, reading what is committed.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader(self)
    }
}

/// Reads what is committed.
pub(crate) struct Reader<'a>(&'a Database);

impl Run for Reader<'_> {
    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }

    async fn execute(&mut self, sql: Sql) -> Result<u64> {
        Ok(match &self.0.pools {
            Pools::Sqlite { writer, .. } => sqlite_query(sql)?.execute(writer).await?.rows_affected(),
            Pools::Postgres(pool) => postgres_query(sql)?.execute(pool).await?.rows_affected(),
        })
    }

    async fn each_row<F>(&mut self, sql: Sql, each: F) -> Result<()>
    where
        F: FnMut(&Row) -> Result<()> + Send,
    {
        match &self.0.pools {
            Pools::Sqlite { readers, .. } => each_sqlite(readers, sql, each).await,
            Pools::Postgres(pool) => each_postgres(pool, sql, each).await,
        }
    }
}
