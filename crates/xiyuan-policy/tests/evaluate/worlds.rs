//! Random cities with everything in them – months and years, groups that people move between, registers, figures of
//! every kind of subject that rest on each other – and random packages about them. The same seed, the same world.

use std::collections::BTreeSet;

use jiff::civil::date;
use xiyuan_policy::evaluate::{Overrides, Run, naive};
use xiyuan_policy::frame::{EnterpriseIx, Frame, Period, SubjectIx, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{Assessment, Frequency, MissingRule, Package, Subject};
use xiyuan_policy::plan::{Expression, FieldIx, GroupingIx, IndicatorIx, Members, each_child};

use crate::city::{
    ALL, AREA, BY_DISTRICT, BY_SECTOR, CITY_RATE, CellKey, City, DISTRICT, ENERGY, Entry, FOUNDED, INDUSTRY,
    IS_ABOVE_SCALE, IS_LEADING, LAND, LEADING_INDUSTRY, LOAN, LOAN_AMOUNT, LOAN_KIND, LOAN_OPEN, OUTPUT,
    PARK_DISTRICT, PROFIT, REVENUE, SALES, SECTOR, SHARE_LINE, SITE, SITE_AREA, SITE_READY, STAFF, Who,
    add_criterion, add_indicator, against, exact, number, package,
};
use crate::formulas::{Made, Maker};
use crate::oracle::Whose;
use crate::random::{Dice, comparison, value};

/// The year that is computed, and the month.
pub const YEAR: Period = Period::Year(2024);
pub const MONTH: Period = Period::Month(2024, 2);

/// A package about a city, of which some cells have been taken out.
pub struct World {
    pub package: Package,
    pub city: City,
    /// What was taken out, with what it was.
    pub gone: Vec<(CellKey, Value)>,
}

impl World {
    /// The world of a seed; at most `holes` cells are taken out.
    pub fn of(seed: u64, holes: usize) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x1_0000_0001));
        let package = random_package(&mut dice);
        let mut city = random_city(&mut dice);
        let gone = punch(&mut dice, &package, &mut city, holes);
        Self { package, city, gone }
    }

    /// Each indicator for each subject it is about, in the period that its kind is computed for, where it can be computed.
    pub fn figures(&self, frame: &Frame) -> Vec<(IndicatorIx, SubjectIx, Period)> {
        let mut figures = Vec::new();
        for (index, indicator) in (0..).map(IndicatorIx).zip(&self.package.indicators) {
            let period = if indicator.frequency == Frequency::Year { YEAR } else { MONTH };
            let enterprises = u32::try_from(frame.enterprise_count()).expect("few");
            let subjects: Vec<SubjectIx> = match indicator.subject {
                Subject::Enterprise => {
                    (0..enterprises).map(|at| SubjectIx::Enterprise(EnterpriseIx(at))).collect()
                }
                Subject::Park => frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect(),
                Subject::Group(grouping) => frame.groups(grouping).map(SubjectIx::Group).collect(),
                other => panic!("no figures of {other:?}"),
            };
            // One world in a thousand divides by so little that a bound leaves the range of numbers: an error, no figure.
            let is_in_range = |subject: &SubjectIx| {
                naive::figure(&self.package, frame, &Overrides::default(), index, *subject, period).is_ok()
            };
            figures.extend(subjects.into_iter().filter(is_in_range).map(|subject| (index, subject, period)));
        }
        figures
    }

    /// True when what is filed later may change a figure that is known now: it counts what has been reported, or
    /// leaves out what has not.
    pub fn is_provisional(&self, indicator: IndicatorIx) -> bool {
        let of = &self.package.indicators[indicator.index()];
        matches!(of.missing, MissingRule::Covered { .. })
            || mentions(&self.package, &of.expression, &|part| {
                let is_covered = |of: &IndicatorIx| {
                    matches!(self.package.indicators[of.index()].missing, MissingRule::Covered { .. })
                };
                match part {
                    Expression::Aggregate { function, .. } => format!("{function:?}") == "Reported",
                    Expression::Indicator { indicator, .. } | Expression::Wider { indicator, .. } => {
                        is_covered(indicator)
                    }
                    _ => false,
                }
            })
    }

    /// True when a part of the indicator's formula, or of one it rests on, is of a kind.
    pub fn has(&self, indicator: IndicatorIx, is: &dyn Fn(&Expression) -> bool) -> bool {
        mentions(&self.package, &self.package.indicators[indicator.index()].expression, is)
    }

    /// The run of the yearly assessment (0) or the monthly one (1).
    pub fn run(assessment: usize) -> Run {
        let period = if assessment == 0 { YEAR } else { MONTH };
        Run { assessment, period, overrides: Overrides::default() }
    }
}

