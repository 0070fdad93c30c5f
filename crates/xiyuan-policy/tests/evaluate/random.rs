//! Random cities and formulas from a seed: the same seed, the same case.

use jiff::civil::date;
use xiyuan_policy::frame::{Period, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::Package;
use xiyuan_policy::plan::{
    AggregateFunction, Arithmetic, Comparison, Expression, FieldIx, IndicatorIx, Of, Rounding,
};

use crate::city::{
    AREA, CITY_RATE, CellKey, City, ENERGY, FOUNDED, INDUSTRY, IS_ABOVE_SCALE, IS_LEADING, LAND,
    LEADING_INDUSTRY, LOAN_AMOUNT, LOAN_OPEN, MONEY_LINE, OUTPUT, PROFIT, REVENUE, SALES, SHARE_LINE,
    SITE_AREA, SITE_READY, STAFF, Who, aggregate, arithmetic, divide, exact,
};

/// Seeds to try: so many from the first on. `SEEDS=50000` in the environment tries more, `FIRST=20000` begins there.
pub fn seeds(usual: u64) -> std::ops::Range<u64> {
    let of = |name: &str| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let first: u64 = of("FIRST").unwrap_or(0);
    first..first + of("SEEDS").unwrap_or(usual)
}

/// Every way in which the missing cells can turn out, as far as ends and turning points go.
pub fn completions(city: &City, gone: &[(CellKey, Value)]) -> Vec<City> {
    let mut all = vec![city.clone()];
    for ((who, field, period), original) in gone {
        let mut next = Vec::new();
        for city in &all {
            for value in possibilities(*field, original) {
                let mut city = city.clone();
                city.cells.insert((*who, *field, *period), value);
                next.push(city);
            }
        }
        all = next;
    }
    all
}

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(limit).expect("small")).expect("small")
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn between(&mut self, low: i64, high: i64) -> i128 {
        let width = u64::try_from(high - low + 1).expect("ordered");
        i128::from(low) + i128::from(self.roll() % width)
    }
}

pub const MEMBER_NUMBERS: [FieldIx; 5] = [REVENUE, OUTPUT, PROFIT, LAND, STAFF];

/// A value that a field may hold.
pub fn value(dice: &mut Dice, field: FieldIx) -> Value {
    let number = |mantissa, scale| Value::Number(Exact { mantissa, scale });
    match field {
        REVENUE => number(dice.between(0, 10_000), 2),
        OUTPUT => number(dice.between(0, 600), 1),
        PROFIT => number(dice.between(-500_000, 800_000), 0),
        LAND => number(dice.between(10, 400), 1),
        STAFF => number(dice.between(0, 300), 0),
        AREA => number(dice.between(100, 9000), 2),
        IS_LEADING | IS_ABOVE_SCALE => Value::Bool(dice.chance(60)),
        FOUNDED => Value::Date(dice.pick(&[date(2001, 1, 1), date(2015, 6, 1), date(2022, 3, 3)])),
        _ => Value::Text(dice.pick(&["a", "b", "c"]).to_owned()),
    }
}

/// What a missing cell may turn out to be, its own ends first.
pub fn possibilities(field: FieldIx, original: &Value) -> Vec<Value> {
    let ends = |low: &str, high: &str| vec![Value::Number(exact(low)), Value::Number(exact(high))];
    let mut all = match field {
        // The money line itself is among them: it is where comparisons turn.
        REVENUE => [ends("0", "100"), ends("40", "40")].concat(),
        OUTPUT => [ends("0", "60"), ends("40", "40")].concat(),
        PROFIT => [ends("-500000", "800000"), ends("400000", "400000")].concat(),
        LAND => ends("1", "40"),
        STAFF => ends("0", "1000000"),
        AREA => ends("1", "90"),
        SALES => [ends("0", "50"), ends("40", "40")].concat(),
        ENERGY => ends("1", "9"),
        LOAN_AMOUNT => [ends("0", "80"), ends("40", "40")].concat(),
        SITE_AREA => ends("1", "30"),
        IS_LEADING | IS_ABOVE_SCALE | LOAN_OPEN | SITE_READY => {
            return vec![Value::Bool(false), Value::Bool(true)];
        }
        FOUNDED => [date(1990, 1, 1), date(2015, 6, 1), date(2024, 1, 1)].map(Value::Date).to_vec(),
        _ => ["a", "b", "c", "nobody"].map(|code| Value::Text(code.to_owned())).to_vec(),
    };
    if !all.contains(original) {
        all.push(original.clone());
    }
    all
}

