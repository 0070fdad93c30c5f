//! Roles and actions: closed sets. What a role may do is decided here and nowhere else.

use serde::{Deserialize, Serialize};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident $id:literal $title:literal),* $(,)?) => {
        /// Roles of the product.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Role { $($(#[$doc])* #[serde(rename = $id)] $name),* }

        impl Role {
            /// All roles.
            pub const ALL: &'static [Role] = &[$(Role::$name),*];

            /// Stable id.
            pub fn id(self) -> &'static str {
                match self { $(Role::$name => $id),* }
            }

            /// Name shown to people.
            pub fn title(self) -> &'static str {
                match self { $(Role::$name => $title),* }
            }

            /// From the stable id.
            pub fn from_id(id: &str) -> Option<Role> {
                match id { $($id => Some(Role::$name),)* _ => None }
            }
        }
    };
}

roles! {
    /// Files for one enterprise.
    EnterpriseStatistician "enterprise_statistician" "企业统计员",
    /// Runs a park.
    ParkOperator "park_operator" "园区运营人员",
    /// Officer of a district or county.
    DistrictOfficer "district_officer" "市(县)区经办",
    /// Officer of the leading-group office.
    CityOfficer "city_officer" "市级经办",
    /// Officer of another department.
    DepartmentOfficer "department_officer" "责任单位经办",
    /// Scores blind.
    Expert "expert" "专家",
    /// Safety.
    SafetyOfficer "safety_officer" "安全管理员",
    /// Takes finance demands.
    BankOfficer "bank_officer" "银行经办",
    /// One screen.
    CityLeader "city_leader" "市领导",
    /// Creates users, watches jobs.
    SystemAdmin "system_admin" "系统管理员",
    /// Grants roles.
    SecurityAdmin "security_admin" "安全保密管理员",
    /// Reads the audit trail.
    AuditAdmin "audit_admin" "安全审计员",
}

/// What can be done, a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See parks, enterprises, memberships, industries.
    ReadRegistry,
    /// See figures of the general kind.
    ReadFigures,
    /// See figures of the sensitive kind.
    ReadSensitive,
    /// Change registry rows.
    EditRegistry,
    /// File figures, one subject at a time.
    File,
    /// Import files of filings or registry rows.
    ImportFilings,
    /// Judge a fact as this role.
    JudgeFact(Role),
    /// Add or withdraw evidence.
    AddEvidence,
    /// Freeze and sign a decision.
    Decide,
    /// Choose readings, approve exceptions of soft norms.
    Rule,
    /// Decide as this role what the text leaves open.
    Discretion(Role),
    /// Enter values of benchmarks.
    EditBenchmarks,
    /// Publish policy packages, choose the default.
    PublishPackages,
    /// Read and verify the audit trail.
    ReadAudit,
    /// Create, lock and unlock users.
    ManageUsers,
    /// Give and take grants.
    ManageGrants,
    /// See all jobs.
    ReadJobs,
}

impl Role {
    /// Whether the role may do it, within the reach of its organisation.
    pub fn may(self, action: Action) -> bool {
        use Action as A;
        use Role as R;
        match action {
            A::ReadRegistry => !matches!(self, R::Expert | R::AuditAdmin),
            A::ReadFigures | A::ReadSensitive => matches!(
                self,
                R::EnterpriseStatistician
                    | R::ParkOperator
                    | R::DistrictOfficer
                    | R::CityOfficer
                    | R::DepartmentOfficer
                    | R::CityLeader
            ),
            A::EditRegistry | A::ImportFilings | A::AddEvidence => {
                matches!(self, R::ParkOperator | R::DistrictOfficer | R::CityOfficer)
            }
            A::File => {
                matches!(
                    self,
                    R::EnterpriseStatistician | R::ParkOperator | R::DistrictOfficer | R::CityOfficer
                )
            }
            A::JudgeFact(role) | A::Discretion(role) => self == role && !self.is_administrator(),
            A::Decide | A::Rule | A::EditBenchmarks | A::PublishPackages => self == R::CityOfficer,
            A::ReadAudit => self == R::AuditAdmin,
            A::ManageUsers => self == R::SystemAdmin,
            A::ManageGrants => self == R::SecurityAdmin,
            A::ReadJobs => matches!(self, R::SystemAdmin | R::CityOfficer),
        }
    }

    /// One of the three administrators, which exclude each other and every business role.
    pub fn is_administrator(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin)
    }
}
