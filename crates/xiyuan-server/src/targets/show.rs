//! From the engine's progress to what a reader may see of it.

use std::collections::HashMap;

use xiyuan_policy::{
    evaluate::{Overrides, Progress, TargetProgress},
    frame::{Frame, GroupIx, ParkIx, SubjectIx},
    number::Exact,
    outcome::{Missing, TestOutcome},
    package::{Measure, Package, Target, Threshold},
    plan::{AggregateFunction, Comparison, Expression, IndicatorIx},
    trace::{Counted as EngineCounted, Trace, Visited, trace},
    words,
};
use xiyuan_store::{Action, ParkId, Scope, registry::parks::ParkRow};

use super::types::{TargetDetail, TargetItem, TargetKind, TargetPark, TargetPart, TargetShare};
use crate::{
    checks::{
        CheckQuestion,
        criterion::{figure, shown_bounds, undefined},
        missing, numbers, parks_in,
        sight::Sight,
        types::Counted,
    },
    engine::{Reached, blocking, run::evaluation_error},
    error::{ApiError, ApiResult},
    http::types::{Named, OutcomeCounts, OutcomeName},
    state::Services,
};

/// Missing figures named in a list of targets; the rest is a number.
const NAMED_IN_LIST: usize = 5;
/// Missing figures named when one target is asked for.
const NAMED_ALONE: usize = 500;
/// Unit of parks that meet a condition.
const PARKS: &str = "个园区";
/// Said to those who see a part of the city.
const WHOLE_CITY_ONLY: &str = "全市合计只向能看到全市数据的用户显示。";
/// Said where there is nobody to count.
const NOBODY: &str = "还没有登记园区，无从计数。";

/// What a reader sees of the parks.
struct Seen {
    /// The whole city: then its totals too.
    is_whole: bool,
    parks: HashMap<ParkId, ParkRow>,
}

impl Seen {
    async fn of(services: &Services, scope: &Scope) -> ApiResult<Self> {
        let rows = parks_in(services, scope).await?;
        let is_whole = scope.reach(Action::ReadFigures).all;
        Ok(Self { is_whole, parks: rows.into_iter().map(|row| (row.park.id, row)).collect() })
    }

    fn park(&self, frame: &Frame, park: ParkIx) -> ApiResult<Option<&ParkRow>> {
        let id: ParkId = frame.park(park).id.parse().map_err(ApiError::internal)?;
        Ok(self.parks.get(&id))
    }
}

/// Every target of a policy with its progress, as the reader may see it.
pub(crate) async fn all(
    services: &Services,
    scope: &Scope,
    question: &CheckQuestion,
) -> ApiResult<Vec<TargetItem>> {
    let (reached, seen) = reached(services, scope, question).await?;
    let mut items = Vec::new();
    for (progress, frame) in &reached.targets {
        items.extend(items_of(&reached.package, frame, progress, &seen, NAMED_IN_LIST)?);
    }
    Ok(items)
}

/// One target, opened to its parks.
pub(super) async fn one(
    services: &Services,
    scope: &Scope,
    question: &CheckQuestion,
    id: &str,
) -> ApiResult<TargetDetail> {
    let (reached, seen) = reached(services, scope, question).await?;
    let package = &reached.package;
    let at = package.targets.iter().position(|target| target.id == id);
    let (progress, frame) =
        at.and_then(|at| reached.targets.get(at)).ok_or_else(|| ApiError::not_found("目标"))?;
    let items = items_of(package, frame, progress, &seen, NAMED_ALONE)?;
    let (parts, parks) = match &progress.progress {
        Progress::Groups(groups) if seen.is_whole => opened(&reached, progress, frame, groups, &seen).await?,
        Progress::Parks(parks) => {
            let mut rows = Vec::new();
            for (park, outcome) in parks {
                let Some(row) = seen.park(frame, *park)? else { continue };
                rows.push(TargetPark { outcome: Some(outcome.outcome().into()), ..park_row(row) });
            }
            (Vec::new(), rows)
        }
        Progress::Groups(_) | Progress::Open => (Vec::new(), Vec::new()),
    };
    let (policy, known_time) = (package.id.clone(), reached.commit.number.0);
    Ok(TargetDetail { items, policy, known_time, parts, parks })
}

async fn reached(
    services: &Services,
    scope: &Scope,
    question: &CheckQuestion,
) -> ApiResult<(std::sync::Arc<Reached>, Seen)> {
    let question = question.complete(services).await?;
    let package = services.engine.require_package(question.policy.as_deref()).await?;
    let commit = services.engine.commit(question.as_of.as_deref()).await?;
    let reached = services.engine.targets(&package, question.year, commit).await?;
    Ok((reached, Seen::of(services, scope).await?))
}

