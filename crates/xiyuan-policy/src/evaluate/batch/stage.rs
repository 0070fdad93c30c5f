//! What was computed for all enterprises and all groups, in an order in which each figure uses only earlier ones.
//!
//! A stage is filled first and then only read, so that many threads can share it. A second stage over the same frame with
//! other overrides takes over what these do not touch.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::figures::{FigureColumn, GroupFigures};
use super::vector::State;
use crate::evaluate::column::{Columns, forms};
use crate::evaluate::form::Form;
use crate::evaluate::{EvaluationError, Figures, Overrides, index};
use crate::frame::{EnterpriseIx, Frame, GroupIx, Period, SubjectIx};
use crate::language::for_each_child;
use crate::number::Exact;
use crate::outcome::{Coverage, Figure};
use crate::package::{Package, Subject, Test, Threshold};
use crate::plan::{Expression, IndicatorIx, Members, Of, ParameterIx, each_child};

type Key = (IndicatorIx, Period);

/// See the module's head.
pub struct Stage<'a> {
    package: &'a Package,
    frame: &'a Frame,
    overrides: Overrides,
    forms: Arc<Vec<Option<Form<'a>>>>,
    enterprises: HashMap<Key, Arc<FigureColumn>>,
    groups: HashMap<Key, Arc<GroupFigures>>,
    /// What another stage over the same frame holds, and which indicators the overrides of either touch.
    kept: HashMap<Key, Arc<FigureColumn>>,
    kept_groups: HashMap<Key, Arc<GroupFigures>>,
    /// Parts of formulas of enterprises that no override in sight touches.
    parts: HashMap<PartKey, (&'a Expression, Arc<FigureColumn>)>,
}

/// A part of a formula by its place in the plan, and its period.
type PartKey = (usize, Period);

impl<'a> Stage<'a> {
    /// Nothing computed yet.
    pub fn new(package: &'a Package, frame: &'a Frame, overrides: Overrides) -> Self {
        let forms = Arc::new(forms(package));
        let none = HashMap::new;
        Self {
            package,
            frame,
            overrides,
            forms,
            enterprises: none(),
            groups: HashMap::new(),
            kept: none(),
            kept_groups: HashMap::new(),
            parts: HashMap::new(),
        }
    }

    /// The same frame under other overrides: what neither set of them touches is kept.
    #[must_use]
    pub fn with(&self, overrides: Overrides) -> Self {
        let moved: BTreeSet<ParameterIx> =
            self.overrides.parameters.keys().chain(overrides.parameters.keys()).copied().collect();
        let is_kept = |(indicator, _): &Key| {
            let expression = &self.package.indicators[indicator.index()].expression;
            !reads_any(self.package, expression, &moved)
        };
        let kept = self.enterprises.iter().chain(&self.kept).filter(|(key, _)| is_kept(key));
        let groups = self.groups.iter().chain(&self.kept_groups).filter(|(key, _)| is_kept(key));
        let parts = self.parts.iter().filter(|(_, (part, _))| !reads_any(self.package, part, &moved));
        Self {
            package: self.package,
            frame: self.frame,
            overrides,
            forms: Arc::clone(&self.forms),
            enterprises: HashMap::new(),
            groups: HashMap::new(),
            kept: kept.map(|(key, column)| (*key, Arc::clone(column))).collect(),
            kept_groups: groups.map(|(key, column)| (*key, Arc::clone(column))).collect(),
            parts: parts.map(|(key, (part, column))| (*key, (*part, Arc::clone(column)))).collect(),
        }
    }

