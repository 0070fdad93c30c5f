-- Versions of policies with their first day in force, and drafts of the next ones.
CREATE TABLE package_versions (
    digest TEXT NOT NULL REFERENCES packages (digest),
    tx INTEGER NOT NULL,
    package_id TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    note TEXT,
    algorithm TEXT,
    key_id TEXT,
    signature TEXT,
    published_at INTEGER NOT NULL,
    published_by BLOB,
    PRIMARY KEY (digest, tx)
);
-- What was published before versions had a first day holds since ever.
INSERT INTO package_versions (digest, tx, package_id, effective_from, published_at, published_by)
SELECT digest, tx, package_id, '0001-01-01', published_at, published_by FROM packages;

-- A draft keeps what differs from its base, every change of it as a revision.
CREATE TABLE policy_drafts (
    id BLOB PRIMARY KEY,
    package_id TEXT NOT NULL,
    base_digest TEXT NOT NULL REFERENCES packages (digest),
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    updated_at INTEGER NOT NULL,
    updated_by BLOB,
    published_digest TEXT
);
CREATE INDEX policy_drafts_updated ON policy_drafts (updated_at);
CREATE TABLE policy_draft_files (
    draft_id BLOB NOT NULL REFERENCES policy_drafts (id),
    revision INTEGER NOT NULL,
    path TEXT NOT NULL,
    change TEXT NOT NULL,
    content TEXT,
    changed_at INTEGER NOT NULL,
    changed_by BLOB,
    PRIMARY KEY (draft_id, revision, path)
);
