//! A consistent copy of the embedded database while it is in use.

use std::path::Path;

use super::connect::Pools;
use super::{Database, Sql};
use crate::error::{InvalidCode, Result, StoreError};

impl Database {
    /// Writes a compact, consistent copy to a file that must not exist yet. Only for SQLite: PostgreSQL has its own
    /// tools, and refuses with `state`.
    pub async fn back_up(&self, file: &Path) -> Result<()> {
        let Pools::Sqlite { writer, .. } = &self.pools else {
            return Err(StoreError::invalid("database", InvalidCode::State, Some("postgres".to_owned())));
        };
        let sql = Sql::new("VACUUM INTO $1").bind(file.to_string_lossy().into_owned());
        super::run::sqlite_query(sql)?.execute(writer).await?;
        Ok(())
    }
}
