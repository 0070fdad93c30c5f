//! Runs worked examples: builds the small frame an example describes, evaluates it, names what came out differently.
//!
//! Answers in words for officials. Must not read files.

mod build;
mod given;

use std::collections::BTreeSet;

use serde::Serialize;

use super::model::{Example, Expectation, ExpectedMissing, ExpectedOf, ExpectedWhat};
use crate::evaluate::{EvaluationError, Overrides, Run, figure, one_criterion, one_park};
use crate::frame::{EnterpriseIx, Frame, GroupIx, ParkIx, Period, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::{CriterionOutcome, Figure, Missing, Outcome, Undefined};
use crate::package::{Package, Place};
use crate::plan::{AssessmentIx, CriterionIx, IndicatorIx, Rounding};

pub use given::{Given, given};

/// What became of one example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExampleReport {
    /// The example's id.
    pub id: String,
    /// What it shows.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Number of assertions.
    pub expectations: usize,
    /// What came out differently; empty when the example holds.
    pub failures: Vec<Failure>,
}

impl ExampleReport {
    /// Everything came out as written.
    pub fn holds(&self) -> bool {
        self.failures.is_empty()
    }
}

/// One difference between what an example says and what came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Where the expectation stands.
    pub place: Place,
    /// What was asserted, in words: `甲园 / 条件 leading-revenue-share / 结论`.
    pub about: String,
    /// As written.
    pub expected: String,
    /// As computed.
    pub found: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Place { file, line, column } = &self.place;
        write!(f, "{file}:{line}:{column} {}：应为 {}，算得 {}", self.about, self.expected, self.found)
    }
}

/// Runs all examples of a package.
pub fn run_all(package: &Package, examples: &[Example]) -> Vec<ExampleReport> {
    examples.iter().map(|example| run(package, example)).collect()
}

/// Runs one example.
pub fn run(package: &Package, example: &Example) -> ExampleReport {
    let mut report = ExampleReport {
        id: example.id.clone(),
        name: example.name.clone(),
        place: example.place.clone(),
        expectations: example.expect.len(),
        failures: Vec::new(),
    };
    match Stage::build(package, example) {
        Ok(stage) => {
            for expectation in &example.expect {
                stage.check(expectation, &mut report.failures);
            }
        }
        Err(error) => report.failures.push(Failure {
            place: example.place.clone(),
            about: "例子的数据".to_owned(),
            expected: "可以装入".to_owned(),
            found: error.to_string(),
        }),
    }
    report
}

/// An example's frame with the positions of its subjects.
pub(super) struct Stage<'a> {
    package: &'a Package,
    example: &'a Example,
    frame: Frame,
    parks: Vec<ParkIx>,
    enterprises: Vec<EnterpriseIx>,
    /// `None` = nobody belongs to it.
    groups: Vec<Option<GroupIx>>,
    overrides: Overrides,
}

/// What an expectation is compared with.
struct Answer {
    outcome: Option<Outcome>,
    figure: Option<Figure>,
    /// Factor of the unit in which the figure is shown.
    factor: Exact,
    undefined: Option<Undefined>,
    /// Names of what is missing, as examples write them.
    missing: BTreeSet<String>,
    could_change: bool,
    by_exception: bool,
}

impl<'a> Stage<'a> {
    fn check(&self, expectation: &Expectation, failures: &mut Vec<Failure>) {
        let about = self.about(expectation);
        let mut fail = |what: &str, expected: String, found: String| {
            let about = format!("{about}{what}");
            failures.push(Failure { place: expectation.place.clone(), about, expected, found });
        };
        let answer = match self.answer(expectation) {
            Ok(answer) => answer,
            Err(problem) => return fail("", "可以计算".to_owned(), problem),
        };
        if let Some(expected) = expectation.outcome
            && answer.outcome != Some(expected)
        {
            let found = answer.outcome.map_or("没有结论（这是指标）", outcome_word);
            fail(" / 结论", outcome_word(expected).to_owned(), Self::with_reason(found, &answer));
        }
        if let Some(expected) = expectation.value {
            let found = answer.figure.as_ref().and_then(Figure::known);
            let rounded = found.and_then(|value| value.shown(answer.factor, expected.scale));
            if rounded != Some(expected) {
                let found = rounded.map_or_else(|| "没有确定的值".to_owned(), |value| value.to_string());
                fail(" / 数值", expected.to_string(), Self::with_reason(&found, &answer));
            }
        }
        if expectation.is_undefined && answer.undefined.is_none() {
            fail(" / 数值", "无值（如除数为零）".to_owned(), Self::describe(&answer));
        }
        if let Some(expected) = &expectation.missing {
            let expected: BTreeSet<String> = expected.iter().map(|cell| self.expected_cell(cell)).collect();
            if expected != answer.missing {
                fail(" / 缺失的数据", list(&expected), list(&answer.missing));
            }
        }
        if let Some(expected) = expectation.could_change
            && answer.could_change != expected
        {
            let word = |yes: bool| if yes { "可能改变结论" } else { "不会改变结论" }.to_owned();
            fail(" / 缺失的数据", word(expected), word(answer.could_change));
        }
        if let Some(expected) = expectation.by_exception
            && answer.by_exception != expected
        {
            let word = |yes: bool| if yes { "因例外满足" } else { "不因例外满足" }.to_owned();
            fail(" / 例外", word(expected), word(answer.by_exception));
        }
    }

