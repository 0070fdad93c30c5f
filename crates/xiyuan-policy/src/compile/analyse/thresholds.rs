//! Thresholds of which no worked example shows a side: below, exactly at, above, or with a missing figure.

use super::extent::Extents;
use super::notes::is_own;
use super::reach::{may_be_missing, reads_filed, shown};
use super::{Analysis, reading_words};
use crate::diagnostic::Diagnostic;
use crate::examples::{Covered, coverage};
use crate::package::Threshold;

impl Analysis<'_> {
    /// Only for the package's own criteria.
    pub(super) fn thresholds(&self) {
        let extents = Extents::new(self.package, self.package.in_force_from);
        let missable = may_be_missing(self.package);
        for covered in coverage(self.package, self.examples) {
            let place = self.place_of(covered.criterion.index(), covered.reading);
            if !is_own(&place) {
                continue;
            }
            let lacks = self.lacks(&extents, &missable, &covered);
            if lacks.is_empty() {
                continue;
            }
            let name = reading_words(self.package, covered.criterion.index(), covered.reading);
            let indicator = &self.package.indicators[covered.indicator.index()].name;
            let message = format!("{name}的门槛没有例子：{}", lacks.join("、"));
            self.findings.add(
                Diagnostic::warning("untested-threshold", place, message)
                    .found(format!(
                        "{indicator}，门槛 {}",
                        shown(self.package, &extents, covered.indicator, covered.threshold)
                    ))
                    .hint("在 tests/*.toml 里给这个条件补上写明 outcome 的例子".to_owned()),
            );
        }
    }

    /// What examples do not show and figures could be.
    fn lacks(&self, extents: &Extents<'_>, missable: &[bool], covered: &Covered<'_>) -> Vec<String> {
        let extent = extents.indicator(covered.indicator);
        let line = match covered.threshold {
            Threshold::Parameter(parameter) => extents.parameter(*parameter),
            Threshold::Expression { .. } => None,
        };
        let reaches = |end: Option<bool>| end.unwrap_or(true);
        let mut lacks = Vec::new();
        if !covered.below && reaches(extent.low.zip(line).map(|(low, line)| low < line)) {
            lacks.push("低于门槛".to_owned());
        }
        if !covered.above && reaches(extent.high.zip(line).map(|(high, line)| high > line)) {
            lacks.push("高于门槛".to_owned());
        }
        for reading in &covered.not_at {
            let criterion = &self.package.criteria[covered.criterion.index()];
            let id = &criterion.readings[*reading].id;
            lacks.push(if *reading == covered.reading {
                "恰好等于门槛".to_owned()
            } else {
                format!("恰好等于门槛（读法 {id}）")
            });
        }
        let line_may_be = matches!(covered.threshold, Threshold::Expression { expression, .. }
            if reads_filed(expression, missable));
        if !covered.missing && (missable[covered.indicator.index()] || line_may_be) {
            lacks.push("缺数".to_owned());
        }
        lacks
    }
}
