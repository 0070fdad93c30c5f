//! What differs between two versions of a package: words of clauses, numbers, rules. For the command line and for pages.
//!
//! Compares the checked model, never the files: comments and order do not count, while a rule whose words stay but
//! whose meaning moved (through a derived field) does. Positions in lists are told by ids. Pure.

mod compare;
mod model;
mod words;

use indexmap::IndexSet;
use serde::Serialize;
use serde_json::Value as Json;

use crate::package::{Criterion, Package, Task};
use crate::plan::{IndicatorIx, ParameterIx};
use crate::words as rule;

pub use words::{Piece, PieceKind, words};

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only in the later version.
    Added,
    /// Only in the earlier one.
    Removed,
    /// In both, but not alike.
    Changed,
}

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// List of the package (`clauses`, `parameters`, `criteria` …); `package` for the head.
    pub section: String,
    /// Id; empty for the head.
    pub id: String,
    /// Name or title.
    pub name: String,
    /// What became of it.
    pub change: ChangeKind,
    /// In words before, where there are words for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// In words after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Each property that differs; only of what changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// A property that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// `values[1].value`.
    pub path: String,
    /// Before.
    pub before: Json,
    /// After.
    pub after: Json,
}

/// What differs between two packages, in the order of the package's lists, the head first.
pub fn difference(before: &Package, after: &Package) -> Vec<Change> {
    let (old, new) = (model::of(before), model::of(after));
    let mut found = Vec::new();
    let mut head = Vec::new();
    let empty = serde_json::Map::new();
    let (old, new) = (old.as_object().unwrap_or(&empty), new.as_object().unwrap_or(&empty));
    for (section, later) in new {
        let earlier = old.get(section).unwrap_or(&Json::Null);
        match (model::rows(earlier), model::rows(later)) {
            (Some(earlier), Some(later)) => {
                rows(section, (before, &earlier), (after, &later), &mut found);
            }
            _ => compare::compare(section, earlier, later, &mut head),
        }
    }
    if !head.is_empty() {
        let change = Change {
            section: "package".to_owned(),
            id: String::new(),
            name: after.title.clone(),
            change: ChangeKind::Changed,
            before: None,
            after: None,
            details: head,
        };
        found.insert(0, change);
    }
    found
}

fn rows(
    section: &str,
    (before, earlier): (&Package, &[(String, &Json)]),
    (after, later): (&Package, &[(String, &Json)]),
    found: &mut Vec<Change>,
) {
    let find = |rows: &[(String, &Json)], id: &str| {
        rows.iter().find(|(known, _)| known == id).map(|(_, row)| (*row).clone())
    };
    let ids: IndexSet<&String> = later.iter().chain(earlier).map(|(id, _)| id).collect();
    for id in ids {
        let (old, new) = (find(earlier, id), find(later, id));
        let name = [&new, &old].into_iter().flatten().find_map(name_of).unwrap_or_default();
        let (old_words, new_words) = (
            old.as_ref().and_then(|_| in_words(before, section, id)),
            new.as_ref().and_then(|_| in_words(after, section, id)),
        );
        let mut details = Vec::new();
        let change = match (&old, &new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            (Some(old), Some(new)) => {
                compare::compare("", old, new, &mut details);
                ChangeKind::Changed
            }
        };
        if change == ChangeKind::Changed && details.is_empty() && old_words == new_words {
            continue;
        }
        found.push(Change {
            section: section.to_owned(),
            id: id.clone(),
            name,
            change,
            before: old_words,
            after: new_words,
            details,
        });
    }
}

fn name_of(row: &Json) -> Option<String> {
    ["name", "title"].iter().find_map(|key| row.get(key)?.as_str()).map(str::to_owned)
}

/// Words for what has words of its own: clauses, numbers, indicators, conditions.
fn in_words(package: &Package, section: &str, id: &str) -> Option<String> {
    match section {
        "clauses" => package.clauses.get(id).map(|clause| clause.text.clone()),
        "parameters" => {
            let at = (0..).zip(&package.parameters).find(|(_, parameter)| parameter.id == id)?.0;
            Some(rule::parameter_value(package, ParameterIx(at)))
        }
        "indicators" => {
            let at = (0..).zip(&package.indicators).find(|(_, indicator)| indicator.id == id)?.0;
            Some(rule::indicator(package, IndicatorIx(at)))
        }
        "criteria" => {
            package.criteria.iter().find(|criterion| criterion.id == id).map(|of| criterion(package, of))
        }
        "targets" => {
            package.targets.iter().find(|target| target.id == id).map(|of| rule::target(package, of))
        }
        "tasks" => package.tasks.iter().find(|task| task.id == id).map(task),
        _ => None,
    }
}

/// Who does it, until when.
fn task(task: &Task) -> String {
    let mut parts = vec![format!("牵头：{}", task.lead.join("、"))];
    if !task.support.is_empty() {
        parts.push(format!("配合：{}", task.support.join("、")));
    }
    parts.extend(task.due.as_ref().map(|due| format!("期限：{due}")));
    parts.join("；")
}

/// All readings, the first one without its name.
fn criterion(package: &Package, criterion: &Criterion) -> String {
    let each = criterion.readings.iter().enumerate().map(|(position, reading)| {
        let words = rule::test(package, &reading.test);
        if position == 0 { words } else { format!("另一种读法（{}）：{words}", reading.text) }
    });
    each.collect::<Vec<_>>().join("\n")
}

/// A list of the package in Chinese.
pub fn section_name(section: &str) -> &str {
    match section {
        "clauses" => "条款",
        "units" => "单位",
        "catalogs" => "目录",
        "fields" => "字段",
        "forms" => "表",
        "parameters" => "参数",
        "benchmarks" => "全市数据",
        "indicators" => "指标",
        "facts" => "事实",
        "evidence" => "证明材料",
        "criteria" => "条件",
        "assessments" => "评估",
        "groupings" => "分组",
        "records" => "台账",
        "scorecards" => "评分表",
        "targets" => "目标",
        "tasks" => "任务",
        "package" => "政策包",
        other => other,
    }
}

/// One thing of a list: `criterion` of `criteria`.
pub fn section_kind(section: &str) -> &str {
    match section {
        "criteria" => "criterion",
        "facts" => "fact",
        "evidence" | "package" => section,
        other => other.strip_suffix('s').unwrap_or(other),
    }
}
