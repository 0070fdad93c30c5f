//! Imports of real spreadsheets: bad cells named, nothing half written, everything can be taken back.

use std::{collections::BTreeSet, ops::ControlFlow, path::PathBuf};

use serde_json::{Value, json};
use xiyuan_sheets::{Limits, SheetWriter, Workbook, WriteCell, WriteColumn, WriteKind};
use xiyuan_store::{
    Scope, Uscc,
    registry::{
        Origin,
        enterprises::{self, EnterpriseData},
    },
};
use xiyuan_testkit::{Caller, TestApp, on_both, uscc};

const FILINGS: &[(&str, &str)] = &[("kind", "filings"), ("form", "enterprise-annual"), ("period", "2025")];

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(sample_path(name)).expect("a sample of the sheets crate")
}

fn sample_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../xiyuan-sheets/tests/data").join(name)
}

/// Registers every enterprise whose code stands in the first column of a sample.
async fn register(app: &TestApp, name: &str) {
    let book = Workbook::open(&sample_path(name), Limits::default()).expect("a workbook");
    let sheet = book.first_sheet().expect("a sheet").to_owned();
    let mut codes = BTreeSet::new();
    book.visit_rows(&sheet, &mut |row| {
        codes.extend(Uscc::parse(&row.cell(0).shown()).ok());
        ControlFlow::Continue(())
    })
    .expect("rows");
    let mut tx = app.state.db.begin(&app.context()).await.expect("a transaction");
    for code in codes {
        let data = EnterpriseData {
            name: format!("演示企业{code}"),
            uscc: code.to_string(),
            confirm_check_digit: true,
            district: app.city.districts[0],
            address: None,
            is_demo: false,
        };
        enterprises::insert(&mut tx, &Scope::system("test"), data, &Origin::default())
            .await
            .expect("inserted");
    }
    tx.commit("test").await.expect("committed");
}

fn csv(lines: &[&str]) -> Vec<u8> {
    (lines.join("\n") + "\n").into_bytes()
}

async fn problems(caller: &Caller, import: &Value) -> Vec<Value> {
    let path = format!("/imports/{}/problems?limit=500", import["id"].as_str().expect("an id"));
    caller.get(&path).await.expect(200).json()["items"].as_array().expect("items").clone()
}

async fn apply(caller: &Caller, import: &Value, body: Value) -> Value {
    let id = import["id"].as_str().expect("an id");
    caller.post(&format!("/imports/{id}/apply"), body).await.expect(202);
    caller.settled(id).await
}

async fn share(caller: &Caller, app: &TestApp, park: usize) -> Value {
    let path = format!("/parks/{}/check?year=2025", app.city.parks[park].0);
    let check = caller.get(&path).await.expect(200).json();
    let criteria = check["criteria"].as_array().expect("criteria");
    criteria.iter().find(|criterion| criterion["id"] == "leading-revenue-share").expect("it").clone()
}

