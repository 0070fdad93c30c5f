//! `xiyuan check-park`: the self-check of one park, condition by condition; the same JSON as the API's.

use clap::Args;
use xiyuan_server::checks::types::{CheckAnswer, CriterionAnswer, TestAnswer};
use xiyuan_server::checks::{CheckQuestion, check_park};
use xiyuan_server::http::types::OutcomeName;

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};

/// Options.
#[derive(Args, Debug)]
pub struct CheckPark {
    /// 园区的名称、代码或标识
    park: String,
    /// 年度
    #[arg(long, value_name = "Y")]
    year: i16,
    #[command(flatten)]
    basis: Basis,
}

/// On what basis something is evaluated.
#[derive(Args, Clone, Debug, Default)]
pub struct Basis {
    /// 数据时点：提交编号，或时刻（如 2026-03-31T12:00:00Z）
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// 采用另一种读法，可多次使用
    #[arg(long, value_name = "ID=READING")]
    reading: Vec<String>,
    /// 试改参数，可多次使用
    #[arg(long, value_name = "PARAM=VALUE")]
    set: Vec<String>,
    /// 政策包；默认用当前默认的政策包
    #[arg(long, value_name = "ID")]
    policy: Option<String>,
    /// 评估；默认用政策包的第一个
    #[arg(long, value_name = "ID")]
    assessment: Option<String>,
}

impl Basis {
    /// As the services take it.
    pub fn question(self, year: i16) -> Result<CheckQuestion, Failure> {
        Ok(CheckQuestion {
            year: Some(year),
            policy: self.policy,
            assessment: self.assessment,
            as_of: self.as_of,
            parameters: pairs("--set", &self.set)?,
            readings: pairs("--reading", &self.reading)?,
        })
    }
}

fn pairs(option: &str, texts: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let pair = |text: &String| match text.split_once('=') {
        Some((id, value)) if !id.trim().is_empty() && !value.trim().is_empty() => {
            Ok((id.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(Failure::Usage(format!("{option} 应写作“标识=取值”，而不是“{text}”。"))),
    };
    texts.iter().map(pair).collect()
}

/// Checks.
pub async fn run(place: &Place, command: CheckPark) -> Result<Answer, Failure> {
    let question = command.basis.question(command.year)?;
    let services = opened::open_existing(place).await?;
    let park = opened::find_park(&services, &command.park).await?;
    let answer = check_park(&services, &opened::scope(), park, &question).await?;
    print(place.format, &answer, text)?;
    services.db.close().await;
    Ok(Answer::of(answer.outcome == OutcomeName::Met))
}

fn text(answer: &CheckAnswer) -> String {
    let mut out = vec![format!(
        "{}  {} 年  {}\n政策包 {}（{}…），数据时点 {}\n",
        answer.park.name,
        answer.year,
        answer.outcome.label(),
        answer.policy,
        answer.package_digest.get(..12).unwrap_or_default(),
        answer.known_time,
    )];
    for criterion in &answer.criteria {
        out.push("\n".to_owned());
        criterion_text(criterion, &mut out);
    }
    out.concat()
}

fn criterion_text(criterion: &CriterionAnswer, out: &mut Vec<String>) {
    let CriterionAnswer { name, clause, quote, reading, test, exception, chosen, .. } = criterion;
    let outcome = if exception.is_some() { "例外满足" } else { test.outcome.label() };
    out.push(format!("[{outcome}] {name}（{clause}）{}\n", measured(test)));
    out.push(format!("    原文：{quote}\n    读法：{reading}\n"));
    for (what, ruling) in [("例外", exception), ("读法确定", chosen)] {
        let Some(ruling) = ruling else { continue };
        let basis = ruling.basis.as_ref().map(|basis| format!("，依据 {basis}")).unwrap_or_default();
        let until = ruling.until.map(|until| format!("至 {until}")).unwrap_or_default();
        out.push(format!(
            "    {what}：自 {} 起{until}，{}{basis}（{}）\n",
            ruling.from, ruling.reason, ruling.by
        ));
    }
    for missing in all_missing(test) {
        out.push(format!("    缺：{missing}\n"));
    }
}

fn measured(test: &TestAnswer) -> String {
    let unit = test.unit.as_deref().unwrap_or_default();
    match (&test.value, &test.threshold) {
        (Some(value), Some(threshold)) => format!("  {value}{unit}，门槛 {threshold}{unit}"),
        (None, Some(threshold)) => format!("  暂无数值，门槛 {threshold}{unit}"),
        _ => String::new(),
    }
}

fn all_missing(test: &TestAnswer) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in &test.missing {
        let whose = item.subject.as_ref().map(|subject| format!("{} ", subject.name)).unwrap_or_default();
        let effect = if test.could_change { "可能改变结论" } else { "不影响结论" };
        let line = format!("{whose}{}（{}，{effect}）", item.field_name, item.owed_by);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    for part in &test.parts {
        for line in all_missing(part) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}
