//! What can go wrong with a whole file, in words for the person who sent it.

use std::io;

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Reading or writing failed.
    #[error("文件读写失败：{0}")]
    Io(#[from] io::Error),
    /// Encrypted.
    #[error("文件设有打开密码，请取消密码后重新上传")]
    PasswordProtected,
    /// Neither a workbook nor a text table.
    #[error("不是可识别的表格文件（支持 xlsx、xls、csv）")]
    NotASpreadsheet,
    /// Looks like a workbook, but is damaged.
    #[error("文件已损坏，无法读取：{0}")]
    Damaged(String),
    /// Beyond a limit.
    #[error("文件过大：{what}超过上限 {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The workbook has no such sheet.
    #[error("文件中没有工作表“{0}”")]
    NoSuchSheet(String),
    /// No head row was found.
    #[error("工作表“{0}”中没有找到表头")]
    NoHead(String),
    /// The writer of workbooks refused.
    #[error("生成表格失败：{0}")]
    Write(String),
}
