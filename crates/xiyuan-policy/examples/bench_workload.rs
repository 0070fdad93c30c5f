//! The evaluation workload: enterprises × months × 40 columns, scored, ranked, graded, rolled up by four levels, with the
//! package `policies/examples/resource-use` (演示数据). Prints a table and, with a folder, writes the data for the peers
//! and our results to compare; asserts nothing.
//!
//! `cargo run --release -p xiyuan-policy --example bench_workload [ENTERPRISES MONTHS FOLDER]`, defaults 100000 36.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use xiyuan_policy::compile::compile;
use xiyuan_policy::evaluate::{Overrides, Stage, card};
use xiyuan_policy::frame::{Frame, FrameBuilder, Period, SubjectIx, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{FieldType, Frequency, Origin, Package, Subject};
use xiyuan_policy::plan::{FieldIx, IndicatorIx, ParameterIx, ScorecardIx};
use xiyuan_policy::source::SourceFile;

const PARKS: u64 = 200;
const DISTRICTS: u64 = 7;
const CHAINS: u64 = 9;
const INDUSTRIES: [u32; 24] =
    [13, 14, 15, 17, 18, 22, 24, 26, 27, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 64, 65];

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: u32| given.get(at).map_or(Ok(default), |text| text.parse());
    let (enterprises, months) = (number(0, 100_000)?, number(1, 36)?);
    let folder = given.get(2).map(PathBuf::from);
    let package = package()?;
    println!("{enterprises} enterprises x {months} months x 40 columns (演示数据)");
    let start = Instant::now();
    let city = City { enterprises, months };
    let frame = city.frame(&package, folder.as_deref())?;
    line("frame from values", start.elapsed(), &memory());
    let year = Period::Year(2025);

    let mut stage = Stage::new(&package, &frame, Overrides::default());
    let (_, warm) = best(1, || full(&package, &frame, year))?;
    line("first evaluation", warm, &memory());
    let (result, all) = best(7, || full(&package, &frame, year))?;
    line("full evaluation: scores, ranks, classes, four levels", all, &result);
    full_over(&mut stage, year)?;
    for (name, ids) in parts() {
        let mut again = Stage::new(&package, &frame, Overrides::default());
        for (before, earlier) in parts() {
            if before == name {
                break;
            }
            require(&mut again, earlier, year)?;
        }
        let start = Instant::now();
        require(&mut again, ids, year)?;
        line(&format!("  of it: {name}"), start.elapsed(), "");
    }
    let mut again = Stage::new(&package, &frame, Overrides::default());
    for (_, ids) in parts() {
        require(&mut again, ids, year)?;
    }
    let start = Instant::now();
    card::evaluate(&mut again, ScorecardIx(0), year)?;
    line("  of it: ranks and classes", start.elapsed(), "");
    let start = Instant::now();
    full_over(&mut again, year)?;
    line("  of it: the rest", start.elapsed(), "");
    let mut times = Vec::new();
    let before = card::evaluate(&mut stage, ScorecardIx(0), year)?;
    let mut flipped = 0;
    let weight = parameter(&package, "weight_tax_per_mu")?;
    let graded = &package.scorecards[0];
    let start = Instant::now();
    stage.keep_for(&BTreeSet::from([weight]), &[graded.score], year)?;
    line("opening the question of a weight", start.elapsed(), "");
    for step in 0..40_i64 {
        let mut overrides = Overrides::default();
        overrides.parameters.insert(weight, Exact::integer(20 + step % 20));
        let start = Instant::now();
        let mut moved = stage.with(overrides);
        let after = card::evaluate(&mut moved, ScorecardIx(0), year)?;
        flipped = before.rows.iter().zip(&after.rows).filter(|(a, b)| a.grade != b.grade).count();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    line("new weights with flips, median", times[times.len() / 2], &format!("{flipped} change class"));
    line("new weights with flips, p95", times[times.len() * 95 / 100], "");
    println!("memory: {}", memory());
    if let Some(folder) = folder {
        write_results(&package, &frame, &mut stage, year, &folder)?;
    }
    Ok(())
}

fn parts() -> [(&'static str, &'static [&'static str]); 4] {
    [
        ("a year of months per enterprise", &["is_rated", "pollution", "roa"]),
        ("levels of peers", &["peer_tax_per_mu", "peer_roa"]),
        ("scores", &["score", "is_low_tax"]),
        ("levels", &["city_score", "district_score", "chain_score"]),
    ]
}

fn require(stage: &mut Stage<'_>, ids: &[&str], year: Period) -> Result<(), Box<dyn Error>> {
    for id in ids {
        let indicator = stage.package().indicators.iter().position(|indicator| indicator.id == *id);
        stage.prepare(IndicatorIx(u32::try_from(indicator.ok_or("no such indicator")?)?), year)?;
    }
    Ok(())
}

fn full(package: &Package, frame: &Frame, year: Period) -> Result<String, Box<dyn Error>> {
    let mut stage = Stage::new(package, frame, Overrides::default());
    full_over(&mut stage, year)
}

/// Everything: both cards, and all indicators of parks and of the three groupings.
fn full_over(stage: &mut Stage<'_>, year: Period) -> Result<String, Box<dyn Error>> {
    let graded = card::evaluate(stage, ScorecardIx(0), year)?;
    let parks = card::evaluate(stage, ScorecardIx(1), year)?;
    let wanted: Vec<IndicatorIx> = (0..)
        .map(IndicatorIx)
        .zip(&stage.package().indicators)
        .filter(|(_, indicator)| {
            indicator.subject != Subject::Enterprise && indicator.frequency == Frequency::Year
        })
        .map(|(ix, _)| ix)
        .collect();
    let figures = stage.all(&wanted, year)?;
    let count = |grade: usize| graded.rows.iter().filter(|row| row.grade == Some(grade)).count();
    let classes: Vec<String> = (0..4).map(|grade| count(grade).to_string()).collect();
    Ok(format!("A-D {}, {} parks, {} figures", classes.join("/"), parks.rows.len(), figures.len()))
}

struct City {
    enterprises: u32,
    months: u32,
}

/// A number from three, without chance: the same city every time.
fn mixed(a: u64, b: u64, c: u64) -> u64 {
    let mut x = a.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ b.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ c.wrapping_mul(0x1656_67B1_9E37_79F9);
    for shift in [30, 27, 31] {
        x = (x ^ (x >> shift)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    }
    x ^ (x >> 32)
}

impl City {
    /// Fills the frame; with a folder, writes each column as little-endian i64 (hundredths; the least number = missing).
    fn frame(&self, package: &Package, folder: Option<&Path>) -> Result<Frame, Box<dyn Error>> {
        let first = 2026 * 12 - i64::from(self.months);
        let periods: Vec<Period> = (0..i64::from(self.months))
            .map(|month| {
                let at = first + month;
                Ok(Period::Month(i16::try_from(at / 12)?, i8::try_from(at % 12 + 1)?))
            })
            .collect::<Result<_, Box<dyn Error>>>()?;
        let years: Vec<Period> = (0..3).rev().map(|back| Period::Year(2025 - back)).collect();
        let all = periods.iter().chain(&years).copied().collect();
        let mut builder = FrameBuilder::new(package, all, 1);
        let parks: Vec<_> =
            (0..PARKS).map(|park| builder.park(format!("p{park:03}"), format!("园区{park}"))).collect();
        let ids: Vec<_> = (0..self.enterprises)
            .map(|at| builder.enterprise(format!("e{at:07}"), format!("企业{at}")))
            .collect();
        let field = |id: &str| field(package, id);
        let [district, industry, chain] =
            ["district", "industry", "chain"].map(|key| field(&format!("enterprise.{key}")));
        let (district, industry, chain) = (district?, industry?, chain?);
        let (hitech, accidents) = (field("enterprise.hitech")?, field("enterprise.accidents")?);
        let mut list = folder
            .map(|folder| File::create(folder.join("enterprises.csv")).map(BufWriter::new))
            .transpose()?;
        if let Some(list) = &mut list {
            writeln!(list, "id,district,park,industry,chain,hitech,accidents")?;
        }
        for (at, enterprise) in (0_u64..).zip(&ids) {
            let r = |of| mixed(at, of, 77);
            let park = r(1) % PARKS;
            let home = park * DISTRICTS / PARKS;
            let (division, chain_of) = (INDUSTRIES[usize::try_from(r(2) % 24)?], r(3) % (CHAINS + 3));
            let (is_hitech, accidents_of) = (r(4) % 100 < 12, u64::from(r(5).is_multiple_of(50)));
            if let Some(list) = &mut list {
                let chain = if chain_of < CHAINS { chain_of.to_string() } else { String::new() };
                writeln!(
                    list,
                    "{at},{home},{park},{division},{chain},{},{accidents_of}",
                    u8::from(is_hitech)
                )?;
            }
            let subject = SubjectIx::Enterprise(*enterprise);
            for year in &years {
                builder.member(*year, parks[usize::try_from(park)?], *enterprise)?;
                builder.set(subject, district, *year, &Value::Text(format!("d{home}")))?;
                builder.set(subject, industry, *year, &Value::Text(division.to_string()))?;
                if chain_of < CHAINS {
                    builder.set(subject, chain, *year, &Value::Text(format!("c{chain_of}")))?;
                }
                builder.set(subject, hitech, *year, &Value::Bool(is_hitech))?;
                builder.set(
                    subject,
                    accidents,
                    *year,
                    &Value::Number(Exact::integer(i64::try_from(accidents_of)?)),
                )?;
            }
        }
        for (number, ix) in (0_u64..).zip(filed(package)) {
            let id = package.fields[ix.index()].key.clone();
            let mut out = folder
                .map(|folder| File::create(folder.join(format!("{id}.i64"))).map(BufWriter::new))
                .transpose()?;
            for (month, period) in (0_u64..).zip(&periods) {
                for (at, enterprise) in (0_u64..).zip(&ids) {
                    let value = cell(number, month, at, &id);
                    if let Some(out) = &mut out {
                        out.write_all(&value.unwrap_or(i64::MIN).to_le_bytes())?;
                    }
                    if let Some(value) = value {
                        let value = Exact { mantissa: value.into(), scale: 2 };
                        builder.set_number(SubjectIx::Enterprise(*enterprise), ix, *period, value)?;
                    }
                }
            }
        }
        Ok(builder.finish())
    }
}

/// Hundredths; 2 % of the filings and 5 % of the cells are missing, 0.05 % are ten thousand times too large.
fn cell(column: u64, month: u64, at: u64, id: &str) -> Option<i64> {
    if mixed(at, month, 1).is_multiple_of(50) || mixed(at, month, 100 + column).is_multiple_of(20) {
        return None;
    }
    let size = 1_u64 << (mixed(at, 9, 9) % 9);
    let level = 2_000 + mixed(at, column, 3) % 20_000;
    let moved = 900 + mixed(at, month, 500 + column) % 200;
    let mut value = i64::try_from(size * level * moved / 1_000).ok()?;
    if mixed(at, month, 900 + column).is_multiple_of(2_000) {
        value *= 10_000;
    }
    let is_loss = id == "profit" && mixed(at, month, 7).is_multiple_of(5);
    Some(if is_loss { -value } else { value })
}

fn filed(package: &Package) -> Vec<FieldIx> {
    (0..)
        .map(FieldIx)
        .zip(&package.fields)
        .filter(|(_, field)| matches!(field.origin, Origin::Form { .. }) && field.ty == FieldType::Decimal)
        .map(|(ix, _)| ix)
        .collect()
}

fn field(package: &Package, id: &str) -> Result<FieldIx, Box<dyn Error>> {
    let at =
        package.fields.iter().position(|field| field.id == id).ok_or_else(|| format!("no field {id}"))?;
    Ok(FieldIx(u32::try_from(at)?))
}

fn parameter(package: &Package, id: &str) -> Result<ParameterIx, Box<dyn Error>> {
    let at = package.parameters.iter().position(|parameter| parameter.id == id).ok_or("no such parameter")?;
    Ok(ParameterIx(u32::try_from(at)?))
}

/// Scores and classes of enterprises, and the figures of all levels, for the comparison with the peers.
fn write_results(
    package: &Package,
    frame: &Frame,
    stage: &mut Stage<'_>,
    year: Period,
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    let graded = card::evaluate(stage, ScorecardIx(0), year)?;
    let mut out = BufWriter::new(File::create(folder.join("ours-enterprises.csv"))?);
    writeln!(out, "id,score,rank,grade")?;
    for row in &graded.rows {
        let id = frame.subject(row.subject).id.trim_start_matches('e').parse::<u32>()?;
        let score =
            row.score.map(|score| xiyuan_policy::number::Quotient::of(score).display(6)).unwrap_or_default();
        let rank = row.rank.map(|rank| rank.to_string()).unwrap_or_default();
        let grade = row.grade.map_or("N", |grade| ["A", "B", "C", "D"][grade]);
        writeln!(out, "{id},{score},{rank},{grade}")?;
    }
    let mut out = BufWriter::new(File::create(folder.join("ours-levels.csv"))?);
    writeln!(out, "indicator,subject,value")?;
    for (ix, indicator) in (0..).map(IndicatorIx).zip(&package.indicators) {
        if indicator.subject == Subject::Enterprise || indicator.frequency == Frequency::Month {
            continue;
        }
        for (subject, figure) in stage.all(&[ix], year)? {
            let value = figure.known().and_then(|value| value.over(indicator.unit_factor));
            let value = value.map(|value| value.display(15)).unwrap_or_default();
            writeln!(out, "{},{},{value}", indicator.id, frame.subject(subject).id)?;
        }
    }
    Ok(())
}

fn package() -> Result<Package, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/examples/resource-use");
    let mut files = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let inside =
                    path.strip_prefix(&root)?.to_str().ok_or("a name is no text")?.replace('\\', "/");
                files.push(SourceFile::new(inside, fs::read_to_string(&path)?));
            }
        }
    }
    let compiled = compile(&files, &[]);
    compiled.package.ok_or_else(|| format!("{:?}", compiled.diagnostics).into())
}

fn best<T>(
    times: u32,
    mut run: impl FnMut() -> Result<T, Box<dyn Error>>,
) -> Result<(T, Duration), Box<dyn Error>> {
    let mut least = Duration::MAX;
    let mut last = None;
    for _ in 0..times {
        let start = Instant::now();
        last = Some(run()?);
        least = least.min(start.elapsed());
    }
    Ok((last.ok_or("run at least once")?, least))
}

fn line(what: &str, time: Duration, note: &str) {
    let tenths = time.as_micros() / 100;
    println!("{what:<56} {:>10} ms  {note}", format!("{}.{}", tenths / 10, tenths % 10));
}

fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: ?");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}
