-- Files on their way in: nothing here is governed until it is published.
CREATE TABLE imports (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    form TEXT,
    period TEXT,
    package_digest TEXT,
    file_name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    content BLOB NOT NULL,
    status TEXT NOT NULL,
    mapping TEXT NOT NULL,
    counts TEXT NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    created_by BLOB,
    applied_tx INTEGER,
    undone_tx INTEGER
);
CREATE INDEX imports_created ON imports (created_at);
CREATE TABLE import_rows (
    import_id BLOB NOT NULL REFERENCES imports (id),
    row_number INTEGER NOT NULL,
    is_refused INTEGER NOT NULL,
    is_questioned INTEGER NOT NULL,
    payload TEXT,
    content BLOB,
    PRIMARY KEY (import_id, row_number)
);
CREATE TABLE import_problems (
    import_id BLOB NOT NULL REFERENCES imports (id),
    row_number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    column_number INTEGER,
    head TEXT,
    value TEXT,
    severity TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (import_id, row_number, position)
);
