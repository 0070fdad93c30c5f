//! A random city with everything a frame holds – months, groups, registers, facts, files – and random changes of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use xiyuan_policy::frame::{
    Change, ChosenReading, Frame, FrameBuilder, Period, SubjectIx, SubjectKey, Term, Value,
};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{
    EvidenceKind, Fact, FieldType, Frequency, Grouping, MissingRule, Package, RecordKind, Subject, Test,
};
use xiyuan_policy::plan::{
    AggregateFunction, Arithmetic, BenchmarkIx, Comparison, CriterionIx, EvidenceIx, Expression, FactIx,
    FieldIx, GroupingIx, IndicatorIx, Members, Of, RecordIx, Span,
};

use crate::city::{
    AREA, CITY_RATE, INDUSTRY, IS_LEADING, LAND, LEADING_INDUSTRY, OUTPUT, REVENUE, YEAR, add_criterion,
    add_indicator, against, aggregate, arithmetic, count_where, divide, exact, member, number, own, package,
    place, sum, sum_where,
};
use crate::random::{Dice, comparison, formula, share, value};

const MONTHLY: FieldIx = FieldIx(11);
const DISTRICT: FieldIx = FieldIx(12);
const PARK_DISTRICT: FieldIx = FieldIx(13);
const SIZE: [FieldIx; 2] = [FieldIx(14), FieldIx(15)];
const BY_DISTRICT: GroupingIx = GroupingIx(0);
const ALL: GroupingIx = GroupingIx(1);
const BY_INDUSTRY: GroupingIx = GroupingIx(2);

fn months() -> Vec<Period> {
    (10..=12).map(|month| Period::Month(2024, month)).collect()
}

fn years() -> [Period; 2] {
    [Period::Year(2023), YEAR]
}

/// Everything that is known, by ids.
#[derive(Clone, Debug, Default)]
pub struct World {
    enterprises: BTreeMap<String, String>,
    parks: BTreeMap<String, String>,
    members: BTreeSet<(Period, String, String)>,
    cells: BTreeMap<(char, String, FieldIx, Period), Value>,
    /// Register, owner, first and last day.
    records: BTreeMap<String, (RecordIx, String, Date, Option<Date>)>,
    benchmarks: BTreeMap<(BenchmarkIx, Period), Exact>,
    facts: BTreeMap<(String, FactIx), bool>,
    evidence: BTreeSet<(String, EvidenceIx)>,
    readings: BTreeMap<CriterionIx, Vec<ChosenReading>>,
    exceptions: BTreeMap<(String, CriterionIx), Vec<Term>>,
}

fn indicator(
    package: &mut Package,
    subject: Subject,
    expression: Expression,
    rule: MissingRule,
) -> IndicatorIx {
    let index = add_indicator(package, expression, rule);
    package.indicators[index.index()].subject = subject;
    index
}

fn of(indicator: IndicatorIx, of: Of, shift: u32) -> Expression {
    Expression::Indicator { indicator, of, shift }
}

fn wider(grouping: GroupingIx, indicator: IndicatorIx, of: Of) -> Expression {
    Expression::Wider { grouping, indicator, of, shift: 0 }
}

fn over(over: Members, argument: Expression) -> Expression {
    let argument = Some(Box::new(argument));
    Expression::Aggregate { over, function: AggregateFunction::Sum, argument, filter: None }
}

fn window(argument: Expression) -> Expression {
    over(Members::Periods(Span { frequency: Frequency::Month, last: Some(3) }), argument)
}

fn rule(dice: &mut Dice) -> MissingRule {
    if dice.chance(15) { MissingRule::Covered { min_coverage: exact("0.4") } } else { MissingRule::Strict }
}

