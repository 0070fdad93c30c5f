//! Changes of a package's files that people make by filling in a form: one number with the sentence it stands in, and
//! what worked examples expect. Everything else in a file – comments, order, spaces – stays as it is, byte for byte.
//!
//! Files in, changed files out; whether the result makes sense is the compiler's work. No I/O.

mod expectations;
mod numbers;
mod patch;
mod quotes;

pub use expectations::accept;
pub use numbers::{WrittenNumber, numbers, set_number};
pub use quotes::replace_words;

/// Why a change is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No such number is written in these files.
    #[error("政策包自己的文件里没有参数“{0}”")]
    UnknownNumber(String),
    /// Not a plain decimal.
    #[error("“{0}”不是数字")]
    NotANumber(String),
    /// A number inside a condition has no days.
    #[error("“{0}”写在条件里，不能分期；请先在 parameters.toml 里登记为参数")]
    NotDatable(String),
    /// The words do not stand in the clause, or stand in it more than once.
    #[error("条款 {clause} 的原文里“{words}”出现了 {times} 次，应恰好一次")]
    Words {
        /// Clause.
        clause: String,
        /// What was looked for.
        words: String,
        /// How often it stands there.
        times: usize,
    },
    /// The number belongs to no clause whose words could change.
    #[error("“{0}”没有写明条款，没有原文可改")]
    NoClause(String),
    /// No such example.
    #[error("没有算例“{0}”")]
    UnknownExample(String),
    /// Written in a way that only the editor can change.
    #[error("{0} 的写法不能在这里改，请在编辑器里改")]
    Shape(String),
}
