//! One filing with all revisions.

use axum::extract::State;
use jiff::civil::Date;
use uuid::Uuid;
use xiyuan_policy::package::{Package, Subject};
use xiyuan_store::{
    FilingId, ImportId, ParkId, Scope, SubjectId,
    audit::Entry,
    filings::{self, Filing, FilingRevision as StoredRevision},
    format_period,
    packing::Values,
    registry::{enterprises, parks},
};

use super::values;
use crate::{
    error::{ApiResult, Missing},
    filings::types::{FilingDetail, FilingRevision, FilingSubject, FilingValue},
    http::{
        extract::{ApiJson, ApiPath},
        types::Named,
    },
    registry::types::HistoryChange,
    session::Caller,
    state::{AppState, Services},
};

/// One filing with all revisions.
#[utoipa::path(
    get,
    path = "/filings/{id}",
    operation_id = "get_filing",
    tag = "填报",
    params(("id" = Uuid, Path, description = "Filing")),
    responses((status = 200, description = "OK", body = FilingDetail))
)]
pub(crate) async fn get_filing(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<FilingDetail>> {
    let detail = detail(&state, caller.scope(), FilingId(id)).await?;
    let entry = Entry::done("read_filing", "filing", id).named(detail.subject.name.clone());
    caller.note_read(&state, entry);
    Ok(ApiJson(detail))
}

/// A filing as its page shows it.
pub(super) async fn detail(services: &Services, scope: &Scope, id: FilingId) -> ApiResult<FilingDetail> {
    let package = services.engine.require_package(None).await?;
    let filing = filings::get(&services.db, scope, &package, id).await.or_missing("填报")?;
    let name = subject_name(services, scope, filing.subject).await?;
    Ok(FilingDetail {
        id: filing.id.0,
        subject: FilingSubject { kind: filing.subject.kind.word().to_owned(), id: filing.subject.id, name },
        form_name: super::form_name(Some(&package), &filing.form),
        period: format_period(filing.period),
        revisions: revisions(&package, &filing),
        form: filing.form,
    })
}

async fn subject_name(services: &Services, scope: &Scope, subject: SubjectId) -> ApiResult<String> {
    match subject.kind {
        Subject::Enterprise => {
            let id = xiyuan_store::EnterpriseId(subject.id);
            let names = enterprises::names(&services.db, scope, &[id]).await?;
            Ok(names.into_iter().next().map(|(_, name)| name).unwrap_or_default())
        }
        Subject::Park => {
            let day: Date = services.today();
            let row = parks::get(&services.db, scope, ParkId(subject.id), day).await.or_missing("填报")?;
            Ok(row.park.data.name)
        }
        Subject::City => Ok("全市".to_owned()),
        // Nobody files for a group, and records have no filings.
        Subject::Group(_) | Subject::Record(_) => Ok(String::new()),
    }
}

fn revisions(package: &Package, filing: &Filing) -> Vec<FilingRevision> {
    let nothing = Values::new();
    let mut shown = Vec::new();
    let mut before: &Values = &nothing;
    for revision in &filing.revisions {
        shown.push(FilingRevision {
            revision: revision.revision,
            commit: revision.commit.0,
            filed_at: revision.at,
            filed_by: revision.by_name.clone().unwrap_or_else(|| "系统".to_owned()),
            import: revision.import.map(|ImportId(id)| Named { id, name: "批量导入".to_owned() }),
            reason: revision.reason.clone(),
            is_withdrawn: revision.is_withdrawn,
            values: shown_values(package, &filing.form, revision),
            changes: changes(package, before, &revision.values),
        });
        before = &revision.values;
    }
    shown.reverse();
    shown
}

fn shown_values(package: &Package, form: &str, revision: &StoredRevision) -> Vec<FilingValue> {
    let fields = values::form_fields(package, form);
    fields
        .map(|field| {
            let value = revision.values.get(&field.id);
            let shown = value.and_then(values::shown);
            let is_hidden = revision.hidden > 0 && value.is_none() && values::is_sensitive(field);
            FilingValue {
                field: field.key.clone(),
                name: field.name.clone(),
                is_missing: shown.is_none() && !is_hidden,
                value: shown,
                unit: field.unit.clone(),
                is_hidden,
            }
        })
        .collect()
}

fn changes(package: &Package, before: &Values, after: &Values) -> Vec<HistoryChange> {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| {
            let field = package.fields.iter().find(|field| field.id == **key);
            HistoryChange {
                field: field.map_or_else(|| key.clone(), |field| field.key.clone()),
                name: field.map_or_else(|| key.clone(), |field| field.name.clone()),
                before: before.get(key).and_then(values::shown),
                after: after.get(key).and_then(values::shown),
            }
        })
        .collect()
}
