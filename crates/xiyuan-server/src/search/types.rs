//! Answers of the command palette.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// At most eight of each kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchAnswer {
    /// Parks.
    pub parks: Vec<SearchPark>,
    /// Enterprises.
    pub enterprises: Vec<SearchEnterprise>,
    /// Clauses.
    pub clauses: Vec<SearchClause>,
}

/// A park.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchPark {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// District.
    pub district: String,
}

/// An enterprise.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchEnterprise {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// 统一社会信用代码
    pub uscc: String,
}

/// A clause.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SearchClause {
    /// Policy package.
    pub policy: String,
    /// Clause id.
    pub id: String,
    /// Title.
    pub title: String,
}
