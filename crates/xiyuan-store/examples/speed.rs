//! How fast the store is on this machine: bulk load, frame, lists, import. Prints a table; asserts nothing.
//!
//! `cargo run --release -p xiyuan-store --example speed -- sqlite:/tmp/speed.db [enterprises] [years]`

use std::time::Instant;

use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::date;
use xiyuan_policy::frame::Period;
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{
    Field, FieldType, Form, Frequency, Kind, Origin as From, Package, Place, Range,
};
use xiyuan_policy::package::{Sensitivity, Subject};
use xiyuan_store::filings::{BulkFiling, BulkFilings};
use xiyuan_store::packing::Value;
use xiyuan_store::registry::Origin;
use xiyuan_store::registry::enterprises::{self, EnterpriseData, EnterpriseQuery};
use xiyuan_store::registry::memberships::{self, MembershipData};
use xiyuan_store::registry::organisations::{self, OrganisationData, OrganisationKind};
use xiyuan_store::registry::parks::{self, ParkData};
use xiyuan_store::{Clock, Context, Database, EnterpriseId, Entropy, OrganisationId, ParkId, Scope, Uscc};

const FORM: &str = "enterprise-annual";
const FIELDS: usize = 60;
const PARKS: usize = 200;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let url = args.next().ok_or("usage: speed DATABASE [ENTERPRISES] [YEARS]")?;
    let enterprises: usize = args.next().map_or(Ok(120_000), |n| n.parse())?;
    let years: i16 = args.next().map_or(Ok(5), |n| n.parse())?;
    let db = Database::connect(&url).await?;
    let context = Context::new(None, "speed", Clock::new(Timestamp::now), Entropy::seeded(1));
    let scope = Scope::system("speed");

    let from = Instant::now();
    let ids = registry(&db, &context, &scope, enterprises).await?;
    report("registry: rows/s (enterprise + membership)", enterprises * 2, from);
    let from = Instant::now();
    for year in 2026 - years..2026 {
        filings(&db, &context, &scope, &ids, Period::Year(year)).await?;
    }
    report("bulk filings: values/s", enterprises * FIELDS * usize::try_from(years)?, from);

    let known = xiyuan_store::known_time::latest(&db).await?.number;
    let periods: Vec<Period> = (2026 - years..2026).map(Period::Year).collect();
    let from = Instant::now();
    let frame = xiyuan_store::frames::frame(&db, &scope, &package(), &periods, known).await?;
    report("frame: filings/s", frame.enterprise_count() * periods.len(), from);
    for (name, search) in [
        ("first page", None),
        ("first page, rare word", Some("企业77777")),
        ("first page, common word", Some("企业")),
    ] {
        let mut query = EnterpriseQuery::on(date(2026, 1, 1));
        query.search = search.map(str::to_owned);
        let from = Instant::now();
        let page = enterprises::list(&db, &scope, &query).await?;
        println!("{name}: {} ms of {}", from.elapsed().as_millis(), page.total);
    }
    Ok(())
}

fn report(what: &str, count: usize, from: Instant) {
    let millis = from.elapsed().as_millis().max(1);
    println!("{what}: {} ({millis} ms)", count as u128 * 1000 / millis);
}

async fn registry(
    db: &Database,
    context: &Context,
    scope: &Scope,
    count: usize,
) -> Result<Vec<EnterpriseId>, Failure> {
    let mut tx = db.begin(context).await?;
    let organisation = |kind, name: &str, parent| OrganisationData {
        kind,
        name: name.to_owned(),
        code: None,
        parent,
        uscc: None,
        is_demo: true,
    };
    let city =
        organisations::insert(&mut tx, scope, organisation(OrganisationKind::City, "演示市", None)).await?.id;
    let district = organisation(OrganisationKind::District, "甲区", Some(city));
    let district: OrganisationId = organisations::insert(&mut tx, scope, district).await?.id;
    let mut parks_made: Vec<ParkId> = Vec::new();
    for n in 0..PARKS {
        let data = ParkData {
            code: None,
            name: format!("演示园区{n}"),
            district,
            operator: None,
            address: None,
            four_sides: None,
            recognised_on: None,
            is_demo: true,
        };
        parks_made.push(parks::insert(&mut tx, scope, data, &Origin::default()).await?.id);
    }
    let mut ids = Vec::with_capacity(count);
    for start in (0..count).step_by(5_000) {
        let rows = (start..count.min(start + 5_000))
            .map(|n| EnterpriseData {
                uscc: uscc(n),
                confirm_check_digit: false,
                name: format!("演示企业{n}有限公司"),
                district,
                address: None,
                is_demo: true,
            })
            .collect();
        let made = enterprises::insert_many(&mut tx, scope, rows, &Origin::default()).await?;
        let members = made
            .iter()
            .enumerate()
            .map(|(n, &enterprise)| MembershipData {
                enterprise,
                park: parks_made[n % PARKS],
                from: date(2015, 1, 1),
                to: None,
            })
            .collect();
        memberships::insert_many(&mut tx, scope, members, &Origin::default()).await?;
        ids.extend(made);
    }
    tx.commit("registry").await?;
    Ok(ids)
}

