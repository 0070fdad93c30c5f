//! A small city to test in: two districts, a park in each, operators, enterprises, people of all roles.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use xiyuan_policy::frame::Period;
use xiyuan_policy::number::Exact;
use xiyuan_store::filings::{self, Merge, NewFiling, Saved};
use xiyuan_store::packing::{Value, Values};
use xiyuan_store::registry::Origin;
use xiyuan_store::registry::enterprises::{self, EnterpriseData};
use xiyuan_store::registry::industries;
use xiyuan_store::registry::memberships::{self, MembershipData};
use xiyuan_store::registry::organisations::{self, OrganisationData, OrganisationKind as K};
use xiyuan_store::registry::parks::{self, ParkData};
use xiyuan_store::users::{self, NewGrant, PasswordPolicy, Session};
use xiyuan_store::{
    Clock, Commit, Context, Database, EnterpriseId, Entropy, OrganisationId, ParkId, Role, Scope, SubjectId,
    Uscc,
};

pub const YEAR: Period = Period::Year(2025);
pub const FORM: &str = "enterprise-annual";
pub const PASSWORD: &str = "demo-2025";

pub struct City {
    pub db: Database,
    pub url: String,
    time: Arc<AtomicI64>,
    entropy: Entropy,
    pub root: OrganisationId,
    pub districts: [OrganisationId; 2],
    pub operators: [OrganisationId; 2],
    pub bank: OrganisationId,
    /// One in each district.
    pub parks: [ParkId; 2],
    /// 0 and 1 in the first park, 2 in the second, 3 in the first district without a park.
    pub enterprises: [EnterpriseId; 4],
}

impl City {
    pub async fn new(db: Database, url: String) -> Self {
        let start: Timestamp = "2026-01-05T02:00:00Z".parse().expect("instant");
        let nil = uuid::Uuid::nil();
        let mut city = Self {
            db,
            url,
            time: Arc::new(AtomicI64::new(start.as_second())),
            entropy: Entropy::seeded(7),
            root: OrganisationId(nil),
            districts: [OrganisationId(nil); 2],
            operators: [OrganisationId(nil); 2],
            bank: OrganisationId(nil),
            parks: [ParkId(nil); 2],
            enterprises: [EnterpriseId(nil); 4],
        };
        city.fill().await;
        city
    }

