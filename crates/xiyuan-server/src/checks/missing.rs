//! What is missing, in words: whose, what, who owes it, since when.

use jiff::{ToSpan as _, civil::Date};
use xiyuan_policy::{
    frame::{Frame, Period, SubjectIx},
    outcome::Missing,
    package::{Field, Form, Frequency, Origin, Package},
};

use super::{
    sight::{Sight, enterprise_id},
    types::{MissingItem, MissingKind},
};
use crate::{
    engine::Evaluated,
    error::{ApiError, ApiResult},
    filings::values::find_form,
    http::types::Named,
    policies,
};

/// Who keeps the registry, where a registry property is missing.
const REGISTRY_KEEPER: &str = "园区运营管理主体、市(县)区经办";
/// Who hands in evidence.
const EVIDENCE_KEEPER: &str = "园区运营管理主体";

/// Missing things that the reader may see by name, and how many others there are.
pub(super) fn items(
    evaluated: &Evaluated,
    sight: &Sight,
    missing: &[Missing],
) -> ApiResult<(Vec<MissingItem>, u32)> {
    items_of(&evaluated.package, &evaluated.frame, sight, missing)
}

/// The same over any frame.
pub(crate) fn items_of(
    package: &Package,
    frame: &Frame,
    sight: &Sight,
    missing: &[Missing],
) -> ApiResult<(Vec<MissingItem>, u32)> {
    let mut items = Vec::new();
    let mut hidden = 0;
    for one in missing {
        match item((package, frame), sight, one)? {
            Some(item) => items.push(item),
            None => hidden += 1,
        }
    }
    let key = |item: &MissingItem| {
        let subject = item.subject.as_ref().map(|subject| subject.name.clone());
        (item.kind, subject, item.period.clone(), item.field.clone())
    };
    items.sort_by_cached_key(key);
    Ok((items, hidden))
}

fn item(
    (package, frame): (&Package, &Frame),
    sight: &Sight,
    missing: &Missing,
) -> ApiResult<Option<MissingItem>> {
    let (subject, field, period) = match *missing {
        Missing::Figure { subject, field, period } => (subject, field, period),
        Missing::Benchmark { benchmark, period } => {
            let benchmark = &package.benchmarks[benchmark.index()];
            return Ok(Some(MissingItem {
                kind: MissingKind::Benchmark,
                subject: None,
                field: benchmark.id.clone(),
                field_name: benchmark.name.clone(),
                form: None,
                period: Some(period.to_string()),
                owed_by: benchmark.owed_by.clone(),
                since: None,
            }));
        }
        Missing::Fact { fact } => {
            let fact = &package.facts[fact.index()];
            let owed_by = policies::role_name(&fact.judged_by);
            return Ok(Some(of_rule(MissingKind::Fact, &fact.id, &fact.name, owed_by)));
        }
        Missing::Evidence { evidence } => {
            let kind = &package.evidence[evidence.index()];
            let owed_by = EVIDENCE_KEEPER.to_owned();
            return Ok(Some(of_rule(MissingKind::Evidence, &kind.id, &kind.name, owed_by)));
        }
    };
    if let SubjectIx::Enterprise(enterprise) = subject
        && !sight.names(enterprise_id(frame, enterprise)?)
    {
        return Ok(None);
    }
    let info = frame.subject(subject);
    let field: &Field = &package.fields[field.index()];
    let form = form_of(package, field);
    Ok(Some(MissingItem {
        kind: MissingKind::Figure,
        subject: Some(Named { id: info.id.parse().map_err(ApiError::internal)?, name: info.name.clone() }),
        field: field.key.clone(),
        field_name: field.name.clone(),
        form: form.map(|form| form.id.clone()),
        period: Some(period.to_string()),
        owed_by: form.map_or_else(|| REGISTRY_KEEPER.to_owned(), |form| form.owed_by.clone()),
        since: form.and_then(|form| due(form, period)).map(|day| day.to_string()),
    }))
}

fn of_rule(kind: MissingKind, id: &str, name: &str, owed_by: String) -> MissingItem {
    MissingItem {
        kind,
        subject: None,
        field: id.to_owned(),
        field_name: name.to_owned(),
        form: None,
        period: None,
        owed_by,
        since: None,
    }
}

/// The form that a field is filed on.
pub(super) fn form_of<'p>(package: &'p Package, field: &Field) -> Option<&'p Form> {
    match &field.origin {
        Origin::Form { form } => find_form(package, form),
        Origin::Registry { .. } | Origin::Derived { .. } => None,
    }
}

/// Day on which a form was due for a period.
fn due(form: &Form, period: Period) -> Option<Date> {
    let is_own_kind = matches!(
        (form.frequency, period),
        (Frequency::Year, Period::Year(_)) | (Frequency::Month, Period::Month(..))
    );
    if !is_own_kind {
        return None;
    }
    let first = period.last_day().first_of_month();
    let month = first.checked_add(i64::from(form.due_months_after).months()).ok()?;
    let day = i8::try_from(form.due_day).ok()?.clamp(1, month.days_in_month());
    Date::new(month.year(), month.month(), day).ok()
}
