//! Cursor pages with honest totals.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult};

/// Rows of a page when the caller does not say.
pub const DEFAULT_LIMIT: u32 = 50;
/// Largest page.
pub const MAX_LIMIT: u32 = 500;

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// Rows.
    pub items: Vec<T>,
    /// How many rows the filters match for this reader, over all pages.
    pub total: u64,
    /// Cursor of the next page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page with other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), total: self.total, next: self.next }
    }
}

/// Checks the asked size of a page.
pub fn page_limit(asked: Option<u32>) -> ApiResult<u32> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
        Some(_) => Err(ApiError::field(
            "limit",
            "limit-out-of-range",
            format!("每页行数应在 1 到 {MAX_LIMIT} 之间。"),
        )),
    }
}

/// A page of rows that are all in memory; the cursor is the number of rows passed.
pub fn page_of<T>(rows: Vec<T>, limit: u32, after: Option<&str>) -> ApiResult<Page<T>> {
    let passed: usize = match after {
        None => 0,
        Some(text) => text.parse().map_err(|_| bad_cursor())?,
    };
    let total = rows.len();
    let items: Vec<T> = rows.into_iter().skip(passed).take(limit as usize).collect();
    let reached = passed + items.len();
    Ok(Page { items, total: total as u64, next: (reached < total).then(|| reached.to_string()) })
}

/// The cursor did not come from this list.
pub fn bad_cursor() -> ApiError {
    ApiError::field("after", "bad-cursor", "分页游标无效，请从第一页重新开始。")
}
