-- Versions of policies with their first day in force, and drafts of the next ones.
CREATE TABLE package_versions (
    digest TEXT NOT NULL REFERENCES packages (digest),
    tx BIGINT NOT NULL,
    package_id TEXT NOT NULL,
    effective_from TEXT COLLATE "C" NOT NULL,
    note TEXT,
    algorithm TEXT,
    key_id TEXT,
    signature TEXT,
    published_at BIGINT NOT NULL,
    published_by UUID,
    PRIMARY KEY (digest, tx)
);
-- What was published before versions had a first day holds since ever.
INSERT INTO package_versions (digest, tx, package_id, effective_from, published_at, published_by)
SELECT digest, tx, package_id, '0001-01-01', published_at, published_by FROM packages;

-- A draft keeps what differs from its base, every change of it as a revision.
CREATE TABLE policy_drafts (
    id UUID PRIMARY KEY,
    package_id TEXT NOT NULL,
    base_digest TEXT NOT NULL REFERENCES packages (digest),
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID,
    updated_at BIGINT NOT NULL,
    updated_by UUID,
    published_digest TEXT
);
CREATE INDEX policy_drafts_updated ON policy_drafts (updated_at);
CREATE TABLE policy_draft_files (
    draft_id UUID NOT NULL REFERENCES policy_drafts (id),
    revision BIGINT NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    change TEXT NOT NULL,
    content TEXT,
    changed_at BIGINT NOT NULL,
    changed_by UUID,
    PRIMARY KEY (draft_id, revision, path)
);
