//! One condition: the engine's outcome joined with the policy's words, the facts' judgements and the evidence files.

use std::collections::HashMap;

use xiyuan_policy::{
    frame::ParkIx,
    outcome::{Bounds as EngineBounds, CriterionOutcome, Figure, Measured, TestOutcome, Undefined},
    package::{Criterion, Package, Test},
    plan::{Comparison, IndicatorIx},
    words,
};
use xiyuan_store::{evidence::Evidence, facts::Judgement};

use super::{
    missing, numbers,
    sight::Sight,
    types::{
        Bounds, Coverage, CriterionAnswer, EvidenceAnswer, EvidenceFile, FactAnswer, ReadingName, RoleName,
        TestAnswer, TestKind,
    },
};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    policies,
    rulings::{Current, brief, types::RulingBrief},
};

/// What the conditions of one park are shown with.
pub(super) struct Shown<'e> {
    pub evaluated: &'e Evaluated,
    pub sight: &'e Sight,
    pub park: ParkIx,
    pub judgements: HashMap<String, Judgement>,
    pub files: Vec<Evidence>,
    pub rulings: Current,
}

impl Shown<'_> {
    fn package(&self) -> &Package {
        &self.evaluated.package
    }

    /// One condition.
    pub fn criterion(&self, outcome: &CriterionOutcome) -> ApiResult<CriterionAnswer> {
        let package = self.package();
        let criterion = &package.criteria[outcome.criterion.index()];
        let reading = criterion
            .readings
            .get(outcome.reading)
            .ok_or_else(|| ApiError::internal("an outcome names a reading that is not there"))?;
        let others =
            criterion.readings.iter().enumerate().filter(|(position, _)| *position != outcome.reading);
        let (exception, chosen) = self.rulings(criterion, outcome)?;
        Ok(CriterionAnswer {
            id: criterion.id.clone(),
            name: criterion.name.clone(),
            clause: reading.clause.clone(),
            quote: reading.quote.clone(),
            reading: reading.text.clone(),
            reading_id: reading.id.clone(),
            alternatives: others
                .map(|(_, other)| ReadingName { id: other.id.clone(), text: other.text.clone() })
                .collect(),
            words: words::test(package, &reading.test),
            is_soft: criterion.is_soft,
            basis: criterion.basis.clone(),
            judged_by: criterion
                .judged_by
                .as_deref()
                .map(|role| RoleName { role: role.to_owned(), name: policies::role_name(role) }),
            exception,
            chosen,
            test: self.test(&reading.test, &outcome.test)?,
        })
    }

    /// The exception by which it counts as met, and the decision by which the reading was taken.
    fn rulings(
        &self,
        criterion: &Criterion,
        outcome: &CriterionOutcome,
    ) -> ApiResult<(Option<RulingBrief>, Option<RulingBrief>)> {
        let mut exception = None;
        if outcome.by_exception {
            let park = self.evaluated.frame.park(self.park).id.parse().map_err(ApiError::internal)?;
            let found = self.rulings.exception(&criterion.id, park).map(brief);
            exception =
                Some(found.ok_or_else(|| ApiError::internal("an outcome rests on an unknown exception"))?);
        }
        let is_asked = self.evaluated.run.overrides.readings.contains_key(&outcome.criterion);
        let chosen = self.rulings.reading(&criterion.id).filter(|_| !is_asked).map(brief);
        Ok((exception, chosen))
    }

    fn test(&self, test: &Test, outcome: &TestOutcome) -> ApiResult<TestAnswer> {
        let mut answer = self.bare(outcome)?;
        match test {
            Test::Indicator { indicator, op, .. } => {
                answer.kind = TestKind::Indicator;
                if let Some(measured) = &outcome.measured {
                    self.measure(&mut answer, *indicator, *op, measured)?;
                }
            }
            Test::Fact { fact } => {
                let fact = &self.package().facts[fact.index()];
                answer.kind = TestKind::Fact;
                answer.fact = Some(self.fact(&fact.id, &fact.name));
            }
            Test::Evidence { evidence } => {
                let kind = &self.package().evidence[evidence.index()];
                answer.kind = TestKind::Evidence;
                answer.evidence = Some(self.evidence(&kind.id, &kind.name));
            }
            Test::All { tests } | Test::Any { tests } => {
                answer.kind = if matches!(test, Test::All { .. }) { TestKind::All } else { TestKind::Any };
                let parts = tests.iter().zip(&outcome.parts).map(|(test, outcome)| self.test(test, outcome));
                answer.parts = parts.collect::<ApiResult<_>>()?;
            }
        }
        Ok(answer)
    }

    fn bare(&self, outcome: &TestOutcome) -> ApiResult<TestAnswer> {
        let (missing, missing_hidden) = missing::items(self.evaluated, self.sight, &outcome.missing)?;
        Ok(TestAnswer {
            kind: TestKind::All,
            outcome: outcome.outcome.into(),
            indicator: None,
            value: None,
            bounds: None,
            unit: None,
            threshold: None,
            op: None,
            distance: None,
            coverage: None,
            could_change: outcome.could_change,
            reason: outcome.undefined.map(undefined),
            missing,
            missing_hidden,
            fact: None,
            evidence: None,
            parts: Vec::new(),
        })
    }

    fn measure(
        &self,
        answer: &mut TestAnswer,
        indicator: IndicatorIx,
        op: Comparison,
        measured: &Measured,
    ) -> ApiResult<()> {
        let rule = &self.package().indicators[indicator.index()];
        let factor = rule.unit_factor;
        answer.indicator = Some(rule.id.clone());
        answer.unit = Some(rule.unit.clone());
        answer.op = Some(words::sign(op).to_owned());
        answer.threshold = measured.threshold.and_then(|threshold| numbers::exactly(threshold, factor));
        let (reported, expected) = (measured.coverage.reported, measured.coverage.expected);
        answer.coverage = (expected > 0).then_some(Coverage { reported, expected });
        if !self.sight.shows_figure(self.evaluated, indicator, self.park)? {
            answer.reason = Some(HIDDEN.to_owned());
            return Ok(());
        }
        let (value, bounds) = figure(&measured.figure);
        answer.value =
            value.and_then(|value| numbers::shown_beside(value, measured.threshold, factor, rule.decimals));
        answer.bounds = bounds.map(|bounds| shown_bounds(&bounds, factor, rule.decimals));
        answer.distance =
            measured.distance.and_then(|distance| numbers::shown_distance(distance, factor, rule.decimals));
        Ok(())
    }

    fn fact(&self, id: &str, name: &str) -> FactAnswer {
        let judgement = self.judgements.get(id);
        FactAnswer {
            id: id.to_owned(),
            name: name.to_owned(),
            value: judgement.and_then(|judgement| judgement.value),
            reason: judgement.map(|judgement| judgement.reason.clone()),
            by: judgement.and_then(|judgement| judgement.by_name.clone()),
            at: judgement.map(|judgement| judgement.at),
        }
    }

    fn evidence(&self, kind: &str, name: &str) -> EvidenceAnswer {
        let files = self.files.iter().filter(|file| file.kind == kind).map(|file| EvidenceFile {
            id: file.id.0,
            name: file.file_name.clone(),
            size: file.size,
            at: file.at,
            by: file.by_name.clone().unwrap_or_else(|| "系统".to_owned()),
        });
        EvidenceAnswer { kind: kind.to_owned(), name: name.to_owned(), files: files.collect() }
    }
}

