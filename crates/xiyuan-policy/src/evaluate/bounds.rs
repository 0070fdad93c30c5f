//! What numerator and denominator of a figure can be when cells are missing, member by member.
//!
//! Each missing cell counts once: a member's unknown conditions turn out one way or the other for numerator and
//! denominator alike, and its missing numbers take their own extremes. See [`super::system`] for the arithmetic.

use std::collections::BTreeSet;

use ethnum::I256;
use smallvec::{SmallVec, smallvec};

use super::affine::{Affine, holds_under, occurrences, unknown_atoms};
use super::form::{Form, Side, Term, What};
use super::scalar::Scope;
use super::system::{System, Variable, Way, Whole};
use super::value::{Interval, Scalar};
use super::{EvaluationError, Signs};
use crate::frame::Cell;
use crate::number::{Exact, Quotient};
use crate::outcome::{Bounds, Missing};
use crate::package::Range;
use crate::plan::{Expression, FieldIx, Of};

/// Contribution to numerator and denominator.
pub(super) type Pair = (Exact, Exact);

/// Something unknown inside one alternative: contribution per unit and where it lies.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub slope: Pair,
    pub within: Interval,
}

/// One way in which a member's unknown conditions can turn out.
#[derive(Clone, Debug)]
pub(super) struct Alternative {
    pub constant: Pair,
    pub open: SmallVec<[Open; 1]>,
}

/// Field and shift of a cell of a member.
pub(super) type CellKey = (FieldIx, u32);

/// Missing cells of one field that weigh the same, each of another member: together they reach as far as one of them,
/// so many times over.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    pub cell: CellKey,
    pub open: Open,
    pub count: u32,
}

/// What numerator and denominator can be.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    constant: Pair,
    /// Missing cells that hang on nothing else.
    pub(super) alike: Vec<Alike>,
    /// Members that add this, or nothing.
    pub(super) either: Vec<Pair>,
    /// For each member with something missing: the ways it can turn out.
    pub(super) members: Vec<SmallVec<[Alternative; 1]>>,
    /// Missing cells of the subject itself.
    own: Vec<(Missing, Open)>,
    /// Missing cells met so far: one that comes twice is not independent, and bounds are safe but not tight.
    pub(super) seen: BTreeSet<Missing>,
    pub(super) is_wide: bool,
    /// The denominator as far as it is known; `None` when it hangs on something missing.
    pub(super) denominator: Option<Exact>,
}

/// Unknown conditions of one member that are told apart; with more, interval arithmetic must do.
pub(super) const MOST_CONDITIONS: usize = 6;

impl Options {
    pub(crate) fn new(form: &Form<'_>) -> Self {
        let denominator = if form.denominator.is_some() { Exact::ZERO } else { Exact::ONE };
        Self {
            constant: (Exact::ZERO, denominator),
            alike: Vec::new(),
            either: Vec::new(),
            members: Vec::new(),
            own: Vec::new(),
            seen: BTreeSet::new(),
            is_wide: false,
            denominator: Some(denominator),
        }
    }

    /// The denominator hangs on nothing that is missing, and is zero.
    pub(crate) fn has_zero_denominator(&self) -> bool {
        self.denominator.is_some_and(Exact::is_zero)
    }

    /// Numerator and denominator when nothing is missing.
    pub(crate) fn constant(&self) -> Pair {
        self.constant
    }

    pub(crate) fn is_open(&self) -> bool {
        let Self { alike, either, members, own, .. } = self;
        !(alike.is_empty() && either.is_empty() && members.is_empty() && own.is_empty())
    }

    /// Adds something known.
    pub(crate) fn add(&mut self, side: Side, value: Exact) -> Option<()> {
        self.constant = plus(self.constant, pair(side, value))?;
        if side == Side::Denominator {
            self.denominator = self.denominator.and_then(|sum| sum.checked_add(value));
        }
        Some(())
    }

