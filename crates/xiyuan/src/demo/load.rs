//! Writes a planned city into an empty database, step by step with the dates on which it would have happened, in
//! bounded memory: figures are made in batches beside the writer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use tokio::sync::mpsc;
use xiyuan_policy::frame::Period;
use xiyuan_policy::package::{Form, Frequency, Package, Subject as Kind};
use xiyuan_store::filings::{BulkFiling, BulkFilings, Merge, NewFiling};
use xiyuan_store::packing::Value;
use xiyuan_store::registry::Origin;
use xiyuan_store::registry::enterprises::{self, EnterpriseData};
use xiyuan_store::registry::industries::{self, IndustryData};
use xiyuan_store::registry::memberships::{self, MembershipData};
use xiyuan_store::registry::organisations::{self, OrganisationData, OrganisationKind};
use xiyuan_store::registry::parks::{self, ParkData};
use xiyuan_store::{
    Clock, Context, Database, EnterpriseId, Entropy, OrganisationId, ParkId, Scope, StoreError, SubjectId,
    Transaction, UserId, filings,
};

use super::accounts;
use super::city::City;
use super::figures::Recipe;
use super::judgements;
use super::names::{self, EnterpriseNames};

/// Rows that are written at once.
const BATCH: usize = 4_000;
/// Batches that wait for the writer.
const WAITING: usize = 3;
/// Code of the city (GB/T 2260).
const CITY_CODE: &str = "320200";

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Parks.
    pub parks: u64,
    /// Enterprises.
    pub enterprises: u64,
    /// Memberships.
    pub memberships: u64,
    /// Filings.
    pub filings: u64,
    /// Values in them.
    pub values: u64,
    /// Corrected filings.
    pub corrections: u64,
}

/// Ids that the store gave.
pub(super) struct Ids {
    pub city: OrganisationId,
    pub districts: Vec<OrganisationId>,
    pub departments: Vec<OrganisationId>,
    pub operators: Vec<OrganisationId>,
    pub bank: OrganisationId,
    pub parks: Vec<ParkId>,
    pub enterprises: Vec<EnterpriseId>,
}

/// Loads cities.
pub struct Loader<'a> {
    pub(super) db: &'a Database,
    pub(super) package: &'a Package,
    pub(super) city: Arc<City>,
    now: Timestamp,
    entropy: Entropy,
    say: &'a (dyn Fn(String) + Sync),
}

/// What the demo city writes, in the audit trail.
pub(super) fn scope() -> Scope {
    Scope::system("生成演示数据")
}

/// The morning of a day, or now when that is earlier: what happened in the demo city happened on such days.
pub fn context_on(on: Date, now: Timestamp, entropy: &Entropy, actor: Option<UserId>) -> Context {
    let at = jiff::tz::offset(8).to_timestamp(on.at(10, 0, 0, 0)).unwrap_or(now).min(now);
    Context::new(actor, "demo", Clock::fixed(at), entropy.clone())
}

/// The day on which the demo city begins: packages are published, then the registry is entered.
pub fn beginning(years: &[i16]) -> Date {
    Date::new(years.first().copied().unwrap_or_default() + 1, 1, 5).unwrap_or(Date::MIN)
}

/// A day in the year after a filed year.
pub(super) fn after(year: i16, month: i8, day: i8) -> Date {
    Date::new(year + 1, month, day).unwrap_or(Date::MAX)
}

impl<'a> Loader<'a> {
    /// A loader into an empty database. `now` bounds all dates; `say` hears about progress.
    pub fn new(
        db: &'a Database,
        package: &'a Package,
        city: City,
        now: Timestamp,
        say: &'a (dyn Fn(String) + Sync),
    ) -> Self {
        let entropy = Entropy::seeded(city.options.seed);
        Self { db, package, city: Arc::new(city), now, entropy, say }
    }

    /// A context on a business day, not later than now.
    pub(super) fn context(&self, on: Date, actor: Option<UserId>) -> Context {
        context_on(on, self.now, &self.entropy, actor)
    }

    /// Writes everything.
    pub async fn load(&self) -> Result<Loaded, StoreError> {
        let mut loaded = Loaded::default();
        let ids = self.registry(&mut loaded).await?;
        (self.say)(format!("已登记 {} 个园区、{} 家企业", loaded.parks, loaded.enterprises));
        let accounts = accounts::create(self, &ids).await?;
        for (age, year) in (0_u32..).zip(self.city.options.years.clone()) {
            self.filings_of(&ids, year, age, accounts.filer, &mut loaded).await?;
            judgements::benchmarks(self, year, accounts.officer).await?;
        }
        judgements::facts(self, &ids, accounts.officer).await?;
        judgements::evidence(self, &ids, accounts.filer).await?;
        self.corrections(&ids, accounts.filer, &mut loaded).await?;
        Ok(loaded)
    }

