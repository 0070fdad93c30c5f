//! One rule of a package in words, with its clause: for `xiyuan policy explain`.

use serde::Serialize;
use xiyuan_policy::package::{Measure, Package};
use xiyuan_policy::words;

/// A rule in words.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Kind in Chinese.
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Head and text of each further line.
    pub lines: Vec<(&'static str, String)>,
}

/// Finds an id among criteria, targets, tasks, indicators, parameters, benchmarks, facts, clauses and fields, in this
/// order.
pub fn find(package: &Package, id: &str) -> Option<Rule> {
    criterion(package, id)
        .or_else(|| target(package, id))
        .or_else(|| task(package, id))
        .or_else(|| indicator(package, id))
        .or_else(|| parameter(package, id))
        .or_else(|| benchmark(package, id))
        .or_else(|| fact(package, id))
        .or_else(|| clause(package, id))
        .or_else(|| field(package, id))
}

/// For a terminal.
pub fn text(rule: &Rule) -> String {
    let mut out = vec![format!("{}  {}（{}）\n", rule.kind, rule.name, rule.id)];
    for (head, text) in &rule.lines {
        out.push(format!("{head}：{text}\n"));
    }
    out.concat()
}

fn clause_line(package: &Package, id: &str) -> (&'static str, String) {
    let title = package.clauses.get(id).map(|clause| clause.title.as_str()).unwrap_or_default();
    ("条款", format!("{id} {title}").trim().to_owned())
}

fn some(head: &'static str, text: Option<&String>, lines: &mut Vec<(&'static str, String)>) {
    lines.extend(text.map(|text| (head, text.clone())));
}

fn criterion(package: &Package, id: &str) -> Option<Rule> {
    let criterion = package.criteria.iter().find(|criterion| criterion.id == id)?;
    let mut lines = Vec::new();
    for reading in &criterion.readings {
        lines.push(clause_line(package, &reading.clause));
        lines.push(("原文", reading.quote.clone()));
        lines.push(("读法", format!("{}（{}）", reading.text, reading.id)));
        lines.push(("规则", words::test(package, &reading.test)));
    }
    if criterion.is_soft {
        lines.push(("软性要求", "不达到时，经批准可作为例外".to_owned()));
    }
    some("由谁判断", criterion.judged_by.as_ref(), &mut lines);
    some("依据", criterion.basis.as_ref(), &mut lines);
    some("出处", criterion.source.as_ref(), &mut lines);
    Some(Rule { kind: "条件", id: id.to_owned(), name: criterion.name.clone(), lines })
}

fn target(package: &Package, id: &str) -> Option<Rule> {
    let target = package.targets.iter().find(|target| target.id == id)?;
    let mut lines = Vec::new();
    for cited in &target.cited {
        lines.push(clause_line(package, &cited.clause));
        lines.push(("原文", cited.quote.clone()));
    }
    lines.push(("目标", words::target(package, target)));
    lines.push(("期限", target.due.day.to_string()));
    lines.push(("责任单位", target.duty_units.join("、")));
    if let Measure::Open { reason, .. } = &target.measure {
        lines.push(("无法计算", reason.clone()));
    }
    if let Some(indicator) = target.indicator() {
        lines.push(("规则", words::definition(package, &package.indicators[indicator.index()])));
    }
    some("说明", target.note.as_ref(), &mut lines);
    some("依据", target.basis.as_ref(), &mut lines);
    some("出处", target.source.as_ref(), &mut lines);
    Some(Rule { kind: "目标", id: id.to_owned(), name: target.name.clone(), lines })
}