fn declared() -> Package {
    let mut package = package();
    // What the shared package has beyond these is said anew below, with registers of both kinds.
    package.fields.truncate(LEADING_INDUSTRY.index() + 1);
    package.groupings.clear();
    package.records.clear();
    package.facts.clear();
    package.evidence.clear();
    let model = |package: &Package, of: FieldIx, id: &str, subject: Subject| {
        let mut field = package.fields[of.index()].clone();
        id.clone_into(&mut field.id);
        id.split_once('.').expect("subject.key").1.clone_into(&mut field.key);
        field.subject = subject;
        field
    };
    for (like, id, subject) in [
        (REVENUE, "enterprise.monthly", Subject::Enterprise),
        (INDUSTRY, "enterprise.district", Subject::Enterprise),
        (LEADING_INDUSTRY, "park.district", Subject::Park),
        (LAND, "plant.size", Subject::Record(RecordIx(0))),
        (LAND, "building.size", Subject::Record(RecordIx(1))),
    ] {
        let field = model(&package, like, id, subject);
        package.fields.push(field);
    }
    package.fields[DISTRICT.index()].ty = FieldType::Text;
    package.fields[PARK_DISTRICT.index()].ty = FieldType::Text;
    for (id, enterprises, parks) in [
        ("district", Some(vec![DISTRICT]), Some(vec![PARK_DISTRICT])),
        ("all", Some(Vec::new()), Some(Vec::new())),
        ("industry", Some(vec![INDUSTRY, IS_LEADING]), None),
    ] {
        let (id, name) = (id.to_owned(), id.to_owned());
        package.groupings.push(Grouping { id, name, enterprises, parks, place: place() });
    }
    for (number, (id, subject)) in
        [("plant", Subject::Enterprise), ("building", Subject::Park)].into_iter().enumerate()
    {
        let (id, name) = (id.to_owned(), id.to_owned());
        package.records.push(RecordKind { id, name, subject, fields: vec![SIZE[number]], place: place() });
    }
    for id in ["registered", "sound"] {
        let (id, name, judged_by) = (id.to_owned(), id.to_owned(), "officer".to_owned());
        package.facts.push(Fact { id, name, judged_by, clause: String::new() });
    }
    let (id, name) = ("licence".to_owned(), "licence".to_owned());
    package.evidence.push(EvidenceKind { id, name, clause: String::new() });
    package
}

/// Indicators of all kinds of subjects over each other, and criteria about those of parks.
pub fn random_package(dice: &mut Dice) -> Package {
    let mut package = declared();
    let p = &mut package;
    let plants = Members::Records(RecordIx(0));
    let own_rule = |dice: &mut Dice| rule(dice);
    let enterprise = Subject::Enterprise;
    let mut firm: Vec<IndicatorIx> = Vec::new();
    for expression in [
        divide(own(REVENUE), own(LAND)),
        window(own(MONTHLY)),
        over(plants, member(SIZE[0])),
        arithmetic(
            Arithmetic::Subtract,
            own(REVENUE),
            Expression::Field { field: REVENUE, of: Of::Subject, shift: 1 },
        ),
    ] {
        firm.push(indicator(p, enterprise, expression, MissingRule::Strict));
    }
    let mut groups: Vec<(GroupingIx, IndicatorIx)> = Vec::new();
    for grouping in [BY_DISTRICT, ALL, BY_INDUSTRY] {
        let expression = match dice.below(5) {
            0 => aggregate(AggregateFunction::Avg, Some(member(REVENUE)), None),
            1 => sum(of(dice.pick(&firm), Of::Member, 0)),
            2 if grouping != BY_INDUSTRY => over(Members::Parks, member(AREA)),
            3 => over(plants, member(SIZE[0])),
            _ => divide(sum(member(OUTPUT)), sum_where(member(REVENUE), member(IS_LEADING))),
        };
        let rule = own_rule(dice);
        groups.push((grouping, indicator(p, Subject::Group(grouping), expression, rule)));
    }
    let (grouping, of_group) = dice.pick(&groups);
    firm.push(indicator(
        p,
        enterprise,
        divide(own(REVENUE), wider(grouping, of_group, Of::Subject)),
        MissingRule::Strict,
    ));
    for _ in 0..4 {
        let firm = dice.pick(&firm);
        let (grouping, of_group) = dice.pick(&groups[..2]);
        let expression = match dice.below(11) {
            0 => share(dice),
            1 => formula(dice, 1),
            2 => sum(of(firm, Of::Member, 0)),
            3 => count_where(Some(Expression::Compare {
                op: Comparison::GreaterOrEqual,
                left: Box::new(of(firm, Of::Member, 0)),
                right: Box::new(wider(grouping, of_group, Of::Member)),
            })),
            4 => divide(own(AREA), wider(grouping, of_group, Of::Subject)),
            5 => over(Members::Records(RecordIx(1)), member(SIZE[1])),
            6 => sum(over(plants, member(SIZE[0]))),
            7 => sum(window(member(MONTHLY))),
            8 => window(sum(member(MONTHLY))),
            9 => aggregate(AggregateFunction::Max, Some(member(REVENUE)), None),
            _ => {
                let earlier = indicator(p, Subject::Park, sum(member(REVENUE)), MissingRule::Strict);
                divide(sum(member(REVENUE)), of(earlier, Of::Subject, 1))
            }
        };
        let rule = own_rule(dice);
        let park = indicator(p, Subject::Park, expression, rule);
        let line = dice.pick(&[
            number("1"),
            number("500000"),
            Expression::Benchmark { benchmark: CITY_RATE, shift: 0 },
            wider(grouping, of_group, Of::Subject),
        ]);
        let test = against(park, comparison(dice), line);
        let test = match dice.below(4) {
            0 => Test::Any { tests: vec![test, Test::Fact { fact: FactIx(0) }] },
            1 => Test::All { tests: vec![test, Test::Evidence { evidence: EvidenceIx(0) }] },
            _ => test,
        };
        let other = against(park, comparison(dice), number("250000"));
        let criterion = add_criterion(p, vec![test, other]);
        p.criteria[criterion.index()].is_soft = dice.chance(30);
    }
    add_criterion(p, vec![Test::Fact { fact: FactIx(1) }]);
    package
}