fn mentions(package: &Package, expression: &Expression, is: &dyn Fn(&Expression) -> bool) -> bool {
    let mut found = is(expression);
    each_child(package, expression, &mut |child| found = found || mentions(package, child, is));
    found
}

/// Whose figure a subject of a frame has, in the words of the city.
pub fn whose(frame: &Frame, subject: SubjectIx) -> Whose {
    let SubjectIx::Group(group) = subject else { return Whose::One(crate::city::who(frame, subject)) };
    let words = frame.subject(subject).id.split('/').skip(1).map(str::to_owned);
    Whose::Group(frame.grouping_of(group), words.collect())
}

/// Kinds of subjects, in an order in which later ones can rest on earlier ones.
fn random_package(dice: &mut Dice) -> Package {
    let mut package = package();
    package.parameters[0].values[0].value = exact("50");
    package.assessments.push(Assessment { id: "monthly".to_owned(), ..package.assessments[0].clone() });
    let groups = [Subject::Group(BY_DISTRICT), Subject::Group(BY_SECTOR), Subject::Group(ALL)];
    let mut kinds = vec![
        (Subject::Enterprise, Frequency::Month, false),
        (Subject::Enterprise, Frequency::Year, false),
        (Subject::Enterprise, Frequency::Year, true),
        (dice.pick(&groups), Frequency::Month, false),
        (dice.pick(&groups), Frequency::Year, false),
    ];
    let mut later = vec![
        (Subject::Park, Frequency::Month, false),
        (Subject::Park, Frequency::Year, true),
        (Subject::Enterprise, Frequency::Year, false),
        (Subject::Enterprise, Frequency::Month, true),
        (dice.pick(&groups), Frequency::Year, false),
    ];
    while kinds.len() < 8 {
        let at = dice.below(later.len());
        kinds.push(later.swap_remove(at));
    }
    kinds.push((Subject::Park, Frequency::Year, false));
    kinds.push((Subject::Park, Frequency::Year, false));
    let mut made: Vec<Made> = Vec::new();
    for (subject, frequency, is_truth) in kinds {
        let (expression, reach) = Maker::new(dice, &made, subject, frequency).formula(is_truth);
        let rule = if dice.chance(8) {
            MissingRule::Covered { min_coverage: exact(dice.pick(&["0", "0.5", "0.8", "1"])) }
        } else {
            MissingRule::Strict
        };
        let index = add_indicator(&mut package, expression, rule);
        let indicator = &mut package.indicators[index.index()];
        indicator.subject = subject;
        indicator.frequency = frequency;
        indicator.is_truth = is_truth;
        made.push(Made { index, subject, frequency, is_truth, reach });
        if subject == Subject::Park && !is_truth {
            let line =
                dice.pick(&[Expression::Parameter(SHARE_LINE), number("1"), number("0"), number("400000")]);
            let test = against(index, comparison(dice), line);
            let criterion = add_criterion(&mut package, vec![test]);
            if frequency == Frequency::Month {
                package.assessments[0].criteria.retain(|of| *of != criterion);
                package.assessments[1].criteria.push(criterion);
            }
        }
    }
    package
}

/// A value of any field of the city.
fn any_value(dice: &mut Dice, field: FieldIx) -> Value {
    let mut number = |most: usize, scale| {
        Value::Number(Exact { mantissa: i128::try_from(dice.below(most) + 10).expect("small"), scale })
    };
    match field {
        SALES => number(4990, 2),
        ENERGY => number(80, 1),
        LOAN_AMOUNT => number(7990, 2),
        SITE_AREA => number(290, 1),
        LOAN_OPEN | SITE_READY => Value::Bool(dice.chance(50)),
        _ => value(dice, field),
    }
}

/// Years up to the one that is computed, and months from the last autumn on.
fn periods() -> Vec<Period> {
    let months = (10..=12).map(|month| Period::Month(2023, month));
    let months = months.chain((1..=12).map(|month| Period::Month(2024, month)));
    (2022..=2024).map(Period::Year).chain(months).collect()
}

