//! A frame as tables, in an order that depends on ids alone.

use xiyuan_policy::frame::{Cell, EnterpriseIx, Frame, ParkIx, Period, RecordOrdinal, SubjectIx};
use xiyuan_policy::package::{Field, FieldType, Package, Subject};
use xiyuan_policy::plan::{CriterionIx, EvidenceIx, FactIx, FieldIx, RecordIx};

use crate::error::ArchiveError;
use crate::frozen::{
    BENCHMARKS, ENTERPRISES, EVIDENCE, FACTS, ID, MEMBERSHIPS, PARKS, PackageFiles, RECORDS, RULINGS, fields,
    kinds, values_name,
};
use crate::manifest::{Entry, FORMAT, Manifest, digest};
use crate::place::Archive;
use crate::table::{Cells, Table};

/// 10^38: a decimal of Parquet lies below.
const LIMIT: u128 = 10_u128.pow(38);

impl Archive {
    /// Freezes a frame with the files of its package. Equal frames give equal bytes; the manifest is written last, so that
    /// what was broken off is no archive. Fails when another archive stands here.
    pub async fn write(&self, files: &PackageFiles, frame: &Frame) -> Result<Manifest, ArchiveError> {
        let package = files.compile()?;
        let mut entries = Vec::new();
        let mut contents = Vec::new();
        for Packed { name, rows, bytes } in pack(&package, frame)? {
            entries.push(entry(&name, Some(rows), &bytes));
            contents.push((name, bytes));
        }
        for (name, bytes) in files.named() {
            entries.push(entry(&name, None, &bytes));
            contents.push((name, bytes));
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let manifest = Manifest {
            format: FORMAT,
            package: package.id.clone(),
            package_digest: package.digest.clone(),
            known_time: frame.known(),
            periods: frame.periods().iter().map(ToString::to_string).collect(),
            enterprises: frame.enterprise_count(),
            parks: frame.parks().len(),
            records: frame.record_count(),
            files: entries,
            seal: String::new(),
        };
        self.put(contents, manifest).await
    }
}

/// A table of a frame as a Parquet file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Its name in an archive.
    pub name: String,
    /// Its rows.
    pub rows: usize,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A frame as Parquet files, without a place to put them. Frames that say the same give the same bytes, whatever the
/// order in which they were told; a number of more than 38 digits is refused.
pub fn pack(package: &Package, frame: &Frame) -> Result<Vec<Packed>, ArchiveError> {
    let packed = tables(package, frame)?.into_iter().map(|(name, table)| {
        let bytes = table.to_parquet().map_err(|error| ArchiveError::malformed(&name, error))?;
        Ok(Packed { rows: table.rows(), name, bytes })
    });
    packed.collect()
}

fn entry(name: &str, rows: Option<usize>, bytes: &[u8]) -> Entry {
    Entry { name: name.to_owned(), rows, bytes: bytes.len(), sm3: digest(bytes) }
}

/// Subjects of one kind in the order of their ids.
type Ordered = Vec<SubjectIx>;

fn tables(package: &Package, frame: &Frame) -> Result<Vec<(String, Table)>, ArchiveError> {
    let by_id = |mut subjects: Ordered| {
        subjects.sort_by(|a, b| frame.subject(*a).id.cmp(&frame.subject(*b).id));
        subjects
    };
    let enterprises = positions(frame.enterprise_count()).map(|at| SubjectIx::Enterprise(EnterpriseIx(at)));
    let enterprises = by_id(enterprises.collect());
    let parks = by_id(frame.parks().map(|(park, _)| SubjectIx::Park(park)).collect());
    let records =
        by_id(positions(frame.record_count()).map(|at| SubjectIx::Record(RecordOrdinal(at))).collect());
    let of_kind = |subject: Subject| match subject {
        Subject::Enterprise => enterprises.clone(),
        Subject::Park => parks.clone(),
        Subject::Record(kind) => {
            records.iter().copied().filter(|record| register_of(frame, *record) == Some(kind)).collect()
        }
        Subject::City | Subject::Group(_) => Vec::new(),
    };
    let mut tables = vec![
        (ENTERPRISES.to_owned(), names(frame, &enterprises)),
        (PARKS.to_owned(), names(frame, &parks)),
        (MEMBERSHIPS.to_owned(), memberships(frame, &parks)),
        (BENCHMARKS.to_owned(), benchmarks(package, frame)?),
        (FACTS.to_owned(), facts(package, frame, &parks)),
        (EVIDENCE.to_owned(), evidence(package, frame, &parks)),
        (RULINGS.to_owned(), rulings(package, frame, &parks)),
        (RECORDS.to_owned(), registers(package, frame, &records)),
    ];
    for (subject, word) in kinds(package) {
        let subjects = of_kind(subject);
        for period in frame.periods() {
            let table = values(package, frame, subject, &subjects, *period)?;
            tables.push((values_name(&word, *period), table));
        }
    }
    Ok(tables)
}

fn positions(count: usize) -> impl Iterator<Item = u32> {
    0..u32::try_from(count).expect("a frame has fewer than four thousand million subjects")
}

fn id(frame: &Frame, subject: SubjectIx) -> String {
    frame.subject(subject).id.clone()
}

fn names(frame: &Frame, subjects: &[SubjectIx]) -> Table {
    let name = |subject: &SubjectIx| frame.subject(*subject).name.clone();
    Table::default()
        .texts("id", subjects.iter().map(|subject| id(frame, *subject)))
        .texts("name", subjects.iter().map(name))
}

fn memberships(frame: &Frame, parks: &[SubjectIx]) -> Table {
    let mut rows: Vec<[String; 3]> = Vec::new();
    for period in frame.periods() {
        for subject in parks {
            let SubjectIx::Park(park) = subject else { continue };
            let members = frame.members(*period, *park).iter();
            let members = members.map(|member| id(frame, SubjectIx::Enterprise(EnterpriseIx(*member))));
            rows.extend(members.map(|member| [period.to_string(), id(frame, *subject), member]));
        }
    }
    rows.sort();
    let column = |at: usize| rows.iter().map(move |row| row[at].clone());
    Table::default().texts("period", column(0)).texts("park", column(1)).texts("enterprise", column(2))
}

fn benchmarks(package: &Package, frame: &Frame) -> Result<Table, ArchiveError> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for (benchmark, period, value) in frame.benchmarks() {
        let of = &package.benchmarks[benchmark.index()];
        if value.mantissa.unsigned_abs() >= LIMIT {
            return Err(ArchiveError::TooLarge { field: of.id.clone(), subject: period.to_string() });
        }
        rows.push([of.id.clone(), period.to_string(), value.to_string(), of.unit.clone()]);
    }
    rows.sort();
    let column = |at: usize| rows.iter().map(move |row| row[at].clone());
    let table = Table::default().texts("benchmark", column(0)).texts("period", column(1));
    Ok(table.texts("value", column(2)).texts("unit", column(3)))
}

