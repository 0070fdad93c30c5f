-- Versions of benchmarks know their unit; those frozen from a computed figure know what they were computed from.
ALTER TABLE benchmark_revisions ADD COLUMN unit TEXT;
CREATE TABLE benchmark_computations (
    benchmark TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    package_digest TEXT NOT NULL REFERENCES packages (digest),
    indicator TEXT COLLATE "C" NOT NULL,
    indicator_name TEXT NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    group_name TEXT NOT NULL,
    members BIGINT NOT NULL,
    reported BIGINT,
    expected BIGINT,
    known_time BIGINT NOT NULL,
    PRIMARY KEY (benchmark, period, revision),
    FOREIGN KEY (benchmark, period, revision) REFERENCES benchmark_revisions (benchmark, period, revision)
);
