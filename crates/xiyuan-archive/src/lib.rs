//! Frozen frames: everything an evaluation reads – figures, memberships, records, benchmarks, judgements and the policy
//! package itself – as a folder of Parquet files, in a local folder or an S3-compatible store.
//!
//! Written to be read without this program: one Parquet file per kind of subject and period, a column per field. Reading
//! back checks every digest and answers every question as the frame that was written. No SQL, no policy, no clock.

mod error;
mod frozen;
mod manifest;
mod open;
mod place;
mod table;
mod write;

pub use error::ArchiveError;
pub use frozen::{Frozen, PackageFiles};
pub use manifest::{Entry, FORMAT, Manifest};
pub use open::unpack;
pub use place::Archive;
pub use write::{Packed, pack};
