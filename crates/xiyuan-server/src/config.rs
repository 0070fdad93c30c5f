//! What an operator can set. Reading it from files, environment and flags is the binary's work.

use std::{net::SocketAddr, path::PathBuf};

/// Settings of one server process.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Database: `sqlite:///path/xiyuan.db` or `postgres://…`.
    pub database: String,
    /// Folder for evidence files, uploads in work and keys.
    pub data_dir: PathBuf,
    /// Mark the session cookie `Secure`; on behind TLS.
    pub is_cookie_secure: bool,
    /// Take the caller's address from the last entry of `X-Forwarded-For` (only behind an own proxy).
    pub trusts_proxy: bool,
    /// Limits.
    pub limits: Limits,
}

/// Upper bounds that keep the server up whatever is sent.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a JSON body.
    pub json_bytes: usize,
    /// Bytes of an uploaded spreadsheet.
    pub import_bytes: u64,
    /// Bytes of an uploaded evidence file.
    pub evidence_bytes: u64,
    /// Login attempts per address and minute.
    pub logins_per_minute: u32,
    /// Imports that are read or applied at the same time in one process.
    pub concurrent_jobs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 1 << 20,
            import_bytes: 200 << 20,
            evidence_bytes: 20 << 20,
            logins_per_minute: 30,
            concurrent_jobs: 2,
        }
    }
}
