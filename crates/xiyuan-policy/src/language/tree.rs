//! The parsed, unchecked form of a formula: only what the language has.

use crate::plan::{Arithmetic, Comparison};

/// A position in a formula: 1-based line and column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A node with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) at: At,
    pub(crate) kind: TreeKind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TreeKind {
    /// Digits as written.
    Number(String),
    Text(String),
    Bool(bool),
    Date(jiff::civil::Date),
    /// `revenue`, `enterprise.revenue`.
    Name(Vec<String>),
    Call(Call),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    Arithmetic(Arithmetic, Box<Tree>, Box<Tree>),
    Compare(Comparison, Box<Tree>, Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    In {
        of: Box<Tree>,
        list: Vec<Tree>,
        negated: bool,
    },
    Between {
        of: Box<Tree>,
        low: Box<Tree>,
        high: Box<Tree>,
        negated: bool,
    },
    Case {
        branches: Vec<(Tree, Tree)>,
        otherwise: Option<Box<Tree>>,
    },
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// In lower case.
    pub(crate) name: String,
    pub(crate) arguments: Vec<Tree>,
    /// `count(*)`.
    pub(crate) is_star: bool,
    /// `count(DISTINCT x)`.
    pub(crate) is_distinct: bool,
    pub(crate) filter: Option<Box<Tree>>,
}

impl Tree {
    /// Calls `f` for each name in the formula, outermost first.
    pub(crate) fn names(&self, f: &mut impl FnMut(&[String], At)) {
        if let TreeKind::Name(parts) = &self.kind {
            f(parts, self.at);
        }
        for child in self.children() {
            child.names(f);
        }
    }

    fn children(&self) -> Vec<&Tree> {
        match &self.kind {
            TreeKind::Number(_)
            | TreeKind::Text(_)
            | TreeKind::Bool(_)
            | TreeKind::Date(_)
            | TreeKind::Name(_) => Vec::new(),
            TreeKind::Call(call) => call.arguments.iter().chain(call.filter.as_deref()).collect(),
            TreeKind::Negate(of) | TreeKind::Not(of) => vec![of],
            TreeKind::Arithmetic(_, left, right)
            | TreeKind::Compare(_, left, right)
            | TreeKind::And(left, right)
            | TreeKind::Or(left, right) => vec![left, right],
            TreeKind::In { of, list, .. } => std::iter::once(&**of).chain(list).collect(),
            TreeKind::Between { of, low, high, .. } => vec![of, low, high],
            TreeKind::Case { branches, otherwise } => branches
                .iter()
                .flat_map(|(condition, value)| [condition, value])
                .chain(otherwise.as_deref())
                .collect(),
        }
    }
}
