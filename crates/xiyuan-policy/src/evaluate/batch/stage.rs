//! What was computed for all enterprises and all groups, in an order in which each figure uses only earlier ones.
//!
//! A stage is filled first and then only read, so that many threads can share it. A second stage over the same frame with
//! other overrides takes over what these do not touch.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::divide::divide;
use super::interpret::{Machine, Rows};
use super::vector::{State, Vector};
use crate::evaluate::column::{Columns, forms};
use crate::evaluate::form::Form;
use crate::evaluate::naive::collect;
use crate::evaluate::{EvaluationError, Figures, Overrides, index};
use crate::frame::{EnterpriseIx, Frame, GroupIx, Period, SubjectIx};
use crate::language::for_each_child;
use crate::number::{Exact, QUOTIENT_SCALE, Quotient};
use crate::outcome::{Coverage, Figure};
use crate::package::{MissingRule, Package, Subject, Test, Threshold};
use crate::plan::{Arithmetic, Expression, IndicatorIx, Members, Of, ParameterIx, each_child};

/// Rows of a chunk: small enough to stay in the nearest cache.
const CHUNK: usize = 2048;

type Key = (IndicatorIx, Period);

/// An indicator of every enterprise.
#[derive(Debug)]
pub(crate) struct FigureColumn {
    /// As other formulas read it: a quotient is taken to 18 decimals.
    pub values: Vec<i128>,
    /// By row; empty when all are known.
    states: Vec<State>,
    pub scale: u32,
    /// Numerator and denominator where the formula's top is a division.
    sides: Option<[(Vec<i128>, u32); 2]>,
}

impl FigureColumn {
    /// As a vector over some rows.
    pub(crate) fn rows(&self, rows: Rows<'_>) -> Vector {
        match rows {
            Rows::Range { first, len } => {
                let range = first as usize..first as usize + len;
                let states = self.states.get(range.clone()).map_or_else(Vec::new, <[State]>::to_vec);
                Vector::of(self.values[range].to_vec(), states, self.scale)
            }
            Rows::List(list) => {
                let values = list.iter().map(|row| self.values[*row as usize]).collect();
                let states = if self.states.is_empty() { &[][..] } else { list };
                Vector::of(values, states.iter().map(|row| self.state(*row as usize)).collect(), self.scale)
            }
        }
    }

    /// What is known of a row.
    pub(crate) fn state(&self, row: usize) -> State {
        self.states.get(row).copied().unwrap_or(State::Known)
    }

    /// Whether every row is known.
    pub(crate) fn is_known(&self) -> bool {
        self.states.is_empty()
    }

    /// The numbers of all enterprises where they are no quotients; what is not known is worthless.
    pub(crate) fn plain(&self) -> Option<&[i128]> {
        self.sides.is_none().then_some(&self.values)
    }

    /// The figure of an enterprise where it is known.
    pub(crate) fn known(&self, row: usize) -> Option<Quotient> {
        if self.state(row) != State::Known {
            return None;
        }
        let exact = |(values, scale): &(Vec<i128>, u32)| Exact { mantissa: values[row], scale: *scale };
        Some(match &self.sides {
            Some([top, bottom]) => Quotient { numerator: exact(top), denominator: exact(bottom) },
            None => Quotient::of(Exact { mantissa: self.values[row], scale: self.scale }),
        })
    }
}

/// An indicator of every group.
#[derive(Debug)]
pub(crate) struct GroupFigures {
    first: u32,
    values: Vec<(i128, State)>,
    pub scale: u32,
    figures: Vec<(Figure, Coverage)>,
}

impl GroupFigures {
    pub(crate) fn get(&self, group: u32) -> Option<(i128, State)> {
        self.values.get(group.checked_sub(self.first)? as usize).copied()
    }