    fn answer(&self, expectation: &Expectation) -> Result<Answer, String> {
        let answer = match expectation.what {
            ExpectedWhat::Indicator(indicator) => self.indicator(indicator, expectation.of),
            ExpectedWhat::Criterion(criterion) => {
                self.criterion(criterion, expectation.reading.as_deref(), expectation.of)
            }
            ExpectedWhat::Assessment(assessment) => self.assessment(assessment, expectation.of),
        };
        answer.map_err(|error| {
            error.map_or_else(
                || match expectation.of {
                    ExpectedOf::Group(_) => "没有这一组，或不对分组做判定".to_owned(),
                    _ => "对企业不做判定".to_owned(),
                },
                |error| error.to_string(),
            )
        })
    }

    fn indicator(&self, indicator: IndicatorIx, of: ExpectedOf) -> Result<Answer, Option<EvaluationError>> {
        let subject = match of {
            ExpectedOf::Park(position) => SubjectIx::Park(self.parks[position]),
            ExpectedOf::Enterprise(position) => SubjectIx::Enterprise(self.enterprises[position]),
            ExpectedOf::Group(position) => SubjectIx::Group(self.groups[position].ok_or(None)?),
        };
        let (figure, _) =
            figure(self.package, &self.frame, &self.overrides, indicator, subject, self.example.period)?;
        let undefined = if let Figure::Undefined { reason, .. } = &figure { Some(*reason) } else { None };
        Ok(Answer {
            outcome: None,
            undefined,
            missing: self.names(figure.missing(), of),
            could_change: !figure.missing().is_empty(),
            by_exception: false,
            factor: self.package.indicators[indicator.index()].unit_factor,
            figure: Some(figure),
        })
    }

    fn criterion(
        &self,
        criterion: CriterionIx,
        reading: Option<&str>,
        of: ExpectedOf,
    ) -> Result<Answer, Option<EvaluationError>> {
        let outcome = self.outcome_of(criterion, reading, of)?;
        Ok(self.of_criterion(outcome, of))
    }

    /// The outcome of the criterion that an expectation names; `None` for other expectations and when it cannot be
    /// computed.
    pub(super) fn criterion_outcome(&self, expectation: &Expectation) -> Option<CriterionOutcome> {
        let ExpectedWhat::Criterion(criterion) = expectation.what else { return None };
        self.outcome_of(criterion, expectation.reading.as_deref(), expectation.of).ok()
    }

    fn outcome_of(
        &self,
        criterion: CriterionIx,
        reading: Option<&str>,
        of: ExpectedOf,
    ) -> Result<CriterionOutcome, Option<EvaluationError>> {
        let ExpectedOf::Park(position) = of else { return Err(None) };
        let mut run = self.run(0);
        if let Some(reading) = reading {
            let chosen = reading_position(self.package, criterion, reading).ok_or_else(|| {
                EvaluationError::UnknownReading {
                    criterion: self.package.criteria[criterion.index()].id.clone(),
                    reading: reading.to_owned(),
                }
            })?;
            run.overrides.readings.insert(criterion, chosen);
        }
        Ok(one_criterion(self.package, &self.frame, &run, criterion, self.parks[position])?)
    }

    fn of_criterion(&self, outcome: CriterionOutcome, of: ExpectedOf) -> Answer {
        let (counts, by_exception) = (outcome.outcome(), outcome.by_exception);
        let test = outcome.test;
        let factor = test
            .measured
            .as_ref()
            .map_or(Exact::ONE, |measured| self.package.indicators[measured.indicator.index()].unit_factor);
        Answer {
            outcome: Some(counts),
            figure: test.measured.map(|measured| measured.figure),
            factor,
            undefined: test.undefined,
            missing: self.names(&test.missing, of),
            could_change: test.could_change,
            by_exception,
        }
    }

    fn assessment(
        &self,
        assessment: AssessmentIx,
        of: ExpectedOf,
    ) -> Result<Answer, Option<EvaluationError>> {
        let ExpectedOf::Park(position) = of else { return Err(None) };
        let run = self.run(assessment.index());
        let outcome = one_park(self.package, &self.frame, &run, self.parks[position])?;
        let tests = || outcome.criteria.iter().map(|criterion| &criterion.test);
        let missing: BTreeSet<String> = tests().flat_map(|test| self.names(&test.missing, of)).collect();
        Ok(Answer {
            outcome: Some(outcome.outcome),
            figure: None,
            factor: Exact::ONE,
            undefined: None,
            missing,
            could_change: outcome.outcome == Outcome::Undecided && tests().any(|test| test.could_change),
            by_exception: outcome.criteria.iter().any(|criterion| criterion.by_exception),
        })
    }

