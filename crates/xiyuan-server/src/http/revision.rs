//! Optimistic locking: `ETag` is the row's revision, `If-Match` names the one that a change is based on.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};

use crate::error::ApiError;

/// The revision that the caller's change is based on.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let value = parts.headers.get(header::IF_MATCH).ok_or(ApiError::PreconditionRequired)?;
        value
            .to_str()
            .ok()
            .map(|text| text.trim().trim_start_matches("W/").trim_matches('"'))
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or_else(|| ApiError::Malformed {
                detail: "If-Match 应为读取时 ETag 给出的版本号。".into()
            })
    }
}

/// Headers that carry a row's revision.
pub fn etag(revision: i64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let value =
        HeaderValue::from_str(&format!("\"{revision}\"")).expect("invariant: digits and quotes are ASCII");
    headers.insert(header::ETAG, value);
    headers
}
