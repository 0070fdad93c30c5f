//! Files of a package as text, and TOML values that know where they stand.

/// One file of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path inside the package folder, `/`-separated, e.g. `forms/enterprise-annual.toml`.
    pub path: String,
    /// Content (UTF-8).
    pub text: String,
}

impl SourceFile {
    /// A file.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}