/// A target as it is written, nothing counted yet.
fn written(package: &Package, target: &Target, progress: &TargetProgress) -> TargetItem {
    let criterion = match &target.measure {
        Measure::Every { criterion } => Some(package.criteria[criterion.index()].id.clone()),
        _ => None,
    };
    let (kind, op, unit) = match &target.measure {
        Measure::Figure { indicator, op, .. } => {
            (TargetKind::Figure, *op, package.indicators[indicator.index()].unit.clone())
        }
        Measure::Every { .. } => (TargetKind::Every, Comparison::GreaterOrEqual, PARKS.to_owned()),
        Measure::Open { op, parameter, .. } => {
            (TargetKind::Open, *op, package.parameters[parameter.index()].unit.clone())
        }
    };
    TargetItem {
        id: target.id.clone(),
        name: target.name.clone(),
        group: None,
        kind,
        clause: target.clause().to_owned(),
        quote: target.cited.first().map(|cited| cited.quote.clone()).unwrap_or_default(),
        words: words::target(package, target),
        duty_units: target.duty_units.clone(),
        due: target.due.day,
        year: progress.period.last_day().year(),
        value: None,
        goal: goal(package, target),
        op: words::sign(op).to_owned(),
        unit,
        bounds: None,
        outcome: None,
        parks: None,
        criterion,
        reason: None,
        missing: Vec::new(),
        missing_total: 0,
        is_soft: target.is_soft,
        basis: target.basis.clone(),
        source: target.source.clone(),
        note: target.note.clone(),
    }
}

/// The goal as the policy writes it, where it is a plain number.
fn goal(package: &Package, target: &Target) -> Option<String> {
    let parameter = match &target.measure {
        Measure::Figure { goal: Threshold::Parameter(parameter), .. } | Measure::Open { parameter, .. } => {
            &package.parameters[parameter.index()]
        }
        _ => return None,
    };
    parameter.values.last().map(|dated| dated.value.normalized().to_string())
}

fn items_of(
    package: &Package,
    frame: &Frame,
    progress: &TargetProgress,
    seen: &Seen,
    named: usize,
) -> ApiResult<Vec<TargetItem>> {
    let target = &package.targets[progress.target.index()];
    let plain = written(package, target, progress);
    let with_reason = |reason: &str| vec![TargetItem { reason: Some(reason.to_owned()), ..plain.clone() }];
    match &progress.progress {
        Progress::Open => {
            let Measure::Open { reason, .. } = &target.measure else {
                return Err(ApiError::internal("only an open target has no progress"));
            };
            Ok(with_reason(reason))
        }
        Progress::Groups(_) if !seen.is_whole => Ok(with_reason(WHOLE_CITY_ONLY)),
        Progress::Groups(groups) if groups.is_empty() => Ok(with_reason(NOBODY)),
        Progress::Groups(groups) => {
            let names = groups.len() > 1;
            let each = groups.iter().map(|(group, outcome)| {
                let name = names.then(|| frame.subject(SubjectIx::Group(*group)).name.clone());
                counted(package, frame, TargetItem { group: name, ..plain.clone() }, outcome, named)
            });
            each.collect()
        }
        Progress::Parks(parks) => {
            let mut counts = OutcomeCounts::default();
            let mut lacking: Vec<Missing> = Vec::new();
            for (park, outcome) in parks {
                if seen.park(frame, *park)?.is_some() {
                    counts.add(outcome.outcome().into());
                    if outcome.test.could_change {
                        lacking.extend(&outcome.test.missing);
                    }
                }
            }
            let total = counts.met + counts.not_met + counts.undecided;
            if total == 0 {
                return Ok(with_reason(NOBODY));
            }
            let outcome = match (counts.not_met, counts.undecided) {
                (0, 0) => OutcomeName::Met,
                (0, _) => OutcomeName::Undecided,
                _ => OutcomeName::NotMet,
            };
            lacking.sort_unstable();
            lacking.dedup();
            let item = TargetItem {
                value: Some(counts.met.to_string()),
                goal: Some(total.to_string()),
                outcome: Some(outcome),
                parks: Some(counts),
                ..plain
            };
            // Whose figures are missing may be told by name only to those who see everybody.
            let lacking = if seen.is_whole { lacking } else { Vec::new() };
            Ok(vec![with_missing(package, frame, item, &lacking, named)?])
        }
    }
}

