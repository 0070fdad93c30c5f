//! The column evaluator: known parts are summed over dense columns; only members with something missing are looked
//! at one by one. What is no sum and no ratio of sums is put together from such by the naive evaluator.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rayon::prelude::*;
use smallvec::SmallVec;

use super::addend::{Addend, Part};
use super::batch::{Machine, Stage};
use super::bounds::{Options, Solved, add_own, factor};
use super::close::{Gathered, look_closely};
use super::form::{Form, Side, Term, What};
use super::mask::Mask;
use super::naive::{Incomplete, Naive, Visited, collect};
use super::scalar::Scope;
use super::who::{Truths, WhoCounts};
use super::{EvaluationError, Figures, Run, Signs, park_outcome, require_assessment};
use crate::frame::{Frame, Period, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::{Coverage, Figure, RunResult, Undefined};
use crate::package::Package;
use crate::plan::{Expression, FieldIx, IndicatorIx, Members, Of};

/// Evaluates every park.
pub fn evaluate(package: &Package, frame: &Frame, run: &Run) -> Result<RunResult, EvaluationError> {
    let mut stage = Stage::new(package, frame, run.overrides.clone());
    evaluate_over(&mut stage, run)
}

/// Evaluates every park over a stage, whose overrides count (not those of `run`); what it holds already is not
/// computed again.
pub fn evaluate_over(stage: &mut Stage<'_>, run: &Run) -> Result<RunResult, EvaluationError> {
    let run = Run { overrides: stage.overrides().clone(), ..*run };
    require_assessment(stage, &run)?;
    let (package, frame) = (stage.package(), stage.frame());
    let parks: Vec<_> = frame.parks().map(|(park, _)| park).collect();
    let parks = parks
        .into_par_iter()
        .map(|park| park_outcome(package, frame, &run, &stage.columns(), park))
        .collect::<Result<_, _>>()?;
    Ok(RunResult { parks })
}

/// Form of each indicator; `None` where the formula has none or members may be left out.
pub(crate) fn forms(package: &Package) -> Vec<Option<Form<'_>>> {
    (0..package.indicators.len())
        .map(|position| Form::of(package, IndicatorIx(super::index(position))))
        .collect()
}

type Key = (IndicatorIx, SubjectIx, Period);

/// Figures of one park (or few subjects): what was computed once is kept.
pub(crate) struct Columns<'a> {
    naive: Naive<'a>,
    frame: &'a Frame,
    stage: &'a Stage<'a>,
    kept: RefCell<HashMap<Key, Rc<Kept>>>,
    truths: Truths,
    /// Sums, and the positions of members they lack: the same sum stands in many formulas.
    sums: RefCell<HashMap<SumKey, Rc<Lacking>>>,
}

/// A sum over whom it is known of, and the positions of the others who may count.
type Lacking = (Exact, Vec<usize>);

/// A sum by its argument and filter, its subject and its period.
type SumKey = (Visit, Visit, SubjectIx, Period);

/// What a sum visits: the same wherever it is written, or a formula by its place in the plan.
#[derive(PartialEq, Eq, Hash)]
enum Visit {
    Nothing,
    Field(FieldIx, u32),
    Figure(IndicatorIx, u32),
    Formula(usize),
}

impl Visit {
    fn of(expression: Option<&Expression>) -> Self {
        match expression {
            None => Self::Nothing,
            Some(Expression::Field { field, of: Of::Member, shift }) => Self::Field(*field, *shift),
            Some(Expression::Indicator { indicator, of: Of::Member, shift }) => {
                Self::Figure(*indicator, *shift)
            }
            Some(other) => Self::Formula(std::ptr::from_ref(other).addr()),
        }
    }
}

struct Kept {
    figure: Figure,
    coverage: Coverage,
    /// What the missing could do, where the form of the formula tells.
    options: Option<Solved>,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(stage: &'a Stage<'a>) -> Self {
        Self {
            naive: Naive::new(stage.package(), stage.frame(), stage.overrides()),
            frame: stage.frame(),
            stage,
            kept: RefCell::default(),
            truths: Truths::default(),
            sums: RefCell::default(),
        }
    }

    /// Runs formulas over the members of a scope's subject.
    fn machine<'m>(&'m self, scope: &Scope<'m>) -> Machine<'m> {
        Machine {
            package: scope.package,
            frame: scope.frame,
            overrides: scope.overrides,
            stage: self.stage,
            figures: self,
            period: scope.period,
            row: Of::Member,
            subject: Some(scope.subject),
            place: scope.place,
            local: None,
        }
    }

