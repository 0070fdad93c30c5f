//! Running an assessment over all parks.

use std::sync::Arc;

use xiyuan_policy::{
    evaluate::{EvaluationError, Overrides, Run, column},
    frame::{Frame, Period},
    needs,
    number::Exact,
    outcome::{ParkOutcome, RunResult},
    package::Package,
    what_if::Hypothesis,
};
use xiyuan_store::{Commit, ParkId};

use super::{Engine, ResultKey, blocking};
use crate::error::{ApiError, ApiResult};

/// What is asked of the engine.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Policy package by id or digest; the default one when absent.
    pub policy: Option<String>,
    /// Assessment by id; the package's first when absent.
    pub assessment: Option<String>,
    /// Year.
    pub year: i16,
    /// Known time: commit number or instant.
    pub as_of: Option<String>,
    /// Parameter id and value in the parameter's unit.
    pub parameters: Vec<(String, String)>,
    /// Condition id and reading id.
    pub readings: Vec<(String, String)>,
}

/// Outcomes of every park with everything needed to explain them.
#[derive(Debug)]
pub struct Evaluated {
    /// Package.
    pub package: Arc<Package>,
    /// Frame.
    pub frame: Arc<Frame>,
    /// As of.
    pub commit: Commit,
    /// What was run.
    pub run: Run,
    /// Outcomes.
    pub result: RunResult,
}

impl Evaluated {
    /// Outcome of a park; `None` when the frame does not hold it.
    pub fn of_park(&self, park: ParkId) -> Option<&ParkOutcome> {
        let ix = self.frame.find_park(&park.to_string())?;
        self.result.parks.iter().find(|outcome| outcome.park == ix)
    }
}

impl Engine {
    /// Evaluates; answers without overrides are kept.
    pub async fn evaluate(&self, question: &Question) -> ApiResult<Arc<Evaluated>> {
        let package = self.require_package(question.policy.as_deref()).await?;
        let assessment = find_assessment(&package, question.assessment.as_deref())?;
        let overrides = overrides(&package, question)?;
        let commit = self.commit(question.as_of.as_deref()).await?;
        let period = Period::Year(question.year);
        let is_plain = overrides == Overrides::default();
        let run = Run { assessment, period, overrides };
        if !is_plain {
            return self.run(package, commit, run).await;
        }
        let key = ResultKey { digest: package.digest.clone(), assessment, period, known: commit.number.0 };
        self.results.get_or_make(key, self.run(package, commit, run)).await
    }

    /// Evaluates under overrides and over supposed figures; nothing of it is kept. With nothing supposed the answer is the
    /// one of [`Self::evaluate`].
    pub async fn suppose(&self, question: &Question, hypothesis: Hypothesis) -> ApiResult<Arc<Evaluated>> {
        if hypothesis.is_empty() {
            return self.evaluate(question).await;
        }
        let package = self.require_package(question.policy.as_deref()).await?;
        let assessment = find_assessment(&package, question.assessment.as_deref())?;
        let overrides = overrides(&package, question)?;
        let commit = self.commit(question.as_of.as_deref()).await?;
        let run = Run { assessment, period: Period::Year(question.year), overrides };
        let periods = needs::periods(&package, run.period);
        let held = Box::pin(self.held(&package, periods, commit.number)).await?;
        let frame = Arc::clone(&held.frame);
        let evaluated = blocking(move || {
            let frame = hypothesis
                .apply(&package, &frame)
                .map_err(|error| ApiError::field("filings", "cannot-be-supposed", format!("{error}。")))?;
            let result = column::evaluate(&package, &frame, &run).map_err(evaluation_error)?;
            Ok(Arc::new(Evaluated { package, frame: Arc::new(frame), commit, run, result }))
        });
        evaluated.await?
    }

    /// Evaluates a package that need not be published, as it is; nothing is kept but the frame.
    pub(crate) async fn evaluate_package(
        &self,
        package: Arc<Package>,
        assessment: usize,
        year: i16,
        commit: Commit,
    ) -> ApiResult<Arc<Evaluated>> {
        let run = Run { assessment, period: Period::Year(year), overrides: Overrides::default() };
        self.run(package, commit, run).await
    }

    async fn run(&self, package: Arc<Package>, commit: Commit, run: Run) -> ApiResult<Arc<Evaluated>> {
        let periods = needs::periods(&package, run.period);
        // Boxed: building a frame keeps much on the stack, and every caller would carry room for it.
        let held = Box::pin(self.held(&package, periods, commit.number)).await?;
        let way = self.way(&package, &run, &held);
        self.count(&way);
        let frame = Arc::clone(&held.frame);
        let evaluated = blocking(move || {
            let result = way.go(&package, &frame, &run)?;
            Ok(Arc::new(Evaluated { package, frame, commit, run, result }))
        });
        evaluated.await?.map_err(evaluation_error)
    }
}

/// Position of an assessment; the package's first when none is named.
pub(crate) fn find_assessment(package: &Package, id: Option<&str>) -> ApiResult<usize> {
    let position = match id.filter(|id| !id.is_empty()) {
        None => (!package.assessments.is_empty()).then_some(0),
        Some(id) => package.assessments.iter().position(|assessment| assessment.id == id),
    };
    position.ok_or_else(|| {
        let text = id.unwrap_or_default();
        ApiError::field("assessment", "unknown-assessment", format!("政策包没有评估“{text}”。"))
    })
}

/// Overrides by id, checked against the package.
pub(crate) fn overrides(package: &Package, question: &Question) -> ApiResult<Overrides> {
    let mut parameters = Vec::new();
    for (id, text) in &question.parameters {
        let value = Exact::parse(text.trim()).map_err(|_| {
            ApiError::field("set", "not-a-number", format!("参数“{id}”的取值“{text}”不是数字。"))
        })?;
        parameters.push((id.as_str(), value));
    }
    let readings = question.readings.iter().map(|(id, reading)| (id.as_str(), reading.as_str()));
    Overrides::resolve(package, parameters, readings).map_err(evaluation_error)
}

/// Names that are not there are the caller's mistake; numbers out of range are named; the rest is a fault.
#[expect(clippy::needless_pass_by_value, reason = "used as a mapper of errors")]
pub(crate) fn evaluation_error(error: EvaluationError) -> ApiError {
    let text = error.to_string();
    match error {
        EvaluationError::UnknownParameter(_) => ApiError::field("set", "unknown-parameter", text),
        EvaluationError::UnknownCriterion(_) | EvaluationError::UnknownReading { .. } => {
            ApiError::field("reading", "unknown-reading", text)
        }
        EvaluationError::UnknownAssessment => ApiError::field("assessment", "unknown-assessment", text),
        EvaluationError::Overflow { .. } => ApiError::refused("overflow", text),
        EvaluationError::Shape { .. } => ApiError::internal(text),
    }
}
