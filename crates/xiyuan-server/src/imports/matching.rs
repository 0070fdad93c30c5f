//! Which column is which field: by name, by another known name, by likeness – and what a person chose goes first.

use std::collections::{BTreeMap, HashSet};

use xiyuan_sheets::{ColumnHead, normalize_text};

use super::{targets::Target, types::Confidence};

/// Likeness below which nothing is proposed, in hundredths.
const LEAST_LIKENESS: usize = 70;

/// Words that say nothing about which figure it is.
const NEUTRAL: &[&str] =
    &["本年", "本期", "本年累计", "全年", "金额", "数值", "合计", "累计", "年末", "期末", "本年实际", "当年"];

/// Words that make a head another figure than the one it otherwise resembles.
const OTHER_FIGURE: &[&str] = &[
    "上年", "去年", "同期", "上期", "增速", "增长", "同比", "环比", "比重", "占比", "排名", "目标", "计划",
    "备注", "说明",
];

/// A column and the target it was matched to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Position of the target.
    pub target: Option<usize>,
    /// How sure.
    pub confidence: Confidence,
}

/// Matches columns to targets; each target at most once, the surest column first. Also answers columns that lost a
/// target to another one, as (column position, target).
pub fn match_columns(
    columns: &[ColumnHead],
    targets: &[Target],
    chosen: &BTreeMap<u32, Option<String>>,
) -> (Vec<Match>, Vec<(usize, usize)>) {
    let mut matches = vec![Match { target: None, confidence: Confidence::None }; columns.len()];
    let mut taken = HashSet::new();
    let mut lost = Vec::new();
    let number = |head: &ColumnHead| u32::try_from(head.column + 1).unwrap_or(u32::MAX);
    for (position, head) in columns.iter().enumerate() {
        if let Some(choice) = chosen.get(&number(head)) {
            let target = choice.as_ref().and_then(|id| targets.iter().position(|target| target.id == *id));
            taken.extend(target);
            matches[position] = Match { target, confidence: Confidence::Chosen };
        }
    }
    let mut wishes: Vec<(u8, usize, usize, usize)> = Vec::new();
    for (position, head) in columns.iter().enumerate() {
        if chosen.contains_key(&number(head)) {
            continue;
        }
        for (target_position, target) in targets.iter().enumerate() {
            if let Some((rank, likeness)) = wish(head, target) {
                wishes.push((rank, 100 - likeness, position, target_position));
            }
        }
    }
    wishes.sort_unstable();
    for (rank, _, position, target) in wishes {
        if matches[position].target.is_some() {
            continue;
        }
        if !taken.insert(target) {
            if rank < 2 {
                lost.push((position, target));
            }
            continue;
        }
        let confidence = match rank {
            0 => Confidence::Exact,
            1 => Confidence::Alias,
            _ => Confidence::Similar,
        };
        matches[position] = Match { target: Some(target), confidence };
    }
    lost.retain(|(position, _)| matches[*position].target.is_none());
    (matches, lost)
}

/// Rank (0 exact, 1 alias, 2 similar) and likeness of a head and a target.
fn wish(head: &ColumnHead, target: &Target) -> Option<(u8, usize)> {
    let name = bare(&target.name);
    let aliases: Vec<String> = target.aliases.iter().map(|alias| bare(alias)).collect();
    let levels: Vec<String> = head.levels.iter().map(|level| bare(level)).chain([bare(&head.name)]).collect();
    let last = levels.last().cloned().unwrap_or_default();
    let carried = |other: &str| OTHER_FIGURE.iter().any(|word| other.contains(word) && !name.contains(word));
    if levels.iter().any(|level| carried(level)) {
        return None;
    }
    // The lowest level names the figure; when it is a neutral word, the one above does.
    let named: Vec<&String> =
        levels.iter().rev().filter(|level| !NEUTRAL.contains(&level.as_str())).collect();
    let lowest = named.first().map_or(last.as_str(), |level| level.as_str());
    // A unit of the package that the reader of sheets does not know still stands behind the name.
    let own_unit = target.unit.as_ref().map(|unit| format!("({})", bare(unit)));
    let lowest = own_unit.as_deref().and_then(|unit| lowest.strip_suffix(unit)).unwrap_or(lowest);
    if lowest == name {
        return Some((0, 100));
    }
    if aliases.iter().any(|alias| alias == lowest) {
        return Some((1, 100));
    }
    let trimmed =
        NEUTRAL.iter().fold(lowest.to_owned(), |text, word| text.trim_start_matches(word).to_owned());
    if trimmed == name {
        return Some((1, 99));
    }
    let best = aliases.iter().chain([&name]).map(|known| likeness(lowest, known)).max().unwrap_or(0);
    (best >= LEAST_LIKENESS).then_some((2, best))
}

