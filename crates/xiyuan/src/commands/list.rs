//! `xiyuan list`: rows of the registry.

use clap::{Args, ValueEnum};
use serde::Serialize;
use xiyuan_store::PageRequest;
use xiyuan_store::registry::enterprises::{self, EnterpriseQuery};
use xiyuan_store::registry::organisations::{self, OrganisationKind};
use xiyuan_store::registry::parks::{self, ParkQuery, ParkSort};

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print, table};

/// Rows that are read at once.
const PAGE: u32 = 500;

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// 园区
    Parks,
    /// 企业
    Enterprises,
    /// 运营管理主体
    Operators,
    /// 市（县）区
    Districts,
    /// 责任单位
    Departments,
    /// 银行
    Banks,
}

/// Options.
#[derive(Args, Debug)]
pub struct List {
    /// 列出什么
    #[arg(value_enum)]
    kind: Kind,
    /// 名称中的一段
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// 最多列出多少行
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

/// One row; what a kind does not have is left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uscc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    park: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enterprises: Option<u64>,
    is_demo: bool,
}

/// Lists.
pub async fn run(place: &Place, command: List) -> Result<Answer, Failure> {
    let services = opened::open_existing(place).await?;
    let limit = command.limit.unwrap_or(usize::MAX);
    let mut rows = match command.kind {
        Kind::Parks => all_parks(&services, command.search, limit).await?,
        Kind::Enterprises => all_enterprises(&services, command.search, limit).await?,
        Kind::Operators => some(&services, OrganisationKind::Operator, command.search).await?,
        Kind::Districts => some(&services, OrganisationKind::District, command.search).await?,
        Kind::Departments => some(&services, OrganisationKind::Department, command.search).await?,
        Kind::Banks => some(&services, OrganisationKind::Bank, command.search).await?,
    };
    rows.truncate(limit);
    print(place.format, &rows, |rows| {
        let cells = rows.iter().map(|row| {
            let code = row.uscc.clone().or_else(|| row.code.clone()).unwrap_or_default();
            let place = row.park.clone().or_else(|| row.district.clone()).unwrap_or_default();
            vec![row.id.clone(), code, row.name.clone(), place]
        });
        table(&["标识", "代码", "名称", "所在"], &cells.collect::<Vec<_>>())
    })?;
    services.db.close().await;
    Ok(Answer::Yes)
}

async fn all_parks(
    services: &xiyuan_server::Services,
    search: Option<String>,
    limit: usize,
) -> Result<Vec<Row>, Failure> {
    let mut page = PageRequest { limit: PAGE, after: None };
    let mut rows = Vec::new();
    loop {
        let (on, sort) = (services.today(), ParkSort::Name);
        let query = ParkQuery { search: search.clone(), district: None, on, sort, page: page.clone() };
        let found = parks::list(&services.db, &opened::scope(), &query).await?;
        rows.extend(found.items.into_iter().map(|row| Row {
            id: row.park.id.to_string(),
            name: row.park.data.name,
            code: row.park.data.code,
            uscc: None,
            district: Some(row.district_name),
            park: None,
            enterprises: Some(row.enterprises),
            is_demo: row.park.data.is_demo,
        }));
        page.after = found.next;
        if page.after.is_none() || rows.len() >= limit {
            return Ok(rows);
        }
    }
}

async fn all_enterprises(
    services: &xiyuan_server::Services,
    search: Option<String>,
    limit: usize,
) -> Result<Vec<Row>, Failure> {
    let mut query = EnterpriseQuery { search, ..EnterpriseQuery::on(services.today()) };
    query.page.limit = PAGE;
    let mut rows = Vec::new();
    loop {
        let found = enterprises::list(&services.db, &opened::scope(), &query).await?;
        rows.extend(found.items.into_iter().map(|row| Row {
            id: row.enterprise.id.to_string(),
            name: row.enterprise.data.name,
            code: None,
            uscc: Some(row.enterprise.data.uscc),
            district: Some(row.district_name),
            park: row.park.map(|(_, name)| name),
            enterprises: None,
            is_demo: row.enterprise.data.is_demo,
        }));
        query.page.after = found.next;
        if query.page.after.is_none() || rows.len() >= limit {
            return Ok(rows);
        }
    }
}

async fn some(
    services: &xiyuan_server::Services,
    kind: OrganisationKind,
    search: Option<String>,
) -> Result<Vec<Row>, Failure> {
    let found = organisations::list(&services.db, &opened::scope(), Some(kind)).await?;
    let search = search.unwrap_or_default();
    let wanted = found.into_iter().filter(|row| row.data.name.contains(search.trim()));
    let rows = wanted.map(|row| Row {
        id: row.id.to_string(),
        name: row.data.name,
        code: row.data.code,
        uscc: row.data.uscc,
        district: None,
        park: None,
        enterprises: None,
        is_demo: row.data.is_demo,
    });
    Ok(rows.collect())
}
