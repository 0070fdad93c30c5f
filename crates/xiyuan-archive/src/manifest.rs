//! `manifest.json`: what an archive holds. Written last; sealed by a digest over itself.

use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use xiyuan_policy::frame::Period;

use crate::error::ArchiveError;

/// Number of the layout described in `docs/decisions/0007-frozen-frames.md`.
pub const FORMAT: u32 = 1;
/// Its name.
pub(crate) const NAME: &str = "manifest.json";

/// What an archive holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// Number of the layout.
    pub format: u32,
    /// Id of the policy package.
    pub package: String,
    /// SM3 digest of the policy package.
    pub package_digest: String,
    /// Commit number up to which everything is included.
    pub known_time: i64,
    /// Periods, as `2025` or `2025-03`, in the frame's order.
    pub periods: Vec<String>,
    /// Enterprises.
    pub enterprises: usize,
    /// Parks.
    pub parks: usize,
    /// Records of registers.
    pub records: usize,
    /// All files but this one, by name.
    pub files: Vec<Entry>,
    /// SM3 digest of this file with an empty seal.
    pub seal: String,
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Name inside the archive, `/`-separated.
    pub name: String,
    /// Rows, of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<usize>,
    /// Bytes.
    pub bytes: usize,
    /// SM3 digest, hex.
    pub sm3: String,
}

impl Manifest {
    /// As it is stored, with its seal.
    pub(crate) fn sealed(mut self) -> (Self, Vec<u8>) {
        self.seal.clear();
        self.seal = digest(&self.text());
        let text = self.text();
        (self, text)
    }

    /// Reads one; a byte that was changed is noticed, whatever it says.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let tampered = || ArchiveError::Tampered { file: NAME.to_owned() };
        let format = serde_json::from_slice::<serde_json::Value>(bytes).map_err(|_| tampered())?;
        let format = format.get("format").and_then(serde_json::Value::as_u64).ok_or_else(tampered)?;
        if format > u64::from(FORMAT) {
            return Err(ArchiveError::Format(u32::try_from(format).unwrap_or(u32::MAX)));
        }
        let found: Self = serde_json::from_slice(bytes).map_err(|_| tampered())?;
        let (sealed, text) = found.clone().sealed();
        if sealed.seal == found.seal && text == bytes { Ok(found) } else { Err(tampered()) }
    }

    /// The periods.
    pub(crate) fn read_periods(&self) -> Result<Vec<Period>, ArchiveError> {
        self.periods.iter().map(|text| period(NAME, text)).collect()
    }

    fn text(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).expect("a manifest has only text keys");
        text.push(b'\n');
        text
    }
}

/// SM3, hex.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sm3::digest(bytes))
}

/// `2025` or `2025-03`, as [`Period`] is written.
pub(crate) fn period(file: &str, text: &str) -> Result<Period, ArchiveError> {
    text.parse().map_err(|error| ArchiveError::malformed(file, error))
}
