//! Readings chosen and exceptions approved or taken back.

use xiyuan_policy::frame::Change;

use super::Since;
use crate::database::Run;
use crate::error::Result;
use crate::frames::rulings::{chosen, criterion, term};
use crate::rulings::{self, Matter};

impl Since<'_> {
    /// Of each criterion and park about which something was decided, all that stands.
    pub(super) async fn rulings(&mut self, run: &mut impl Run) -> Result<()> {
        let package = self.package;
        let touched = rulings::touched(run, &package.id, (self.from, self.to)).await?;
        if touched == rulings::RuledOn::default() {
            return Ok(());
        }
        let standing = rulings::standing(run, &package.id, Some(self.to)).await?;
        for id in &touched.readings {
            let Some(of) = criterion(package, id) else { continue };
            let chosen = standing.iter().filter_map(|ruling| chosen(package, ruling));
            let chosen = chosen.filter(|(criterion, _)| *criterion == of).map(|(_, chosen)| chosen).collect();
            self.found.push(Change::Readings { criterion: of, chosen });
        }
        for (park, id) in &touched.exceptions {
            let Some(criterion) = criterion(package, id) else { continue };
            let is_it = |matter: &Matter| matches!(matter, Matter::Exception { criterion, park: of } if criterion == id && of.0 == *park);
            let terms = standing.iter().filter(|ruling| is_it(&ruling.matter)).map(term).collect();
            self.found.push(Change::Exceptions { park: park.to_string(), criterion, terms });
        }
        Ok(())
    }
}
