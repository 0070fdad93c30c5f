//! Evidence files of a park.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One evidence file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceItem {
    /// Id.
    pub id: Uuid,
    /// Kind of evidence (id of the package).
    pub kind: String,
    /// Name of the kind.
    pub kind_name: String,
    /// File name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// SM3 of the bytes.
    pub checksum: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Taken back; kept, but it no longer counts.
    pub is_withdrawn: bool,
}

/// Upload form.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct CreateEvidenceForm {
    /// Kind of evidence (id of the package).
    pub kind: String,
    /// The file: PDF, JPEG, PNG, Word, Excel or OFD.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}
