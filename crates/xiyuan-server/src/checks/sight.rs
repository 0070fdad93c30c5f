//! What of a park's figures a reader may see exactly, so that nobody can subtract his way to a neighbour.

use std::collections::HashSet;

use xiyuan_policy::frame::{Frame, ParkIx, Period, SubjectIx};
use xiyuan_policy::{
    frame::EnterpriseIx,
    number::Exact,
    package::Sensitivity,
    plan::IndicatorIx,
    trace::{Counted, MemberTrace, Trace, trace},
};
use xiyuan_store::{Action, EnterpriseId, Scope, registry::enterprises};

use super::numbers::dominates;
use crate::{
    engine::{Evaluated, run::evaluation_error},
    error::{ApiError, ApiResult},
    state::Services,
};

/// Hidden members below which their sum would tell one of them.
const FEWEST_HIDDEN: usize = 3;

/// Members of a park that the reader may open.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// Enterprises of which figures may be shown.
    visible: HashSet<EnterpriseId>,
    /// Enterprises of which sensitive figures may be shown.
    sensitive: HashSet<EnterpriseId>,
    /// Enterprises of which the name may be shown.
    named: HashSet<EnterpriseId>,
    /// Nothing is hidden at all.
    sees_all: bool,
}

/// An enterprise's id in the store.
pub(super) fn enterprise_id(frame: &Frame, enterprise: EnterpriseIx) -> ApiResult<EnterpriseId> {
    frame.enterprise(enterprise).id.parse().map_err(ApiError::internal)
}

impl Sight {
    /// Of the members of a park in a period.
    pub async fn of_park(
        services: &Services,
        scope: &Scope,
        frame: &Frame,
        park: ParkIx,
        period: Period,
    ) -> ApiResult<Self> {
        let members: Vec<EnterpriseId> = frame
            .members(period, park)
            .iter()
            .map(|member| enterprise_id(frame, EnterpriseIx(*member)))
            .collect::<ApiResult<_>>()?;
        if scope.sees_all_figures() {
            let all: HashSet<EnterpriseId> = members.into_iter().collect();
            return Ok(Self { visible: all.clone(), sensitive: all.clone(), named: all, sees_all: true });
        }
        let seen = async |action| enterprises::visible(&services.db, scope, action, &members).await;
        let visible = seen(Action::ReadFigures).await?;
        let sensitive = seen(Action::ReadSensitive).await?;
        let named = seen(Action::ReadRegistry).await?;
        let sees_all = members.iter().all(|id| visible.contains(id) && sensitive.contains(id));
        Ok(Self { visible, sensitive, named, sees_all })
    }

    /// Of those who see everybody.
    pub(crate) fn everything() -> Self {
        Self { visible: HashSet::new(), sensitive: HashSet::new(), named: HashSet::new(), sees_all: true }
    }

    /// Whether every member may be opened.
    pub fn sees_all(&self) -> bool {
        self.sees_all
    }

    /// Whether the name of an enterprise may be shown.
    pub fn names(&self, id: EnterpriseId) -> bool {
        self.sees_all || self.named.contains(&id)
    }

    /// Whether what an enterprise filed may be shown.
    pub fn opens(&self, id: EnterpriseId, is_sensitive: bool) -> bool {
        self.sees_all || (self.visible.contains(&id) && (!is_sensitive || self.sensitive.contains(&id)))
    }

    /// Whether a row of an opened figure may be shown: what is not one enterprise is seen only by who sees all.
    pub fn opens_row(&self, frame: &Frame, row: &MemberTrace, is_sensitive: bool) -> ApiResult<bool> {
        match row.who.enterprise() {
            Some(enterprise) => Ok(self.opens(enterprise_id(frame, enterprise)?, is_sensitive)),
            None => Ok(self.sees_all),
        }
    }

    /// Whether the exact figure of an indicator may be shown.
    pub fn shows_figure(
        &self,
        evaluated: &Evaluated,
        indicator: IndicatorIx,
        park: ParkIx,
    ) -> ApiResult<bool> {
        if self.sees_all {
            return Ok(true);
        }
        let Evaluated { package, frame, run, .. } = evaluated;
        let opened = trace(package, frame, &run.overrides, indicator, SubjectIx::Park(park), run.period)
            .map_err(evaluation_error)?;
        let is_sensitive = reads_sensitive(evaluated, &opened);
        let mut hidden = Vec::new();
        for (position, member) in opened.members.iter().enumerate() {
            if !self.opens_row(frame, member, is_sensitive)? {
                hidden.push(position);
            }
        }
        Ok(hidden.is_empty() || is_hidden_sum_safe(&opened, &hidden))
    }
}

/// Whether a figure reads any field that only those may see who need it.
pub(super) fn reads_sensitive(evaluated: &Evaluated, opened: &Trace) -> bool {
    let fields = &evaluated.package.fields;
    opened.fields.iter().any(|field| fields[field.index()].sensitivity == Sensitivity::Sensitive)
}

/// Whether the sum over hidden members tells none of them: at least three, and in no part one that dominates.
pub(crate) fn is_hidden_sum_safe(opened: &Trace, hidden: &[usize]) -> bool {
    if hidden.len() < FEWEST_HIDDEN {
        return false;
    }
    (0..opened.aggregates.len()).all(|part| {
        let values: Vec<Exact> = hidden
            .iter()
            .filter_map(|position| match opened.members[*position].parts.get(part) {
                Some((Counted::In, Some(value))) => Some(*value),
                _ => None,
            })
            .collect();
        values.is_empty() || (values.len() >= FEWEST_HIDDEN && !dominates(&values))
    })
}
