//! What kinds of file are taken, told by their first bytes and not by their name.

use crate::error::ApiError;

/// Media type of an accepted file.
pub(super) fn media_type(name: &str, content: &[u8]) -> Result<&'static str, ApiError> {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_zip = content.starts_with(b"PK\x03\x04");
    let is_ole = content.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    let found = match extension.as_str() {
        "pdf" if content.starts_with(b"%PDF-") => Some("application/pdf"),
        "png" if content.starts_with(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        "jpg" | "jpeg" if content.starts_with(&[0xFF, 0xD8, 0xFF]) => Some("image/jpeg"),
        "docx" if is_zip => Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "xlsx" if is_zip => Some(crate::http::files::XLSX),
        "ofd" if is_zip => Some("application/ofd"),
        "doc" if is_ole => Some("application/msword"),
        "xls" if is_ole => Some("application/vnd.ms-excel"),
        _ => None,
    };
    found.ok_or_else(|| {
        ApiError::field(
            "file",
            "file-type",
            "只接受 PDF、PNG、JPEG、Word、Excel、OFD 文件，且内容须与扩展名一致。",
        )
    })
}

/// The last part of a name that a browser sent, without control characters; empty names are refused.
pub(crate) fn file_name(sent: &str) -> Result<String, ApiError> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    let clean = clean.trim().trim_start_matches('.').to_owned();
    if clean.is_empty() {
        return Err(ApiError::field("file", "file-name", "文件名不能为空。"));
    }
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_calls_itself_pdf_is_refused() {
        assert!(media_type("合同.pdf", b"MZ\x90\x00").is_err());
        assert_eq!(media_type("合同.PDF", b"%PDF-1.7 ...").ok(), Some("application/pdf"));
    }

    #[test]
    fn paths_in_names_are_cut_off() {
        assert_eq!(file_name("../../etc/营业执照.pdf").ok().as_deref(), Some("营业执照.pdf"));
        assert_eq!(file_name("C:\\证照\\a.png").ok().as_deref(), Some("a.png"));
        assert!(file_name("..").is_err());
    }
}