    /// The figure of a group, with coverage.
    pub(crate) fn figure(&self, group: GroupIx) -> Option<&(Figure, Coverage)> {
        self.figures.get(group.0.checked_sub(self.first)? as usize)
    }
}

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
}

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
        Self {
            package: self.package,
            frame: self.frame,
            overrides,
            forms: Arc::clone(&self.forms),
            enterprises: HashMap::new(),
            groups: HashMap::new(),
            kept: kept.map(|(key, column)| (*key, Arc::clone(column))).collect(),
            kept_groups: groups.map(|(key, column)| (*key, Arc::clone(column))).collect(),
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
                self.require_below(&rule.expression, period)?;
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

    /// Figures and tests of single subjects over this stage.
    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns::new(self)
    }

    fn enterprise_column(
        &self,
        indicator: IndicatorIx,
        period: Period,
    ) -> Result<FigureColumn, EvaluationError> {
        let rule = &self.package.indicators[indicator.index()];
        let count = self.frame.enterprise_count();
        let starts: Vec<usize> = (0..count).step_by(CHUNK).collect();
        let chunks = starts
            .into_par_iter()
            .map(|first| {
                let len = CHUNK.min(count - first);
                let rows = Rows::Range { first: index(first), len };
                let columns = self.columns();
                let machine = Machine {
                    package: self.package,
                    frame: self.frame,
                    overrides: &self.overrides,
                    stage: self,
                    figures: &columns,
                    period,
                    row: Of::Subject,
                    subject: None,
                    place: &rule.id,
                };
                let mut chunk = machine.figure(indicator, rows)?;
                chunk.look_closely(&columns, indicator, period, first)?;
                Ok(chunk)
            })
            .collect::<Result<Vec<_>, EvaluationError>>()?;
        Ok(FigureColumn::joined(chunks))
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

/// A chunk of a figure column.
pub(super) struct Chunk {
    value: Vector,
    sides: Option<[Vector; 2]>,
    rows: usize,
}

impl<'a> Machine<'a> {
    /// An indicator of the rows under its rule for missing parts.
    fn figure(&self, indicator: IndicatorIx, rows: Rows<'_>) -> Result<Chunk, EvaluationError> {
        let rule = &self.package.indicators[indicator.index()];
        let plain = |value: Vector| Chunk { value, sides: None, rows: rows.len() };
        if let MissingRule::Covered { min_coverage } = rule.missing {
            return self.covered(&rule.expression, min_coverage, rows).map(plain);
        }
        match &rule.expression {
            Expression::Arithmetic { op: Arithmetic::Divide, left, right } => {
                let (top, bottom) = (self.run(left, rows)?, self.run(right, rows)?);
                Ok(Chunk::quotient(top, bottom, rows.len()))
            }
            Expression::Indicator { indicator, of: Of::Subject, shift } => {
                // Another name for a figure: the figure itself, not rounded on the way.
                let period = self.period.earlier(*shift);
                let Some(same) = self.stage.enterprises(*indicator, period) else {
                    return Ok(plain(self.open(rows)));
                };
                Ok(Chunk::copied(same, rows))
            }
            expression => self.run(expression, rows).map(plain),
        }
    }

    /// Only a window whose periods are left out alone is computed here.
    fn covered(
        &self,
        expression: &Expression,
        least: Exact,
        rows: Rows<'_>,
    ) -> Result<Vector, EvaluationError> {
        let mut found = Vec::new();
        collect(self.package, expression, &mut found);
        if found.is_empty() {
            return self.run(expression, rows);
        }
        match expression {
            Expression::Aggregate {
                over: Members::Periods(span),
                function,
                argument: Some(of),
                filter: None,
            } if found.len() == 1 && self.plain_field(of).is_some() => {
                self.window(*span, *function, of, rows, Some(least))
            }
            _ => Ok(self.open(rows)),
        }
    }
}

impl Chunk {
    fn quotient(top: Vector, bottom: Vector, rows: usize) -> Self {
        let up = i64::from(QUOTIENT_SCALE) + i64::from(bottom.scale) - i64::from(top.scale);
        let mut value = Vector::with_capacity(rows, QUOTIENT_SCALE);
        for row in 0..rows {
            let ((a, one), (b, two)) = (top.get(row), bottom.get(row));
            let state = one.max(two);
            let (inner, state) = match (state, u32::try_from(up)) {
                (State::Known, _) if b == 0 => (0, State::Lacking),
                (State::Known, Ok(up)) => {
                    divide(a, up, b).map_or((0, State::Open), |value| (value, State::Known))
                }
                (State::Known, Err(_)) => (0, State::Open),
                (state, _) => (0, state),
            };
            value.push(state, inner);
        }
        Self { value, sides: Some([top, bottom]), rows }
    }

    fn copied(of: &FigureColumn, rows: Rows<'_>) -> Self {
        let pick = |values: &[i128], scale: u32| {
            let mut result = Vector::with_capacity(rows.len(), scale);
            for row in rows.iter() {
                result.push(of.state(row as usize), values[row as usize]);
            }
            result
        };
        let sides =
            of.sides.as_ref().map(|sides| sides.each_ref().map(|(values, scale)| pick(values, *scale)));
        Self { value: pick(&of.values, of.scale), sides, rows: rows.len() }
    }

    /// Asks the oracle about each row that was left open, and takes every number to at most 18 decimals.
    fn look_closely(
        &mut self,
        columns: &Columns<'_>,
        indicator: IndicatorIx,
        period: Period,
        first: usize,
    ) -> Result<(), EvaluationError> {
        self.spread();
        if self.value.scale > QUOTIENT_SCALE {
            // Kept as it is beside what other formulas read.
            let fine = self.value.scale;
            let whole = self.value.clone();
            let one = Vector::of(vec![1; self.rows], whole.states(), 0);
            let drop = 10_i128.checked_pow(fine - QUOTIENT_SCALE);
            let value = std::mem::replace(&mut self.value, Vector::with_capacity(0, 0));
            self.value = value.map(QUOTIENT_SCALE, |mantissa| divide(mantissa, 0, drop?));
            self.sides = self.sides.take().or(Some([whole, one]));
        }
        if self.value.is_known() {
            return Ok(());
        }
        for row in 0..self.rows {
            if self.value.state(row) != State::Open {
                continue;
            }
            let subject = SubjectIx::Enterprise(EnterpriseIx(index(first + row)));
            let (figure, _) = columns.figure(indicator, subject, period)?;
            let Figure::Known { value } = figure else {
                self.value.set(row, State::Lacking, 0);
                continue;
            };
            let inner = value
                .to_inner()
                .ok_or_else(|| EvaluationError::Overflow { place: columns.place(indicator).to_owned() })?;
            self.settle(row, value, inner);
        }
        Ok(())
    }

    /// One value per row.
    fn spread(&mut self) {
        let rows = self.rows;
        self.value.spread(rows);
        self.sides.iter_mut().flatten().for_each(|side| side.spread(rows));
    }

    /// Writes a looked-up figure; all columns are brought to scales that hold it.
    fn settle(&mut self, row: usize, value: Quotient, inner: Exact) {
        write(&mut self.value, row, inner);
        match &mut self.sides {
            Some([top, bottom]) => {
                write(top, row, value.numerator);
                write(bottom, row, value.denominator);
            }
            None if value.denominator == Exact::ONE => {}
            None => {
                let mut top = self.value.clone();
                let mut bottom = Vector::of(vec![1; self.rows], self.value.states(), 0);
                write(&mut top, row, value.numerator);
                write(&mut bottom, row, value.denominator);
                self.sides = Some([top, bottom]);
            }
        }
    }
}

/// Puts a number into a vector, at a scale that holds all.
fn write(vector: &mut Vector, row: usize, value: Exact) {
    let scale = vector.scale.max(value.scale);
    if scale > vector.scale {
        let old = std::mem::replace(vector, Vector::with_capacity(0, 0));
        *vector = old.rescaled(scale);
    }
    if let Some(value) = value.rescale_exact(scale) {
        vector.set(row, State::Known, value.mantissa);
    }
}

impl FigureColumn {
    fn joined(chunks: Vec<Chunk>) -> Self {
        let scale = chunks.iter().map(|chunk| chunk.value.scale).max().unwrap_or(0);
        let has_sides = chunks.iter().any(|chunk| chunk.sides.is_some());
        let side_scale = |at: usize| {
            chunks
                .iter()
                .filter_map(|chunk| chunk.sides.as_ref())
                .map(|sides| sides[at].scale)
                .max()
                .unwrap_or(scale)
        };
        let scales = [side_scale(0).max(if has_sides { scale } else { 0 }), side_scale(1)];
        let rows = chunks.iter().map(|chunk| chunk.rows).sum();
        let is_known = chunks.iter().all(|chunk| chunk.value.is_known());
        let mut column = Self {
            values: Vec::with_capacity(rows),
            states: Vec::with_capacity(if is_known { 0 } else { rows }),
            scale,
            sides: has_sides.then(|| scales.map(|scale| (Vec::with_capacity(rows), scale))),
        };
        for chunk in chunks {
            let value = chunk.value.rescaled(scale);
            if let Some([top, bottom]) = &mut column.sides {
                let parts = chunk.sides.unwrap_or_else(|| {
                    let one = Vector::of(vec![1; chunk.rows], value.states(), 0);
                    [value.clone(), one]
                });
                for ((values, scale), part) in [top, bottom].into_iter().zip(parts) {
                    values.extend(part.rescaled(*scale).values);
                }
            }
            if !is_known {
                column.states.extend(value.states());
            }
            column.values.extend(value.values);
        }
        column
    }
}
