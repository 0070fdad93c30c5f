//! Read rows become what is to be written: keys are resolved against the registry inside the importer's scope, twins
//! inside the file are refused, the form's checks speak.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use uuid::Uuid;
use xiyuan_policy::{
    frame::Period,
    package::{Form, Package, Subject},
};
use xiyuan_store::{
    Action, Database, EnterpriseId, OrganisationId, Scope, SubjectId, Uscc,
    filings::{self, FilingQuery},
    imports::{Severity, StagedPayload, StagedRow},
    registry::{
        enterprises::{self, Enterprise, EnterpriseData},
        organisations::{self, OrganisationKind},
        parks::{ParkData, ParkRow},
    },
};

use super::{
    rows::ReadRow,
    types::{ImportCounts, ImportKind},
};
use crate::{
    checks::parks_in,
    error::{ApiError, ApiResult},
    filings::checks,
    state::Services,
};

/// Resolves the rows of one file.
pub struct Resolver<'r> {
    services: &'r Services,
    scope: &'r Scope,
    kind: ImportKind,
    form: Option<(&'r Package, &'r Form, Period)>,
    today: Date,
    parks: Vec<ParkRow>,
    districts: HashMap<String, OrganisationId>,
    operators: HashMap<String, OrganisationId>,
    /// First row of each key of the file.
    seen: HashMap<String, u32>,
    /// What was counted so far.
    pub counts: ImportCounts,
}

impl<'r> Resolver<'r> {
    /// Loads what rows are resolved against.
    pub async fn new(
        services: &'r Services,
        scope: &'r Scope,
        kind: ImportKind,
        form: Option<(&'r Package, &'r Form, Period)>,
    ) -> ApiResult<Self> {
        let db = &services.db;
        Ok(Self {
            services,
            scope,
            kind,
            form,
            today: services.today(),
            parks: parks_in(services, scope).await?,
            districts: names(db, scope, OrganisationKind::District).await?,
            operators: names(db, scope, OrganisationKind::Operator).await?,
            seen: HashMap::new(),
            counts: ImportCounts::default(),
        })
    }

    /// One batch of rows, in order.
    pub async fn resolve(&mut self, rows: Vec<ReadRow>) -> ApiResult<Vec<StagedRow>> {
        let known = self.known_enterprises(&rows).await?;
        let filed = self.filed(&rows, &known).await?;
        let mut staged = Vec::with_capacity(rows.len());
        for mut row in rows {
            let payload = match self.kind {
                ImportKind::Parks => self.park(&mut row),
                ImportKind::Enterprises => self.enterprise(&mut row, &known),
                ImportKind::Memberships => self.membership(&mut row, &known),
                ImportKind::Filings => self.filing(&mut row, &known, &filed),
            };
            let payload = payload.filter(|_| !row.is_refused());
            self.count(&row, payload.as_ref());
            staged.push(StagedRow { row: row.number, payload, problems: row.problems });
        }
        Ok(staged)
    }

    fn count(&mut self, row: &ReadRow, payload: Option<&StagedPayload>) {
        self.counts.data += 1;
        self.counts.missing_cells += row.missing;
        let is_questioned = row.problems.iter().any(|problem| problem.severity == Severity::Question);
        if payload.is_some() {
            self.counts.accepted += 1;
            self.counts.questioned += u64::from(is_questioned);
            self.counts.values += (row.values.len() + row.texts.len() + row.dates.len()) as u64;
        } else {
            self.counts.refused += 1;
        }
    }

    /// Refuses a second row with the same key.
    fn is_first(&mut self, row: &mut ReadRow, target: Option<&str>, key: String) -> bool {
        if let Some(first) = self.seen.get(&key) {
            let message = format!("与第 {first} 行重复，同一文件中只能有一行。");
            row.problem(target, Severity::Refuse, "duplicate-in-file", message);
            return false;
        }
        self.seen.insert(key, row.number);
        true
    }

    /// A text that must be there.
    fn required(row: &mut ReadRow, target: &str, name: &str) -> Option<String> {
        let found = row.text(target).map(str::to_owned);
        let is_named = row.problems.iter().any(|problem| problem.severity == Severity::Refuse);
        if found.is_none() && !is_named {
            row.problem(None, Severity::Refuse, "required", format!("缺少{name}。"));
        }
        found
    }

    fn district(&self, row: &mut ReadRow) -> Option<OrganisationId> {
        let text = Self::required(row, "district", "所属市(县)区")?;
        let found = find_name(&self.districts, &text);
        if found.is_none() {
            let message = format!("没有名为“{text}”的市(县)区。");
            row.problem(Some("district"), Severity::Refuse, "unknown-district", message);
        }
        found
    }

    fn find_park(&self, text: &str) -> Option<&ParkRow> {
        self.parks
            .iter()
            .find(|row| row.park.data.name == text || row.park.data.code.as_deref() == Some(text))
    }

    fn industry(&self, row: &ReadRow, since: Option<Date>) -> Option<(String, Date)> {
        let code = row.text("leadingIndustry")?.to_owned();
        Some((code, row.dates.get("since").copied().or(since).unwrap_or(self.today)))
    }

