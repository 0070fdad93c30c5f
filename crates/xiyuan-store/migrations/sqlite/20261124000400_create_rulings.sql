-- What officers decided where a policy's text leaves room: readings, exceptions of soft norms, discretion; and what was
-- revoked. Rows are only added.
CREATE TABLE rulings (
    id BLOB PRIMARY KEY,
    policy TEXT NOT NULL,
    kind TEXT NOT NULL,
    criterion TEXT,
    reading TEXT,
    clause TEXT,
    quote TEXT,
    decision TEXT,
    park_id BLOB REFERENCES parks (id),
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    reason TEXT NOT NULL,
    basis TEXT,
    role TEXT NOT NULL,
    tx INTEGER NOT NULL
);
CREATE INDEX rulings_policy ON rulings (policy, kind);
CREATE INDEX rulings_park ON rulings (park_id);
CREATE INDEX rulings_tx ON rulings (tx);
CREATE TABLE ruling_revocations (
    ruling_id BLOB PRIMARY KEY REFERENCES rulings (id),
    reason TEXT NOT NULL,
    tx INTEGER NOT NULL
);
CREATE INDEX ruling_revocations_tx ON ruling_revocations (tx);
