//! A figure opened down to the filings it was computed from. Visible members and the hidden line re-add to each part.

use std::collections::HashMap;

use uuid::Uuid;
use xiyuan_policy::{
    evaluate::Overrides,
    frame::{Cell, EnterpriseIx, ParkIx, Period, SubjectIx},
    number::Exact,
    outcome::Figure,
    package::{Field, FieldType, Indicator, Origin, Package, Sensitivity, Subject},
    plan::{AggregateFunction, Expression, FieldIx, IndicatorIx},
    trace::{AggregateTrace, Counted as EngineCounted, MemberTrace, Trace, Visited, trace},
    words,
};
use xiyuan_store::{
    KnownTime, ParkId, Scope, StoreError,
    filings::{self, FilingQuery, Headline},
    registry::parks,
};

use super::{
    CheckQuestion,
    criterion::{HIDDEN, figure, shown_bounds, undefined},
    missing::form_of,
    numbers,
    sight::{Sight, enterprise_id, is_hidden_sum_safe},
    types::{
        Counted, Coverage, FigureAnswer, FigureCell, FigureColumn, FigureFiling, FigureHidden,
        FigureIndicator, FigureMember, FigurePart,
    },
};
use crate::{
    benchmarks,
    engine::{Evaluated, run::evaluation_error},
    error::{ApiError, ApiResult, Missing},
    http::types::Named,
    state::Services,
};

/// Which figure, and which page of its members.
#[derive(Clone, Debug)]
pub struct FigureQuestion {
    /// Indicator id.
    pub indicator: String,
    /// Park.
    pub park: ParkId,
    /// Year, policy, known time, overrides.
    pub check: CheckQuestion,
    /// Members passed.
    pub after: usize,
    /// Members of the page.
    pub limit: usize,
}

/// Opens a figure as the reader may see it.
pub async fn explain_figure(
    services: &Services,
    scope: &Scope,
    question: &FigureQuestion,
) -> ApiResult<FigureAnswer> {
    let row = parks::get(&services.db, scope, question.park, services.today()).await.or_missing("园区")?;
    let evaluated = services.engine.evaluate(&question.check.complete(services).await?).await?;
    let Evaluated { package, frame, commit, run, .. } = &*evaluated;
    let position = package.indicators.iter().position(|indicator| indicator.id == question.indicator);
    let position = position.and_then(|position| u32::try_from(position).ok());
    let indicator = IndicatorIx(position.ok_or_else(|| ApiError::not_found("指标"))?);
    let rule = &package.indicators[indicator.index()];
    if rule.subject != Subject::Park {
        let detail = format!("“{}”不是园区的指标。", rule.name);
        return Err(ApiError::field("indicator", "not-of-parks", detail));
    }
    let park = frame.find_park(&question.park.to_string()).ok_or_else(|| ApiError::not_found("园区"))?;
    let sight = Sight::of_park(services, scope, frame, park, run.period).await?;
    if question.check.is_changed() && !sight.sees_all() {
        return Err(ApiError::Forbidden {
            detail: "园区内有不在您权限范围内的企业，不能对其试算阈值。".into(),
        });
    }
    let opened = open(&evaluated, &run.overrides, indicator, park, run.period)?;
    let page = Page::new(&evaluated, &sight, &opened, question)?;
    let filed = filings_behind(services, scope, &evaluated, &opened, &page).await?;
    let subject = Named { id: question.park.0, name: row.park.data.name };
    let benchmarks = benchmarks::read_by(services, scope, package, frame, indicator, run.period).await?;
    let answer = page.answer(&evaluated, &opened, indicator, subject, commit.number, &filed);
    Ok(FigureAnswer { benchmarks, ..answer })
}

fn open(
    evaluated: &Evaluated,
    overrides: &Overrides,
    indicator: IndicatorIx,
    park: ParkIx,
    period: Period,
) -> ApiResult<Trace> {
    let subject = SubjectIx::Park(park);
    trace(&evaluated.package, &evaluated.frame, overrides, indicator, subject, period)
        .map_err(evaluation_error)
}

/// What of a trace is shown.
struct Page<'t> {
    /// The park, for its own fields.
    park: ParkIx,
    /// Visible members of the page.
    members: Vec<&'t MemberTrace>,
    total: usize,
    next: Option<String>,
    hidden: Vec<usize>,
    /// Exact totals may be shown.
    is_exact: bool,
    /// The park's own row stands on the first page.
    is_first: bool,
}

