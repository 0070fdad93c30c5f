//! Rulings: what officers decided where a policy's text leaves room – which reading of a criterion counts, which park may
//! stand below a soft norm, what was decided under "in principle" – each with its days, reason and paper.
//!
//! Rows are only added: a ruling is revoked by another row. Must not know whether a criterion or clause exists: names are
//! the package's, and a package that no longer has one passes the ruling over.

mod read;
mod write;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{OrganisationId, ParkId, RulingId, UserId};
use crate::known_time::KnownTime;
use crate::role::Role;

pub use read::{Filter, get, list};
pub(crate) use read::{RuledOn, standing, touched};
pub use write::{insert, revoke};

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// A reading counts.
    Reading {
        /// Criterion id of the package.
        criterion: String,
        /// Reading id.
        reading: String,
    },
    /// A park may stand below a soft norm.
    Exception {
        /// Criterion id of the package.
        criterion: String,
        /// Which park.
        park: ParkId,
    },
    /// Something else that the text leaves to somebody.
    Discretion {
        /// Clause id of the package.
        clause: String,
        /// The words of the clause that leave it open.
        quote: String,
        /// Of which park; `None` = of all.
        park: Option<ParkId>,
        /// What was decided, in words.
        decision: String,
    },
}

/// Kind of a [`Matter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// See [`Matter::Reading`].
    Reading,
    /// See [`Matter::Exception`].
    Exception,
    /// See [`Matter::Discretion`].
    Discretion,
}

impl Kind {
    /// Stable word, as stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Exception => "exception",
            Self::Discretion => "discretion",
        }
    }
}

impl Matter {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Reading { .. } => Kind::Reading,
            Self::Exception { .. } => Kind::Exception,
            Self::Discretion { .. } => Kind::Discretion,
        }
    }

    /// The park it is about; `None` = the whole city.
    pub fn park(&self) -> Option<ParkId> {
        match self {
            Self::Reading { .. } => None,
            Self::Exception { park, .. } => Some(*park),
            Self::Discretion { park, .. } => *park,
        }
    }

    /// Criterion or clause.
    pub fn about(&self) -> &str {
        match self {
            Self::Reading { criterion, .. } | Self::Exception { criterion, .. } => criterion,
            Self::Discretion { clause, .. } => clause,
        }
    }
}

/// A ruling to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRuling {
    /// Id of the policy package, of whatever version.
    pub policy: String,
    /// What was decided.
    pub matter: Matter,
    /// First day.
    pub from: Date,
    /// Last day; `None` = until something else is decided.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// Number of the approval, minutes of a meeting …
    pub basis: Option<String>,
    /// As which role it is decided: the one that the package names for what the text leaves open.
    pub role: Role,
}

/// A ruling was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
    /// Why.
    pub reason: String,
}

/// A park that a ruling is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledPark {
    /// Which.
    pub id: ParkId,
    /// Its name now.
    pub name: String,
    /// Its district now.
    pub district: OrganisationId,
    /// Name of the district.
    pub district_name: String,
}

/// A ruling as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Id.
    pub id: RulingId,
    /// What was decided.
    pub ruled: NewRuling,
    /// The park it is about.
    pub park: Option<RuledPark>,
    /// Its commit.
    pub commit: KnownTime,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<UserId>,
    /// Who, by name.
    pub by_name: Option<String>,
    /// When it was taken back, by whom and why.
    pub revoked: Option<Revocation>,
}

/// Where a ruling stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In force.
    InForce,
    /// Its first day is yet to come.
    NotYet,
    /// Its last day is past.
    Ended,
    /// Taken back.
    Revoked,
}

impl Ruling {
    /// Where it stands on a day.
    pub fn standing(&self, on: Date) -> Standing {
        if self.revoked.is_some() {
            Standing::Revoked
        } else if on < self.ruled.from {
            Standing::NotYet
        } else if self.ruled.until.is_some_and(|until| until < on) {
            Standing::Ended
        } else {
            Standing::InForce
        }
    }
}
