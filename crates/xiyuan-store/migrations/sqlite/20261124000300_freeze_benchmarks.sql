-- Versions of benchmarks know their unit; those frozen from a computed figure know what they were computed from.
ALTER TABLE benchmark_revisions ADD COLUMN unit TEXT;
CREATE TABLE benchmark_computations (
    benchmark TEXT NOT NULL,
    period TEXT NOT NULL,
    revision INTEGER NOT NULL,
    package_digest TEXT NOT NULL REFERENCES packages (digest),
    indicator TEXT NOT NULL,
    indicator_name TEXT NOT NULL,
    group_id TEXT NOT NULL,
    group_name TEXT NOT NULL,
    members INTEGER NOT NULL,
    reported INTEGER,
    expected INTEGER,
    known_time INTEGER NOT NULL,
    PRIMARY KEY (benchmark, period, revision),
    FOREIGN KEY (benchmark, period, revision) REFERENCES benchmark_revisions (benchmark, period, revision)
);
