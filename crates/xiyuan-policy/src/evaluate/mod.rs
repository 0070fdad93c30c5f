//! Evaluates a package over a frame: figures and outcomes of every park.
//!
//! Two evaluators answer the same: [`naive`] takes one park and one member at a time and is the oracle;
//! [`mod@column`] sums dense columns and looks closely only at members with something missing. Must not know TOML.

mod addend;
mod affine;
mod aggregate;
mod arithmetic;
mod batch;
mod bounds;
pub mod card;
mod close;
pub mod column;
mod digest;
pub mod external;
mod form;
mod mask;
pub mod naive;
mod plain;
mod probe;
pub(crate) mod scalar;
mod system;
mod targets;
mod test;
mod touched;
pub(crate) mod value;
mod who;

pub(crate) use batch::Rows;
pub use batch::Stage;
pub(crate) use probe::{plain_ratio, test_of_park};
pub use targets::{Progress, TargetProgress, target, target_period};
pub use touched::{Advanced, OutcomeChange, Touched, advance, differing, touched};

use std::collections::BTreeMap;

use crate::frame::{Frame, ParkIx, Period, SubjectIx};
use crate::number::Exact;
use crate::outcome::{Coverage, CriterionOutcome, Figure, Outcome, ParkOutcome};
use crate::package::Package;
use crate::plan::{CriterionIx, IndicatorIx, ParameterIx};

/// Number of the engine's semantics; a receipt names it, and released semantics stay runnable unchanged.
pub const SEMANTICS: u32 = 1;

/// What is changed for a what-if.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Parameters, in the parameter's own unit.
    pub parameters: BTreeMap<ParameterIx, Exact>,
    /// Reading (its position in the criterion's list) by criterion.
    pub readings: BTreeMap<CriterionIx, usize>,
}

impl Overrides {
    /// Finds parameters and readings by their ids.
    pub fn resolve<'a>(
        package: &Package,
        parameters: impl IntoIterator<Item = (&'a str, Exact)>,
        readings: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, EvaluationError> {
        let mut overrides = Self::default();
        for (id, value) in parameters {
            let position = package.parameters.iter().position(|p| p.id == id);
            let position = position.ok_or_else(|| EvaluationError::UnknownParameter(id.to_owned()))?;
            overrides.parameters.insert(ParameterIx(index(position)), value);
        }
        for (id, reading) in readings {
            let position = package.criteria.iter().position(|c| c.id == id);
            let position = position.ok_or_else(|| EvaluationError::UnknownCriterion(id.to_owned()))?;
            let chosen = package.criteria[position].readings.iter().position(|r| r.id == reading);
            let chosen = chosen.ok_or_else(|| EvaluationError::UnknownReading {
                criterion: id.to_owned(),
                reading: reading.to_owned(),
            })?;
            overrides.readings.insert(CriterionIx(index(position)), chosen);
        }
        Ok(overrides)
    }
}

fn index(position: usize) -> u32 {
    u32::try_from(position).expect("a package has fewer than four thousand million rules")
}

/// What is evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Position in [`Package::assessments`].
    pub assessment: usize,
    /// Period.
    pub period: Period,
    /// What-if.
    pub overrides: Overrides,
}

impl Run {
    /// Position of the reading under which a criterion is tested: the one asked for, else the one that officers decided
    /// on for the period, else the default.
    pub fn reading(&self, frame: &Frame, criterion: CriterionIx) -> usize {
        let asked = self.overrides.readings.get(&criterion).copied();
        asked.unwrap_or_else(|| frame.reading(criterion, self.period))
    }
}

/// Why an evaluation could not run: never a matter of missing figures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// A number left the range of the engine.
    #[error("数值超出可计算范围：{place}")]
    Overflow {
        /// Indicator or criterion.
        place: String,
    },
    /// The formula mixes shapes in a way the checker should have refused.
    #[error("公式无法计算：{place}")]
    Shape {
        /// Indicator or criterion.
        place: String,
    },
    /// No such parameter.
    #[error("没有参数“{0}”")]
    UnknownParameter(String),
    /// No such criterion.
    #[error("没有条件“{0}”")]
    UnknownCriterion(String),
    /// No such reading.
    #[error("条件“{criterion}”没有解读“{reading}”")]
    UnknownReading {
        /// Criterion id.
        criterion: String,
        /// Reading id.
        reading: String,
    },
    /// No such assessment.
    #[error("没有该评估")]
    UnknownAssessment,
}

