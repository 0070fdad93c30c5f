//! Accounts.

use jiff::Timestamp;

use crate::audit::Entry;
use crate::database::{Database, Row, Run, Sql, Transaction};
use crate::error::{InvalidCode, Result, StoreError, is_unique_violation};
use crate::ids::UserId;
use crate::role::{Action, Role};
use crate::scope::Scope;
use crate::users::grants::give_unchecked;
use crate::users::{NewGrant, PasswordPolicy};

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

pub(super) fn read(row: &Row) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        username: row.get("username")?,
        name: row.get("name")?,
        is_active: row.get("is_active")?,
        locked_until: row.get("locked_until")?,
        is_demo: row.get("is_demo")?,
    })
}

/// The form in which login names are compared.
pub(super) fn key_of(username: &str) -> String {
    username.trim().to_lowercase()
}

/// The first account of an empty database: a system administrator. Refused when there is any user.
pub async fn bootstrap(
    tx: &mut Transaction,
    passwords: &PasswordPolicy,
    username: &str,
    name: &str,
    password: &str,
) -> Result<User> {
    let scope = Scope::system("first administrator, made by the command line");
    let users = tx.one(Sql::new("SELECT count(*) AS n FROM users"), |row| row.get::<i64>("n")).await?;
    if users > 0 {
        return Err(StoreError::invalid("username", InvalidCode::State, None));
    }
    let user = insert(tx, &scope, passwords, username, name, password, false).await?;
    give_unchecked(tx, &scope, user.id, NewGrant::Everywhere(Role::SystemAdmin)).await?;
    Ok(user)
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
    scope.require(Action::ManageUsers)?;
    let username = username.trim();
    for (field, value) in [("username", username), ("name", name.trim())] {
        if value.is_empty() {
            return Err(StoreError::invalid(field, InvalidCode::Required, None));
        }
    }
    PasswordPolicy::check(username, password)?;
    let hash = passwords.hash(&tx.context().entropy.clone(), password).await?;
    let user = User {
        id: UserId(tx.context().new_id()),
        username: username.to_owned(),
        name: name.trim().to_owned(),
        is_active: true,
        locked_until: None,
        is_demo,
    };
    let sql = Sql::new(
        "INSERT INTO users (id, username, username_key, name, password_hash, is_active, is_demo, failures, created_at) \
         VALUES ($1, $2, $3, $4, $5, 1, $6, 0, $7)",
    )
    .bind(user.id)
    .bind(&user.username)
    .bind(key_of(username))
    .bind(&user.name)
    .bind(hash)
    .bind(is_demo)
    .bind(tx.context().at);
    tx.execute(sql).await.map_err(|error| {
        if is_unique_violation(&error) {
            StoreError::invalid("username", InvalidCode::Duplicate, Some(username.to_owned()))
        } else {
            error
        }
    })?;
    tx.audit(Entry::done("insert_user", "user", user.id).named(&user.username).under(scope));
    Ok(user)
}

fn require_people(scope: &Scope) -> Result<()> {
    if scope.may(Action::ManageGrants) { Ok(()) } else { scope.require(Action::ManageUsers) }
}

/// All accounts by login name.
pub async fn list(db: &Database, scope: &Scope) -> Result<Vec<User>> {
    require_people(scope)?;
    db.reader().all(Sql::new("SELECT * FROM users ORDER BY username_key"), read).await
}

/// One.
pub async fn get(db: &Database, scope: &Scope, id: UserId) -> Result<User> {
    require_people(scope)?;
    db.reader().one(Sql::new("SELECT * FROM users WHERE id = $1").bind(id), read).await
}

/// Opens or closes an account; closing ends its sessions.
pub async fn set_active(tx: &mut Transaction, scope: &Scope, id: UserId, is_active: bool) -> Result<()> {
    scope.require(Action::ManageUsers)?;
    touch(tx, "UPDATE users SET is_active = $1 WHERE id = $2", i64::from(is_active), id).await?;
    if !is_active {
        end_sessions(tx, id, None).await?;
    }
    let action = if is_active { "open_user" } else { "close_user" };
    tx.audit(Entry::done(action, "user", id).under(scope));
    Ok(())
}

/// Ends a lock before its time.
pub async fn unlock(tx: &mut Transaction, scope: &Scope, id: UserId) -> Result<()> {
    scope.require(Action::ManageUsers)?;
    touch(tx, "UPDATE users SET failures = $1, locked_until = NULL WHERE id = $2", 0, id).await?;
    tx.audit(Entry::done("unlock_user", "user", id).under(scope));
    Ok(())
}

/// A new password by an administrator; ends the account's sessions.
pub async fn set_password(
    tx: &mut Transaction,
    scope: &Scope,
    passwords: &PasswordPolicy,
    id: UserId,
    password: &str,
) -> Result<()> {
    scope.require(Action::ManageUsers)?;
    write_password(tx, passwords, id, password).await?;
    end_sessions(tx, id, None).await?;
    tx.audit(Entry::done("set_password", "user", id).under(scope));
    Ok(())
}

pub(super) async fn write_password(
    tx: &mut Transaction,
    passwords: &PasswordPolicy,
    id: UserId,
    password: &str,
) -> Result<()> {
    let sql = Sql::new("SELECT username FROM users WHERE id = $1").bind(id);
    let username: String = tx.one(sql, |row| row.get("username")).await?;
    PasswordPolicy::check(&username, password)?;
    let hash = passwords.hash(&tx.context().entropy.clone(), password).await?;
    touch(tx, "UPDATE users SET password_hash = $1 WHERE id = $2", hash, id).await
}

/// Ends all running sessions of a user but the one to keep.
pub(super) async fn end_sessions(tx: &mut Transaction, id: UserId, keep: Option<&[u8]>) -> Result<()> {
    let mut sql = Sql::new("UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ended_at IS NULL")
        .bind(tx.context().at)
        .bind(id);
    if let Some(hash) = keep {
        sql.push(" AND token_hash <> ").arg(hash);
    }
    tx.execute(sql).await?;
    Ok(())
}

async fn touch(
    tx: &mut Transaction,
    text: &'static str,
    value: impl Into<crate::database::Arg>,
    id: UserId,
) -> Result<()> {
    match tx.execute(Sql::new(text).bind(value).bind(id)).await? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}
