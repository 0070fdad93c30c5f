//! Tight bounds of sums and ratios of sums when cells are missing.
//!
//! Each missing cell counts once: a member's possible contributions to numerator and denominator are listed, and
//! `numerator − t · denominator` takes each at its own extreme. Ratios are bounded by repeating that with the ratio
//! found last until it stands still (Dinkelbach 1967). Everything is integers at one common scale.

use ethnum::I256;

use super::EvaluationError;
use super::Signs;
use super::form::{Form, Side, Term, What};
use super::scalar::{Interval, Scalar, Scope};
use crate::frame::Cell;
use crate::number::{Exact, Quotient};
use crate::outcome::{Bounds, Missing};
use crate::package::Range;
use crate::plan::{Arithmetic, Expression, Of};

/// Contribution to numerator and denominator.
type Pair = (Exact, Exact);

/// A missing number inside one alternative: its contribution at both ends (`None` = unbounded, in direction `slope`).
#[derive(Clone, Debug)]
pub(crate) struct Open {
    low: Option<Pair>,
    high: Option<Pair>,
    slope: Pair,
}

/// One way in which a member's unknown filters can turn out.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    constant: Pair,
    open: Vec<Open>,
}

/// What numerator and denominator can be.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    constant: Pair,
    /// For each member (or the subject itself) with something missing: the ways it can turn out.
    members: Vec<Vec<Alternative>>,
    is_wide: bool,
    has_denominator: bool,
}

/// Unknown filters of one member that are told apart; more are treated as wide.
const MOST_FILTERS: usize = 6;

impl Options {
    pub(crate) fn new(form: &Form<'_>) -> Self {
        let has_denominator = form.denominator.is_some();
        let denominator = if has_denominator { Exact::ZERO } else { Exact::ONE };
        Self { constant: (Exact::ZERO, denominator), members: Vec::new(), is_wide: false, has_denominator }
    }

    /// Numerator and denominator when nothing is missing.
    pub(crate) fn constant(&self) -> Pair {
        self.constant
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.members.is_empty()
    }

    /// Adds something known.
    pub(crate) fn add(&mut self, side: Side, value: Exact) -> Option<()> {
        self.constant = plus(self.constant, pair(side, value))?;
        Some(())
    }

