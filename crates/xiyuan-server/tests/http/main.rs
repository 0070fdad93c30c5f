//! The server through its own door: HTTP over a real socket, and the contract that clients are generated from.

mod audit;
mod benchmarks;
mod catch_up;
mod changes;
mod checks;
mod contract;
mod decisions;
mod drafts;
mod edge;
mod filings;
mod imports;
mod policies;
mod registry;
mod rulings;
mod scope;
mod session;
mod supposed;
mod targets;
mod what_if;