fn task(package: &Package, id: &str) -> Option<Rule> {
    let task = package.tasks.iter().find(|task| task.id == id)?;
    let mut lines = vec![clause_line(package, &task.cited.clause), ("原文", task.cited.quote.clone())];
    lines.push(("牵头", task.lead.join("、")));
    if !task.support.is_empty() {
        lines.push(("配合", task.support.join("、")));
    }
    let files = task.evidence.iter().map(|kind| package.evidence[kind.index()].name.clone());
    let proof: Vec<String> = files.chain(task.proof.iter().cloned()).collect();
    if !proof.is_empty() {
        lines.push(("成果材料", proof.join("、")));
    }
    some("期限", task.due.as_ref(), &mut lines);
    some("依据", task.basis.as_ref(), &mut lines);
    some("出处", task.source.as_ref(), &mut lines);
    Some(Rule { kind: "任务", id: id.to_owned(), name: task.name.clone(), lines })
}

fn indicator(package: &Package, id: &str) -> Option<Rule> {
    let indicator = package.indicators.iter().find(|indicator| indicator.id == id)?;
    let mut lines: Vec<_> = indicator.clauses.iter().map(|clause| clause_line(package, clause)).collect();
    lines.push(("单位", indicator.unit.clone()));
    lines.push(("规则", words::definition(package, indicator)));
    lines.push(("公式", indicator.formula.trim().to_owned()));
    some("说明", indicator.note.as_ref(), &mut lines);
    Some(Rule { kind: "指标", id: id.to_owned(), name: indicator.name.clone(), lines })
}

fn parameter(package: &Package, id: &str) -> Option<Rule> {
    let parameter = package.parameters.iter().find(|parameter| parameter.id == id)?;
    let mut lines: Vec<_> = parameter.clause.iter().map(|clause| clause_line(package, clause)).collect();
    for value in &parameter.values {
        lines.push(("取值", format!("{}{}（{} 起）", value.value, parameter.unit, value.from)));
    }
    some("出处", parameter.source.as_ref(), &mut lines);
    some("依据", parameter.basis.as_ref(), &mut lines);
    Some(Rule { kind: "参数", id: id.to_owned(), name: parameter.name.clone(), lines })
}

fn benchmark(package: &Package, id: &str) -> Option<Rule> {
    let benchmark = package.benchmarks.iter().find(|benchmark| benchmark.id == id)?;
    let mut lines = vec![
        ("定义", benchmark.definition.clone()),
        ("单位", benchmark.unit.clone()),
        ("由谁提供", benchmark.owed_by.clone()),
    ];
    for (year, value, source) in &benchmark.published {
        lines.push(("已公布", format!("{year} 年 {value}{}，{source}", benchmark.unit)));
    }
    Some(Rule { kind: "全市数据", id: id.to_owned(), name: benchmark.name.clone(), lines })
}

fn fact(package: &Package, id: &str) -> Option<Rule> {
    let fact = package.facts.iter().find(|fact| fact.id == id)?;
    let lines = vec![clause_line(package, &fact.clause), ("由谁判断", fact.judged_by.clone())];
    Some(Rule { kind: "事实", id: id.to_owned(), name: fact.name.clone(), lines })
}

fn clause(package: &Package, id: &str) -> Option<Rule> {
    let clause = package.clauses.get(id)?;
    let mut lines = vec![("原文", clause.text.trim().to_owned())];
    if !clause.duty_units.is_empty() {
        lines.push(("责任单位", clause.duty_units.join("、")));
    }
    for norm in &clause.soft {
        lines.push(("留有余地", format!("“{}”，由{}决定", norm.quote, norm.decided_by)));
    }
    Some(Rule { kind: "条款", id: id.to_owned(), name: clause.title.clone(), lines })
}

fn field(package: &Package, id: &str) -> Option<Rule> {
    let field = package.fields.iter().find(|field| field.id == id || field.key == id)?;
    let mut lines = Vec::new();
    some("单位", field.unit.as_ref(), &mut lines);
    lines.push(("来源", field.sources.join("、")));
    some("填报说明", field.help.as_ref(), &mut lines);
    some("可能范围的依据", field.admissible_basis.as_ref(), &mut lines);
    Some(Rule { kind: "字段", id: field.id.clone(), name: field.name.clone(), lines })
}
