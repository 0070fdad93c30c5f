//! The compiler: files of a package in, checked package, worked examples and findings out.
//!
//! Every finding is collected; nothing here panics or stops at the first mistake. No I/O.

use crate::diagnostic::Diagnostic;
use crate::examples::model::Example;
use crate::package::Package;
use crate::source::SourceFile;

/// What the compiler answers.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The package; `None` when there is any error.
    pub package: Option<Package>,
    /// Worked examples of the package itself (not of those it uses); empty when there is any error.
    pub examples: Vec<Example>,
    /// All findings, errors first, then by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles the package in `sources`; `library` holds the packages it may use, one list of files each.
pub fn compile(_sources: &[SourceFile], _library: &[Vec<SourceFile>]) -> Compiled {
    Compiled { package: None, examples: Vec::new(), diagnostics: Vec::new() }
}
