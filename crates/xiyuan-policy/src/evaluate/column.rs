//! The column evaluator: known parts are summed over dense columns; only members with something missing are looked
//! at one by one. Formulas that are no sums and no ratio of sums go to the naive evaluator, park by park.

use rayon::prelude::*;

use super::bounds::{Options, add_own, factor};
use super::form::{Form, Side, Term, What};
use super::mask::Mask;
use super::naive::Naive;
use super::scalar::{Scalar, Scope};
use super::{EvaluationError, Figures, Overrides, Run, Signs, park_outcome};
use crate::frame::{Column, Frame, Period, SubjectIx};
use crate::number::{Exact, Quotient};
use crate::outcome::{Coverage, Figure, Missing, RunResult, Undefined};
use crate::package::{MissingRule, Package};
use crate::plan::{Expression, IndicatorIx, Of};

/// Evaluates every park.
pub fn evaluate(package: &Package, frame: &Frame, run: &Run) -> Result<RunResult, EvaluationError> {
    let columns = Columns::new(package, frame, &run.overrides);
    let parks: Vec<_> = frame.parks().map(|(park, _)| park).collect();
    let parks = parks
        .into_par_iter()
        .map(|park| park_outcome(package, frame, run, &columns, park))
        .collect::<Result<_, _>>()?;
    Ok(RunResult { parks })
}

/// See the module's head.
pub(crate) struct Columns<'a> {
    frame: &'a Frame,
    naive: Naive<'a>,
    /// By indicator; `None` where the formula has no such form or members may be left out.
    forms: Vec<Option<Form<'a>>>,
}

/// Everything an indicator is made of for one subject.
struct Gathered {
    options: Options,
    missing: Vec<Missing>,
    coverage: Coverage,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(package: &'a Package, frame: &'a Frame, overrides: &'a Overrides) -> Self {
        let forms = (0..package.indicators.len()).map(|position| {
            let indicator = IndicatorIx(super::index(position));
            let is_strict = matches!(package.indicators[position].missing, MissingRule::Strict);
            if is_strict { Form::of(package, indicator) } else { None }
        });
        Self { frame, naive: Naive::new(package, frame, overrides), forms: forms.collect() }
    }

