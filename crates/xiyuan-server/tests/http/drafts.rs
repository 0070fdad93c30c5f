//! The life of a policy version: a number is changed, tried, signed; yesterday's decision stands under the old text.

use reqwest::Method;
use serde_json::{Value, json};
use xiyuan_testkit::{Answer, Caller, PASSWORD, on_both};

const POLICY: &str = "wuxi-2023";
const NUMBER: &str = "leading_revenue_share_min";
const OLD: &str = "主导产业占园区营收的比重不低于50%";
const NEW: &str = "主导产业占园区营收的比重不低于55%";

/// A draft as a caller works on it.
struct Draft<'a> {
    caller: &'a Caller,
    path: String,
    revision: i64,
}

impl<'a> Draft<'a> {
    async fn open(caller: &'a Caller) -> Self {
        let made =
            caller.post("/policy-drafts", json!({ "policy": POLICY, "name": "改为 55%" })).await.expect(201);
        assert_eq!(made.header("etag"), Some("\"1\""));
        Self {
            caller,
            path: format!("/policy-drafts/{}", made.json()["id"].as_str().expect("an id")),
            revision: 1,
        }
    }

    async fn get(&self, rest: &str) -> Value {
        self.caller.get(&format!("{}{rest}", self.path)).await.expect(200).json()
    }

    async fn post(&self, rest: &str, body: Value) -> Answer {
        self.caller.post(&format!("{}{rest}", self.path), body).await
    }

    /// A change based on the current revision.
    async fn change(&mut self, method: Method, rest: &str, body: Value) -> Value {
        let answer = self.caller.based_on(method, &format!("{}{rest}", self.path), self.revision, body).await;
        let answer = answer.expect(200).json();
        self.revision = answer["revision"].as_i64().expect("a revision");
        answer
    }

    async fn publish(&self, body: Value) -> Answer {
        self.caller.based_on(Method::POST, &format!("{}/publish", self.path), self.revision, body).await
    }

    /// 50 % becomes 55 %, number and sentence.
    async fn raise(&mut self) {
        let quote = json!({ "old": OLD, "new": NEW });
        let body = json!({ "parameter": NUMBER, "value": "55", "quote": quote });
        self.change(Method::POST, "/numbers", body).await;
    }

    /// Takes over what the rules give in every example that fails.
    async fn accept(&mut self) {
        let tested = self.post("/test", json!({})).await.expect(200).json();
        let failing: Vec<&Value> =
            list(&tested["examples"]).iter().filter(|example| example["passed"] == false).collect();
        let ids: Vec<&Value> = failing.iter().map(|example| &example["id"]).collect();
        self.change(Method::POST, "/expectations", json!({ "examples": ids })).await;
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("a list: {value}"))
}

fn publish_body(day: &str) -> Value {
    json!({ "effectiveFrom": day, "note": "比重提高到 55%", "password": PASSWORD })
}

fn errors(findings: &Value) -> Vec<&str> {
    let errors = list(&findings["diagnostics"]).iter().filter(|finding| finding["severity"] == "error");
    errors.filter_map(|finding| finding["code"].as_str()).collect()
}

