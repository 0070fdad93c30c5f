//! What a staged row holds, and its form in the staging table.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::filings::FieldNumbers;
use crate::ids::{EnterpriseId, ParkId, SubjectId};
use crate::packing::{self, Values};
use crate::registry::enterprises::EnterpriseData;
use crate::registry::parks::ParkData;

/// A row's content, checked and resolved by the importer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum StagedPayload {
    /// Create, or update the park with this id. With `industry`, sets the leading industry from that day on.
    Park {
        /// The park to update; `None` creates.
        id: Option<ParkId>,
        /// State to reach.
        data: ParkData,
        /// Leading industry: code and first day.
        industry: Option<(String, Date)>,
    },
    /// Create, or update the enterprise with this credit code.
    Enterprise {
        /// State to reach.
        data: EnterpriseData,
        /// Leading industry: code and first day.
        industry: Option<(String, Date)>,
    },
    /// Set the membership of an enterprise (by id) in a park from a day on.
    Membership {
        /// Enterprise.
        enterprise: EnterpriseId,
        /// Park.
        park: ParkId,
        /// First day.
        from: Date,
        /// Last day.
        to: Option<Date>,
    },
    /// Values of one subject, laid over what is filed.
    Filing {
        /// Subject.
        subject: SubjectId,
        /// Values by field id.
        #[serde(skip)]
        values: Values,
    },
}

/// A staged row.
#[derive(Clone, Debug)]
pub struct StagedRow {
    /// Row number in the sheet, 1-based.
    pub row: u32,
    /// What to write; `None` when the row was refused.
    pub payload: Option<StagedPayload>,
    /// What is wrong or asked.
    pub problems: Vec<Problem>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row cannot be taken.
    Refuse,
    /// The row can be taken when a person says so.
    Question,
}

impl Severity {
    /// As stored and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Question => "question",
        }
    }
}

/// A problem of one cell or row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Row number in the sheet, 1-based.
    pub row: u32,
    /// Column number, 1-based; `None` for the whole row.
    pub column: Option<u32>,
    /// Head of the column.
    pub head: Option<String>,
    /// Text of the cell.
    pub value: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// Stable code.
    pub code: String,
    /// Words for people.
    pub message: String,
}

impl StagedPayload {
    /// Text and packed values for the staging table.
    pub(super) fn store(&self, numbers: &FieldNumbers) -> Result<(String, Option<Vec<u8>>)> {
        let content = match self {
            Self::Filing { values, .. } => Some(packing::pack(&numbers.numbered(values)?)?),
            _ => None,
        };
        Ok((serde_json::to_string(self)?, content))
    }

    /// Back from the staging table.
    pub(super) fn restore(text: &str, content: Option<&[u8]>, numbers: &FieldNumbers) -> Result<Self> {
        let mut payload: Self = serde_json::from_str(text)?;
        if let (Self::Filing { values, .. }, Some(content)) = (&mut payload, content) {
            *values = numbers.named(packing::unpack(content)?)?;
        }
        Ok(payload)
    }
}