fn uscc(number: usize) -> String {
    let body = format!("91990000MA{number:07}");
    let digit = Uscc::check_digit(&body).unwrap_or('0');
    format!("{body}{digit}")
}

async fn filings(
    db: &Database,
    context: &Context,
    scope: &Scope,
    ids: &[EnterpriseId],
    period: Period,
) -> Result<(), Failure> {
    let names: Vec<String> = (0..FIELDS).map(|n| format!("enterprise.f{n}")).collect();
    let fields: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut tx = db.begin(context).await?;
    let mut bulk = BulkFilings::begin(&mut tx, scope, FORM, period, &fields).await?;
    let numbers: Vec<u32> = fields.iter().filter_map(|field| bulk.number(field)).collect();
    for chunk in ids.chunks(2_000) {
        let rows = chunk
            .iter()
            .enumerate()
            .map(|(row, &id)| {
                let value =
                    |n: u32| Value::Number(Exact { mantissa: i128::from(n) * 7_919 + row as i128, scale: 2 });
                BulkFiling { subject: id.into(), values: numbers.iter().map(|&n| (n, value(n))).collect() }
            })
            .collect();
        bulk.write(&mut tx, rows).await?;
    }
    bulk.finish(&mut tx);
    tx.commit("filings").await?;
    Ok(())
}

fn package() -> Package {
    let field = |n: usize| Field {
        id: format!("enterprise.f{n}"),
        key: format!("f{n}"),
        subject: Subject::Enterprise,
        name: format!("f{n}"),
        ty: FieldType::Decimal,
        unit: None,
        decimals: 2,
        kind: Kind::Flow,
        range: Range::default(),
        admissible: Range::default(),
        admissible_basis: None,
        sensitivity: Sensitivity::General,
        sources: vec!["企业填报".to_owned()],
        tolerance: None,
        origin: From::Form { form: FORM.to_owned() },
        required: false,
        help: None,
        place: Place { file: "fields.toml".to_owned(), line: 1, column: 1 },
    };
    Package {
        groupings: Vec::new(),
        records: Vec::new(),
        scorecards: Vec::new(),
        targets: Vec::new(),
        tasks: Vec::new(),
        id: "speed".to_owned(),
        title: "speed".to_owned(),
        issuer: String::new(),
        document_number: None,
        issued: date(2025, 1, 1),
        in_force_from: date(2025, 1, 1),
        in_force_to: None,
        digest: "00".to_owned(),
        uses: Vec::new(),
        clauses: IndexMap::new(),
        units: IndexMap::new(),
        catalogs: IndexMap::new(),
        fields: (0..FIELDS).map(field).collect(),
        forms: vec![Form {
            id: FORM.to_owned(),
            name: FORM.to_owned(),
            subject: Subject::Enterprise,
            frequency: Frequency::Year,
            due_months_after: 3,
            due_day: 31,
            owed_by: String::new(),
            sections: Vec::new(),
            checks: Vec::new(),
        }],
        parameters: Vec::new(),
        benchmarks: Vec::new(),
        indicators: Vec::new(),
        facts: Vec::new(),
        evidence: Vec::new(),
        criteria: Vec::new(),
        assessments: Vec::new(),
    }
}
