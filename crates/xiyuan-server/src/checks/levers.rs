//! "What would it take?": one figure each, and the least change of it alone that meets a condition.

use std::{cmp::Ordering, collections::BTreeSet, sync::Arc};

use xiyuan_policy::{
    evaluate::one_criterion,
    frame::{SubjectIx, Value},
    number::{Exact, Quotient},
    package::Package,
    plan::{CriterionIx, Rounding},
    what_if::{Answer, Lever, LeverOn, Sense, Why, levers},
};
use xiyuan_store::{Action, ParkId, Scope, registry::parks};

use super::{
    CheckQuestion,
    seen::visible_parks,
    sight::Sight,
    types::{LeverItem, LeverKind, LeverSense, LeverSubject, LeversAnswer, SubjectKind},
};
use crate::{
    engine::{Evaluated, blocking, run::evaluation_error},
    error::{ApiError, ApiResult, Missing},
    http::types::Named,
    state::Services,
};

/// Which condition of which evaluation.
#[derive(Clone, Debug, Default)]
pub struct LeverQuestion {
    /// Condition id.
    pub criterion: String,
    /// Year, policy, assessment, readings.
    pub check: CheckQuestion,
}

/// Levers of a condition of a park, for a reader who sees every figure that feeds it: what is needed of one figure tells
/// what the others add up to.
pub async fn find_levers(
    services: &Services,
    scope: &Scope,
    park: ParkId,
    question: &LeverQuestion,
) -> ApiResult<LeversAnswer> {
    scope.require(Action::ReadFigures)?;
    let row = parks::get(&services.db, scope, park, services.today()).await.or_missing("园区")?;
    let evaluated = services.engine.evaluate(&question.check.complete(services).await?).await?;
    let Evaluated { package, frame, commit, run, .. } = &*evaluated;
    let ix = frame
        .find_park(&park.to_string())
        .ok_or_else(|| ApiError::refused("park-unknown-then", "该数据时点尚无此园区。"))?;
    let tested = &package.assessments[run.assessment].criteria;
    let is = |criterion: &&CriterionIx| package.criteria[criterion.index()].id == question.criterion;
    let criterion = *tested.iter().find(is).ok_or_else(|| {
        let text = format!("评估中没有条件“{}”。", question.criterion);
        ApiError::field("criterion", "unknown-criterion", text)
    })?;
    let is_own = visible_parks(services, scope).await?.iter().any(|seen| seen.park.id == park);
    let work = Arc::clone(&evaluated);
    let found = blocking(move || {
        let Evaluated { package, frame, run, .. } = &*work;
        let outcome = one_criterion(package, frame, run, criterion, ix)?;
        Ok((outcome, levers(package, frame, run, criterion, ix)?))
    });
    let (outcome, found) = found.await?.map_err(evaluation_error)?;
    let periods = found.iter().filter_map(|lever| match lever.on {
        LeverOn::Cell { period, .. } => Some(period),
        _ => None,
    });
    let mut sees_all = is_own;
    for period in periods.chain([run.period]).collect::<BTreeSet<_>>() {
        sees_all = sees_all && Sight::of_park(services, scope, frame, ix, period).await?.sees_all();
    }
    if !sees_all {
        return Err(ApiError::Forbidden {
            detail: "园区内有不在您权限范围内的企业，不能推算达到条件还差多少。".into(),
        });
    }
    let mut items = found
        .iter()
        .map(|lever| Ok((size(lever), item(&evaluated, lever)?)))
        .collect::<ApiResult<Vec<(Size, LeverItem)>>>()?;
    items.sort_by(|(a, one), (b, two)| {
        a.compare(b).then_with(|| name(one).cmp(&name(two))).then_with(|| one.period.cmp(&two.period))
    });
    Ok(LeversAnswer {
        park: Named { id: park.0, name: row.park.data.name },
        criterion: question.criterion.clone(),
        criterion_name: package.criteria[criterion.index()].name.clone(),
        year: run.period.last_day().year(),
        known_time: commit.number.0,
        outcome: outcome.test.outcome.into(),
        levers: items.into_iter().map(|(_, item)| item).collect(),
    })
}

fn name(item: &LeverItem) -> (&str, &str) {
    (item.subject.as_ref().map_or("", |subject| subject.name.as_str()), &item.field_name)
}

/// By what levers are put in order.
enum Size {
    /// A change of this share of what is there.
    Relative(Quotient),
    /// Something that is not there, or no number.
    Other,
    /// It cannot.
    Never,
}

