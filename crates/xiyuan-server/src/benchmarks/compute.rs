//! The computed figure of a group as a value that may stand as a benchmark, or why it may not.

use xiyuan_policy::{
    evaluate::{Overrides, figure},
    frame::{Frame, Period, SubjectIx},
    number::{Exact, Quotient},
    outcome::{Coverage, Figure},
    package::{Frequency, Indicator, Package, Subject},
    plan::{GroupingIx, IndicatorIx, Members, Rounding},
    trace::{Visited, trace},
};

use crate::{
    checks::{is_hidden_sum_safe, undefined},
    engine::run::evaluation_error,
    error::{ApiError, ApiResult},
};

/// Decimals of a quotient that is used further, as everywhere in the language.
const DECIMALS: u32 = 18;

/// A figure of a group.
pub(super) struct Computed {
    pub members: usize,
    pub coverage: Option<Coverage>,
    pub value: Result<Exact, Obstacle>,
}

/// Why a figure may not stand as a benchmark.
#[derive(Clone, Copy, Debug)]
pub(super) enum Obstacle {
    /// So many figures are missing.
    Missing(usize),
    /// It has no value.
    Undefined(xiyuan_policy::outcome::Undefined),
    /// It would tell the figure of one enterprise.
    Tells,
    /// Out of the range of numbers.
    Range,
}

impl Obstacle {
    /// In words.
    pub fn reason(self) -> String {
        match self {
            Self::Missing(count) => {
                format!("还缺 {count} 项数据，算不出确切值；缺数不能按零计，补齐后再冻结。")
            }
            Self::Undefined(reason) => format!("没有数值：{}。", undefined(reason).trim_end_matches('。')),
            Self::Tells => {
                "参与计算的企业不足三家，或其中一家占比过大，公布会泄露单个企业的数据。".to_owned()
            }
            Self::Range => "数值超出可计算范围。".to_owned(),
        }
    }

    /// As a refusal.
    pub fn refuse(self) -> ApiError {
        let code = match self {
            Self::Missing(_) => "figure-missing",
            Self::Undefined(_) => "figure-undefined",
            Self::Tells => "figure-tells",
            Self::Range => "overflow",
        };
        ApiError::refused(code, format!("不能冻结：{}", self.reason()))
    }
}

/// Whose figures an indicator of groups computes, when it can stand for a benchmark of a unit: yearly, and of that unit or
/// another one of its dimension.
pub(super) fn grouping(package: &Package, indicator: &Indicator, unit: &str) -> Result<GroupingIx, ApiError> {
    let Subject::Group(grouping) = indicator.subject else {
        let detail = format!("“{}”不是分组（全市、各区等）的指标，不能作为全市基准。", indicator.name);
        return Err(ApiError::field("indicator", "not-of-groups", detail));
    };
    if indicator.frequency != Frequency::Year {
        let detail = format!("“{}”不是年度指标。", indicator.name);
        return Err(ApiError::field("indicator", "not-yearly", detail));
    }
    let unit_of = |name: &str| package.units.get(name).map(|unit| (&unit.dimension, unit.is_point));
    // Counts and shares have the same dimension, namely none, and still are no figures of one kind.
    let is_convertible = unit_of(unit)
        .is_some_and(|(dimension, _)| !dimension.is_empty() && unit_of(&indicator.unit) == unit_of(unit));
    if indicator.unit != unit && !is_convertible {
        let detail = format!("“{}”的单位是{}，与基准的单位{unit}不能换算。", indicator.name, indicator.unit);
        return Err(ApiError::field("indicator", "unit-mismatch", detail));
    }
    Ok(grouping)
}

/// Computes the figure of a group, in the unit of the benchmark. On the CPU; exact, or a quotient to 18 decimals.
pub(super) fn compute(
    package: &Package,
    frame: &Frame,
    indicator: IndicatorIx,
    group: SubjectIx,
    period: Period,
    unit: &str,
) -> ApiResult<Computed> {
    let overrides = Overrides::default();
    let (found, coverage) =
        figure(package, frame, &overrides, indicator, group, period).map_err(evaluation_error)?;
    let value = match found {
        Figure::Known { value } => in_unit(value, package.unit_factor(Some(unit))).ok_or(Obstacle::Range),
        Figure::Undefined { reason, missing } if missing.is_empty() => Err(Obstacle::Undefined(reason)),
        Figure::Missing { missing, .. } | Figure::Undefined { missing, .. } => {
            Err(Obstacle::Missing(missing.len()))
        }
    };
    let value = match value {
        Ok(_) if tells(package, frame, indicator, group, period)? => Err(Obstacle::Tells),
        other => other,
    };
    Ok(Computed {
        members: frame.visited(Members::Enterprises, period, group).len(),
        coverage: (coverage.expected > 0).then_some(coverage),
        value,
    })
}

/// A quotient in base units, in a unit.
fn in_unit(value: Quotient, factor: Exact) -> Option<Exact> {
    let value = Quotient { numerator: value.numerator, denominator: value.denominator.checked_mul(factor)? };
    Some(value.rounded(DECIMALS, Rounding::HalfAwayFromZero)?.normalized())
}

/// Whether everybody who may read the figure would learn what one enterprise filed.
fn tells(
    package: &Package,
    frame: &Frame,
    indicator: IndicatorIx,
    group: SubjectIx,
    period: Period,
) -> ApiResult<bool> {
    let opened =
        trace(package, frame, &Overrides::default(), indicator, group, period).map_err(evaluation_error)?;
    let all: Vec<usize> = (0..opened.members.len()).collect();
    let is_of_enterprises =
        opened.members.iter().any(|row| matches!(row.who, Visited::Subject(SubjectIx::Enterprise(_))));
    Ok(is_of_enterprises && !is_hidden_sum_safe(&opened, &all))
}
