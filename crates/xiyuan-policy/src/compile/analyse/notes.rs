//! What was written but is not part of the finished package: places, quotations of parameters, what was left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::cite::Citation;
use crate::package::Place;

/// Kept while the package is built.
#[derive(Default)]
pub(in crate::compile) struct Notes {
    /// Place and citation of each parameter, in order.
    pub(in crate::compile) parameters: Vec<(Place, Citation)>,
    /// How each reading of each criterion was written, in order.
    pub(in crate::compile) criteria: Vec<Vec<ReadingNote>>,
    /// How each target was written, in order.
    pub(in crate::compile) targets: Vec<TargetNote>,
    /// Place of each assessment, in order.
    pub(in crate::compile) assessments: Vec<Place>,
    /// Places of clauses, by id.
    pub(in crate::compile) clauses: BTreeMap<String, Place>,
    /// Clauses of which words are quoted in `clauses.toml`.
    pub(in crate::compile) quoted_clauses: BTreeSet<String>,
    /// Parameters of the package itself that should be read somewhere, by index.
    pub(in crate::compile) own_parameters: BTreeMap<usize, Place>,
    /// The same for fields.
    pub(in crate::compile) own_fields: BTreeSet<usize>,
}

/// How a reading was written.
#[derive(Clone)]
pub(in crate::compile) struct ReadingNote {
    pub(in crate::compile) place: Place,
    /// Its author said in words how the text is read.
    pub(in crate::compile) has_text: bool,
    pub(in crate::compile) cited: Citation,
}

/// How a target was written.
#[derive(Clone)]
pub(in crate::compile) struct TargetNote {
    pub(in crate::compile) place: Place,
    pub(in crate::compile) cited: Citation,
}

/// True for what the package itself declares, not one of those it uses.
pub(super) fn is_own(place: &Place) -> bool {
    !place.file.starts_with("../")
}