    /// Adds a member of whom something is missing in `terms`; `Ok(false)` when the terms are not of a kind that can
    /// be bounded this way.
    pub(crate) fn add_member<'a>(
        &mut self,
        scope: &Scope<'a>,
        terms: &[(Side, &Term<'a>, Exact)],
    ) -> Result<bool, EvaluationError> {
        let mut filters: Vec<&Expression> = Vec::new();
        let mut parts = Vec::new();
        for (side, term, factor) in terms {
            let What::Sum { argument, filter } = term.what else { return Ok(false) };
            let mut unknown = None;
            if let Some(filter) = filter {
                match scope.eval(filter)? {
                    Scalar::Bool(false) => continue,
                    Scalar::Bool(true) => {}
                    Scalar::Unknown(_) => {
                        let same = filters.iter().position(|known| *known == filter);
                        unknown = Some(same.unwrap_or_else(|| {
                            filters.push(filter);
                            filters.len() - 1
                        }));
                    }
                    _ => return Ok(false),
                }
            }
            let argument = match argument {
                None => Some(Affine { constant: Exact::ONE, cells: Vec::new() }),
                Some(argument) => affine(scope, argument)?,
            };
            let Some(argument) = argument else { return Ok(false) };
            parts.push((*side, *factor, unknown, argument));
        }
        if filters.len() > MOST_FILTERS {
            return Ok(false);
        }
        // Several different unknown filters of one member may hang together: taking all combinations is safe, not tight.
        self.is_wide |= filters.len() > 1;
        let mut alternatives = Vec::with_capacity(1 << filters.len());
        for choice in 0..1_u32 << filters.len() {
            let chosen =
                parts.iter().filter(|(_, _, unknown, _)| unknown.is_none_or(|n| choice >> n & 1 == 1));
            let alternative = alternative(chosen.map(|(side, factor, _, affine)| (*side, *factor, affine)));
            alternatives.push(alternative.ok_or_else(|| scope.overflow())?);
        }
        self.members.push(alternatives);
        Ok(true)
    }

    /// Adds a missing cell of the subject itself.
    pub(crate) fn add_cell(&mut self, side: Side, factor: Exact, within: Interval) -> Option<()> {
        let affine = Affine { constant: Exact::ZERO, cells: vec![(0, Exact::ONE, within)] };
        self.members.push(vec![alternative(std::iter::once((side, factor, &affine)))?]);
        Some(())
    }

    /// Which signs `numerator / denominator − threshold` can take; `None` when the denominator may be zero or
    /// negative, or when 256 bits do not hold the numbers.
    pub(crate) fn signs(&self, threshold: Exact) -> Option<Signs> {
        let system = self.integers()?;
        if system.extreme(I256::from(0), I256::from(1), true)?.value? <= 0 {
            return None;
        }
        let weight = I256::from(10).checked_pow(threshold.scale)?;
        let other = I256::from(threshold.mantissa).checked_neg()?;
        let low = system.extreme(weight, other, true)?.value;
        let high = system.extreme(weight, other, false)?.value;
        Some(Signs {
            negative: low.is_none_or(|low| low < 0),
            zero: low.is_none_or(|low| low <= 0) && high.is_none_or(|high| high >= 0),
            positive: high.is_none_or(|high| high > 0),
        })
    }

    /// Bounds of the figure itself.
    pub(crate) fn bounds(&self) -> Bounds {
        let ends = || {
            let system = self.integers()?;
            let least = system.extreme(I256::from(0), I256::from(1), true)?.value?;
            (least > 0).then_some(())?;
            Some((system.ratio(true), system.ratio(false), system.is_numerator_natural()))
        };
        match ends() {
            None => Bounds { low: None, high: None, is_wide: self.has_denominator },
            Some((low, high, is_natural)) => Bounds {
                low: low.or(is_natural.then_some(Quotient::of(Exact::ZERO))),
                high,
                is_wide: self.is_wide || (self.has_denominator && (low.is_none() || high.is_none())),
            },
        }
    }

    fn integers(&self) -> Option<System> {
        let mut scale = self.constant.0.scale.max(self.constant.1.scale);
        for open in self.members.iter().flatten() {
            scale = scale.max(open.constant.0.scale).max(open.constant.1.scale);
            for cell in &open.open {
                for (n, d) in [cell.low, cell.high, Some(cell.slope)].into_iter().flatten() {
                    scale = scale.max(n.scale).max(d.scale);
                }
            }
        }
        let wide = |value: Exact| -> Option<I256> {
            I256::from(value.mantissa).checked_mul(I256::from(10).checked_pow(scale - value.scale)?)
        };
        let wide_pair = |(n, d): Pair| Some((wide(n)?, wide(d)?));
        let members = self
            .members
            .iter()
            .map(|alternatives| {
                alternatives
                    .iter()
                    .map(|alternative| {
                        let open = alternative
                            .open
                            .iter()
                            .map(|cell| {
                                let end = |e: Option<Pair>| e.map_or(Some(None), |e| wide_pair(e).map(Some));
                                Some((end(cell.low)?, end(cell.high)?, wide_pair(cell.slope)?))
                            })
                            .collect::<Option<Vec<_>>>()?;
                        Some((wide_pair(alternative.constant)?, open))
                    })
                    .collect::<Option<Vec<_>>>()
            })
            .collect::<Option<Vec<_>>>()?;
        Some(System { scale, constant: wide_pair(self.constant)?, members })
    }
}

type WidePair = (I256, I256);
type WideOpen = (Option<WidePair>, Option<WidePair>, WidePair);

/// The options as integers at one scale.
struct System {
    scale: u32,
    constant: WidePair,
    members: Vec<Vec<(WidePair, Vec<WideOpen>)>>,
}

/// An extreme of `wn · numerator + wd · denominator`; `None` = unbounded.
struct Extreme {
    value: Option<I256>,
    at: WidePair,
}

impl System {
    fn extreme(&self, wn: I256, wd: I256, is_least: bool) -> Option<Extreme> {
        let weigh = |(n, d): WidePair| wn.checked_mul(n)?.checked_add(wd.checked_mul(d)?);
        let is_better = |new: I256, old: I256| if is_least { new < old } else { new > old };
        let mut total = Extreme { value: Some(weigh(self.constant)?), at: self.constant };
        for alternatives in &self.members {
            let mut best: Option<Extreme> = None;
            for (constant, open) in alternatives {
                let mut this = Extreme { value: Some(weigh(*constant)?), at: *constant };
                for (low, high, slope) in open {
                    let rises = weigh(*slope)?;
                    if rises == 0 {
                        // The cell does not matter here: take whichever end there is.
                        if let Some(end) = low.or(*high) {
                            this.at = plus_wide(this.at, end)?;
                            this.value =
                                this.value.map_or(Some(None), |v| v.checked_add(weigh(end)?).map(Some))?;
                        }
                        continue;
                    }
                    let end = if (rises > 0) == is_least { low } else { high };
                    match end {
                        None => this.value = None,
                        Some(end) => {
                            this.at = plus_wide(this.at, *end)?;
                            this.value =
                                this.value.map_or(Some(None), |v| v.checked_add(weigh(*end)?).map(Some))?;
                        }
                    }
                }
                best = Some(match (best, this.value) {
                    (None, _) => this,
                    (Some(old), None) => Extreme { value: None, at: old.at },
                    (Some(old), Some(new)) => match old.value {
                        Some(value) if is_better(new, value) => this,
                        _ => old,
                    },
                });
            }
            let best = best?;
            total.at = plus_wide(total.at, best.at)?;
            total.value = match (total.value, best.value) {
                (Some(a), Some(b)) => Some(a.checked_add(b)?),
                _ => None,
            };
        }
        Some(total)
    }

