//! Uploads: one file with a few text fields, never more than allowed in memory or on disk.

use std::collections::BTreeMap;

use axum::extract::{Multipart, multipart::Field};

use crate::error::{ApiError, ApiResult};

const LONGEST_TEXT: usize = 1000;
const MOST_FIELDS: usize = 20;

/// What a form brought.
#[derive(Debug, Default)]
pub struct Upload {
    texts: BTreeMap<String, String>,
    file: Option<(String, Vec<u8>)>,
}

impl Upload {
    /// A text field that must be there.
    pub fn text(&self, name: &str) -> ApiResult<&str> {
        self.find(name).ok_or_else(|| ApiError::field(name, "required", format!("缺少“{name}”。")))
    }

    /// A text field that may be there; an empty one is not.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The file with the name that was sent.
    pub fn into_file(self) -> ApiResult<(String, Vec<u8>)> {
        self.file.ok_or_else(|| ApiError::field("file", "required", "请选择文件。"))
    }
}

/// Reads a form; a file above `limit` bytes is refused as soon as the limit is passed.
pub async fn read(mut form: Multipart, limit: u64) -> ApiResult<Upload> {
    let mut upload = Upload::default();
    let mut fields = 0;
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        fields += 1;
        if fields > MOST_FIELDS {
            return Err(ApiError::Malformed { detail: "表单字段过多。".into() });
        }
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let sent = field.file_name().unwrap_or_default().to_owned();
            let bytes = collect(field, limit).await?;
            upload.file = Some((sent, bytes));
        } else {
            let bytes = collect(field, LONGEST_TEXT as u64).await?;
            let text = String::from_utf8(bytes)
                .map_err(|_| ApiError::field(&name, "malformed", "文字须为 UTF-8 编码。"))?;
            upload.texts.insert(name, text.trim().to_owned());
        }
    }
    Ok(upload)
}

async fn collect(mut field: Field<'_>, limit: u64) -> ApiResult<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(malformed)? {
        if (bytes.len() + chunk.len()) as u64 > limit {
            return Err(ApiError::TooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "used as a mapper of errors")]
fn malformed(error: axum::extract::multipart::MultipartError) -> ApiError {
    ApiError::Malformed { detail: format!("无法读取上传内容：{}", error.body_text()) }
}