impl World {
    /// A city of a few parks, most of it filled.
    pub fn random(dice: &mut Dice) -> Self {
        let mut world = Self::default();
        for park in 0..2 + dice.below(3) {
            world.parks.insert(format!("p{park}"), format!("园{park}"));
        }
        for enterprise in 0..2 + dice.below(7) {
            world.enterprises.insert(format!("e{enterprise}"), format!("企业{enterprise}"));
        }
        for _ in 0..dice.below(6) {
            let change = world.record_change(dice);
            world.take(&change);
        }
        let subjects: Vec<(char, String)> = world.subjects();
        for (kind, id) in subjects {
            for (field, period) in slots(kind) {
                if dice.chance(85) {
                    let value = any_value(dice, field);
                    world.cells.insert((kind, id.clone(), field, period), value);
                }
            }
        }
        for enterprise in world.enterprises.keys().cloned().collect::<Vec<_>>() {
            for period in years().into_iter().chain(months()) {
                if dice.chance(85) {
                    let park = world.any_park(dice);
                    world.members.insert((period, park, enterprise.clone()));
                }
            }
        }
        for park in world.parks.keys() {
            for fact in 0..2 {
                if dice.chance(60) {
                    world.facts.insert((park.clone(), FactIx(fact)), dice.chance(70));
                }
            }
            if dice.chance(50) {
                world.evidence.insert((park.clone(), EvidenceIx(0)));
            }
        }
        world.benchmarks.insert((CITY_RATE, YEAR), exact("23.5"));
        world
    }

    fn any_park(&self, dice: &mut Dice) -> String {
        dice.pick(&self.parks.keys().cloned().collect::<Vec<_>>())
    }

    fn any_enterprise(&self, dice: &mut Dice) -> String {
        dice.pick(&self.enterprises.keys().cloned().collect::<Vec<_>>())
    }

    /// Kind (`e`, `p`, and the number of a register) and id.
    fn subjects(&self) -> Vec<(char, String)> {
        let enterprises = self.enterprises.keys().map(|id| ('e', id.clone()));
        let parks = self.parks.keys().map(|id| ('p', id.clone()));
        let records =
            self.records.iter().map(|(id, record)| (if record.0.0 == 0 { '0' } else { '1' }, id.clone()));
        enterprises.chain(parks).chain(records).collect()
    }

    fn record_change(&self, dice: &mut Dice) -> Change {
        let kind = RecordIx(u32::from(dice.chance(40)));
        let id = format!("r{}-{}", kind.0, dice.below(5));
        let owner = if kind.0 == 0 {
            SubjectKey::Enterprise(self.any_enterprise(dice))
        } else {
            SubjectKey::Park(self.any_park(dice))
        };
        let from = dice.pick(&[date(2020, 1, 1), date(2024, 6, 1)]);
        let to = dice.pick(&[None, None, Some(date(2024, 11, 15))]);
        Change::Record { kind, id, owner, from, to }
    }

