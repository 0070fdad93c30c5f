//! Gaps and overlaps between the intervals of grades or steps, and grades that no score reaches.

use super::Analysis;
use super::extent::Extents;
use super::reach::in_unit;
use crate::diagnostic::Diagnostic;
use crate::number::Exact;
use crate::package::{GradeRule, Scorecard};

/// An end of an interval: open ends do not belong to it. `None` is without end.
pub(super) type Edge = Option<(Exact, bool)>;

/// From `low` to `high`; the flag of an edge is true when the edge itself is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: Edge,
    pub(super) high: Edge,
}

/// What is wrong between intervals, by their positions in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing in it.
    Empty(usize),
    /// Numbers of the whole between two neighbours (or before the first, after the last) belong to none.
    Gap { hole: Interval },
    /// Two intervals share numbers.
    Overlap { one: usize, two: usize, shared: Interval },
    /// An interval shares no number with the whole.
    OutOfReach(usize),
}

impl Interval {
    /// Nothing lies in it.
    fn is_empty(self) -> bool {
        match (self.low, self.high) {
            (Some((low, low_open)), Some((high, high_open))) => {
                low > high || (low == high && (low_open || high_open))
            }
            _ => false,
        }
    }

    fn with(self, other: Self) -> Self {
        Self { low: later(self.low, other.low), high: earlier(self.high, other.high) }
    }

    /// Orders by where an interval begins: a closed edge before an open one at the same number.
    fn begins_before(self, other: Self) -> bool {
        match (self.low, other.low) {
            (None, Some(_)) => true,
            (_, None) => false,
            (Some((a, open)), Some((b, other_open))) => a < b || (a == b && !open && other_open),
        }
    }
}

/// The higher of two low edges.
fn later(a: Edge, b: Edge) -> Edge {
    match (a, b) {
        (None, edge) | (edge, None) => edge,
        (Some(a), Some(b)) => Some(if a.0 > b.0 || (a.0 == b.0 && a.1) { a } else { b }),
    }
}

/// The lower of two high edges.
fn earlier(a: Edge, b: Edge) -> Edge {
    match (a, b) {
        (None, edge) | (edge, None) => edge,
        (Some(a), Some(b)) => Some(if a.0 < b.0 || (a.0 == b.0 && a.1) { a } else { b }),
    }
}

/// The edge at which the rest begins where something ends, and the other way round.
fn turned(edge: Edge) -> Edge {
    edge.map(|(value, open)| (value, !open))
}

/// Everything that is wrong with intervals that should cover a whole, each number once.
pub(super) fn faults(whole: Interval, intervals: &[Interval]) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut order: Vec<usize> = Vec::new();
    for (position, interval) in intervals.iter().enumerate() {
        if interval.is_empty() {
            found.push(Fault::Empty(position));
        } else if interval.with(whole).is_empty() {
            found.push(Fault::OutOfReach(position));
        } else {
            order.push(position);
        }
    }
    order.sort_by(|a, b| {
        let (one, two) = (intervals[*a], intervals[*b]);
        two.begins_before(one).cmp(&one.begins_before(two))
    });
    // Where what is not covered yet begins; `None` when everything above is covered.
    let mut open: Option<Edge> = Some(whole.low);
    for (at, position) in order.iter().enumerate() {
        let interval = intervals[*position];
        if let (Some(low), Some(_)) = (open, interval.low) {
            let hole = Interval { low, high: turned(interval.low) }.with(whole);
            if !hole.is_empty() {
                found.push(Fault::Gap { hole });
            }
        }
        for before in &order[..at] {
            let shared = intervals[*before].with(interval);
            if !shared.is_empty() {
                found.push(Fault::Overlap { one: *before, two: *position, shared });
            }
        }
        open = open.filter(|_| interval.high.is_some()).map(|low| later(low, turned(interval.high)));
    }
    let rest = open.map(|low| Interval { low, high: whole.high });
    found.extend(rest.filter(|rest| !rest.is_empty()).map(|hole| Fault::Gap { hole }));
    found
}

