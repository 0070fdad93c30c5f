//! A small city and a small package for tests: every value stands in a map, so that cells can be taken out again.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use jiff::civil::{Date, date};
use xiyuan_policy::evaluate::{Overrides, Run};
use xiyuan_policy::frame::{
    EnterpriseIx, Frame, FrameBuilder, ParkIx, Period, RecordOrdinal, SubjectIx, Value,
};
use xiyuan_policy::number::Exact;
use xiyuan_policy::outcome::Missing;
use xiyuan_policy::package::{
    Assessment, Benchmark, Criterion, DatedValue, Field, FieldType, Frequency, Grouping, Indicator, Kind,
    MissingRule, Origin, Package, Parameter, Place, Range, Reading, RecordKind, Sensitivity, Subject, Test,
    Threshold, Unit,
};
use xiyuan_policy::plan::{
    AggregateFunction, Arithmetic, BenchmarkIx, Comparison, CriterionIx, Expression, FieldIx, GroupingIx,
    IndicatorIx, Members, Of, ParameterIx, RecordIx,
};

pub const REVENUE: FieldIx = FieldIx(0);
pub const OUTPUT: FieldIx = FieldIx(1);
pub const PROFIT: FieldIx = FieldIx(2);
pub const LAND: FieldIx = FieldIx(3);
pub const IS_LEADING: FieldIx = FieldIx(4);
pub const IS_ABOVE_SCALE: FieldIx = FieldIx(5);
pub const INDUSTRY: FieldIx = FieldIx(6);
pub const FOUNDED: FieldIx = FieldIx(7);
pub const STAFF: FieldIx = FieldIx(8);
pub const AREA: FieldIx = FieldIx(9);
pub const LEADING_INDUSTRY: FieldIx = FieldIx(10);
/// Filed by month.
pub const SALES: FieldIx = FieldIx(11);
/// Filed by month.
pub const ENERGY: FieldIx = FieldIx(12);
/// Registered: decides the group, like the next two.
pub const DISTRICT: FieldIx = FieldIx(13);
pub const SECTOR: FieldIx = FieldIx(14);
pub const PARK_DISTRICT: FieldIx = FieldIx(15);
pub const LOAN_AMOUNT: FieldIx = FieldIx(16);
pub const LOAN_OPEN: FieldIx = FieldIx(17);
pub const LOAN_KIND: FieldIx = FieldIx(18);
pub const SITE_AREA: FieldIx = FieldIx(19);
pub const SITE_READY: FieldIx = FieldIx(20);
/// Enterprises and parks of a district.
pub const BY_DISTRICT: GroupingIx = GroupingIx(0);
/// Enterprises of a sector of a district.
pub const BY_SECTOR: GroupingIx = GroupingIx(1);
/// Everyone.
pub const ALL: GroupingIx = GroupingIx(2);
/// Records of enterprises.
pub const LOAN: RecordIx = RecordIx(0);
/// Records of parks.
pub const SITE: RecordIx = RecordIx(1);
pub const SHARE_LINE: ParameterIx = ParameterIx(0);
pub const MONEY_LINE: ParameterIx = ParameterIx(1);
pub const CITY_RATE: BenchmarkIx = BenchmarkIx(0);
pub const YEAR: Period = Period::Year(2024);

pub fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("tests write plain decimals")
}

pub fn place() -> Place {
    Place { file: "test.toml".to_owned(), line: 1, column: 1 }
}

fn unit(name: &str, factor: &str) -> (String, Unit) {
    let name = name.to_owned();
    let unit =
        Unit { name: name.clone(), dimension: BTreeMap::new(), factor: exact(factor), is_point: false };
    (name, unit)
}

fn field(id: &str, ty: FieldType, unit: Option<&str>, decimals: u32, ends: [Option<&str>; 2]) -> Field {
    let (subject, key) = id.split_once('.').expect("subject.key");
    let [min, max] = ends.map(|end| end.map(exact));
    Field {
        id: id.to_owned(),
        key: key.to_owned(),
        subject: match subject {
            "park" => Subject::Park,
            "loan" => Subject::Record(LOAN),
            "site" => Subject::Record(SITE),
            _ => Subject::Enterprise,
        },
        name: id.to_owned(),
        ty,
        unit: unit.map(str::to_owned),
        decimals,
        kind: Kind::Flow,
        range: Range::default(),
        admissible: Range { min, max },
        admissible_basis: None,
        sensitivity: Sensitivity::General,
        sources: vec!["企业填报".to_owned()],
        tolerance: None,
        origin: Origin::Form { form: "annual".to_owned() },
        required: true,
        help: None,
        place: place(),
    }
}

