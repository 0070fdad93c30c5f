//! A scorecard before and after: whose rank or grade changes. Only for readers who see all figures: a rank that is moved
//! back and forth would tell the others' scores.

use std::{collections::BTreeMap, sync::Arc};

use xiyuan_policy::{
    evaluate::{
        EvaluationError, Stage,
        card::{self, CardResult, Row},
    },
    frame::{Frame, SubjectIx},
    number::Quotient,
    package::{GradeRule, Package, Scorecard},
    plan::ScorecardIx,
};

use super::{
    numbers,
    types::{GradeCount, RankChange, ScorecardChange, Standing, SubjectKind},
};
use crate::{
    engine::{Evaluated, blocking, run::evaluation_error},
    error::{ApiError, ApiResult},
    http::types::Named,
};

/// Subjects that are listed.
const MOST: usize = 200;

/// Evaluates a scorecard over both evaluations' frames and overrides.
pub(super) async fn change(
    before: &Arc<Evaluated>,
    after: &Arc<Evaluated>,
    id: &str,
) -> ApiResult<ScorecardChange> {
    let found = before.package.scorecards.iter().position(|card| card.id == id);
    let found = found.and_then(|at| u32::try_from(at).ok()).map(ScorecardIx).ok_or_else(|| {
        ApiError::field("scorecard", "unknown-scorecard", format!("政策包没有评分表“{id}”。"))
    })?;
    let (old, new) = (Arc::clone(before), Arc::clone(after));
    let work = move || Ok::<_, EvaluationError>((rate(&old, found)?, rate(&new, found)?));
    let (old, new) = blocking(work).await?.map_err(evaluation_error)?;
    let package = &before.package;
    let card = &package.scorecards[found.index()];
    let mut changed = Vec::new();
    for (old, new) in old.rows.iter().zip(&new.rows) {
        if (old.rank, old.grade) != (new.rank, new.grade) {
            changed.push(row(package, (&before.frame, &after.frame), card, (old, new))?);
        }
    }
    let changed_total = u32::try_from(changed.len()).unwrap_or(u32::MAX);
    let place = |change: &RankChange| {
        (change.before.grade == change.after.grade, change.after.rank.unwrap_or(u32::MAX))
    };
    changed.sort_by_key(place);
    changed.truncate(MOST);
    let grades = counts(card, &old, &new);
    Ok(ScorecardChange { id: card.id.clone(), name: card.name.clone(), grades, changed, changed_total })
}

fn rate(evaluated: &Evaluated, card: ScorecardIx) -> Result<CardResult, EvaluationError> {
    let Evaluated { package, frame, run, .. } = evaluated;
    let mut stage = Stage::new(package, frame, run.overrides.clone());
    card::evaluate(&mut stage, card, run.period)
}

fn row(
    package: &Package,
    (before, after): (&Frame, &Frame),
    card: &Scorecard,
    (old, new): (&Row, &Row),
) -> ApiResult<RankChange> {
    let info = after.subject(new.subject);
    // Groups are named by the frame they stand in.
    let group = new.group.map(|group| after.subject(SubjectIx::Group(group)).name.clone());
    let group = group.or_else(|| old.group.map(|group| before.subject(SubjectIx::Group(group)).name.clone()));
    let is_park = matches!(new.subject, SubjectIx::Park(_));
    Ok(RankChange {
        subject: Named { id: info.id.parse().map_err(ApiError::internal)?, name: info.name.clone() },
        kind: if is_park { SubjectKind::Park } else { SubjectKind::Enterprise },
        group,
        before: standing(package, card, old),
        after: standing(package, card, new),
    })
}

fn standing(package: &Package, card: &Scorecard, row: &Row) -> Standing {
    let rule = &package.indicators[card.score.index()];
    let score = row.score.map(Quotient::of);
    Standing {
        rank: row.rank,
        grade: row.grade.and_then(|grade| grades(card).get(grade).cloned()),
        score: score.and_then(|score| numbers::shown(score, rule.unit_factor, rule.decimals)),
    }
}

fn grades(card: &Scorecard) -> Vec<String> {
    let (GradeRule::Share(grades) | GradeRule::Score(grades)) = &card.grades;
    grades.iter().map(|grade| grade.id.clone()).collect()
}

fn counts(card: &Scorecard, old: &CardResult, new: &CardResult) -> Vec<GradeCount> {
    let count = |result: &CardResult| {
        let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
        result.rows.iter().filter_map(|row| row.grade).for_each(|grade| {
            *counts.entry(grade).or_default() += 1;
        });
        counts
    };
    let (old, new) = (count(old), count(new));
    let of = |counts: &BTreeMap<usize, u32>, at: usize| counts.get(&at).copied().unwrap_or_default();
    let each = |(at, grade): (usize, String)| GradeCount { grade, before: of(&old, at), after: of(&new, at) };
    grades(card).into_iter().enumerate().map(each).collect()
}