    fn park(&mut self, row: &mut ReadRow) -> Option<StagedPayload> {
        let name = Self::required(row, "name", "园区名称")?;
        let district = self.district(row)?;
        let operator = match row.text("operator").map(str::to_owned) {
            None => None,
            Some(text) => {
                let found = find_name(&self.operators, &text);
                if found.is_none() {
                    let message = format!("没有登记过运营管理主体“{text}”，请先登记该机构。");
                    row.problem(Some("operator"), Severity::Refuse, "unknown-operator", message);
                }
                found
            }
        };
        if !self.is_first(row, Some("name"), name.clone()) {
            return None;
        }
        let existing = self.find_park(&name).cloned();
        self.counts.created += u64::from(existing.is_none());
        self.counts.updated += u64::from(existing.is_some());
        let before = existing.as_ref().map(|row| &row.park.data);
        let keep =
            |target: &str, old: Option<&String>| row.text(target).map(str::to_owned).or_else(|| old.cloned());
        let recognised_on =
            row.dates.get("recognisedOn").copied().or(before.and_then(|data| data.recognised_on));
        let data = ParkData {
            code: keep("code", before.and_then(|data| data.code.as_ref())),
            district,
            operator: operator.or(before.and_then(|data| data.operator)),
            address: keep("address", before.and_then(|data| data.address.as_ref())),
            four_sides: keep("fourSides", before.and_then(|data| data.four_sides.as_ref())),
            recognised_on,
            is_demo: before.is_some_and(|data| data.is_demo),
            name,
        };
        let industry = self.industry(row, recognised_on);
        Some(StagedPayload::Park { id: existing.map(|row| row.park.id), data, industry })
    }

    /// A well-formed credit code; a wrong check digit is a question.
    fn uscc(row: &mut ReadRow, is_asked: bool) -> Option<Uscc> {
        let text = Self::required(row, "uscc", "统一社会信用代码")?;
        let Ok(code) = Uscc::parse(&text) else {
            let count = text.chars().count();
            let message = format!(
                "统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z），这里是 {count} 位“{text}”。"
            );
            row.problem(Some("uscc"), Severity::Refuse, "uscc-malformed", message);
            return None;
        };
        if let Some(warning) = code.warning().filter(|_| is_asked) {
            let message = format!(
                "统一社会信用代码“{code}”的校验码应为“{}”，这里是“{}”；如与营业执照一致请确认。",
                warning.expected, warning.found
            );
            row.problem(Some("uscc"), Severity::Question, "uscc-check-digit", message);
        }
        Some(code)
    }

    fn enterprise(&mut self, row: &mut ReadRow, known: &Known) -> Option<StagedPayload> {
        let code = Self::uscc(row, true);
        let name = Self::required(row, "name", "企业名称");
        let district = self.district(row);
        let (code, name, district) = (code?, name?, district?);
        if !self.is_first(row, Some("uscc"), code.to_string()) {
            return None;
        }
        let existing = known.by_code.get(code.as_str());
        self.counts.created += u64::from(existing.is_none());
        self.counts.updated += u64::from(existing.is_some());
        let address = row.text("address").map(str::to_owned);
        let data = EnterpriseData {
            uscc: code.to_string(),
            confirm_check_digit: code.warning().is_some(),
            name,
            district,
            address: address.or_else(|| existing.and_then(|known| known.data.address.clone())),
            is_demo: existing.is_some_and(|known| known.data.is_demo),
        };
        Some(StagedPayload::Enterprise { data, industry: self.industry(row, None) })
    }

