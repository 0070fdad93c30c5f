//! How long an evaluation takes on a synthetic city (演示数据): prints a table, asserts nothing.
//!
//! `cargo run --release -p xiyuan-policy --example bench_evaluate [PARKS ENTERPRISES YEARS FIELDS MISSING]`, defaults
//! 200 120000 5 60 2. Evaluates the package `policies/wuxi-2023` with further filed fields up to FIELDS; MISSING % of
//! the cells are missing, 1 % of the enterprises sit in two parks, 1 % move each year.

mod city;
mod package;

use std::error::Error;
use std::fs;
use std::time::{Duration, Instant};

use city::{Dice, Size, frame};
use package::package;
use xiyuan_policy::evaluate::{Overrides, Run, Stage, advance, column, naive};
use xiyuan_policy::frame::{Change, EnterpriseIx, Frame, ParkIx, Period, SubjectIx, SubjectKey, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::outcome::{Outcome, RunResult};
use xiyuan_policy::package::{FieldType, Origin, Package, Subject};
use xiyuan_policy::plan::{FieldIx, IndicatorIx, ParameterIx};
use xiyuan_policy::trace::trace;
use xiyuan_policy::what_if::flips;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let mut next = |default: u32| given.next().transpose().map(|given| given.unwrap_or(default));
    let (parks, enterprises, years, fields) = (next(200)?, next(120_000)?, next(5)?, next(60)?);
    let missing = next(2)?;
    let (years_of, fields_of) = (i16::try_from(years)?, usize::try_from(fields)?);
    let size = Size { parks, enterprises, years: years_of, fields: fields_of, missing };
    let package = package(size.fields)?;
    println!("{}", machine());
    println!(
        "{parks} parks, {enterprises} enterprises, {years} years, {} fields, {} criteria, {missing} % missing (演示数据)",
        package.fields.iter().filter(|field| field.subject == Subject::Enterprise).count(),
        package.assessments.first().map_or(0, |assessment| assessment.criteria.len()),
    );

    let start = Instant::now();
    let (frame, cells) = frame(&package, &size)?;
    let built = start.elapsed();
    line("frame from values", built, &format!("{cells} cells"));
    println!("{:<40} {:>10}", "memory after building", memory());

    let run = Run { assessment: 0, period: Period::Year(2024), overrides: Overrides::default() };
    let (before, warm) = best(5, || column::evaluate(&package, &frame, &run))?;
    line("all criteria, warm", warm, &tally(&before));
    if enterprises <= 200_000 {
        let (slow, by_naive) = best(1, || naive::evaluate(&package, &frame, &run))?;
        line(
            "all criteria, naive evaluator",
            by_naive,
            if slow == before { "same answer" } else { "DIFFERS" },
        );
    }

    let mut moved = run.clone();
    let share = package.parameters.iter().position(|parameter| parameter.id.contains("revenue_share"));
    let share = ParameterIx(u32::try_from(share.unwrap_or(0))?);
    moved.overrides.parameters.insert(share, Exact::integer(33));
    let (flipped, time) =
        best(5, || column::evaluate(&package, &frame, &moved).map(|after| flips(&before, &after)))?;
    line("what-if: one threshold, with flips", time, &format!("{} parks flip", flipped.len()));
    sixty(&package, &frame, years_of)?;
    one_rule(&package, &frame)?;
    corrections(&package, frame, &run, 200)?;
    println!("{:<40} {:>10}", "memory at the end", memory());
    Ok(())
}

/// Sixty figures of every park in every year.
fn sixty(package: &Package, frame: &Frame, years: i16) -> Result<(), Box<dyn Error>> {
    let wanted: Vec<IndicatorIx> = (0..)
        .map(IndicatorIx)
        .zip(&package.indicators)
        .filter(|(_, indicator)| indicator.id.starts_with("sixty_"))
        .map(|(ix, _)| ix)
        .collect();
    let (count, time) = best(5, || {
        let mut stage = Stage::new(package, frame, Overrides::default());
        let mut count = 0;
        for back in 0..years {
            count += stage.all(&wanted, Period::Year(2024 - back))?.len();
        }
        Ok::<_, Box<dyn Error>>(count)
    })?;
    line("sixty indicators of all parks, all years", time, &format!("{count} figures"));
    Ok(())
}