    /// The overrides.
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The package.
    pub fn package(&self) -> &'a Package {
        self.package
    }

    /// The frame.
    pub fn frame(&self) -> &'a Frame {
        self.frame
    }

    /// Computes an indicator for all enterprises or groups, so that many questions can share it.
    pub fn prepare(&mut self, indicator: IndicatorIx, period: Period) -> Result<(), EvaluationError> {
        self.require(indicator, period)
    }

    /// One figure of one subject, with coverage; what was prepared is read, the rest computed for this subject alone.
    pub fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<(Figure, Coverage), EvaluationError> {
        self.columns().figure(indicator, subject, period)
    }

    /// Figures of these indicators for all their subjects.
    pub fn all(
        &mut self,
        indicators: &[IndicatorIx],
        period: Period,
    ) -> Result<Vec<(SubjectIx, Figure)>, EvaluationError> {
        for indicator in indicators {
            self.require(*indicator, period)?;
        }
        let stage = &*self;
        let subjects = |subject: Subject| -> Vec<SubjectIx> {
            match subject {
                Subject::Park => stage.frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect(),
                Subject::Group(grouping) => stage.frame.groups(grouping).map(SubjectIx::Group).collect(),
                Subject::Enterprise => (0..index(stage.frame.enterprise_count()))
                    .map(|enterprise| SubjectIx::Enterprise(EnterpriseIx(enterprise)))
                    .collect(),
                Subject::City | Subject::Record(_) => Vec::new(),
            }
        };
        let mut asked: Vec<(SubjectIx, Vec<IndicatorIx>)> = Vec::new();
        let mut kinds: Vec<Subject> = Vec::new();
        for indicator in indicators {
            let subject = self.package.indicators[indicator.index()].subject;
            if !kinds.contains(&subject) {
                kinds.push(subject);
            }
        }
        for kind in kinds {
            let of_kind: Vec<IndicatorIx> = indicators
                .iter()
                .copied()
                .filter(|indicator| self.package.indicators[indicator.index()].subject == kind)
                .collect();
            asked.extend(subjects(kind).into_iter().map(|subject| (subject, of_kind.clone())));
        }
        let answered = asked
            .into_par_iter()
            .map(|(subject, indicators)| {
                // One subject's figures share what they are made of.
                let columns = stage.columns();
                let figure = |indicator| Ok((subject, columns.figure(indicator, subject, period)?.0));
                indicators.into_iter().map(figure).collect::<Result<Vec<_>, EvaluationError>>()
            })
            .collect::<Result<Vec<_>, EvaluationError>>()?;
        Ok(answered.into_iter().flatten().collect())
    }

    /// Keeps what these indicators of enterprises read that none of the parameters touches, so that evaluating them again
    /// over [`Self::with`] other values of the parameters computes only the rest.
    pub fn keep_for(
        &mut self,
        parameters: &BTreeSet<ParameterIx>,
        indicators: &[IndicatorIx],
        period: Period,
    ) -> Result<(), EvaluationError> {
        for indicator in indicators {
            self.require(*indicator, period)?;
            self.keep_untouched(parameters, *indicator, period, &mut BTreeSet::new())?;
        }
        Ok(())
    }

    fn keep_untouched(
        &mut self,
        parameters: &BTreeSet<ParameterIx>,
        indicator: IndicatorIx,
        period: Period,
        seen: &mut BTreeSet<Key>,
    ) -> Result<(), EvaluationError> {
        let package = self.package;
        let rule = &package.indicators[indicator.index()];
        if rule.subject != Subject::Enterprise || !seen.insert((indicator, period)) {
            return Ok(());
        }
        let mut open = vec![&rule.expression];
        while let Some(part) = open.pop() {
            if reads_any(package, part, parameters) {
                match part {
                    Expression::Indicator { indicator, of: Of::Subject, shift } => {
                        self.keep_untouched(parameters, *indicator, period.earlier(*shift), seen)?;
                    }
                    // What an aggregate visits is no part of the rows.
                    Expression::Aggregate { .. } => {}
                    _ => for_each_child(part, &mut |child| open.push(child)),
                }
                continue;
            }
            match part {
                Expression::Indicator { indicator, of: Of::Subject, shift } => {
                    self.require(*indicator, period.earlier(*shift))?;
                }
                Expression::Field { .. } => {}
                _ if is_same_for_all(part) => {}
                _ => {
                    let column = self.part_column(&rule.id, part, period)?;
                    self.parts.insert((address(part), period), (part, Arc::new(column)));
                }
            }
        }
        Ok(())
    }

    /// A part of a formula that was kept.
    pub(super) fn part(&self, expression: &Expression, period: Period, row: Of) -> Option<&FigureColumn> {
        if self.parts.is_empty() || row != Of::Subject {
            return None;
        }
        self.parts.get(&(address(expression), period)).map(|(_, column)| column.as_ref())
    }

    pub(crate) fn forms(&self) -> &[Option<Form<'a>>] {
        &self.forms
    }

    pub(crate) fn enterprises(&self, indicator: IndicatorIx, period: Period) -> Option<&FigureColumn> {
        self.enterprises.get(&(indicator, period)).map(Arc::as_ref)
    }

    pub(crate) fn groups(&self, indicator: IndicatorIx, period: Period) -> Option<&GroupFigures> {
        self.groups.get(&(indicator, period)).map(Arc::as_ref)
    }

    /// Computes what a criterion's test reads of all enterprises and groups.
    pub(crate) fn require_test(&mut self, test: &Test, period: Period) -> Result<(), EvaluationError> {
        match test {
            Test::Indicator { indicator, threshold, .. } => {
                if let Threshold::Expression { expression, .. } = threshold {
                    self.require_below(expression, period)?;
                }
                self.require(*indicator, period)
            }
            Test::All { tests } | Test::Any { tests } => {
                tests.iter().try_for_each(|test| self.require_test(test, period))
            }
            Test::Fact { .. } | Test::Evidence { .. } => Ok(()),
        }
    }

    /// Computes an indicator of enterprises or groups for all of them; for others, what they read of these.
    pub(crate) fn require(&mut self, indicator: IndicatorIx, period: Period) -> Result<(), EvaluationError> {
        let package = self.package;
        let rule = &package.indicators[indicator.index()];
        let key = (indicator, period);
        match rule.subject {
            Subject::Enterprise if self.enterprises.contains_key(&key) => Ok(()),
            Subject::Enterprise => {
                if let Some(kept) = self.kept.remove(&key) {
                    self.enterprises.insert(key, kept);
                    return Ok(());
                }
                self.require_of_row(&rule.expression, period, &mut BTreeSet::new())?;
                let column = self.enterprise_column(indicator, period)?;
                self.enterprises.insert(key, Arc::new(column));
                Ok(())
            }
            Subject::Group(_) if self.groups.contains_key(&key) => Ok(()),
            Subject::Group(_) => {
                if let Some(kept) = self.kept_groups.remove(&key) {
                    self.groups.insert(key, kept);
                    return Ok(());
                }
                self.require_below(&rule.expression, period)?;
                let figures = self.group_figures(indicator, period)?;
                self.groups.insert(key, Arc::new(figures));
                Ok(())
            }
            _ => self.require_below(&rule.expression, period),
        }
    }

    fn require_below(&mut self, expression: &Expression, period: Period) -> Result<(), EvaluationError> {
        match expression {
            Expression::Indicator { indicator, shift, .. } | Expression::Wider { indicator, shift, .. } => {
                self.require(*indicator, period.earlier(*shift))
            }
            Expression::Aggregate { over: Members::Periods(span), argument, filter, .. } => {
                for period in period.window(*span) {
                    for part in argument.iter().chain(filter) {
                        self.require_below(part, period)?;
                    }
                }
                Ok(())
            }
            _ => {
                let mut children = Vec::new();
                for_each_child(expression, &mut |child| children.push(child));
                children.into_iter().try_for_each(|child| self.require_below(child, period))
            }
        }
    }

    /// What a formula of an enterprise reads beside the figures of the same enterprise: those are computed on the way.
    fn require_of_row(
        &mut self,
        expression: &Expression,
        period: Period,
        seen: &mut BTreeSet<Key>,
    ) -> Result<(), EvaluationError> {
        match expression {
            Expression::Indicator { indicator, of: Of::Subject, shift } => {
                let rule = &self.package.indicators[indicator.index()];
                let key = (*indicator, period.earlier(*shift));
                if rule.subject != Subject::Enterprise {
                    return self.require(key.0, key.1);
                }
                if let Some(kept) = self.kept.remove(&key) {
                    self.enterprises.insert(key, kept);
                }
                if self.enterprises.contains_key(&key) || !seen.insert(key) {
                    return Ok(());
                }
                self.require_of_row(&rule.expression, key.1, seen)
            }
            Expression::Aggregate { over: Members::Periods(span), argument, filter, .. } => {
                for period in period.window(*span) {
                    for part in argument.iter().chain(filter) {
                        self.require_of_row(part, period, seen)?;
                    }
                }
                Ok(())
            }
            Expression::Aggregate { .. } | Expression::Indicator { .. } | Expression::Wider { .. } => {
                self.require_below(expression, period)
            }
            _ => {
                let mut children = Vec::new();
                for_each_child(expression, &mut |child| children.push(child));
                children.into_iter().try_for_each(|child| self.require_of_row(child, period, seen))
            }
        }
    }

    /// Figures and tests of single subjects over this stage.
    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns::new(self)
    }

    fn group_figures(&self, indicator: IndicatorIx, period: Period) -> Result<GroupFigures, EvaluationError> {
        let Subject::Group(grouping) = self.package.indicators[indicator.index()].subject else {
            return Ok(GroupFigures { first: 0, values: Vec::new(), scale: 0, figures: Vec::new() });
        };
        let groups: Vec<GroupIx> = self.frame.groups(grouping).collect();
        let figures = groups
            .par_iter()
            .map(|group| self.columns().figure(indicator, SubjectIx::Group(*group), period))
            .collect::<Result<Vec<_>, EvaluationError>>()?;
        let inner: Vec<Option<Exact>> = figures
            .iter()
            .map(|(figure, _)| match figure {
                Figure::Known { value } => value.to_inner().map(Some).ok_or_else(|| {
                    EvaluationError::Overflow { place: self.package.indicators[indicator.index()].id.clone() }
                }),
                _ => Ok(None),
            })
            .collect::<Result<_, _>>()?;
        let scale = inner.iter().flatten().map(|value| value.scale).max().unwrap_or(0);
        let values = inner
            .into_iter()
            .map(|value| match value {
                None => (0, State::Lacking),
                Some(value) => value
                    .rescale_exact(scale)
                    .map_or((0, State::Open), |value| (value.mantissa, State::Known)),
            })
            .collect();
        Ok(GroupFigures { first: groups.first().map_or(0, |group| group.0), values, scale, figures })
    }
}

/// The place of a part of a formula in the plan, which outlives every stage.
fn address(expression: &Expression) -> usize {
    std::ptr::from_ref(expression).addr()
}

/// Whether a part reads nothing of the subject.
fn is_same_for_all(expression: &Expression) -> bool {
    let mut is_same = !matches!(
        expression,
        Expression::Field { .. }
            | Expression::Indicator { .. }
            | Expression::Wider { .. }
            | Expression::Aggregate { .. }
    );
    for_each_child(expression, &mut |child| is_same = is_same && is_same_for_all(child));
    is_same
}

/// Whether a formula hangs on one of the parameters, through other indicators too.
fn reads_any(package: &Package, expression: &Expression, parameters: &BTreeSet<ParameterIx>) -> bool {
    if let Expression::Parameter(parameter) = expression {
        return parameters.contains(parameter);
    }
    let mut found = false;
    each_child(package, expression, &mut |child| {
        found = found || reads_any(package, child, parameters);
    });
    found
}
