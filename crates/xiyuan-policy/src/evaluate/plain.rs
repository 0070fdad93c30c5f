//! Members of whom plain cells are missing, or of whom one filter is not known: what [`Options::add_member`] makes of them
//! term by term is put together here at once, and what a filter hangs on is found once for all figures that use it.
//!
//! Law: bounds, signs and missing parts are those of `add_member`, which the naive evaluator uses for everybody.

use smallvec::SmallVec;

use super::EvaluationError;
use super::affine::{holds_under, occurrences, unknown_atoms};
use super::bounds::{Alike, Alternative, CellKey, MOST_CONDITIONS, Open, Options, Pair, pair, plus};
use super::form::Side;
use super::scalar::Scope;
use super::value::Scalar;
use crate::number::Exact;
use crate::outcome::Missing;
use crate::plan::{Expression, Of};

/// A missing cell of a member that surely counts: the term's side and factor, field and shift.
pub(super) type PlainCell = (Side, Exact, CellKey);

/// What a term adds of a member if it counts.
pub(super) enum Adds {
    /// This, in base units.
    Known(Exact),
    /// A cell that is missing.
    Cell(CellKey),
}

/// How a filter that is not known of a member can turn out.
#[derive(Debug)]
pub(super) struct Unsure {
    /// What it lacks.
    pub missing: Vec<Missing>,
    can_hold: bool,
    can_fail: bool,
    /// Cells on which its conditions hang, repeats included; `None` where each is a cell itself.
    cells: Option<Vec<Missing>>,
    is_wide: bool,
}

impl Unsure {
    /// Of a filter in the scope of a member; `None` when it is known, or not of a kind that can be taken apart.
    pub(super) fn of<'a>(scope: &Scope<'a>, filter: &'a Expression) -> Result<Option<Self>, EvaluationError> {
        let missing = match scope.eval(filter)? {
            Scalar::Unknown(unknown) if !unknown.may_be_undefined => unknown.missing,
            _ => return Ok(None),
        };
        let mut atoms = Vec::new();
        unknown_atoms(scope, filter, &mut atoms)?;
        if atoms.len() > MOST_CONDITIONS {
            return Ok(None);
        }
        let mut unsure = Self { missing, can_hold: false, can_fail: false, cells: None, is_wide: false };
        for choice in 0..1_u32 << atoms.len() {
            match holds_under(scope, filter, &atoms, choice)? {
                Some(true) => unsure.can_hold = true,
                Some(false) => unsure.can_fail = true,
                None => return Ok(None),
            }
        }
        if !atoms.iter().all(|atom| matches!(atom, Expression::Field { of: Of::Member, .. })) {
            let mut cells = Vec::new();
            for atom in atoms {
                occurrences(scope, atom, &mut cells)?;
                unsure.is_wide |= scope.eval(atom)?.is_wide();
            }
            unsure.cells = Some(cells);
        }
        Ok(Some(unsure))
    }
}

impl Options {
    /// Adds a member of which nothing is missing but these cells, in sums to which it surely belongs.
    pub(super) fn add_plain(
        &mut self,
        scope: &Scope<'_>,
        cells: &[PlainCell],
    ) -> Result<(), EvaluationError> {
        for (at, (side, _, cell)) in cells.iter().enumerate() {
            if *side == Side::Denominator {
                self.denominator = None;
            }
            if cells[..at].iter().any(|(.., earlier)| earlier == cell) {
                continue;
            }
            // The same cell in several terms is one variable.
            let mut slope = (Exact::ZERO, Exact::ZERO);
            for (side, factor, _) in cells[at..].iter().filter(|(.., other)| other == cell) {
                slope = plus(slope, pair(*side, *factor)).ok_or_else(|| scope.overflow())?;
            }
            let is_it = |alike: &&mut Alike| alike.cell == *cell && alike.open.slope == slope;
            if let Some(alike) = self.alike.iter_mut().find(is_it) {
                alike.count += 1;
            } else {
                self.alike.push(Alike { cell: *cell, open: open(scope, *cell, slope)?, count: 1 });
            }
        }
        Ok(())
    }

