//! Evaluation where somebody else (a database) has put together what is known of the members.
//!
//! [`evaluate`] answers or says what it has to know first: one [`Question`] per aggregate and period, for all parks or
//! all groups at once. A [`Digest`] of it holds what is known for sure and names the members that have to be looked at
//! closely; outcomes, quotients, bounds, signs and coverage are computed here, by the code of the other evaluators.
//! Must not know SQL.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::bounds::Options;
use super::form::{Side, Term, What};
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
    /// Sum, least and greatest of the (one) argument are wanted.
    pub wants_numbers: bool,
    /// Its different values are wanted.
    pub wants_distinct: bool,
    key: Key,
}

/// What is known of the members of one subject.
///
/// A member counts when its filter is surely *yes* and its argument has a value; it does not count when its filter is
/// surely *no*; otherwise it is open, and so may be any member of whom the asked one would rather not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// Members that count.
    pub count: usize,
    /// Sum of their arguments in base units; `None` where there are none, or no number was asked for.
    pub sum: Option<Exact>,
    /// Least argument.
    pub least: Option<Exact>,
    /// Greatest argument.
    pub greatest: Option<Exact>,
    /// Different arguments: plain decimals without trailing zeros, `true` and `false`, days in ISO 8601, texts.
    pub distinct: BTreeSet<String>,
    /// Members to be looked at, ascending by their position in the frame.
    pub open: Vec<u32>,
}

/// Answers so far, for one package, frame and run.
#[derive(Debug, Default)]
pub struct Answers(HashMap<Key, Option<BTreeMap<u32, Digest>>>);

impl Answers {
    /// Keeps an answer: by position of the subject, who is not named has no members. `None`: the question cannot be
    /// answered, every member will be looked at.
    pub fn insert(&mut self, question: &Question, answer: Option<BTreeMap<u32, Digest>>) {
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

/// An aggregate, or several, of a scope's subject.
pub(crate) struct Asked<'x> {
    pub over: Members,
    pub parts: &'x [(Option<&'x Expression>, Option<&'x Expression>)],
    /// `None`: only who counts is asked.
    pub function: Option<AggregateFunction>,
}

/// A question by the places of its formulas in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    whose: Whose,
    over: Members,
    period: Period,
    places: Vec<(usize, usize)>,
    wants_numbers: bool,
    wants_distinct: bool,
}

fn place(expression: Option<&Expression>) -> usize {
    expression.map_or(0, |expression| std::ptr::from_ref(expression).addr())
}

type FigureKey = (IndicatorIx, SubjectIx, Period);

/// See the module's head.
struct External<'a> {
    naive: Naive<'a>,
    answers: &'a Answers,
    asked: RefCell<BTreeMap<Key, Question>>,
    kept: RefCell<HashMap<FigureKey, (Figure, Coverage)>>,
}

impl<'a> External<'a> {
    fn scope<'s>(&'s self, indicator: IndicatorIx, subject: SubjectIx, period: Period) -> Scope<'s>
    where
        'a: 's,
    {
        Scope { figures: self, ..self.naive.scope(indicator, subject, period) }
    }
}

impl Figures for External<'_> {
    fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<(Figure, Coverage), EvaluationError> {
        let key = (indicator, subject, period);
        if let Some(kept) = self.kept.borrow().get(&key) {
            return Ok(kept.clone());
        }
        let scope = self.scope(indicator, subject, period);
        let found = self.naive.figure_of(indicator, &scope, self)?;
        self.kept.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    fn digest(&self, scope: &Scope<'_>, of: &Asked<'_>) -> Option<Digest> {
        let whose = match scope.subject {
            SubjectIx::Park(_) => Whose::Parks,
            SubjectIx::Group(group) => Whose::Groups(scope.frame.grouping_of(group)),
            _ => return None,
        };
        // Who is left out of a covered indicator, and the months of one subject, are a matter of few.
        let is_inside = scope.member.is_some() || !scope.without.is_empty();
        if is_inside || matches!(of.over, Members::Periods(_)) || !scope.frame.has_period(scope.period) {
            return None;
        }
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
            places: of.parts.iter().map(|(argument, filter)| (place(*argument), place(*filter))).collect(),
            wants_numbers,
            wants_distinct,
        };
        match self.answers.0.get(&key) {
            Some(None) => None,
            Some(Some(answer)) => Some(answer.get(&scope.subject.ordinal()).cloned().unwrap_or_default()),
            None => {
                let parts =
                    of.parts.iter().map(|(argument, filter)| (argument.cloned(), filter.cloned())).collect();
                let question = Question {
                    whose,
                    over: of.over,
                    period: scope.period,
                    parts,
                    wants_numbers,
                    wants_distinct,
                    key: key.clone(),
                };
                self.asked.borrow_mut().entry(key).or_insert(question);
                Some(Digest::default())
            }
        }
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

type Sums<'x, 's> = [(Side, &'x Term<'s>, Exact)];

/// What is known of each sum of a form, where somebody else has put it together.
pub(crate) fn digests_of_sums(scope: &Scope<'_>, sums: &Sums<'_, '_>) -> Option<Vec<Digest>> {
    let digest = |(_, term, _): &(Side, &Term<'_>, Exact)| {
        let What::Sum { argument, filter } = term.what else { return None };
        let function = if argument.is_some() { AggregateFunction::Sum } else { AggregateFunction::Count };
        let asked =
            Asked { over: Members::Enterprises, parts: &[(argument, filter)], function: Some(function) };
        let mut digest = scope.figures.digest(scope, &asked)?;
        if argument.is_none() {
            digest.sum = Some(Exact::whole(i128::try_from(digest.count).ok()?));
        }
        (digest.count == 0 || digest.sum.is_some()).then_some(digest)
    };
    (!sums.is_empty()).then(|| sums.iter().map(digest).collect()).flatten()
}

/// Adds what is known of the sums and looks closely at who is open; false when the formula is of another form after all.
pub(crate) fn add_sums<'s>(
    scope: &Scope<'s>,
    sums: &Sums<'_, 's>,
    digests: &[Digest],
    options: &mut Options,
) -> Result<bool, EvaluationError> {
    let mut open: Vec<(u32, usize)> = Vec::new();
    for (number, ((side, _, factor), digest)) in sums.iter().zip(digests).enumerate() {
        let known = digest.sum.unwrap_or(Exact::ZERO).checked_mul(*factor);
        known.and_then(|known| options.add(*side, known)).ok_or_else(|| scope.overflow())?;
        open.extend(digest.open.iter().map(|member| (*member, number)));
    }
    open.sort_unstable();
    for group in open.chunk_by(|a, b| a.0 == b.0) {
        let terms: Vec<_> = group.iter().map(|(_, number)| sums[*number]).collect();
        let of_member = scope.of_member(Members::Enterprises, group[0].0);
        if !options.add_member(&of_member, &terms, &mut Vec::new())? {
            return Ok(false);
        }
    }
    Ok(true)
}
