//! `xiyuan audit`: the chained trail.

use clap::Subcommand;
use serde::Serialize;
use xiyuan_store::audit;

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// 从头核对审计日志的链，找出第一处断开
    Verify,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    entries: u64,
    is_intact: bool,
    first_broken: Option<Broken>,
}

#[derive(Serialize)]
struct Broken {
    chain: String,
    sequence: i64,
}

/// Verifies.
pub async fn run(place: &Place, command: Audit) -> Result<Answer, Failure> {
    let Audit::Verify = command;
    let services = opened::open_existing(place).await?;
    let found = audit::verify(&services.db, &opened::scope()).await?;
    services.db.close().await;
    let first_broken = found.first_broken.map(|(chain, sequence)| Broken { chain, sequence });
    let verified = Verified { entries: found.entries, is_intact: first_broken.is_none(), first_broken };
    print(place.format, &verified, |verified| match &verified.first_broken {
        None => format!("审计日志完整：{} 条，逐条相连。", verified.entries),
        Some(broken) => format!(
            "审计日志不完整：链“{}”第 {} 条处断开（共 {} 条）。",
            broken.chain, broken.sequence, verified.entries
        ),
    })?;
    Ok(Answer::of(verified.is_intact))
}