    /// The enterprise of a row by its code; a name that differs is a question.
    fn known_enterprise<'k>(row: &mut ReadRow, known: &'k Known) -> Option<&'k Enterprise> {
        let code = Self::uscc(row, false)?;
        let found = known.by_code.get(code.as_str()).filter(|found| known.importable.contains(&found.id));
        let Some(found) = found else {
            let message = format!("企业名录中没有信用代码“{code}”，或不在您的权限范围内；请先导入企业。");
            row.problem(Some("uscc"), Severity::Refuse, "unknown-enterprise", message);
            return None;
        };
        if let Some(name) = row.text("name").filter(|name| *name != found.data.name) {
            let message =
                format!("名录中该信用代码的企业是“{}”，这里写的是“{name}”，请确认。", found.data.name);
            row.problem(Some("name"), Severity::Question, "name-differs", message);
        }
        Some(found)
    }

    fn membership(&mut self, row: &mut ReadRow, known: &Known) -> Option<StagedPayload> {
        let enterprise = Self::known_enterprise(row, known).map(|found| found.id);
        let park = Self::required(row, "park", "园区名称");
        let park = park.and_then(|text| {
            let found = self.find_park(&text).map(|row| row.park.id);
            if found.is_none() {
                let message = format!("没有名为“{text}”的园区，或不在您的权限范围内。");
                row.problem(Some("park"), Severity::Refuse, "unknown-park", message);
            }
            found
        });
        let from = row.dates.get("from").copied();
        let to = row.dates.get("to").copied();
        if from.is_none() && !row.is_refused() {
            row.problem(None, Severity::Refuse, "required", "缺少入园日期。");
        }
        let (enterprise, park, from) = (enterprise?, park?, from?);
        if to.is_some_and(|to| to < from) {
            row.problem(None, Severity::Refuse, "dates", format!("离园日期早于入园日期 {from}。"));
        }
        if !self.is_first(row, Some("uscc"), format!("{enterprise} {park} {from}")) {
            return None;
        }
        self.counts.created += 1;
        Some(StagedPayload::Membership { enterprise, park, from, to })
    }

    fn filing(&mut self, row: &mut ReadRow, known: &Known, filed: &HashSet<Uuid>) -> Option<StagedPayload> {
        let (package, form, period) = self.form?;
        let subject: SubjectId = match form.subject {
            Subject::Enterprise => Self::known_enterprise(row, known)?.id.into(),
            Subject::Park | Subject::City | Subject::Group(_) | Subject::Record(_) => {
                let name = Self::required(row, "name", "园区名称")?;
                let Some(park) = self.find_park(&name) else {
                    let message = format!("没有名为“{name}”的园区，或不在您的权限范围内。");
                    row.problem(Some("name"), Severity::Refuse, "unknown-park", message);
                    return None;
                };
                park.park.id.into()
            }
        };
        let key = if form.subject == Subject::Enterprise { "uscc" } else { "name" };
        if !self.is_first(row, Some(key), subject.id.to_string()) {
            return None;
        }
        for check in checks::failed(package, form, &row.values, period.last_day()) {
            let severity = if check.is_hard { Severity::Refuse } else { Severity::Question };
            row.problem(None, severity, &check.id, check.message.clone());
        }
        if row.values.is_empty() && !row.is_refused() {
            row.problem(None, Severity::Refuse, "no-values", "本行没有任何填报数据。");
        }
        let is_filed = filed.contains(&subject.id);
        self.counts.created += u64::from(!is_filed);
        self.counts.updated += u64::from(is_filed);
        Some(StagedPayload::Filing { subject, values: row.values.clone() })
    }

    async fn known_enterprises(&self, rows: &[ReadRow]) -> ApiResult<Known> {
        let is_park_form = self.form.is_some_and(|(_, form, _)| form.subject != Subject::Enterprise);
        if self.kind == ImportKind::Parks || is_park_form {
            return Ok(Known::default());
        }
        let codes: Vec<Uscc> = rows.iter().filter_map(|row| Uscc::parse(row.text("uscc")?).ok()).collect();
        let db = &self.services.db;
        let found = enterprises::find_by_uscc(db, self.scope, &codes).await?;
        let ids: Vec<EnterpriseId> = found.iter().map(|enterprise| enterprise.id).collect();
        let importable = enterprises::visible(db, self.scope, Action::ImportFilings, &ids).await?;
        let by_code =
            found.into_iter().map(|enterprise| (enterprise.data.uscc.clone(), enterprise)).collect();
        Ok(Known { by_code, importable })
    }

    /// Subjects of the batch that have filed already.
    async fn filed(&self, rows: &[ReadRow], known: &Known) -> ApiResult<HashSet<Uuid>> {
        let Some((_, form, period)) = self.form else { return Ok(HashSet::new()) };
        let subjects: Vec<Uuid> = match form.subject {
            Subject::Enterprise => known.by_code.values().map(|enterprise| enterprise.id.0).collect(),
            _ => rows.iter().filter_map(|row| Some(self.find_park(row.text("name")?)?.park.id.0)).collect(),
        };
        let query = FilingQuery { of: Some((form.id.clone(), period, subjects)), ..FilingQuery::default() };
        let found = filings::list(&self.services.db, self.scope, &query).await?;
        Ok(found
            .into_iter()
            .filter(|headline| !headline.is_withdrawn)
            .map(|headline| headline.subject.id)
            .collect())
    }
}

#[derive(Default)]
struct Known {
    by_code: HashMap<String, Enterprise>,
    importable: HashSet<EnterpriseId>,
}

async fn names(
    db: &Database,
    scope: &Scope,
    kind: OrganisationKind,
) -> ApiResult<HashMap<String, OrganisationId>> {
    let all = organisations::list(db, scope, Some(kind)).await.map_err(ApiError::from)?;
    Ok(all.into_iter().map(|organisation| (organisation.data.name, organisation.id)).collect())
}

/// By exact name, else without the ending 市 or 区 (江阴 for 江阴市), when only one fits.
fn find_name(names: &HashMap<String, OrganisationId>, text: &str) -> Option<OrganisationId> {
    if let Some(id) = names.get(text) {
        return Some(*id);
    }
    let bare = |text: &str| text.trim_start_matches("无锡市").trim_end_matches(['市', '区', '县']).to_owned();
    let wanted = bare(text);
    let mut fitting = names.iter().filter(|(name, _)| bare(name) == wanted);
    let (_, id) = fitting.next()?;
    fitting.next().is_none().then_some(*id)
}
