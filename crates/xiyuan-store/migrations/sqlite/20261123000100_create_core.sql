-- Known time, packages, users, audit, jobs: what every other table stands on.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL,
    instant INTEGER NOT NULL
);
INSERT INTO counters (name, value, instant) VALUES ('commit', 0, 0), ('transaction', 0, 0), ('field', 0, 0);
CREATE TABLE commits (
    tx INTEGER PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    instant INTEGER NOT NULL,
    actor_id BLOB,
    reason TEXT NOT NULL
);
CREATE INDEX commits_instant ON commits (instant);

CREATE TABLE users (
    id BLOB PRIMARY KEY,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    is_demo INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    locked_until INTEGER,
    created_at INTEGER NOT NULL
);
CREATE TABLE grants (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    organisation_id BLOB,
    enterprise_id BLOB,
    given_at INTEGER NOT NULL,
    given_by BLOB,
    taken_at INTEGER,
    taken_by BLOB
);
CREATE INDEX grants_user ON grants (user_id);
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    remote_address TEXT
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE audit_heads (
    chain TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL
);
CREATE TABLE audit_entries (
    chain TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor_id BLOB,
    remote_address TEXT,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT,
    subject_name TEXT,
    result TEXT NOT NULL,
    detail TEXT,
    system_reason TEXT,
    salt BLOB,
    before_digest BLOB,
    after_digest BLOB,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (chain, sequence)
);
CREATE INDEX audit_entries_at ON audit_entries (at);
CREATE INDEX audit_entries_subject ON audit_entries (subject_id);

CREATE TABLE packages (
    digest TEXT PRIMARY KEY,
    package_id TEXT NOT NULL,
    title TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    published_by BLOB,
    tx INTEGER NOT NULL
);
CREATE TABLE package_files (
    digest TEXT NOT NULL REFERENCES packages (digest),
    path TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (digest, path)
);
CREATE TABLE package_defaults (
    tx INTEGER PRIMARY KEY,
    digest TEXT NOT NULL REFERENCES packages (digest)
);

CREATE TABLE jobs (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    status TEXT NOT NULL,
    progress TEXT NOT NULL,
    result TEXT,
    error TEXT,
    is_cancel_requested INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    lease_owner TEXT,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    created_by BLOB
);
CREATE INDEX jobs_open ON jobs (status, created_at);
CREATE TABLE idempotency_keys (
    actor_key TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (actor_key, idempotency_key)
);
