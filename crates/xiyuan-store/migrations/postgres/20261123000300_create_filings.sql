-- What is filed, judged, proven and decided.
CREATE TABLE field_numbers (
    number BIGINT PRIMARY KEY,
    field TEXT NOT NULL UNIQUE
);
CREATE TABLE filing_revisions (
    filing_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    form TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    tx BIGINT NOT NULL,
    import_id UUID,
    reason TEXT,
    is_withdrawn BIGINT NOT NULL,
    content BYTEA NOT NULL,
    UNIQUE (form, period, subject_id, revision)
);
CREATE UNIQUE INDEX filing_revisions_id ON filing_revisions (filing_id, revision);
CREATE INDEX filing_revisions_subject ON filing_revisions (subject_id);
CREATE INDEX filing_revisions_tx ON filing_revisions (tx);
CREATE INDEX filing_revisions_import ON filing_revisions (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE fact_revisions (
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    fact TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    value BIGINT,
    reason TEXT NOT NULL,
    role TEXT NOT NULL,
    tx BIGINT NOT NULL,
    PRIMARY KEY (subject_id, fact, revision)
);
CREATE TABLE contents (
    digest BYTEA PRIMARY KEY,
    size BIGINT NOT NULL,
    content BYTEA NOT NULL
);
CREATE TABLE evidence (
    id UUID PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest BYTEA NOT NULL REFERENCES contents (digest),
    tx BIGINT NOT NULL
);
CREATE INDEX evidence_subject ON evidence (subject_id);
CREATE TABLE evidence_withdrawals (
    evidence_id UUID PRIMARY KEY REFERENCES evidence (id),
    reason TEXT NOT NULL,
    tx BIGINT NOT NULL
);
CREATE TABLE benchmark_revisions (
    benchmark TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    value TEXT,
    source TEXT NOT NULL,
    coverage TEXT,
    frozen_on TEXT,
    tx BIGINT NOT NULL,
    PRIMARY KEY (benchmark, period, revision)
);
CREATE TABLE signing_keys (
    key_id TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    secret_key BYTEA,
    created_at BIGINT NOT NULL
);
CREATE TABLE decisions (
    id UUID PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    assessment TEXT NOT NULL,
    year BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    result TEXT NOT NULL,
    receipt TEXT NOT NULL,
    note TEXT,
    digest TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    supersedes UUID UNIQUE REFERENCES decisions (id),
    signed_at BIGINT NOT NULL,
    tx BIGINT NOT NULL
);
CREATE INDEX decisions_subject ON decisions (subject_id, assessment, year);