    fn run(&self, assessment: usize) -> Run {
        Run { assessment, period: self.example.period, overrides: self.overrides.clone() }
    }

    fn about(&self, expectation: &Expectation) -> String {
        let subject = self.name(expectation.of);
        let what = match expectation.what {
            ExpectedWhat::Indicator(indicator) => {
                format!("指标 {}", self.package.indicators[indicator.index()].id)
            }
            ExpectedWhat::Criterion(criterion) => {
                let id = &self.package.criteria[criterion.index()].id;
                let reading = expectation.reading.as_ref().map(|reading| format!("（读法 {reading}）"));
                format!("条件 {id}{}", reading.unwrap_or_default())
            }
            ExpectedWhat::Assessment(assessment) => {
                format!("自评 {}", self.package.assessments[assessment.index()].id)
            }
        };
        format!("{subject} / {what}")
    }

    /// An answer with what explains it.
    fn with_reason(found: &str, answer: &Answer) -> String {
        let figure = Self::describe(answer);
        if figure.is_empty() || figure == found { found.to_owned() } else { format!("{found}（{figure}）") }
    }

    fn describe(answer: &Answer) -> String {
        let shown = |value: Quotient| {
            value.over(answer.factor).map_or_else(String::new, |value| {
                value
                    .rounded(6, Rounding::HalfAwayFromZero)
                    .map_or_else(|| value.display(0), |value| value.normalized().to_string())
            })
        };
        match &answer.figure {
            Some(Figure::Known { value }) => shown(*value),
            Some(Figure::Undefined { reason, .. }) => undefined_word(*reason).to_owned(),
            Some(Figure::Missing { bounds, .. }) => {
                let end = |value: Option<Quotient>| value.map_or_else(|| "不限".to_owned(), shown);
                format!("缺 {}，值在 {} 至 {} 之间", list(&answer.missing), end(bounds.low), end(bounds.high))
            }
            None if answer.missing.is_empty() => String::new(),
            None => format!("缺 {}", list(&answer.missing)),
        }
    }

    fn name(&self, of: ExpectedOf) -> &'a str {
        name_of(self.example, of)
    }

    fn expected_cell(&self, cell: &ExpectedMissing) -> String {
        self.cell_name(&cell.subject, &cell.field, cell.period)
    }

    fn names(&self, missing: &[Missing], of: ExpectedOf) -> BTreeSet<String> {
        missing.iter().map(|cell| self.missing_cell(cell, of)).collect()
    }

    /// A fact or a file is owed by the subject in question: `甲园.operator.registered_in_wuxi`.
    fn missing_cell(&self, missing: &Missing, of: ExpectedOf) -> String {
        let own = self.name(of);
        let period = self.example.period;
        match *missing {
            Missing::Figure { subject, field, period } => {
                let key = &self.package.fields[field.index()].key;
                self.cell_name(&self.frame.subject(subject).name, key, period)
            }
            Missing::Benchmark { benchmark, period } => {
                let id = &self.package.benchmarks[benchmark.index()].id;
                let key = id.strip_prefix("city.").unwrap_or(id);
                self.cell_name("city", key, period)
            }
            Missing::Fact { fact } => self.cell_name(own, &self.package.facts[fact.index()].id, period),
            Missing::Evidence { evidence } => {
                self.cell_name(own, &self.package.evidence[evidence.index()].id, period)
            }
        }
    }

    /// `二厂.revenue@2023`; the example's own period is left out.
    fn cell_name(&self, subject: &str, field: &str, period: Period) -> String {
        if period == self.example.period {
            format!("{subject}.{field}")
        } else {
            format!("{subject}.{field}@{period}")
        }
    }
}

fn reading_position(package: &Package, criterion: CriterionIx, reading: &str) -> Option<usize> {
    package.criteria[criterion.index()].readings.iter().position(|known| known.id == reading)
}

/// Name of a subject, or id of a group.
pub(super) fn name_of(example: &Example, of: ExpectedOf) -> &str {
    match of {
        ExpectedOf::Park(position) => &example.parks[position].name,
        ExpectedOf::Enterprise(position) => &example.enterprises[position].name,
        ExpectedOf::Group(position) => &example.groups[position],
    }
}

pub(super) fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "满足",
        Outcome::NotMet => "不满足",
        Outcome::Undecided => "暂不能判定",
    }
}

/// A reason in words.
fn undefined_word(reason: Undefined) -> &'static str {
    match reason {
        Undefined::DivisionByZero => "无值：除数为零",
        Undefined::EmptyAggregate => "无值：没有可以汇总的对象",
        Undefined::NoBranch => "无值：没有一种情形成立",
        Undefined::ParameterNotInForce => "无值：参数当时没有生效的取值",
        Undefined::PeriodNotLoaded => "无值：没有该期间的成员名单",
        Undefined::NoGroup => "无值：不属于任何分组",
    }
}

fn list(cells: &BTreeSet<String>) -> String {
    if cells.is_empty() {
        return "无".to_owned();
    }
    cells.iter().map(String::as_str).collect::<Vec<_>>().join("、")
}
