-- Files on their way in: nothing here is governed until it is published.
CREATE TABLE imports (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    form TEXT,
    period TEXT,
    package_digest TEXT,
    file_name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    content BYTEA NOT NULL,
    status TEXT NOT NULL,
    mapping TEXT NOT NULL,
    counts TEXT NOT NULL,
    error TEXT,
    created_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    created_by UUID,
    applied_tx BIGINT,
    undone_tx BIGINT
);
CREATE INDEX imports_created ON imports (created_at);
CREATE TABLE import_rows (
    import_id UUID NOT NULL REFERENCES imports (id),
    row_number BIGINT NOT NULL,
    is_refused BIGINT NOT NULL,
    is_questioned BIGINT NOT NULL,
    payload TEXT,
    content BYTEA,
    PRIMARY KEY (import_id, row_number)
);
CREATE TABLE import_problems (
    import_id UUID NOT NULL REFERENCES imports (id),
    row_number BIGINT NOT NULL,
    position BIGINT NOT NULL,
    column_number BIGINT,
    head TEXT,
    value TEXT,
    severity TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (import_id, row_number, position)
);
