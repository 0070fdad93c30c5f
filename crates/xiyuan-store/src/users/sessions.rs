//! Sessions: a random token, stored hashed; idle 30 minutes end it. Here a session becomes a [`Scope`].

use jiff::{SignedDuration, Timestamp};
use sm3::{Digest, Sm3};

use crate::audit::Entry;
use crate::context::{Context, business_day};
use crate::database::{Database, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError};
use crate::scope::Scope;
use crate::users::accounts::{self, end_sessions, key_of, write_password};
use crate::users::{Grant, PasswordPolicy, User, grants};

/// Idle time after which a session ends.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session's use is noted at most this often.
const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Failures that lock an account, and for how long.
const FAILURES: i64 = 5;
const LOCK: SignedDuration = SignedDuration::from_mins(15);

/// A running session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub user: User,
    /// What the user holds.
    pub grants: Vec<Grant>,
    /// What that opens.
    pub scope: Scope,
    /// When it began.
    pub began: Timestamp,
    token_hash: Vec<u8>,
}

fn hash(token: &str) -> Vec<u8> {
    Sm3::digest(token.as_bytes()).to_vec()
}

/// Checks name and password and begins a session: (token for the cookie, session). Five failures lock the account
/// for 15 minutes. Each try is in the audit trail; an unknown name takes as long as a wrong password.
pub async fn log_in(
    db: &Database,
    context: &Context,
    passwords: &PasswordPolicy,
    username: &str,
    password: &str,
) -> Result<(String, Session)> {
    let sql = Sql::new("SELECT * FROM users WHERE username_key = $1").bind(key_of(username));
    let found = db
        .reader()
        .optional(sql, |row| Ok((accounts::read(row)?, row.get::<String>("password_hash")?)))
        .await?;
    let (user, stored) = found.unzip();
    if let Some((user, until)) = user.as_ref().and_then(|u| u.locked_until.map(|until| (u, until)))
        && until > context.at
    {
        refuse(db, context, Some(user), username, "locked").await?;
        return Err(StoreError::Locked { until });
    }
    let is_right = passwords.verify(stored, password).await?;
    match user {
        Some(user) if is_right && user.is_active => begin(db, context, user).await,
        Some(user) if user.is_active => Err(fail(db, context, &user).await?),
        other => {
            refuse(db, context, other.as_ref(), username, "unknown or closed").await?;
            Err(StoreError::invalid("password", InvalidCode::Credentials, None))
        }
    }
}

fn entry(user: Option<&User>, username: &str) -> Entry {
    let mut entry = Entry::done("log_in", "session", "").named(username.chars().take(64).collect::<String>());
    entry.subject_id = user.map(|user| user.id.to_string());
    entry.actor = user.map(|user| user.id);
    entry
}

async fn refuse(
    db: &Database,
    context: &Context,
    user: Option<&User>,
    username: &str,
    why: &'static str,
) -> Result<()> {
    let mut tx = db.begin(context).await?;
    tx.audit(entry(user, username).result("refused").detail(why));
    tx.commit("login refused").await?;
    Ok(())
}

/// Counts a failure; the fifth locks.
async fn fail(db: &Database, context: &Context, user: &User) -> Result<StoreError> {
    let mut tx = db.begin(context).await?;
    let sql =
        Sql::new("UPDATE users SET failures = failures + 1 WHERE id = $1 RETURNING failures").bind(user.id);
    let failures = tx.one(sql, |row| row.get::<i64>("failures")).await?;
    let mut answer = StoreError::invalid("password", InvalidCode::Credentials, None);
    let mut why = "wrong password";
    if failures >= FAILURES {
        let until = context.at + LOCK;
        let sql = Sql::new("UPDATE users SET failures = 0, locked_until = $1 WHERE id = $2")
            .bind(until)
            .bind(user.id);
        tx.execute(sql).await?;
        answer = StoreError::Locked { until };
        why = "wrong password, locked";
    }
    tx.audit(entry(Some(user), &user.username).result("refused").detail(why));
    tx.commit("login refused").await?;
    Ok(answer)
}