fn parameter(id: &str, unit: &str, value: &str) -> Parameter {
    Parameter {
        id: id.to_owned(),
        name: id.to_owned(),
        unit: unit.to_owned(),
        values: vec![DatedValue { from: date(2000, 1, 1), value: exact(value) }],
        clause: None,
        source: None,
        basis: None,
    }
}

fn grouping(id: &str, enterprises: Option<Vec<FieldIx>>, parks: Option<Vec<FieldIx>>) -> Grouping {
    Grouping { id: id.to_owned(), name: id.to_owned(), enterprises, parks, place: place() }
}

fn register(id: &str, subject: Subject, fields: Vec<FieldIx>) -> RecordKind {
    RecordKind { id: id.to_owned(), name: id.to_owned(), subject, fields, place: place() }
}

/// Fields, parameters, a benchmark, groupings and registers; no indicator yet.
pub fn package() -> Package {
    let choice = || FieldType::Choice { catalog: "industry".to_owned() };
    Package {
        groupings: vec![
            grouping("district", Some(vec![DISTRICT]), Some(vec![PARK_DISTRICT])),
            grouping("sector", Some(vec![DISTRICT, SECTOR]), None),
            grouping("all", Some(Vec::new()), Some(Vec::new())),
        ],
        records: vec![
            register("loan", Subject::Enterprise, vec![LOAN_AMOUNT, LOAN_OPEN, LOAN_KIND]),
            register("site", Subject::Park, vec![SITE_AREA, SITE_READY]),
        ],
        scorecards: Vec::new(),
        targets: Vec::new(),
        tasks: Vec::new(),
        id: "test".to_owned(),
        title: "测试".to_owned(),
        issuer: "测试".to_owned(),
        document_number: None,
        issued: date(2023, 1, 1),
        in_force_from: date(2023, 1, 1),
        in_force_to: None,
        digest: "0".repeat(64),
        uses: Vec::new(),
        clauses: IndexMap::new(),
        units: [("元", "1"), ("万元", "10000"), ("m²", "0.0015"), ("亩", "1"), ("人", "1"), ("%", "0.01")]
            .into_iter()
            .map(|(name, factor)| unit(name, factor))
            .collect(),
        catalogs: IndexMap::new(),
        fields: vec![
            field("enterprise.revenue", FieldType::Decimal, Some("万元"), 2, [Some("0"), Some("100")]),
            field("enterprise.output", FieldType::Decimal, Some("万元"), 1, [Some("0"), Some("60")]),
            field("enterprise.profit", FieldType::Decimal, Some("元"), 0, [Some("-500000"), Some("800000")]),
            field("enterprise.land", FieldType::Decimal, Some("m²"), 1, [Some("1"), Some("40")]),
            field("enterprise.is_leading", FieldType::Bool, None, 0, [None, None]),
            field("enterprise.is_above_scale", FieldType::Bool, None, 0, [None, None]),
            field("enterprise.industry", choice(), None, 0, [None, None]),
            field("enterprise.founded", FieldType::Date, None, 0, [None, None]),
            field("enterprise.staff", FieldType::Integer, Some("人"), 0, [Some("0"), None]),
            field("park.area", FieldType::Decimal, Some("亩"), 2, [Some("1"), Some("90")]),
            field("park.leading_industry", choice(), None, 0, [None, None]),
            field("enterprise.sales", FieldType::Decimal, Some("万元"), 2, [Some("0"), Some("50")]),
            field("enterprise.energy", FieldType::Decimal, Some("m²"), 1, [Some("1"), Some("9")]),
            field("enterprise.district", choice(), None, 0, [None, None]),
            field("enterprise.sector", choice(), None, 0, [None, None]),
            field("park.district", choice(), None, 0, [None, None]),
            field("loan.amount", FieldType::Decimal, Some("万元"), 2, [Some("0"), Some("80")]),
            field("loan.is_open", FieldType::Bool, None, 0, [None, None]),
            field("loan.kind", choice(), None, 0, [None, None]),
            field("site.area", FieldType::Decimal, Some("亩"), 1, [Some("1"), Some("30")]),
            field("site.is_ready", FieldType::Bool, None, 0, [None, None]),
        ],
        forms: Vec::new(),
        parameters: vec![parameter("share_line", "%", "50"), parameter("money_line", "万元", "40")],
        benchmarks: vec![Benchmark {
            id: "city.rate".to_owned(),
            name: "全市比率".to_owned(),
            unit: "%".to_owned(),
            decimals: 1,
            owed_by: "市统计局".to_owned(),
            definition: String::new(),
            published: Vec::new(),
            admissible: Range { min: Some(exact("10")), max: Some(exact("40")) },
        }],
        indicators: Vec::new(),
        facts: Vec::new(),
        evidence: Vec::new(),
        criteria: Vec::new(),
        assessments: vec![Assessment {
            id: "recognition".to_owned(),
            name: "认定".to_owned(),
            subject: Subject::Park,
            criteria: Vec::new(),
            benchmarks: Vec::new(),
        }],
    }
}