    /// Something that may happen next.
    pub fn random_change(&self, dice: &mut Dice) -> Vec<Change> {
        let one = match dice.below(16) {
            0..=5 => {
                let (kind, id) = dice.pick(&self.subjects());
                let (field, period) = dice.pick(&slots(kind));
                let value = dice.chance(80).then(|| any_value(dice, field));
                Change::Cell { subject: key(kind, &id), field, period, value }
            }
            6 | 7 => Change::Member {
                period: dice.pick(&years().into_iter().chain(months()).collect::<Vec<_>>()),
                park: self.any_park(dice),
                enterprise: self.any_enterprise(dice),
                is_member: dice.chance(50),
            },
            8 => {
                let value = dice.pick(&[None, Some(exact("23.5")), Some(exact("1")), Some(exact("23.50"))]);
                Change::Benchmark { benchmark: CITY_RATE, period: dice.pick(&years()), value }
            }
            9 => {
                let fact = FactIx(u32::from(dice.chance(50)));
                Change::Fact {
                    park: self.any_park(dice),
                    fact,
                    value: dice.pick(&[None, Some(true), Some(false)]),
                }
            }
            10 => {
                let evidence = EvidenceIx(0);
                Change::Evidence { park: self.any_park(dice), evidence, is_there: dice.chance(50) }
            }
            11 => self.record_change(dice),
            12 if !self.records.is_empty() && dice.chance(60) => {
                let (id, record) = dice.pick(&self.records.clone().into_iter().collect::<Vec<_>>());
                Change::Gone(SubjectKey::Record(record.0, id))
            }
            12 => Change::Park { id: self.any_park(dice), name: "改名园".to_owned() },
            13 => {
                let mut chosen = Vec::new();
                for _ in 0..dice.below(3) {
                    chosen.push(ChosenReading { reading: dice.below(2), term: term(dice) });
                }
                Change::Readings { criterion: criterion(dice), chosen }
            }
            14 => {
                let mut terms: Vec<Term> = (0..dice.below(3)).map(|_| term(dice)).collect();
                terms.sort();
                terms.dedup();
                Change::Exceptions { park: self.any_park(dice), criterion: criterion(dice), terms }
            }
            _ => return self.newcomer(dice),
        };
        vec![one]
    }

    fn newcomer(&self, dice: &mut Dice) -> Vec<Change> {
        let id = format!("e{}", 20 + dice.below(3));
        let mut changes = vec![Change::Enterprise { id: id.clone(), name: "新企业".to_owned() }];
        let is_member = true;
        changes.push(Change::Member {
            period: YEAR,
            park: self.any_park(dice),
            enterprise: id.clone(),
            is_member,
        });
        for (field, period) in slots('e') {
            if dice.chance(60) {
                let value = Some(any_value(dice, field));
                changes.push(Change::Cell { subject: key('e', &id), field, period, value });
            }
        }
        changes
    }

    /// What the store would hold after a change.
    pub fn take(&mut self, change: &Change) {
        match change.clone() {
            Change::Enterprise { id, name } => {
                self.enterprises.insert(id, name);
            }
            Change::Park { id, name } => {
                self.parks.insert(id, name);
            }
            Change::Record { kind, id, owner, from, to } => {
                let (SubjectKey::Enterprise(owner) | SubjectKey::Park(owner)) = owner else { return };
                self.records.insert(id, (kind, owner, from, to));
            }
            Change::Gone(SubjectKey::Record(_, id)) => {
                self.records.remove(&id);
            }
            Change::Gone(_) => panic!("subjects stay"),
            // Its fields have one source each.
            Change::Cell { subject, field, period, value }
            | Change::Told { subject, field, period, source: _, value } => {
                let (kind, id) = match subject {
                    SubjectKey::Enterprise(id) => ('e', id),
                    SubjectKey::Park(id) => ('p', id),
                    SubjectKey::Record(kind, id) => (if kind.0 == 0 { '0' } else { '1' }, id),
                };
                let key = (kind, id, field, period);
                match value {
                    Some(value) => self.cells.insert(key, value),
                    None => self.cells.remove(&key),
                };
            }
            Change::Member { period, park, enterprise, is_member } => {
                let key = (period, park, enterprise);
                if is_member {
                    self.members.insert(key)
                } else {
                    self.members.remove(&key)
                };
            }
            Change::Benchmark { benchmark, period, value } => {
                match value {
                    Some(value) => self.benchmarks.insert((benchmark, period), value),
                    None => self.benchmarks.remove(&(benchmark, period)),
                };
            }
            Change::Fact { park, fact, value } => {
                match value {
                    Some(value) => self.facts.insert((park, fact), value),
                    None => self.facts.remove(&(park, fact)),
                };
            }
            Change::Evidence { park, evidence, is_there } => {
                let key = (park, evidence);
                if is_there {
                    self.evidence.insert(key)
                } else {
                    self.evidence.remove(&key)
                };
            }
            Change::Readings { criterion, chosen } => {
                self.readings.insert(criterion, chosen);
            }
            Change::Exceptions { park, criterion, terms } => {
                self.exceptions.insert((park, criterion), terms);
            }
        }
    }

