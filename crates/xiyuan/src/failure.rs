//! Why a command could not run, in words for people.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use xiyuan_server::ApiError;
use xiyuan_server::engine::PublishError;
use xiyuan_store::StoreError;

/// Why a command could not run; exit code 2.
#[derive(Debug)]
pub enum Failure {
    /// The request was understood and refused, with its reason.
    Refused(ApiError),
    /// A file or folder cannot be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// What was attempted, in Chinese (`读取`).
        what: &'static str,
        /// Why not.
        cause: io::Error,
    },
    /// What was asked for makes no sense, in Chinese.
    Usage(String),
    /// Something inside failed.
    Inside(Box<dyn std::error::Error + Send + Sync>),
}

impl Failure {
    /// For `map_err` on a file operation.
    pub fn file(what: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |cause| Self::File { path, what, cause }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(ApiError::Internal(cause)) | Self::Inside(cause) => {
                write!(f, "出错：{}", chain(cause.as_ref()))
            }
            Self::Refused(error) => {
                let problem = error.problem();
                write!(f, "{}", problem.detail)?;
                for entry in problem.errors.iter().filter(|entry| entry.message != problem.detail) {
                    write!(f, "\n  {}", entry.message)?;
                }
                Ok(())
            }
            Self::File { path, what, cause } => write!(f, "无法{what} {}：{}", path.display(), reason(cause)),
            Self::Usage(text) => f.write_str(text),
        }
    }
}

fn reason(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::AlreadyExists => "已经存在".to_owned(),
        io::ErrorKind::AddrInUse => "地址已被占用".to_owned(),
        io::ErrorKind::StorageFull => "磁盘已满".to_owned(),
        _ => cause.to_string(),
    }
}

/// The error and its causes.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.push('；');
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}

impl std::error::Error for Failure {}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Store(error) => error.into(),
            PublishError::Findings(findings) => {
                let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
                Self::Usage(format!("政策包有错误，未发布：\n{}", lines.join("\n")))
            }
        }
    }
}

impl From<xiyuan_archive::ArchiveError> for Failure {
    fn from(error: xiyuan_archive::ArchiveError) -> Self {
        Self::Usage(format!("{error}。"))
    }
}

impl From<xiyuan_sheets::SheetError> for Failure {
    fn from(error: xiyuan_sheets::SheetError) -> Self {
        Self::Inside(error.into())
    }
}
