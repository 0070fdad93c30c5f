//! Laws of change: a frame kept up answers as one built anew, and what is said to be touched is what differs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use xiyuan_policy::evaluate::{
    EvaluationError, OutcomeChange, Overrides, Run, Touched, advance, column, differing, figure, touched,
};
use xiyuan_policy::frame::{
    ApplyError, Change, EnterpriseIx, Frame, FrameError, Period, SubjectIx, SubjectKey, Value,
};
use xiyuan_policy::outcome::{Coverage, Figure, Missing};
use xiyuan_policy::package::{MissingRule, Package, Subject};
use xiyuan_policy::plan::{Expression, FactIx, IndicatorIx, Of, RecordIx};
use xiyuan_policy::receipt::receipt;
use xiyuan_policy::what_if::flips;

use crate::city::{
    CITY_RATE, City, Entry, IS_LEADING, LOAN, LOAN_AMOUNT, REVENUE, SITE, SITE_AREA, Who, YEAR,
    add_criterion, add_indicator, against, divide, exact, member, number, package, run, sum, sum_where,
};
use crate::moving_city::{World, random_package};
use crate::random::{Dice, seeds};

/// A random city, what then happened to it step by step, and the package.
struct Case {
    package: Package,
    world: World,
    steps: Vec<Vec<Change>>,
}

fn case(seed: u64) -> Case {
    let mut dice = Dice(seed);
    let package = random_package(&mut dice);
    let world = World::random(&mut dice);
    let mut then = world.clone();
    let mut steps = Vec::new();
    for _ in 0..=dice.below(3) {
        let mut step = Vec::new();
        for _ in 0..=dice.below(3) {
            for change in then.random_change(&mut dice) {
                then.take(&change);
                step.push(change);
            }
        }
        steps.push(step);
    }
    Case { package, world, steps }
}

/// Subjects of a kind; those of records that are there.
fn subjects(frame: &Frame, subject: Subject) -> Vec<SubjectIx> {
    let count = |count: usize| u32::try_from(count).expect("few");
    match subject {
        Subject::Park => frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect(),
        Subject::Enterprise => {
            (0..count(frame.enterprise_count())).map(|at| SubjectIx::Enterprise(EnterpriseIx(at))).collect()
        }
        Subject::Group(grouping) => frame.groups(grouping).map(SubjectIx::Group).collect(),
        Subject::Record(_) | Subject::City => Vec::new(),
    }
}

type Answer = Result<(Figure, Coverage), EvaluationError>;

fn ask(package: &Package, frame: &Frame, indicator: IndicatorIx, subject: SubjectIx) -> Answer {
    figure(package, frame, &Overrides::default(), indicator, subject, YEAR)
}

/// A figure with subjects by id, so that frames of other orders compare.
fn told(frame: &Frame, answer: &Answer) -> String {
    let Ok((figure, coverage)) = answer else { return format!("{answer:?}") };
    let missing: BTreeSet<String> = figure
        .missing()
        .iter()
        .map(|missing| match missing {
            Missing::Figure { subject, field, period } => {
                format!("{} {field:?} {period}", frame.subject(*subject).id)
            }
            other => format!("{other:?}"),
        })
        .collect();
    let rest = match figure {
        Figure::Known { value } => format!("{value:?}"),
        Figure::Missing { bounds, .. } => format!("{bounds:?}"),
        Figure::Undefined { reason, .. } => format!("{reason:?}"),
    };
    format!("{rest} {coverage:?} {missing:?}")
}

/// Every figure of every subject, by indicator and id.
fn figures(package: &Package, frame: &Frame) -> BTreeMap<(u32, String), String> {
    let mut all = BTreeMap::new();
    for (number, rule) in (0..).zip(&package.indicators) {
        for subject in subjects(frame, rule.subject) {
            let answer = ask(package, frame, IndicatorIx(number), subject);
            all.insert((number, frame.subject(subject).id.clone()), told(frame, &answer));
        }
    }
    all
}

