//! Keeping up with corrections: a server that has answered before answers as one that was started just now.

use jiff::civil::date;
use serde_json::{Value, json};
use xiyuan_policy::{evaluate::column, receipt::receipt};
use xiyuan_server::engine::Question;
use xiyuan_store::{
    Scope, frames, known_time,
    registry::{
        Origin,
        memberships::{self, MembershipData},
    },
};
use xiyuan_testkit::{TestApp, on_both, uscc};

fn question() -> Question {
    Question { year: 2025, ..Question::default() }
}

/// Digest of all outcomes as this server answers, and the commit it answers as of.
async fn answer(app: &TestApp) -> (i64, String) {
    let evaluated = app.state.engine.evaluate(&question()).await.expect("an answer");
    let receipt = receipt(&evaluated.package, &evaluated.frame, &evaluated.run, &evaluated.result.parks);
    (evaluated.commit.number.0, receipt.result_digest)
}

/// The same from a frame read and evaluated anew, as a server does that was started just now.
async fn fresh(app: &TestApp) -> (i64, String) {
    let evaluated = app.state.engine.evaluate(&question()).await.expect("an answer");
    let (package, run) = (&evaluated.package, &evaluated.run);
    let known = known_time::latest(&app.state.db).await.expect("a commit").number;
    let scope = Scope::system("fresh frame");
    let periods = evaluated.frame.periods();
    let frame = frames::frame(&app.state.db, &scope, package, periods, known).await.expect("a frame");
    let result = column::evaluate(package, &frame, run).expect("it runs");
    (known.0, receipt(package, &frame, run, &result.parks).result_digest)
}

async fn metric(app: &TestApp, name: &str) -> u64 {
    let anonymous = app.anonymous();
    let text = anonymous.send(anonymous.plain(reqwest::Method::GET, "/metrics")).await.expect(200).text();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.unwrap_or_else(|| panic!("{name} in {text}")).parse().expect("a number")
}

async fn move_to(app: &TestApp, enterprise: usize, park: usize) {
    let scope = Scope::system("test move");
    let enterprise = app.city.enterprises[enterprise];
    let member =
        memberships::of_enterprise(&app.state.db, &scope, enterprise).await.expect("a list").remove(0).0;
    let origin = Origin::default();
    let mut tx = app.state.db.begin(&app.context()).await.expect("a transaction");
    let ended = MembershipData { to: Some(date(2025, 5, 31)), ..member.data };
    memberships::update(&mut tx, &scope, member.id, member.revision, ended, &origin).await.expect("an end");
    let park = app.city.parks[park];
    let joined = MembershipData { enterprise, park, from: date(2025, 6, 1), to: None };
    memberships::insert(&mut tx, &scope, joined, &origin).await.expect("a membership");
    tx.commit("test move").await.expect("a commit");
}

on_both! {
    async fn after_corrections_the_answer_is_that_of_a_fresh_server(app: TestApp) {
        let (_, first) = answer(app).await;
        let built = metric(app, "xiyuan_frames_built_total").await;
        let mut digests = vec![first];
        for (enterprise, revenue) in [(2, "250.10"), (0, "12"), (2, "250"), (5, "1000")] {
            app.city.file_revenue(&app.state, &app.context(), enterprise, revenue).await;
            let kept = answer(app).await;
            assert_eq!(kept, fresh(app).await, "after {revenue}");
            digests.push(kept.1);
        }
        digests.dedup();
        assert_eq!(digests.len(), 5, "each correction moved something");
        assert_eq!(metric(app, "xiyuan_frames_built_total").await, built, "no frame was read anew");
        assert_eq!(metric(app, "xiyuan_frames_applied_total").await, 4);
        assert_eq!(metric(app, "xiyuan_results_advanced_total").await, 4);
    }

    async fn several_corrections_between_two_questions_are_taken_up_at_once(app: TestApp) {
        answer(app).await;
        for (enterprise, revenue) in [(2, "250.10"), (0, "12"), (1, "3")] {
            app.city.file_revenue(&app.state, &app.context(), enterprise, revenue).await;
        }
        assert_eq!(answer(app).await, fresh(app).await);
        assert_eq!(metric(app, "xiyuan_frames_applied_total").await, 1);
    }

    async fn an_enterprise_that_moves_counts_in_its_new_park(app: TestApp) {
        let (_, before) = answer(app).await;
        move_to(app, 2, 1).await;
        let after = answer(app).await;
        assert_eq!(after, fresh(app).await);
        assert_ne!(after.1, before);
        assert_eq!(metric(app, "xiyuan_frames_applied_total").await, 1);
    }

    async fn questions_to_the_past_keep_their_answers(app: TestApp) {
        let caller = app.city_officer().await;
        let (commit, _) = answer(app).await;
        let path = format!("/parks/{}/check?year=2025", app.city.parks[0].0);
        let strip = |mut answer: Value| {
            answer["receipt"]["computedAt"] = json!(null);
            answer
        };
        let past = format!("{path}&asOf={commit}");
        let before = strip(caller.get(&past).await.expect(200).json());
        app.city.file_revenue(&app.state, &app.context(), 2, "250.10").await;
        let now = strip(caller.get(&path).await.expect(200).json());
        assert_ne!(now["criteria"], before["criteria"]);
        assert_eq!(strip(caller.get(&past).await.expect(200).json()), before);
    }

    async fn an_import_and_its_undo_are_taken_up(app: TestApp) {
        let caller = app.city_officer().await;
        let (_, before) = answer(app).await;
        let sheet = format!("统一社会信用代码,营业收入(万元)\n{},777\n", uscc(2));
        let fields = [("kind", "filings"), ("form", "enterprise-annual"), ("period", "2025")];
        let import = caller.import(&fields, "figures.csv", sheet.into_bytes()).await;
        let id = import["id"].as_str().expect("an id").to_owned();
        caller.post(&format!("/imports/{id}/apply"), json!({ "mode": "all-or-nothing" })).await.expect(202);
        caller.settled(&id).await;
        let imported = answer(app).await;
        assert_eq!(imported, fresh(app).await);
        assert_ne!(imported.1, before);
        caller.post(&format!("/imports/{id}/undo"), json!({})).await.expect(202);
        let undone = answer(app).await;
        assert_eq!(undone, fresh(app).await);
        assert_eq!(undone.1, before);
    }
}
