//! `xiyuan replay`: what a receipt is of, computed again from the database as of its known time, or from an archive alone.

use std::io::{self, Read};

use clap::Args;
use serde::Serialize;
use serde_json::Value as Json;
use xiyuan_archive::Archive;
use xiyuan_policy::frame::Period;
use xiyuan_policy::receipt::{Receipt, ReplayError, replay};
use xiyuan_server::checks::types::CheckAnswer;

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};

/// Options.
#[derive(Args, Debug)]
pub struct Replay {
    /// 收据文件，如 check-park --format json 的结果；- 为标准输入
    receipt: String,
    /// 只用这份档案复算，不用数据库（freeze 的存放位置）
    #[arg(long, value_name = "URL")]
    frame: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replayed {
    matches: bool,
    recorded_digest: String,
    computed_digest: String,
    package_digest: String,
    known_time: i64,
    period: String,
    assessment: String,
    parks: Vec<String>,
    source: &'static str,
}

/// Replays; "no" when the digest differs.
pub async fn run(place: &Place, command: Replay) -> Result<Answer, Failure> {
    let recorded = read(&text_of(&command.receipt)?)?;
    let (source, computed) = match &command.frame {
        Some(address) => ("archive", from_archive(address, &recorded).await?),
        None => ("database", from_database(place, &recorded).await?),
    };
    let replayed = Replayed {
        matches: computed.result_digest == recorded.result_digest,
        recorded_digest: recorded.result_digest,
        computed_digest: computed.result_digest,
        package_digest: computed.package_digest,
        known_time: computed.known_time,
        period: computed.period.to_string(),
        assessment: computed.assessment,
        parks: computed.parks,
        source,
    };
    print(place.format, &replayed, text)?;
    Ok(Answer::of(replayed.matches))
}

async fn from_archive(address: &str, recorded: &Receipt) -> Result<Receipt, Failure> {
    let frozen = Archive::existing(address)?.read().await?;
    Ok(replay(&frozen.package, &frozen.frame, recorded)?)
}

async fn from_database(place: &Place, recorded: &Receipt) -> Result<Receipt, Failure> {
    let services = opened::open_existing(place).await?;
    let package = services.engine.require_package(Some(&recorded.package_digest)).await?;
    // A number of the future is refused here.
    let commit = services.engine.commit(Some(&recorded.known_time.to_string())).await?;
    let frame = services.engine.frame(&package, recorded.period, commit.number).await?;
    let computed = replay(&package, &frame, recorded)?;
    services.db.close().await;
    Ok(computed)
}

fn text_of(file: &str) -> Result<String, Failure> {
    if file != "-" {
        return std::fs::read_to_string(file).map_err(Failure::file("读取", file));
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(Failure::file("读取", "标准输入"))?;
    Ok(text)
}

/// A receipt of the engine, a self-check that carries one, or a decision that carries a self-check.
fn read(text: &str) -> Result<Receipt, Failure> {
    let json: Json = serde_json::from_str(text).map_err(|error| {
        Failure::Usage(format!("收据不是 JSON：第 {} 行第 {} 列", error.line(), error.column()))
    })?;
    let json = json.get("check").unwrap_or(&json);
    if let Ok(receipt) = serde_json::from_value::<Receipt>(json.clone()) {
        return Ok(receipt);
    }
    let check: CheckAnswer = serde_json::from_value(json.clone()).map_err(|error| {
        Failure::Usage(format!(
            "这不是收据。请给出 check-park --format json 的完整结果、结论的 JSON 或引擎的收据：{error}"
        ))
    })?;
    let overridden = |kind: &str| {
        let of_kind = check
            .receipt
            .overrides
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix(kind)?.to_owned(), value.clone())));
        of_kind.collect()
    };
    Ok(Receipt {
        package_digest: check.receipt.package_digest.clone(),
        known_time: check.receipt.known_time,
        period: Period::Year(check.year),
        assessment: check.assessment.clone(),
        parameters: overridden("parameter:"),
        readings: overridden("reading:"),
        parks: vec![check.park.id.to_string()],
        semantics: check.receipt.semantics,
        result_digest: check.receipt.result_digest.clone(),
    })
}

fn text(replayed: &Replayed) -> String {
    let verdict = if replayed.matches {
        "一致：复算得到同样的结果"
    } else {
        "不一致：复算得到另一结果"
    };
    let source = if replayed.source == "archive" { "档案" } else { "数据库" };
    format!(
        "{verdict}\n收据 {}\n复算 {}\n{} 年度（{}），数据时点 {}，由{source}复算\n",
        replayed.recorded_digest,
        replayed.computed_digest,
        replayed.period,
        replayed.assessment,
        replayed.known_time,
    )
}

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Self {
        Self::Usage(format!("无法复算：{error}。"))
    }
}
