//! Readings chosen and exceptions approved, as the frame holds them: by position in the package. What the package does
//! not have any more is passed over: then its default counts.

use xiyuan_policy::frame::{ChosenReading, Term};
use xiyuan_policy::package::Package;
use xiyuan_policy::plan::CriterionIx;

use super::Filling;
use crate::database::Run;
use crate::error::Result;
use crate::rulings::{self, Matter, NewRuling};

/// Position of a criterion.
pub(super) fn criterion(package: &Package, id: &str) -> Option<CriterionIx> {
    (0..).map(CriterionIx).zip(&package.criteria).find(|(_, known)| known.id == id).map(|(ix, _)| ix)
}

/// A ruling about a reading, if the package has it.
pub(super) fn chosen(package: &Package, ruling: &NewRuling) -> Option<(CriterionIx, ChosenReading)> {
    let Matter::Reading { criterion: id, reading } = &ruling.matter else { return None };
    let criterion = criterion(package, id)?;
    let readings = &package.criteria[criterion.index()].readings;
    let reading = readings.iter().position(|known| known.id == *reading)?;
    Some((criterion, ChosenReading { reading, term: term(ruling) }))
}

pub(super) fn term(ruling: &NewRuling) -> Term {
    Term { from: ruling.from, until: ruling.until }
}

impl Filling<'_> {
    /// What stood at the known time.
    pub(super) async fn rulings(&mut self, run: &mut impl Run) -> Result<()> {
        for ruling in rulings::standing(run, &self.package.id, Some(self.known)).await? {
            if let Some((criterion, chosen)) = chosen(self.package, &ruling) {
                self.builder.reading(criterion, chosen);
            }
            if let Matter::Exception { criterion: id, park } = &ruling.matter
                && let Some(criterion) = criterion(self.package, id)
                && let Some(&park) = self.parks.get(&park.0)
            {
                self.builder.exception(park, criterion, term(&ruling));
            }
        }
        Ok(())
    }
}
