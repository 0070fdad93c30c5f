//! `scorecards/*.toml`: scored comparisons.

use super::builder::{Builder, check_id};
use super::files::{Loaded, LoadedFile};
use crate::diagnostic::Diagnostic;
use crate::number::Exact;
use crate::package::{Grade, GradeRule, Scorecard, Subject, Tie, Veto};
use crate::plan::{GroupingIx, IndicatorIx};
use crate::source::{Located, Reader, count};

impl Builder<'_> {
    /// Reads one scorecard; the file's name is its id.
    pub(super) fn read_scorecard(&mut self, _package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        let id = file.stem();
        let Some(head) = reader.table("scorecard") else {
            self.findings.add(Diagnostic::error("missing-key", id.place, "缺少 [scorecard]"));
            return;
        };
        let name = head.need_text("name").map(|name| name.value).unwrap_or_default();
        let subject =
            head.need_choice("subject", &[("enterprise", Subject::Enterprise), ("park", Subject::Park)]);
        let score = head.need_text("score");
        let grouping = head.text("grouping");
        let eligible = head.text("eligible");
        let not_rated = head.text("not_rated").map_or_else(|| "不参评".to_owned(), |text| text.value);
        let ties = [("same-rank", Tie::SameRank), ("by-id", Tie::ById)];
        let tie = head.need_choice("tie", &ties);
        let by = head.need_choice("grades_by", &[("share", true), ("score", false)]);
        let (clauses, note) = self.definition(&head);
        head.finish();
        let grades = reader.tables("grade");
        let vetoes = reader.tables("veto");
        let grouping = grouping.and_then(|grouping| self.grouping_named(&grouping));
        let Some(subject) = subject else { return };
        let score = score.and_then(|score| self.figure_named(&score, subject, false));
        let eligible = eligible.map(|eligible| self.figure_named(&eligible, subject, true));
        let grades = by.map(|by_share| self.grades(&id, score, by_share, &grades));
        let vetoes = vetoes.iter().filter_map(|item| self.veto(item, subject, grades.as_ref())).collect();
        reader.finish();
        if !check_id(&id, false, self.findings) || !self.declare("scorecard", &id) {
            return;
        }
        let (Some(score), Some(grades), Some(tie)) = (score, grades, tie) else { return };
        self.scorecards.push(Scorecard {
            id: id.value,
            name,
            subject,
            score,
            grouping,
            eligible: eligible.flatten(),
            not_rated,
            grades,
            tie,
            vetoes,
            clauses,
            note,
            place: id.place,
        });
    }

    fn grouping_named(&self, id: &Located<String>) -> Option<GroupingIx> {
        let ids = self.groupings.iter().map(|grouping| grouping.id.as_str());
        self.look_up("unknown-grouping", "分组", id, ids).map(|at| GroupingIx(count(at)))
    }

    /// An indicator of the subject, a yes/no one where that is asked.
    fn figure_named(&self, id: &Located<String>, subject: Subject, is_truth: bool) -> Option<IndicatorIx> {
        let ids = self.indicators.iter().map(|indicator| indicator.id.as_str());
        let at = self.look_up("unknown-indicator", "指标", id, ids)?;
        let found = &self.indicators[at];
        if found.subject != subject {
            let message = format!("指标“{}”不属于这类对象", id.value);
            self.findings.add(Diagnostic::error("subject-mismatch", id.place.clone(), message));
            return None;
        }
        if found.is_truth != is_truth {
            let expected = if is_truth { "是/否指标（type = \"bool\"）" } else { "数值指标" };
            let message = format!("指标“{}”的类型不对", id.value);
            self.findings.add(Diagnostic::error("wrong-type", id.place.clone(), message).expected(expected));
            return None;
        }
        Some(IndicatorIx(count(at)))
    }

    fn grades(
        &self,
        id: &Located<String>,
        score: Option<IndicatorIx>,
        by_share: bool,
        items: &[Reader<'_>],
    ) -> GradeRule {
        let factor = score.map_or(Exact::ONE, |score| self.indicators[score.index()].unit_factor);
        let percent = Exact { mantissa: 1, scale: 2 };
        let mut grades: Vec<Grade> = Vec::new();
        for item in items {
            let name = item.need_text("id");
            let key = if by_share { "up_to" } else { "from" };
            let limit = item.number(key);
            item.finish();
            let Some(name) = name else { continue };
            if grades.iter().any(|grade| grade.id == name.value) {
                let message = format!("等级“{}”写了两次", name.value);
                self.findings.add(Diagnostic::error("duplicate-id", name.place.clone(), message));
            }
            let limit =
                limit.and_then(|limit| limit.value.checked_mul(if by_share { percent } else { factor }));
            self.check_order(&name, &grades, limit, by_share);
            grades.push(Grade { id: name.value, limit });
        }
        if grades.is_empty() {
            let message = "评价没有等级";
            self.findings
                .add(Diagnostic::error("empty-list", id.place.clone(), message).expected("[[grade]]"));
        } else if grades
            .last()
            .is_some_and(|last| last.limit.is_some_and(|limit| !by_share || limit != Exact::ONE))
        {
            self.findings.add(
                Diagnostic::error("grade-gap", id.place.clone(), "最后一个等级之外还有空档：有人会没有等级")
                    .expected("最后一个等级不写界限"),
            );
        }
        if by_share { GradeRule::Share(grades) } else { GradeRule::Score(grades) }
    }

    /// Limits of shares rise, limits of scores fall; only the last grade goes without.
    fn check_order(&self, name: &Located<String>, before: &[Grade], limit: Option<Exact>, by_share: bool) {
        let Some(last) = before.last() else { return };
        let problem = match (last.limit, limit) {
            (None, _) => Some("前一个等级已经没有界限，这个等级永远轮不到"),
            (Some(last), Some(limit)) if by_share == (limit < last) || limit == last => {
                Some("等级的界限与前一个重叠")
            }
            _ => None,
        };
        if let Some(problem) = problem {
            let expected = if by_share {
                "从好到差，up_to 逐级增大"
            } else {
                "从好到差，from 逐级减小"
            };
            self.findings.add(
                Diagnostic::error("grade-overlap", name.place.clone(), problem)
                    .found(name.value.clone())
                    .expected(expected),
            );
        }
    }

    fn veto(&self, item: &Reader<'_>, subject: Subject, grades: Option<&GradeRule>) -> Option<Veto> {
        let id = item.need_text("id");
        let name = item.need_text("name");
        let when = item.need_text("when");
        let ceiling = item.need_text("ceiling");
        item.finish();
        let (when, ceiling) = (self.figure_named(&when?, subject, true), ceiling?);
        let known = match grades {
            Some(GradeRule::Share(grades) | GradeRule::Score(grades)) => grades.as_slice(),
            None => &[],
        };
        if !known.is_empty() {
            let ids = known.iter().map(|grade| grade.id.as_str());
            self.look_up("unknown-grade", "等级", &ceiling, ids)?;
        }
        Some(Veto { id: id?.value, name: name?.value, when: when?, ceiling: ceiling.value })
    }
}
