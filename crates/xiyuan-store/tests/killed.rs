//! `kill -9` in the middle of publishing an import: afterwards it is wholly there or wholly not.
//!
//! A program of its own (no test harness), because it starts itself a second time as the process that is killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use jiff::Timestamp;
use jiff::civil::date;
use xiyuan_store::imports::{
    self, Counts, ImportKind, ImportStatus, NewImport, PublishMode, StagedPayload, StagedRow, publish,
};
use xiyuan_store::known_time::latest;
use xiyuan_store::registry::enterprises::{self, EnterpriseData, EnterpriseQuery};
use xiyuan_store::registry::organisations::{self, OrganisationData, OrganisationKind};
use xiyuan_store::{Clock, Context, Database, Entropy, ImportId, OrganisationId, Scope, Uscc};

const ROWS: u32 = 2_500;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime");
    if let [_, role, url, id, commits] = args.as_slice()
        && role == "child"
    {
        runtime.block_on(child(url, id.parse().expect("id"), commits == "yes"));
        return;
    }
    runtime.block_on(parent());
    println!("test result: ok. 1 passed; killed imports are wholly there or wholly not");
}

fn context(minutes: i64) -> Context {
    let start: Timestamp = "2026-01-05T02:00:00Z".parse().expect("instant");
    let at = Timestamp::from_second(start.as_second() + minutes * 60).expect("instant");
    Context::new(None, "test", Clock::fixed(at), Entropy::from_system())
}

/// Publishes, says so, and waits to be killed: before the commit or after it.
async fn child(url: &str, id: ImportId, commits: bool) {
    let db = Database::connect(url).await.expect("open");
    let scope = Scope::system("test");
    let mut tx = db.begin(&context(1)).await.expect("begin");
    imports::set_status(&mut tx, &scope, id, ImportStatus::Applying, Counts::default(), None)
        .await
        .expect("status");
    tx.commit("applying").await.expect("commit");
    let mut tx = db.begin(&context(1)).await.expect("begin");
    let half = |done: u64| {
        if !commits && done >= 2_000 {
            say_and_wait("half");
        }
        true
    };
    publish(&mut tx, &scope, id, PublishMode::AllOrNothing, false, &half).await.expect("publish");
    tx.commit("import").await.expect("commit");
    say_and_wait("done");
}

fn say_and_wait(word: &str) {
    println!("{word}");
    std::io::stdout().flush().expect("flush");
    loop {
        std::thread::park();
    }
}

async fn parent() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let url = format!("sqlite:{}", dir.path().join("city.db").display());
    let db = Database::connect(&url).await.expect("open");
    let district = city(&db).await;
    let before = latest(&db).await.expect("latest");
    for commits in [false, true] {
        let id = staged(&db, district).await;
        let mut killed = start(&url, id, commits);
        let word = read_line(&mut killed);
        killed.kill().expect("kill -9");
        killed.wait().expect("wait");
        assert_eq!(word, if commits { "done" } else { "half" });
        let failed = imports::recover(&db, &context(60)).await.expect("recover");
        let import = imports::get(&db, &context(60), &Scope::system("test"), id).await.expect("import");
        let page =
            enterprises::list(&db, &Scope::system("test"), &EnterpriseQuery::on(date(2026, 1, 1))).await;
        let total = page.expect("list").total;
        let now = latest(&db).await.expect("latest");
        if commits {
            assert_eq!((failed, import.status, total), (0, ImportStatus::Applied, u64::from(ROWS)));
            assert_eq!(import.applied_commit, Some(now.number));
        } else {
            assert_eq!((failed, import.status, total), (1, ImportStatus::Failed, 0));
            assert_eq!(now, before);
        }
    }
    db.close().await;
}

fn start(url: &str, id: ImportId, commits: bool) -> Child {
    Command::new(std::env::current_exe().expect("own path"))
        .args(["child", url, &id.to_string(), if commits { "yes" } else { "no" }])
        .stdout(Stdio::piped())
        .spawn()
        .expect("start")
}

fn read_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("line");
    line.trim().to_owned()
}

async fn city(db: &Database) -> OrganisationId {
    let mut tx = db.begin(&context(0)).await.expect("begin");
    let scope = Scope::system("test");
    let data = |kind, name: &str, parent| OrganisationData {
        kind,
        name: name.to_owned(),
        code: None,
        parent,
        uscc: None,
        is_demo: true,
    };
    let city = organisations::insert(&mut tx, &scope, data(OrganisationKind::City, "演示市", None)).await;
    let district = data(OrganisationKind::District, "甲区", Some(city.expect("city").id));
    let district = organisations::insert(&mut tx, &scope, district).await.expect("district").id;
    tx.commit("city").await.expect("commit");
    district
}

async fn staged(db: &Database, district: OrganisationId) -> ImportId {
    let mut tx = db.begin(&context(0)).await.expect("begin");
    let scope = Scope::system("test");
    let new = NewImport {
        kind: ImportKind::Enterprises,
        form: None,
        period: None,
        package_digest: None,
        file_name: "演示.xlsx".to_owned(),
        content: b"file".to_vec(),
    };
    let id = imports::insert(&mut tx, &scope, new).await.expect("import");
    let rows = (1..=ROWS).map(|row| {
        let body = format!("91990000MA{row:07}");
        let digit = Uscc::check_digit(&body).expect("body");
        let data = EnterpriseData {
            uscc: format!("{body}{digit}"),
            confirm_check_digit: false,
            name: format!("演示企业{row}"),
            district,
            address: None,
            is_demo: true,
        };
        let payload = Some(StagedPayload::Enterprise { data, industry: None });
        StagedRow { row, payload, problems: Vec::new() }
    });
    imports::stage(&mut tx, &scope, id, rows.collect()).await.expect("stage");
    imports::set_status(&mut tx, &scope, id, ImportStatus::Ready, Counts::default(), None)
        .await
        .expect("ready");
    tx.commit("staged").await.expect("commit");
    id
}