/// A complete city: enterprises may move between the years and sit in two parks.
pub fn city(dice: &mut Dice) -> City {
    let periods = vec![Period::Year(2023), Period::Year(2024)];
    let mut city = City::new(1 + dice.below(3), 1 + dice.below(6), periods.clone());
    for period in &periods {
        for enterprise in 0..city.enterprises {
            for park in 0..city.parks {
                let is_home = enterprise % city.parks == park;
                if dice.chance(if is_home { 85 } else { 12 }) {
                    city.members.insert((*period, park, enterprise));
                }
            }
            for field in [REVENUE, OUTPUT, PROFIT, LAND, IS_LEADING, IS_ABOVE_SCALE, INDUSTRY, FOUNDED, STAFF]
            {
                let value = value(dice, field);
                city.cells.insert((Who::Enterprise(enterprise), field, *period), value);
            }
        }
        for park in 0..city.parks {
            for field in [AREA, LEADING_INDUSTRY] {
                let value = value(dice, field);
                city.cells.insert((Who::Park(park), field, *period), value);
            }
        }
        city.benchmarks.insert((CITY_RATE, *period), exact("23.5"));
    }
    city
}

/// Takes some cells out; answers with what they were.
pub fn punch(dice: &mut Dice, city: &mut City, most: usize) -> Vec<(CellKey, Value)> {
    let mut gone = Vec::new();
    for _ in 0..dice.below(most + 1) {
        let keys: Vec<CellKey> = city.cells.keys().copied().collect();
        let key = dice.pick(&keys);
        gone.extend(city.cells.remove(&key).map(|value| (key, value)));
    }
    gone
}

fn shift(dice: &mut Dice) -> u32 {
    u32::from(dice.chance(12))
}

/// A yes/no question about a member.
pub fn filter(dice: &mut Dice, depth: usize) -> Expression {
    let boxed = |dice: &mut Dice| Box::new(filter(dice, depth - 1));
    match if depth == 0 { dice.below(6) } else { dice.below(9) } {
        0 | 1 => Expression::Field { field: IS_LEADING, of: Of::Member, shift: shift(dice) },
        2 => Expression::Field { field: IS_ABOVE_SCALE, of: Of::Member, shift: 0 },
        3 => {
            let other = if dice.chance(50) {
                Expression::Field { field: LEADING_INDUSTRY, of: Of::Subject, shift: 0 }
            } else {
                Expression::Text(dice.pick(&["a", "b", "nobody"]).to_owned())
            };
            let industry = Expression::Field { field: INDUSTRY, of: Of::Member, shift: 0 };
            let op = dice.pick(&[Comparison::Equal, Comparison::NotEqual]);
            Expression::Compare { op, left: Box::new(industry), right: Box::new(other) }
        }
        4 => Expression::Compare {
            op: comparison(dice),
            left: Box::new(addend(dice, 0)),
            right: Box::new(Expression::Parameter(MONEY_LINE)),
        },
        5 if dice.chance(50) => Expression::Compare {
            op: comparison(dice),
            left: Box::new(Expression::Field { field: FOUNDED, of: Of::Member, shift: 0 }),
            right: Box::new(Expression::Date(date(2015, 6, 1))),
        },
        5 => Expression::In {
            of: Box::new(Expression::Field { field: INDUSTRY, of: Of::Member, shift: 0 }),
            list: vec![Expression::Text("a".to_owned()), Expression::Text("c".to_owned())],
            negated: dice.chance(30),
        },
        6 => Expression::And(boxed(dice), boxed(dice)),
        7 => Expression::Or(boxed(dice), boxed(dice)),
        _ => Expression::Not(boxed(dice)),
    }
}

pub fn comparison(dice: &mut Dice) -> Comparison {
    dice.pick(&[
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
        Comparison::GreaterOrEqual,
        Comparison::Equal,
        Comparison::NotEqual,
    ])
}

