-- Revisions of all registry rows as documents, and the current state in typed tables kept by the same transactions.
CREATE TABLE entity_revisions (
    kind INTEGER NOT NULL,
    entity_id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    tx INTEGER NOT NULL,
    import_id BLOB,
    is_withdrawn INTEGER NOT NULL,
    reason TEXT,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, entity_id, revision)
);
CREATE INDEX entity_revisions_tx ON entity_revisions (tx);
CREATE INDEX entity_revisions_import ON entity_revisions (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE organisations (
    id BLOB PRIMARY KEY,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    code TEXT,
    parent_id BLOB REFERENCES organisations (id),
    uscc TEXT,
    is_demo INTEGER NOT NULL,
    UNIQUE (kind, name)
);
CREATE TABLE parks (
    id BLOB PRIMARY KEY,
    revision INTEGER NOT NULL,
    code TEXT UNIQUE,
    name TEXT NOT NULL UNIQUE,
    district_id BLOB NOT NULL REFERENCES organisations (id),
    operator_id BLOB REFERENCES organisations (id),
    address TEXT,
    four_sides TEXT,
    recognised_on TEXT,
    is_demo INTEGER NOT NULL
);
CREATE INDEX parks_district ON parks (district_id);
CREATE INDEX parks_operator ON parks (operator_id);
CREATE TABLE enterprises (
    id BLOB PRIMARY KEY,
    revision INTEGER NOT NULL,
    uscc TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    district_id BLOB NOT NULL REFERENCES organisations (id),
    address TEXT,
    confirm_check_digit INTEGER NOT NULL,
    is_demo INTEGER NOT NULL
);
CREATE INDEX enterprises_name ON enterprises (name, id);
CREATE INDEX enterprises_district ON enterprises (district_id, name, id);
CREATE TABLE memberships (
    id BLOB PRIMARY KEY,
    revision INTEGER NOT NULL,
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    park_id BLOB NOT NULL REFERENCES parks (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT
);
CREATE INDEX memberships_enterprise ON memberships (enterprise_id, valid_from);
CREATE INDEX memberships_park ON memberships (park_id, enterprise_id, valid_from, valid_to);
CREATE TABLE industries (
    id BLOB PRIMARY KEY,
    revision INTEGER NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    code TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT
);
CREATE INDEX industries_subject ON industries (subject_id, valid_from);
CREATE INDEX industries_code ON industries (code, subject_id);
