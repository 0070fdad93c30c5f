//! Rows of either database, read by column name.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::error::{Result, StoreError};

/// A row.
pub enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// A column's value.
    pub fn get<T: Column>(&self, name: &str) -> Result<T> {
        T::read(self, name)
    }
}

/// What a column can be read as.
pub trait Column: Sized {
    /// Reads it.
    fn read(row: &Row, name: &str) -> Result<Self>;
}

macro_rules! native {
    ($($ty:ty),*) => {$(
        impl Column for $ty {
            fn read(row: &Row, name: &str) -> Result<Self> {
                Ok(match row {
                    Row::Sqlite(row) => row.try_get(name)?,
                    Row::Postgres(row) => row.try_get(name)?,
                })
            }
        }
    )*};
}

native!(i64, Option<i64>, String, Option<String>, Vec<u8>, Option<Vec<u8>>, Uuid, Option<Uuid>);

impl Column for bool {
    fn read(row: &Row, name: &str) -> Result<Self> {
        Ok(i64::read(row, name)? != 0)
    }
}

impl Column for Option<bool> {
    fn read(row: &Row, name: &str) -> Result<Self> {
        Ok(Option::<i64>::read(row, name)?.map(|v| v != 0))
    }
}

impl Column for u64 {
    fn read(row: &Row, name: &str) -> Result<Self> {
        u64::try_from(i64::read(row, name)?).map_err(StoreError::internal)
    }
}

fn date(text: &str) -> Result<Date> {
    text.parse().map_err(StoreError::internal)
}

impl Column for Date {
    fn read(row: &Row, name: &str) -> Result<Self> {
        date(&String::read(row, name)?)
    }
}

impl Column for Option<Date> {
    fn read(row: &Row, name: &str) -> Result<Self> {
        Option::<String>::read(row, name)?.as_deref().map(date).transpose()
    }
}

impl Column for Timestamp {
    fn read(row: &Row, name: &str) -> Result<Self> {
        Timestamp::from_microsecond(i64::read(row, name)?).map_err(StoreError::internal)
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row, name: &str) -> Result<Self> {
        Option::<i64>::read(row, name)?
            .map(Timestamp::from_microsecond)
            .transpose()
            .map_err(StoreError::internal)
    }
}