on_both! {
    async fn each_bad_cell_of_the_sample_is_named_with_row_and_column(app: TestApp) {
        register(app, "07-bad-cells.xlsx").await;
        let caller = app.city_officer().await;
        let import = caller.import(FILINGS, "07-bad-cells.xlsx", sample("07-bad-cells.xlsx")).await;
        assert_eq!(import["status"], "ready", "{import}");
        let named = problems(&caller, &import).await;
        let expected: Vec<Value> =
            serde_json::from_slice(&sample("07-bad-cells.expected.json")).expect("what is expected");
        let read: BTreeSet<&str> = import["columns"].as_array().expect("columns").iter()
            .filter(|column| column["field"].is_object())
            .map(|column| column["head"].as_str().expect("a head"))
            .collect();
        let mut seen = 0;
        for cell in &expected {
            let head = cell["column"].as_str().expect("a column");
            if !read.contains(head) {
                continue;
            }
            seen += 1;
            let of_row: Vec<&Value> = named.iter().filter(|problem| problem["row"] == cell["row"]).collect();
            let of_cell = |severity: &str| of_row.iter().any(|problem| {
                problem["severity"] == severity && (problem["head"] == head || problem["head"].is_null())
            });
            match cell["verdict"].as_str().expect("a verdict") {
                "refuse" => assert!(of_cell("refuse"), "{cell} is not refused: {of_row:?}"),
                "question" => assert!(of_cell("question"), "{cell} is not asked: {of_row:?}"),
                _ => assert!(!of_row.iter().any(|problem| problem["severity"] == "refuse" && problem["head"] == head),
                    "{cell} is refused: {of_row:?}"),
            }
        }
        assert!(seen >= 15, "only {seen} cells were looked at");
        let counts = &import["counts"];
        let total = counts["accepted"].as_u64().zip(counts["refused"].as_u64()).map(|(a, r)| a + r);
        assert_eq!(counts["data"].as_u64(), total);
        let file = caller.get(&format!("/imports/{}/problems.xlsx", import["id"].as_str().expect("an id"))).await.expect(200);
        assert!(file.bytes.starts_with(b"PK"));
    }

    async fn nothing_is_written_before_apply_and_all_or_nothing_refuses_a_bad_row(app: TestApp) {
        let caller = app.city_officer().await;
        let known = caller.get("/checks?year=2025").await.expect(200).json()["knownTime"].clone();
        let file = csv(&[
            "统一社会信用代码,营业收入(万元)",
            &format!("{},2500", uscc(10)),
            &format!("{},abc", uscc(9)),
        ]);
        let import = caller.import(FILINGS, "补报.csv", file).await;
        assert_eq!((import["counts"]["accepted"].as_u64(), import["counts"]["refused"].as_u64()), (Some(1), Some(1)));
        assert_eq!(caller.get("/checks?year=2025").await.expect(200).json()["knownTime"], known);
        let id = import["id"].as_str().expect("an id");
        let path = format!("/imports/{id}/apply");
        assert_eq!(caller.post(&path, json!({ "mode": "all-or-nothing" })).await.expect(409).code(), "rows-refused");
        let done = apply(&caller, &import, json!({ "mode": "good-rows-only" })).await;
        assert_eq!((done["status"].as_str(), done["counts"]["created"].as_u64()), (Some("applied"), Some(1)));
        assert_eq!(share(&caller, app, 2).await["outcome"], "not_met", "the missing figure came in");
    }

    async fn a_whole_import_is_taken_back_and_the_old_answer_returns(app: TestApp) {
        let caller = app.city_officer().await;
        let before = share(&caller, app, 2).await;
        let file = csv(&["统一社会信用代码,营业收入(万元)", &format!("{},2500", uscc(10)), &format!("{},1", uscc(8))]);
        let import = caller.import(FILINGS, "补报.csv", file).await;
        app.clock.pass(5);
        let done = apply(&caller, &import, json!({ "mode": "all-or-nothing" })).await;
        assert_eq!((done["counts"]["created"].as_u64(), done["counts"]["updated"].as_u64()), (Some(1), Some(1)), "{done}");
        assert_ne!(share(&caller, app, 2).await, before);
        app.clock.pass(5);
        let id = import["id"].as_str().expect("an id");
        let undone = caller.post(&format!("/imports/{id}/undo"), json!({})).await.expect(202).json();
        assert_eq!(undone["status"], "undone");
        assert_eq!(share(&caller, app, 2).await, before);
        caller.post(&format!("/imports/{id}/undo"), json!({})).await.expect(202);
        assert_eq!(caller.post(&format!("/imports/{id}/apply"), json!({ "mode": "all-or-nothing" })).await.expect(409).code(), "not-ready");
    }

    async fn what_somebody_changed_since_blocks_the_undo_and_is_named(app: TestApp) {
        let caller = app.city_officer().await;
        let file = csv(&["统一社会信用代码,营业收入(万元)", &format!("{},2500", uscc(10))]);
        let import = caller.import(FILINGS, "补报.csv", file).await;
        apply(&caller, &import, json!({ "mode": "all-or-nothing" })).await;
        app.city.file_revenue(&app.state, &app.context(), 10, "7.00").await;
        let path = format!("/imports/{}/undo", import["id"].as_str().expect("an id"));
        let answer = caller.post(&path, json!({})).await.expect(422);
        assert_eq!(answer.code(), "undo-blocked");
        assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(1));
    }

    async fn a_double_click_applies_once(app: TestApp) {
        let caller = app.city_officer().await;
        let file = csv(&["统一社会信用代码,营业收入(万元)", &format!("{},2500", uscc(10))]);
        let import = caller.import(FILINGS, "补报.csv", file).await;
        let path = format!("/imports/{}/apply", import["id"].as_str().expect("an id"));
        let body = json!({ "mode": "all-or-nothing" });
        let (one, two) = tokio::join!(caller.post(&path, body.clone()), caller.post(&path, body.clone()));
        assert!(one.status == 202 || two.status == 202, "{} {}", one.text(), two.text());
        let done = caller.settled(import["id"].as_str().expect("an id")).await;
        assert_eq!((done["status"].as_str(), done["counts"]["created"].as_u64()), (Some("applied"), Some(1)));
        let detail = caller.get(&format!("/enterprises/{}", app.city.enterprises[10].0)).await.expect(200).json();
        assert_eq!(detail["filings"][0]["revision"], 1);
    }

    async fn units_of_the_head_are_converted_exactly(app: TestApp) {
        let caller = app.city_officer().await;
        let file = csv(&[
            "统一社会信用代码,营业收入（亿元）,用地面积（平方米）",
            &format!("{},0.25,2000", uscc(10)),
        ]);
        let import = caller.import(FILINGS, "亿元.csv", file).await;
        assert_eq!(import["columns"][1]["unit"], "亿元", "{import}");
        apply(&caller, &import, json!({ "mode": "all-or-nothing", "acceptQuestions": true })).await;
        let detail = caller.get(&format!("/enterprises/{}", app.city.enterprises[10].0)).await.expect(200).json();
        let filing = caller.get(&format!("/filings/{}", detail["filings"][0]["id"].as_str().expect("an id"))).await.expect(200).json();
        let value = |field: &str| filing["revisions"][0]["values"].as_array().expect("values").iter()
            .find(|value| value["field"] == field).expect("the field")["value"].clone();
        assert_eq!((value("revenue"), value("land_area")), (json!("2500"), json!("3")));
    }

    async fn a_unit_of_another_kind_is_not_read(app: TestApp) {
        let caller = app.city_officer().await;
        let file = csv(&["统一社会信用代码,营业收入（亩）", &format!("{},1", uscc(10))]);
        let import = caller.import(FILINGS, "错单位.csv", file).await;
        assert_eq!(import["findings"][0]["code"], "wrong-unit", "{import}");
        assert_eq!(import["counts"]["accepted"], 0);
        assert_eq!(import["canApply"], false);
    }

    async fn a_corrected_matching_reads_the_file_again(app: TestApp) {
        let caller = app.city_officer().await;
        let file = csv(&["统一社会信用代码,收入情况", &format!("{},2500", uscc(10))]);
        let import = caller.import(FILINGS, "别名.csv", file).await;
        assert_eq!(import["counts"]["accepted"], 0);
        let id = import["id"].as_str().expect("an id");
        let body = json!({ "columns": { "2": "enterprise.revenue" } });
        caller.put(&format!("/imports/{id}/mapping"), body).await.expect(202);
        let again = caller.settled(id).await;
        assert_eq!((again["columns"][1]["confidence"].as_str(), again["counts"]["accepted"].as_u64()), (Some("chosen"), Some(1)));
        let body = json!({ "columns": { "2": "enterprise.nothing" } });
        assert_eq!(caller.put(&format!("/imports/{id}/mapping"), body).await.expect(422).code(), "unknown-field");
    }

    async fn parks_enterprises_and_memberships_come_in_from_sheets(app: TestApp) {
        let caller = app.city_officer().await;
        let parks = csv(&["园区名称,所属区,主导产业", &format!("演示丁园,演示甲区,{}", app.city.industries[0]), "演示甲园,演示甲区,"]);
        let import = caller.import(&[("kind", "parks")], "园区.csv", parks).await;
        assert_eq!((import["counts"]["created"].as_u64(), import["counts"]["updated"].as_u64()), (Some(1), Some(1)), "{import}");
        apply(&caller, &import, json!({ "mode": "all-or-nothing" })).await;
        assert_eq!(caller.get("/parks?search=丁园").await.expect(200).json()["total"], 1);
        let good = uscc(800);
        let last = if good.ends_with('0') { '1' } else { '0' };
        let rows = csv(&[
            "统一社会信用代码,企业名称,所属区",
            &format!("{},演示新企业甲,演示甲", uscc(801)),
            &format!("{}{last},演示新企业乙,演示乙区", &good[..17]),
            &format!("{},演示新企业丙,无此区", uscc(802)),
            &format!("{},演示新企业丁,演示甲区", uscc(801)),
        ]);
        let import = caller.import(&[("kind", "enterprises")], "企业.csv", rows).await;
        let codes: Vec<(u64, String)> = problems(&caller, &import).await.iter()
            .map(|problem| (problem["row"].as_u64().expect("a row"), problem["code"].as_str().expect("a code").to_owned()))
            .collect();
        assert_eq!(codes, [
            (3, "uscc-check-digit".to_owned()), (4, "unknown-district".to_owned()), (5, "duplicate-in-file".to_owned())
        ]);
        apply(&caller, &import, json!({ "mode": "good-rows-only", "acceptQuestions": true })).await;
        assert_eq!(caller.get("/enterprises?search=新企业").await.expect(200).json()["total"], 2);
        let rows = csv(&["信用代码,所在园区,入园日期", &format!("{},演示丁园,2024年3月1日", uscc(801))]);
        let import = caller.import(&[("kind", "memberships")], "入园.csv", rows).await;
        apply(&caller, &import, json!({ "mode": "all-or-nothing" })).await;
        let found = caller.get("/enterprises?search=新企业甲").await.expect(200).json();
        assert_eq!(found["items"][0]["park"]["name"], "演示丁园");
    }

    async fn an_operator_imports_for_the_own_park_only(app: TestApp) {
        let operator = app.park_operator(0).await;
        let file = csv(&["统一社会信用代码,营业收入", &format!("{},1", uscc(0)), &format!("{},1", uscc(4))]);
        let import = operator.import(FILINGS, "越权.csv", file).await;
        assert_eq!((import["counts"]["accepted"].as_u64(), import["counts"]["refused"].as_u64()), (Some(1), Some(1)));
        let named = problems(&operator, &import).await;
        assert_eq!((named[0]["row"].as_u64(), named[0]["code"].as_str()), (Some(3), Some("unknown-enterprise")));
        assert_eq!((named[0]["letter"].as_str(), named[0]["head"].as_str()), (Some("A"), Some("统一社会信用代码")));
        let statistician = app.enterprise(app.city.enterprises[0]).await;
        let refused = statistician.upload("/imports", FILINGS, "x.csv", csv(&["a", "b"])).await;
        assert_eq!(refused.expect(403).code(), "forbidden");
    }

    async fn files_that_cannot_be_read_fail_with_words_and_the_server_stays_up(app: TestApp) {
        let caller = app.city_officer().await;
        for (name, bytes) in [
            ("r14-password-protected.xls", sample("r14-password-protected.xls")),
            ("damaged.xlsx", b"PK\x03\x04 this is no archive".to_vec()),
            ("noise.xls", vec![0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3]),
        ] {
            let import = caller.import(FILINGS, name, bytes).await;
            assert_eq!(import["status"], "failed", "{name}: {import}");
            assert!(import["error"].as_str().is_some_and(|text| text.chars().count() > 5), "{name}: {import}");
        }
        assert_eq!(caller.upload("/imports", FILINGS, "x.csv", Vec::new()).await.expect(422).code(), "empty");
        caller.get("/session").await.expect(200);
    }

    async fn a_file_without_a_head_waits_for_a_person_who_says_where_it_is(app: TestApp) {
        let caller = app.city_officer().await;
        let file = csv(&[&format!("{},2500", uscc(10)), "统一社会信用代码,营业收入", &format!("{},2600", uscc(10))]);
        let import = caller.import(FILINGS, "无表头.csv", csv(&["1,2", "3,4"])).await;
        assert_eq!((import["status"].as_str(), import["findings"][0]["code"].as_str()), (Some("ready"), Some("no-head")), "{import}");
        assert_eq!(import["canApply"], false);
        let import = caller.import(FILINGS, "表头在第二行.csv", file).await;
        let id = import["id"].as_str().expect("an id");
        caller.put(&format!("/imports/{id}/mapping"), json!({ "headRows": [2] })).await.expect(202);
        let again = caller.settled(id).await;
        assert_eq!((&again["headRows"], again["counts"]["accepted"].as_u64()), (&json!([2]), Some(1)), "{again}");
    }

    async fn a_cancelled_import_writes_nothing(app: TestApp) {
        let caller = app.city_officer().await;
        let file = csv(&["统一社会信用代码,营业收入", &format!("{},1", uscc(10))]);
        let import = caller.import(FILINGS, "取消.csv", file).await;
        let id = import["id"].as_str().expect("an id");
        assert_eq!(caller.post(&format!("/imports/{id}/cancel"), json!({})).await.expect(200).json()["status"], "cancelled");
        let path = format!("/imports/{id}/apply");
        assert_eq!(caller.post(&path, json!({ "mode": "all-or-nothing" })).await.expect(409).code(), "not-ready");
    }

    async fn the_template_says_what_it_is_for_and_can_be_filled_in(app: TestApp) {
        let caller = app.city_officer().await;
        let path = "/imports/template.xlsx?kind=filings&form=enterprise-annual&period=2025";
        let bytes = caller.get(path).await.expect(200).bytes;
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("template.xlsx");
        std::fs::write(&file, bytes).expect("written");
        let book = Workbook::open(&file, Limits::default()).expect("a workbook");
        let meta = book.metadata().expect("metadata");
        assert!(meta.contains(&("form".to_owned(), "enterprise-annual".to_owned())), "{meta:?}");
        assert!(meta.iter().any(|(key, value)| key == "package" && *value == app.city.package.digest));
        let sheet = book.first_sheet().expect("a sheet").to_owned();
        let mut heads = Vec::new();
        book.visit_rows(&sheet, &mut |row| {
            heads = row.cells.iter().map(xiyuan_sheets::Cell::shown).collect();
            ControlFlow::Break(())
        })
        .expect("the head");
        let columns = heads.iter().map(|head| WriteColumn { head: head.clone(), kind: WriteKind::Text, width: 20 });
        let mut writer = SheetWriter::new("表", columns.collect(), &[]).expect("a writer");
        let cells: Vec<WriteCell> = heads.iter().map(|head| match head.as_str() {
            head if head.contains("信用代码") => WriteCell::from(uscc(10)),
            head if head.starts_with("营业收入") => WriteCell::from("2500.00"),
            _ => WriteCell::Empty,
        }).collect();
        writer.row(&cells).expect("a row");
        let import = caller.import(FILINGS, "模板.xlsx", writer.into_bytes().expect("bytes")).await;
        assert_eq!(import["counts"]["accepted"], 1, "{import}");
        assert!(import["columns"].as_array().expect("columns").iter().all(|column| column["confidence"] == "exact"), "{import}");
    }

    async fn a_repeated_upload_is_one_import(app: TestApp) {
        let caller = app.city_officer().await;
        let send = async || {
            let part = reqwest::multipart::Part::bytes(csv(&["园区名称,所属区", "演示丁园,演示甲区"])).file_name("园区.csv");
            let form = reqwest::multipart::Form::new().text("kind", "parks").part("file", part);
            let request = caller.request(reqwest::Method::POST, "/imports").header("idempotency-key", "once").multipart(form);
            caller.send(request).await.expect(202).json()["id"].clone()
        };
        assert_eq!(send().await, send().await);
        assert_eq!(caller.get("/imports").await.expect(200).json()["total"], 1);
        assert_eq!(caller.get("/jobs").await.expect(200).json()["total"], 1);
    }
}