impl<'t> Page<'t> {
    fn new(
        evaluated: &Evaluated,
        sight: &Sight,
        opened: &'t Trace,
        question: &FigureQuestion,
    ) -> ApiResult<Self> {
        let fields = &evaluated.package.fields;
        let is_sensitive =
            opened.fields.iter().any(|field| fields[field.index()].sensitivity == Sensitivity::Sensitive);
        let (mut visible, mut hidden) = (Vec::new(), Vec::new());
        for (position, member) in opened.members.iter().enumerate() {
            if sight.opens_row(&evaluated.frame, member, is_sensitive)? {
                visible.push(member);
            } else {
                hidden.push(position);
            }
        }
        let total = visible.len();
        let members: Vec<&MemberTrace> =
            visible.into_iter().skip(question.after).take(question.limit).collect();
        let reached = question.after + members.len();
        let park = evaluated
            .frame
            .find_park(&question.park.to_string())
            .ok_or_else(|| ApiError::not_found("园区"))?;
        Ok(Self {
            park,
            is_first: question.after == 0,
            is_exact: hidden.is_empty() || is_hidden_sum_safe(opened, &hidden),
            next: (reached < total).then(|| reached.to_string()),
            members,
            total,
            hidden,
        })
    }

    fn answer(
        &self,
        evaluated: &Evaluated,
        opened: &Trace,
        indicator: IndicatorIx,
        subject: Named,
        known: KnownTime,
        filed: &Filed,
    ) -> FigureAnswer {
        let Evaluated { package, run, .. } = evaluated;
        let rule = &package.indicators[indicator.index()];
        let factor = rule.unit_factor;
        let (value, bounds) = figure(&opened.figure);
        let shown = |text: Option<String>| text.filter(|_| self.is_exact);
        let reason = match (&opened.figure, self.is_exact) {
            (_, false) => Some(HIDDEN.to_owned()),
            (Figure::Undefined { reason, .. }, true) => Some(undefined(*reason)),
            _ => None,
        };
        let columns = Columns::of(package, opened);
        FigureAnswer {
            indicator: FigureIndicator {
                id: rule.id.clone(),
                name: rule.name.clone(),
                unit: rule.unit.clone(),
                decimals: rule.decimals,
                formula: rule.formula.clone(),
                words: words::definition(package, rule),
                clauses: rule.clauses.clone(),
                note: rule.note.clone(),
            },
            subject,
            period: run.period.to_string(),
            known_time: known.0,
            value: shown(value.and_then(|value| numbers::shown(value, factor, rule.decimals))),
            bounds: bounds
                .filter(|_| self.is_exact)
                .map(|bounds| shown_bounds(&bounds, factor, rule.decimals)),
            reason,
            coverage: (opened.coverage.expected > 0).then_some(Coverage {
                reported: opened.coverage.reported,
                expected: opened.coverage.expected,
            }),
            parts: opened.aggregates.iter().map(|part| self.part(package, rule, part, &columns)).collect(),
            benchmarks: Vec::new(),
            columns: columns.shown(package),
            members: self.rows(evaluated, opened, &columns, filed),
            members_total: u32::try_from(self.total).unwrap_or(u32::MAX),
            next: self.next.clone(),
            hidden: self.hidden(package, opened),
            readds: readds(opened),
        }
    }

    fn part(
        &self,
        package: &Package,
        rule: &Indicator,
        part: &AggregateTrace,
        columns: &Columns,
    ) -> FigurePart {
        let unit = unit_of(package, &part.expression);
        let words = words::part(package, rule, &part.expression);
        FigurePart {
            label: label(package, rule, &part.expression, &words),
            words,
            value: part
                .value
                .filter(|_| self.is_exact)
                .and_then(|value| numbers::exactly(value, numbers::factor(package, unit.as_deref()))),
            unit,
            counted: part.counted,
            missing: part.missing,
            column: plain_field(&part.expression).and_then(|field| columns.position(field)),
        }
    }

