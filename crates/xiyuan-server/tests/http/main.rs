//! The server through its own door: HTTP over a real socket, and the contract that clients are generated from.

mod contract;