impl Size {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Relative(a), Self::Relative(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Relative(_) => 0,
            Self::Other => 1,
            Self::Never => 2,
        }
    }
}

fn size(lever: &Lever) -> Size {
    match &lever.answer {
        Answer::None(_) => Size::Never,
        Answer::Change { .. } => relative(lever).map_or(Size::Other, Size::Relative),
    }
}

/// Needed less current.
fn change(lever: &Lever) -> Option<(Exact, Exact)> {
    match (&lever.answer, &lever.current) {
        (Answer::Change { to: Value::Number(to), .. }, Some(Value::Number(current))) => {
            Some((to.checked_sub(*current)?, *current))
        }
        _ => None,
    }
}

fn relative(lever: &Lever) -> Option<Quotient> {
    let (change, current) = change(lever)?;
    Quotient::new(change.absolute(), current.absolute())
}

fn item(evaluated: &Evaluated, lever: &Lever) -> ApiResult<LeverItem> {
    let mut item = of(&evaluated.package, evaluated, lever)?;
    item.current = lever.current.as_ref().map(text);
    item.change = change(lever).map(|(change, _)| change.to_string());
    item.relative = relative(lever).and_then(|share| {
        let percent = Quotient { numerator: share.numerator.checked_mul(Exact::whole(100))?, ..share };
        percent.rounded(2, Rounding::HalfAwayFromZero).map(|percent| percent.to_string())
    });
    match &lever.answer {
        Answer::Change { to, sense, is_least } => {
            item.needed = Some(text(to));
            item.is_least = *is_least;
            item.sense = Some(match sense {
                Sense::AtLeast => LeverSense::AtLeast,
                Sense::AtMost => LeverSense::AtMost,
                Sense::Any => LeverSense::Any,
                Sense::Exactly => LeverSense::Exactly,
            });
        }
        Answer::None(why) => item.reason = Some(reason(*why).to_owned()),
    }
    Ok(item)
}

fn text(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Date(day) => day.to_string(),
    }
}

fn reason(why: Why) -> &'static str {
    match why {
        Why::DoesNotMove => "只改这一项，结论不变",
        Why::OutOfRange => "在允许填报的范围内改这一项，达不到条件",
        Why::OthersMissing => "还缺别的数据，只改这一项不能判定",
        Why::TooMany => "涉及的数据很多，这一项数额小，没有逐一推算",
    }
}

/// What a lever moves, in words.
fn of(package: &Package, evaluated: &Evaluated, lever: &Lever) -> ApiResult<LeverItem> {
    let bare = |kind, field: &str, field_name: &str| LeverItem {
        kind,
        field: field.to_owned(),
        field_name: field_name.to_owned(),
        subject: None,
        period: None,
        unit: None,
        current: None,
        needed: None,
        change: None,
        relative: None,
        sense: None,
        is_least: false,
        reason: None,
    };
    Ok(match lever.on {
        LeverOn::Cell { field, period, subject } => {
            let field = &package.fields[field.index()];
            let info = evaluated.frame.subject(subject);
            let kind = match subject {
                SubjectIx::Park(_) => SubjectKind::Park,
                SubjectIx::Record(_) => SubjectKind::Record,
                SubjectIx::Enterprise(_) | SubjectIx::Group(_) => SubjectKind::Enterprise,
            };
            let id = match kind {
                SubjectKind::Record => None,
                _ => Some(info.id.parse().map_err(ApiError::internal)?),
            };
            let subject = LeverSubject { kind, id, name: info.name.clone() };
            LeverItem {
                subject: Some(subject),
                period: Some(period.to_string()),
                unit: field.unit.clone(),
                ..bare(LeverKind::Figure, &field.key, &field.name)
            }
        }
        LeverOn::Benchmark { benchmark, period } => {
            let benchmark = &package.benchmarks[benchmark.index()];
            let subject = LeverSubject { kind: SubjectKind::City, id: None, name: "全市".to_owned() };
            LeverItem {
                subject: Some(subject),
                period: Some(period.to_string()),
                unit: Some(benchmark.unit.clone()),
                ..bare(LeverKind::Benchmark, &benchmark.id, &benchmark.name)
            }
        }
        LeverOn::Fact { fact } => {
            let fact = &package.facts[fact.index()];
            bare(LeverKind::Fact, &fact.id, &fact.name)
        }
        LeverOn::Evidence { evidence } => {
            let kind = &package.evidence[evidence.index()];
            bare(LeverKind::Evidence, &kind.id, &kind.name)
        }
    })
}
