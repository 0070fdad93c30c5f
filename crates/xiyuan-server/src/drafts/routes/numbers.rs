//! Numbers of a draft and their guided change.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use uuid::Uuid;
use xiyuan_policy::{
    edit::{self, EditError, WrittenNumber},
    package::Package,
    source::SourceFile,
};
use xiyuan_store::DraftId;

use crate::{
    drafts::{
        loaded::{as_changes, change, load},
        refusal,
        types::{ChangeDraftNumberRequest, DraftNumber, PolicyDraft},
    },
    engine::blocking,
    error::ApiResult,
    http::{
        extract::{ApiJson, ApiPath},
        paging::Page,
        revision::{IfMatch, etag},
    },
    session::Caller,
    state::AppState,
};

/// Every number of the policy's own, with the sentence it stands in.
#[utoipa::path(
    get,
    path = "/policy-drafts/{id}/numbers",
    operation_id = "list_draft_numbers",
    tag = "政策草稿",
    params(("id" = Uuid, Path, description = "Draft")),
    responses((status = 200, description = "OK", body = Page<DraftNumber>))
)]
pub(in crate::drafts) async fn list_draft_numbers(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> ApiResult<ApiJson<Page<DraftNumber>>> {
    let loaded = load(&state, &caller, DraftId(id)).await?;
    let (package, _) = loaded.last_package(&state).await?;
    let base = state.engine.package_by_digest(&loaded.draft.base_digest).await?;
    let (own, today) = (loaded.own(), state.today());
    let base_own = loaded.base.own.clone();
    let items = blocking(move || {
        let before = edit::numbers(&base, &base_own);
        let written = edit::numbers(&package, &own);
        written.iter().filter_map(|number| show(&package, &before, number, today)).collect::<Vec<_>>()
    })
    .await?;
    Ok(ApiJson(Page { total: items.len() as u64, items, next: None }))
}

/// Change one number, and the sentence it stands in, everywhere it is quoted.
#[utoipa::path(
    post,
    path = "/policy-drafts/{id}/numbers",
    operation_id = "change_draft_number",
    tag = "政策草稿",
    params(
        ("id" = Uuid, Path, description = "Draft"),
        ("If-Match" = String, Header, description = "Revision of the draft, from ETag")
    ),
    request_body = ChangeDraftNumberRequest,
    responses((status = 200, description = "OK", body = PolicyDraft))
)]
pub(in crate::drafts) async fn change_draft_number(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<Uuid>,
    IfMatch(revision): IfMatch,
    ApiJson(request): ApiJson<ChangeDraftNumberRequest>,
) -> ApiResult<Response> {
    let loaded = load(&state, &caller, DraftId(id)).await?;
    loaded.require_open()?;
    loaded.require_revision(revision)?;
    let (package, _) = loaded.last_package(&state).await?;
    let (own, today) = (loaded.own(), state.today());
    let changed = blocking(move || changed_files(&package, own, &request, today)).await?.map_err(refusal)?;
    let changes = as_changes(&loaded, changed);
    let draft = change(&state, &caller, &loaded, revision, changes).await?.show();
    Ok((etag(draft.revision), ApiJson(draft)).into_response())
}

/// A number with its name and unit; nothing for one that the package as it last compiled does not know.
fn show(
    package: &Package,
    before: &[WrittenNumber],
    number: &WrittenNumber,
    today: Date,
) -> Option<DraftNumber> {
    let declared = package.parameters.iter().find(|parameter| parameter.id == number.parameter)?;
    let (from, value) = number.on(today)?;
    let base = before.iter().find(|known| known.parameter == number.parameter);
    Some(DraftNumber {
        parameter: number.parameter.clone(),
        name: declared.name.clone(),
        unit: declared.unit.clone(),
        value: value.clone(),
        from: from.unwrap_or(package.in_force_from),
        clause: number.clause.clone(),
        quote: number.quote.clone(),
        base_value: base.and_then(|base| base.on(today)).map(|(_, value)| value.clone()),
        is_datable: number.is_datable,
    })
}

/// The number, and where it is asked the sentence with all its quotations.
fn changed_files(
    package: &Package,
    own: Vec<SourceFile>,
    request: &ChangeDraftNumberRequest,
    today: Date,
) -> Result<Vec<SourceFile>, EditError> {
    let ChangeDraftNumberRequest { parameter, value, from, quote } = request;
    let number = edit::set_number(package, &own, parameter, value, *from, today)?;
    let mut all = own;
    let mut changed = vec![number.path.clone()];
    replace(&mut all, number);
    if let Some(quote) = quote {
        let known = edit::numbers(package, &all).into_iter().find(|number| number.parameter == *parameter);
        let clause = known.and_then(|number| number.clause);
        let clause = clause.ok_or_else(|| EditError::NoClause(parameter.clone()))?;
        for file in edit::replace_words(&all, &clause, &quote.old, &quote.new)? {
            changed.push(file.path.clone());
            replace(&mut all, file);
        }
    }
    all.retain(|file| changed.contains(&file.path));
    Ok(all)
}

fn replace(files: &mut [SourceFile], new: SourceFile) {
    if let Some(old) = files.iter_mut().find(|file| file.path == new.path) {
        *old = new;
    }
}