/// Adds an indicator of parks in base units of its formula.
pub fn add_indicator(package: &mut Package, expression: Expression, missing: MissingRule) -> IndicatorIx {
    let index = IndicatorIx(u32::try_from(package.indicators.len()).expect("few"));
    package.indicators.push(Indicator {
        id: format!("indicator_{}", index.0),
        name: "指标".to_owned(),
        subject: Subject::Park,
        frequency: Frequency::Year,
        unit: "元".to_owned(),
        unit_factor: Exact::ONE,
        is_truth: false,
        decimals: 2,
        clauses: Vec::new(),
        formula: String::new(),
        expression,
        missing,
        note: None,
        place: place(),
    });
    index
}

/// Adds a criterion of one test per reading and puts it into the assessment.
pub fn add_criterion(package: &mut Package, tests: Vec<Test>) -> CriterionIx {
    let index = CriterionIx(u32::try_from(package.criteria.len()).expect("few"));
    let reading = |(position, test)| Reading {
        id: if position == 0 { "default".to_owned() } else { format!("reading-{position}") },
        text: String::new(),
        clause: String::new(),
        quote: String::new(),
        test,
    };
    package.criteria.push(Criterion {
        id: format!("criterion-{}", index.0),
        name: "条件".to_owned(),
        readings: tests.into_iter().enumerate().map(reading).collect(),
        judged_by: None,
        is_soft: false,
        basis: None,
        source: None,
        place: place(),
    });
    package.assessments[0].criteria.push(index);
    index
}

pub fn against(indicator: IndicatorIx, op: Comparison, expression: Expression) -> Test {
    Test::Indicator { indicator, op, threshold: Threshold::Expression { expression, formula: String::new() } }
}

pub fn run() -> Run {
    Run { assessment: 0, period: YEAR, overrides: Overrides::default() }
}

pub fn number(text: &str) -> Expression {
    Expression::Number(exact(text))
}

pub fn member(field: FieldIx) -> Expression {
    Expression::Field { field, of: Of::Member, shift: 0 }
}

pub fn own(field: FieldIx) -> Expression {
    Expression::Field { field, of: Of::Subject, shift: 0 }
}

pub fn aggregate(
    function: AggregateFunction,
    argument: Option<Expression>,
    filter: Option<Expression>,
) -> Expression {
    Expression::Aggregate {
        over: Members::Enterprises,
        function,
        argument: argument.map(Box::new),
        filter: filter.map(Box::new),
    }
}

pub fn sum(argument: Expression) -> Expression {
    aggregate(AggregateFunction::Sum, Some(argument), None)
}

pub fn sum_where(argument: Expression, filter: Expression) -> Expression {
    aggregate(AggregateFunction::Sum, Some(argument), Some(filter))
}

pub fn count_where(filter: Option<Expression>) -> Expression {
    aggregate(AggregateFunction::Count, None, filter)
}

pub fn arithmetic(op: Arithmetic, left: Expression, right: Expression) -> Expression {
    Expression::Arithmetic { op, left: Box::new(left), right: Box::new(right) }
}

pub fn divide(left: Expression, right: Expression) -> Expression {
    arithmetic(Arithmetic::Divide, left, right)
}

/// Someone of the city, by position in its lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Enterprise(usize),
    Park(usize),
    Record(usize),
}

/// A record: of which register, whose, from when to when.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: RecordIx,
    pub owner: Who,
    pub from: Date,
    pub to: Option<Date>,
}

pub type CellKey = (Who, FieldIx, Period);

