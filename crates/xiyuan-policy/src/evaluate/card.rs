//! Scored comparisons: scores of all subjects, ranks within groups, grades, vetoes.
//!
//! Who lacks a score has no rank and no grade, and says so; nobody gets a zero for what is missing.

use std::cmp::Ordering;

use rayon::prelude::*;
use serde::Serialize;

use super::batch::{Stage, State};
use super::{EvaluationError, Figures, index};
use crate::frame::{EnterpriseIx, GroupIx, Period, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::Figure;
use crate::package::{GradeRule, Scorecard, Subject, Tie};
use crate::plan::{IndicatorIx, ScorecardIx};

/// Whether a subject is rated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// It takes part and has a score.
    Rated,
    /// It does not take part.
    NotRated,
    /// It takes part, or might, but something is missing.
    Undecided,
    /// It belongs to no group.
    NoGroup,
}

/// One subject of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Who.
    pub subject: SubjectIx,
    /// Its group, where there are groups.
    pub group: Option<GroupIx>,
    /// Whether it is rated.
    pub standing: Standing,
    /// Its score in base units, where it is known; a quotient to 18 decimals (ranks compare the quotients themselves).
    pub score: Option<Exact>,
    /// Its rank within the group, from 1.
    pub rank: Option<u32>,
    /// Grade: position in the scorecard's list.
    pub grade: Option<usize>,
    /// Grade before vetoes.
    pub before_vetoes: Option<usize>,
    /// Vetoes that hold, by position in the scorecard's list.
    pub vetoes: Vec<usize>,
    /// Vetoes of which nobody can say whether they hold.
    pub open_vetoes: Vec<usize>,
}

/// A comparison of all subjects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardResult {
    /// By subject, in the frame's order.
    pub rows: Vec<Row>,
}

/// A value of every subject, read from a stage or computed one by one.
enum Source<'s> {
    Column(&'s super::batch::FigureColumn),
    Figures(Vec<Figure>),
}

impl Source<'_> {
    fn inner(&self, row: usize) -> Option<Exact> {
        match self {
            Self::Column(column) => (column.state(row) == State::Known)
                .then(|| Exact { mantissa: column.values[row], scale: column.scale }),
            Self::Figures(figures) => figures[row].known().and_then(Quotient::to_inner),
        }
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        let quotient = |row| self.quotient(row).unwrap_or(Quotient::ZERO);
        match self {
            Self::Column(column) => match column.plain() {
                Some(values) => values[a].cmp(&values[b]),
                None => quotient(a).cmp(&quotient(b)),
            },
            Self::Figures(_) => quotient(a).cmp(&quotient(b)),
        }
    }

    fn quotient(&self, row: usize) -> Option<Quotient> {
        match self {
            Self::Column(column) => column.known(row),
            Self::Figures(figures) => figures[row].known(),
        }
    }

    fn truth(&self, row: usize) -> Option<bool> {
        match self {
            Self::Column(column) => (column.state(row) == State::Known).then(|| column.values[row] != 0),
            Self::Figures(figures) => figures[row].known().map(|value| !value.numerator.is_zero()),
        }
    }
}

/// Evaluates a scorecard for all its subjects.
pub fn evaluate(
    stage: &mut Stage<'_>,
    card: ScorecardIx,
    period: Period,
) -> Result<CardResult, EvaluationError> {
    let card = &stage.package().scorecards[card.index()];
    let vetoes = card.vetoes.iter().map(|veto| veto.when);
    for indicator in [card.score].into_iter().chain(card.eligible).chain(vetoes) {
        stage.require(indicator, period)?;
    }
    let stage = &*stage;
    let frame = stage.frame();
    let subjects: Vec<SubjectIx> = match card.subject {
        Subject::Park => frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect(),
        _ => (0..index(frame.enterprise_count()))
            .map(|enterprise| SubjectIx::Enterprise(EnterpriseIx(enterprise)))
            .collect(),
    };
    let source = |indicator: IndicatorIx| source(stage, indicator, period, &subjects);
    let score = source(card.score)?;
    let eligible = card.eligible.map(source).transpose()?;
    let vetoes = card.vetoes.iter().map(|veto| source(veto.when)).collect::<Result<Vec<_>, _>>()?;
    let mut rows: Vec<Row> = subjects
        .par_iter()
        .enumerate()
        .map(|(at, subject)| {
            let group = card.grouping.and_then(|grouping| frame.group_of(grouping, period, *subject));
            let takes_part = eligible.as_ref().map_or(Some(true), |eligible| eligible.truth(at));
            let score = score.inner(at);
            let standing = match takes_part {
                Some(false) => Standing::NotRated,
                Some(true) if card.grouping.is_some() && group.is_none() => Standing::NoGroup,
                Some(true) if score.is_some() => Standing::Rated,
                _ => Standing::Undecided,
            };
            let (mut hold, mut open) = (Vec::new(), Vec::new());
            if standing == Standing::Rated {
                for (veto, of) in vetoes.iter().enumerate() {
                    match of.truth(at) {
                        Some(true) => hold.push(veto),
                        Some(false) => {}
                        None => open.push(veto),
                    }
                }
            }
            Row {
                subject: *subject,
                group,
                standing,
                score,
                rank: None,
                grade: None,
                before_vetoes: None,
                vetoes: hold,
                open_vetoes: open,
            }
        })
        .collect();
    rank(stage, card, &score, &mut rows);
    Ok(CardResult { rows })
}

