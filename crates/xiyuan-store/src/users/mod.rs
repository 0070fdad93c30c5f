//! People: accounts, grants, sessions, passwords.

mod accounts;
mod grants;
mod passwords;
mod sessions;

pub use accounts::{User, bootstrap, get, insert, list, set_active, set_password, unlock};
pub use grants::{Grant, NewGrant, give, of_user, take};
pub use passwords::PasswordPolicy;
pub use sessions::{
    Session, change_password, confirm_password, end_session, log_in, scope_of_actor, session,
};