#[test]
fn a_frame_kept_up_answers_as_one_built_anew() {
    for seed in seeds(600) {
        let Case { package, mut world, steps } = case(seed);
        let mut kept = world.frame(&package, 1);
        for (known, step) in (2..).zip(&steps) {
            kept = kept.apply(&package, step, known).expect("nothing here needs a new frame");
            for change in step {
                world.take(change);
            }
        }
        let fresh = world.frame(&package, kept.known());
        assert_eq!(figures(&package, &kept), figures(&package, &fresh), "seed {seed}: {steps:#?}");
        let digest = |frame: &Frame| {
            column::evaluate(&package, frame, &run())
                .map(|result| receipt(&package, frame, &run(), &result.parks))
        };
        assert_eq!(digest(&kept), digest(&fresh), "seed {seed}: {steps:#?}");
    }
}

/// Everything evaluated twice and compared.
fn by_brute_force(
    package: &Package,
    old: &Frame,
    new: &Frame,
    run: &Run,
) -> Result<Touched, EvaluationError> {
    let (before, after) = (column::evaluate(package, old, run)?, column::evaluate(package, new, run)?);
    let mut touched = Touched { flips: flips(&before, &after), ..Touched::default() };
    for (then, now) in before.parks.iter().zip(&after.parks) {
        let pairs = then.criteria.iter().zip(&now.criteria).filter(|(then, now)| then != now);
        touched.outcomes.extend(pairs.map(|(before, after)| OutcomeChange {
            park: then.park,
            criterion: before.criterion,
            before: before.outcome(),
            after: after.outcome(),
        }));
    }
    for (number, rule) in (0..).zip(&package.indicators) {
        let before: BTreeMap<String, SubjectIx> = subjects(old, rule.subject)
            .into_iter()
            .map(|subject| (old.subject(subject).id.clone(), subject))
            .collect();
        for subject in subjects(new, rule.subject) {
            let indicator = IndicatorIx(number);
            let then = before.get(&new.subject(subject).id).map(|then| ask(package, old, indicator, *then));
            let then = then.transpose()?;
            if then != Some(ask(package, new, indicator, subject)?) {
                touched.figures.push((indicator, subject, run.period));
            }
        }
    }
    Ok(touched)
}

#[test]
fn what_is_touched_is_what_differs_when_everything_is_evaluated_twice() {
    let (mut seen_figures, mut seen_outcomes, mut seen_flips) = (0, 0, 0);
    for seed in seeds(600) {
        let Case { package, world, steps } = case(seed);
        let mut old = world.frame(&package, 1);
        for (known, step) in (2..).zip(&steps) {
            let new = old.apply(&package, step, known).expect("nothing here needs a new frame");
            if let Ok(expected) = by_brute_force(&package, &old, &new, &run()) {
                let found =
                    touched(&package, &old, &new, step, &run()).expect("all of it could be evaluated");
                assert_eq!(found, expected, "seed {seed}: {step:#?} {:#?}", package.indicators);
                seen_figures += found.figures.len();
                seen_outcomes += found.outcomes.len();
                seen_flips += found.flips.len();
            }
            old = new;
        }
    }
    // Cases in which nothing moves would prove nothing.
    assert!(
        seen_figures > 500 && seen_outcomes > 200 && seen_flips > 20,
        "{seen_figures} {seen_outcomes} {seen_flips}"
    );
}

#[test]
fn what_differs_from_a_frame_built_anew_is_what_was_touched() {
    let mut seen = 0;
    for seed in seeds(300) {
        let Case { package, mut world, steps } = case(seed);
        let old = world.frame(&package, 1);
        let changes = steps.concat();
        let kept = old.apply(&package, &changes, 2).expect("nothing here needs a new frame");
        for change in &changes {
            world.take(change);
        }
        let anew = world.frame(&package, 2);
        let Ok(expected) = touched(&package, &old, &kept, &changes, &run()) else { continue };
        let mut found = BTreeSet::new();
        for rule in &package.indicators {
            let figures = differing(&package, (&old, &anew), &run(), rule.subject).expect("it runs");
            found.extend(figures.iter().map(|(of, who, _)| (*of, anew.subject(*who).id.clone())));
        }
        let named = expected.figures.iter().map(|(of, who, _)| (*of, kept.subject(*who).id.clone()));
        assert_eq!(found, named.collect::<BTreeSet<_>>(), "seed {seed}: {changes:#?}");
        seen += found.len();
    }
    assert!(seen > 300, "the cases are worth something: {seen}");
}