async fn begin(db: &Database, context: &Context, user: User) -> Result<(String, Session)> {
    let mut random = [0_u8; 32];
    context.entropy.fill(&mut random);
    let token = hex::encode(random);
    let mut tx = db.begin(context).await?;
    let reset = "UPDATE users SET failures = 0, locked_until = NULL WHERE id = $1 AND failures + coalesce(locked_until, 0) > 0";
    tx.execute(Sql::new(reset).bind(user.id)).await?;
    let sql = Sql::new(
        "INSERT INTO sessions (token_hash, user_id, began_at, seen_at, remote_address) VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(hash(&token))
    .bind(user.id)
    .bind(context.at)
    .bind(context.remote_address.clone());
    tx.execute(sql).await?;
    tx.audit(entry(Some(&user), &user.username));
    tx.commit("login").await?;
    let session = session(db, context, &token).await?.ok_or(StoreError::NotFound)?;
    Ok((token, session))
}

/// The session of a token, if it runs; notes its use at most once a minute.
pub async fn session(db: &Database, context: &Context, token: &str) -> Result<Option<Session>> {
    let token_hash = hash(token);
    let sql = Sql::new(
        "SELECT u.*, s.began_at, s.seen_at FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.token_hash = $1 AND s.ended_at IS NULL AND u.is_active = 1 AND s.seen_at > $2",
    )
    .bind(token_hash.as_slice())
    .bind(context.at - IDLE);
    let mut reader = db.reader();
    let found = reader
        .optional(sql, |row| {
            Ok((accounts::read(row)?, row.get::<Timestamp>("began_at")?, row.get::<Timestamp>("seen_at")?))
        })
        .await?;
    let Some((user, began, seen)) = found else { return Ok(None) };
    if context.at - NOTE_EVERY >= seen {
        let sql = Sql::new("UPDATE sessions SET seen_at = $1 WHERE token_hash = $2")
            .bind(context.at)
            .bind(token_hash.as_slice());
        db.execute_if_free(sql).await?;
    }
    let (grants, scoped) = grants::standing(&mut reader, user.id).await?.into_iter().unzip();
    let scope = Scope::of_grants(scoped, business_day(context.at));
    Ok(Some(Session { user, grants, scope, began, token_hash }))
}

/// Ends a session.
pub async fn end_session(db: &Database, context: &Context, token: &str) -> Result<()> {
    let mut tx = db.begin(context).await?;
    let sql = Sql::new("UPDATE sessions SET ended_at = $1 WHERE token_hash = $2 AND ended_at IS NULL")
        .bind(context.at)
        .bind(hash(token));
    if tx.execute(sql).await? > 0 {
        let mut entry = Entry::done("log_out", "session", "");
        entry.subject_id = context.actor.map(|id| id.to_string());
        tx.audit(entry);
    }
    tx.commit("logout").await?;
    Ok(())
}

/// The user's own change of password; the current one is asked again. Ends all other sessions.
pub async fn change_password(
    tx: &mut Transaction,
    session: &Session,
    passwords: &PasswordPolicy,
    current: &str,
    next: &str,
) -> Result<()> {
    let sql = Sql::new("SELECT password_hash FROM users WHERE id = $1").bind(session.user.id);
    let stored = tx.one(sql, |row| row.get::<String>("password_hash")).await?;
    if !passwords.verify(Some(stored), current).await? {
        return Err(StoreError::invalid("current", InvalidCode::Credentials, None));
    }
    write_password(tx, passwords, session.user.id, next).await?;
    end_sessions(tx, session.user.id, Some(&session.token_hash)).await?;
    tx.audit(Entry::done("change_password", "user", session.user.id));
    Ok(())
}

/// Asks the password of a running session again, before something is signed. A wrong one counts like one at the login
/// and can lock the account; the answer is `false`, or [`StoreError::Locked`].
pub async fn confirm_password(
    db: &Database,
    context: &Context,
    passwords: &PasswordPolicy,
    session: &Session,
    password: &str,
) -> Result<bool> {
    let sql = Sql::new("SELECT * FROM users WHERE id = $1").bind(session.user.id);
    let (user, stored) =
        db.reader().one(sql, |row| Ok((accounts::read(row)?, row.get::<String>("password_hash")?))).await?;
    if let Some(until) = user.locked_until.filter(|until| *until > context.at) {
        return Err(StoreError::Locked { until });
    }
    if passwords.verify(Some(stored), password).await? {
        return Ok(true);
    }
    match fail(db, context, &user).await? {
        StoreError::Locked { until } => Err(StoreError::Locked { until }),
        _ => Ok(false),
    }
}

/// What the context's actor may see and do now: for jobs that go on after the request that made them. A closed
/// account, or no actor, gets an empty scope.
pub async fn scope_of_actor(db: &Database, context: &Context) -> Result<Scope> {
    let mut reader = db.reader();
    let mut scoped = Vec::new();
    if let Some(actor) = context.actor {
        let active = Sql::new("SELECT id FROM users WHERE id = $1 AND is_active = 1").bind(actor);
        if reader.optional(active, |_| Ok(())).await?.is_some() {
            scoped =
                grants::standing(&mut reader, actor).await?.into_iter().map(|(_, grant)| grant).collect();
        }
    }
    Ok(Scope::of_grants(scoped, business_day(context.at)))
}
