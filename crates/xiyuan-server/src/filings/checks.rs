//! Checks between the fields of one filing, as the form declares them: hard ones refuse, soft ones ask for a reason.

use jiff::civil::Date;
use xiyuan_policy::package::{Check, Form, Package};
use xiyuan_store::packing::Values;

use super::truth;
use crate::error::{ApiError, ApiResult, ProblemEntry};

/// Checks of a form that do not hold on a day for these values. A check that reads something missing does not speak.
pub fn failed<'p>(package: &Package, form: &'p Form, values: &Values, on: Date) -> Vec<&'p Check> {
    let fails = |check: &&Check| truth::holds(package, &check.expression, values, on) == Some(false);
    form.checks.iter().filter(fails).collect()
}

/// Refuses values that break a hard check, and soft ones without a reason.
pub(super) fn refuse(
    package: &Package,
    form: &Form,
    values: &Values,
    on: Date,
    reason: Option<&str>,
) -> ApiResult<()> {
    let has_reason = reason.is_some_and(|reason| !reason.trim().is_empty());
    let errors: Vec<ProblemEntry> = failed(package, form, values, on)
        .into_iter()
        .filter(|check| check.is_hard || !has_reason)
        .map(|check| ProblemEntry {
            code: if check.is_hard { "check-failed" } else { "check-needs-reason" }.to_owned(),
            message: check.message.clone(),
            ..ProblemEntry::default()
        })
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    let detail = format!("有 {} 项表内校验未通过；确属实情的软性校验可填写理由后提交。", errors.len());
    Err(ApiError::Invalid { code: "checks-failed", detail, errors })
}