/// What is summed of a member.
pub fn addend(dice: &mut Dice, depth: usize) -> Expression {
    let field = |dice: &mut Dice| Expression::Field {
        field: dice.pick(&MEMBER_NUMBERS),
        of: Of::Member,
        shift: shift(dice),
    };
    let boxed = |dice: &mut Dice| Box::new(addend(dice, depth - 1));
    match if depth == 0 { 0 } else { dice.below(12) } {
        0..=5 => field(dice),
        6 | 7 => {
            let op = dice.pick(&[Arithmetic::Add, Arithmetic::Subtract]);
            Expression::Arithmetic { op, left: boxed(dice), right: boxed(dice) }
        }
        8 => {
            let scalar = Expression::Number(exact(dice.pick(&["2", "-0.5", "0.001"])));
            Expression::Arithmetic { op: Arithmetic::Multiply, left: Box::new(scalar), right: boxed(dice) }
        }
        9 => Expression::Negate(boxed(dice)),
        10 => Expression::Absolute(boxed(dice)),
        _ => match dice.below(4) {
            0 => Expression::Case {
                branches: vec![(filter(dice, 0), *boxed(dice))],
                otherwise: dice.chance(70).then(|| boxed(dice)),
            },
            1 => Expression::Greatest(vec![*boxed(dice), *boxed(dice)]),
            2 => divide(*boxed(dice), *boxed(dice)),
            _ => Expression::Round {
                of: boxed(dice),
                digits: 1,
                mode: dice.pick(&[Rounding::HalfAwayFromZero, Rounding::HalfEven, Rounding::Floor]),
                unit_factor: exact("10000"),
            },
        },
    }
}

/// A sum or count over members; `is_plain` keeps to what has tight bounds.
pub fn total(dice: &mut Dice, is_plain: bool) -> Expression {
    let depth = if is_plain { 0 } else { 2 };
    let filter = dice.chance(60).then(|| filter(dice, depth.min(1)));
    if dice.chance(25) {
        return aggregate(AggregateFunction::Count, None, filter);
    }
    let function = if is_plain || dice.chance(70) {
        AggregateFunction::Sum
    } else {
        dice.pick(&[
            AggregateFunction::Avg,
            AggregateFunction::Min,
            AggregateFunction::Max,
            AggregateFunction::CountDistinct,
        ])
    };
    aggregate(function, Some(addend(dice, depth)), filter)
}

/// A formula of a park.
pub fn formula(dice: &mut Dice, depth: usize) -> Expression {
    let boxed = |dice: &mut Dice| Box::new(formula(dice, depth - 1));
    match if depth == 0 { dice.below(5) } else { dice.below(12) } {
        0..=2 => {
            let is_plain = dice.chance(50);
            total(dice, is_plain)
        }
        3 => Expression::Field { field: AREA, of: Of::Subject, shift: shift(dice) },
        4 => dice.pick(&[
            Expression::Number(exact("3.5")),
            Expression::Parameter(SHARE_LINE),
            Expression::Benchmark { benchmark: CITY_RATE, shift: 0 },
        ]),
        5 | 6 => divide(*boxed(dice), *boxed(dice)),
        7 | 8 => {
            let op = dice.pick(&[Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply]);
            arithmetic(op, *boxed(dice), *boxed(dice))
        }
        9 => Expression::Negate(boxed(dice)),
        10 => Expression::Least(vec![*boxed(dice), *boxed(dice)]),
        _ => Expression::Absolute(boxed(dice)),
    }
}

/// One sum over another, the common form.
pub fn share(dice: &mut Dice) -> Expression {
    divide(total(dice, true), total(dice, true))
}

/// Something around another indicator, of this period or, where that needs no earlier figures, of the one before.
pub fn around(dice: &mut Dice, package: &Package, indicator: IndicatorIx) -> Expression {
    let looks_back = format!("{:?}", package.indicators[indicator.index()].expression).contains("shift: 1");
    let of = |shift: u32| Expression::Indicator { indicator, of: Of::Subject, shift };
    let shift = if looks_back { 0 } else { shift(dice) };
    match dice.below(5) {
        0 => of(shift),
        1 => Expression::Least(vec![of(shift), share(dice)]),
        2 if !looks_back => divide(arithmetic(Arithmetic::Subtract, of(0), of(1)), of(1)),
        3 => divide(total(dice, true), of(shift)),
        _ => arithmetic(dice.pick(&[Arithmetic::Add, Arithmetic::Multiply]), of(shift), total(dice, true)),
    }
}
