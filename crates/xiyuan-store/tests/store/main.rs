//! The store through its public door, on SQLite and on PostgreSQL.

mod audit;
mod benchmarks;
mod city;
mod databases;
mod decisions;
mod drafts;
mod filings;
mod frame_changes;
mod frames;
mod imports;
mod imports_of_registry;
mod jobs;
mod known_time;
mod package;
mod packing;
mod policy_versions;
mod registry;
mod rulings;
mod scope;
mod uscc;
mod users;