/// One rule for one subject, over and over: with a frame that is there, and opened up.
fn one_rule(package: &Package, frame: &Frame) -> Result<(), Box<dyn Error>> {
    const TIMES: u32 = 2_000;
    let period = Period::Year(2024);
    let none = Overrides::default();
    let stage = Stage::new(package, frame, none.clone());
    let find = |id: &str| package.indicators.iter().position(|indicator| indicator.id == id);
    let rule = IndicatorIx(u32::try_from(find("leading_revenue_share").ok_or("no such indicator")?)?);
    let park = SubjectIx::Park(ParkIx(0));
    let members = frame.members(period, ParkIx(0)).len();
    let ((), plain) = best(5, || (0..TIMES).try_for_each(|_| stage.figure(rule, park, period).map(drop)))?;
    let ((), opened) = best(2, || {
        (0..TIMES / 20).try_for_each(|_| trace(package, frame, &none, rule, park, period).map(drop))
    })?;
    let nanos = |time: Duration, times: u32| (time / times).as_nanos();
    println!(
        "{:<40} {:>7} ns   over {members} members; opened member by member {} ns",
        "one rule for one park",
        nanos(plain, TIMES),
        nanos(opened, TIMES / 20)
    );
    Ok(())
}

/// One corrected cell at a time until every outcome it touches is known; the answer is that of everything anew.
fn corrections(package: &Package, mut frame: Frame, run: &Run, count: u32) -> Result<(), Box<dyn Error>> {
    let mut result = column::evaluate(package, &frame, run)?;
    let is_filed_number = |field: &xiyuan_policy::package::Field| {
        field.subject == Subject::Enterprise
            && field.ty == FieldType::Decimal
            && !matches!(field.origin, Origin::Derived { .. })
    };
    let all = (0..).map(FieldIx).zip(&package.fields);
    let fields: Vec<FieldIx> = all.filter(|(_, field)| is_filed_number(field)).map(|(ix, _)| ix).collect();
    let mut dice = Dice(7);
    let mut times = Vec::new();
    let mut outcomes = 0;
    for known in 2..i64::from(count) + 2 {
        let enterprises = u32::try_from(frame.enterprise_count())?;
        let enterprise = frame.enterprise(EnterpriseIx(dice.below(enterprises))).id.clone();
        let field = fields[dice.below(u32::try_from(fields.len())?) as usize];
        let scale = package.fields[field.index()].decimals;
        let value = Some(Value::Number(Exact { mantissa: i128::from(dice.below(1_000_000)), scale }));
        let subject = SubjectKey::Enterprise(enterprise);
        let change = [Change::Cell { subject, field, period: run.period, value }];
        let start = Instant::now();
        let newer = frame.apply(package, &change, known)?;
        let answer = advance(package, (&frame, &newer), &change, run, &result)?;
        times.push(start.elapsed());
        outcomes += answer.outcomes.len();
        (frame, result) = (newer, answer.result);
    }
    times.sort_unstable();
    let same = column::evaluate(package, &frame, run)? == result;
    println!(
        "{:<40} {:>7} us   p95 {} us; {outcomes} outcomes changed, {}",
        "one correction, all touched outcomes",
        times[times.len() / 2].as_micros(),
        times[times.len() * 95 / 100].as_micros(),
        if same { "same answer as everything anew" } else { "DIFFERS" }
    );
    Ok(())
}

fn line(what: &str, time: Duration, note: &str) {
    println!("{what:<40} {:>7} ms   {note}", time.as_millis());
}

fn best<T, E>(times: usize, mut work: impl FnMut() -> Result<T, E>) -> Result<(T, Duration), E> {
    let mut best = None;
    for _ in 0..times.max(1) {
        let start = Instant::now();
        let value = work()?;
        let time = start.elapsed();
        if best.as_ref().is_none_or(|(_, known)| time < *known) {
            best = Some((value, time));
        }
    }
    Ok(best.expect("it ran at least once"))
}

fn tally(result: &RunResult) -> String {
    let count = |outcome| {
        let tests = result.parks.iter().flat_map(|park| &park.criteria);
        tests.filter(|criterion| criterion.test.outcome == outcome).count()
    };
    let [met, not_met, undecided] = [Outcome::Met, Outcome::NotMet, Outcome::Undecided].map(count);
    format!("{met} met, {not_met} not met, {undecided} undecided")
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{} × {cores}", name.map_or("unknown processor", |(_, name)| name))
}

fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).map_or("unknown", str::trim);
    size.to_owned()
}
