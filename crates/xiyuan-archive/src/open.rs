//! An archive read back into a frame, after every digest was checked.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use jiff::civil::Date;
use xiyuan_policy::frame::{
    ChosenReading, Frame, FrameBuilder, FrameError, ParkIx, Period, SubjectIx, Term, Value,
};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{Package, Subject};
use xiyuan_policy::plan::{BenchmarkIx, CriterionIx, EvidenceIx, FactIx, RecordIx};

use crate::error::ArchiveError;
use crate::frozen::{
    BENCHMARKS, ENTERPRISES, EVIDENCE, FACTS, Frozen, ID, MEMBERSHIPS, PARKS, PackageFiles, RECORDS, RULINGS,
    fields, kinds, values_name,
};
use crate::manifest::{Manifest, digest, period};
use crate::place::Archive;
use crate::table::{Cells, Table};

impl Archive {
    /// Reads the archive. Nothing is believed: each file must have the digest that the sealed manifest names, and the
    /// package must compile to its own.
    pub async fn read(&self) -> Result<Frozen, ArchiveError> {
        let bytes = self.manifest().await?.ok_or(ArchiveError::Incomplete)?;
        let manifest = Manifest::read(&bytes)?;
        let mut files = PackageFiles::default();
        let mut tables = Vec::new();
        for entry in &manifest.files {
            let bytes: Bytes = self.file(&entry.name).await?;
            if bytes.len() != entry.bytes || digest(&bytes) != entry.sm3 {
                return Err(ArchiveError::Tampered { file: entry.name.clone() });
            }
            if files.take(&entry.name, &bytes)? {
                continue;
            }
            tables.push((entry.name.clone(), bytes));
        }
        let package = files.compile()?;
        if package.digest != manifest.package_digest {
            return Err(ArchiveError::Package(format!("摘要是 {}", package.digest)));
        }
        let frame = unpack(&package, &manifest.read_periods()?, manifest.known_time, tables)?;
        Ok(Frozen { manifest, package, frame })
    }
}

/// The frame of Parquet files that [`pack`](crate::pack) made, by name. Refused when a table is missing or holds what the
/// package does not know.
pub fn unpack(
    package: &Package,
    periods: &[Period],
    known: i64,
    files: impl IntoIterator<Item = (String, Bytes)>,
) -> Result<Frame, ArchiveError> {
    let tables = files.into_iter().map(|(name, bytes)| {
        let table = Table::from_parquet(bytes).map_err(|error| ArchiveError::malformed(&name, error))?;
        Ok((name, table))
    });
    let tables = tables.collect::<Result<BTreeMap<_, _>, ArchiveError>>()?;
    let builder = FrameBuilder::new(package, periods.to_vec(), known);
    let mut filling = Filling { builder, package, tables, subjects: HashMap::new() };
    filling.subjects()?;
    filling.memberships()?;
    filling.judgements()?;
    filling.rulings()?;
    filling.values(periods)?;
    Ok(filling.builder.finish())
}

/// A subject by the kind that the tables name it by, and its id.
type Key = (Subject, String);

struct Filling<'p> {
    builder: FrameBuilder<'p>,
    package: &'p Package,
    tables: BTreeMap<String, Table>,
    subjects: HashMap<Key, SubjectIx>,
}

/// A table with its name, for errors.
struct Named {
    name: String,
    table: Table,
}

impl Named {
    fn column(&self, name: &str) -> Result<&Cells, ArchiveError> {
        let found = self.table.columns.iter().find(|(of, _)| of == name);
        let missing = || ArchiveError::malformed(&self.name, format!("缺少列 {name}"));
        found.map(|(_, cells)| cells).ok_or_else(missing)
    }

    /// A column of texts without gaps.
    fn texts(&self, name: &str) -> Result<Vec<&str>, ArchiveError> {
        let wrong = || ArchiveError::malformed(&self.name, format!("列 {name} 应为无空缺的文本"));
        let Cells::Text(values) = self.column(name)? else { return Err(wrong()) };
        values.iter().map(|value| value.as_deref().ok_or_else(wrong)).collect()
    }