    /// Adds a member; `Ok(false)` when its parts are not of a kind that can be bounded this way.
    pub(crate) fn add_member<'a>(
        &mut self,
        scope: &Scope<'a>,
        terms: &[(Side, &Term<'a>, Exact)],
        missing: &mut Vec<Missing>,
    ) -> Result<bool, EvaluationError> {
        let mut atoms: Vec<&'a Expression> = Vec::new();
        let mut parts: SmallVec<[_; 2]> = SmallVec::new();
        for (side, term, factor) in terms {
            let What::Sum { argument, filter } = term.what else { return Ok(false) };
            let mut is_sure = true;
            if let Some(filter) = filter {
                match scope.eval(filter)? {
                    Scalar::Bool(false) => continue,
                    Scalar::Bool(true) => {}
                    Scalar::Unknown(unknown) if unknown.may_be_undefined => return Ok(false),
                    Scalar::Unknown(unknown) => {
                        missing.extend(unknown.missing);
                        is_sure = false;
                        unknown_atoms(scope, filter, &mut atoms)?;
                    }
                    _ => return Ok(false),
                }
            }
            let argument = match argument {
                None => Affine::constant(Exact::ONE),
                Some(argument) => {
                    let Some(argument) = Affine::of(scope, argument, missing)? else { return Ok(false) };
                    argument
                }
            };
            if *side == Side::Denominator {
                let known = (is_sure && argument.variables.is_empty()).then_some(argument.constant);
                let known = known.and_then(|known| known.checked_mul(*factor));
                self.denominator = self.denominator.zip(known).and_then(|(sum, more)| sum.checked_add(more));
            }
            parts.push((*side, *factor, filter, argument));
        }
        if atoms.len() > MOST_CONDITIONS {
            return Ok(false);
        }
        let variables = parts.iter().flat_map(|(.., argument)| &argument.variables).map(|(name, ..)| *name);
        self.note(scope, &atoms, variables)?;
        self.is_wide |= parts.iter().any(|(.., argument)| argument.is_wide);
        let mut alternatives = SmallVec::with_capacity(1 << atoms.len());
        for choice in 0..1_u32 << atoms.len() {
            let mut chosen: SmallVec<[_; 2]> = SmallVec::new();
            for (side, factor, filter, argument) in &parts {
                let counts = match filter {
                    None => Some(true),
                    Some(filter) => holds_under(scope, filter, &atoms, choice)?,
                };
                match counts {
                    Some(true) => chosen.push((*side, *factor, argument)),
                    Some(false) => {}
                    None => return Ok(false),
                }
            }
            alternatives.push(alternative(&chosen).ok_or_else(|| scope.overflow())?);
        }
        self.members.push(alternatives);
        Ok(true)
    }

    /// Remembers which missing cells a member hangs on; one that comes twice makes the bounds wide.
    fn note<'a>(
        &mut self,
        scope: &Scope<'a>,
        atoms: &[&'a Expression],
        variables: impl Iterator<Item = &'a Expression>,
    ) -> Result<(), EvaluationError> {
        let is_plain = |part: &Expression| matches!(part, Expression::Field { of: Of::Member, .. });
        let parts: SmallVec<[&'a Expression; 4]> = atoms.iter().copied().chain(variables).collect();
        if parts.iter().all(|part| is_plain(part)) {
            // Different fields of one member: no cell comes twice, and no other member hangs on them.
            return Ok(());
        }
        let mut met: Vec<&Expression> = Vec::new();
        let mut cells = Vec::new();
        for part in parts {
            if !met.contains(&part) || atoms.contains(&part) {
                met.push(part);
                occurrences(scope, part, &mut cells)?;
            }
        }
        for cell in cells {
            self.is_wide |= !self.seen.insert(cell);
        }
        for atom in atoms {
            // A condition that might turn out one way only.
            self.is_wide |= scope.eval(atom)?.is_wide();
        }
        Ok(())
    }

    /// Adds a missing cell of the subject itself.
    fn add_cell(&mut self, cell: Missing, side: Side, factor: Exact, within: Interval) -> Option<()> {
        if side == Side::Denominator {
            self.denominator = None;
        }
        let slope = pair(side, factor);
        if let Some((_, open)) = self.own.iter_mut().find(|(known, _)| *known == cell) {
            open.slope = plus(open.slope, slope)?;
        } else {
            self.is_wide |= !self.seen.insert(cell);
            self.own.push((cell, Open { slope, within }));
        }
        Some(())
    }

    /// Ready to be asked; 128 bits nearly always do.
    pub(crate) fn solved(self) -> Solved {
        Solved { narrow: self.system(), options: self }
    }

    fn system<T: Whole>(&self) -> Option<System<T>> {
        let own = || self.own.iter().map(|(_, open)| open).chain(self.alike.iter().map(|alike| &alike.open));
        let constants = self.members.iter().flatten().map(|way| way.constant);
        let constants = constants.chain(self.either.iter().copied()).chain([self.constant]);
        let all_open = || self.members.iter().flatten().flat_map(|way| &way.open).chain(own());
        let slope_scale = all_open().map(|open| open.slope.0.scale.max(open.slope.1.scale)).max();
        let end_scale = all_open()
            .flat_map(|open| [open.within.low, open.within.high])
            .filter_map(|end| end.map(|end| end.scale))
            .max();
        let constant_scale = constants.map(|(n, d)| n.scale.max(d.scale)).max().unwrap_or(0);
        let slope_scale = slope_scale.unwrap_or(0);
        let scale = constant_scale.max(slope_scale + end_scale.unwrap_or(0));

        let at = |value: Exact, scale: u32| {
            if scale == value.scale {
                return Some(T::of(value.mantissa));
            }
            T::of(value.mantissa).times(T::power_of_ten(scale - value.scale)?)
        };
        let pair_at = |(n, d): Pair, scale| Some((at(n, scale)?, at(d, scale)?));
        let variable = |open: &Open| {
            let slope = pair_at(open.slope, slope_scale)?;
            let end = |end: Option<Exact>| {
                let Some(end) = end else { return Some(None) };
                let end = at(end, scale - slope_scale)?;
                Some(Some((slope.0.times(end)?, slope.1.times(end)?)))
            };
            Some(Variable { low: end(open.within.low)?, high: end(open.within.high)?, slope })
        };
        let way = |way: &Alternative| {
            let variables = way.open.iter().map(variable).collect::<Option<SmallVec<_>>>()?;
            Some(Way { constant: pair_at(way.constant, scale)?, variables })
        };
        let mut members = self
            .members
            .iter()
            .map(|ways| ways.iter().map(way).collect::<Option<SmallVec<_>>>())
            .collect::<Option<Vec<_>>>()?;
        if !self.own.is_empty() || !self.alike.is_empty() {
            let times = |end: Option<(T, T)>, count: T| {
                let Some((n, d)) = end else { return Some(None) };
                Some(Some((n.times(count)?, d.times(count)?)))
            };
            let together = |alike: &Alike| {
                let (Variable { low, high, slope }, count) =
                    (variable(&alike.open)?, T::of(alike.count.into()));
                Some(Variable { low: times(low, count)?, high: times(high, count)?, slope })
            };
            let own = self.own.iter().map(|(_, open)| variable(open));
            let variables = own.chain(self.alike.iter().map(together)).collect::<Option<SmallVec<_>>>()?;
            members.push(smallvec![Way { constant: (T::ZERO, T::ZERO), variables }]);
        }
        let either = self.either.iter().map(|adds| pair_at(*adds, scale)).collect::<Option<Vec<_>>>()?;
        Some(System { scale, constant: pair_at(self.constant, scale)?, either, members })
    }
}

/// Options brought to one scale.
#[derive(Debug)]
pub(crate) struct Solved {
    options: Options,
    narrow: Option<System<i128>>,
}

impl Solved {
    /// Which signs `numerator / denominator − threshold` can take; `None` when the denominator may be zero or
    /// negative, or when 256 bits do not hold the numbers.
    pub(crate) fn signs(&self, threshold: Exact) -> Option<Signs> {
        let narrow = self.narrow.as_ref().and_then(|system| system.signs(threshold));
        narrow.or_else(|| self.options.system::<I256>()?.signs(threshold))
    }

    /// Bounds of the figure itself: tight where the denominator is surely positive, else from the bounds of numerator
    /// and denominator. `None`: the denominator is zero whatever the missing turns out to be.
    pub(crate) fn bounds(&self) -> Option<Bounds> {
        let narrow = self.narrow.as_ref();
        let tight = narrow.and_then(System::ratios).or_else(|| self.options.system::<I256>()?.ratios());
        if let Some((low, high)) = tight {
            let is_wide = self.options.is_wide;
            return Some(Bounds { low: low.into(), high: high.into(), is_wide, may_be_undefined: false });
        }
        let sides = narrow.and_then(System::sides).or_else(|| self.options.system::<I256>()?.sides());
        let Some((top, bottom)) = sides else {
            return Some(Bounds { low: None, high: None, is_wide: true, may_be_undefined: true });
        };
        ratio_of(top, bottom)
    }
}

/// Bounds of one number over another that is independent of it, not rounded; `None` over one that is surely zero.
pub(crate) fn ratio_of(top: Interval, bottom: Interval) -> Option<Bounds> {
    if bottom.is_zero() {
        return None;
    }
    let turned =
        |of: Interval| Interval { low: of.high.map(Exact::negated), high: of.low.map(Exact::negated) };
    if bottom.high.is_some_and(Exact::is_negative) {
        return ratio_of(turned(top), turned(bottom));
    }
    let (low, high) = if bottom.low.is_some_and(|low| !low.is_negative()) {
        let high = highest_ratio(top, bottom);
        (highest_ratio(turned(top), bottom).map(Quotient::negated), high)
    } else {
        (None, None)
    };
    let may_be_undefined = !bottom.low.is_some_and(Exact::is_positive);
    Some(Bounds { low, high, is_wide: true, may_be_undefined })
}

/// Greatest ratio over a denominator that is at least zero and may be more; `None` = unbounded.
fn highest_ratio(top: Interval, bottom: Interval) -> Option<Quotient> {
    let top = top.high?;
    if top.is_negative() {
        return bottom.high.map_or(Some(Quotient::ZERO), |bottom| Quotient::new(top, bottom));
    }
    let bottom = bottom.low?;
    if bottom.is_zero() && top.is_zero() { Some(Quotient::ZERO) } else { Quotient::new(top, bottom) }
}

pub(super) fn plus(a: Pair, b: Pair) -> Option<Pair> {
    Some((a.0.checked_add(b.0)?, a.1.checked_add(b.1)?))
}

pub(super) fn pair(side: Side, value: Exact) -> Pair {
    match side {
        Side::Numerator => (value, Exact::ZERO),
        Side::Denominator => (Exact::ZERO, value),
    }
}

/// Parts of one member that count together: what they hang on is one variable for numerator and denominator.
fn alternative(parts: &[(Side, Exact, &Affine<'_>)]) -> Option<Alternative> {
    let mut constant = (Exact::ZERO, Exact::ZERO);
    let mut open: SmallVec<[(&Expression, Open); 1]> = SmallVec::new();
    for (side, factor, affine) in parts {
        constant = plus(constant, pair(*side, affine.constant.checked_mul(*factor)?))?;
        for (name, coefficient, within) in &affine.variables {
            let slope = pair(*side, coefficient.checked_mul(*factor)?);
            match open.iter_mut().find(|(known, _)| known == name) {
                Some((_, found)) => found.slope = plus(found.slope, slope)?,
                None => open.push((name, Open { slope, within: *within })),
            }
        }
    }
    Some(Alternative { constant, open: open.into_iter().map(|(_, open)| open).collect() })
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
                    let cell = Missing::Figure { subject: scope.subject, field, period };
                    options.add_cell(cell, side, factor, Interval { low: end(min), high: end(max) })
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