    fn keep(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<Rc<Kept>, EvaluationError> {
        let key = (indicator, subject, period);
        if let Some(kept) = self.kept.borrow().get(&key) {
            return Ok(Rc::clone(kept));
        }
        let kept = Rc::new(self.compute(indicator, subject, period)?);
        self.kept.borrow_mut().insert(key, Rc::clone(&kept));
        Ok(kept)
    }

    fn compute(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<Kept, EvaluationError> {
        let Some(Gathered { options, missing, coverage }) = self.gather(indicator, subject, period)? else {
            let scope = Scope { figures: self, ..self.naive.scope(indicator, subject, period) };
            let (figure, coverage) = self.naive.figure_of(indicator, &scope, self)?;
            let options = self.naive.options(indicator, &scope)?.map(Options::solved);
            return Ok(Kept { figure, coverage, options });
        };
        if options.has_zero_denominator() {
            let figure = Figure::Undefined { reason: Undefined::DivisionByZero, missing };
            return Ok(Kept { figure, coverage, options: None });
        }
        if options.is_open() {
            let solved = options.solved();
            let figure = match solved.bounds() {
                Some(bounds) => Figure::Missing { missing, bounds },
                None => Figure::Undefined { reason: Undefined::DivisionByZero, missing },
            };
            return Ok(Kept { figure, coverage, options: Some(solved) });
        }
        let (numerator, denominator) = options.constant();
        let figure = Figure::Known { value: Quotient { numerator, denominator }.normalized() };
        Ok(Kept { figure, coverage, options: None })
    }

    /// `None`: the naive evaluator has to do it.
    fn gather(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<Option<Gathered>, EvaluationError> {
        let Some(form) = &self.stage.forms()[indicator.index()] else { return Ok(None) };
        let scope = Scope { figures: self, ..self.naive.scope(indicator, subject, period) };
        if !matches!(subject, SubjectIx::Park(_) | SubjectIx::Group(_)) {
            return Ok(None);
        }
        if !self.frame.has_period(period) {
            return Ok(None);
        }
        let mut gathered = Gathered {
            options: Options::new(form),
            missing: Vec::new(),
            coverage: Coverage { reported: 0, expected: 0 },
        };
        let mut sums: Vec<(Side, &Term<'_>, Exact)> = Vec::new();
        for (side, term) in form.terms() {
            let Some(factor) = factor(&scope, term)? else { return Ok(None) };
            if matches!(term.what, What::Sum { .. }) {
                sums.push((side, term, factor));
            } else if !add_own(&mut gathered.options, &mut gathered.missing, &scope, (side, term, factor))? {
                return Ok(None);
            }
        }
        let members = self.frame.visited(Members::Enterprises, period, subject);
        if !self.sum_terms(&scope, &members, &sums, &mut gathered)? {
            return Ok(None);
        }
        gathered.missing.sort_unstable();
        gathered.missing.dedup();
        Ok(Some(gathered))
    }
}

impl Columns<'_> {
    /// Sums what is complete and lists per member the terms that are not; false when a part is no number after all.
    fn sum_terms<'s>(
        &'s self,
        scope: &Scope<'s>,
        members: &[u32],
        sums: &[(Side, &Term<'s>, Exact)],
        gathered: &mut Gathered,
    ) -> Result<bool, EvaluationError> {
        let machine = self.machine(scope);
        let mut marks = Vec::new();
        let mut counts_all = false;
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut who: SmallVec<[Option<WhoCounts>; 4]> = SmallVec::new();
        for (number, (side, term, factor)) in sums.iter().enumerate() {
            let What::Sum { argument, filter } = term.what else { return Ok(false) };
            let truths =
                filter.map(|filter| self.truths.truths(scope, &machine, filter, members)).transpose()?;
            counts_all |= truths.is_none();
            if let Some(truths) = &truths {
                marks.resize(members.len(), Mark::default());
                for (mark, truth) in marks.iter_mut().zip(&truths.truths) {
                    mark.counts |= *truth != Some(false);
                }
            }
            let key: SumKey = (Visit::of(argument), Visit::of(filter), scope.subject, scope.period);
            let known = self.sums.borrow().get(&key).map(Rc::clone);
            let sum = if let Some(sum) = known {
                sum
            } else {
                let addend = Addend::new(scope, &machine, argument, members)?;
                let mut lacking = Vec::new();
                let missing = |position| lacking.push(position);
                let Some(sum) =
                    addend.sum(scope, members, truths.as_ref().map(|who| &who.truths[..]), missing)?
                else {
                    return Ok(false);
                };
                let sum = Rc::new((sum, lacking));
                self.sums.borrow_mut().insert(key, Rc::clone(&sum));
                sum
            };
            open.extend(sum.1.iter().map(|position| (*position, number)));
            sum.0
                .checked_mul(*factor)
                .and_then(|sum| gathered.options.add(*side, sum))
                .ok_or_else(|| scope.overflow())?;
            who.push(truths);
        }
        if open.is_empty() && counts_all {
            // Everyone counts and nothing is missing.
            let all = super::index(members.len());
            gathered.coverage = Coverage { reported: all, expected: all };
            return Ok(true);
        }
        marks.resize(members.len(), Mark::default());
        for mark in &mut marks {
            mark.counts |= counts_all;
        }
        for (position, _) in &open {
            marks[*position].lacks = true;
        }
        for mark in marks {
            gathered.coverage.expected += u32::from(mark.counts);
            gathered.coverage.reported += u32::from(mark.counts && !mark.lacks);
        }
        look_closely(scope, members, (sums, &who), open, gathered)
    }
}

/// What was seen of a member.
#[derive(Clone, Copy, Default)]
struct Mark {
    /// It counts in some term, or might.
    counts: bool,
    /// Something is missing of it.
    lacks: bool,
}

impl Incomplete for Columns<'_> {
    fn incomplete<'s>(
        &self,
        scope: &Scope<'s>,
        expression: &'s Expression,
    ) -> Result<(Vec<u32>, Coverage), EvaluationError> {
        let mut aggregates = Vec::new();
        collect(scope.package, expression, &mut aggregates);
        if aggregates.first().is_some_and(|first| first.over != Members::Enterprises) {
            return self.naive.incomplete(scope, expression);
        }
        let machine = self.machine(scope);
        let members = scope.members(Members::Enterprises);
        let mut prepared = Vec::with_capacity(aggregates.len());
        for Visited { argument, filter, .. } in &aggregates {
            let truths = match filter {
                None => None,
                Some(filter) => Some(Mask::new(scope, filter).fill(scope, &machine, &members)?),
            };
            let addend = match argument {
                None => None,
                Some(argument) => Some((*argument, Addend::new(scope, &machine, Some(argument), &members)?)),
            };
            prepared.push((truths, addend));
        }
        let mut incomplete = Vec::new();
        let mut coverage = Coverage { reported: 0, expected: 0 };
        if aggregates.is_empty() {
            return Ok((incomplete, coverage));
        }
        for (row, member) in members.into_iter().enumerate() {
            let mut mark = Mark::default();
            for (position, (truths, argument)) in prepared.iter().enumerate() {
                let counts = truths.as_ref().map_or(Some(true), |truths| truths[row]);
                if counts == Some(false) {
                    continue;
                }
                mark.counts = true;
                if counts.is_none()
                    && let Some(filter) = aggregates[position].filter
                {
                    // Unknown, or without value: only the first is missing something.
                    mark.lacks |= scope.of_member(Members::Enterprises, member).eval(filter)?.is_unknown();
                }
                if let Some((argument, addend)) = argument
                    && !matches!(addend.of(scope, row, member)?, Part::Plain(_) | Part::Exact(_))
                {
                    mark.lacks |= scope.of_member(Members::Enterprises, member).eval(argument)?.is_unknown();
                }
            }
            coverage.expected += u32::from(mark.counts);
            coverage.reported += u32::from(mark.counts && !mark.lacks);
            if mark.lacks {
                incomplete.push(member);
            }
        }
        Ok((incomplete, coverage))
    }
}

impl Figures for Columns<'_> {
    fn value(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<Figure, EvaluationError> {
        if let SubjectIx::Enterprise(enterprise) = subject
            && let Some(column) = self.stage.enterprises(indicator, period)
            && let Some(value) = column.known(enterprise.0 as usize)
        {
            return Ok(Figure::Known { value: value.normalized() });
        }
        self.figure(indicator, subject, period).map(|(figure, _)| figure)
    }

    fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<(Figure, Coverage), EvaluationError> {
        if let SubjectIx::Group(group) = subject
            && let Some(figures) = self.stage.groups(indicator, period)
            && let Some(found) = figures.figure(group)
        {
            return Ok(found.clone());
        }
        let kept = self.keep(indicator, subject, period)?;
        Ok((kept.figure.clone(), kept.coverage))
    }

    fn signs(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
        threshold: Exact,
    ) -> Result<Option<Signs>, EvaluationError> {
        let kept = self.keep(indicator, subject, period)?;
        Ok(kept.options.as_ref().and_then(|options| options.signs(threshold)))
    }
}