fn park_of(subject: SubjectIx) -> Option<ParkIx> {
    if let SubjectIx::Park(park) = subject { Some(park) } else { None }
}

fn facts(package: &Package, frame: &Frame, parks: &[SubjectIx]) -> Table {
    let (mut of, mut ids, mut judged) = (Vec::new(), Vec::new(), Vec::new());
    for park in parks.iter().copied().filter_map(park_of) {
        for (index, fact) in (0..).map(FactIx).zip(&package.facts) {
            if let Some(value) = frame.fact(park, index) {
                of.push(id(frame, SubjectIx::Park(park)));
                ids.push(fact.id.clone());
                judged.push(Some(value));
            }
        }
    }
    Table::default().texts("park", of).texts("fact", ids).with("value", Cells::Bool(judged))
}

fn evidence(package: &Package, frame: &Frame, parks: &[SubjectIx]) -> Table {
    let (mut of, mut ids) = (Vec::new(), Vec::new());
    for park in parks.iter().copied().filter_map(park_of) {
        for (index, kind) in (0..).map(EvidenceIx).zip(&package.evidence) {
            if frame.has_evidence(park, index) {
                of.push(id(frame, SubjectIx::Park(park)));
                ids.push(kind.id.clone());
            }
        }
    }
    Table::default().texts("park", of).texts("evidence", ids)
}

