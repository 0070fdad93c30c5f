//! SQL text with `$n` and its arguments, and inserts of many rows at once.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{Dialect, Run};
use crate::error::Result;

/// A bound value. Columns are integers, texts, bytes and ids only; dates are ISO texts, instants microseconds.
#[derive(Clone, Debug)]
pub enum Arg {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// BLOB or BYTEA.
    Bytes(Option<Vec<u8>>),
    /// BLOB of 16 bytes or UUID.
    Id(Option<Uuid>),
}

macro_rules! args {
    ($($from:ty => |$value:ident| $arg:expr),* $(,)?) => {$(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self { $arg }
        }
    )*};
}

args! {
    i64 => |v| Arg::Int(Some(v)),
    Option<i64> => |v| Arg::Int(v),
    i32 => |v| Arg::Int(Some(i64::from(v))),
    u32 => |v| Arg::Int(Some(i64::from(v))),
    bool => |v| Arg::Int(Some(i64::from(v))),
    Option<bool> => |v| Arg::Int(v.map(i64::from)),
    &str => |v| Arg::Text(Some(v.to_owned())),
    &String => |v| Arg::Text(Some(v.clone())),
    String => |v| Arg::Text(Some(v)),
    Option<String> => |v| Arg::Text(v),
    Option<&str> => |v| Arg::Text(v.map(str::to_owned)),
    Vec<u8> => |v| Arg::Bytes(Some(v)),
    &[u8] => |v| Arg::Bytes(Some(v.to_vec())),
    Option<Vec<u8>> => |v| Arg::Bytes(v),
    Uuid => |v| Arg::Id(Some(v)),
    Option<Uuid> => |v| Arg::Id(v),
    Date => |v| Arg::Text(Some(v.to_string())),
    Option<Date> => |v| Arg::Text(v.map(|d| d.to_string())),
    Timestamp => |v| Arg::Int(Some(v.as_microsecond())),
    Option<Timestamp> => |v| Arg::Int(v.map(Timestamp::as_microsecond)),
}

/// A statement in the making.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    pub(super) text: String,
    pub(super) args: Vec<Arg>,
}

impl Sql {
    /// Starts with a text, which may already contain `$1`… for later [`Sql::bind`]s.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into().into_owned(), args: Vec::new() }
    }

    /// Binds the next `$n` of the text.
    pub fn bind(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Appends text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Puts text in front; arguments keep their numbers.
    pub fn prepend(&mut self, text: &str) -> &mut Self {
        self.text.insert_str(0, text);
        self
    }

    /// Appends a bound value as `$n`.
    pub fn arg(&mut self, value: impl Into<Arg>) -> &mut Self {
        let name = self.name(value);
        self.text.push_str(&name);
        self
    }

    /// Binds a value and returns its `$n` for use in text to be pushed.
    pub fn name(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    /// Appends `($n, $n, …)`; an empty list is `(NULL)`, which matches nothing.
    pub fn list<T: Into<Arg>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        self.text.push('(');
        let mut is_first = true;
        for value in values {
            if !is_first {
                self.text.push_str(", ");
            }
            is_first = false;
            self.arg(value);
        }
        if is_first {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }
}

/// Inserts rows with as few statements as the database's limit of parameters allows.
pub(crate) async fn insert_rows(
    run: &mut impl Run,
    table_and_columns: &str,
    columns: usize,
    rows: Vec<Vec<Arg>>,
) -> Result<()> {
    upsert_rows(run, table_and_columns, "", columns, rows).await
}

/// As [`insert_rows`], with an `ON CONFLICT …` tail.
pub(crate) async fn upsert_rows(
    run: &mut impl Run,
    table_and_columns: &str,
    tail: &str,
    columns: usize,
    rows: Vec<Vec<Arg>>,
) -> Result<()> {
    let per_statement = (run.dialect().max_parameters() / columns).clamp(1, 1000);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Arg>> = rows.by_ref().take(per_statement).collect();
        let mut text = values_text(run.dialect(), table_and_columns, columns, chunk.len());
        text.push_str(tail);
        let args = chunk.into_iter().flatten().collect();
        run.execute(Sql { text, args }).await?;
    }
    Ok(())
}

/// SQLite looks a named parameter up by walking all names, which thousands of `$n` make quadratic; plain `?` have none.
fn values_text(dialect: Dialect, head: &str, columns: usize, rows: usize) -> String {
    use std::fmt::Write as _;
    let mut text = format!("INSERT INTO {head} VALUES ");
    let mut n = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            n += 1;
            if column > 0 {
                text.push(',');
            }
            match dialect {
                Dialect::Sqlite => text.push('?'),
                Dialect::Postgres => {
                    let _ = write!(text, "${n}");
                }
            }
        }
        text.push(')');
    }
    text
}
