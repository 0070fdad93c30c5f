//! The figures an evaluation reads: dense columns per field and period, registry facts, benchmarks, all as of one known time.
//!
//! Built by the store through [`FrameBuilder`]; read-only afterwards.

use serde::{Deserialize, Serialize};

/// A period of filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// A calendar year.
    Year(i16),
    /// A month (year, 1–12).
    Month(i16, i8),
}

/// Position of an enterprise in the frame (clustered by park).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnterpriseIx(pub u32);

/// Position of a park in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ParkIx(pub u32);
