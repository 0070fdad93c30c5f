//! `xiyuan replay`: what a receipt is of, computed again from the database as of its known time, or from an archive alone.

use std::io::{self, Read};

use clap::Args;
use serde::Serialize;
use serde_json::Value as Json;
use xiyuan_archive::Archive;
use xiyuan_policy::frame::NoPeriod;
use xiyuan_policy::receipt::{Receipt, ReplayError, replay};
use xiyuan_server::checks::types::Receipt as Given;

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};

/// Options.
#[derive(Args, Debug)]
pub struct Replay {
    /// 收据文件：下载的收据，或 check-park --format json 的结果、结论的 JSON；- 为标准输入
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

/// A receipt as the platform gives it out, a self-check or decision that carries one, or a receipt of the engine.
fn read(text: &str) -> Result<Receipt, Failure> {
    let json: Json = serde_json::from_str(text).map_err(|error| {
        Failure::Usage(format!("收据不是 JSON：第 {} 行第 {} 列", error.line(), error.column()))
    })?;
    let json = json.get("check").unwrap_or(&json);
    if let Ok(receipt) = serde_json::from_value::<Receipt>(json.clone()) {
        return Ok(receipt);
    }
    let inner = json.get("receipt").unwrap_or(json);
    let given: Given =
        serde_json::from_value(inner.clone()).map_err(|error| no_receipt(&error.to_string()))?;
    // Receipts of early decisions do not name their park: the self-check around them does.
    let around = |keys: &[&str]| {
        let value = keys.iter().try_fold(json, |json, key| json.get(key));
        value.and_then(Json::as_str).map(str::to_owned)
    };
    let park = given.park.map(|park| park.to_string()).or_else(|| around(&["park", "id"]));
    let assessment = given.assessment.or_else(|| around(&["assessment"]));
    let overridden = |kind: &str| {
        let named = given.overrides.iter().filter_map(|(key, value)| Some((key.strip_prefix(kind)?, value)));
        named.map(|(id, value)| (id.to_owned(), value.clone())).collect()
    };
    Ok(Receipt {
        period: given.period.parse().map_err(|error: NoPeriod| no_receipt(&error.to_string()))?,
        assessment: assessment.ok_or_else(|| no_receipt("缺 assessment（评估）"))?,
        parameters: overridden("parameter:"),
        readings: overridden("reading:"),
        parks: vec![park.ok_or_else(|| no_receipt("缺 park（园区）"))?],
        package_digest: given.package_digest,
        known_time: given.known_time,
        semantics: given.semantics,
        result_digest: given.result_digest,
    })
}

fn no_receipt(reason: &str) -> Failure {
    Failure::Usage(format!(
        "这不是收据。请给出下载的收据、check-park --format json 的结果或结论的 JSON：{reason}。"
    ))
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
