//! `xiyuan explain`: a figure opened down to the filings it was computed from.

use clap::Args;
use xiyuan_server::checks::types::FigureAnswer;
use xiyuan_server::checks::{FigureQuestion, explain_figure};

use super::check_park::Basis;
use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print, table};

/// Members of one page of the service.
const PAGE: usize = 500;

/// Options.
#[derive(Args, Debug)]
pub struct Explain {
    /// 指标标识
    figure: String,
    /// 园区的名称、代码或标识
    subject: String,
    /// 期间（年度）
    period: i16,
    #[command(flatten)]
    basis: Basis,
}

/// Explains.
pub async fn run(place: &Place, command: Explain) -> Result<Answer, Failure> {
    let check = command.basis.question(command.period)?;
    let services = opened::open_existing(place).await?;
    let park = opened::find_park(&services, &command.subject).await?;
    let mut question = FigureQuestion { indicator: command.figure, park, check, after: 0, limit: PAGE };
    let mut answer = explain_figure(&services, &opened::scope(), &question).await?;
    while answer.next.is_some() {
        question.after = answer.members.len();
        let page = explain_figure(&services, &opened::scope(), &question).await?;
        if page.members.is_empty() {
            break;
        }
        answer.members.extend(page.members);
        answer.next = page.next;
    }
    print(place.format, &answer, text)?;
    services.db.close().await;
    Ok(Answer::of(answer.value.is_some()))
}

fn text(answer: &FigureAnswer) -> String {
    let rule = &answer.indicator;
    let value = answer.value.clone().unwrap_or_else(|| "暂无".to_owned());
    let mut out = vec![format!(
        "{}  {} {}  {value}{}\n公式：{}\n",
        answer.subject.name, answer.period, rule.name, rule.unit, rule.words
    )];
    if let Some(reason) = &answer.reason {
        out.push(format!("说明：{reason}\n"));
    }
    for part in &answer.parts {
        let unit = part.unit.as_deref().unwrap_or_default();
        let value = part.value.as_deref().unwrap_or("暂无");
        out.push(format!(
            "{}：{value}{unit}（计入 {} 家，缺 {} 家）\n",
            part.label, part.counted, part.missing
        ));
    }
    let mut heads = vec!["企业".to_owned()];
    heads.extend(answer.columns.iter().map(|column| match &column.unit {
        Some(unit) => format!("{}（{unit}）", column.name),
        None => column.name.clone(),
    }));
    let rows = answer.members.iter().map(|member| {
        let name = member.enterprise.as_ref().map(|enterprise| enterprise.name.clone()).unwrap_or_default();
        let cells = member.cells.iter().map(|cell| cell.value.clone().unwrap_or_else(|| "缺".to_owned()));
        std::iter::once(name).chain(cells).collect()
    });
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    out.push(table(&heads, &rows.collect::<Vec<_>>()));
    out.concat()
}