/// Everything that is known of a small city.
#[derive(Clone, Debug, Default)]
pub struct City {
    pub periods: Vec<Period>,
    pub parks: usize,
    pub enterprises: usize,
    /// (period, park, enterprise)
    pub members: BTreeSet<(Period, usize, usize)>,
    pub records: Vec<Entry>,
    pub cells: BTreeMap<CellKey, Value>,
    pub benchmarks: BTreeMap<(BenchmarkIx, Period), Exact>,
}

impl City {
    pub fn new(parks: usize, enterprises: usize, periods: Vec<Period>) -> Self {
        Self { periods, parks, enterprises, ..Self::default() }
    }

    /// One park with one enterprise per row (revenue, leading), this year.
    pub fn of_revenues(rows: &[(&str, bool)]) -> Self {
        let mut city = Self::new(1, rows.len(), vec![YEAR]);
        for (position, (revenue, is_leading)) in rows.iter().enumerate() {
            city.members.insert((YEAR, 0, position));
            city.set(Who::Enterprise(position), REVENUE, Value::Number(exact(revenue)));
            city.set(Who::Enterprise(position), IS_LEADING, Value::Bool(*is_leading));
        }
        city
    }

    pub fn set(&mut self, who: Who, field: FieldIx, value: Value) {
        self.cells.insert((who, field, YEAR), value);
    }

    pub fn without(&self, who: Who, field: FieldIx) -> Self {
        let mut city = self.clone();
        assert!(city.cells.remove(&(who, field, YEAR)).is_some(), "the cell was there");
        city
    }

    pub fn frame(&self, package: &Package) -> Frame {
        let forward = |count: usize| (0..count).collect::<Vec<_>>();
        self.told(package, [&forward(self.parks), &forward(self.enterprises), &forward(self.records.len())])
    }

    /// The same city, everyone told to the builder in the opposite order.
    pub fn frame_backward(&self, package: &Package) -> Frame {
        let backward = |count: usize| (0..count).rev().collect::<Vec<_>>();
        self.told(
            package,
            [&backward(self.parks), &backward(self.enterprises), &backward(self.records.len())],
        )
    }

    fn told(&self, package: &Package, [parks, enterprises, records]: [&[usize]; 3]) -> Frame {
        let mut builder = FrameBuilder::new(package, self.periods.clone(), 7);
        let parks: BTreeMap<usize, ParkIx> =
            parks.iter().map(|park| (*park, builder.park(format!("p{park}"), format!("园{park}")))).collect();
        let mut told: BTreeMap<usize, EnterpriseIx> = BTreeMap::new();
        for enterprise in enterprises {
            let index = builder.enterprise(format!("e{enterprise}"), format!("企业{enterprise}"));
            told.insert(*enterprise, index);
        }
        let mut entries: BTreeMap<usize, RecordOrdinal> = BTreeMap::new();
        for record in records {
            let Entry { kind, owner, from, to } = &self.records[*record];
            let owner = match owner {
                Who::Park(position) => SubjectIx::Park(parks[position]),
                Who::Enterprise(position) => SubjectIx::Enterprise(told[position]),
                Who::Record(_) => panic!("records belong to enterprises and parks"),
            };
            entries.insert(*record, builder.record(*kind, owner, format!("r{record}"), *from, *to));
        }
        for (period, park, enterprise) in &self.members {
            builder.member(*period, parks[park], told[enterprise]).expect("the period is in the frame");
        }
        for ((who, field, period), value) in &self.cells {
            let subject = match who {
                Who::Enterprise(position) => SubjectIx::Enterprise(told[position]),
                Who::Park(position) => SubjectIx::Park(parks[position]),
                Who::Record(position) => SubjectIx::Record(entries[position]),
            };
            builder.set(subject, *field, *period, value).expect("the value fits its field");
        }
        for ((benchmark, period), value) in &self.benchmarks {
            builder.benchmark(*benchmark, *period, *value);
        }
        builder.finish()
    }
}

/// Who a subject of a frame is in the city.
pub fn who(frame: &Frame, subject: SubjectIx) -> Who {
    let id = &frame.subject(subject).id;
    let position = id[1..].parse().expect("ids are a letter and a position");
    match &id[..1] {
        "e" => Who::Enterprise(position),
        "p" => Who::Park(position),
        _ => Who::Record(position),
    }
}

/// Missing cells of a list, as keys of the city.
pub fn cells(frame: &Frame, missing: &[Missing]) -> BTreeSet<CellKey> {
    missing
        .iter()
        .filter_map(|missing| match missing {
            Missing::Figure { subject, field, period } => Some((who(frame, *subject), *field, *period)),
            _ => None,
        })
        .collect()
}