fn random_city(dice: &mut Dice) -> City {
    let mut city = City::new(1 + dice.below(2), 2 + dice.below(3), periods());
    for _ in 0..dice.below(5) {
        let kind = dice.pick(&[LOAN, LOAN, SITE]);
        let owner = if kind == LOAN {
            Who::Enterprise(dice.below(city.enterprises))
        } else {
            Who::Park(dice.below(city.parks))
        };
        let from = dice.pick(&[date(2020, 1, 1), date(2023, 12, 31), date(2024, 2, 29), date(2024, 12, 31)]);
        let to = dice.pick(&[None, None, Some(date(2024, 2, 28)), Some(date(2024, 12, 31))]);
        city.records.push(Entry { kind, owner, from, to });
    }
    for period in periods() {
        let is_year = matches!(period, Period::Year(_));
        fill_enterprises(dice, &mut city, period, is_year);
        for park in 0..city.parks {
            let who = Who::Park(park);
            for field in [AREA, LEADING_INDUSTRY].into_iter().filter(|_| is_year) {
                let value = any_value(dice, field);
                city.cells.insert((who, field, period), value);
            }
            register(dice, &mut city, who, PARK_DISTRICT, period, park);
        }
        for (at, entry) in city.records.clone().iter().enumerate() {
            let fields = if entry.kind == LOAN {
                vec![LOAN_AMOUNT, LOAN_OPEN, LOAN_KIND]
            } else {
                vec![SITE_AREA, SITE_READY]
            };
            for field in fields {
                // What a record says does not change from year to year as often as figures do.
                let value = any_value(dice, field);
                city.cells.insert((Who::Record(at), field, period), value);
            }
        }
        city.benchmarks.insert((CITY_RATE, period), exact("23.5"));
    }
    city
}

fn fill_enterprises(dice: &mut Dice, city: &mut City, period: Period, is_year: bool) {
    let yearly = [REVENUE, OUTPUT, PROFIT, LAND, IS_LEADING, IS_ABOVE_SCALE, INDUSTRY, FOUNDED, STAFF];
    for enterprise in 0..city.enterprises {
        let who = Who::Enterprise(enterprise);
        for park in 0..city.parks {
            let is_home = enterprise % city.parks == park;
            if dice.chance(if is_home { 85 } else { 8 }) {
                city.members.insert((period, park, enterprise));
            }
        }
        let filed: &[FieldIx] = if is_year { &yearly } else { &[SALES, ENERGY] };
        for field in filed {
            let value = any_value(dice, *field);
            city.cells.insert((who, *field, period), value);
        }
        register(dice, city, who, DISTRICT, period, enterprise);
        register(dice, city, who, SECTOR, period, enterprise / 2);
    }
}

/// Most stay where they are, some move, of some nothing is registered.
fn register(dice: &mut Dice, city: &mut City, who: Who, field: FieldIx, period: Period, at: usize) {
    if dice.chance(7) {
        return;
    }
    let home = ["x", "y"][at % 2];
    let code = if dice.chance(85) { home } else { dice.pick(&["x", "y"]) };
    city.cells.insert((who, field, period), Value::Text(code.to_owned()));
}

/// Takes out some cells that formulas read; what is registered stays, for who is registered nowhere belongs nowhere.
fn punch(dice: &mut Dice, package: &Package, city: &mut City, most: usize) -> Vec<(CellKey, Value)> {
    let is_read = |field: FieldIx| {
        let is = |part: &Expression| matches!(part, Expression::Field { field: read, .. } if *read == field);
        package.indicators.iter().any(|of| mentions(package, &of.expression, &is))
    };
    let fields: BTreeSet<FieldIx> =
        city.cells.keys().map(|key| key.1).filter(|field| is_read(*field)).collect();
    let is_filed = |key: &&CellKey| fields.contains(&key.1);
    let keys: Vec<CellKey> = city.cells.keys().filter(is_filed).copied().collect();
    let now: Vec<CellKey> = keys.iter().filter(|key| matches!(key.2, YEAR | MONTH)).copied().collect();
    let mut gone = Vec::new();
    for _ in 0..dice.below(most + 1) {
        let key = if dice.chance(75) { dice.pick(&now) } else { dice.pick(&keys) };
        gone.extend(city.cells.remove(&key).map(|value| (key, value)));
    }
    gone
}

/// Who is grouped by a grouping.
pub fn is_grouped(grouping: GroupingIx, subject: Subject) -> bool {
    match subject {
        Subject::Enterprise => true,
        Subject::Park => grouping != BY_SECTOR,
        _ => false,
    }
}

/// What an aggregate of a subject may go over.
pub fn overs(subject: Subject) -> Vec<Members> {
    let (loans, sites) = (Members::Records(LOAN), Members::Records(SITE));
    match subject {
        Subject::Enterprise => vec![loans],
        Subject::Park => vec![Members::Enterprises, Members::Enterprises, Members::Enterprises, sites],
        Subject::Group(BY_SECTOR) => vec![Members::Enterprises, Members::Enterprises, loans],
        Subject::Group(_) => vec![Members::Enterprises, Members::Enterprises, Members::Parks, loans, sites],
        _ => Vec::new(),
    }
}
