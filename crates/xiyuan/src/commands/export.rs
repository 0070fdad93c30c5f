//! `xiyuan export`: registry rows, outcomes, and the columns an evaluation reads, as xlsx or csv by the file's name.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use xiyuan_policy::frame::{Cell, EnterpriseIx, Period, SubjectIx};
use xiyuan_policy::package::{FieldType, Origin, Subject};
use xiyuan_policy::plan::FieldIx;
use xiyuan_server::checks::list_checks;
use xiyuan_sheets::{CsvWriter, Decimal, SheetError, SheetWriter, WriteCell, WriteColumn, WriteKind};
use xiyuan_store::PageRequest;
use xiyuan_store::registry::enterprises::{self, EnterpriseQuery};
use xiyuan_store::registry::parks::{self, ParkQuery, ParkSort};

use super::check_park::Basis;
use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};

/// Rows that are read at once.
const PAGE: u32 = 500;

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// 全部园区
    Parks(Target),
    /// 全部企业
    Enterprises(Target),
    /// 全部园区的自检结论
    Check(Outcomes),
    /// 一年的评估用数：每个园区每家在园企业一行
    Frame(Columns),
}

/// Where to.
#[derive(Args, Debug)]
pub struct Target {
    /// 文件（.xlsx 或 .csv）
    file: PathBuf,
}

/// Options of `check`.
#[derive(Args, Debug)]
pub struct Outcomes {
    /// 文件（.xlsx 或 .csv）
    file: PathBuf,
    /// 年度
    #[arg(long, value_name = "Y")]
    year: i16,
    #[command(flatten)]
    basis: Basis,
}

/// Options of `frame`.
#[derive(Args, Debug)]
pub struct Columns {
    /// 文件（.csv 或 .xlsx）
    file: PathBuf,
    /// 年度
    #[arg(long, value_name = "Y")]
    year: i16,
}

#[derive(Serialize)]
struct Written {
    file: String,
    rows: u64,
}

/// A file that is being written, in bounded memory.
enum Out {
    Sheet(Box<SheetWriter>, PathBuf),
    Csv(Box<CsvWriter<BufWriter<File>>>),
}

impl Out {
    fn new(file: &Path, title: &str, columns: Vec<WriteColumn>) -> Result<Self, Failure> {
        match file.extension().and_then(|ending| ending.to_str()) {
            Some("xlsx") => {
                Ok(Self::Sheet(Box::new(SheetWriter::new(title, columns, &[])?), file.to_owned()))
            }
            Some("csv") => {
                let out = BufWriter::new(File::create(file).map_err(Failure::file("写入", file))?);
                let heads: Vec<&str> = columns.iter().map(|column| column.head.as_str()).collect();
                Ok(Self::Csv(Box::new(CsvWriter::new(out, &heads)?)))
            }
            _ => Err(Failure::Usage(format!("{} 的名称须以 .xlsx 或 .csv 结尾。", file.display()))),
        }
    }

    fn row(&mut self, cells: &[WriteCell]) -> Result<(), SheetError> {
        match self {
            Self::Sheet(writer, _) => writer.row(cells),
            Self::Csv(writer) => writer.row(cells),
        }
    }

    fn finish(self) -> Result<(), SheetError> {
        match self {
            Self::Sheet(writer, file) => writer.save(&file),
            Self::Csv(writer) => writer.finish().map(drop),
        }
    }
}

fn text_column(head: &str, width: u32) -> WriteColumn {
    WriteColumn { head: head.to_owned(), kind: WriteKind::Text, width }
}

fn count_column(head: &str) -> WriteColumn {
    WriteColumn { head: head.to_owned(), kind: WriteKind::Number(0), width: 12 }
}

fn count(number: u64) -> WriteCell {
    Decimal::parse(&number.to_string()).map_or(WriteCell::Empty, WriteCell::Number)
}

fn demo_mark(is_demo: bool) -> WriteCell {
    WriteCell::from(if is_demo { "演示数据" } else { "" })
}

/// Exports.
pub async fn run(place: &Place, command: Export) -> Result<Answer, Failure> {
    let services = opened::open_existing(place).await?;
    let (file, rows) = match command {
        Export::Parks(target) => (target.file.clone(), export_parks(&services, &target.file).await?),
        Export::Enterprises(target) => {
            (target.file.clone(), export_enterprises(&services, &target.file).await?)
        }
        Export::Check(outcomes) => (outcomes.file.clone(), export_checks(&services, outcomes).await?),
        Export::Frame(columns) => (columns.file.clone(), export_frame(&services, &columns).await?),
    };
    services.db.close().await;
    let written = Written { file: file.display().to_string(), rows };
    print(place.format, &written, |written| format!("已写入 {}，{} 行", written.file, written.rows))?;
    Ok(Answer::Yes)
}

