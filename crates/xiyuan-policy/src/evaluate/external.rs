//! Evaluation where somebody else (a database) has put together what is known of the members.
//!
//! [`evaluate`] answers or says what it has to know first: one [`Question`] per aggregate and period, for all parks or
//! all groups at once. A [`Digest`] of it holds what is known for sure and names the members that have to be looked at
//! closely; outcomes, quotients, bounds, signs and coverage are computed here, by the code of the other evaluators.
//! Where members' formulas rest on figures of parks or groups, the asked one says which ([`Answer::Needs`]), and the
//! question comes again with them. Must not know SQL.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use super::digest::Digest;
use super::digest::{Asked, Part};
use super::naive::{Incomplete, Naive, Visited, collect, look};
use super::scalar::Scope;
use super::{EvaluationError, Figures, Run, Signs, park_outcome};
use crate::frame::{Frame, Period, SubjectIx};
use crate::number::Exact;
use crate::outcome::{Coverage, Figure, RunResult};
use crate::package::Package;
use crate::plan::{AggregateFunction, Expression, GroupingIx, IndicatorIx, Members};

/// Of whom a question asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Whose {
    /// Each park.
    Parks,
    /// Each group of a grouping.
    Groups(GroupingIx),
}

/// Figures of all parks or all groups in a period, on which a formula of members rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needed {
    /// Which indicator.
    pub indicator: IndicatorIx,
    /// Of whom.
    pub whose: Whose,
    /// When.
    pub period: Period,
}

/// What has to be known: for each subject, of the members that an aggregate visits.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Subjects.
    pub whose: Whose,
    /// Over what.
    pub over: Members,
    /// Period.
    pub period: Period,
    /// (argument, filter) of one aggregate, or of several that are asked about together: a member counts where it counts
    /// in one of them, and is open where it is open in one of them.
    pub parts: Vec<(Option<Expression>, Option<Expression>)>,
    /// (argument, filter) of other aggregates: a member that is open in one of them is open. (Whoever lacks something there
    /// is left out of all of them.)
    pub beside: Vec<(Option<Expression>, Option<Expression>)>,
    /// Figures that the asked one needed, by position of the park or group: those that are plainly known.
    pub figures: BTreeMap<Needed, BTreeMap<u32, Exact>>,
    /// Sum, least and greatest of the (one) argument are wanted.
    pub wants_numbers: bool,
    /// Its different values are wanted.
    pub wants_distinct: bool,
    key: Key,
}

/// What is said to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// By position of the subject; who is not named has no members.
    Digests(BTreeMap<u32, Digest>),
    /// These figures have to be known first: the question comes again with them.
    Needs(BTreeSet<Needed>),
    /// It cannot be answered: every member will be looked at.
    Unanswerable,
}

/// Answers so far, for one package, frame and run.
#[derive(Debug, Default)]
pub struct Answers(HashMap<Key, Answer>);

impl Answers {
    /// Keeps an answer.
    pub fn insert(&mut self, question: &Question, answer: Answer) {
        self.0.insert(question.key.clone(), answer);
    }
}

/// Where an evaluation stands.
#[derive(Debug)]
pub enum Step {
    /// To be answered first; then evaluate again.
    Asks(Vec<Question>),
    /// The result.
    Done(RunResult),
}

/// Evaluates every park, or says what has to be known first. The same answers as the other evaluators, errors included.
///
/// `answers` must come from questions of the same `package` value: formulas are told apart by where they stand in it.
pub fn evaluate(
    package: &Package,
    frame: &Frame,
    run: &Run,
    answers: &Answers,
) -> Result<Step, EvaluationError> {
    let external = External {
        naive: Naive::new(package, frame, &run.overrides),
        answers,
        asked: RefCell::default(),
        open: Cell::new(0),
        kept: RefCell::default(),
    };
    let parks: Vec<_> =
        frame.parks().map(|(park, _)| park_outcome(package, frame, run, &external, park)).collect();
    let asked = external.asked.into_inner();
    if !asked.is_empty() {
        // What was computed without the answers, errors too, means nothing.
        return Ok(Step::Asks(asked.into_values().collect()));
    }
    Ok(Step::Done(RunResult { parks: parks.into_iter().collect::<Result<_, _>>()? }))
}

/// A question by the places of its formulas in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    whose: Whose,
    over: Members,
    period: Period,
    places: Vec<(usize, usize)>,
    beside: Vec<(usize, usize)>,
    wants_numbers: bool,
    wants_distinct: bool,
}

fn places(parts: &[Part<'_>]) -> Vec<(usize, usize)> {
    let place = |of: Option<&Expression>| of.map_or(0, |of| std::ptr::from_ref(of).addr());
    parts.iter().map(|(argument, filter)| (place(*argument), place(*filter))).collect()
}

fn owned(parts: &[Part<'_>]) -> Vec<(Option<Expression>, Option<Expression>)> {
    parts.iter().map(|(argument, filter)| (argument.cloned(), filter.cloned())).collect()
}

type FigureKey = (IndicatorIx, SubjectIx, Period);

/// See the module's head.
struct External<'a> {
    naive: Naive<'a>,
    answers: &'a Answers,
    asked: RefCell<BTreeMap<Key, Question>>,
    /// How often something was computed on without an answer: what was computed meanwhile means nothing.
    open: Cell<usize>,
    /// Figures, and whether they mean nothing yet.
    kept: RefCell<HashMap<FigureKey, (Figure, Coverage, bool)>>,
}

impl<'a> External<'a> {
    fn scope<'s>(&'s self, indicator: IndicatorIx, subject: SubjectIx, period: Period) -> Scope<'s>
    where
        'a: 's,
    {
        Scope { figures: self, ..self.naive.scope(indicator, subject, period) }
    }
}