/// With the figure of a group.
fn counted(
    package: &Package,
    frame: &Frame,
    item: TargetItem,
    outcome: &TestOutcome,
    named: usize,
) -> ApiResult<TargetItem> {
    let Some(measured) = &outcome.measured else { return Ok(item) };
    let rule = &package.indicators[measured.indicator.index()];
    let (factor, decimals) = (rule.unit_factor, rule.decimals);
    let (value, bounds) = figure(&measured.figure);
    let goal = measured.threshold.and_then(|goal| numbers::exactly(goal, factor)).or(item.goal);
    let item = TargetItem {
        value: value.and_then(|value| numbers::shown_beside(value, measured.threshold, factor, decimals)),
        goal,
        bounds: bounds.map(|bounds| shown_bounds(&bounds, factor, decimals)),
        outcome: Some(outcome.outcome.into()),
        reason: outcome.undefined.map(undefined),
        ..item
    };
    with_missing(package, frame, item, &outcome.missing, named)
}

fn with_missing(
    package: &Package,
    frame: &Frame,
    item: TargetItem,
    lacking: &[Missing],
    named: usize,
) -> ApiResult<TargetItem> {
    let first = &lacking[..lacking.len().min(named)];
    let (missing, _) = missing::items_of(package, frame, &Sight::everything(), first)?;
    let missing_total = u32::try_from(lacking.len()).unwrap_or(u32::MAX);
    Ok(TargetItem { missing, missing_total, ..item })
}

/// Parts of the figure and what each park adds to them.
async fn opened(
    reached: &Reached,
    progress: &TargetProgress,
    frame: &std::sync::Arc<Frame>,
    groups: &[(GroupIx, TestOutcome)],
    seen: &Seen,
) -> ApiResult<(Vec<TargetPart>, Vec<TargetPark>)> {
    let package = &reached.package;
    let target = &package.targets[progress.target.index()];
    let Some(indicator) = target.indicator() else { return Ok((Vec::new(), Vec::new())) };
    let groups: Vec<GroupIx> = groups.iter().map(|(group, _)| *group).collect();
    let (of, over, period) = (std::sync::Arc::clone(package), std::sync::Arc::clone(frame), progress.period);
    let traced = blocking(move || {
        let each = groups.into_iter().map(|group| {
            trace(&of, &over, &Overrides::default(), indicator, SubjectIx::Group(group), period)
        });
        each.collect::<Result<Vec<Trace>, _>>()
    });
    let traced = traced.await?.map_err(evaluation_error)?;
    let Some(first) = traced.first() else { return Ok((Vec::new(), Vec::new())) };
    let parts = (0..first.aggregates.len()).map(|at| part(package, indicator, &traced, at)).collect();
    let factor = package.indicators[indicator.index()].unit_factor;
    let mut parks = Vec::new();
    for member in traced.iter().flat_map(|trace| &trace.members) {
        let Visited::Subject(SubjectIx::Park(park)) = member.who else { continue };
        let Some(row) = seen.park(frame, park)? else { continue };
        let parts = member.parts.iter().map(|(counted, value)| share(*counted, *value, factor)).collect();
        parks.push(TargetPark { parts, ..park_row(row) });
    }
    Ok((parts, parks))
}

fn part(package: &Package, indicator: IndicatorIx, traced: &[Trace], at: usize) -> TargetPart {
    let rule = &package.indicators[indicator.index()];
    let aggregate = &traced[0].aggregates[at];
    let is_count = matches!(
        aggregate.expression,
        Expression::Aggregate {
            function: AggregateFunction::Count
                | AggregateFunction::CountDistinct
                | AggregateFunction::Reported,
            ..
        }
    );
    // Of several groups each has its own sum; the page shows the groups' figures beside.
    let value = aggregate.value.filter(|_| traced.len() == 1);
    TargetPart {
        words: words::part(package, rule, &aggregate.expression),
        label: words::aggregate(package, rule, &aggregate.expression),
        period: aggregate.period.to_string(),
        is_count,
        value: value.and_then(|value| numbers::exactly(value, rule.unit_factor)),
    }
}

fn share(counted: EngineCounted, value: Option<Exact>, factor: Exact) -> TargetShare {
    let counted = match counted {
        EngineCounted::In => Counted::In,
        EngineCounted::Out => Counted::Out,
        EngineCounted::Unknown => Counted::Unknown,
    };
    let value = value.filter(|_| counted != Counted::Out);
    TargetShare { counted, value: value.and_then(|value| numbers::exactly(value, factor)) }
}

fn park_row(row: &ParkRow) -> TargetPark {
    TargetPark {
        park: Named { id: row.park.id.0, name: row.park.data.name.clone() },
        district: Named { id: row.park.data.district.0, name: row.district_name.clone() },
        outcome: None,
        parts: Vec::new(),
    }
}