    fn rows(
        &self,
        evaluated: &Evaluated,
        opened: &Trace,
        columns: &Columns,
        filed: &Filed,
    ) -> Vec<FigureMember> {
        let Evaluated { package, frame, run, .. } = evaluated;
        let mut rows = Vec::new();
        if !columns.own.is_empty() && self.is_exact && self.is_first {
            let info = frame.park(self.park);
            let cells = columns.own.iter().map(|field| {
                let subject = SubjectIx::Park(self.park);
                cell(
                    package,
                    *field,
                    frame.cell(*field, run.period, subject),
                    filed.park.get(&form_id(package, *field)),
                )
            });
            let blank = columns.members.iter().map(|_| FigureCell { value: None, filing: None });
            rows.push(FigureMember {
                enterprise: info
                    .id
                    .parse()
                    .ok()
                    .map(|id| Named { id, name: format!("{}（园区自报）", info.name) }),
                cells: blank.chain(cells).collect(),
                counted: opened.aggregates.iter().map(|_| Counted::Out).collect(),
            });
        }
        for member in &self.members {
            let Visited::Subject(subject) = member.who else { continue };
            let info = frame.subject(subject);
            let of_member = member.who.enterprise().and_then(|enterprise| filed.members.get(&enterprise));
            let cells = columns.members.iter().map(|field| {
                let filing = of_member.and_then(|filed| filed.get(&form_id(package, *field)));
                cell(package, *field, frame.cell(*field, run.period, subject), filing)
            });
            let blank = columns.own.iter().map(|_| FigureCell { value: None, filing: None });
            rows.push(FigureMember {
                enterprise: info.id.parse().ok().map(|id| Named { id, name: info.name.clone() }),
                cells: cells.chain(blank).collect(),
                counted: member.parts.iter().map(|(counted, _)| shown_counted(*counted)).collect(),
            });
        }
        rows
    }

    fn hidden(&self, package: &Package, opened: &Trace) -> Option<FigureHidden> {
        if self.hidden.is_empty() {
            return None;
        }
        let sums = opened.aggregates.iter().enumerate().map(|(part, aggregate)| {
            let values = self.hidden.iter().map(|position| &opened.members[*position]);
            let sum = total(values.filter_map(|member| contribution(member, part)))?;
            let unit = unit_of(package, &aggregate.expression);
            numbers::exactly(sum, numbers::factor(package, unit.as_deref())).filter(|_| self.is_exact)
        });
        Some(FigureHidden {
            count: u32::try_from(self.hidden.len()).unwrap_or(u32::MAX),
            sums: sums.collect(),
            note: (!self.is_exact).then(|| HIDDEN.to_owned()),
        })
    }
}

/// Columns of the members' table: fields of members, then what the park itself filed.
struct Columns {
    members: Vec<FieldIx>,
    own: Vec<FieldIx>,
}

impl Columns {
    fn of(package: &Package, opened: &Trace) -> Self {
        let is_kept =
            |field: &&FieldIx| !matches!(package.fields[field.index()].origin, Origin::Derived { .. });
        let is_filed = |field: &&FieldIx| matches!(package.fields[field.index()].origin, Origin::Form { .. });
        Self {
            members: opened.fields.iter().filter(is_kept).copied().collect(),
            own: opened.own_fields.iter().filter(is_filed).copied().collect(),
        }
    }

    fn position(&self, field: FieldIx) -> Option<u32> {
        let position = self.members.iter().chain(&self.own).position(|other| *other == field)?;
        u32::try_from(position).ok()
    }

    fn shown(&self, package: &Package) -> Vec<FigureColumn> {
        let each = |field: &FieldIx| {
            let field = &package.fields[field.index()];
            FigureColumn { field: field.key.clone(), name: field.name.clone(), unit: field.unit.clone() }
        };
        self.members.iter().chain(&self.own).map(each).collect()
    }
}

fn shown_counted(counted: EngineCounted) -> Counted {
    match counted {
        EngineCounted::In => Counted::In,
        EngineCounted::Out => Counted::Out,
        EngineCounted::Unknown => Counted::Unknown,
    }
}

/// The field that an aggregate adds up as it stands.
fn plain_field(expression: &Expression) -> Option<FieldIx> {
    match expression {
        Expression::Aggregate { argument: Some(argument), .. } => match &**argument {
            Expression::Field { field, .. } => Some(*field),
            _ => None,
        },
        _ => None,
    }
}

fn unit_of(package: &Package, expression: &Expression) -> Option<String> {
    match expression {
        Expression::Aggregate {
            function: AggregateFunction::Count | AggregateFunction::CountDistinct,
            ..
        } => Some("家".to_owned()),
        _ => plain_field(expression).and_then(|field| package.fields[field.index()].unit.clone()),
    }
}