    /// Each context is a second later than the one before.
    pub fn context(&self) -> Context {
        self.time.fetch_add(1, Ordering::SeqCst);
        let time = self.time.clone();
        let clock = Clock::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).expect("instant"));
        Context::new(None, "request-1", clock, self.entropy.clone()).from_address("192.0.2.7")
    }

    pub fn context_of(&self, session: &Session) -> Context {
        Context { actor: Some(session.user.id), ..self.context() }
    }

    /// Changes the database behind the store's back.
    pub async fn tamper(&self, sql: &'static str) {
        crate::databases::tamper(&self.url, sql).await;
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn system() -> Scope {
        Scope::system("test")
    }

    async fn fill(&mut self) {
        let mut tx = self.db.begin(&self.context()).await.expect("begin");
        let scope = Self::system();
        let data = |kind, name: &str, code: Option<&str>, parent| OrganisationData {
            kind,
            name: name.to_owned(),
            code: code.map(str::to_owned),
            parent,
            uscc: None,
            is_demo: true,
        };
        let mut add =
            async |data| organisations::insert(&mut tx, &scope, data).await.expect("organisation").id;
        self.root = add(data(K::City, "演示市", None, None)).await;
        let district_a = add(data(K::District, "甲区", Some("990001"), Some(self.root))).await;
        let district_b = add(data(K::District, "乙区", Some("990002"), Some(self.root))).await;
        let operator_a = add(data(K::Operator, "甲园运营公司", None, Some(district_a))).await;
        let operator_b = add(data(K::Operator, "乙园运营公司", None, Some(district_b))).await;
        self.bank = add(data(K::Bank, "演示银行", None, Some(self.root))).await;
        self.districts = [district_a, district_b];
        self.operators = [operator_a, operator_b];
        for (i, name) in ["甲园", "乙园"].into_iter().enumerate() {
            let data = self.park_data(name, i);
            let park = parks::insert(&mut tx, &scope, data, &Origin::default()).await.expect("park");
            industries::set(&mut tx, &scope, park.id.into(), "I01", date(2020, 1, 1), &Origin::default())
                .await
                .expect("industry");
            self.parks[i] = park.id;
        }
        for i in 0..4 {
            let data = self.enterprise_data(i, usize::from(i == 2));
            let row =
                enterprises::insert(&mut tx, &scope, data, &Origin::default()).await.expect("enterprise");
            self.enterprises[i] = row.id;
        }
        for (enterprise, park) in [(0, 0), (1, 0), (2, 1)] {
            let data = self.member(enterprise, park, date(2021, 1, 1), None);
            memberships::insert(&mut tx, &scope, data, &Origin::default()).await.expect("membership");
        }
        tx.commit("city").await.expect("commit");
    }

    pub fn park_data(&self, name: &str, district: usize) -> ParkData {
        ParkData {
            code: None,
            name: name.to_owned(),
            district: self.districts[district],
            operator: Some(self.operators[district]),
            address: None,
            four_sides: None,
            recognised_on: None,
            is_demo: true,
        }
    }

    pub fn enterprise_data(&self, number: usize, district: usize) -> EnterpriseData {
        EnterpriseData {
            uscc: uscc(number),
            confirm_check_digit: false,
            name: format!("演示企业{number}有限公司"),
            district: self.districts[district],
            address: None,
            is_demo: true,
        }
    }

    pub fn member(&self, enterprise: usize, park: usize, from: Date, to: Option<Date>) -> MembershipData {
        MembershipData { enterprise: self.enterprises[enterprise], park: self.parks[park], from, to }
    }

    /// Files the revenue of an enterprise.
    pub async fn file(&self, enterprise: usize, revenue: Value) -> (Saved, Option<Commit>) {
        let subject = SubjectId::from(self.enterprises[enterprise]);
        let values = Values::from([("enterprise.revenue".to_owned(), revenue)]);
        let mut tx = self.db.begin(&self.context()).await.expect("begin");
        let saved = filings::insert(&mut tx, &Self::system(), filing(subject, values), &Origin::default())
            .await
            .expect("filing");
        (saved, tx.commit("filing").await.expect("commit"))
    }

    /// Makes a user with one grant and logs in.
    pub async fn log_in(&self, username: &str, grant: NewGrant) -> Session {
        let mut tx = self.db.begin(&self.context()).await.expect("begin");
        let scope = Self::system();
        let cheap = PasswordPolicy::cheap();
        let user =
            users::insert(&mut tx, &scope, &cheap, username, "演示人员", PASSWORD, true).await.expect("user");
        users::give(&mut tx, &scope, user.id, grant).await.expect("grant");
        tx.commit("user").await.expect("commit");
        users::log_in(&self.db, &self.context(), &cheap, username, PASSWORD).await.expect("login").1
    }

    pub async fn city_officer(&self) -> Session {
        self.log_in("city", NewGrant::Organisation(Role::CityOfficer, self.root)).await
    }

    pub async fn district_officer(&self, district: usize) -> Session {
        let grant = NewGrant::Organisation(Role::DistrictOfficer, self.districts[district]);
        self.log_in(&format!("district{district}"), grant).await
    }

    pub async fn operator(&self, park: usize) -> Session {
        let grant = NewGrant::Organisation(Role::ParkOperator, self.operators[park]);
        self.log_in(&format!("operator{park}"), grant).await
    }

    pub async fn statistician(&self, enterprise: usize) -> Session {
        let grant = NewGrant::Enterprise(Role::EnterpriseStatistician, self.enterprises[enterprise]);
        self.log_in(&format!("firm{enterprise}"), grant).await
    }

    pub async fn banker(&self) -> Session {
        self.log_in("bank", NewGrant::Organisation(Role::BankOfficer, self.bank)).await
    }
}

/// A well-formed code that belongs to nobody.
pub fn uscc(number: usize) -> String {
    let body = format!("91990000MA{number:06}X");
    let digit = Uscc::check_digit(&body).expect("body");
    format!("{body}{digit}")
}

pub fn number(mantissa: i128, scale: u32) -> Value {
    Value::Number(Exact { mantissa, scale })
}

pub fn filing(subject: SubjectId, values: Values) -> NewFiling {
    NewFiling { subject, form: FORM.to_owned(), period: YEAR, values, merge: Merge::Overlay, expected: None }
}
