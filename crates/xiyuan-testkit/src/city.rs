//! A small city with a known answer. All names are fictional.
//!
//! | park | district | members (leading first) | revenue in 万元 | what it shows |
//! | --- | --- | --- | --- | --- |
//! | 甲园 | 甲区 | 0, 1 \| 2, 3 | 300, 200 \| 250, 250 | exactly 50 % by revenue and by count |
//! | 乙园 | 乙区 | 4 \| 5, 6, 7 | 9000 \| 100, 100, 100 | one giant: by revenue, not by count |
//! | 丙园 | 甲区 | 8, 9 \| 10 | 1000, 1000 \| nothing filed | a missing figure that could cross |

use std::path::{Path, PathBuf};

use jiff::civil::date;
use uuid::Uuid;
use xiyuan_policy::{frame::Period, number::Exact, package::Package, source::SourceFile};
use xiyuan_server::{AppState, engine};
use xiyuan_store::{
    Context, EnterpriseId, OrganisationId, ParkId, Scope, Transaction, Uscc,
    filings::{self, Merge, NewFiling},
    packing::{Value, Values},
    registry::{
        Origin,
        enterprises::{self, EnterpriseData},
        industries,
        memberships::{self, MembershipData},
        organisations::{self, OrganisationData, OrganisationKind as Kind},
        parks::{self, ParkData},
    },
};

/// Members of each park: (leading ones, others), with their revenue in 万元.
type Members = (&'static [Option<i64>], &'static [Option<i64>]);

const PARKS: [(&str, usize, Members); 3] = [
    ("演示甲园", 0, (&[Some(300), Some(200)], &[Some(250), Some(250)])),
    ("演示乙园", 1, (&[Some(9000)], &[Some(100), Some(100), Some(100)])),
    ("演示丙园", 0, (&[Some(1000), Some(1000)], &[None])),
];

/// What the database of a test holds.
#[derive(Clone, Debug)]
pub struct SmallCity {
    /// The city.
    pub city: OrganisationId,
    /// 甲区 and 乙区.
    pub districts: Vec<OrganisationId>,
    /// One operator for each park.
    pub operators: Vec<OrganisationId>,
    /// A bank.
    pub bank: OrganisationId,
    /// 甲园, 乙园, 丙园.
    pub parks: Vec<ParkId>,
    /// Members, numbered as in the module's table.
    pub enterprises: Vec<EnterpriseId>,
    /// The year that was filed.
    pub year: i16,
    /// Two codes of the industries' catalogue: the leading one and another.
    pub industries: [String; 2],
    /// The published package.
    pub package: Package,
}

/// A well-formed fictional credit code with a right check digit.
pub fn uscc(number: usize) -> String {
    let body = format!("91320299MADEM{number:04}");
    let digit = Uscc::check_digit(&body).expect("a well-formed body");
    format!("{body}{digit}")
}

