//! A ruling with the words of the policy, and which of several counts.

use jiff::civil::Date;
use xiyuan_policy::package::{Clause, Criterion, Package};
use xiyuan_store::{
    Action, ParkId, Scope,
    rulings::{Kind, Matter, Ruling, Standing},
};

use super::types::{RulingBrief, RulingItem, RulingKind, RulingRevocation, RulingStatus, RulingTerm};
use crate::http::types::Named;

impl From<Kind> for RulingKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Reading => Self::Reading,
            Kind::Exception => Self::Exception,
            Kind::Discretion => Self::Discretion,
        }
    }
}

impl From<RulingKind> for Kind {
    fn from(kind: RulingKind) -> Self {
        match kind {
            RulingKind::Reading => Self::Reading,
            RulingKind::Exception => Self::Exception,
            RulingKind::Discretion => Self::Discretion,
        }
    }
}

pub(super) fn criterion<'p>(package: &'p Package, id: &str) -> Option<&'p Criterion> {
    package.criteria.iter().find(|criterion| criterion.id == id)
}

pub(super) fn clause<'p>(package: &'p Package, id: &str) -> Option<&'p Clause> {
    package.clauses.get(id)
}

/// Whether a policy still has what a ruling is about.
fn applies(package: &Package, matter: &Matter) -> bool {
    match matter {
        Matter::Reading { criterion: id, reading } => criterion(package, id)
            .is_some_and(|criterion| criterion.readings.iter().any(|known| known.id == *reading)),
        Matter::Exception { criterion: id, .. } => {
            criterion(package, id).is_some_and(|criterion| criterion.is_soft)
        }
        Matter::Discretion { clause: id, quote, .. } => {
            clause(package, id).is_some_and(|clause| clause.soft.iter().any(|soft| soft.quote == *quote))
        }
    }
}

fn status(package: &Package, ruling: &Ruling, today: Date) -> RulingStatus {
    match ruling.standing(today) {
        Standing::Revoked => RulingStatus::Revoked,
        _ if !applies(package, &ruling.ruled.matter) => RulingStatus::Obsolete,
        Standing::InForce => RulingStatus::InForce,
        Standing::NotYet => RulingStatus::NotYet,
        Standing::Ended => RulingStatus::Ended,
    }
}

fn may_revoke(scope: &Scope, ruling: &Ruling) -> bool {
    let action = match ruling.ruled.matter {
        Matter::Discretion { .. } => Action::Discretion(ruling.ruled.role),
        Matter::Reading { .. } | Matter::Exception { .. } => Action::Rule,
    };
    // What holds for the whole city is taken back by who may decide for all of it.
    let reaches =
        if ruling.ruled.matter.park().is_none() { scope.reach(action).all } else { scope.may(action) };
    ruling.revoked.is_none() && reaches
}

fn by(name: Option<&String>) -> String {
    name.cloned().unwrap_or_else(|| "系统".to_owned())
}

/// A ruling in the words of a policy.
pub(super) fn item(package: &Package, scope: &Scope, ruling: &Ruling, today: Date) -> RulingItem {
    let ruled = &ruling.ruled;
    let term = |id: &str, text: Option<&String>| RulingTerm {
        id: id.to_owned(),
        text: text.cloned().unwrap_or_else(|| id.to_owned()),
    };
    let (mut of, mut reading, mut of_clause, mut quote, mut decision) = (None, None, None, None, None);
    match &ruled.matter {
        Matter::Reading { criterion: id, reading: chosen } => {
            let declared = criterion(package, id);
            let known = declared.and_then(|of| of.readings.iter().find(|known| known.id == *chosen));
            of = Some(term(id, declared.map(|of| &of.name)));
            reading = Some(term(chosen, known.map(|known| &known.text)));
        }
        Matter::Exception { criterion: id, .. } => {
            of = Some(term(id, criterion(package, id).map(|of| &of.name)));
        }
        Matter::Discretion { clause: id, quote: words, decision: decided, .. } => {
            of_clause = Some(term(id, clause(package, id).map(|of| &of.title)));
            (quote, decision) = (Some(words.clone()), Some(decided.clone()));
        }
    }
    let park = ruling.park.as_ref();
    RulingItem {
        id: ruling.id.0,
        kind: ruled.matter.kind().into(),
        policy: ruled.policy.clone(),
        criterion: of,
        reading,
        clause: of_clause,
        quote,
        decision,
        park: park.map(|park| Named { id: park.id.0, name: park.name.clone() }),
        district: park.map(|park| Named { id: park.district.0, name: park.district_name.clone() }),
        from: ruled.from,
        until: ruled.until,
        reason: ruled.reason.clone(),
        basis: ruled.basis.clone(),
        status: status(package, ruling, today),
        known_time: ruling.commit.0,
        at: ruling.at,
        by: by(ruling.by_name.as_ref()),
        by_role: ruled.role.title().to_owned(),
        revoked: ruling.revoked.as_ref().map(|revoked| RulingRevocation {
            reason: revoked.reason.clone(),
            at: revoked.at,
            by: by(revoked.by_name.as_ref()),
        }),
        may_revoke: may_revoke(scope, ruling),
    }
}

/// A ruling as an outcome names it.
pub(crate) fn brief(ruling: &Ruling) -> RulingBrief {
    let ruled = &ruling.ruled;
    RulingBrief {
        id: ruling.id.0,
        from: ruled.from,
        until: ruled.until,
        reason: ruled.reason.clone(),
        basis: ruled.basis.clone(),
        at: ruling.at,
        by: by(ruling.by_name.as_ref()),
    }
}

/// What counts on a day, out of rulings listed newest first. The same rules as the frame's.
#[derive(Debug, Default)]
pub(crate) struct Current {
    rulings: Vec<Ruling>,
}

impl Current {
    /// Of rulings that the package still has, those in force on the day.
    pub fn of(package: &Package, rulings: Vec<Ruling>, day: Date) -> Self {
        let counts = |ruling: &Ruling| {
            ruling.standing(day) == Standing::InForce && applies(package, &ruling.ruled.matter)
        };
        Self { rulings: rulings.into_iter().filter(counts).collect() }
    }

    /// The choice of a condition's reading.
    pub fn reading(&self, id: &str) -> Option<&Ruling> {
        let is_it = |matter: &Matter| matches!(matter, Matter::Reading { criterion, .. } if criterion == id);
        self.rulings.iter().find(|ruling| is_it(&ruling.ruled.matter))
    }

    /// The exception of a park.
    pub fn exception(&self, id: &str, of: ParkId) -> Option<&Ruling> {
        let is_it = |matter: &Matter| matches!(matter, Matter::Exception { criterion, park } if criterion == id && *park == of);
        self.rulings.iter().find(|ruling| is_it(&ruling.ruled.matter))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Ruling> {
        self.rulings.iter()
    }
}
