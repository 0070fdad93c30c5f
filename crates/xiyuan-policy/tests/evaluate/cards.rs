//! Scored comparisons against a second opinion that counts who is better, one by one.

use xiyuan_policy::evaluate::card::{Row, Standing, evaluate};
use xiyuan_policy::evaluate::{Overrides, Stage};
use xiyuan_policy::frame::{EnterpriseIx, SubjectIx, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{Grade, GradeRule, MissingRule, Package, Scorecard, Subject, Tie, Veto};
use xiyuan_policy::plan::{Arithmetic, Expression, IndicatorIx, ScorecardIx};

use crate::city::{
    City, IS_LEADING, OUTPUT, REVENUE, Who, YEAR, add_indicator, arithmetic, exact, own, package, place,
};
use crate::random::Dice;

/// What is known of an enterprise: score parts, and two answers.
#[derive(Clone, Debug)]
struct Known {
    revenue: Option<i128>,
    output: Option<i128>,
    is_leading: Option<bool>,
}

fn of_enterprise(package: &mut Package, expression: Expression) -> IndicatorIx {
    let index = add_indicator(package, expression, MissingRule::Strict);
    package.indicators[index.index()].subject = Subject::Enterprise;
    index
}

fn truth(package: &mut Package, expression: Expression) -> IndicatorIx {
    let index = of_enterprise(package, expression);
    package.indicators[index.index()].is_truth = true;
    index
}

fn grade(id: &str, limit: Option<&str>) -> Grade {
    Grade { id: id.to_owned(), limit: limit.map(exact) }
}

/// A card of revenue, or of revenue over output; leading ones fall to B at best, or only they take part.
fn card(dice: &mut Dice) -> Package {
    let mut package = package();
    let is_ratio = dice.chance(50);
    let score =
        if is_ratio { arithmetic(Arithmetic::Divide, own(REVENUE), own(OUTPUT)) } else { own(REVENUE) };
    let score = of_enterprise(&mut package, score);
    let leading = truth(&mut package, own(IS_LEADING));
    let limits = if is_ratio { [Some("2"), Some("1")] } else { [Some("30000"), Some("10000")] };
    let grades = if dice.chance(50) {
        GradeRule::Share(vec![grade("A", Some("0.2")), grade("B", Some("0.55")), grade("C", None)])
    } else {
        GradeRule::Score(vec![grade("A", limits[0]), grade("B", limits[1]), grade("C", None)])
    };
    let is_vetoed = dice.chance(50);
    let veto = Veto { id: "v".to_owned(), name: "否决".to_owned(), when: leading, ceiling: "B".to_owned() };
    package.scorecards.push(Scorecard {
        id: "card".to_owned(),
        name: "演示评分".to_owned(),
        subject: Subject::Enterprise,
        score,
        grouping: None,
        eligible: (!is_vetoed).then_some(leading),
        not_rated: "不参评".to_owned(),
        grades,
        tie: if dice.chance(50) { Tie::SameRank } else { Tie::ById },
        vetoes: if is_vetoed { vec![veto] } else { Vec::new() },
        clauses: Vec::new(),
        note: None,
        place: place(),
    });
    package
}

fn people(dice: &mut Dice) -> (City, Vec<Known>) {
    let count = dice.below(12);
    let mut city = City::new(1, count, vec![YEAR]);
    let mut all = Vec::new();
    for at in 0..count {
        let number = |dice: &mut Dice| {
            // Few different ones, so that many are equal.
            let value = i128::try_from(1 + dice.below(4)).expect("small");
            dice.chance(90).then_some(value)
        };
        let known = Known {
            revenue: number(dice),
            output: number(dice),
            is_leading: dice.chance(90).then(|| dice.chance(50)),
        };
        let who = Who::Enterprise(at);
        let mut set = |field, value: Option<i128>| {
            if let Some(value) = value {
                city.set(who, field, Value::Number(Exact { mantissa: value, scale: 0 }));
            }
        };
        set(REVENUE, known.revenue);
        set(OUTPUT, known.output);
        if let Some(yes) = known.is_leading {
            city.set(who, IS_LEADING, Value::Bool(yes));
        }
        all.push(known);
    }
    (city, all)
}

/// Score as a fraction in base units.
fn score(package: &Package, known: &Known) -> Option<(i128, i128)> {
    let is_ratio = matches!(package.indicators[0].expression, Expression::Arithmetic { .. });
    if is_ratio { known.revenue.zip(known.output) } else { known.revenue.map(|value| (value * 10_000, 1)) }
}

fn is_better((n, d): (i128, i128), (m, e): (i128, i128)) -> bool {
    n * e > m * d
}

fn standing(package: &Package, known: &Known) -> Standing {
    let takes_part = if package.scorecards[0].eligible.is_some() { known.is_leading } else { Some(true) };
    match (takes_part, score(package, known)) {
        (Some(false), _) => Standing::NotRated,
        (Some(true), Some(_)) => Standing::Rated,
        _ => Standing::Undecided,
    }
}

/// (rank, grade before vetoes, grade) of one who is rated among all who are.
fn placed(package: &Package, rated: &[(String, (i128, i128))], at: usize) -> (u32, usize) {
    let card = &package.scorecards[0];
    let (id, own) = &rated[at];
    let before = rated.iter().filter(|(other, score)| {
        is_better(*score, *own)
            || (card.tie == Tie::ById && !is_better(*own, *score) && other.as_str() < id.as_str())
    });
    let rank = before.count() + 1;
    let (GradeRule::Share(grades) | GradeRule::Score(grades)) = &card.grades;
    let fits = |limit: Exact| {
        let power = 10_i128.pow(limit.scale);
        match card.grades {
            GradeRule::Share(_) => {
                let (rank, size) = (i128::try_from(rank), i128::try_from(rated.len()));
                rank.expect("small") * power <= limit.mantissa * size.expect("small")
            }
            GradeRule::Score(_) => own.0 * power >= limit.mantissa * own.1,
        }
    };
    let grade = grades.iter().position(|grade| grade.limit.is_none_or(fits)).expect("the last takes all");
    (u32::try_from(rank).expect("small"), grade)
}

fn expected(package: &Package, ids: &[String], all: &[Known]) -> Vec<Row> {
    let places: Vec<usize> =
        (0..all.len()).filter(|at| standing(package, &all[*at]) == Standing::Rated).collect();
    let rated: Vec<_> = places
        .iter()
        .map(|at| (ids[*at].clone(), score(package, &all[*at]).expect("rated ones have a score")))
        .collect();
    let has_veto = !package.scorecards[0].vetoes.is_empty();
    let row = |(at, known): (usize, &Known)| {
        let standing = standing(package, known);
        let found = places.iter().position(|place| *place == at).map(|place| placed(package, &rated, place));
        let says = |wanted: Option<bool>| {
            let is_it = has_veto && standing == Standing::Rated && known.is_leading == wanted;
            if is_it { vec![0] } else { Vec::new() }
        };
        let vetoes = says(Some(true));
        let ceiling = usize::from(!vetoes.is_empty());
        Row {
            subject: SubjectIx::Enterprise(EnterpriseIx(u32::try_from(at).expect("few"))),
            group: None,
            standing,
            score: None,
            rank: found.map(|(rank, _)| rank),
            grade: found.map(|(_, grade)| grade.max(ceiling)),
            before_vetoes: found.map(|(_, grade)| grade),
            vetoes,
            open_vetoes: says(None),
        }
    };
    all.iter().enumerate().map(row).collect()
}

#[test]
fn ranks_and_grades_are_those_of_counting_who_is_better() {
    let (mut rated, mut tied, mut lowered) = (0, 0, 0);
    for seed in 0..600 {
        let mut dice = Dice(seed);
        let package = card(&mut dice);
        let (city, all) = people(&mut dice);
        let frame = city.frame(&package);
        // The frame has its own order; ids say who is who.
        let order: Vec<usize> = (0..frame.enterprise_count())
            .map(|at| {
                let id = &frame.enterprise(EnterpriseIx(u32::try_from(at).expect("few"))).id;
                id.trim_start_matches('e').parse().expect("e0, e1 …")
            })
            .collect();
        let ids: Vec<String> = order.iter().map(|at| format!("e{at}")).collect();
        let all: Vec<Known> = order.iter().map(|at| all[*at].clone()).collect();
        let mut stage = Stage::new(&package, &frame, Overrides::default());
        let mut found = evaluate(&mut stage, ScorecardIx(0), YEAR).expect("it runs").rows;
        for (row, known) in found.iter_mut().zip(&all) {
            assert_eq!(row.score.is_some(), score(&package, known).is_some(), "seed {seed}");
            row.score = None;
            rated += usize::from(row.rank.is_some());
            lowered += usize::from(row.grade != row.before_vetoes);
        }
        let ranks: Vec<u32> = found.iter().filter_map(|row| row.rank).collect();
        tied += ranks.iter().enumerate().filter(|(at, rank)| ranks[..*at].contains(rank)).count();
        assert_eq!(found, expected(&package, &ids, &all), "seed {seed}: {:?} {all:?}", package.scorecards);
    }
    assert!(
        rated > 1_000 && tied > 100 && lowered > 50,
        "worth something: {rated} rated, {tied} tied, {lowered} lowered by a veto"
    );
}
