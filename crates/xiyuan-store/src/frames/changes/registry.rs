//! Subjects, names, memberships, districts, industries.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use uuid::Uuid;
use xiyuan_policy::frame::{Change, Value};
use xiyuan_policy::package::Subject;

use super::super::subjects::{
    DISTRICT, IS_RECOGNISED, LEADING_INDUSTRY, holds, is_recognised, registry_field,
};
use super::{Since, key, pieces};
use crate::database::{Run, Sql};
use crate::error::Result;
use crate::ids::{EnterpriseId, OrganisationId, ParkId};
use crate::known_time::KnownTime;
use crate::registry::EntityKind;
use crate::registry::enterprises::EnterpriseData;
use crate::registry::industries::IndustryData;
use crate::registry::memberships::MembershipData;
use crate::registry::organisations::OrganisationData;
use crate::registry::parks::ParkData;

/// A row at the two commits.
struct Row<E> {
    /// As it stood at the older one.
    before: Option<E>,
    /// It had revisions by then, standing or not.
    was_known: bool,
    /// As it stands at the newer one.
    after: Option<E>,
}

type Reason = Option<&'static str>;

impl Since<'_> {
    /// Changes of the registry; a reason when the frame has to be built anew.
    pub(super) async fn registry(&mut self, run: &mut impl Run) -> Result<Reason> {
        let select = "SELECT DISTINCT r.kind, r.entity_id FROM entity_revisions r";
        let read = |row: &crate::database::Row| {
            Ok((EntityKind::from_number(row.get("kind")?)?, row.get::<Uuid>("entity_id")?))
        };
        let touched = run.all(self.in_range(select, " ORDER BY r.kind, r.entity_id"), read).await?;
        let of = |wanted: EntityKind| -> Vec<Uuid> {
            touched.iter().filter(|(kind, _)| *kind == wanted).map(|(_, id)| *id).collect()
        };
        for id in of(EntityKind::Organisation) {
            let row = self.row::<OrganisationData>(run, EntityKind::Organisation, id).await?;
            let code = |of: &Option<OrganisationData>| of.as_ref().and_then(|of| of.code.clone());
            if row.was_known && code(&row.before) != code(&row.after) {
                return Ok(Some("another code of a district"));
            }
        }
        let mut codes = HashMap::new();
        for id in of(EntityKind::Park) {
            let row = self.row::<ParkData>(run, EntityKind::Park, id).await?;
            match (&row.before, row.after) {
                (None, Some(_)) => return Ok(Some("a new park")),
                (Some(_), None) => return Ok(Some("a park is gone")),
                (None, None) => {}
                (Some(_), Some(park)) => {
                    self.recognition(id, &park);
                    self.found.push(Change::Park { id: id.to_string(), name: park.name });
                    self.district(run, Subject::Park, id, park.district, &mut codes).await?;
                }
            }
        }
        for id in of(EntityKind::Enterprise) {
            let row = self.row::<EnterpriseData>(run, EntityKind::Enterprise, id).await?;
            match (row.before, row.after) {
                // Rows from before it was taken out may count again.
                (None, Some(_)) if row.was_known => return Ok(Some("an enterprise is back")),
                (Some(_), None) => return Ok(Some("an enterprise is gone")),
                (None, None) => {}
                (_, Some(enterprise)) => {
                    self.found.push(Change::Enterprise { id: id.to_string(), name: enterprise.name });
                    self.district(run, Subject::Enterprise, id, enterprise.district, &mut codes).await?;
                }
            }
        }
        self.memberships(run, of(EntityKind::Membership)).await?;
        self.industries(run, of(EntityKind::Industry)).await?;
        Ok(None)
    }

    async fn row<E: DeserializeOwned + Send>(
        &self,
        run: &mut impl Run,
        kind: EntityKind,
        id: Uuid,
    ) -> Result<Row<E>> {
        let at = async |run: &mut _, known: KnownTime| state::<E>(run, kind, id, known).await;
        let (before, after) = (at(run, self.from).await?, at(run, self.to).await?);
        Ok(Row { was_known: before.is_some(), before: before.flatten(), after: after.flatten() })
    }

    /// Whether the park was recognised by the end of each period.
    fn recognition(&mut self, id: Uuid, park: &ParkData) {
        let field = registry_field(self.package, Subject::Park, IS_RECOGNISED);
        let (Some(field), Some(subject)) = (field, key(Subject::Park, id)) else { return };
        for &period in self.periods {
            let value = Some(is_recognised(park, period));
            self.found.push(Change::Cell { subject: subject.clone(), field, period, value });
        }
    }

    /// The code of the district has no dates of its own.
    async fn district(
        &mut self,
        run: &mut impl Run,
        kind: Subject,
        id: Uuid,
        district: OrganisationId,
        codes: &mut HashMap<OrganisationId, Option<String>>,
    ) -> Result<()> {
        let (Some(field), Some(subject)) = (registry_field(self.package, kind, DISTRICT), key(kind, id))
        else {
            return Ok(());
        };
        if let std::collections::hash_map::Entry::Vacant(place) = codes.entry(district) {
            let found = state::<OrganisationData>(run, EntityKind::Organisation, district.0, self.to).await?;
            place.insert(found.flatten().and_then(|organisation| organisation.code));
        }
        let value = codes[&district].clone().map(Value::Text);
        for &period in self.periods {
            self.found.push(Change::Cell { subject: subject.clone(), field, period, value: value.clone() });
        }
        Ok(())
    }

    /// Who counts for which park, for every pair of which a membership was written.
    async fn memberships(&mut self, run: &mut impl Run, touched: Vec<Uuid>) -> Result<()> {
        let mut pairs: BTreeSet<(EnterpriseId, ParkId)> = BTreeSet::new();
        for id in touched {
            let row = self.row::<MembershipData>(run, EntityKind::Membership, id).await?;
            pairs.extend(
                row.before.into_iter().chain(row.after).map(|member| (member.enterprise, member.park)),
            );
        }
        let enterprises: BTreeSet<Uuid> = pairs.iter().map(|(enterprise, _)| enterprise.0).collect();
        let all: Vec<(Uuid, MembershipData)> =
            self.all_of(run, EntityKind::Membership, "memberships", "enterprise_id", &enterprises).await?;
        for (enterprise, park) in pairs {
            for &period in self.periods {
                let day = period.last_day();
                let is_member = all.iter().any(|(_, member)| {
                    (member.enterprise, member.park) == (enterprise, park)
                        && holds(member.from, member.to, day)
                });
                let (park, enterprise) = (park.to_string(), enterprise.to_string());
                self.found.push(Change::Member { period, park, enterprise, is_member });
            }
        }
        Ok(())
    }

    /// Leading industries of every subject of which one was written; of several on one day the last one counts, as in
    /// a frame that is read anew.
    async fn industries(&mut self, run: &mut impl Run, touched: Vec<Uuid>) -> Result<()> {
        let mut subjects: BTreeMap<Uuid, Subject> = BTreeMap::new();
        for id in touched {
            let row = self.row::<IndustryData>(run, EntityKind::Industry, id).await?;
            let both = row.before.into_iter().chain(row.after);
            subjects.extend(both.map(|industry| (industry.subject.id, industry.subject.kind)));
        }
        let ids: BTreeSet<Uuid> = subjects.keys().copied().collect();
        let all: Vec<(Uuid, IndustryData)> =
            self.all_of(run, EntityKind::Industry, "industries", "subject_id", &ids).await?;
        for (id, kind) in subjects {
            let field = registry_field(self.package, kind, LEADING_INDUSTRY);
            let (Some(field), Some(subject)) = (field, key(kind, id)) else { continue };
            for &period in self.periods {
                let day = period.last_day();
                let mut newest = all.iter().rev();
                let of_day = newest.find(|(_, of)| of.subject.id == id && holds(of.from, of.to, day));
                let value = of_day.map(|(_, industry)| Value::Text(industry.code.clone()));
                self.found.push(Change::Cell { subject: subject.clone(), field, period, value });
            }
        }
        Ok(())
    }

    /// Rows of a kind that stood at the newer commit and may be about one of these owners, by id: those that stand
    /// now, and those written since the older commit, whatever became of them.
    async fn all_of<E: DeserializeOwned + Send>(
        &self,
        run: &mut impl Run,
        kind: EntityKind,
        table: &str,
        owner: &str,
        owners: &BTreeSet<Uuid>,
    ) -> Result<Vec<(Uuid, E)>> {
        let mut ids: BTreeSet<Uuid> = BTreeSet::new();
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        for piece in pieces(owners) {
            let mut sql = Sql::new(format!("SELECT id FROM {table} WHERE {owner} IN "));
            sql.list(piece);
            ids.extend(run.all(sql, |row| row.get::<Uuid>("id")).await?);
        }
        let sql = Sql::new(
            "SELECT DISTINCT r.entity_id FROM entity_revisions r JOIN commits c ON c.tx = r.tx \
             WHERE c.number > $1 AND r.kind = $2",
        );
        let sql = sql.bind(self.from.0).bind(kind.number());
        ids.extend(run.all(sql, |row| row.get::<Uuid>("entity_id")).await?);
        let mut found = Vec::new();
        for id in ids {
            found.extend(state::<E>(run, kind, id, self.to).await?.flatten().map(|row| (id, row)));
        }
        Ok(found)
    }
}

/// A row at a commit: nothing when it had no revision by then, `Some(None)` when it was taken out.
async fn state<E: DeserializeOwned + Send>(
    run: &mut impl Run,
    kind: EntityKind,
    id: Uuid,
    known: KnownTime,
) -> Result<Option<Option<E>>> {
    let sql = Sql::new(
        "SELECT r.is_withdrawn, r.document FROM entity_revisions r JOIN commits c ON c.tx = r.tx \
         WHERE r.kind = $1 AND r.entity_id = $2 AND c.number <= $3 ORDER BY r.revision DESC LIMIT 1",
    )
    .bind(kind.number())
    .bind(id)
    .bind(known.0);
    run.optional(sql, |row| {
        if row.get("is_withdrawn")? {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&row.get::<String>("document")?)?))
    })
    .await
}
