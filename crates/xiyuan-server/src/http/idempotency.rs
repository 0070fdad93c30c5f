//! `Idempotency-Key`: a repeated POST creates nothing again and answers with what the first one created.
//!
//! The key is kept in the transaction of the change itself, so that neither is there without the other.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::Serialize;
use sm3::{Digest, Sm3};
use uuid::Uuid;
use xiyuan_store::{
    StoreError, Transaction,
    idempotency::{self, Answer, Known},
};

use crate::{
    error::{ApiError, ApiResult},
    session::Caller,
    state::Services,
};

const HEADER: &str = "idempotency-key";
const LONGEST_KEY: usize = 200;

/// The key of a request, if it carries one, with the place it was sent to.
#[derive(Clone, Debug)]
pub struct Idempotency {
    key: Option<String>,
    place: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Idempotency {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let key = match parts.headers.get(HEADER) {
            None => None,
            Some(value) => match value.to_str() {
                Ok(text) if (1..=LONGEST_KEY).contains(&text.len()) => Some(text.to_owned()),
                _ => {
                    let detail = format!("Idempotency-Key 应为 1 到 {LONGEST_KEY} 个 ASCII 字符。");
                    return Err(ApiError::Malformed { detail });
                }
            },
        };
        Ok(Self { key, place: format!("{} {}", parts.method, parts.uri.path()) })
    }
}

impl Idempotency {
    /// What the first request with this key created, if there was one.
    pub async fn first(
        &self,
        services: &Services,
        caller: &Caller,
        request: &(impl Serialize + Sync),
    ) -> ApiResult<Option<Uuid>> {
        let Some(key) = &self.key else { return Ok(None) };
        match idempotency::find(&services.db, &caller.context, key, &self.digest(request)?).await? {
            Known::New => Ok(None),
            Known::Repeated(answer) => answer.body.parse().map(Some).map_err(ApiError::internal),
            Known::Mismatch => Err(ApiError::Refused {
                code: "idempotency-mismatch",
                detail: "同一 Idempotency-Key 已用于内容不同的请求，请换用新的键。".into(),
            }),
        }
    }

    /// Keeps what this request creates.
    pub async fn keep(
        &self,
        tx: &mut Transaction,
        request: &(impl Serialize + Sync),
        created: Uuid,
    ) -> ApiResult<()> {
        let Some(key) = &self.key else { return Ok(()) };
        let answer = Answer { status: 201, body: created.to_string() };
        idempotency::insert(tx, key, &self.digest(request)?, &answer).await.map_err(|error| match error {
            StoreError::Conflict { .. } => ApiError::Refused {
                code: "idempotency-in-progress",
                detail: "同一请求正在处理，请稍后用相同的 Idempotency-Key 重试以取得结果。".into(),
            },
            other => other.into(),
        })
    }

    fn digest(&self, request: &impl Serialize) -> ApiResult<String> {
        let mut digest = Sm3::new();
        digest.update(self.place.as_bytes());
        digest.update([0]);
        digest.update(serde_json::to_vec(request).map_err(ApiError::internal)?);
        Ok(hex::encode(digest.finalize()))
    }
}
