//! Scored comparisons: scores of all subjects, ranks within groups, grades, vetoes.
//!
//! Who lacks a score has no rank and no grade, and says so; nobody gets a zero for what is missing.

use ethnum::I256;
use rayon::prelude::*;
use serde::Serialize;

use super::batch::{Stage, State};
use super::{EvaluationError, Figures, index};
use crate::frame::{EnterpriseIx, Frame, GroupIx, ParkIx, Period, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::Figure;
use crate::package::{GradeRule, Scorecard, Subject, Tie};
use crate::plan::{GroupingIx, IndicatorIx, ScorecardIx};

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

    /// The numbers themselves, where they are no quotients.
    fn plain(&self) -> Option<&[i128]> {
        if let Self::Column(column) = self { column.plain() } else { None }
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
    let group_of = card.grouping.map(|grouping| group_of(frame, grouping, period, card.subject));
    let mut rows: Vec<Row> = subjects
        .par_iter()
        .enumerate()
        .map(|(at, subject)| {
            let group = group_of.as_ref().and_then(|group_of| group_of(at));
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

/// The group of each subject of a kind, by position.
fn group_of<'f>(
    frame: &'f Frame,
    grouping: GroupingIx,
    period: Period,
    subject: Subject,
) -> Box<dyn Fn(usize) -> Option<GroupIx> + Sync + 'f> {
    match (subject, frame.groups_of_enterprises(grouping, period)) {
        (Subject::Enterprise, Some(groups)) => {
            Box::new(|at| groups.get(at).filter(|group| **group != u32::MAX).map(|group| GroupIx(*group)))
        }
        (Subject::Park, _) => {
            Box::new(move |at| frame.group_of(grouping, period, SubjectIx::Park(ParkIx(index(at)))))
        }
        _ => Box::new(|_| None),
    }
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

/// A place in a ranking: position of the subject, rank, grade.
type Place = (u32, u32, usize);

/// Ranks those rated within their groups, best score first, and gives grades.
fn rank(stage: &Stage<'_>, card: &Scorecard, score: &Source<'_>, rows: &mut [Row]) {
    let first = card.grouping.and_then(|grouping| stage.frame().groups(grouping).next());
    let count = card.grouping.map_or(1, |grouping| stage.frame().groups(grouping).count());
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (at, row) in (0..).zip(rows.iter()).filter(|(_, row)| row.standing == Standing::Rated) {
        // Without groups all stand in one.
        let group = row.group.zip(first).map_or(0, |(group, first)| (group.0 - first.0) as usize);
        groups[group].push(at);
    }
    let places: Vec<Vec<Place>> = groups.par_iter().map(|group| placed(stage, card, score, group)).collect();
    for (at, rank, grade) in places.into_iter().flatten() {
        let row = &mut rows[at as usize];
        row.rank = Some(rank);
        row.before_vetoes = Some(grade);
        let ceiling = row.vetoes.iter().filter_map(|veto| position(card, &card.vetoes[*veto].ceiling)).max();
        row.grade = Some(ceiling.map_or(grade, |ceiling| ceiling.max(grade)));
    }
}

/// One group in order, with ranks and grades.
fn placed(stage: &Stage<'_>, card: &Scorecard, score: &Source<'_>, group: &[u32]) -> Vec<Place> {
    // The subjects of a card are all of their kind, in the frame's order.
    let places = stage.frame().places_by_id(card.subject);
    let id = |at: u32| places[at as usize];
    let cuts = cuts(card, group.len());
    let last = cuts.len().saturating_sub(1);
    let by_score = |at: u32| {
        let reaches =
            |limit: &Exact| score.quotient(at as usize).is_some_and(|score| score >= Quotient::of(*limit));
        cuts.iter().position(|cut| match cut {
            Cut::Everyone => true,
            Cut::Rank(_) => false,
            Cut::Score(limit) => reaches(limit),
        })
    };
    let by_rank = |rank: u32| {
        cuts.iter().position(|cut| match cut {
            Cut::Everyone => true,
            Cut::Rank(least) => rank <= *least,
            Cut::Score(_) => false,
        })
    };
    let is_by_share = matches!(card.grades, GradeRule::Share(_));
    let grade = |at: u32, rank: u32| if is_by_share { by_rank(rank) } else { by_score(at) }.unwrap_or(last);
    let quotient = |at: u32| score.quotient(at as usize).unwrap_or(Quotient::ZERO);
    match score.plain().map(|values| |at: u32| values[at as usize]) {
        Some(value) => match packed(group, value, id) {
            Some(order) => given(card, &order, grade),
            None => given(card, &sorted(group, value, id), grade),
        },
        None => given(card, &sorted(group, quotient, id), grade),
    }
}

/// By score, best first, then by id; the keys stand beside the positions, so that comparing two looks nowhere else.
fn sorted<K: Ord>(group: &[u32], key: impl Fn(u32) -> K, id: impl Fn(u32) -> u32) -> Vec<(K, u32)> {
    let mut order: Vec<(K, u32, u32)> = group.iter().map(|at| (key(*at), id(*at), *at)).collect();
    order.sort_unstable_by(|(a, one, _), (b, two, _)| b.cmp(a).then_with(|| one.cmp(two)));
    order.into_iter().map(|(key, _, at)| (key, at)).collect()
}

/// The same order for scores of 64 bits: score (turned round), id and position as one number each, which sort quickest.
fn packed(group: &[u32], value: impl Fn(u32) -> i128, id: impl Fn(u32) -> u32) -> Option<Vec<(i64, u32)>> {
    const SIGN: u64 = 1 << 63;
    let pack = |at: &u32| {
        let turned = !(i64::try_from(value(*at)).ok()?.cast_unsigned() ^ SIGN);
        Some(u128::from(turned) << 64 | u128::from(id(*at)) << 32 | u128::from(*at))
    };
    let mut order = group.iter().map(pack).collect::<Option<Vec<u128>>>()?;
    order.sort_unstable();
    let unpack = |packed: u128| {
        let turned = u64::try_from(packed >> 64).expect("64 bits are left");
        let at = u32::try_from(packed & u128::from(u32::MAX)).expect("32 bits are left");
        ((!turned ^ SIGN).cast_signed(), at)
    };
    Some(order.into_iter().map(unpack).collect())
}

/// Ranks and grades those who stand in order, by their scores.
fn given<K: Eq>(card: &Scorecard, order: &[(K, u32)], grade: impl Fn(u32, u32) -> usize) -> Vec<Place> {
    let mut places = Vec::with_capacity(order.len());
    let mut rank = 0;
    for (position, (key, at)) in order.iter().enumerate() {
        let is_equal = position > 0 && order[position - 1].0 == *key;
        if !(is_equal && card.tie == Tie::SameRank) {
            rank = index(position + 1);
        }
        places.push((*at, rank, grade(*at, rank)));
    }
    places
}

/// What a grade asks for in a group of one size.
enum Cut {
    /// Whoever is left.
    Everyone,
    /// A rank up to this one: rank ÷ size ≤ limit.
    Rank(u32),
    /// A score from this one on.
    Score(Exact),
}

fn cuts(card: &Scorecard, size: usize) -> Vec<Cut> {
    let (GradeRule::Share(grades) | GradeRule::Score(grades)) = &card.grades;
    let of = |limit: Exact| match &card.grades {
        GradeRule::Score(_) => Cut::Score(limit),
        GradeRule::Share(_) => {
            let places = I256::from(limit.mantissa) * I256::from(index(size));
            let whole = places.div_euclid(I256::from(10).pow(limit.scale));
            // A share above the whole reaches everyone, one below zero nobody.
            let whole = whole.clamp(I256::ZERO, I256::from(u32::MAX));
            Cut::Rank(whole.as_u32())
        }
    };
    grades.iter().map(|grade| grade.limit.map_or(Cut::Everyone, of)).collect()
}

fn position(card: &Scorecard, id: &str) -> Option<usize> {
    let (GradeRule::Share(grades) | GradeRule::Score(grades)) = &card.grades;
    grades.iter().position(|grade| grade.id == id)
}
