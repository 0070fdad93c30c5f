//! A write transaction: rows carry its id, its last step gives it a number, audit entries are written with it.

use sqlx::{Postgres, Sqlite};

use super::connect::Pools;
use super::run::{each_postgres, each_sqlite, postgres_query, sqlite_query};
use super::{Database, Dialect, Row, Run, Sql};
use crate::audit::{self, Entry};
use crate::context::Context;
use crate::error::Result;
use crate::known_time::{self, Commit};

enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A write transaction. Dropped without [`Transaction::commit`], it leaves nothing behind.
pub struct Transaction {
    inner: Inner,
    context: Context,
    chain: String,
    id: Option<i64>,
    entries: Vec<Entry>,
}

impl Database {
    /// Begins a write transaction for one request. On SQLite it waits for its turn as the one writer.
    pub async fn begin(&self, context: &Context) -> Result<Transaction> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Transaction {
            inner,
            context: context.clone(),
            chain: self.chain.clone(),
            id: None,
            entries: Vec::new(),
        })
    }
}

impl Transaction {
    /// The request it belongs to.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Name of this server's audit chain.
    pub(crate) fn chain(&self) -> &str {
        &self.chain
    }

    /// Commits. When governed rows were written, the transaction's last step takes the next number of known time
    /// and the answer is that commit; sessions, jobs, drafts and the like take none.
    pub async fn commit(mut self, reason: &str) -> Result<Option<Commit>> {
        let entries = std::mem::take(&mut self.entries);
        audit::write_entries(&mut self, entries).await?;
        let commit = match self.id {
            Some(id) => Some(known_time::take_number(&mut self, id, reason).await?),
            None => None,
        };
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(commit)
    }

    /// Takes everything back.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Adds an entry to the audit trail, written with the commit.
    pub fn audit(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The id that governed rows carry, taken at the first of them.
    pub(crate) async fn id(&mut self) -> Result<i64> {
        if let Some(id) = self.id {
            return Ok(id);
        }
        let sql = Sql::new(self.dialect().next_transaction_id());
        let id = self.one(sql, |row| row.get::<i64>("value")).await?;
        self.id = Some(id);
        Ok(id)
    }
}

impl Run for Transaction {
    fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    async fn execute(&mut self, sql: Sql) -> Result<u64> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => sqlite_query(sql)?.execute(&mut **tx).await?.rows_affected(),
            Inner::Postgres(tx) => postgres_query(sql)?.execute(&mut **tx).await?.rows_affected(),
        })
    }

    async fn each_row<F>(&mut self, sql: Sql, each: F) -> Result<()>
    where
        F: FnMut(&Row) -> Result<()> + Send,
    {
        match &mut self.inner {
            Inner::Sqlite(tx) => each_sqlite(&mut **tx, sql, each).await,
            Inner::Postgres(tx) => each_postgres(&mut **tx, sql, each).await,
        }
    }
}