    fn days(&self, name: &str) -> Result<&[Option<Date>], ArchiveError> {
        match self.column(name)? {
            Cells::Date(values) => Ok(values),
            _ => Err(ArchiveError::malformed(&self.name, format!("列 {name} 应为日期"))),
        }
    }

    fn unknown(&self, what: &str) -> ArchiveError {
        ArchiveError::malformed(&self.name, format!("没有“{what}”"))
    }
}

/// Position of an id in a list of the package.
fn position<T>(list: &[T], id: &str, of: impl Fn(&T) -> &str) -> Option<u32> {
    (0..).zip(list).find(|(_, item)| of(item) == id).map(|(position, _)| position)
}

impl Filling<'_> {
    fn table(&mut self, name: &str) -> Result<Named, ArchiveError> {
        let table = self.tables.remove(name);
        let table = table.ok_or_else(|| ArchiveError::FileGone { file: name.to_owned() })?;
        Ok(Named { name: name.to_owned(), table })
    }

    fn subject(&self, kind: Subject, id: &str, named: &Named) -> Result<SubjectIx, ArchiveError> {
        self.subjects.get(&(kind, id.to_owned())).copied().ok_or_else(|| named.unknown(id))
    }

    fn park(&self, id: &str, named: &Named) -> Result<ParkIx, ArchiveError> {
        match self.subject(Subject::Park, id, named)? {
            SubjectIx::Park(park) => Ok(park),
            _ => Err(named.unknown(id)),
        }
    }

    fn subjects(&mut self) -> Result<(), ArchiveError> {
        let parks = self.table(PARKS)?;
        for (id, name) in parks.texts("id")?.into_iter().zip(parks.texts("name")?) {
            let park = SubjectIx::Park(self.builder.park(id, name));
            self.subjects.insert((Subject::Park, id.to_owned()), park);
        }
        let enterprises = self.table(ENTERPRISES)?;
        for (id, name) in enterprises.texts("id")?.into_iter().zip(enterprises.texts("name")?) {
            let enterprise = SubjectIx::Enterprise(self.builder.enterprise(id, name));
            self.subjects.insert((Subject::Enterprise, id.to_owned()), enterprise);
        }
        let records = self.table(RECORDS)?;
        let (registers, ids) = (records.texts("register")?, records.texts("id")?);
        let (kinds, owners) = (records.texts("owner_kind")?, records.texts("owner")?);
        let (from, to) = (records.days("from")?, records.days("to")?);
        for (row, register) in registers.into_iter().enumerate() {
            let kind = position(&self.package.records, register, |kind| &kind.id);
            let kind = RecordIx(kind.ok_or_else(|| records.unknown(register))?);
            let owner = if kinds[row] == "park" { Subject::Park } else { Subject::Enterprise };
            let owner = self.subject(owner, owners[row], &records)?;
            let first = from[row].ok_or_else(|| records.unknown("from"))?;
            let record = self.builder.record(kind, owner, ids[row], first, to[row]);
            self.subjects.insert((Subject::Record(kind), ids[row].to_owned()), SubjectIx::Record(record));
        }
        Ok(())
    }

    fn memberships(&mut self) -> Result<(), ArchiveError> {
        let table = self.table(MEMBERSHIPS)?;
        let (periods, parks) = (table.texts("period")?, table.texts("park")?);
        for ((of, park), enterprise) in periods.into_iter().zip(parks).zip(table.texts("enterprise")?) {
            let park = self.park(park, &table)?;
            let subject = self.subject(Subject::Enterprise, enterprise, &table)?;
            let SubjectIx::Enterprise(enterprise) = subject else { return Err(table.unknown(enterprise)) };
            let of = period(MEMBERSHIPS, of)?;
            self.builder.member(of, park, enterprise).map_err(|error| misfit(&table, &error))?;
        }
        Ok(())
    }

    fn judgements(&mut self) -> Result<(), ArchiveError> {
        let table = self.table(BENCHMARKS)?;
        let (ids, periods) = (table.texts("benchmark")?, table.texts("period")?);
        for ((id, of), value) in ids.into_iter().zip(periods).zip(table.texts("value")?) {
            let found = position(&self.package.benchmarks, id, |benchmark| &benchmark.id);
            let benchmark = BenchmarkIx(found.ok_or_else(|| table.unknown(id))?);
            let value = Exact::parse(value).map_err(|error| ArchiveError::malformed(BENCHMARKS, error))?;
            self.builder.benchmark(benchmark, period(BENCHMARKS, of)?, value);
        }
        let table = self.table(FACTS)?;
        let Cells::Bool(judged) = table.column("value")? else { return Err(table.unknown("value")) };
        for ((park, id), value) in table.texts("park")?.into_iter().zip(table.texts("fact")?).zip(judged) {
            let found = position(&self.package.facts, id, |fact| &fact.id);
            let fact = FactIx(found.ok_or_else(|| table.unknown(id))?);
            let value = value.ok_or_else(|| table.unknown("value"))?;
            self.builder.fact(self.park(park, &table)?, fact, value);
        }
        let table = self.table(EVIDENCE)?;
        for (park, id) in table.texts("park")?.into_iter().zip(table.texts("evidence")?) {
            let found = position(&self.package.evidence, id, |kind| &kind.id);
            let evidence = EvidenceIx(found.ok_or_else(|| table.unknown(id))?);
            self.builder.evidence(self.park(park, &table)?, evidence);
        }
        Ok(())
    }

    /// What an archive of the time before rulings were kept says nothing about was not decided.
    fn rulings(&mut self) -> Result<(), ArchiveError> {
        if !self.tables.contains_key(RULINGS) {
            return Ok(());
        }
        let table = self.table(RULINGS)?;
        let (Cells::Text(readings), Cells::Text(parks)) = (table.column("reading")?, table.column("park")?)
        else {
            return Err(table.unknown("reading"));
        };
        let (from, until) = (table.days("from")?, table.days("until")?);
        for (row, id) in table.texts("criterion")?.into_iter().enumerate() {
            let found = position(&self.package.criteria, id, |criterion| &criterion.id);
            let criterion = CriterionIx(found.ok_or_else(|| table.unknown(id))?);
            let first = from[row].ok_or_else(|| table.unknown("from"))?;
            let term = Term { from: first, until: until[row] };
            match (&readings[row], &parks[row]) {
                (Some(reading), None) => {
                    let declared = &self.package.criteria[criterion.index()].readings;
                    let reading = declared.iter().position(|known| known.id == *reading);
                    let reading = reading.ok_or_else(|| table.unknown("reading"))?;
                    self.builder.reading(criterion, ChosenReading { reading, term });
                }
                (None, Some(park)) => {
                    let park = self.park(park, &table)?;
                    self.builder.exception(park, criterion, term);
                }
                _ => return Err(table.unknown("park")),
            }
        }
        Ok(())
    }

    fn values(&mut self, periods: &[Period]) -> Result<(), ArchiveError> {
        for (kind, word) in kinds(self.package) {
            for period in periods {
                let table = self.table(&values_name(&word, *period))?;
                let ids = table.texts(ID)?;
                let subjects = ids.into_iter().map(|id| self.subject(kind, id, &table));
                let subjects = subjects.collect::<Result<Vec<_>, _>>()?;
                for (index, field) in fields(self.package, kind) {
                    let set = |value: Value, subject: SubjectIx| {
                        self.builder
                            .set(subject, index, *period, &value)
                            .map_err(|error| misfit(&table, &error))
                    };
                    fill(table.column(&field.key)?, &subjects, set)?;
                }
            }
        }
        Ok(())
    }
}

fn misfit(table: &Named, error: &FrameError) -> ArchiveError {
    ArchiveError::malformed(&table.name, error)
}

/// Sets what is there; what is not stays missing.
fn fill(
    cells: &Cells,
    subjects: &[SubjectIx],
    mut set: impl FnMut(Value, SubjectIx) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    for (row, subject) in subjects.iter().enumerate() {
        let value = match cells {
            Cells::Text(values) => values[row].clone().map(Value::Text),
            Cells::Number { scale, values } => {
                values[row].and_then(|mantissa| Exact::new(mantissa, *scale)).map(Value::Number)
            }
            Cells::Bool(values) => values[row].map(Value::Bool),
            Cells::Date(values) => values[row].map(Value::Date),
        };
        if let Some(value) = value {
            set(value, *subject)?;
        }
    }
    Ok(())
}