#[test]
fn a_result_brought_up_to_date_is_the_result_of_a_new_run() {
    for seed in seeds(600) {
        let Case { package, world, steps } = case(seed);
        let mut old = world.frame(&package, 1);
        let Ok(mut result) = column::evaluate(&package, &old, &run()) else { continue };
        for (known, step) in (2..).zip(&steps) {
            let new = old.apply(&package, step, known).expect("nothing here needs a new frame");
            let Ok(expected) = column::evaluate(&package, &new, &run()) else { break };
            let advanced = advance(&package, (&old, &new), step, &run(), &result).expect("it runs");
            assert_eq!(advanced.flips, flips(&result, &expected), "seed {seed}");
            assert_eq!(advanced.result, expected, "seed {seed}: {step:#?}");
            (old, result) = (new, advanced.result);
        }
    }
}

/// Three parks with two enterprises each and a share of leading revenue of at least 50 %.
fn three_parks() -> (Package, City) {
    let mut package = package();
    let leading = sum_where(member(REVENUE), member(IS_LEADING));
    let share = add_indicator(&mut package, divide(leading, sum(member(REVENUE))), MissingRule::Strict);
    let at_least = xiyuan_policy::plan::Comparison::GreaterOrEqual;
    add_criterion(&mut package, vec![against(share, at_least, number("0.5"))]);
    let mut city = City::new(3, 6, vec![Period::Year(2023), YEAR]);
    for enterprise in 0..6 {
        city.members.insert((YEAR, enterprise / 2, enterprise));
        city.set(Who::Enterprise(enterprise), REVENUE, Value::Number(exact("10")));
        city.set(Who::Enterprise(enterprise), IS_LEADING, Value::Bool(enterprise % 2 == 0));
    }
    (package, city)
}

fn revenue(enterprise: &str, value: &str) -> Change {
    let subject = SubjectKey::Enterprise(enterprise.to_owned());
    Change::Cell { subject, field: REVENUE, period: YEAR, value: Some(Value::Number(exact(value))) }
}

#[test]
fn one_correction_touches_the_park_of_the_enterprise_and_no_other() {
    let (package, city) = three_parks();
    let old = city.frame(&package);
    let correction = [revenue("e3", "11")];
    let new = old.apply(&package, &correction, 8).expect("it fits");
    assert_eq!((old.known(), new.known()), (7, 8));
    let touched = touched(&package, &old, &new, &correction, &run()).expect("it runs");
    let second = new.find_park("p1").expect("it is there");
    assert_eq!(touched.figures, [(IndicatorIx(0), SubjectIx::Park(second), YEAR)]);
    assert_eq!(touched.flips.iter().map(|flip| flip.park).collect::<Vec<_>>(), [second]);
    let again = new.apply(&package, &correction, 9).expect("it fits");
    let nothing =
        xiyuan_policy::evaluate::touched(&package, &new, &again, &correction, &run()).expect("it runs");
    assert_eq!(nothing, Touched::default(), "what stood already touches nothing");
}