/// Files of a package folder of the repository.
pub fn read_package(id: &str) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(id);
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the package") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "toml" || kind == "csv" || kind == "md") {
                let inner = path.strip_prefix(&root).expect("inside").to_string_lossy().replace('\\', "/");
                files.push(SourceFile::new(inner, std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

impl SmallCity {
    /// Publishes the policy and fills an empty database.
    pub async fn fill(state: &AppState) -> Self {
        let context = state.own_context("city");
        let scope = Scope::system("test city");
        let library = [read_package("common")];
        let package =
            engine::publish(&state.db, &context, &scope, &read_package("wuxi-2023"), &library, true)
                .await
                .unwrap_or_else(|error| panic!("the policy compiles: {error:?}"));
        let mut codes = package.catalogs["industry"].entries.iter().map(|entry| entry.code.clone());
        let industries = [codes.next().expect("a code"), codes.next().expect("another code")];
        let mut city = Self {
            city: OrganisationId(Uuid::nil()),
            districts: Vec::new(),
            operators: Vec::new(),
            bank: OrganisationId(Uuid::nil()),
            parks: Vec::new(),
            enterprises: Vec::new(),
            year: 2025,
            industries,
            package,
        };
        let mut tx = state.db.begin(&context).await.expect("a transaction");
        city.organisations(&mut tx, &scope).await;
        for (park, (name, district, members)) in PARKS.into_iter().enumerate() {
            city.park(&mut tx, &scope, park, name, district, members).await;
        }
        tx.commit("test city").await.expect("a commit");
        city
    }

    async fn organisations(&mut self, tx: &mut Transaction, scope: &Scope) {
        let mut add = async |kind, name: &str, parent| {
            let data = OrganisationData {
                kind,
                name: name.to_owned(),
                code: None,
                parent,
                uscc: None,
                is_demo: false,
            };
            organisations::insert(tx, scope, data).await.expect("an organisation").id
        };
        self.city = add(Kind::City, "演示市", None).await;
        for name in ["演示甲区", "演示乙区"] {
            self.districts.push(add(Kind::District, name, Some(self.city)).await);
        }
        for (name, district, _) in PARKS {
            let parent = Some(self.districts[district]);
            self.operators.push(add(Kind::Operator, &format!("{name}运营公司"), parent).await);
        }
        self.bank = add(Kind::Bank, "演示银行", Some(self.city)).await;
    }

    async fn park(
        &mut self,
        tx: &mut Transaction,
        scope: &Scope,
        park: usize,
        name: &str,
        district: usize,
        members: Members,
    ) {
        let origin = Origin::default();
        let since = date(2020, 1, 1);
        let data = ParkData {
            code: Some(format!("P{park}")),
            name: name.to_owned(),
            district: self.districts[district],
            operator: Some(self.operators[park]),
            address: None,
            four_sides: None,
            recognised_on: None,
            is_demo: false,
        };
        let id = parks::insert(tx, scope, data, &origin).await.expect("a park").id;
        let [leading, other] = self.industries.clone();
        industries::set(tx, scope, id.into(), &leading, since, &origin).await.expect("an industry");
        self.parks.push(id);
        let rows = members.0.iter().map(|revenue| (&leading, revenue));
        for (code, revenue) in rows.chain(members.1.iter().map(|revenue| (&other, revenue))) {
            let number = self.enterprises.len();
            let data = EnterpriseData {
                uscc: uscc(number),
                confirm_check_digit: false,
                name: format!("演示企业{number}有限公司"),
                district: self.districts[district],
                address: None,
                is_demo: false,
            };
            let enterprise = enterprises::insert(tx, scope, data, &origin).await.expect("an enterprise").id;
            let member = MembershipData { enterprise, park: id, from: since, to: None };
            memberships::insert(tx, scope, member, &origin).await.expect("a membership");
            industries::set(tx, scope, enterprise.into(), code, since, &origin).await.expect("an industry");
            self.enterprises.push(enterprise);
            if let Some(revenue) = revenue {
                let revenue = Exact { mantissa: i128::from(*revenue) * 100, scale: 2 };
                self.file(tx, scope, enterprise, revenue).await;
            }
        }
    }

    async fn file(&self, tx: &mut Transaction, scope: &Scope, enterprise: EnterpriseId, revenue: Exact) {
        let values = Values::from([("enterprise.revenue".to_owned(), Value::Number(revenue))]);
        let filing = NewFiling {
            subject: enterprise.into(),
            form: "enterprise-annual".to_owned(),
            period: Period::Year(self.year),
            values,
            merge: Merge::Overlay,
            expected: None,
        };
        filings::insert(tx, scope, filing, &Origin::default()).await.expect("a filing");
    }

    /// Files the revenue (万元) of an enterprise for the year.
    pub async fn file_revenue(&self, state: &AppState, context: &Context, enterprise: usize, revenue: &str) {
        let scope = Scope::system("test filing");
        let mut tx = state.db.begin(context).await.expect("a transaction");
        let revenue = Exact::parse(revenue).expect("a number");
        self.file(&mut tx, &scope, self.enterprises[enterprise], revenue).await;
        tx.commit("test filing").await.expect("a commit");
    }
}
