//! Units and code lists.

use serde::Serialize;

use crate::number::Exact;

/// Exponents over the base dimensions that the package's units declare, e.g. {"money": 1, "area": -1}.
pub type Dimension = std::collections::BTreeMap<String, i32>;

/// A unit with its exact factor to the base unit of its dimension.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// Name as shown, e.g. `万元`.
    pub name: String,
    /// Dimension; empty for ratios.
    pub dimension: Dimension,
    /// Exact factor: value in base unit = value × factor.
    pub factor: Exact,
    /// `%` and 百分点 have the same factor but must not be mixed: a point is a difference of two percentages.
    pub is_point: bool,
}

/// Dated code list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Catalog {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// Basis: `None` when firmly evidenced, else 待核.
    pub basis: Option<String>,
    /// Entries in order.
    pub entries: Vec<CatalogEntry>,
}

/// One code.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogEntry {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Parent code.
    pub parent: Option<String>,
}
