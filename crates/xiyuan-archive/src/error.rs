//! Why an archive could not be written or read.

/// See the module's head.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The address is none.
    #[error("“{url}”不是可用的存放位置：{reason}")]
    Address {
        /// As it was given.
        url: String,
        /// Why not.
        reason: String,
    },
    /// The folder or the object store answered with an error.
    #[error("存取档案失败：{0}")]
    Store(#[from] object_store::Error),
    /// Another archive stands there.
    #[error("该位置已有另一份档案，未作改动")]
    Exists,
    /// There is no manifest: nothing was written here, or writing was broken off.
    #[error("该位置没有完整的档案（缺 manifest.json）")]
    Incomplete,
    /// A file that the manifest names is not there.
    #[error("档案缺少文件 {file}")]
    FileGone {
        /// Name.
        file: String,
    },
    /// A file is not what was written.
    #[error("档案文件 {file} 已被改动")]
    Tampered {
        /// Name.
        file: String,
    },
    /// Written by a later program.
    #[error("档案格式为第 {0} 版，本程序不能读取")]
    Format(u32),
    /// A number has more digits than a Parquet decimal holds.
    #[error("{subject} 的“{field}”超过 38 位数字，不能存档")]
    TooLarge {
        /// Field or benchmark.
        field: String,
        /// Id of the subject, or the period of a benchmark.
        subject: String,
    },
    /// A file does not hold what it should.
    #[error("档案文件 {file} 无法读取：{reason}")]
    Malformed {
        /// Name.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// The package in the archive does not compile to the digest of the manifest.
    #[error("档案中的政策包与清单所记的不符：{0}")]
    Package(String),
}

impl ArchiveError {
    /// For `map_err`: a file does not hold what it should.
    #[expect(clippy::needless_pass_by_value, reason = "used as a mapper of errors")]
    pub(crate) fn malformed(file: &str, reason: impl ToString) -> Self {
        Self::Malformed { file: file.to_owned(), reason: reason.to_string() }
    }
}
