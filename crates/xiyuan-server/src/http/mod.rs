//! The edge: reading requests and answering them the same way everywhere. No feature lives here.

pub mod extract;
pub mod files;
pub mod idempotency;
pub mod layers;
pub mod multipart;
pub mod paging;
pub mod revision;
pub mod sheets;
pub mod types;