fn source<'s>(
    stage: &'s Stage<'_>,
    indicator: IndicatorIx,
    period: Period,
    subjects: &[SubjectIx],
) -> Result<Source<'s>, EvaluationError> {
    if let Some(column) = stage.enterprises(indicator, period) {
        return Ok(Source::Column(column));
    }
    let figures = subjects
        .par_iter()
        .map(|subject| stage.columns().value(indicator, *subject, period))
        .collect::<Result<_, _>>()?;
    Ok(Source::Figures(figures))
}

/// Ranks those rated within their groups, best score first, and gives grades.
fn rank(stage: &Stage<'_>, card: &Scorecard, score: &Source<'_>, rows: &mut [Row]) {
    let mut order: Vec<(Option<GroupIx>, usize)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.standing == Standing::Rated)
        .map(|(at, row)| (row.group, at))
        .collect();
    order.sort_unstable();
    let mut groups: Vec<&mut [(Option<GroupIx>, usize)]> = order.chunk_by_mut(|a, b| a.0 == b.0).collect();
    let rows_read: &[Row] = rows;
    let places: Vec<Vec<(usize, u32, usize)>> = groups
        .par_iter_mut()
        .map(|group| {
            let id = |at: usize| &stage.frame().subject(rows_read[at].subject).id;
            group.sort_unstable_by(|(_, a), (_, b)| score.compare(*b, *a).then_with(|| id(*a).cmp(id(*b))));
            let size = group.len();
            let mut places = Vec::with_capacity(size);
            let mut rank = 0;
            for (position, (_, at)) in group.iter().enumerate() {
                let is_equal = position > 0 && score.compare(group[position - 1].1, *at).is_eq();
                if !(is_equal && card.tie == Tie::SameRank) {
                    rank = index(position + 1);
                }
                places.push((*at, rank, grade(card, rank, size, || score.quotient(*at))));
            }
            places
        })
        .collect();
    for (at, rank, grade) in places.into_iter().flatten() {
        let row = &mut rows[at];
        row.rank = Some(rank);
        row.before_vetoes = Some(grade);
        let ceiling = row.vetoes.iter().filter_map(|veto| position(card, &card.vetoes[*veto].ceiling)).max();
        row.grade = Some(ceiling.map_or(grade, |ceiling| ceiling.max(grade)));
    }
}

fn grade(card: &Scorecard, rank: u32, size: usize, score: impl Fn() -> Option<Quotient>) -> usize {
    // rank ÷ size ≤ limit
    let share = Quotient {
        numerator: Exact::whole(rank.into()),
        denominator: Exact::whole(i128::try_from(size.max(1)).expect("a count of subjects")),
    };
    let reaches = |limit: Exact| match &card.grades {
        GradeRule::Share(_) => share <= Quotient::of(limit),
        GradeRule::Score(_) => score().is_some_and(|score| score >= Quotient::of(limit)),
    };
    let (GradeRule::Share(grades) | GradeRule::Score(grades)) = &card.grades;
    let last = grades.len().saturating_sub(1);
    grades.iter().position(|grade| grade.limit.is_none_or(&reaches)).unwrap_or(last)
}

fn position(card: &Scorecard, id: &str) -> Option<usize> {
    let (GradeRule::Share(grades) | GradeRule::Score(grades)) = &card.grades;
    grades.iter().position(|grade| grade.id == id)
}