    /// Least or greatest ratio; the denominator is positive everywhere. `None` when unbounded or too large.
    fn ratio(&self, is_least: bool) -> Option<Quotient> {
        let mut at = self.extreme(I256::from(1), I256::from(0), is_least)?;
        at.value?;
        // Each step strictly improves and there are finitely many corners; the limit only guards against overflow loops.
        for _ in 0..200 {
            let (n, d) = at.at;
            let next = self.extreme(d, n.checked_neg()?, is_least)?;
            if next.value? == 0 {
                return self.quotient(n, d);
            }
            at = next;
        }
        None
    }

    fn quotient(&self, n: I256, d: I256) -> Option<Quotient> {
        let exact = |value: I256| Some(Exact { mantissa: i128::try_from(value).ok()?, scale: self.scale });
        Some(Quotient { numerator: exact(n)?, denominator: exact(d)? }.normalized())
    }

    fn is_numerator_natural(&self) -> bool {
        self.extreme(I256::from(1), I256::from(0), true)
            .and_then(|extreme| extreme.value)
            .is_some_and(|v| v >= 0)
    }
}

fn plus_wide(a: WidePair, b: WidePair) -> Option<WidePair> {
    Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?))
}

fn plus(a: Pair, b: Pair) -> Option<Pair> {
    Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?))
}

fn pair(side: Side, value: Exact) -> Pair {
    match side {
        Side::Numerator => (value, Exact::ZERO),
        Side::Denominator => (Exact::ZERO, value),
    }
}

/// `constant + Σ coefficient · cell`, each missing cell named by a number and known to lie within an interval.
struct Affine {
    constant: Exact,
    cells: Vec<(u64, Exact, Interval)>,
}