/// A short label: the whole words where they are short, else without saying of whom.
fn label(package: &Package, rule: &Indicator, expression: &Expression, words: &str) -> String {
    const LONGEST: usize = 24;
    if words.chars().count() <= LONGEST {
        return words.to_owned();
    }
    let what = words::aggregate(package, rule, expression);
    match expression {
        Expression::Aggregate { filter: Some(_), .. } => format!("{what}（按条件）"),
        _ => what,
    }
}

fn cell(package: &Package, field: FieldIx, cell: Cell<'_>, filing: Option<&Headline>) -> FigureCell {
    let rule: &Field = &package.fields[field.index()];
    let value = match cell {
        Cell::Missing => None,
        Cell::Number(number) => Some(number.to_string()),
        Cell::Text(text) => Some(choice_name(package, rule, text)),
        Cell::Bool(true) => Some("是".to_owned()),
        Cell::Bool(false) => Some("否".to_owned()),
        Cell::Date(day) => Some(day.to_string()),
    };
    let filing = filing.map(|headline| FigureFiling {
        id: headline.id.0,
        revision: headline.revision,
        filed_at: headline.at,
        filed_by: headline.by_name.clone().unwrap_or_else(|| "系统".to_owned()),
    });
    FigureCell { value, filing }
}

fn choice_name(package: &Package, field: &Field, code: &str) -> String {
    let FieldType::Choice { catalog } = &field.ty else { return code.to_owned() };
    let entries = package.catalogs.get(catalog).map(|catalog| catalog.entries.as_slice()).unwrap_or_default();
    entries
        .iter()
        .find(|entry| entry.code == code)
        .map_or_else(|| code.to_owned(), |entry| entry.name.clone())
}

fn form_id(package: &Package, field: FieldIx) -> String {
    form_of(package, &package.fields[field.index()]).map(|form| form.id.clone()).unwrap_or_default()
}

fn contribution(member: &MemberTrace, part: usize) -> Option<Exact> {
    match member.parts.get(part) {
        Some((EngineCounted::In, value)) => *value,
        _ => None,
    }
}

fn total(values: impl Iterator<Item = Exact>) -> Option<Exact> {
    values.into_iter().try_fold(Exact::ZERO, Exact::checked_add)
}

/// Whether the members' parts add up to each sum and count exactly.
fn readds(opened: &Trace) -> bool {
    opened.aggregates.iter().enumerate().all(|(part, aggregate)| {
        let is_added = matches!(
            aggregate.expression,
            Expression::Aggregate { function: AggregateFunction::Sum | AggregateFunction::Count, .. }
        );
        let Some(value) = aggregate.value.filter(|_| is_added) else { return true };
        total(opened.members.iter().filter_map(|member| contribution(member, part))) == Some(value)
    })
}

/// The filings behind the cells of a page, by form.
#[derive(Default)]
struct Filed {
    members: HashMap<EnterpriseIx, HashMap<String, Headline>>,
    park: HashMap<String, Headline>,
}

async fn filings_behind(
    services: &Services,
    scope: &Scope,
    evaluated: &Evaluated,
    opened: &Trace,
    page: &Page<'_>,
) -> ApiResult<Filed> {
    let Evaluated { package, frame, commit, run, .. } = evaluated;
    let park: ParkId = frame.park(page.park).id.parse().map_err(ApiError::internal)?;
    let mut members = HashMap::new();
    for member in &page.members {
        if let Some(enterprise) = member.who.enterprise() {
            members.insert(enterprise_id(frame, enterprise)?.0, enterprise);
        }
    }
    let subjects: Vec<Uuid> = members.keys().copied().chain([park.0]).collect();
    let mut forms: Vec<String> =
        opened.fields.iter().chain(&opened.own_fields).map(|field| form_id(package, *field)).collect();
    forms.sort();
    forms.dedup();
    let mut filed = Filed::default();
    for form in forms.into_iter().filter(|form| !form.is_empty()) {
        let of = Some((form.clone(), run.period, subjects.clone()));
        let query = FilingQuery { of, known: Some(commit.number), ..FilingQuery::default() };
        let stood = match filings::list(&services.db, scope, &query).await {
            Err(StoreError::Forbidden { .. } | StoreError::NotFound) => continue,
            other => other?,
        };
        for headline in stood.into_iter().filter(|headline| !headline.is_withdrawn) {
            match members.get(&headline.subject.id) {
                Some(member) => filed.members.entry(*member).or_default().insert(form.clone(), headline),
                None => filed.park.insert(form.clone(), headline),
            };
        }
    }
    Ok(filed)
}
