//! Accounts.

use jiff::Timestamp;

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};
use crate::ids::UserId;
use crate::scope::Scope;
use crate::users::PasswordPolicy;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// Login name, unique without regard to case.
    pub username: String,
    /// Shown name.
    pub name: String,
    /// May log in.
    pub is_active: bool,
    /// Locked until.
    pub locked_until: Option<Timestamp>,
    /// 演示数据.
    pub is_demo: bool,
}

/// The first account of an empty database: a system administrator. Refused when there is any user.
pub async fn bootstrap(
    tx: &mut Transaction,
    passwords: &PasswordPolicy,
    username: &str,
    name: &str,
    password: &str,
) -> Result<User> {
    let _ = (tx, passwords, username, name, password);
    unbuilt()
}

/// A new account without grants.
pub async fn insert(
    tx: &mut Transaction,
    scope: &Scope,
    passwords: &PasswordPolicy,
    username: &str,
    name: &str,
    password: &str,
    is_demo: bool,
) -> Result<User> {
    let _ = (tx, scope, passwords, username, name, password, is_demo);
    unbuilt()
}

/// All accounts by login name.
pub async fn list(db: &Database, scope: &Scope) -> Result<Vec<User>> {
    let _ = (db, scope);
    unbuilt()
}

/// One.
pub async fn get(db: &Database, scope: &Scope, id: UserId) -> Result<User> {
    let _ = (db, scope, id);
    unbuilt()
}

/// Opens or closes an account; closing ends its sessions.
pub async fn set_active(tx: &mut Transaction, scope: &Scope, id: UserId, is_active: bool) -> Result<()> {
    let _ = (tx, scope, id, is_active);
    unbuilt()
}

/// Ends a lock before its time.
pub async fn unlock(tx: &mut Transaction, scope: &Scope, id: UserId) -> Result<()> {
    let _ = (tx, scope, id);
    unbuilt()
}

/// A new password by an administrator; ends the account's sessions.
pub async fn set_password(
    tx: &mut Transaction,
    scope: &Scope,
    passwords: &PasswordPolicy,
    id: UserId,
    password: &str,
) -> Result<()> {
    let _ = (tx, scope, passwords, id, password);
    unbuilt()
}
