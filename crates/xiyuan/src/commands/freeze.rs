//! `xiyuan freeze`: the figures of a year as of a known time, with the policy package, as an archive of Parquet files.

use clap::Args;
use serde::Serialize;
use xiyuan_archive::{Archive, Manifest, PackageFiles};
use xiyuan_policy::frame::Period;

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};

/// Options.
#[derive(Args, Debug)]
pub struct Freeze {
    /// 年度
    #[arg(long, value_name = "Y")]
    year: i16,
    /// 数据时点：提交编号，或时刻（如 2026-03-31T12:00:00Z）；默认为现在
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// 政策包的标识或摘要；默认用当前默认的政策包
    #[arg(long, value_name = "ID")]
    policy: Option<String>,
    /// 存放位置：文件夹、file:///… 或 s3://桶/前缀（凭证和地址取自 AWS_… 环境变量）
    #[arg(long, value_name = "URL")]
    to: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Frozen<'a> {
    to: &'a str,
    #[serde(flatten)]
    manifest: &'a Manifest,
}

/// Freezes.
pub async fn run(place: &Place, command: Freeze) -> Result<Answer, Failure> {
    let services = opened::open_existing(place).await?;
    let package = services.engine.require_package(command.policy.as_deref()).await?;
    let commit = services.engine.commit(command.as_of.as_deref()).await?;
    let frame = services.engine.frame(&package, Period::Year(command.year), commit.number).await?;
    let sources = services.engine.sources(&package.digest).await?;
    let files = PackageFiles { own: sources.own.clone(), library: sources.library.clone() };
    let manifest = Archive::at(&command.to)?.write(&files, &frame).await?;
    print(place.format, &Frozen { to: &command.to, manifest: &manifest }, text)?;
    services.db.close().await;
    Ok(Answer::Yes)
}

fn text(frozen: &Frozen<'_>) -> String {
    let Frozen { to, manifest } = frozen;
    format!(
        "已存入 {to}\n政策包 {}（{}…），数据时点 {}，期间 {}\n企业 {} 家，园区 {} 个，台账 {} 条，文件 {} 个\n",
        manifest.package,
        manifest.package_digest.get(..12).unwrap_or_default(),
        manifest.known_time,
        manifest.periods.join("、"),
        manifest.enterprises,
        manifest.parks,
        manifest.records,
        manifest.files.len() + 1,
    )
}
