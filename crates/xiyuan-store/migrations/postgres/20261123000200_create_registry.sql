-- Revisions of all registry rows as documents, and the current state in typed tables kept by the same transactions.
CREATE TABLE entity_revisions (
    kind BIGINT NOT NULL,
    entity_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    tx BIGINT NOT NULL,
    import_id UUID,
    is_withdrawn BIGINT NOT NULL,
    reason TEXT,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, entity_id, revision)
);
CREATE INDEX entity_revisions_tx ON entity_revisions (tx);
CREATE INDEX entity_revisions_import ON entity_revisions (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE organisations (
    id UUID PRIMARY KEY,
    revision BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    code TEXT,
    parent_id UUID REFERENCES organisations (id),
    uscc TEXT,
    is_demo BIGINT NOT NULL,
    UNIQUE (kind, name)
);
CREATE TABLE parks (
    id UUID PRIMARY KEY,
    revision BIGINT NOT NULL,
    code TEXT UNIQUE,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    district_id UUID NOT NULL REFERENCES organisations (id),
    operator_id UUID REFERENCES organisations (id),
    address TEXT,
    four_sides TEXT,
    recognised_on TEXT,
    is_demo BIGINT NOT NULL
);
CREATE INDEX parks_district ON parks (district_id);
CREATE INDEX parks_operator ON parks (operator_id);
CREATE TABLE enterprises (
    id UUID PRIMARY KEY,
    revision BIGINT NOT NULL,
    uscc TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    district_id UUID NOT NULL REFERENCES organisations (id),
    address TEXT,
    confirm_check_digit BIGINT NOT NULL,
    is_demo BIGINT NOT NULL
);
CREATE INDEX enterprises_name ON enterprises (name, id);
CREATE INDEX enterprises_district ON enterprises (district_id, name, id);
CREATE TABLE memberships (
    id UUID PRIMARY KEY,
    revision BIGINT NOT NULL,
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    park_id UUID NOT NULL REFERENCES parks (id),
    valid_from TEXT COLLATE "C" NOT NULL,
    valid_to TEXT COLLATE "C"
);
CREATE INDEX memberships_enterprise ON memberships (enterprise_id, valid_from);
CREATE INDEX memberships_park ON memberships (park_id, enterprise_id, valid_from, valid_to);
CREATE TABLE industries (
    id UUID PRIMARY KEY,
    revision BIGINT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    valid_from TEXT COLLATE "C" NOT NULL,
    valid_to TEXT COLLATE "C"
);
CREATE INDEX industries_subject ON industries (subject_id, valid_from);
CREATE INDEX industries_code ON industries (code, subject_id);
