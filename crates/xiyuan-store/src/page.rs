//! Pages of lists: a cursor, a limit, an honest total.

use crate::error::{InvalidCode, Result, StoreError};

/// Which page.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Rows at most.
    pub limit: u32,
    /// Cursor of the page before, as it was given out.
    pub after: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, after: None }
    }
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Rows.
    pub items: Vec<T>,
    /// All rows that match, not only this page's.
    pub total: u64,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page of other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), total: self.total, next: self.next }
    }

    /// Cuts the one row too many that tells that there is a next page.
    pub(crate) fn cut(mut items: Vec<T>, total: u64, limit: u32, cursor: impl Fn(&T) -> Vec<String>) -> Self {
        let limit = limit as usize;
        let mut next = None;
        if items.len() > limit {
            items.truncate(limit);
            next = items.last().map(|last| encode_cursor(&cursor(last)));
        }
        Self { items, total, next }
    }
}

/// Opaque text of a cursor's parts.
pub(crate) fn encode_cursor(parts: &[String]) -> String {
    hex::encode(parts.join("\u{0}"))
}

/// Parts of a cursor; a text that we did not give out is refused.
pub(crate) fn decode_cursor(text: &str, parts: usize) -> Result<Vec<String>> {
    let refused = || StoreError::invalid("after", InvalidCode::Malformed, Some(text.to_owned()));
    let bytes = hex::decode(text).map_err(|_| refused())?;
    let whole = String::from_utf8(bytes).map_err(|_| refused())?;
    let found: Vec<String> = whole.split('\u{0}').map(str::to_owned).collect();
    if found.len() == parts { Ok(found) } else { Err(refused()) }
}