    async fn registry(&self, loaded: &mut Loaded) -> Result<Ids, StoreError> {
        let first = self.city.options.years.first().copied().unwrap_or_default();
        let mut tx = self.db.begin(&self.context(after(first, 1, 10), None)).await?;
        let mut ids = self.organisations(&mut tx).await?;
        for (position, plan) in self.city.parks.iter().enumerate() {
            let data = ParkData {
                code: Some(plan.code.clone()),
                name: plan.name.clone(),
                district: ids.districts[plan.district],
                operator: Some(ids.operators[position]),
                address: Some(format!("{}演示路{}号", self.city.districts[plan.district].name, position + 1)),
                four_sides: Some("东至示例大道，南至演示路，西至样本河，北至示例北路（演示数据）".to_owned()),
                recognised_on: plan.recognised_on,
                is_demo: true,
            };
            ids.parks.push(parks::insert(&mut tx, &scope(), data, &Origin::default()).await?.id);
        }
        self.enterprises(&mut tx, &mut ids).await?;
        loaded.memberships = self.memberships(&mut tx, &ids).await?;
        self.industries(&mut tx, &ids).await?;
        tx.commit("演示数据：登记").await?;
        (loaded.parks, loaded.enterprises) = (ids.parks.len() as u64, ids.enterprises.len() as u64);
        Ok(ids)
    }

    async fn organisations(&self, tx: &mut Transaction) -> Result<Ids, StoreError> {
        let city = self.organisation(
            tx,
            OrganisationKind::City,
            &self.city.profile.city,
            Some(CITY_CODE),
            None,
            None,
        );
        let city = city.await?;
        let mut districts = Vec::new();
        for district in &self.city.districts {
            let code = Some(district.code.as_str());
            let kind = OrganisationKind::District;
            districts.push(self.organisation(tx, kind, &district.name, code, Some(city), None).await?);
        }
        let mut departments = Vec::new();
        for name in &self.city.departments {
            let kind = OrganisationKind::Department;
            departments.push(self.organisation(tx, kind, name, None, Some(city), None).await?);
        }
        // Codes of operators and banks come after those of all enterprises.
        let enterprises = self.city.enterprises.len();
        let mut operators = Vec::new();
        for (position, park) in self.city.parks.iter().enumerate() {
            let uscc = names::credit_code((enterprises + position) as u64);
            let (kind, parent) = (OrganisationKind::Operator, Some(districts[park.district]));
            operators.push(self.organisation(tx, kind, &park.operator, None, parent, Some(uscc)).await?);
        }
        let uscc = names::credit_code((enterprises + operators.len()) as u64);
        let name = format!("演示银行{}分行", self.city.profile.city.trim_end_matches('市'));
        let bank = self.organisation(tx, OrganisationKind::Bank, &name, None, Some(city), Some(uscc)).await?;
        Ok(Ids { city, districts, departments, operators, bank, parks: Vec::new(), enterprises: Vec::new() })
    }

    async fn organisation(
        &self,
        tx: &mut Transaction,
        kind: OrganisationKind,
        name: &str,
        code: Option<&str>,
        parent: Option<OrganisationId>,
        uscc: Option<String>,
    ) -> Result<OrganisationId, StoreError> {
        let code = code.map(str::to_owned);
        let data = OrganisationData { kind, name: name.to_owned(), code, parent, uscc, is_demo: true };
        Ok(organisations::insert(tx, &scope(), data).await?.id)
    }

    async fn enterprises(&self, tx: &mut Transaction, ids: &mut Ids) -> Result<(), StoreError> {
        let names = EnterpriseNames::default();
        let all: Vec<usize> = (0..self.city.enterprises.len()).collect();
        for chunk in all.chunks(BATCH) {
            let rows = chunk.iter().map(|&position| EnterpriseData {
                uscc: names::credit_code(position as u64),
                confirm_check_digit: false,
                name: self.city.enterprise_name(&names, position),
                district: ids.districts[self.city.enterprises[position].district],
                address: None,
                is_demo: true,
            });
            ids.enterprises
                .extend(enterprises::insert_many(tx, &scope(), rows.collect(), &Origin::default()).await?);
        }
        Ok(())
    }

