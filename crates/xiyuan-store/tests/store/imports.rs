//! Imports of filings: staged, published wholly or not at all, undone, recovered.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use xiyuan_store::imports::{
    self, Counts, ImportKind, ImportStatus, NewImport, Problem, PublishMode, PublishReport, Severity,
    StagedPayload, StagedRow, publish, undo,
};
use xiyuan_store::known_time::latest;
use xiyuan_store::packing::{Value, Values};
use xiyuan_store::registry::enterprises::{EnterpriseQuery, list};
use xiyuan_store::users::Session;
use xiyuan_store::{
    Commit, Context, Database, ImportId, InvalidCode, PageRequest, Scope, StoreError, filings,
};

use crate::city::{City, FORM, YEAR, number};
use crate::databases::on_both;
use crate::package::package;

pub fn row(number: u32, payload: StagedPayload) -> StagedRow {
    StagedRow { row: number, payload: Some(payload), problems: Vec::new() }
}

fn revenue(city: &City, row_number: u32, enterprise: usize, value: Value) -> StagedRow {
    let values = Values::from([("enterprise.revenue".to_owned(), value)]);
    row(row_number, StagedPayload::Filing { subject: city.enterprises[enterprise].into(), values })
}

fn with_problem(mut row: StagedRow, severity: Severity) -> StagedRow {
    row.problems.push(Problem {
        row: row.row,
        column: Some(3),
        head: Some("营业收入".to_owned()),
        value: Some("一百".to_owned()),
        severity,
        code: "not-a-number".to_owned(),
        message: "不是数".to_owned(),
    });
    row
}

/// Begins an import and stages rows: it is `ready`.
pub async fn staged(city: &City, kind: ImportKind, rows: Vec<StagedRow>) -> ImportId {
    let scope = City::system();
    let mut tx = city.db.begin(&city.context()).await.expect("begin");
    let new = NewImport {
        kind,
        form: (kind == ImportKind::Filings).then(|| FORM.to_owned()),
        period: (kind == ImportKind::Filings).then_some(YEAR),
        package_digest: None,
        file_name: "演示.xlsx".to_owned(),
        content: b"file".to_vec(),
    };
    let id = imports::insert(&mut tx, &scope, new).await.expect("import");
    imports::stage(&mut tx, &scope, id, rows).await.expect("stage");
    let counts = Counts { read: 4, ..Counts::default() };
    imports::set_status(&mut tx, &scope, id, ImportStatus::Ready, counts, None).await.expect("ready");
    assert_eq!(tx.commit("staged").await.expect("commit"), None, "staging takes no number");
    id
}

pub async fn apply(
    city: &City,
    id: ImportId,
    mode: PublishMode,
    accept_questions: bool,
) -> Result<(PublishReport, Commit), StoreError> {
    let mut tx = city.db.begin(&city.context()).await?;
    let report = publish(&mut tx, &City::system(), id, mode, accept_questions, &|_| true).await?;
    Ok((report, tx.commit("import").await?.expect("numbered")))
}

pub async fn take_back(city: &City, id: ImportId) -> Vec<imports::Blocked> {
    let mut tx = city.db.begin(&city.context()).await.expect("begin");
    let blocked = undo(&mut tx, &City::system(), id, "错了").await.expect("undo");
    tx.commit("undo").await.expect("commit");
    blocked
}

pub async fn status(city: &City, id: ImportId) -> ImportStatus {
    imports::get(&city.db, &city.context(), &City::system(), id).await.expect("import").status
}

/// The standing revenue of each enterprise.
async fn revenues(db: &Database, city: &City) -> BTreeMap<usize, Value> {
    let mut found = BTreeMap::new();
    for (i, id) in city.enterprises.iter().enumerate() {
        for head in filings::of_subject(db, &City::system(), (*id).into()).await.expect("list") {
            let filing = filings::get(db, &City::system(), &package(), head.id).await.expect("filing");
            let last = filing.revisions.last().expect("revision");
            if !last.is_withdrawn {
                found.insert(i, last.values["enterprise.revenue"].clone());
            }
        }
    }
    found
}

fn state<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Option<String> {
    match result {
        Err(StoreError::Invalid(invalid)) if invalid.code == InvalidCode::State => invalid.value,
        other => panic!("expected a refusal: {other:?}"),
    }
}

