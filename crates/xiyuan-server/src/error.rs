//! The one error of the HTTP edge: chooses the status, writes an RFC 9457 problem in Chinese with a stable code.
//!
//! Faults are logged once here, inside the request's tracing span (which carries the request id), and never sent out.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xiyuan_store::{InvalidCode, StoreError};

use crate::wording;

/// What a handler answers with.
pub type ApiResult<T> = Result<T, ApiError>;

/// Why a request was not carried out.
#[derive(Debug)]
pub enum ApiError {
    /// Nobody is logged in, or the session ended.
    Unauthenticated,
    /// User name or password wrong; says no more.
    BadCredentials,
    /// Too many failures; until when.
    Locked {
        /// End of the lock.
        until: jiff::Timestamp,
    },
    /// The row does not exist or is outside the reader's scope: the same answer on purpose.
    NotFound {
        /// What was looked for, in Chinese (`园区`).
        what: &'static str,
    },
    /// The role does not allow the act on a row that the caller may see.
    Forbidden {
        /// Why.
        detail: String,
    },
    /// The browser header against forged requests is missing.
    CsrfMissing,
    /// Somebody else changed the row first.
    Conflict {
        /// What happened.
        detail: String,
        /// The row as it is now.
        current: Option<serde_json::Value>,
    },
    /// The state of the thing does not allow the step; the code says which rule.
    Refused {
        /// Stable code.
        code: &'static str,
        /// Why and what to do next.
        detail: String,
    },
    /// The step is not possible now for several reasons, one entry each.
    Unready {
        /// Stable code of the whole.
        code: &'static str,
        /// Why and what to do next.
        detail: String,
        /// One per reason; `field` is the file, `row` and `column` the place in it.
        errors: Vec<ProblemEntry>,
    },
    /// The password that was asked again is wrong.
    WrongPassword,
    /// Values that are understood but not acceptable, one entry each.
    Invalid {
        /// Stable code of the whole.
        code: &'static str,
        /// Summary.
        detail: String,
        /// One per value.
        errors: Vec<ProblemEntry>,
    },
    /// The request could not be read (JSON, query, path, multipart).
    Malformed {
        /// What is wrong.
        detail: String,
    },
    /// Body larger than allowed.
    TooLarge {
        /// Largest size in bytes.
        limit: u64,
    },
    /// Too many requests.
    TooMany {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// A precondition header is required.
    PreconditionRequired,
    /// Something inside failed; logged, not sent.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// One value that is not acceptable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemEntry {
    /// Field of the request or of the form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// Row in a file, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub row: Option<u64>,
    /// Column in a file, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub column: Option<u32>,
    /// Stable English code.
    pub code: String,
    /// Chinese message.
    pub message: String,
}

/// RFC 9457 problem document.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Kind of the problem, a relative address of the manual.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short Chinese title of the kind.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable English code.
    pub code: String,
    /// Chinese explanation of this case.
    pub detail: String,
    /// One entry per value that is not acceptable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<ProblemEntry>,
    /// The row as it is now, after a lost race.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, required = false)]
    pub current: Option<serde_json::Value>,
}