    async fn memberships(&self, tx: &mut Transaction, ids: &Ids) -> Result<u64, StoreError> {
        let turn = self.city.turn();
        let mut rows = Vec::new();
        let mut written = 0;
        for (plan, &enterprise) in self.city.enterprises.iter().zip(&ids.enterprises) {
            let mut joined = plan.joined;
            if let Some(before) = plan.park_before {
                let park = ids.parks[before];
                rows.push(MembershipData { enterprise, park, from: joined, to: Some(turn) });
                joined = turn.tomorrow().unwrap_or(turn);
            }
            if let Some(park) = plan.park {
                rows.push(MembershipData { enterprise, park: ids.parks[park], from: joined, to: None });
            }
            if rows.len() >= BATCH {
                written += rows.len() as u64;
                memberships::insert_many(tx, &scope(), std::mem::take(&mut rows), &Origin::default()).await?;
            }
        }
        written += rows.len() as u64;
        memberships::insert_many(tx, &scope(), rows, &Origin::default()).await?;
        Ok(written)
    }

    async fn industries(&self, tx: &mut Transaction, ids: &Ids) -> Result<(), StoreError> {
        let turn = self.city.turn();
        let code = |industry: usize| self.city.industries[industry].code.clone();
        let mut rows = Vec::new();
        for (plan, &park) in self.city.parks.iter().zip(&ids.parks) {
            let data =
                IndustryData { subject: park.into(), code: code(plan.industry), from: plan.since, to: None };
            rows.push(data);
        }
        for (plan, &enterprise) in self.city.enterprises.iter().zip(&ids.enterprises) {
            let subject: SubjectId = enterprise.into();
            let mut from = date(2014, 1, 1);
            if let Some(before) = plan.industry_before.filter(|before| *before != plan.industry) {
                rows.push(IndustryData { subject, code: code(before), from, to: Some(turn) });
                from = turn.tomorrow().unwrap_or(turn);
            }
            rows.push(IndustryData { subject, code: code(plan.industry), from, to: None });
            if rows.len() >= BATCH {
                industries::insert_many(tx, &scope(), std::mem::take(&mut rows), &Origin::default()).await?;
            }
        }
        industries::insert_many(tx, &scope(), rows, &Origin::default()).await?;
        Ok(())
    }

    /// Filings of all forms for a year, one commit each.
    async fn filings_of(
        &self,
        ids: &Ids,
        year: i16,
        age: u32,
        filer: UserId,
        loaded: &mut Loaded,
    ) -> Result<(), StoreError> {
        for form in &self.package.forms {
            for period in periods(form.frequency, year) {
                let mut tx = self.db.begin(&self.context(after(year, 3, 28), Some(filer))).await?;
                let (rows, values) = self.filings(&mut tx, ids, form, period, (year, age)).await?;
                tx.commit("演示数据：填报").await?;
                loaded.filings += rows;
                loaded.values += values;
                (self.say)(format!("已填报 {period} 年《{}》{rows} 份，数值 {values} 个", form.name));
            }
        }
        Ok(())
    }

    async fn filings(
        &self,
        tx: &mut Transaction,
        ids: &Ids,
        form: &Form,
        period: Period,
        (year, age): (i16, u32),
    ) -> Result<(u64, u64), StoreError> {
        let recipes = self.recipes(form);
        let Some(first) = recipes.first() else { return Ok((0, 0)) };
        let fields: Vec<&str> = first.fields().iter().map(String::as_str).collect();
        let mut bulk = BulkFilings::begin(tx, &scope(), &form.id, period, &fields).await?;
        let numbers: HashMap<String, u32> =
            fields.iter().filter_map(|field| Some(((*field).to_owned(), bulk.number(field)?))).collect();
        let subjects: Vec<(usize, SubjectId)> = match form.subject {
            Kind::Enterprise => ids.enterprises.iter().map(|id| (*id).into()).enumerate().collect(),
            Kind::Park => ids.parks.iter().map(|id| (*id).into()).enumerate().collect(),
            Kind::City | Kind::Group(_) | Kind::Record(_) => Vec::new(),
        };
        let maker =
            Maker { city: Arc::clone(&self.city), recipes, numbers, subject: form.subject, year, age };
        let (send, mut batches) = mpsc::channel(WAITING);
        let making = tokio::task::spawn_blocking(move || {
            for chunk in subjects.chunks(BATCH) {
                let batch: Vec<BulkFiling> =
                    chunk.iter().filter_map(|&(position, subject)| maker.filing(position, subject)).collect();
                if send.blocking_send(batch).is_err() {
                    return;
                }
            }
        });
        let mut rows = 0;
        while let Some(batch) = batches.recv().await {
            rows += batch.len() as u64;
            bulk.write(tx, batch).await?;
        }
        making.await.map_err(|error| StoreError::Internal(error.into()))?;
        Ok((rows, bulk.finish(tx)))
    }