    /// The frame built from nothing.
    pub fn frame(&self, package: &Package, known: i64) -> Frame {
        let periods: Vec<Period> = years().into_iter().chain(months()).collect();
        let mut builder = FrameBuilder::new(package, periods, known);
        let mut told: BTreeMap<(char, String), SubjectIx> = BTreeMap::new();
        for (id, name) in &self.parks {
            told.insert(('p', id.clone()), SubjectIx::Park(builder.park(id, name)));
        }
        for (id, name) in &self.enterprises {
            told.insert(('e', id.clone()), SubjectIx::Enterprise(builder.enterprise(id, name)));
        }
        for (id, (kind, owner, from, to)) in &self.records {
            let (letter, owner_kind) = if kind.0 == 0 { ('0', 'e') } else { ('1', 'p') };
            let owner = told[&(owner_kind, owner.clone())];
            told.insert(
                (letter, id.clone()),
                SubjectIx::Record(builder.record(*kind, owner, id, *from, *to)),
            );
        }
        for (period, park, enterprise) in &self.members {
            let ends = (told[&('p', park.clone())], told[&('e', enterprise.clone())]);
            let (SubjectIx::Park(park), SubjectIx::Enterprise(enterprise)) = ends else { panic!("kinds") };
            builder.member(*period, park, enterprise).expect("the period is there");
        }
        for ((kind, id, field, period), value) in &self.cells {
            if let Some(subject) = told.get(&(*kind, id.clone())) {
                builder.set(*subject, *field, *period, value).expect("it fits");
            }
        }
        for ((benchmark, period), value) in &self.benchmarks {
            builder.benchmark(*benchmark, *period, *value);
        }
        let park = |id: &String| match told[&('p', id.clone())] {
            SubjectIx::Park(park) => park,
            _ => panic!("kinds"),
        };
        for ((id, fact), value) in &self.facts {
            builder.fact(park(id), *fact, *value);
        }
        for (id, evidence) in &self.evidence {
            builder.evidence(park(id), *evidence);
        }
        for (criterion, chosen) in &self.readings {
            for chosen in chosen {
                builder.reading(*criterion, *chosen);
            }
        }
        for ((id, criterion), terms) in &self.exceptions {
            for term in terms {
                builder.exception(park(id), *criterion, *term);
            }
        }
        builder.finish()
    }
}

/// One of the criteria with two readings.
fn criterion(dice: &mut Dice) -> CriterionIx {
    CriterionIx(u32::from(dice.chance(50)))
}

/// Days that reach the year's end, or do not.
fn term(dice: &mut Dice) -> Term {
    Term {
        from: dice.pick(&[date(2023, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]),
        until: dice.pick(&[None, Some(date(2024, 12, 31)), Some(date(2024, 12, 30))]),
    }
}

fn key(kind: char, id: &str) -> SubjectKey {
    match kind {
        'e' => SubjectKey::Enterprise(id.to_owned()),
        'p' => SubjectKey::Park(id.to_owned()),
        digit => SubjectKey::Record(RecordIx(u32::from(digit == '1')), id.to_owned()),
    }
}

/// Cells that a kind of subject has.
fn slots(kind: char) -> Vec<(FieldIx, Period)> {
    let pairs = |fields: &[FieldIx], periods: &[Period]| -> Vec<(FieldIx, Period)> {
        fields.iter().flat_map(|field| periods.iter().map(|period| (*field, *period))).collect()
    };
    match kind {
        'e' => {
            let yearly = [(0..9).map(FieldIx).collect(), vec![DISTRICT]].concat();
            let all: Vec<Period> = years().into_iter().chain(months()).collect();
            [pairs(&yearly, &years()), pairs(&[MONTHLY], &months()), pairs(&[DISTRICT], &all[2..])].concat()
        }
        'p' => pairs(&[AREA, LEADING_INDUSTRY, PARK_DISTRICT], &years()),
        '0' => pairs(&SIZE[..1], &years()),
        _ => pairs(&SIZE[1..], &years()),
    }
}

fn any_value(dice: &mut Dice, field: FieldIx) -> Value {
    match field {
        MONTHLY => value(dice, REVENUE),
        DISTRICT | PARK_DISTRICT => Value::Text(dice.pick(&["甲", "甲", "乙", "丙"]).to_owned()),
        FieldIx(14 | 15) => value(dice, LAND),
        other => value(dice, other),
    }
}