async fn export_parks(services: &xiyuan_server::Services, file: &Path) -> Result<u64, Failure> {
    let columns = vec![
        text_column("园区代码", 12),
        text_column("园区名称", 36),
        text_column("所属市（县）区", 16),
        text_column("运营管理主体", 36),
        text_column("主导产业", 18),
        count_column("企业数（家）"),
        text_column("认定日期", 14),
        text_column("备注", 12),
    ];
    let mut out = Out::new(file, "园区", columns)?;
    let mut page = PageRequest { limit: PAGE, after: None };
    let mut rows = 0;
    loop {
        let (on, sort) = (services.today(), ParkSort::Name);
        let query = ParkQuery { search: None, district: None, on, sort, page: page.clone() };
        let found = parks::list(&services.db, &opened::scope(), &query).await?;
        for row in found.items {
            rows += 1;
            let data = row.park.data;
            out.row(&[
                data.code.unwrap_or_default().into(),
                data.name.into(),
                row.district_name.into(),
                row.operator_name.unwrap_or_default().into(),
                row.leading_industry.unwrap_or_default().into(),
                count(row.enterprises),
                data.recognised_on.map_or(WriteCell::Empty, WriteCell::Date),
                demo_mark(data.is_demo),
            ])?;
        }
        page.after = found.next;
        if page.after.is_none() {
            out.finish()?;
            return Ok(rows);
        }
    }
}

async fn export_enterprises(services: &xiyuan_server::Services, file: &Path) -> Result<u64, Failure> {
    let columns = vec![
        text_column("统一社会信用代码", 22),
        text_column("企业名称", 40),
        text_column("所属市（县）区", 16),
        text_column("所在园区", 36),
        text_column("主导产业", 18),
        text_column("备注", 12),
    ];
    let mut out = Out::new(file, "企业", columns)?;
    let mut query = EnterpriseQuery::on(services.today());
    query.page.limit = PAGE;
    let mut rows = 0;
    loop {
        let found = enterprises::list(&services.db, &opened::scope(), &query).await?;
        for row in found.items {
            rows += 1;
            let data = row.enterprise.data;
            out.row(&[
                data.uscc.into(),
                data.name.into(),
                row.district_name.into(),
                row.park.map(|(_, name)| name).unwrap_or_default().into(),
                row.leading_industry.unwrap_or_default().into(),
                demo_mark(data.is_demo),
            ])?;
        }
        query.page.after = found.next;
        if query.page.after.is_none() {
            out.finish()?;
            return Ok(rows);
        }
    }
}

async fn export_checks(services: &xiyuan_server::Services, outcomes: Outcomes) -> Result<u64, Failure> {
    let question = outcomes.basis.question(outcomes.year)?;
    let answer = list_checks(services, &opened::scope(), &question).await?;
    let columns = vec![
        text_column("园区名称", 36),
        text_column("所属市（县）区", 16),
        text_column("结论", 14),
        count_column("满足（项）"),
        count_column("不满足（项）"),
        count_column("暂不能判定（项）"),
    ];
    let mut out = Out::new(&outcomes.file, "自检结论", columns)?;
    for item in &answer.items {
        out.row(&[
            item.park.name.as_str().into(),
            item.district.name.as_str().into(),
            item.outcome.label().into(),
            count(item.met.into()),
            count(item.not_met.into()),
            count(item.undecided.into()),
        ])?;
    }
    out.finish()?;
    Ok(answer.items.len() as u64)
}

/// One row per park and member, with the filed and registry fields of the enterprise and the registry fields of the
/// park; heads are field ids.
async fn export_frame(services: &xiyuan_server::Services, columns: &Columns) -> Result<u64, Failure> {
    let package = services.engine.require_package(None).await?;
    let commit = services.engine.commit(None).await?;
    let period = Period::Year(columns.year);
    let frame = services.engine.frame(&package, period, commit.number).await?;
    let fields: Vec<FieldIx> = (0..)
        .map(FieldIx)
        .zip(&package.fields)
        .filter(|(_, field)| match field.subject {
            Subject::Enterprise => !matches!(field.origin, Origin::Derived { .. }),
            Subject::Park => matches!(field.origin, Origin::Registry { .. }),
            Subject::City | Subject::Group(_) | Subject::Record(_) => false,
        })
        .map(|(ix, _)| ix)
        .collect();
    let mut heads = vec![text_column("park", 36), text_column("enterprise", 36)];
    heads.extend(fields.iter().map(|ix| {
        let field = &package.fields[ix.index()];
        let kind = match field.ty {
            FieldType::Decimal | FieldType::Integer => WriteKind::Number(field.decimals),
            _ => WriteKind::Text,
        };
        WriteColumn { head: field.id.clone(), kind, width: 16 }
    }));
    let mut out = Out::new(&columns.file, "frame", heads)?;
    let mut rows = 0;
    for (park, info) in frame.parks() {
        for &member in frame.members(period, park) {
            let enterprise = EnterpriseIx(member);
            let mut cells: Vec<WriteCell> =
                vec![info.id.as_str().into(), frame.enterprise(enterprise).id.as_str().into()];
            for ix in &fields {
                let subject = match package.fields[ix.index()].subject {
                    Subject::Park => SubjectIx::Park(park),
                    _ => SubjectIx::Enterprise(enterprise),
                };
                cells.push(cell(frame.cell(*ix, period, subject)));
            }
            out.row(&cells)?;
            rows += 1;
        }
    }
    out.finish()?;
    Ok(rows)
}

fn cell(cell: Cell<'_>) -> WriteCell {
    match cell {
        Cell::Missing => WriteCell::Empty,
        Cell::Number(number) => {
            Decimal::parse(&number.to_string()).map_or_else(|| number.to_string().into(), WriteCell::Number)
        }
        Cell::Text(text) => text.into(),
        Cell::Bool(value) => if value { "true" } else { "false" }.into(),
        Cell::Date(day) => WriteCell::Date(day),
    }
}
