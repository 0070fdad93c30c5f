//! What a worked example says must come out.

use super::builder::Builder;
use super::examples::Draft;
use crate::diagnostic::Diagnostic;
use crate::examples::model::{ExampleSubject, Expectation, ExpectedMissing, ExpectedOf, ExpectedWhat};
use crate::frame::Period;
use crate::outcome::Outcome;
use crate::package::Place;
use crate::plan::{AssessmentIx, IndicatorIx};
use crate::source::{Located, Reader, count};

impl Builder<'_> {
    pub(super) fn expectation(&self, item: &Reader<'_>, draft: &Draft) -> Option<Expectation> {
        let of = self.expected_of(item, draft);
        let what = self.expected_what(item);
        let reading = item.text("reading");
        let outcome = item.choice(
            "outcome",
            &[("met", Outcome::Met), ("not_met", Outcome::NotMet), ("undecided", Outcome::Undecided)],
        );
        let value = item.number("value").map(|value| value.value);
        let is_undefined = item.flag("undefined", false);
        let by_exception = item.has("by_exception").then(|| item.flag("by_exception", false));
        let could_change = item.has("could_change").then(|| item.flag("could_change", false));
        let missing = item.has("missing").then(|| self.expected_missing(item, draft.period));
        let what = what?;
        if outcome.is_none()
            && value.is_none()
            && !is_undefined
            && missing.is_none()
            && could_change.is_none()
            && by_exception.is_none()
        {
            let diagnostic = Diagnostic::error("empty-expectation", item.place(), "预期里没有写任何结果");
            self.findings
                .add(diagnostic.expected("outcome、value、undefined、missing、could_change 或 by_exception"));
        }
        match (&what, &reading) {
            (ExpectedWhat::Criterion(criterion), Some(reading)) => {
                self.reading_exists(*criterion, reading);
            }
            (_, Some(reading)) => {
                let message = "reading 只能与 criterion 一起写";
                self.findings.add(Diagnostic::error("unknown-reading", reading.place.clone(), message));
            }
            _ => {}
        }
        Some(Expectation {
            of: of?,
            what,
            reading: reading.map(|reading| reading.value),
            outcome,
            value,
            is_undefined,
            missing,
            could_change,
            by_exception,
            place: item.place(),
        })
    }

    fn expected_of(&self, item: &Reader<'_>, draft: &Draft) -> Option<ExpectedOf> {
        let of = |key: &'static str, among: &[ExampleSubject]| self.named(item, key, item.any(key)?, among);
        match (item.has("park"), item.has("enterprise"), item.has("group")) {
            (true, false, false) => of("park", &draft.parks).map(ExpectedOf::Park),
            (false, true, false) => of("enterprise", &draft.enterprises).map(ExpectedOf::Enterprise),
            (false, false, true) => {
                let name = item.text("group")?.value;
                draft.groups.iter().position(|group| *group == name).map(ExpectedOf::Group)
            }
            _ => {
                let message = "预期应写明 park、enterprise、group 之一";
                self.findings.add(Diagnostic::error("expectation-subject", item.place(), message));
                None
            }
        }
    }

    fn expected_what(&self, item: &Reader<'_>) -> Option<ExpectedWhat> {
        let names = [item.text("indicator"), item.text("criterion"), item.text("assessment")];
        match names {
            [Some(name), None, None] => {
                let ids = self.indicators.iter().map(|indicator| indicator.id.as_str());
                let index = self.look_up("unknown-indicator", "指标", &name, ids)?;
                Some(ExpectedWhat::Indicator(IndicatorIx(count(index))))
            }
            [None, Some(name), None] => self.criterion(&name).map(ExpectedWhat::Criterion),
            [None, None, Some(name)] => {
                let ids = self.assessments.iter().map(|assessment| assessment.id.as_str());
                let index = self.look_up("unknown-assessment", "自评", &name, ids)?;
                Some(ExpectedWhat::Assessment(AssessmentIx(count(index))))
            }
            _ => {
                let message = "预期应写且只写 criterion、indicator、assessment 之一";
                self.findings.add(Diagnostic::error("expectation-subject", item.place(), message));
                None
            }
        }
    }

    /// `二厂.revenue@2023`, `city.value_added_rate`, `甲园.operator.registered_in_wuxi`.
    fn expected_missing(&self, item: &Reader<'_>, period: Period) -> Vec<ExpectedMissing> {
        let mut cells = Vec::new();
        for written in item.texts("missing") {
            let (cell, at) = written.value.split_once('@').unwrap_or((&written.value, ""));
            let period = if at.is_empty() {
                Some(period)
            } else {
                self.period(&Located::new(at.to_owned(), written.place.clone()))
            };
            match cell.split_once('.') {
                Some((subject, field)) => cells.extend(period.map(|period| ExpectedMissing {
                    subject: subject.to_owned(),
                    field: field.to_owned(),
                    period,
                })),
                None => self.bad_missing(&written.value, written.place.clone()),
            }
        }
        cells
    }

    fn bad_missing(&self, found: &str, place: Place) {
        let diagnostic = Diagnostic::error("bad-missing", place, "缺失数据的写法不对");
        self.findings.add(diagnostic.found(found.to_owned()).expected("对象.字段，或 对象.字段@期间"));
    }
}
