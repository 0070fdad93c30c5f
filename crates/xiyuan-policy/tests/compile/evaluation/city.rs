//! `input.json` of a case as a frame.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;
use xiyuan_policy::frame::{
    ChosenReading, Frame, FrameBuilder, ParkIx, Period, SubjectIx, Term, Value as Cell,
};
use xiyuan_policy::number::Exact;
use xiyuan_policy::outcome::Missing;
use xiyuan_policy::package::{FieldType, Package, Subject};
use xiyuan_policy::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, FieldIx, GroupingIx, RecordIx};

/// Whose cells, by field and period: `revenue@2024`.
type Cells = BTreeMap<String, BTreeMap<String, Value>>;

/// Everything that is known.
#[derive(Clone)]
pub struct City {
    pub period: String,
    pub parks: Cells,
    pub enterprises: Cells,
    pub members: Vec<Value>,
    /// Cells by id of the record, as with parks.
    pub records: Cells,
    /// Register, owner, first and last day of each record.
    pub registered: Vec<Value>,
    /// By id and period.
    pub benchmarks: BTreeMap<(String, String), Value>,
    /// By park and id.
    pub facts: BTreeMap<(String, String), bool>,
    pub evidence: BTreeSet<(String, String)>,
    pub parameters: BTreeMap<String, Exact>,
    pub readings: BTreeMap<String, String>,
    /// Readings that officers decided on, in that order.
    pub chosen: Vec<Value>,
    pub exceptions: Vec<Value>,
}