    /// Adds a member that surely belongs to some sums, where these cells are missing, and to others only if one filter
    /// holds: side, factor and what each adds then. `named` names the cells by subject.
    pub(super) fn add_unsure(
        &mut self,
        scope: &Scope<'_>,
        sure: &[PlainCell],
        (unsure, terms): (&Unsure, &[(Side, Exact, Adds)]),
        named: impl Fn(CellKey) -> Missing,
    ) -> Result<(), EvaluationError> {
        let sides = sure.iter().map(|(side, ..)| *side).chain(terms.iter().map(|(side, ..)| *side));
        if sides.into_iter().any(|side| side == Side::Denominator) {
            self.denominator = None;
        }
        if let Some(cells) = &unsure.cells {
            let mut variables: SmallVec<[CellKey; 4]> = sure.iter().map(|(.., cell)| *cell).collect();
            variables.extend(terms.iter().filter_map(|(.., adds)| match adds {
                Adds::Cell(cell) => Some(*cell),
                Adds::Known(_) => None,
            }));
            variables.sort_unstable();
            variables.dedup();
            for cell in cells.iter().copied().chain(variables.into_iter().map(named)) {
                self.is_wide |= !self.seen.insert(cell);
            }
            self.is_wide |= unsure.is_wide;
        }
        let is_plain = sure.is_empty() && terms.iter().all(|(.., adds)| matches!(adds, Adds::Known(_)));
        if is_plain && unsure.can_fail && unsure.can_hold {
            self.either.push(known(scope, terms)?);
            return Ok(());
        }
        let ways = [(unsure.can_fail, false), (unsure.can_hold, true)];
        let ways = ways.into_iter().filter(|(is_possible, _)| *is_possible);
        let ways = ways.map(|(_, holds)| way(scope, sure, if holds { terms } else { &[] }));
        self.members.push(ways.collect::<Result<_, _>>()?);
        Ok(())
    }
}

/// One way in which a member turns out.
fn way(
    scope: &Scope<'_>,
    sure: &[PlainCell],
    terms: &[(Side, Exact, Adds)],
) -> Result<Alternative, EvaluationError> {
    let overflow = || scope.overflow();
    let mut slopes: SmallVec<[(CellKey, Pair); 2]> = SmallVec::new();
    let mut add = |cell: CellKey, more: Pair| {
        match slopes.iter_mut().find(|(known, _)| *known == cell) {
            Some((_, slope)) => *slope = plus(*slope, more).ok_or_else(overflow)?,
            None => slopes.push((cell, more)),
        }
        Ok(())
    };
    for (side, factor, cell) in sure {
        add(*cell, pair(*side, *factor))?;
    }
    for (side, factor, adds) in terms {
        if let Adds::Cell(cell) = adds {
            add(*cell, pair(*side, *factor))?;
        }
    }
    let constant = known(scope, terms)?;
    let open = slopes.into_iter().map(|(cell, slope)| open(scope, cell, slope));
    Ok(Alternative { constant, open: open.collect::<Result<_, _>>()? })
}

/// What terms add that is known.
fn known(scope: &Scope<'_>, terms: &[(Side, Exact, Adds)]) -> Result<Pair, EvaluationError> {
    let mut constant = (Exact::ZERO, Exact::ZERO);
    for (side, factor, adds) in terms {
        if let Adds::Known(value) = adds {
            let sum = value.checked_mul(*factor).and_then(|value| plus(constant, pair(*side, value)));
            constant = sum.ok_or_else(|| scope.overflow())?;
        }
    }
    Ok(constant)
}

fn open(scope: &Scope<'_>, (field, _): CellKey, slope: Pair) -> Result<Open, EvaluationError> {
    let declared = &scope.package.fields[field.index()];
    let within = scope.range(declared.admissible, declared.unit.as_deref())?;
    Ok(Open { slope, within })
}
