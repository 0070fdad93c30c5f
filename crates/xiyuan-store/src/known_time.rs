//! Known time: one number per commit, in the order of the commits. Nothing appears later under an older number.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::database::{Database, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};

/// Number of a commit; 0 is before everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KnownTime(pub i64);

/// A commit: its number and when it got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Number.
    pub number: KnownTime,
    /// Instant; never earlier than the commit before it.
    pub instant: Timestamp,
}

/// As of when something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// Everything committed.
    Now,
    /// Up to and with this commit.
    Number(KnownTime),
    /// Everything committed up to and with this instant.
    Instant(Timestamp),
}

impl FromStr for AsOf {
    type Err = StoreError;

    /// A commit number or an RFC 3339 instant.
    fn from_str(text: &str) -> Result<Self> {
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Self::Number(KnownTime(number)));
        }
        text.parse::<Timestamp>()
            .map(Self::Instant)
            .map_err(|_| StoreError::invalid("asOf", InvalidCode::Malformed, Some(text.to_owned())))
    }
}

/// The latest commit; one row by key, cheap enough to ask before each use of a frame.
pub async fn latest(db: &Database) -> Result<Commit> {
    latest_on(&mut db.reader()).await
}

pub(crate) async fn latest_on(run: &mut impl Run) -> Result<Commit> {
    let sql = Sql::new("SELECT value, instant FROM counters WHERE name = 'commit'");
    run.one(sql, |row| Ok(Commit { number: KnownTime(row.get("value")?), instant: row.get("instant")? }))
        .await
}

/// The last commit that `as_of` covers. A number that is not yet given out is refused; before the first commit it
/// is number 0.
pub async fn resolve(db: &Database, as_of: AsOf) -> Result<Commit> {
    let latest = latest(db).await?;
    let unknown = |text: String| StoreError::invalid("asOf", InvalidCode::Unknown, Some(text));
    let mut sql = Sql::new("SELECT number, instant FROM commits WHERE ");
    match as_of {
        AsOf::Now => return Ok(latest),
        AsOf::Number(number) if number > latest.number || number.0 < 0 => {
            return Err(unknown(number.0.to_string()));
        }
        AsOf::Number(number) => sql.push("number = ").arg(number.0),
        AsOf::Instant(instant) if instant >= latest.instant => return Ok(latest),
        AsOf::Instant(instant) => sql.push("instant <= ").arg(instant),
    };
    sql.push(" ORDER BY number DESC LIMIT 1");
    let found = db
        .reader()
        .optional(sql, |row| {
            Ok(Commit { number: KnownTime(row.get("number")?), instant: row.get("instant")? })
        })
        .await?;
    Ok(found.unwrap_or(Commit { number: KnownTime(0), instant: Timestamp::UNIX_EPOCH }))
}

/// The last step of a numbered transaction: locks the one counter row, so that number order is commit order.
pub(crate) async fn take_number(tx: &mut Transaction, id: i64, reason: &str) -> Result<Commit> {
    let now = tx.context().clock.now().max(tx.context().at);
    let instant = tx.dialect().greatest("instant", "$1");
    let text = format!(
        "UPDATE counters SET value = value + 1, instant = {instant} WHERE name = 'commit' RETURNING value, instant"
    );
    let commit = tx
        .one(Sql::new(text).bind(now), |row| {
            Ok(Commit { number: KnownTime(row.get("value")?), instant: row.get("instant")? })
        })
        .await?;
    let actor = tx.context().actor;
    let sql =
        Sql::new("INSERT INTO commits (tx, number, instant, actor_id, reason) VALUES ($1, $2, $3, $4, $5)")
            .bind(id)
            .bind(commit.number.0)
            .bind(commit.instant)
            .bind(actor)
            .bind(reason);
    tx.execute(sql).await?;
    Ok(commit)
}
