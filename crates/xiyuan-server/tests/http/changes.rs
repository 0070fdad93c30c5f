//! What changed between two known times is what asking everything twice tells.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use serde_json::{Value, json};
use xiyuan_store::{
    Scope, known_time,
    registry::{
        Origin,
        parks::{self, ParkData},
    },
};
use xiyuan_testkit::{Caller, TestApp, on_both};

async fn now(app: &TestApp) -> i64 {
    known_time::latest(&app.state.db).await.expect("a commit").number.0
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What the answer says: outcomes, conditions, figures and decisions, by park.
fn said(answer: &Value) -> BTreeMap<String, (Value, Value, BTreeSet<String>)> {
    let item = |item: &Value| {
        let figures = list(&item["figures"]).iter().map(|figure| {
            assert_ne!(figure["before"], figure["after"], "{figure}");
            figure["indicator"].as_str().expect("an id").to_owned()
        });
        let park = item["park"]["id"].as_str().expect("an id").to_owned();
        (park, (item["before"].clone(), item["after"].clone(), figures.collect()))
    };
    list(&answer["items"]).iter().map(item).collect()
}

/// Asks for every park, its check and each of its figures as of both times.
async fn asked_twice(
    app: &TestApp,
    caller: &Caller,
    (from, to): (i64, i64),
) -> BTreeMap<String, (Value, Value, BTreeSet<String>)> {
    let policy = caller.get("/policies/wuxi-2023").await.expect(200).json();
    let mut found = BTreeMap::new();
    for park in &app.city.parks {
        let park = park.0.to_string();
        let mut both = Vec::new();
        for time in [from, to] {
            let check = caller.get(&format!("/parks/{park}/check?year=2025&asOf={time}")).await;
            if check.status != 200 {
                both.push((Value::Null, Value::Null, BTreeMap::new()));
                continue;
            }
            let check = check.json();
            let mut figures = BTreeMap::new();
            for indicator in list(&policy["indicators"]).iter().filter(|one| one["subject"] == "park") {
                let id = indicator["id"].as_str().expect("an id");
                let path = format!("/figures/{id}?park={park}&year=2025&asOf={time}");
                let figure = caller.get(&path).await.expect(200).json();
                let parts = ["value", "bounds", "reason", "coverage"].map(|key| figure[key].clone());
                figures.insert(id.to_owned(), parts);
            }
            both.push((check["outcome"].clone(), check["receipt"]["resultDigest"].clone(), figures));
        }
        let (before, after) = (&both[0], &both[1]);
        let differs = |id: &&String| before.2.get(*id) != after.2.get(*id);
        let figures: BTreeSet<String> = after.2.keys().filter(differs).cloned().collect();
        if before.1 != after.1 || !figures.is_empty() {
            found.insert(park, (before.0.clone(), after.0.clone(), figures));
        }
    }
    found
}

async fn changes(caller: &Caller, (from, to): (i64, i64)) -> Value {
    caller.get(&format!("/changes?year=2025&from={from}&to={to}")).await.expect(200).json()
}

/// Decisions in an answer, by id, with the outcome now.
fn decisions(answer: &Value) -> BTreeMap<String, Value> {
    let all = list(&answer["items"]).iter().flat_map(|item| list(&item["decisions"]));
    all.map(|one| (one["decision"]["id"].as_str().expect("an id").to_owned(), one["now"].clone())).collect()
}

on_both! {
    async fn the_list_is_what_asking_everything_twice_tells(app: TestApp) {
        let caller = app.city_officer().await;
        let mut times = vec![now(app).await];
        // Large enough to show in every figure at the decimals at which it is shown.
        let corrections =
            [(2, "250000"), (0, "120000"), (2, "500000"), (5, "1000000"), (7, "30000"), (7, "30000")];
        for (enterprise, revenue) in corrections {
            app.city.file_revenue(&app.state, &app.context(), enterprise, revenue).await;
            times.push(now(app).await);
        }
        let mut told = 0;
        for (position, from) in times.iter().enumerate() {
            for to in &times[position..] {
                let answer = changes(&caller, (*from, *to)).await;
                let found = said(&answer);
                assert_eq!(found, asked_twice(app, &caller, (*from, *to)).await, "{from} to {to}");
                assert_eq!((&answer["from"]["knownTime"], &answer["to"]["knownTime"]), (&json!(from), &json!(to)));
                told += found.len();
            }
        }
        assert!(told > 15, "{told} parks differ over all windows");
        assert_eq!(changes(&caller, (times[5], times[6])).await["items"], json!([]), "the same said again");
    }

    async fn a_park_that_is_new_stands_in_the_list(app: TestApp) {
        let caller = app.city_officer().await;
        let from = now(app).await;
        let scope = Scope::system("test park");
        let data = ParkData {
            code: Some("P9".into()),
            name: "演示新园".into(),
            district: app.city.districts[0],
            operator: None,
            address: None,
            four_sides: None,
            recognised_on: Some(date(2025, 1, 1)),
            is_demo: false,
        };
        let mut tx = app.state.db.begin(&app.context()).await.expect("a transaction");
        parks::insert(&mut tx, &scope, data, &Origin::default()).await.expect("a park");
        tx.commit("test park").await.expect("a commit");
        app.city.file_revenue(&app.state, &app.context(), 2, "900000").await;
        let to = now(app).await;
        let answer = changes(&caller, (from, to)).await;
        let new = list(&answer["items"]).iter().find(|item| item["park"]["name"] == "演示新园").expect("the new park");
        assert_eq!(new["before"], Value::Null);
        assert_ne!(new["after"], Value::Null);
        assert!(list(&new["figures"]).iter().all(|figure| figure["before"].is_null()), "{new}");
        let mut found = said(&answer);
        found.retain(|park, _| app.city.parks.iter().any(|known| known.0.to_string() == *park));
        assert_eq!(found, asked_twice(app, &caller, (from, to)).await, "the frame was built anew");
        let gone = caller.get(&format!("/changes?year=2025&from={from}&to={from}")).await.expect(200).json();
        assert_eq!(gone["items"], json!([]));
    }

    async fn a_decision_stands_in_the_list_when_what_it_rests_on_changed(app: TestApp) {
        let caller = app.city_officer().await;
        let mut signed = Vec::new();
        for park in &app.city.parks {
            let path = format!("/parks/{}/decisions", park.0);
            let made = caller.post(&path, json!({ "year": 2025 })).await.expect(201).json();
            signed.push((park.0, made));
        }
        let mut times = vec![1, now(app).await];
        for (enterprise, revenue) in [(2, "250.5"), (7, "3"), (0, "12")] {
            app.clock.pass(60);
            app.city.file_revenue(&app.state, &app.context(), enterprise, revenue).await;
            times.push(now(app).await);
        }
        let mut told = 0;
        for (position, from) in times.iter().enumerate() {
            for to in &times[position..] {
                let mut expected = BTreeMap::new();
                for (park, made) in &signed {
                    let frozen = &made["check"]["receipt"];
                    if frozen["knownTime"].as_i64() > Some(*to) {
                        continue;
                    }
                    let check = |time: i64| format!("/parks/{park}/check?year=2025&asOf={time}");
                    let after = caller.get(&check(*to)).await.expect(200).json();
                    let base = frozen["knownTime"].as_i64().max(Some(*from)).expect("a time");
                    let before = caller.get(&check(base)).await.expect(200).json();
                    if before["receipt"]["resultDigest"] != after["receipt"]["resultDigest"] {
                        expected.insert(made["id"].as_str().expect("an id").to_owned(), after["outcome"].clone());
                    }
                }
                told += expected.len();
                assert_eq!(decisions(&changes(&caller, (*from, *to)).await), expected, "{from} to {to}");
            }
        }
        assert!(told > 5, "{told} decisions over all windows");
        let (park, first) = &signed[0];
        let path = format!("/parks/{park}/decisions");
        let second = caller.post(&path, json!({ "year": 2025, "note": "复核" })).await.expect(201).json();
        let after = decisions(&changes(&caller, (1, now(app).await)).await);
        assert!(!after.contains_key(first["id"].as_str().expect("an id")), "superseded");
        assert!(!after.contains_key(second["id"].as_str().expect("an id")), "rests on what stands");
    }

    async fn each_reader_sees_the_own_parks_and_no_figure_that_tells_a_hidden_member(app: TestApp) {
        let from = now(app).await;
        app.city.file_revenue(&app.state, &app.context(), 0, "12").await;
        app.city.file_revenue(&app.state, &app.context(), 7, "3").await;
        let path = format!("/changes?year=2025&from={from}");
        let all = app.city_officer().await.get(&path).await.expect(200).json();
        assert!(list(&all["items"]).len() > 1);
        let operator = app.park_operator(0).await;
        let own = operator.get(&path).await.expect(200).json();
        assert_eq!(said(&own).into_keys().collect::<Vec<_>>(), [app.city.parks[0].0.to_string()]);
        operator.get(&format!("{path}&park={}", app.city.parks[1].0)).await.expect(404);
        assert_eq!(app.bank().await.get(&path).await.status, 403);
        let sheet = operator.get(&path.replace("/changes", "/changes.xlsx")).await.expect(200);
        assert_eq!(&sheet.bytes[..2], b"PK");
    }

    async fn times_the_wrong_way_round_are_refused_in_words(app: TestApp) {
        let caller = app.city_officer().await;
        let to = now(app).await;
        let refused = caller.get(&format!("/changes?from={to}&to=1")).await.expect(422);
        assert!(refused.text().contains("起始数据时点晚于截止数据时点"), "{}", refused.text());
        caller.get("/changes?from=").await.expect(422);
        caller.get("/changes").await.expect(400);
        let one = format!("/changes?from=1&to={to}&park={}", app.city.parks[0].0);
        assert!(said(&caller.get(&one).await.expect(200).json()).len() <= 1);
    }
}
