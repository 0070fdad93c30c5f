//! `xiyuan demo`: fills an empty database with a demo city.

use std::time::Instant;

use clap::Args;
use serde::Serialize;
use xiyuan_server::session::DEMO_PASSWORD;
use xiyuan_store::registry::organisations;
use xiyuan_store::{Database, users};

use crate::cli::Place;
use crate::demo::city::{City, Options};
use crate::demo::load::{self, Loaded, Loader};
use crate::demo::profile;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print, table};
use crate::settings::{Settings, Wishes};

/// Options.
#[derive(Args, Debug)]
pub struct Demo {
    /// 园区数
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=2000))]
    parks: u32,
    /// 企业数
    #[arg(long, default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    enterprises: u32,
    /// 年数（到上一个完整年度为止）
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(i16).range(1..=10))]
    years: i16,
    /// 种子：相同的种子得到相同的城市
    #[arg(long, default_value_t = 2023)]
    seed: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    seed: u64,
    years: Vec<i16>,
    parks: u64,
    enterprises: u64,
    memberships: u64,
    filings: u64,
    values: u64,
    corrections: u64,
    milliseconds: u64,
    values_per_second: u64,
}

/// Fills an empty database.
pub async fn run(place: &Place, command: Demo) -> Result<Answer, Failure> {
    let settings = Settings::read(place, Wishes::default())?;
    let services = opened::attach(&settings, false).await?;
    if !organisations::list(&services.db, &opened::scope(), None).await?.is_empty() {
        let dir = services.config.data_dir.display();
        return Err(Failure::Usage(format!(
            "数据库里已有数据，演示城市只能生成在空数据库里。请用 --data 指定另一个目录（现在是 {dir}）。"
        )));
    }
    let now = services.sources.clock.now();
    let latest = services.today().year() - 1;
    let years: Vec<i16> = (latest - command.years + 1..=latest).collect();
    let context = load::context_on(load::beginning(&years), now, &services.sources.entropy, None);
    opened::publish_packages(&services, &settings, &context).await?;
    let package = services.engine.require_package(None).await?;
    let options = Options {
        seed: command.seed,
        parks: command.parks as usize,
        enterprises: command.enterprises as usize,
        years,
    };
    let profile = profile::built_in().map_err(|error| Failure::Inside(error.into()))?;
    let started = Instant::now();
    let say = |text: String| eprintln!("{text}");
    let city = City::plan(&package, profile, options.clone());
    let loaded = Loader::new(&services.db, &package, city, now, &say).load().await?;
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    let report = report(options, loaded, milliseconds);
    print(place.format, &report, |report| {
        let (seconds, rest) = (report.milliseconds / 1000, report.milliseconds % 1000 / 100);
        format!(
            "演示城市已生成：{} 个园区、{} 家企业、{} 份填报、{} 个数值，用时 {seconds}.{rest} 秒（每秒 {} 个数值）",
            report.parks, report.enterprises, report.filings, report.values, report.values_per_second
        )
    })?;
    eprintln!("演示账号（密码都是 {DEMO_PASSWORD}）：\n{}", accounts_table(&services.db).await?);
    services.db.close().await;
    Ok(Answer::Yes)
}

fn report(options: Options, loaded: Loaded, milliseconds: u64) -> Report {
    Report {
        seed: options.seed,
        years: options.years,
        parks: loaded.parks,
        enterprises: loaded.enterprises,
        memberships: loaded.memberships,
        filings: loaded.filings,
        values: loaded.values,
        corrections: loaded.corrections,
        milliseconds,
        values_per_second: loaded.values * 1000 / milliseconds,
    }
}

/// Demo accounts as a table; empty when the database has none.
pub async fn accounts_table(db: &Database) -> Result<String, Failure> {
    let scope = opened::scope();
    let mut accounts: Vec<_> =
        users::list(db, &scope).await?.into_iter().filter(|user| user.is_demo).collect();
    // Ids ascend in the order in which the accounts were made: those that see most first.
    accounts.sort_by_key(|user| user.id);
    let mut rows = Vec::new();
    for user in accounts {
        for grant in users::of_user(db, &scope, user.id).await? {
            rows.push(vec![user.username.clone(), grant.role.title().to_owned(), grant.organisation.1]);
        }
    }
    if rows.is_empty() {
        return Ok(String::new());
    }
    Ok(table(&["用户名", "角色", "机构"], &rows))
}