/// `2024`, `2024-05`.
pub fn period(text: &str) -> Period {
    match text.split_once('-') {
        Some((year, month)) => Period::Month(year.parse().expect("a year"), month.parse().expect("a month")),
        None => Period::Year(text.parse().expect("a year")),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn exact(value: &Value) -> Exact {
    Exact::parse(value.as_str().expect("a number as a text")).expect("a plain decimal")
}

impl City {
    /// As written.
    pub fn read(input: &Value) -> Self {
        let period = text(&input["period"]);
        let cells = |subjects: &Value| -> Cells {
            let of = |subject: &Value| {
                let cells = subject["cells"].as_object().expect("a table").iter();
                let full = |key: &String| {
                    if key.contains('@') { key.clone() } else { format!("{key}@{period}") }
                };
                (text(&subject["id"]), cells.map(|(key, value)| (full(key), value.clone())).collect())
            };
            list(subjects).map(of).collect()
        };
        let table = |key: &str| input[key].as_object().cloned().unwrap_or_default();
        Self {
            parks: cells(&input["parks"]),
            enterprises: cells(&input["enterprises"]),
            members: list(&input["members"]).cloned().collect(),
            records: cells(&input["records"]),
            registered: list(&input["records"]).cloned().collect(),
            benchmarks: list(&input["benchmarks"])
                .map(|one| ((text(&one["benchmark"]), text(&one["period"])), one["value"].clone()))
                .collect(),
            facts: list(&input["facts"])
                .map(|one| ((text(&one["park"]), text(&one["fact"])), one["value"] == true))
                .collect(),
            evidence: list(&input["evidence"])
                .map(|one| (text(&one["park"]), text(&one["evidence"])))
                .collect(),
            parameters: table("parameters").iter().map(|(id, value)| (id.clone(), exact(value))).collect(),
            readings: table("readings").iter().map(|(id, value)| (id.clone(), text(value))).collect(),
            chosen: list(&input["chosen"]).cloned().collect(),
            exceptions: list(&input["exceptions"]).cloned().collect(),
            period,
        }
    }

    /// What an evaluator reads.
    pub fn frame(&self, package: &Package) -> Frame {
        let mut periods: BTreeSet<Period> =
            xiyuan_policy::needs::periods(package, period(&self.period)).into_iter().collect();
        let cells = self.parks.values().chain(self.enterprises.values()).chain(self.records.values());
        let keys = cells.flat_map(BTreeMap::keys);
        periods.extend(keys.map(|key| period(key.split_once('@').expect("with its period").1)));
        let periods: Vec<Period> = periods.into_iter().collect();
        let mut builder = FrameBuilder::new(package, periods.clone(), 0);
        let mut parks = BTreeMap::new();
        for (id, cells) in &self.parks {
            let park = builder.park(id, id);
            parks.insert(id.clone(), park);
            fill(&mut builder, package, Subject::Park, SubjectIx::Park(park), cells);
        }
        let mut enterprises = BTreeMap::new();
        for (id, cells) in &self.enterprises {
            let enterprise = builder.enterprise(id, id);
            enterprises.insert(id.clone(), enterprise);
            fill(&mut builder, package, Subject::Enterprise, SubjectIx::Enterprise(enterprise), cells);
        }
        let day_of = |of: &Value, key: &str| of[key].as_str().map(|day| day.parse::<Date>().expect("a day"));
        for record in &self.registered {
            let register = text(&record["register"]);
            let position = package.records.iter().position(|kind| kind.id == register).expect("declared");
            let kind = RecordIx(count(position));
            let owner = text(&record["owner"]);
            let owner = parks
                .get(&owner)
                .map_or_else(|| SubjectIx::Enterprise(enterprises[&owner]), |park| SubjectIx::Park(*park));
            let id = text(&record["id"]);
            let from = day_of(record, "from").expect("a first day");
            let ordinal = builder.record(kind, owner, &id, from, day_of(record, "to"));
            let subject = SubjectIx::Record(ordinal);
            fill(&mut builder, package, Subject::Record(kind), subject, &self.records[&id]);
        }
        for member in &self.members {
            let (from, to) = (day_of(member, "from"), day_of(member, "to"));
            for period in &periods {
                let last = period.last_day();
                if from.is_none_or(|from| from <= last) && to.is_none_or(|to| last <= to) {
                    let (park, enterprise) =
                        (parks[&text(&member["park"])], enterprises[&text(&member["enterprise"])]);
                    builder.member(*period, park, enterprise).expect("a period of the frame");
                }
            }
        }
        for ((id, at), value) in &self.benchmarks {
            let position =
                package.benchmarks.iter().position(|benchmark| benchmark.id == *id).expect("declared");
            builder.benchmark(BenchmarkIx(count(position)), period(at), exact(value));
        }
        for ((park, id), value) in &self.facts {
            let position = package.facts.iter().position(|fact| fact.id == *id).expect("declared");
            builder.fact(parks[park], FactIx(count(position)), *value);
        }
        for (park, id) in &self.evidence {
            let position = package.evidence.iter().position(|kind| kind.id == *id).expect("declared");
            builder.evidence(parks[park], EvidenceIx(count(position)));
        }
        let term = |of: &Value| Term { from: day_of(of, "from").expect("a day"), until: day_of(of, "until") };
        let criterion_of = |of: &Value| {
            let id = text(&of["criterion"]);
            let position = package.criteria.iter().position(|criterion| criterion.id == id);
            CriterionIx(count(position.expect("declared")))
        };
        for one in &self.chosen {
            let criterion = criterion_of(one);
            let (id, readings) = (text(&one["reading"]), &package.criteria[criterion.index()].readings);
            let reading = readings.iter().position(|reading| reading.id == id).expect("declared");
            builder.reading(criterion, ChosenReading { reading, term: term(one) });
        }
        for one in &self.exceptions {
            builder.exception(parks[&text(&one["park"])], criterion_of(one), term(one));
        }
        builder.finish()
    }
}

/// A park by its name.
pub fn park(frame: &Frame, name: &str) -> ParkIx {
    frame.find_park(name).unwrap_or_else(|| panic!("no park {name}"))
}

/// A park or an enterprise by its name, a group by its id (`trade/ic`).
pub fn subject(package: &Package, frame: &Frame, name: &str) -> SubjectIx {
    let park = frame.find_park(name).map(SubjectIx::Park);
    let enterprise = || frame.find_enterprise(name).map(SubjectIx::Enterprise);
    let group = || {
        let groupings = (0..).map(GroupingIx).take(package.groupings.len());
        let mut groups = groupings.flat_map(|grouping| frame.groups(grouping)).map(SubjectIx::Group);
        groups.find(|group| frame.subject(*group).id == name)
    };
    park.or_else(enterprise).or_else(group).unwrap_or_else(|| panic!("nobody is called {name}"))
}

/// `一厂.revenue@2024`, `city.rate@2024`, `甲园.fact.judged`.
pub fn cell_name(package: &Package, frame: &Frame, cell: &Missing, park: &str) -> String {
    match *cell {
        Missing::Figure { subject, field, period } => {
            format!("{}.{}@{period}", frame.subject(subject).id, package.fields[field.index()].key)
        }
        Missing::Benchmark { benchmark, period } => {
            format!("{}@{period}", package.benchmarks[benchmark.index()].id)
        }
        Missing::Fact { fact } => format!("{park}.fact.{}", package.facts[fact.index()].id),
        Missing::Evidence { evidence } => {
            format!("{park}.evidence.{}", package.evidence[evidence.index()].id)
        }
    }
}

fn count(position: usize) -> u32 {
    u32::try_from(position).expect("few")
}

fn fill(
    builder: &mut FrameBuilder<'_>,
    package: &Package,
    kind: Subject,
    subject: SubjectIx,
    cells: &BTreeMap<String, Value>,
) {
    for (key, value) in cells {
        let (key, at) = key.split_once('@').expect("with its period");
        let found = package.fields.iter().position(|field| field.subject == kind && field.key == key);
        let position = found.unwrap_or_else(|| panic!("no field {key}"));
        let cell = match package.fields[position].ty {
            FieldType::Decimal | FieldType::Integer => Cell::Number(exact(value)),
            FieldType::Text | FieldType::Choice { .. } => Cell::Text(text(value)),
            FieldType::Bool => Cell::Bool(value.as_bool().expect("true or false")),
            FieldType::Date => Cell::Date(text(value).parse().expect("a day")),
        };
        builder.set(subject, FieldIx(count(position)), period(at), &cell).expect("a value of the field");
    }
}