on_both! {
    async fn a_number_is_changed_tried_signed_and_yesterdays_decision_replays_under_the_old_text(app: TestApp) {
        let officer = app.city_officer().await;
        let park = app.city.parks[0].0;
        let old_digest = app.city.package.digest.clone();
        let decision = officer.post(&format!("/parks/{park}/decisions"), json!({ "year": 2025 })).await.expect(201).json();
        app.clock.pass(24 * 3600);
        let officer = app.city_officer().await;

        let mut draft = Draft::open(&officer).await;
        let numbers = draft.get("/numbers").await;
        let number = list(&numbers["items"]).iter().find(|number| number["parameter"] == NUMBER).expect("the number").clone();
        assert_eq!((&number["value"], &number["baseValue"], &number["quote"], &number["clause"]),
            (&json!("50"), &json!("50"), &json!(OLD), &json!("2.2.1")));

        // Number without its sentence: text and rule disagree, and nobody can publish that.
        draft.change(Method::POST, "/numbers", json!({ "parameter": NUMBER, "value": "55" })).await;
        let text = draft.get("/files/parameters.toml").await["text"].as_str().expect("text").to_owned();
        let found = draft.post("/findings", json!({ "path": "parameters.toml", "text": text })).await.expect(200).json();
        assert_eq!(found["compiles"], false);
        assert!(errors(&found).contains(&"quote-without-number"), "{found}");
        let refused = draft.publish(publish_body("2026-11-24")).await.expect(409);
        assert_eq!(refused.code(), "policy-not-publishable");
        assert!(list(&refused.json()["errors"]).iter().any(|error| error["code"] == "quote-without-number"), "{}", refused.text());
        draft.raise().await;
        let shown = draft.get("").await;
        let changed: Vec<&str> = list(&shown["files"]).iter().filter(|file| file["isChanged"] == true)
            .filter_map(|file| file["path"].as_str()).collect();
        assert_eq!(changed, ["clauses.toml", "criteria/leading-industry.toml", "parameters.toml", "targets.toml", "text.md"]);

        // The worked examples of 50 % fail until the official takes over what now comes out.
        let tested = draft.post("/test", json!({})).await.expect(200).json();
        assert!(tested["failed"].as_u64().expect("a number") > 0);
        assert!(list(&tested["thresholds"]).iter().any(|side| side["criterion"] == "leading-revenue-share"));
        let refused = draft.publish(publish_body("2026-11-24")).await.expect(409);
        assert!(list(&refused.json()["errors"]).iter().all(|error| error["code"] == "example-fails"), "{}", refused.text());
        draft.accept().await;
        let tested = draft.post("/test", json!({})).await.expect(200).json();
        assert_eq!(tested["failed"], 0, "{tested}");

        // Exactly the parks that the what-if names.
        let preview = draft.post("/preview", json!({ "year": 2025 })).await.expect(200).json();
        let tried = officer.post("/what-if", json!({ "year": 2025, "parameters": { NUMBER: "55" } })).await.expect(200).json();
        assert_eq!(preview["flips"], tried["flips"]);
        assert_eq!((&preview["before"], &preview["after"]), (&tried["before"], &tried["after"]));
        assert_eq!(list(&preview["flips"]).len(), 1, "{preview}");
        assert_eq!(preview["flips"][0]["park"]["name"], "演示甲园");
        assert_eq!(preview["parks"], 3);

        // Both today, in words.
        let difference = draft.get("/difference?year=2025").await;
        let moved: Vec<&Value> = list(&difference["clauses"][0]["words"]).iter().filter(|part| part["kind"] != "same").collect();
        assert_eq!(moved, [&json!({ "kind": "removed", "text": "50%" }), &json!({ "kind": "added", "text": "55%" })]);
        assert_eq!((&difference["parameters"][0]["before"], &difference["parameters"][0]["after"]), (&json!("50%"), &json!("55%")));
        assert_eq!(difference["parks"]["flips"], preview["flips"]);

        let version = draft.publish(publish_body("2026-11-24")).await.expect(201).json();
        assert_eq!((&version["isCurrent"], &version["effectiveFrom"], &version["signature"]["isValid"]),
            (&json!(true), &json!("2026-11-24"), &json!(true)));
        assert_eq!(version["publishedBy"]["name"], "演示人员");
        assert_ne!(version["digest"], json!(old_digest));
        assert_eq!(draft.get("").await["publishedDigest"], version["digest"]);

        let versions = officer.get(&format!("/policies/{POLICY}/versions")).await.expect(200).json();
        let digests: Vec<&Value> = list(&versions["items"]).iter().map(|version| &version["digest"]).collect();
        assert_eq!(digests, [&version["digest"], &json!(old_digest)]);
        let between = format!("/policies/{POLICY}/difference?from={old_digest}&to={}&year=2025", version["digest"].as_str().expect("text"));
        let between = officer.get(&between).await.expect(200).json();
        assert_eq!(between, difference, "published, it is what the draft was");
        let policy = officer.get(&format!("/policies/{POLICY}")).await.expect(200).json();
        assert_eq!(policy["digest"], version["digest"]);

        // Checked today under the new text; yesterday's decision stands under the old one.
        let check = officer.get(&format!("/parks/{park}/check?year=2025")).await.expect(200).json();
        let share = list(&check["criteria"]).iter().find(|of| of["id"] == "leading-revenue-share").expect("the condition").clone();
        assert_eq!((&share["outcome"], &share["threshold"]), (&json!("not_met"), &json!("55")));
        let id = decision["id"].as_str().expect("an id");
        let replay = officer.post(&format!("/decisions/{id}/replay"), json!({})).await.expect(200).json();
        assert_eq!(replay["matches"], true, "{replay}");
        assert_eq!((&replay["packageDigest"], &replay["effectiveFrom"]), (&json!(old_digest), &json!("2023-05-13")));
        assert_eq!(replay["recordedDigest"], decision["check"]["receipt"]["resultDigest"]);
        let read = officer.get(&format!("/decisions/{id}")).await.expect(200).json();
        assert_eq!(read["verification"]["reproduced"], true);
        assert_eq!(read["check"], decision["check"]);
        let old = officer.get(&format!("/policies/{old_digest}")).await.expect(200).json();
        assert_eq!(old["digest"], json!(old_digest), "an earlier version can be read");
    }

    async fn the_wrong_password_signs_nothing_and_five_lock_the_account(app: TestApp) {
        let officer = app.city_officer().await;
        let mut draft = Draft::open(&officer).await;
        draft.raise().await;
        draft.accept().await;
        let wrong = json!({ "effectiveFrom": "2026-11-24", "password": "Wrong-Password-1" });
        for _ in 0..4 {
            assert_eq!(draft.publish(wrong.clone()).await.expect(403).code(), "password-wrong");
        }
        draft.publish(wrong).await.expect(423);
        draft.publish(publish_body("2026-11-24")).await.expect(423);
        assert_eq!(officer.get(&format!("/policies/{POLICY}/versions")).await.expect(200).json()["total"], 1);
        assert_eq!(draft.get("").await["status"], "draft");
    }

    async fn a_version_of_the_future_waits_for_its_day_and_a_repeated_request_publishes_once(app: TestApp) {
        let officer = app.city_officer().await;
        let mut draft = Draft::open(&officer).await;
        draft.raise().await;
        draft.accept().await;
        let too_early = draft.publish(publish_body("2023-01-01")).await.expect(422);
        assert_eq!(too_early.code(), "before-base");
        let request = || {
            officer.request(Method::POST, &format!("{}/publish", draft.path))
                .header("if-match", format!("\"{}\"", draft.revision))
                .header("idempotency-key", "once")
                .json(&publish_body("2026-11-25"))
        };
        let first = officer.send(request()).await.expect(201).json();
        let again = officer.send(request()).await.expect(201).json();
        assert_eq!(first, again);
        assert_eq!(first["isCurrent"], false);
        let current = async |caller: &Caller| {
            caller.get(&format!("/policies/{POLICY}")).await.expect(200).json()["digest"].clone()
        };
        assert_eq!(current(&officer).await, json!(app.city.package.digest));
        app.clock.pass(2 * 24 * 3600);
        let later = app.city_officer().await;
        assert_eq!(current(&later).await, first["digest"]);
        assert_eq!(later.get("/policies").await.expect(200).json()["total"], 1, "one policy, whatever its versions");
    }

    async fn a_draft_of_an_older_version_must_say_so(app: TestApp) {
        let officer = app.city_officer().await;
        let mut late = Draft::open(&officer).await;
        let mut first = Draft::open(&officer).await;
        first.raise().await;
        first.accept().await;
        first.publish(publish_body("2026-11-23")).await.expect(201);
        let text = late.get("/files/facts.toml").await["text"].as_str().expect("text").to_owned();
        let saved = late.change(Method::PUT, "/files/facts.toml", json!({ "text": format!("# 另注\n{text}") })).await;
        assert_eq!(saved["check"]["compiles"], true);
        let refused = late.publish(publish_body("2026-11-23")).await.expect(409);
        assert_eq!(refused.code(), "draft-outdated");
        let mut body = publish_body("2026-11-23");
        body["confirmOutdated"] = json!(true);
        assert_eq!(late.publish(body).await.expect(201).json()["isCurrent"], true);
        let closed = officer.based_on(Method::PUT, &format!("{}/files/facts.toml", late.path), late.revision + 1, json!({ "text": "" })).await;
        assert_eq!(closed.expect(409).code(), "draft-closed");
    }

    async fn files_are_written_taken_out_brought_back_and_nothing_is_lost(app: TestApp) {
        let officer = app.city_officer().await;
        let mut draft = Draft::open(&officer).await;
        let note = json!({ "text": "# 说明\n" });
        let saved = draft.change(Method::PUT, "/files/docs-for-authors.md", note).await;
        assert_eq!(saved["check"]["compiles"], true);
        let path = "/files/criteria%2Fleading-industry.toml";
        let broken = draft.change(Method::PUT, path, json!({ "text": "[[criterion" })).await;
        assert!(errors(&broken["check"]).contains(&"toml-syntax"), "{broken}");
        let names = draft.get("/names").await;
        assert_eq!(names["isCurrent"], false);
        assert!(list(&names["parameters"]).iter().any(|name| name["id"] == NUMBER && name["value"] == "50"));
        assert!(list(&names["functions"]).iter().any(|function| function["name"] == "sum"));
        assert_eq!(draft.post("/test", json!({})).await.expect(409).code(), "draft-does-not-compile");
        let file = draft.get(path).await;
        assert!(file["baseText"].as_str().expect("the base").contains("leading-revenue-share"));
        let back = draft.change(Method::POST, &format!("{path}/revert"), json!({})).await;
        assert_eq!(back["check"]["compiles"], true);
        let gone = draft.change(Method::DELETE, "/files/facts.toml", json!({})).await;
        assert_eq!(gone["check"]["compiles"], false);
        draft.caller.get(&format!("{}/files/facts.toml", draft.path)).await.expect(404);
        let shown = draft.get("").await;
        let file = |name: &str| list(&shown["files"]).iter().find(|file| file["path"] == name).expect("a file").clone();
        assert_eq!((&file("facts.toml")["isRemoved"], &file("docs-for-authors.md")["isNew"]), (&json!(true), &json!(true)));
        draft.change(Method::POST, "/files/facts.toml/revert", json!({})).await;
        // Another name, in one revision; the old one can be brought back, a taken one is refused.
        let to = json!({ "to": "criteria/leading.toml" });
        let moved = draft.change(Method::POST, &format!("{path}/rename"), to).await;
        assert_eq!(moved["check"]["compiles"], true, "{moved}");
        let shown = draft.get("").await;
        let file = |name: &str| list(&shown["files"]).iter().find(|file| file["path"] == name).expect("a file").clone();
        assert_eq!(file("criteria/leading.toml")["isNew"], true);
        assert_eq!(file("criteria/leading-industry.toml")["isRemoved"], true);
        let taken = json!({ "to": "text.md" });
        let rename = format!("{}/files/docs-for-authors.md/rename", draft.path);
        let refused = officer.based_on(Method::POST, &rename, draft.revision, taken).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["code"], "path-taken");
        let bad = officer.based_on(Method::POST, &rename, draft.revision, json!({ "to": "../x.md" })).await.expect(422);
        assert_eq!(bad.json()["errors"][0]["code"], "bad-path");
        let back = json!({ "to": "criteria/leading-industry.toml" });
        draft.change(Method::POST, "/files/criteria%2Fleading.toml/rename", back).await;
        draft.change(Method::DELETE, "/files/docs-for-authors.md", json!({})).await;
        let shown = draft.get("").await;
        assert!(list(&shown["files"]).iter().all(|file| file["isChanged"] == false));
        let same = draft.publish(publish_body("2026-11-24")).await.expect(409);
        assert_eq!(same.code(), "nothing-changed");
        officer.delete(&draft.path).await.expect(204);
        assert_eq!(officer.get("/policy-drafts?status=draft").await.expect(200).json()["total"], 0);
        assert_eq!(draft.get("").await["status"], "discarded");
        assert_eq!(draft.post("/restore", json!({})).await.expect(200).json()["status"], "draft");
    }

    async fn of_two_officers_one_is_told_of_the_other(app: TestApp) {
        let (one, other) = (app.city_officer().await, app.city_officer().await);
        let mut draft = Draft::open(&one).await;
        let path = format!("{}/files/notes.md", draft.path);
        draft.change(Method::PUT, "/files/notes.md", json!({ "text": "甲" })).await;
        let lost = other.based_on(Method::PUT, &path, 1, json!({ "text": "乙" })).await.expect(409);
        assert_eq!(lost.code(), "conflict");
        assert_eq!((&lost.json()["current"]["revision"], &lost.json()["current"]["status"]), (&json!(2), &json!("draft")));
        assert_eq!(draft.get("/files/notes.md").await["text"], "甲");
        let without = other.put(&path, json!({ "text": "乙" })).await.expect(428);
        assert_eq!(without.code(), "if-match-required");
        for bad in ["..%2Fpolicy.toml", "uses%2F0%2Fpolicy.toml", "a%20b.toml"] {
            let path = format!("{}/files/{bad}", draft.path);
            assert_eq!(one.based_on(Method::PUT, &path, 2, json!({ "text": "" })).await.expect(422).code(), "bad-path");
        }
    }

    async fn a_change_that_cannot_be_made_says_why(app: TestApp) {
        let officer = app.city_officer().await;
        let draft = Draft::open(&officer).await;
        let path = format!("{}/numbers", draft.path);
        let refused = async |body: Value| officer.based_on(Method::POST, &path, 1, body).await.expect(422).code();
        assert_eq!(refused(json!({ "parameter": "none", "value": "1" })).await, "unknown-parameter");
        assert_eq!(refused(json!({ "parameter": NUMBER, "value": "许多" })).await, "not-a-number");
        let quote = json!({ "old": "没有这句话", "new": "x" });
        assert_eq!(refused(json!({ "parameter": NUMBER, "value": "55", "quote": quote })).await, "words-not-found");
        assert_eq!(draft.get("").await["revision"], 1);
        let unknown = json!({ "policy": POLICY, "digest": "00", "name": "x" });
        assert_eq!(officer.post("/policy-drafts", unknown).await.expect(422).code(), "unknown-version");
        officer.post("/policy-drafts", json!({ "policy": "none", "name": "x" })).await.expect(404);
        let unknown = format!("/policies/{POLICY}/difference?from=00&to=00");
        assert_eq!(officer.get(&unknown).await.expect(422).code(), "unknown-version");
    }

    async fn only_city_officers_see_drafts_and_everybody_reads_versions(app: TestApp) {
        let officer = app.city_officer().await;
        let draft = Draft::open(&officer).await;
        for other in [app.district_officer(0).await, app.park_operator(0).await, app.bank().await] {
            assert_eq!(other.get("/policy-drafts").await.expect(403).code(), "forbidden");
            let made = other.post("/policy-drafts", json!({ "policy": POLICY, "name": "x" })).await;
            assert_eq!(made.expect(403).code(), "forbidden");
            other.get(&draft.path).await.expect(404);
            other.post(&format!("{}/preview", draft.path), json!({ "year": 2025 })).await.expect(404);
            assert_eq!(other.get(&format!("/policies/{POLICY}/versions")).await.expect(200).json()["total"], 1);
        }
        let digest = &app.city.package.digest;
        let of_year = format!("/policies/{POLICY}/difference?from={digest}&to={digest}&year=2025");
        app.bank().await.get(&of_year).await.expect(403);
        let operator = app.park_operator(0).await.get(&of_year).await.expect(200).json();
        assert_eq!(operator["parks"]["flips"], json!([]));
    }
}