    /// One recipe per story; forms of other subjects than enterprise and park have none.
    fn recipes(&self, form: &Form) -> Vec<Recipe> {
        let profile = &self.city.profile;
        let stories = profile.stories.iter();
        stories.map(|story| Recipe::new(self.package, form, profile, &story.shapes)).collect()
    }

    /// Corrects what was filed wrongly for the latest year, in two commits.
    async fn corrections(&self, ids: &Ids, filer: UserId, loaded: &mut Loaded) -> Result<(), StoreError> {
        let year = self.city.latest_year();
        let age = u32::try_from(self.city.options.years.len().saturating_sub(1)).unwrap_or(0);
        let forms = self.package.forms.iter();
        for form in forms.filter(|form| form.subject == Kind::Enterprise && form.frequency == Frequency::Year)
        {
            let recipes = self.recipes(form);
            for (turn, month) in [(0, 6), (1, 8)] {
                let mut tx = self.db.begin(&self.context(after(year, month, 16), Some(filer))).await?;
                for (position, plan) in self.city.enterprises.iter().enumerate() {
                    let is_small = plan.first_filed_permille == 900;
                    if plan.first_filed_permille == 1000 || is_small == (turn == 1) {
                        continue;
                    }
                    let recipe = &recipes[story_of(&self.city, position)];
                    let values =
                        named(recipe, recipe.figures(&self.city.enterprise(position), year, age, 1000));
                    let filing = NewFiling {
                        subject: ids.enterprises[position].into(),
                        form: form.id.clone(),
                        period: Period::Year(year),
                        values,
                        merge: Merge::Overlay,
                        expected: None,
                    };
                    let origin = Origin::because("演示数据：核对后更正");
                    filings::insert(&mut tx, &scope(), filing, &origin).await?;
                    loaded.corrections += 1;
                }
                tx.commit("演示数据：更正").await?;
            }
        }
        Ok(())
    }
}

/// Makes the filings of one form and period, beside the writer.
struct Maker {
    city: Arc<City>,
    recipes: Vec<Recipe>,
    numbers: HashMap<String, u32>,
    subject: Kind,
    year: i16,
    age: u32,
}

impl Maker {
    /// The filing of one subject; `None` when it did not file.
    fn filing(&self, position: usize, subject: SubjectId) -> Option<BulkFiling> {
        let city = &self.city;
        let is_latest = self.year == city.latest_year();
        let mut left_out: &[String] = &[];
        let (recipe, figures) = if self.subject == Kind::Enterprise {
            if !city.has_filed(position, self.year) {
                return None;
            }
            left_out = city.left_out(position, self.year);
            let scale = if is_latest { city.enterprises[position].first_filed_permille } else { 1000 };
            let recipe = &self.recipes[story_of(city, position)];
            (recipe, recipe.figures(&city.enterprise(position), self.year, self.age, scale))
        } else {
            if is_latest && city.story(position).park_unfiled {
                return None;
            }
            let recipe = &self.recipes[city.parks[position].story];
            (recipe, recipe.figures(&city.park(position), self.year, self.age, 1000))
        };
        let mut values = Vec::with_capacity(figures.len());
        for (field, value) in figures {
            let id = &recipe.fields()[field];
            if left_out.contains(id) {
                continue;
            }
            if let Some(number) = self.numbers.get(id) {
                values.push((*number, value));
            }
        }
        Some(BulkFiling { subject, values })
    }
}

/// Position of the story of an enterprise's park; enterprises outside share the first.
fn story_of(city: &City, position: usize) -> usize {
    city.enterprises[position].park.map_or(0, |park| city.parks[park].story)
}

fn named(recipe: &Recipe, figures: Vec<(usize, Value)>) -> BTreeMap<String, Value> {
    figures.into_iter().map(|(field, value)| (recipe.fields()[field].clone(), value)).collect()
}

fn periods(frequency: Frequency, year: i16) -> Vec<Period> {
    match frequency {
        Frequency::Year => vec![Period::Year(year)],
        Frequency::Month => (1..=12).map(|month| Period::Month(year, month)).collect(),
    }
}
