//! Running statements, on a pool of readers or inside a transaction.

use std::future::Future;

use futures::TryStreamExt;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Postgres, Sqlite};

use super::{Arg, Dialect, Row, Sql};
use crate::error::{Result, StoreError};

/// What statements run on.
pub trait Run: Send {
    /// Which database.
    fn dialect(&self) -> Dialect;
    /// Runs a statement, returns the number of rows touched.
    fn execute(&mut self, sql: Sql) -> impl Future<Output = Result<u64>> + Send;
    /// Hands each row over as it arrives, in bounded memory.
    fn each_row<F>(&mut self, sql: Sql, each: F) -> impl Future<Output = Result<()>> + Send
    where
        F: FnMut(&Row) -> Result<()> + Send;

    /// All rows.
    fn all<T, F>(&mut self, sql: Sql, mut read: F) -> impl Future<Output = Result<Vec<T>>> + Send
    where
        T: Send,
        F: FnMut(&Row) -> Result<T> + Send,
    {
        async move {
            let mut rows = Vec::new();
            self.each_row(sql, |row| {
                rows.push(read(row)?);
                Ok(())
            })
            .await?;
            Ok(rows)
        }
    }

    /// At most one row.
    fn optional<T, F>(&mut self, sql: Sql, read: F) -> impl Future<Output = Result<Option<T>>> + Send
    where
        T: Send,
        F: FnMut(&Row) -> Result<T> + Send,
    {
        async move { Ok(self.all(sql, read).await?.into_iter().next()) }
    }

    /// Exactly one row; none is "not found".
    fn one<T, F>(&mut self, sql: Sql, read: F) -> impl Future<Output = Result<T>> + Send
    where
        T: Send,
        F: FnMut(&Row) -> Result<T> + Send,
    {
        async move { self.optional(sql, read).await?.ok_or(StoreError::NotFound) }
    }
}

pub(super) fn sqlite_query(sql: Sql) -> Result<Query<'static, Sqlite, SqliteArguments>> {
    let mut arguments = SqliteArguments::default();
    for arg in sql.args {
        match arg {
            Arg::Int(v) => Arguments::add(&mut arguments, v),
            Arg::Text(v) => Arguments::add(&mut arguments, v),
            Arg::Bytes(v) => Arguments::add(&mut arguments, v),
            Arg::Id(v) => Arguments::add(&mut arguments, v),
        }
        .map_err(StoreError::Internal)?;
    }
    Ok(sqlx::query_with(AssertSqlSafe(sql.text), arguments))
}

pub(super) fn postgres_query(sql: Sql) -> Result<Query<'static, Postgres, PgArguments>> {
    let mut arguments = PgArguments::default();
    for arg in sql.args {
        match arg {
            Arg::Int(v) => Arguments::add(&mut arguments, v),
            Arg::Text(v) => Arguments::add(&mut arguments, v),
            Arg::Bytes(v) => Arguments::add(&mut arguments, v),
            Arg::Id(v) => Arguments::add(&mut arguments, v),
        }
        .map_err(StoreError::Internal)?;
    }
    Ok(sqlx::query_with(AssertSqlSafe(sql.text), arguments))
}

/// Streams a SQLite query's rows.
pub(super) async fn each_sqlite<'e, E, F>(executor: E, sql: Sql, mut each: F) -> Result<()>
where
    E: sqlx::Executor<'e, Database = Sqlite> + Send,
    F: FnMut(&Row) -> Result<()> + Send,
{
    let mut rows = sqlite_query(sql)?.fetch(executor);
    while let Some(row) = rows.try_next().await? {
        each(&Row::Sqlite(row))?;
    }
    Ok(())
}

/// Streams a PostgreSQL query's rows.
pub(super) async fn each_postgres<'e, E, F>(executor: E, sql: Sql, mut each: F) -> Result<()>
where
    E: sqlx::Executor<'e, Database = Postgres> + Send,
    F: FnMut(&Row) -> Result<()> + Send,
{
    let mut rows = postgres_query(sql)?.fetch(executor);
    while let Some(row) = rows.try_next().await? {
        each(&Row::Postgres(row))?;
    }
    Ok(())
}