on_both! {
    async fn an_import_is_published_in_one_commit_and_undone_in_another(city: City) {
        city.file(0, number(1, 0)).await;
        city.file(1, number(2, 0)).await;
        let before = revenues(&city.db, &city).await;
        let rows = vec![
            revenue(&city, 2, 0, number(10, 0)),
            revenue(&city, 3, 1, number(2, 0)),
            revenue(&city, 4, 2, number(30, 0)),
        ];
        let id = staged(&city, ImportKind::Filings, rows).await;
        assert_eq!(revenues(&city.db, &city).await, before, "nothing is published by staging");
        let (report, commit) = apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        let Counts { created, updated, unchanged, read, .. } = report.counts;
        assert_eq!((created, updated, unchanged, read), (1, 1, 1, 4));
        assert_eq!(latest(&city.db).await.expect("latest"), commit);
        let now = revenues(&city.db, &city).await;
        assert_eq!(now, BTreeMap::from([(0, number(10, 0)), (1, number(2, 0)), (2, number(30, 0))]));

        assert!(take_back(&city, id).await.is_empty());
        assert_eq!(revenues(&city.db, &city).await, before);
        let import = imports::get(&city.db, &city.context(), &City::system(), id).await.expect("import");
        assert_eq!(import.status, ImportStatus::Undone);
        assert_eq!(import.applied_commit, Some(commit.number));
        assert!(import.undone_commit > import.applied_commit);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let again = undo(&mut tx, &City::system(), id, "再来").await;
        assert_eq!(state(again).as_deref(), Some("undone"));
    }

    async fn undo_is_refused_while_something_newer_stands_on_it(city: City) {
        let rows = vec![revenue(&city, 2, 0, number(10, 0)), revenue(&city, 3, 1, number(20, 0))];
        let id = staged(&city, ImportKind::Filings, rows).await;
        apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        city.file(1, number(21, 0)).await;
        let before = latest(&city.db).await.expect("latest");
        let blocked = take_back(&city, id).await;
        assert_eq!(blocked.len(), 1);
        assert_eq!((blocked[0].kind.as_str(), blocked[0].written, blocked[0].current), ("filing", 1, 2));
        assert_eq!(blocked[0].name, "演示企业1有限公司");
        assert_eq!(latest(&city.db).await.expect("latest"), before);
        assert_eq!(status(&city, id).await, ImportStatus::Applied);
    }

    async fn refused_and_questioned_rows_follow_the_chosen_mode(city: City) {
        let rows = || vec![
            revenue(&city, 2, 0, number(10, 0)),
            with_problem(revenue(&city, 3, 1, number(20, 0)), Severity::Question),
            with_problem(StagedRow { row: 4, payload: None, problems: Vec::new() }, Severity::Refuse),
        ];
        let id = staged(&city, ImportKind::Filings, rows()).await;
        let refused = apply(&city, id, PublishMode::AllOrNothing, true).await;
        assert_eq!(state(refused).as_deref(), Some("refused: 1"));
        let (report, _) = apply(&city, id, PublishMode::GoodRowsOnly, false).await.expect("publish");
        assert_eq!(report.counts.created, 1);
        let id = staged(&city, ImportKind::Filings, rows()).await;
        let (report, _) = apply(&city, id, PublishMode::GoodRowsOnly, true).await.expect("publish");
        assert_eq!((report.counts.created, report.counts.unchanged), (1, 1));
        let id = staged(&city, ImportKind::Filings, rows()[..2].to_vec()).await;
        let refused = apply(&city, id, PublishMode::AllOrNothing, false).await;
        assert_eq!(state(refused).as_deref(), Some("questioned: 1"));

        let page = PageRequest { limit: 1, after: None };
        let scope = City::system();
        let first = imports::problems(&city.db, &city.context(), &scope, id, &page).await.expect("problems");
        assert_eq!((first.total, first.items[0].row, first.items[0].severity), (1, 3, Severity::Question));
        assert_eq!(first.next, None);
    }

    async fn a_cancelled_or_dropped_publication_leaves_nothing(city: City) {
        let rows: Vec<StagedRow> = vec![revenue(&city, 2, 0, number(10, 0))];
        let id = staged(&city, ImportKind::Filings, rows).await;
        let before = latest(&city.db).await.expect("latest");
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let scope = City::system();
        let stopped = publish(&mut tx, &scope, id, PublishMode::AllOrNothing, false, &|_| false).await;
        assert_eq!(state(stopped).as_deref(), Some("cancelled"));
        tx.rollback().await.expect("rollback");
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        publish(&mut tx, &scope, id, PublishMode::AllOrNothing, false, &|_| true).await.expect("publish");
        drop(tx);
        assert_eq!(latest(&city.db).await.expect("latest"), before);
        assert!(revenues(&city.db, &city).await.is_empty());
        assert_eq!(status(&city, id).await, ImportStatus::Ready);
    }

    async fn a_subject_that_comes_twice_gets_both_rows(city: City) {
        let tax = Values::from([("enterprise.tax".to_owned(), number(5, 0))]);
        let rows = vec![
            revenue(&city, 2, 0, number(10, 0)),
            row(3, StagedPayload::Filing { subject: city.enterprises[0].into(), values: tax }),
        ];
        let id = staged(&city, ImportKind::Filings, rows).await;
        apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        let head = filings::of_subject(&city.db, &City::system(), city.enterprises[0].into()).await.expect("list");
        let filing = filings::get(&city.db, &City::system(), &package(), head[0].id).await.expect("filing");
        assert_eq!(filing.revisions.last().expect("revision").values.len(), 2);
        assert!(take_back(&city, id).await.is_empty());
        assert!(revenues(&city.db, &city).await.is_empty());
    }

    async fn what_a_killed_process_left_is_failed_at_the_next_start(city: City) {
        let scope = City::system();
        let ready = staged(&city, ImportKind::Filings, vec![revenue(&city, 2, 0, number(1, 0))]).await;
        let applying = staged(&city, ImportKind::Filings, vec![revenue(&city, 2, 0, number(1, 0))]).await;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        imports::set_status(&mut tx, &scope, applying, ImportStatus::Applying, Counts::default(), None)
            .await
            .expect("applying");
        tx.commit("applying").await.expect("commit");
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        publish(&mut tx, &scope, applying, PublishMode::AllOrNothing, false, &|_| true).await.expect("publish");
        // The process dies here: its connection goes without a commit.
        drop(tx);
        city.pass(3_600);
        assert_eq!(imports::recover(&city.db, &city.context()).await.expect("recover"), 1);
        assert_eq!(status(&city, applying).await, ImportStatus::Failed);
        assert_eq!(status(&city, ready).await, ImportStatus::Ready);
        assert!(revenues(&city.db, &city).await.is_empty());
        assert_eq!(imports::recover(&city.db, &city.context()).await.expect("recover"), 0);
    }

    async fn an_import_is_its_makers_and_stays_inside_the_makers_rows(city: City) {
        let own = city.district_officer(0).await;
        let other = city.district_officer(1).await;
        let bank = city.banker().await;
        let context = city.context_of(&own);
        let id = district_import(&city, &own, &context, 0).await;
        let get = async |session: &Session| {
            imports::get(&city.db, &city.context_of(session), &session.scope, id).await.map(|_| ())
        };
        get(&own).await.expect("the maker's");
        get(&city.city_officer().await).await.expect("who imports everywhere");
        assert!(matches!(get(&other).await, Err(StoreError::NotFound)));
        assert!(matches!(get(&bank).await, Err(StoreError::NotFound)));
        let mut tx = city.db.begin(&city.context_of(&other)).await.expect("begin");
        let foreign = publish(&mut tx, &other.scope, id, PublishMode::AllOrNothing, false, &|_| true).await;
        assert!(matches!(foreign, Err(StoreError::NotFound)), "{foreign:?}");
        drop(tx);
        let outside = district_import(&city, &own, &context, 2).await;
        let mut tx = city.db.begin(&context).await.expect("begin");
        let refused = publish(&mut tx, &own.scope, outside, PublishMode::AllOrNothing, false, &|_| true).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
    }

    async fn undo_restores_any_state(city: City) {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let step = (0_usize..4, proptest::option::of(0_i128..4));
        let file = proptest::collection::vec(step, 1..6);
        for _ in 0..12 {
            for (enterprise, value) in file.new_tree(&mut runner).expect("tree").current() {
                city.file(enterprise, value.map_or(Value::Missing, |n| number(n, 0))).await;
            }
            let before = revenues(&city.db, &city).await;
            let rows = file.new_tree(&mut runner).expect("tree").current();
            let rows = (2..)
                .zip(rows)
                .map(|(n, (e, value))| revenue(&city, n, e, value.map_or(Value::Missing, |n| number(n, 1))))
                .collect();
            let id = staged(&city, ImportKind::Filings, rows).await;
            apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
            assert!(take_back(&city, id).await.is_empty());
            assert_eq!(revenues(&city.db, &city).await, before);
        }
    }
}

async fn district_import(city: &City, session: &Session, context: &Context, enterprise: usize) -> ImportId {
    let scope: &Scope = &session.scope;
    let query = EnterpriseQuery::on(jiff::civil::date(2026, 1, 1));
    assert_eq!(list(&city.db, scope, &query).await.expect("list").total, 3);
    let mut tx = city.db.begin(context).await.expect("begin");
    let new = NewImport {
        kind: ImportKind::Filings,
        form: Some(FORM.to_owned()),
        period: Some(YEAR),
        package_digest: None,
        file_name: "甲区.csv".to_owned(),
        content: b"file".to_vec(),
    };
    let id = imports::insert(&mut tx, scope, new).await.expect("import");
    imports::stage(&mut tx, scope, id, vec![revenue(city, 2, enterprise, number(1, 0))])
        .await
        .expect("stage");
    imports::set_status(&mut tx, scope, id, ImportStatus::Ready, Counts::default(), None)
        .await
        .expect("ready");
    tx.commit("staged").await.expect("commit");
    id
}