    /// `None`: go to the naive evaluator.
    fn gather(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<Option<Gathered>, EvaluationError> {
        let Some(form) = &self.forms[indicator.index()] else { return Ok(None) };
        let scope = self.naive.scope(indicator, subject, period);
        let SubjectIx::Park(park) = subject else { return Ok(None) };
        if !self.frame.has_period(period) {
            return Ok(None);
        }
        let members = self.frame.members(period, park);
        let mut gathered = Gathered {
            options: Options::new(form),
            missing: Vec::new(),
            coverage: Coverage { reported: 0, expected: 0 },
        };
        let mut sums: Vec<(Side, &Term<'a>, Exact)> = Vec::new();
        for (side, term) in form.terms() {
            let Some(factor) = factor(&scope, term)? else { return Ok(None) };
            if matches!(term.what, What::Sum { .. }) {
                sums.push((side, term, factor));
            } else if !add_own(&mut gathered.options, &mut gathered.missing, &scope, (side, term, factor))? {
                return Ok(None);
            }
        }
        if !Self::sum_terms(&scope, members, &sums, &mut gathered)? {
            return Ok(None);
        }
        gathered.missing.sort_unstable();
        gathered.missing.dedup();
        Ok(Some(gathered))
    }

    /// Sums what is complete and lists per member the terms that are not.
    fn sum_terms(
        scope: &Scope<'a>,
        members: &[u32],
        sums: &[(Side, &Term<'a>, Exact)],
        gathered: &mut Gathered,
    ) -> Result<bool, EvaluationError> {
        // Bit 0: counts; bit 1: lacks something.
        let mut marks = vec![0_u8; members.len()];
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (number, (side, term, factor)) in sums.iter().enumerate() {
            let What::Sum { argument, filter } = term.what else { return Ok(false) };
            let mask = filter.map(|filter| Mask::new(scope, filter));
            let addend = Addend::new(scope, argument);
            let mut total = Total::default();
            for (position, member) in members.iter().enumerate() {
                let counts = match &mask {
                    None => Some(true),
                    Some(mask) => mask.of(scope, *member)?,
                };
                if counts == Some(false) {
                    continue;
                }
                marks[position] |= 1;
                match (counts, addend.of(scope, *member)?) {
                    (Some(_), Part::Known(value)) => total.add(value).ok_or_else(|| scope.overflow())?,
                    (_, Part::Other) => return Ok(false),
                    _ => {
                        marks[position] |= 2;
                        open.push((position, number));
                    }
                }
            }
            total
                .exact(addend.scale(), addend.factor())
                .and_then(|sum| sum.checked_mul(*factor))
                .and_then(|sum| gathered.options.add(*side, sum))
                .ok_or_else(|| scope.overflow())?;
        }
        for mark in marks {
            gathered.coverage.expected += u32::from(mark & 1 != 0);
            gathered.coverage.reported += u32::from(mark == 1);
        }
        Self::look_closely(scope, members, sums, open, gathered)
    }

    fn look_closely(
        scope: &Scope<'a>,
        members: &[u32],
        sums: &[(Side, &Term<'a>, Exact)],
        mut open: Vec<(usize, usize)>,
        gathered: &mut Gathered,
    ) -> Result<bool, EvaluationError> {
        open.sort_unstable();
        for group in open.chunk_by(|a, b| a.0 == b.0) {
            let of_member = scope.of_member(members[group[0].0]);
            let terms: Vec<_> = group.iter().map(|(_, number)| sums[*number]).collect();
            for (_, term, _) in &terms {
                let What::Sum { argument, filter } = term.what else { continue };
                for expression in filter.iter().chain(argument.iter()) {
                    gathered.missing.extend_from_slice(of_member.eval(expression)?.missing());
                }
            }
            if !gathered.options.add_member(&of_member, &terms)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Sum of mantissas of one scale.
#[derive(Default)]
struct Total(i128);

impl Total {
    fn add(&mut self, mantissa: i128) -> Option<()> {
        self.0 = self.0.checked_add(mantissa)?;
        Some(())
    }

    fn exact(&self, scale: u32, factor: Exact) -> Option<Exact> {
        Exact { mantissa: self.0, scale }.checked_mul(factor)
    }
}

/// A member's part of a sum.
enum Part {
    /// Mantissa at the addend's scale.
    Known(i128),
    Missing,
    /// Not a number after all.
    Other,
}

/// The argument of a sum, read from its column where it is a plain field.
enum Addend<'a> {
    One,
    Column { column: &'a Column, factor: Exact },
    Absent,
    General { expression: &'a Expression },
}

/// Scale to which general arguments are brought.
const GENERAL_SCALE: u32 = 18;

impl<'a> Addend<'a> {
    fn new(scope: &Scope<'a>, argument: Option<&'a Expression>) -> Self {
        match argument {
            None => Self::One,
            Some(Expression::Field { field, of: Of::Member, shift }) => {
                let unit = scope.package.fields[field.index()].unit.as_deref();
                match scope.frame.column(*field, scope.period.earlier(*shift)) {
                    Some(column @ Column::Numbers { .. }) => {
                        Self::Column { column, factor: scope.package.unit_factor(unit) }
                    }
                    Some(_) => Self::General { expression: argument.expect("matched above") },
                    None => Self::Absent,
                }
            }
            Some(expression) => Self::General { expression },
        }
    }

    fn scale(&self) -> u32 {
        match self {
            Self::One | Self::Absent => 0,
            Self::Column { column, .. } => column.scale(),
            Self::General { .. } => GENERAL_SCALE,
        }
    }

    fn factor(&self) -> Exact {
        if let Self::Column { factor, .. } = self { *factor } else { Exact::ONE }
    }

    fn of(&self, scope: &Scope<'a>, member: u32) -> Result<Part, EvaluationError> {
        Ok(match self {
            Self::One => Part::Known(1),
            Self::Absent => Part::Missing,
            Self::Column { column, .. } => column.mantissa(member).map_or(Part::Missing, Part::Known),
            Self::General { expression } => match scope.of_member(member).eval(expression)? {
                // A value with more decimals than 18 is left to the naive evaluator rather than rounded.
                Scalar::Number(value) => value
                    .rescale_exact(GENERAL_SCALE)
                    .map_or(Part::Other, |value| Part::Known(value.mantissa)),
                Scalar::Unknown(_) => Part::Missing,
                _ => Part::Other,
            },
        })
    }
}

impl Figures for Columns<'_> {
    fn figure(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
    ) -> Result<(Figure, Coverage), EvaluationError> {
        let Some(gathered) = self.gather(indicator, subject, period)? else {
            return self.naive.figure(indicator, subject, period);
        };
        let Gathered { options, missing, coverage } = gathered;
        if options.has_zero_denominator() {
            return Ok((Figure::Undefined { reason: Undefined::DivisionByZero, missing }, coverage));
        }
        if options.is_open() {
            return Ok((Figure::Missing { missing, bounds: options.bounds() }, coverage));
        }
        let (numerator, denominator) = options.constant();
        Ok((Figure::Known { value: Quotient { numerator, denominator }.normalized() }, coverage))
    }

    fn signs(
        &self,
        indicator: IndicatorIx,
        subject: SubjectIx,
        period: Period,
        threshold: Exact,
    ) -> Result<Option<Signs>, EvaluationError> {
        match self.gather(indicator, subject, period)? {
            Some(gathered) => Ok(gathered.options.signs(threshold)),
            None => self.naive.signs(indicator, subject, period, threshold),
        }
    }
}