fn alternative<'x>(parts: impl Iterator<Item = (Side, Exact, &'x Affine)>) -> Option<Alternative> {
    let mut constant = (Exact::ZERO, Exact::ZERO);
    let mut slopes: Vec<(u64, Pair, Interval)> = Vec::new();
    for (side, factor, affine) in parts {
        constant = plus(constant, pair(side, affine.constant.checked_mul(factor)?))?;
        for (cell, coefficient, within) in &affine.cells {
            let slope = pair(side, coefficient.checked_mul(factor)?);
            match slopes.iter_mut().find(|(known, ..)| known == cell) {
                Some(found) => found.1 = plus(found.1, slope)?,
                None => slopes.push((*cell, slope, *within)),
            }
        }
    }
    let open = slopes
        .into_iter()
        .map(|(_, slope, within)| {
            let end = |x: Option<Exact>| {
                x.map_or(Some(None), |x| Some(Some((slope.0.checked_mul(x)?, slope.1.checked_mul(x)?))))
            };
            Some(Open { low: end(within.low)?, high: end(within.high)?, slope })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Alternative { constant, open })
}

/// The argument of a sum as an affine form of missing cells; `None` when it is not one.
fn affine<'a>(scope: &Scope<'a>, expression: &'a Expression) -> Result<Option<Affine>, EvaluationError> {
    let value = scope.eval(expression)?;
    if let Scalar::Number(number) = value {
        return Ok(Some(Affine { constant: number, cells: Vec::new() }));
    }
    let overflow = || scope.overflow();
    match expression {
        Expression::Field { field, of, shift } => {
            let Scalar::Unknown(unknown) = value else { return Ok(None) };
            let owner = u64::from(*of == Of::Member);
            let cell = u64::from(field.0) << 32 | u64::from(*shift) << 1 | owner;
            Ok(Some(Affine { constant: Exact::ZERO, cells: vec![(cell, Exact::ONE, unknown.within)] }))
        }
        Expression::Negate(of) => {
            let Some(mut inner) = affine(scope, of)? else { return Ok(None) };
            inner.constant = inner.constant.negated();
            inner.cells.iter_mut().for_each(|cell| cell.1 = cell.1.negated());
            Ok(Some(inner))
        }
        Expression::Arithmetic { op: op @ (Arithmetic::Add | Arithmetic::Subtract), left, right } => {
            let (Some(mut a), Some(b)) = (affine(scope, left)?, affine(scope, right)?) else {
                return Ok(None);
            };
            let turn = |x: Exact| if *op == Arithmetic::Add { x } else { x.negated() };
            a.constant = a.constant.checked_add(turn(b.constant)).ok_or_else(overflow)?;
            for (cell, coefficient, within) in b.cells {
                match a.cells.iter_mut().find(|known| known.0 == cell) {
                    Some(found) => {
                        found.1 = found.1.checked_add(turn(coefficient)).ok_or_else(overflow)?;
                    }
                    None => a.cells.push((cell, turn(coefficient), within)),
                }
            }
            Ok(Some(a))
        }
        Expression::Arithmetic { op: Arithmetic::Multiply, left, right } => {
            let (Some(a), Some(b)) = (affine(scope, left)?, affine(scope, right)?) else { return Ok(None) };
            let (constant, mut other) = match (a.cells.is_empty(), b.cells.is_empty()) {
                (true, _) => (a.constant, b),
                (_, true) => (b.constant, a),
                _ => return Ok(None),
            };
            other.constant = other.constant.checked_mul(constant).ok_or_else(overflow)?;
            for cell in &mut other.cells {
                cell.1 = cell.1.checked_mul(constant).ok_or_else(overflow)?;
            }
            Ok(Some(other))
        }
        _ => Ok(None),
    }
}

/// Product of a term's constants and its sign; `None` when a parameter has no value in force.
pub(crate) fn factor<'a>(scope: &Scope<'a>, term: &Term<'a>) -> Result<Option<Exact>, EvaluationError> {
    let mut product = if term.is_negative { Exact::ONE.negated() } else { Exact::ONE };
    for factor in &term.factors {
        let Scalar::Number(value) = scope.eval(factor)? else { return Ok(None) };
        product = product.checked_mul(value).ok_or_else(|| scope.overflow())?;
    }
    Ok(Some(product))
}

/// Puts a term that hangs on the subject alone into the options; `Ok(false)` when it is not of that kind.
pub(crate) fn add_own<'a>(
    options: &mut Options,
    missing: &mut Vec<Missing>,
    scope: &Scope<'a>,
    (side, term, factor): (Side, &Term<'a>, Exact),
) -> Result<bool, EvaluationError> {
    let added = match term.what {
        What::One => options.add(side, factor),
        What::Cell(field, shift) => {
            let period = scope.period.earlier(shift);
            let declared = &scope.package.fields[field.index()];
            let unit = scope.package.unit_factor(declared.unit.as_deref());
            match scope.frame.cell(field, period, scope.subject) {
                Cell::Missing => {
                    missing.push(Missing::Figure { subject: scope.subject, field, period });
                    let end = |v: Option<Exact>| v.and_then(|v| v.checked_mul(unit));
                    let Range { min, max } = declared.admissible;
                    options.add_cell(side, factor, Interval { low: end(min), high: end(max) })
                }
                Cell::Number(value) => value
                    .checked_mul(unit)
                    .and_then(|value| value.checked_mul(factor))
                    .and_then(|value| options.add(side, value)),
                _ => return Ok(false),
            }
        }
        What::Sum { .. } => return Ok(false),
    };
    added.map(|()| true).ok_or_else(|| scope.overflow())
}