/// Readings chosen, in the order in which they were decided, then exceptions: who has no park is a reading.
fn rulings(package: &Package, frame: &Frame, parks: &[SubjectIx]) -> Table {
    let (mut criteria, mut readings, mut of) = (Vec::new(), Vec::new(), Vec::new());
    let (mut from, mut until) = (Vec::new(), Vec::new());
    for (index, criterion) in (0..).map(CriterionIx).zip(&package.criteria) {
        for chosen in frame.readings(index) {
            let Some(reading) = criterion.readings.get(chosen.reading) else { continue };
            criteria.push(criterion.id.clone());
            readings.push(Some(reading.id.clone()));
            of.push(None);
            from.push(Some(chosen.term.from));
            until.push(chosen.term.until);
        }
    }
    for park in parks.iter().copied().filter_map(park_of) {
        for (index, criterion) in (0..).map(CriterionIx).zip(&package.criteria) {
            for term in frame.exceptions(park, index) {
                criteria.push(criterion.id.clone());
                readings.push(None);
                of.push(Some(id(frame, SubjectIx::Park(park))));
                from.push(Some(term.from));
                until.push(term.until);
            }
        }
    }
    Table::default()
        .texts("criterion", criteria)
        .with("reading", Cells::Text(readings))
        .with("park", Cells::Text(of))
        .with("from", Cells::Date(from))
        .with("until", Cells::Date(until))
}

fn register_of(frame: &Frame, subject: SubjectIx) -> Option<RecordIx> {
    if let SubjectIx::Record(record) = subject { Some(frame.record(record).0) } else { None }
}

fn registers(package: &Package, frame: &Frame, records: &[SubjectIx]) -> Table {
    let (mut texts, mut from, mut to): (Vec<[String; 4]>, Vec<_>, Vec<_>) = Default::default();
    let mut ordered: Vec<(RecordIx, SubjectIx)> = records
        .iter()
        .filter_map(|record| register_of(frame, *record).map(|register| (register, *record)))
        .collect();
    ordered.sort_by_key(|(register, _)| *register);
    for (register, subject) in ordered {
        let SubjectIx::Record(record) = subject else { continue };
        let (_, owner, first, last) = frame.record(record);
        let kind = if let SubjectIx::Park(_) = owner { "park" } else { "enterprise" };
        let register = package.records[register.index()].id.clone();
        texts.push([register, id(frame, subject), kind.to_owned(), id(frame, owner)]);
        from.push(Some(first));
        to.push(last);
    }
    let column = |at: usize| texts.iter().map(move |row| row[at].clone());
    Table::default()
        .texts("register", column(0))
        .texts("id", column(1))
        .texts("owner_kind", column(2))
        .texts("owner", column(3))
        .with("from", Cells::Date(from))
        .with("to", Cells::Date(to))
}

fn values(
    package: &Package,
    frame: &Frame,
    subject: Subject,
    subjects: &[SubjectIx],
    period: Period,
) -> Result<Table, ArchiveError> {
    let mut table = Table::default().texts(ID, subjects.iter().map(|subject| id(frame, *subject)));
    for (index, field) in fields(package, subject) {
        table = table.with(&field.key, cells(frame, index, field, subjects, period)?);
    }
    Ok(table)
}

fn cells(
    frame: &Frame,
    index: FieldIx,
    field: &Field,
    subjects: &[SubjectIx],
    period: Period,
) -> Result<Cells, ArchiveError> {
    let all = subjects.iter().map(|subject| (*subject, frame.cell(index, period, *subject)));
    Ok(match field.ty {
        FieldType::Decimal | FieldType::Integer => {
            let number = |(subject, cell): (SubjectIx, Cell<'_>)| match cell {
                Cell::Number(number) if number.mantissa.unsigned_abs() < LIMIT => Ok(Some(number.mantissa)),
                Cell::Number(_) => {
                    Err(ArchiveError::TooLarge { field: field.id.clone(), subject: id(frame, subject) })
                }
                _ => Ok(None),
            };
            Cells::Number { scale: field.decimals, values: all.map(number).collect::<Result<_, _>>()? }
        }
        FieldType::Text | FieldType::Choice { .. } => Cells::Text(
            all.map(|(_, cell)| if let Cell::Text(text) = cell { Some(text.to_owned()) } else { None })
                .collect(),
        ),
        FieldType::Bool => Cells::Bool(
            all.map(|(_, cell)| if let Cell::Bool(yes) = cell { Some(yes) } else { None }).collect(),
        ),
        FieldType::Date => Cells::Date(
            all.map(|(_, cell)| if let Cell::Date(day) = cell { Some(day) } else { None }).collect(),
        ),
    })
}