impl Analysis<'_> {
    /// Grades by score: limits are in order already, so what remains is a grade that no score reaches.
    pub(super) fn grades(&self) {
        for day in self.days() {
            let extents = Extents::new(self.package, day);
            for card in &self.package.scorecards {
                self.grades_of(card, &extents);
            }
        }
    }

    fn grades_of(&self, card: &Scorecard, extents: &Extents<'_>) {
        let GradeRule::Score(grades) = &card.grades else { return };
        let extent = extents.indicator(card.score);
        let closed = |end: Option<Exact>| end.map(|end| (end, false));
        let whole = Interval { low: closed(extent.low), high: closed(extent.high) };
        let mut above: Edge = None;
        let intervals: Vec<Interval> = grades
            .iter()
            .map(|grade| {
                let interval = Interval { low: closed(grade.limit), high: above };
                above = grade.limit.map(|limit| (limit, true));
                interval
            })
            .collect();
        let factor = self.package.indicators[card.score.index()].unit_factor;
        let shown = |edge: Edge| {
            edge.and_then(|(value, _)| in_unit(value, factor)).unwrap_or_else(|| "不限".to_owned())
        };
        for fault in faults(whole, &intervals) {
            let (code, message) = match fault {
                Fault::Empty(at) | Fault::OutOfReach(at) => (
                    "grade-out-of-reach",
                    format!("评价“{}”的等级“{}”按填报范围没有分数能达到", card.name, grades[at].id),
                ),
                Fault::Gap { hole } => (
                    "grade-gap",
                    format!("评价“{}”在 {} 与 {} 之间没有等级", card.name, shown(hole.low), shown(hole.high)),
                ),
                Fault::Overlap { one, two, shared } => (
                    "grade-overlap",
                    format!(
                        "评价“{}”的等级“{}”与“{}”在 {} 与 {} 之间重叠",
                        card.name,
                        grades[one].id,
                        grades[two].id,
                        shown(shared.low),
                        shown(shared.high)
                    ),
                ),
            };
            let range = format!("分数在 {} 与 {} 之间", shown(whole.low), shown(whole.high));
            self.findings.add(Diagnostic::warning(code, card.place.clone(), message).hint(range));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[0, 60)`, `(60, -)`: `-` is without end.
    fn interval(text: &str) -> Interval {
        let (low, high) = text[1..text.len() - 1].split_once(", ").expect("two ends");
        let edge = |end: &str, open: bool| (end != "-").then(|| (Exact::parse(end).expect("a number"), open));
        Interval { low: edge(low, text.starts_with('(')), high: edge(high, text.ends_with(')')) }
    }

    fn found(whole: &str, intervals: &[&str]) -> Vec<Fault> {
        faults(interval(whole), &intervals.iter().map(|text| interval(text)).collect::<Vec<_>>())
    }

    #[test]
    fn neighbours_that_share_an_edge_once_cover_the_whole() {
        assert_eq!(found("[0, 100]", &["[85, 100]", "[60, 85)", "[0, 60)"]), []);
        assert_eq!(found("[0, 100]", &["[0, 60]", "(60, 85]", "(85, -)"]), []);
        assert_eq!(found("(-, -)", &["(-, 0)", "[0, -)"]), []);
    }

    #[test]
    fn a_number_between_two_open_edges_is_a_gap() {
        let gap = Fault::Gap { hole: interval("[60, 60]") };
        assert_eq!(found("[0, 100]", &["[0, 60)", "(60, 100]"]), [gap]);
    }

    #[test]
    fn a_number_of_two_closed_edges_is_an_overlap() {
        let overlap = Fault::Overlap { one: 1, two: 0, shared: interval("[60, 60]") };
        assert_eq!(found("[0, 100]", &["[60, 100]", "[0, 60]"]), [overlap]);
    }

    #[test]
    fn gaps_at_both_ends_and_in_the_middle_are_named() {
        let gaps = ["[0, 10)", "(20, 30)", "[90, 100]"].map(|hole| Fault::Gap { hole: interval(hole) });
        assert_eq!(found("[0, 100]", &["[10, 20]", "[30, 90)"]), gaps);
    }

    #[test]
    fn a_long_interval_over_a_short_one_leaves_no_gap_behind_it() {
        let shared = interval("[10, 20)");
        assert_eq!(found("[0, 100]", &["[0, 100]", "[10, 20)"]), [Fault::Overlap { one: 0, two: 1, shared }]);
    }

    #[test]
    fn an_interval_outside_the_whole_is_never_reached() {
        assert_eq!(found("[0, 100]", &["[0, 100]", "(100, -)"]), [Fault::OutOfReach(1)]);
        assert_eq!(found("[0, 100]", &["[0, 100]", "(50, 50]"]), [Fault::Empty(1)]);
    }

    #[test]
    fn nothing_at_all_leaves_the_whole_open() {
        assert_eq!(found("[0, -)", &[]), [Fault::Gap { hole: interval("[0, -)") }]);
    }
}
