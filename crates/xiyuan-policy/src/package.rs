//! The checked model of a policy package: what the rest of the product reads.
//!
//! Built only by the compiler (`compile`), so everything here is resolved, unit-checked and cite-checked.

mod clauses;
mod fields;
mod numbers;
mod rules;
mod scorecard;
mod targets;
mod units;

use indexmap::IndexMap;
use jiff::civil::Date;
use serde::Serialize;

use crate::number::Exact;
use crate::plan::GroupingIx;

pub use clauses::{Clause, SoftNorm};
pub use fields::{
    Check, Field, FieldType, Form, Frequency, Kind, Origin, Range, Section, Sensitivity, Subject,
};
pub use numbers::{Benchmark, DatedValue, Parameter};
pub use rules::{
    Assessment, Criterion, EvidenceKind, Fact, Grouping, Indicator, MissingRule, Reading, RecordKind, Test,
    Threshold,
};
pub use scorecard::{Grade, GradeRule, Scorecard, Tie, Veto};
pub use targets::{Cited, Due, Measure, Target, Task};
pub use units::{Catalog, CatalogEntry, Dimension, Unit};

/// Place in a source file, for errors and for "show me the rule": 1-based line and column (characters).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Path inside the package folder, `/`-separated.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
}

/// A compiled policy package with everything it uses merged in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// Stable id, e.g. `wuxi-2023`.
    pub id: String,
    /// Title of the policy.
    pub title: String,
    /// Issuer.
    pub issuer: String,
    /// Document number, where known.
    pub document_number: Option<String>,
    /// Day of issue.
    pub issued: Date,
    /// First day in force.
    pub in_force_from: Date,
    /// Last day in force.
    pub in_force_to: Option<Date>,
    /// SM3 digest (hex) over the sorted (path, content) pairs of this package and those it uses.
    pub digest: String,
    /// Ids of the packages merged in.
    pub uses: Vec<String>,
    /// Clauses by id, in order of the text.
    pub clauses: IndexMap<String, Clause>,
    /// Units by name.
    pub units: IndexMap<String, Unit>,
    /// Code lists by id.
    pub catalogs: IndexMap<String, Catalog>,
    /// Field dictionary.
    pub fields: Vec<Field>,
    /// Forms.
    pub forms: Vec<Form>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Benchmarks.
    pub benchmarks: Vec<Benchmark>,
    /// Indicators, in an order in which each uses only earlier ones.
    pub indicators: Vec<Indicator>,
    /// Facts.
    pub facts: Vec<Fact>,
    /// Evidence kinds.
    pub evidence: Vec<EvidenceKind>,
    /// Criteria.
    pub criteria: Vec<Criterion>,
    /// Named sets of criteria (e.g. the recognition self-check).
    pub assessments: Vec<Assessment>,
    /// Ways to put subjects into groups.
    pub groupings: Vec<Grouping>,
    /// Kinds of records.
    pub records: Vec<RecordKind>,
    /// Scored comparisons.
    pub scorecards: Vec<Scorecard>,
    /// What the policy wants to reach by when.
    pub targets: Vec<Target>,
    /// Who does what for it.
    pub tasks: Vec<Task>,
}

impl Package {
    /// Position of something by its id.
    pub fn grouping(&self, id: &str) -> Option<GroupingIx> {
        let position = self.groupings.iter().position(|grouping| grouping.id == id)?;
        u32::try_from(position).ok().map(GroupingIx)
    }

    /// Factor of a unit to its base unit; 1 for no unit.
    pub fn unit_factor(&self, unit: Option<&str>) -> Exact {
        unit.and_then(|name| self.units.get(name)).map_or(Exact { mantissa: 1, scale: 0 }, |unit| unit.factor)
    }
}
