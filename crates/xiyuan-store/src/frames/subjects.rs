//! Who is in the frame: parks, enterprises, memberships on the last day of each period, industries by date.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use xiyuan_policy::frame::{Period, SubjectIx, Value};
use xiyuan_policy::package::{Origin, Package, Subject};
use xiyuan_policy::plan::FieldIx;

use super::{Filling, fault};
use crate::database::{Run, Sql};
use crate::error::Result;
use crate::ids::OrganisationId;
use crate::known_time::KnownTime;
use crate::registry::EntityKind;
use crate::registry::enterprises::EnterpriseData;
use crate::registry::industries::IndustryData;
use crate::registry::memberships::MembershipData;
use crate::registry::organisations::OrganisationData;
use crate::registry::parks::ParkData;

/// Key under which a package asks for the leading industry.
pub(super) const LEADING_INDUSTRY: &str = "leading_industry";
/// Key under which a package asks for the code of the district.
pub(super) const DISTRICT: &str = "district";
/// Key under which a package asks whether a park was recognised by the last day of a period: the registry knows of each
/// park, so this is never missing.
pub(super) const IS_RECOGNISED: &str = "is_recognised";

impl Filling<'_> {
    /// Parks and enterprises that stood at the known time.
    pub(super) async fn subjects(&mut self, run: &mut impl Run, sees: Option<&HashSet<Uuid>>) -> Result<()> {
        let is_seen = |id: Uuid| sees.is_none_or(|sees| sees.contains(&id));
        let known = self.known;
        let mut codes: HashMap<OrganisationId, Value> = HashMap::new();
        standing::<OrganisationData, _>(run, EntityKind::Organisation, known, |id, organisation| {
            codes.extend(organisation.code.map(|code| (OrganisationId(id), Value::Text(code))));
            Ok(())
        })
        .await?;
        let of_park = self.registry_field(Subject::Park, DISTRICT);
        let of_enterprise = self.registry_field(Subject::Enterprise, DISTRICT);
        let recognised = self.registry_field(Subject::Park, IS_RECOGNISED);
        standing::<ParkData, _>(run, EntityKind::Park, known, |id, park| {
            if is_seen(id) {
                let ix = self.builder.park(id.to_string(), &park.name);
                self.parks.insert(id, ix);
                self.set_always(SubjectIx::Park(ix), of_park, codes.get(&park.district))?;
                if let Some(field) = recognised {
                    for &period in &self.periods {
                        let value = is_recognised(&park, period);
                        self.builder.set(SubjectIx::Park(ix), field, period, &value).map_err(fault)?;
                    }
                }
            }
            Ok(())
        })
        .await?;
        standing::<EnterpriseData, _>(run, EntityKind::Enterprise, known, |id, enterprise| {
            if is_seen(id) {
                let ix = self.builder.enterprise(id.to_string(), &enterprise.name);
                self.enterprises.insert(id, ix);
                self.set_always(SubjectIx::Enterprise(ix), of_enterprise, codes.get(&enterprise.district))?;
            }
            Ok(())
        })
        .await
    }

    /// Who counts for which park: memberships that hold on the last day of the period.
    pub(super) async fn memberships(&mut self, run: &mut impl Run) -> Result<()> {
        let known = self.known;
        standing::<MembershipData, _>(run, EntityKind::Membership, known, |_, member| {
            let ends = (self.parks.get(&member.park.0), self.enterprises.get(&member.enterprise.0));
            let (Some(&park), Some(&enterprise)) = ends else { return Ok(()) };
            for &period in &self.periods {
                if holds(member.from, member.to, period.last_day()) {
                    self.builder.member(period, park, enterprise).map_err(fault)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Leading industries on the last day of each period.
    pub(super) async fn industries(&mut self, run: &mut impl Run) -> Result<()> {
        let of = |subject| self.registry_field(subject, LEADING_INDUSTRY);
        let (for_enterprise, for_park) = (of(Subject::Enterprise), of(Subject::Park));
        let known = self.known;
        standing::<IndustryData, _>(run, EntityKind::Industry, known, |_, industry| {
            let (subject, field) = match industry.subject.kind {
                Subject::Enterprise => (
                    self.enterprises.get(&industry.subject.id).map(|&ix| SubjectIx::Enterprise(ix)),
                    for_enterprise,
                ),
                Subject::Park => {
                    (self.parks.get(&industry.subject.id).map(|&ix| SubjectIx::Park(ix)), for_park)
                }
                Subject::City | Subject::Group(_) | Subject::Record(_) => (None, None),
            };
            let (Some(subject), Some(field)) = (subject, field) else { return Ok(()) };
            for &period in &self.periods {
                if holds(industry.from, industry.to, period.last_day()) {
                    let code = Value::Text(industry.code.clone());
                    self.builder.set(subject, field, period, &code).map_err(fault)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Sets a value that has no dates of its own in every period.
    fn set_always(
        &mut self,
        subject: SubjectIx,
        field: Option<FieldIx>,
        value: Option<&Value>,
    ) -> Result<()> {
        let (Some(field), Some(value)) = (field, value) else { return Ok(()) };
        for &period in &self.periods {
            self.builder.set(subject, field, period, value).map_err(fault)?;
        }
        Ok(())
    }

    fn registry_field(&self, subject: Subject, wanted: &str) -> Option<FieldIx> {
        registry_field(self.package, subject, wanted)
    }
}

/// The field of a package that the registry keeps under a key.
pub(super) fn registry_field(package: &Package, subject: Subject, wanted: &str) -> Option<FieldIx> {
    let is_it = |origin: &Origin| matches!(origin, Origin::Registry { key } if key == wanted);
    let position = package.fields.iter().position(|f| f.subject == subject && is_it(&f.origin))?;
    u32::try_from(position).ok().map(FieldIx)
}

/// Whether a park was recognised by the last day of a period.
pub(super) fn is_recognised(park: &ParkData, period: Period) -> Value {
    Value::Bool(park.recognised_on.is_some_and(|day| day <= period.last_day()))
}

pub(super) fn holds(from: Date, to: Option<Date>, on: Date) -> bool {
    from <= on && to.is_none_or(|to| to >= on)
}

/// Visits the rows of a kind that stood at a commit, in the order of their ids, each with its last revision by then.
async fn standing<E, F>(run: &mut impl Run, kind: EntityKind, known: KnownTime, mut visit: F) -> Result<()>
where
    E: DeserializeOwned,
    F: FnMut(Uuid, E) -> Result<()> + Send,
{
    let sql = Sql::new(
        "SELECT r.entity_id, r.is_withdrawn, r.document FROM entity_revisions r JOIN commits c ON c.tx = r.tx \
         WHERE r.kind = $1 AND c.number <= $2 ORDER BY r.entity_id, r.revision",
    )
    .bind(kind.number())
    .bind(known.0);
    let mut pending: Option<(Uuid, bool, String)> = None;
    let mut settle = |row: Option<(Uuid, bool, String)>| match row {
        Some((id, false, document)) => visit(id, serde_json::from_str(&document)?),
        _ => Ok(()),
    };
    run.each_row(sql, |row| {
        let next = (row.get("entity_id")?, row.get("is_withdrawn")?, row.get("document")?);
        let before = pending.replace(next);
        let is_older =
            before.as_ref().is_some_and(|before| pending.as_ref().is_some_and(|next| next.0 == before.0));
        if is_older { Ok(()) } else { settle(before) }
    })
    .await?;
    settle(pending)
}
