-- Known time, packages, users, audit, jobs: what every other table stands on.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL,
    instant BIGINT NOT NULL
);
INSERT INTO counters (name, value, instant) VALUES ('commit', 0, 0), ('transaction', 0, 0), ('field', 0, 0);
CREATE SEQUENCE transaction_ids;
CREATE TABLE commits (
    tx BIGINT PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    instant BIGINT NOT NULL,
    actor_id UUID,
    reason TEXT NOT NULL
);
CREATE INDEX commits_instant ON commits (instant);

CREATE TABLE users (
    id UUID PRIMARY KEY,
    username TEXT COLLATE "C" NOT NULL,
    username_key TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    is_demo BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE TABLE grants (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    organisation_id UUID,
    enterprise_id UUID,
    given_at BIGINT NOT NULL,
    given_by UUID,
    taken_at BIGINT,
    taken_by UUID
);
CREATE INDEX grants_user ON grants (user_id);
CREATE TABLE sessions (
    token_hash BYTEA PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id),
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    remote_address TEXT
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE audit_heads (
    chain TEXT PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
CREATE TABLE audit_entries (
    chain TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id UUID,
    remote_address TEXT,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT,
    subject_name TEXT,
    result TEXT NOT NULL,
    detail TEXT,
    system_reason TEXT,
    salt BYTEA,
    before_digest BYTEA,
    after_digest BYTEA,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (chain, sequence)
);
CREATE INDEX audit_entries_at ON audit_entries (at);
CREATE INDEX audit_entries_subject ON audit_entries (subject_id);

CREATE TABLE packages (
    digest TEXT PRIMARY KEY,
    package_id TEXT NOT NULL,
    title TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by UUID,
    tx BIGINT NOT NULL
);
CREATE TABLE package_files (
    digest TEXT NOT NULL REFERENCES packages (digest),
    path TEXT COLLATE "C" NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (digest, path)
);
CREATE TABLE package_defaults (
    tx BIGINT PRIMARY KEY,
    digest TEXT NOT NULL REFERENCES packages (digest)
);

CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    status TEXT NOT NULL,
    progress TEXT NOT NULL,
    result TEXT,
    error TEXT,
    is_cancel_requested BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL,
    created_by UUID
);
CREATE INDEX jobs_open ON jobs (status, created_at);
CREATE TABLE idempotency_keys (
    actor_key TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor_key, idempotency_key)
);