/// Said where an exact figure would give a member away.
pub(crate) const HIDDEN: &str =
    "涉及的企业中有不在您权限范围内的，为避免推算出单个企业数据，不显示确切数值。";

/// Value and bounds of a figure.
pub(crate) fn figure(figure: &Figure) -> (Option<xiyuan_policy::number::Quotient>, Option<EngineBounds>) {
    match figure {
        Figure::Known { value } => (Some(*value), None),
        Figure::Missing { bounds, .. } => (None, Some(*bounds)),
        Figure::Undefined { .. } => (None, None),
    }
}

/// Bounds in a unit.
pub(crate) fn shown_bounds(
    bounds: &EngineBounds,
    factor: xiyuan_policy::number::Exact,
    decimals: u32,
) -> Bounds {
    Bounds {
        low: bounds.low.and_then(|low| numbers::shown(low, factor, decimals)),
        high: bounds.high.and_then(|high| numbers::shown(high, factor, decimals)),
        is_wide: bounds.is_wide,
    }
}

/// Why there is no value although nothing is missing.
pub(crate) fn undefined(why: Undefined) -> String {
    match why {
        Undefined::DivisionByZero => "分母为零，无法计算。",
        Undefined::EmptyAggregate => "没有符合条件的企业，平均值、最大值或最小值无从计算。",
        Undefined::NoBranch => "没有适用的分档，指标无从计算。",
        Undefined::ParameterNotInForce => "所用参数在该期间尚未生效。",
        Undefined::NoGroup => "没有登记分组所用的字段，不属于任何分组",
        Undefined::PeriodNotLoaded => "没有所需往期的园区企业名单，无从计算。",
    }
    .to_owned()
}