#[test]
fn a_record_that_changes_touches_its_own_figure_and_no_other_registers() {
    let mut package = package();
    let own = |field| Expression::Field { field, of: Of::Subject, shift: 0 };
    for (kind, field) in [(LOAN, LOAN_AMOUNT), (SITE, SITE_AREA)] {
        let indicator = add_indicator(&mut package, own(field), MissingRule::Strict);
        package.indicators[indicator.index()].subject = Subject::Record(kind);
    }
    let mut city = City::new(1, 1, vec![YEAR]);
    for (kind, owner) in [(LOAN, Who::Enterprise(0)), (SITE, Who::Park(0)), (LOAN, Who::Enterprise(0))] {
        city.records.push(Entry { kind, owner, from: date(2020, 1, 1), to: None });
    }
    let old = city.frame(&package);
    let record = SubjectKey::Record(LOAN, "r2".to_owned());
    let subject = old.locate(&record).expect("it is registered");
    let value = Some(Value::Number(exact("5")));
    let change = [Change::Cell { subject: record, field: LOAN_AMOUNT, period: YEAR, value }];
    let new = old.apply(&package, &change, 8).expect("it fits");
    let found = touched(&package, &old, &new, &change, &run()).expect("it runs");
    assert_eq!(found.figures, [(IndicatorIx(0), subject, YEAR)]);
    let loans = differing(&package, (&old, &new), &run(), Subject::Record(LOAN)).expect("it runs");
    assert_eq!(loans, found.figures);
}

#[test]
fn the_older_frame_keeps_its_answers() {
    let (package, city) = three_parks();
    let old = city.frame(&package);
    let before = figures(&package, &old);
    let moved =
        Change::Member { period: YEAR, park: "p0".to_owned(), enterprise: "e3".to_owned(), is_member: true };
    let new = old.apply(&package, &[revenue("e0", "1"), moved], 8).expect("it fits");
    assert_ne!(figures(&package, &new), before);
    assert_eq!(figures(&package, &old), before);
}

#[test]
fn what_cannot_be_kept_up_asks_for_a_new_frame() {
    let (package, city) = three_parks();
    let frame = city.frame(&package);
    let needs =
        |change: Change| matches!(frame.apply(&package, &[change], 8), Err(ApplyError::NeedsRebuild(_)));
    assert!(needs(Change::Park { id: "p9".to_owned(), name: "新园".to_owned() }));
    assert!(needs(Change::Gone(SubjectKey::Enterprise("e0".to_owned()))));
    assert!(needs(Change::Gone(SubjectKey::Park("p0".to_owned()))));
    assert!(!needs(Change::Gone(SubjectKey::Park("p9".to_owned()))), "it was not there");
    assert!(!needs(Change::Park { id: "p0".to_owned(), name: "改名".to_owned() }));
}

#[test]
fn a_value_that_does_not_fit_its_field_is_refused() {
    let (package, city) = three_parks();
    let frame = city.frame(&package);
    let refused = frame.apply(&package, &[revenue("e0", "1.005")], 8);
    let decimals = FrameError::TooManyDecimals { field: "enterprise.revenue".to_owned(), declared: 2 };
    assert_eq!(refused.err(), Some(ApplyError::Value(decimals.clone())));
    assert_eq!(Frame::check(&package, REVENUE, &Value::Number(exact("1.005"))), Err(decimals));
    assert_eq!(Frame::check(&package, REVENUE, &Value::Number(exact("1.5"))), Ok(()));
    let shape = FrameError::WrongShape { field: "enterprise.is_leading".to_owned() };
    assert_eq!(Frame::check(&package, IS_LEADING, &Value::Number(exact("1"))), Err(shape));
}

#[test]
fn changes_about_what_is_not_in_the_frame_are_passed_over() {
    let (package, city) = three_parks();
    let frame = city.frame(&package);
    let before = figures(&package, &frame);
    let absent = [
        revenue("e77", "1"),
        Change::Fact { park: "p77".to_owned(), fact: FactIx(0), value: Some(true) },
        Change::Record {
            kind: RecordIx(0),
            id: "r".to_owned(),
            owner: SubjectKey::Enterprise("e77".to_owned()),
            from: date(2020, 1, 1),
            to: None,
        },
        Change::Benchmark { benchmark: CITY_RATE, period: Period::Year(1999), value: Some(exact("1")) },
    ];
    let after = frame.apply(&package, &absent, 8).expect("nothing to refuse");
    assert_eq!(figures(&package, &after), before);
    assert_eq!(after.locate(&SubjectKey::Record(RecordIx(0), "r".to_owned())), None);
    assert_eq!(after.record_count(), 0);
}