/// How an evaluator answers for one indicator of one park; the tests of criteria are the same for all evaluators.
pub(crate) trait Figures {
    /// The indicator's figure and coverage.
    fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<(Figure, Coverage), EvaluationError>;

    /// The figure alone, as other formulas read it.
    fn value(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<Figure, EvaluationError> {
        self.figure(indicator, subject, period).map(|(figure, _)| figure)
    }

    /// What is known of an aggregate without a look at each member; `None` = look at all of them.
    fn digest(&self, _scope: &scalar::Scope<'_>, _of: &digest::Asked<'_>) -> Option<digest::Digest> {
        None
    }

    /// Whether `indicator − threshold` can be negative, zero or positive, given what is missing; `None` when nothing
    /// tighter than the figure's own bounds is known.
    fn signs(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
        threshold: Exact,
    ) -> Result<Option<Signs>, EvaluationError>;
}

/// Which signs a difference can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signs {
    pub negative: bool,
    pub zero: bool,
    pub positive: bool,
}

/// One park only.
pub fn one_park(
    package: &Package,
    frame: &Frame,
    run: &Run,
    park: ParkIx,
) -> Result<ParkOutcome, EvaluationError> {
    let stage = assessment_stage(package, frame, run)?;
    park_outcome(package, frame, run, &stage.columns(), park)
}

/// One criterion of one park; the run's assessment does not matter.
pub fn one_criterion(
    package: &Package,
    frame: &Frame,
    run: &Run,
    criterion: CriterionIx,
    park: ParkIx,
) -> Result<CriterionOutcome, EvaluationError> {
    let mut stage = Stage::new(package, frame, run.overrides.clone());
    require_criterion(&mut stage, run, criterion)?;
    let figures = stage.columns();
    test::Tester { package, frame, run, figures: &figures, park }.criterion(criterion)
}

fn park_outcome(
    package: &Package,
    frame: &Frame,
    run: &Run,
    figures: &impl Figures,
    park: ParkIx,
) -> Result<ParkOutcome, EvaluationError> {
    let assessment = package.assessments.get(run.assessment).ok_or(EvaluationError::UnknownAssessment)?;
    let tester = test::Tester { package, frame, run, figures, park };
    let mut outcome = Outcome::Met;
    let mut criteria = Vec::with_capacity(assessment.criteria.len());
    for criterion in &assessment.criteria {
        let result = tester.criterion(*criterion)?;
        if !package.criteria[criterion.index()].is_soft {
            outcome = outcome.and(result.outcome());
        }
        criteria.push(result);
    }
    Ok(ParkOutcome { park, outcome, criteria })
}

/// A figure with its coverage: for pages that show one number.
pub fn figure(
    package: &Package,
    frame: &Frame,
    overrides: &Overrides,
    indicator: IndicatorIx,
    subject: SubjectIx,
    period: Period,
) -> Result<(Figure, Coverage), EvaluationError> {
    let stage = Stage::new(package, frame, overrides.clone());
    stage.columns().figure(indicator, subject, period)
}

/// Everything that the criteria of a run's assessment read of all enterprises and groups.
fn assessment_stage<'a>(
    package: &'a Package,
    frame: &'a Frame,
    run: &Run,
) -> Result<Stage<'a>, EvaluationError> {
    let mut stage = Stage::new(package, frame, run.overrides.clone());
    require_assessment(&mut stage, run)?;
    Ok(stage)
}

fn require_assessment(stage: &mut Stage<'_>, run: &Run) -> Result<(), EvaluationError> {
    let assessment =
        stage.package().assessments.get(run.assessment).ok_or(EvaluationError::UnknownAssessment)?;
    assessment.criteria.iter().try_for_each(|criterion| require_criterion(stage, run, *criterion))
}

fn require_criterion(
    stage: &mut Stage<'_>,
    run: &Run,
    criterion: CriterionIx,
) -> Result<(), EvaluationError> {
    let reading = run.reading(stage.frame(), criterion);
    // A reading that is not there is reported where it is tested.
    let chosen = stage.package().criteria[criterion.index()].readings.get(reading);
    chosen.map_or(Ok(()), |chosen| stage.require_test(&chosen.test, run.period))
}