/// A name without blanks, brackets and marks, half-width.
fn bare(text: &str) -> String {
    let text = normalize_text(text);
    let text = text.trim_start_matches("其中:").trim_start_matches("其中");
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | ',' | '、' | '“' | '”' | '"'))
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// Shared pairs of neighbouring characters, in hundredths of all pairs (Dice).
fn likeness(one: &str, two: &str) -> usize {
    let pairs = |text: &str| -> Vec<(char, char)> {
        let characters: Vec<char> = text.chars().collect();
        characters.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let (one, mut two) = (pairs(one), pairs(two));
    let all = one.len() + two.len();
    if all == 0 {
        return 0;
    }
    let mut shared = 0;
    for pair in one {
        if let Some(position) = two.iter().position(|other| *other == pair) {
            two.swap_remove(position);
            shared += 1;
        }
    }
    200 * shared / all
}

#[cfg(test)]
mod tests {
    use super::{super::targets::ReadAs, *};

    fn target(id: &str, name: &str, aliases: &'static [&'static str]) -> Target {
        Target {
            id: id.to_owned(),
            name: name.to_owned(),
            aliases,
            unit: None,
            is_required: false,
            read_as: ReadAs::Text,
        }
    }

    fn head(column: usize, levels: &[&str]) -> ColumnHead {
        let levels: Vec<String> = levels.iter().map(|level| (*level).to_owned()).collect();
        let name = levels.last().cloned().unwrap_or_default();
        ColumnHead { column, levels, name, unit: None, is_required: false }
    }

    fn targets() -> Vec<Target> {
        vec![
            target("revenue", "营业收入", &[]),
            target("main", "主营业务收入", &[]),
            target("uscc", "统一社会信用代码", &["信用代码"]),
        ]
    }

    #[test]
    fn last_years_column_is_not_taken_for_this_years() {
        let columns = [head(0, &["营业收入", "上年同期"]), head(1, &["营业收入", "本年"])];
        let (found, _) = match_columns(&columns, &targets(), &BTreeMap::new());
        assert_eq!(found[0].target, None);
        assert_eq!(found[1], Match { target: Some(0), confidence: Confidence::Exact });
    }

    #[test]
    fn an_alias_is_known_and_a_typing_mistake_is_only_proposed() {
        let columns = [head(0, &["信用代码"]), head(1, &["主营业收入"])];
        let (found, _) = match_columns(&columns, &targets(), &BTreeMap::new());
        assert_eq!(found[0], Match { target: Some(2), confidence: Confidence::Alias });
        assert_eq!(found[1].confidence, Confidence::Similar);
    }

    #[test]
    fn what_a_person_chose_stands() {
        let chosen = BTreeMap::from([(1, None), (2, Some("revenue".to_owned()))]);
        let columns = [head(0, &["营业收入"]), head(1, &["收入合计"])];
        let (found, _) = match_columns(&columns, &targets(), &chosen);
        assert_eq!(found[0], Match { target: None, confidence: Confidence::Chosen });
        assert_eq!(found[1], Match { target: Some(0), confidence: Confidence::Chosen });
    }

    #[test]
    fn a_second_column_of_the_same_name_is_named_and_not_read() {
        let columns = [head(0, &["营业收入"]), head(1, &["营业收入"])];
        let (found, lost) = match_columns(&columns, &targets(), &BTreeMap::new());
        assert_eq!(found[1].target, None);
        assert_eq!(lost, [(1, 0)]);
    }
}
