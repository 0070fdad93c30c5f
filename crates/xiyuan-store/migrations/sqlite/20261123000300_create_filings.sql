-- What is filed, judged, proven and decided.
CREATE TABLE field_numbers (
    number INTEGER PRIMARY KEY,
    field TEXT NOT NULL UNIQUE
);
CREATE TABLE filing_revisions (
    filing_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    form TEXT NOT NULL,
    period TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    tx INTEGER NOT NULL,
    import_id BLOB,
    reason TEXT,
    is_withdrawn INTEGER NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (form, period, subject_id, revision)
);
CREATE UNIQUE INDEX filing_revisions_id ON filing_revisions (filing_id, revision);
CREATE INDEX filing_revisions_subject ON filing_revisions (subject_id);
CREATE INDEX filing_revisions_tx ON filing_revisions (tx);
CREATE INDEX filing_revisions_import ON filing_revisions (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE fact_revisions (
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    fact TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value INTEGER,
    reason TEXT NOT NULL,
    role TEXT NOT NULL,
    tx INTEGER NOT NULL,
    PRIMARY KEY (subject_id, fact, revision)
);
CREATE TABLE contents (
    digest BLOB PRIMARY KEY,
    size INTEGER NOT NULL,
    content BLOB NOT NULL
);
CREATE TABLE evidence (
    id BLOB PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB NOT NULL REFERENCES contents (digest),
    tx INTEGER NOT NULL
);
CREATE INDEX evidence_subject ON evidence (subject_id);
CREATE TABLE evidence_withdrawals (
    evidence_id BLOB PRIMARY KEY REFERENCES evidence (id),
    reason TEXT NOT NULL,
    tx INTEGER NOT NULL
);
CREATE TABLE benchmark_revisions (
    benchmark TEXT NOT NULL,
    period TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value TEXT,
    source TEXT NOT NULL,
    coverage TEXT,
    frozen_on TEXT,
    tx INTEGER NOT NULL,
    PRIMARY KEY (benchmark, period, revision)
);
CREATE TABLE signing_keys (
    key_id TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    public_key BLOB NOT NULL,
    secret_key BLOB,
    created_at INTEGER NOT NULL
);
CREATE TABLE decisions (
    id BLOB PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    assessment TEXT NOT NULL,
    year INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    result TEXT NOT NULL,
    receipt TEXT NOT NULL,
    note TEXT,
    digest TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    supersedes BLOB UNIQUE REFERENCES decisions (id),
    signed_at INTEGER NOT NULL,
    tx INTEGER NOT NULL
);
CREATE INDEX decisions_subject ON decisions (subject_id, assessment, year);
