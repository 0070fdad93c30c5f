//! The small frame that a worked example describes.

use std::collections::BTreeSet;

use super::{Stage, reading_position};
use crate::evaluate::Overrides;
use crate::examples::model::{
    Example, ExampleChoice, ExampleMember, ExampleSubject, ExampleValue, ExpectedOf,
};
use crate::frame::{ChosenReading, FrameBuilder, FrameError, Period, SubjectIx, Value};
use crate::package::{Origin, Package};

impl<'a> Stage<'a> {
    pub(in crate::examples) fn build(package: &'a Package, example: &'a Example) -> Result<Self, FrameError> {
        let periods = periods(package, example);
        let mut builder = FrameBuilder::new(package, periods.clone(), 0);
        let mut parks = Vec::new();
        for (position, park) in example.parks.iter().enumerate() {
            let index = builder.park(format!("park-{position}"), &park.name);
            fill(&mut builder, SubjectIx::Park(index), park, example.period, &periods)?;
            parks.push(index);
        }
        let mut drafts = Vec::new();
        for (position, enterprise) in example.enterprises.iter().enumerate() {
            let index = builder.enterprise(format!("enterprise-{position}"), &enterprise.name);
            fill(&mut builder, SubjectIx::Enterprise(index), enterprise, example.period, &periods)?;
            drafts.push(index);
        }
        for record in &example.records {
            let owner = match record.owner {
                ExpectedOf::Park(position) => SubjectIx::Park(parks[position]),
                ExpectedOf::Enterprise(position) => SubjectIx::Enterprise(drafts[position]),
                ExpectedOf::Group(_) => continue,
            };
            let from = record.from.unwrap_or(jiff::civil::Date::MIN);
            let index = builder.record(record.kind, owner, &record.subject.name, from, record.to);
            fill(&mut builder, SubjectIx::Record(index), &record.subject, example.period, &periods)?;
        }
        for period in periods {
            let day = period.last_day();
            let holds = |member: &&ExampleMember| {
                member.from.is_none_or(|from| from <= day) && member.to.is_none_or(|to| day <= to)
            };
            for member in example.members.iter().filter(holds) {
                builder.member(period, parks[member.park], drafts[member.enterprise])?;
            }
        }
        for benchmark in &example.benchmarks {
            builder.benchmark(benchmark.benchmark, Period::Year(benchmark.year), benchmark.value);
        }
        for fact in &example.facts {
            builder.fact(parks[fact.park], fact.fact, fact.value);
        }
        for (park, evidence) in &example.evidence {
            builder.evidence(parks[*park], *evidence);
        }
        for chosen in &example.chosen {
            let ExampleChoice { criterion, reading, term } = *chosen;
            builder.reading(criterion, ChosenReading { reading, term });
        }
        for exception in &example.exceptions {
            builder.exception(parks[exception.park], exception.criterion, exception.term);
        }
        let mut frame = builder.finish();
        for (field, order) in &example.precedence {
            frame = frame.with_order(package, *field, order)?;
        }
        let enterprises = (0..drafts.len())
            .filter_map(|position| frame.find_enterprise(&format!("enterprise-{position}")))
            .collect();
        let find = |id: &String| {
            let groupings = (0..).map(crate::plan::GroupingIx).take(package.groupings.len());
            let mut groups = groupings.flat_map(|grouping| frame.groups(grouping));
            groups.find(|group| frame.subject(SubjectIx::Group(*group)).id == *id)
        };
        let groups = example.groups.iter().map(find).collect();
        let readings = example.readings.iter().filter_map(|(criterion, reading)| {
            Some((*criterion, reading_position(package, *criterion, reading)?))
        });
        let overrides =
            Overrides { parameters: example.set.iter().copied().collect(), readings: readings.collect() };
        Ok(Self { package, example, frame, parks, enterprises, groups, overrides })
    }
}

/// Every period that is filed for, and those that formulas read for the example's own.
fn periods(package: &Package, example: &Example) -> Vec<Period> {
    let cells = example.parks.iter().chain(&example.enterprises);
    let cells = cells.chain(example.records.iter().map(|record| &record.subject));
    let cells = cells.flat_map(|subject| &subject.cells);
    let mut periods: BTreeSet<Period> = cells.map(|cell| cell.period).collect();
    periods.extend(crate::needs::target_periods(package, example.period));
    periods.into_iter().collect()
}

/// What is filed holds in its period; what the registry keeps holds until something else is said (see the model).
fn fill(
    builder: &mut FrameBuilder<'_>,
    subject: SubjectIx,
    known: &ExampleSubject,
    own: Period,
    periods: &[Period],
) -> Result<(), FrameError> {
    for cell in &known.cells {
        let value = match &cell.value {
            ExampleValue::Number(number) => Value::Number(*number),
            ExampleValue::Text(text) => Value::Text(text.clone()),
            ExampleValue::Bool(yes) => Value::Bool(*yes),
            ExampleValue::Date(day) => Value::Date(*day),
        };
        let is_kept = matches!(builder.package().fields[cell.field.index()].origin, Origin::Registry { .. });
        let says = |period: Period| {
            let wanted =
                |other: Period| known.cells.iter().any(|c| c.field == cell.field && c.period == other);
            let year = if let Period::Month(year, _) = period { Period::Year(year) } else { period };
            [period, year, own].into_iter().find(|other| wanted(*other)) == Some(cell.period)
        };
        for period in periods.iter().filter(|period| **period == cell.period || (is_kept && says(**period))) {
            match cell.source {
                None => builder.set(subject, cell.field, *period, &value)?,
                Some(source) => builder.set_told(subject, cell.field, *period, (source, &value))?,
            }
        }
    }
    Ok(())
}
