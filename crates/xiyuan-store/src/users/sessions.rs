//! Sessions: a random token, stored hashed; idle 30 minutes end it. Here a session becomes a [`Scope`].

use jiff::Timestamp;

use crate::context::Context;
use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::scope::Scope;
use crate::users::{Grant, PasswordPolicy, User};

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
    let _ = (db, context, passwords, username, password);
    unbuilt()
}

/// The session of a token, if it runs; notes its use at most once a minute.
pub async fn session(db: &Database, context: &Context, token: &str) -> Result<Option<Session>> {
    let _ = (db, context, token);
    unbuilt()
}

/// Ends a session.
pub async fn end_session(db: &Database, context: &Context, token: &str) -> Result<()> {
    let _ = (db, context, token);
    unbuilt()
}

/// The user's own change of password; the current one is asked again. Ends all other sessions.
pub async fn change_password(
    tx: &mut Transaction,
    session: &Session,
    passwords: &PasswordPolicy,
    current: &str,
    next: &str,
) -> Result<()> {
    let _ = (tx, session, passwords, current, next);
    unbuilt()
}