impl External<'_> {
    /// The figures of everyone, as other formulas read them; `None` while some hang on questions.
    fn all(&self, needed: &BTreeSet<Needed>) -> Option<BTreeMap<Needed, BTreeMap<u32, Exact>>> {
        let before = self.open.get();
        let mut figures = BTreeMap::new();
        for of in needed {
            let subjects: Vec<SubjectIx> = match of.whose {
                Whose::Parks => self.naive.frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect(),
                Whose::Groups(grouping) => self.naive.frame.groups(grouping).map(SubjectIx::Group).collect(),
            };
            let known = |subject: &SubjectIx| {
                // What cannot be computed is an error only where it is asked for.
                let Ok(Figure::Known { value }) = self.value(of.indicator, *subject, of.period) else {
                    return None;
                };
                Some((subject.ordinal(), value.to_inner()?))
            };
            figures.insert(*of, subjects.iter().filter_map(known).collect());
        }
        (self.open.get() == before).then_some(figures)
    }
}

/// Aggregates beside which an aggregate stands, where members are left out of all of them alike; `None` when it is not
/// known which they are.
fn beside<'s>(scope: &Scope<'s>, of: &Asked<'_>) -> Option<Vec<Part<'s>>> {
    if scope.without.iter().all(|(over, _)| *over != of.over) {
        return Some(Vec::new());
    }
    let mut aggregates = Vec::new();
    collect(scope.package, scope.covered?, &mut aggregates);
    Some(aggregates.iter().map(|of| (of.argument, of.filter)).collect())
}

impl Figures for External<'_> {
    fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<(Figure, Coverage), EvaluationError> {
        let key = (indicator, subject, period);
        if let Some((figure, coverage, is_open)) = self.kept.borrow().get(&key) {
            self.open.set(self.open.get() + usize::from(*is_open));
            return Ok((figure.clone(), *coverage));
        }
        let before = self.open.get();
        let scope = self.scope(indicator, subject, period);
        let (figure, coverage) = self.naive.figure_of(indicator, &scope, self)?;
        let is_open = self.open.get() > before;
        self.kept.borrow_mut().insert(key, (figure.clone(), coverage, is_open));
        Ok((figure, coverage))
    }

    fn digest(&self, scope: &Scope<'_>, of: &Asked<'_>) -> Option<Digest> {
        let whose = match scope.subject {
            SubjectIx::Park(_) => Whose::Parks,
            SubjectIx::Group(group) => Whose::Groups(scope.frame.grouping_of(group)),
            _ => return None,
        };
        // The months of one subject are a matter of few.
        let is_of_few = scope.member.is_some() || matches!(of.over, Members::Periods(_));
        if is_of_few || !scope.frame.has_period(scope.period) {
            return None;
        }
        let beside = beside(scope, of)?;
        let wants_distinct = of.function == Some(AggregateFunction::CountDistinct);
        let wants_numbers = matches!(
            of.function,
            Some(
                AggregateFunction::Sum
                    | AggregateFunction::Avg
                    | AggregateFunction::Min
                    | AggregateFunction::Max
            )
        );
        let key = Key {
            whose,
            over: of.over,
            period: scope.period,
            places: places(of.parts),
            beside: places(&beside),
            wants_numbers,
            wants_distinct,
        };
        let needed = match self.answers.0.get(&key) {
            Some(Answer::Unanswerable) => return None,
            Some(Answer::Digests(digests)) => {
                return Some(digests.get(&scope.subject.ordinal()).cloned().unwrap_or_default());
            }
            Some(Answer::Needs(needed)) => needed.clone(),
            None => BTreeSet::new(),
        };
        if !self.asked.borrow().contains_key(&key)
            && let Some(figures) = self.all(&needed)
        {
            let question = Question {
                whose,
                over: of.over,
                period: scope.period,
                parts: owned(of.parts),
                beside: owned(&beside),
                figures,
                wants_numbers,
                wants_distinct,
                key: key.clone(),
            };
            self.asked.borrow_mut().insert(key, question);
        }
        self.open.set(self.open.get() + 1);
        Some(Digest::default())
    }

    fn signs(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
        threshold: Exact,
    ) -> Result<Option<Signs>, EvaluationError> {
        let options = self.naive.options(indicator, &self.scope(indicator, subject, period))?;
        Ok(options.and_then(|options| options.solved().signs(threshold)))
    }
}

impl Incomplete for External<'_> {
    fn incomplete<'s>(
        &self,
        scope: &Scope<'s>,
        expression: &'s Expression,
    ) -> Result<(Vec<u32>, Coverage), EvaluationError> {
        let mut aggregates: Vec<Visited<'s>> = Vec::new();
        collect(scope.package, expression, &mut aggregates);
        let Some(over) = aggregates.first().map(|first| first.over) else {
            return self.naive.incomplete(scope, expression);
        };
        let parts: Vec<_> = aggregates.iter().map(|of| (of.argument, of.filter)).collect();
        let Some(digest) = self.digest(scope, &Asked { over, parts: &parts, function: None }) else {
            return self.naive.incomplete(scope, expression);
        };
        let complete = super::index(digest.count);
        let mut coverage = Coverage { reported: complete, expected: complete };
        let mut incomplete = Vec::new();
        look(scope, over, &aggregates, &digest.open, &mut (&mut incomplete, &mut coverage))?;
        Ok((incomplete, coverage))
    }
}