impl ApiError {
    /// A fault.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// One unacceptable value of the request; the entry's code becomes the problem's code.
    pub fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let entry = ProblemEntry {
            field: Some(field.to_owned()),
            code: code.to_owned(),
            message: message.clone(),
            ..ProblemEntry::default()
        };
        Self::Invalid { code, detail: message, errors: vec![entry] }
    }

    /// The row is not there for this reader.
    pub fn not_found(what: &'static str) -> Self {
        Self::NotFound { what }
    }

    /// The step is not possible now.
    pub fn refused(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Refused { code, detail: detail.into() }
    }

    /// HTTP status, chosen here and nowhere else.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::BadCredentials => StatusCode::UNAUTHORIZED,
            Self::Locked { .. } => StatusCode::LOCKED,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::Forbidden { .. } | Self::CsrfMissing | Self::WrongPassword => StatusCode::FORBIDDEN,
            Self::Conflict { .. } | Self::Refused { .. } | Self::Unready { .. } => StatusCode::CONFLICT,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Stable English code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::BadCredentials => "bad-credentials",
            Self::Locked { .. } => "locked",
            Self::NotFound { .. } => "not-found",
            Self::Forbidden { .. } => "forbidden",
            Self::CsrfMissing => "csrf-missing",
            Self::Conflict { .. } => "conflict",
            Self::Refused { code, .. } | Self::Unready { code, .. } | Self::Invalid { code, .. } => code,
            Self::WrongPassword => "password-wrong",
            Self::Malformed { .. } => "malformed",
            Self::TooLarge { .. } => "too-large",
            Self::TooMany { .. } => "too-many-requests",
            Self::PreconditionRequired => "if-match-required",
            Self::Internal(_) => "internal",
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "未登录",
            Self::BadCredentials => "登录失败",
            Self::Locked { .. } => "账号已锁定",
            Self::NotFound { .. } => "未找到",
            Self::Forbidden { .. } | Self::CsrfMissing => "无权操作",
            Self::WrongPassword => "密码不正确",
            Self::Conflict { .. } => "内容已被他人修改",
            Self::Refused { .. } | Self::Unready { .. } => "当前状态不允许此操作",
            Self::Invalid { .. } => "内容不符合要求",
            Self::Malformed { .. } => "请求格式有误",
            Self::TooLarge { .. } => "内容过大",
            Self::TooMany { .. } => "操作过于频繁",
            Self::PreconditionRequired => "缺少版本号",
            Self::Internal(_) => "系统内部错误",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Unauthenticated => "请先登录；登录状态可能已过期。".into(),
            Self::BadCredentials => "用户名或密码不正确。连续五次失败将锁定十五分钟。".into(),
            Self::Locked { until } => {
                let local = jiff::tz::TimeZone::fixed(jiff::tz::offset(8)).to_datetime(*until);
                format!("连续登录失败次数过多，账号锁定至 {}。", local.strftime("%Y年%-m月%-d日 %H:%M"))
            }
            Self::NotFound { what } => format!("没有找到该{what}，或不在您的权限范围内。"),
            Self::CsrfMissing => "请求缺少来源校验头 X-Xiyuan-Request，请从本系统页面操作。".into(),
            Self::Forbidden { detail }
            | Self::Conflict { detail, .. }
            | Self::Refused { detail, .. }
            | Self::Unready { detail, .. }
            | Self::Invalid { detail, .. }
            | Self::Malformed { detail } => detail.clone(),
            Self::WrongPassword => "密码不正确，没有签署。连续五次失败将锁定十五分钟。".into(),
            Self::TooLarge { limit } => format!("内容超过上限 {} MB。", limit.div_ceil(1 << 20)),
            Self::TooMany { retry_after } => format!("请在 {retry_after} 秒后重试。"),
            Self::PreconditionRequired => "修改时须用 If-Match 带上所依据的版本号。".into(),
            Self::Internal(_) => "系统暂时无法完成该操作，已记录。请稍后重试；仍不成功时，请把响应头 X-Request-Id 的编号告知管理员。".into(),
        }
    }

    /// The document that is sent.
    pub fn problem(&self) -> Problem {
        let (errors, current) = match self {
            Self::Invalid { errors, .. } | Self::Unready { errors, .. } => (errors.clone(), None),
            Self::Conflict { current, .. } => (Vec::new(), current.clone()),
            _ => (Vec::new(), None),
        };
        Problem {
            kind: format!("/api/docs#problem-{}", self.code()),
            title: self.title().to_owned(),
            status: self.status().as_u16(),
            code: self.code().to_owned(),
            detail: self.detail(),
            errors,
            current,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound { what: "内容" },
            StoreError::Conflict { current } => Self::Conflict {
                detail: format!("其他人已先行修改，现为第 {current} 版。请查看最新内容后再提交。"),
                current: Some(serde_json::json!({ "revision": current })),
            },
            StoreError::Forbidden { action } => Self::Forbidden { detail: wording::forbidden(action) },
            StoreError::Invalid(invalid) if invalid.code == InvalidCode::State => {
                Self::Refused { code: invalid.code.code(), detail: wording::invalid(&invalid) }
            }
            StoreError::Invalid(invalid) => {
                Self::field(&invalid.field, invalid.code.code(), wording::invalid(&invalid))
            }
            StoreError::Locked { until } => Self::Locked { until },
            StoreError::Internal(cause) => Self::Internal(cause),
        }
    }
}

/// Says in a refusal what was looked for.
pub trait Missing<T> {
    /// `not found` names this kind of thing.
    fn or_missing(self, what: &'static str) -> ApiResult<T>;
}

impl<T> Missing<T> for Result<T, StoreError> {
    fn or_missing(self, what: &'static str) -> ApiResult<T> {
        self.map_err(|error| match error {
            StoreError::NotFound => ApiError::NotFound { what },
            other => other.into(),
        })
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Internal(error) = &self {
            tracing::error!(error = %chain(error.as_ref()), "request failed");
        }
        let mut response = (self.status(), Json(self.problem())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Self::TooMany { retry_after } = self {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
        }
        response
    }
}

/// The error and its causes on one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
