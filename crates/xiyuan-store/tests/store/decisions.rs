//! Decisions and evidence: frozen, signed, superseded, never erased.

use serde_json::json;
use xiyuan_store::decisions::{
    Decision, NewDecision, Signer, SoftwareSigner, get, insert, list, verify, verify_signature,
};
use xiyuan_store::evidence::{self, NewEvidence};
use xiyuan_store::{DecisionId, InvalidCode, Role, Scope, StoreError, facts};

use crate::city::City;
use crate::databases::on_both;

fn decision(city: &City, outcome: &str) -> NewDecision {
    NewDecision {
        subject: city.parks[0].into(),
        assessment: "recognition".to_owned(),
        year: 2025,
        outcome: outcome.to_owned(),
        result: json!({"outcome": outcome, "value": "61.84", "criteria": [{"id": "a", "名": "条件"}]}),
        receipt: json!({"knownTime": 7, "resultDigest": "ab"}),
        note: Some("会议通过".to_owned()),
    }
}

async fn decide(
    city: &City,
    scope: &Scope,
    signer: &SoftwareSigner,
    outcome: &str,
) -> Result<DecisionId, StoreError> {
    let mut tx = city.db.begin(&city.context()).await.expect("begin");
    let id = insert(&mut tx, scope, signer, decision(city, outcome)).await?;
    tx.commit("decision").await.expect("commit");
    Ok(id)
}

on_both! {
    async fn a_decision_is_frozen_signed_and_superseded(city: City) {
        let officer = city.city_officer().await;
        let signer = SoftwareSigner::load(&city.db, &city.context()).await.expect("signer");
        let first = decide(&city, &officer.scope, &signer, "undecided").await.expect("first");
        let second = decide(&city, &officer.scope, &signer, "met").await.expect("second");
        let all = list(&city.db, &officer.scope, city.parks[0].into()).await.expect("list");
        let chain: Vec<_> = all.iter().map(|d| (d.id, d.supersedes, d.superseded_by)).collect();
        assert_eq!(chain, [(second, Some(first), None), (first, None, Some(second))]);
        for decision in &all {
            assert!(verify(&city.db, decision).await.expect("verify"));
            assert_eq!(decision.signature.algorithm, "SM2-SM3");
        }
        let read = get(&city.db, &officer.scope, first).await.expect("get");
        assert_eq!(read.frozen.result, decision(&city, "undecided").result);
    }

    async fn a_changed_result_does_not_verify(city: City) {
        let signer = SoftwareSigner::load(&city.db, &city.context()).await.expect("signer");
        let id = decide(&city, &City::system(), &signer, "met").await.expect("decision");
        let stored = get(&city.db, &City::system(), id).await.expect("get");
        let mut changed: Vec<Decision> = Vec::new();
        let mut change = |edit: &dyn Fn(&mut Decision)| {
            let mut copy = stored.clone();
            edit(&mut copy);
            changed.push(copy);
        };
        change(&|d| "not_met".clone_into(&mut d.frozen.outcome));
        change(&|d| d.frozen.result = json!({}));
        change(&|d| d.frozen.receipt = json!({}));
        change(&|d| d.frozen.year = 2024);
        change(&|d| d.supersedes = Some(d.id));
        change(&|d| d.signature.value.replace_range(0..2, "00"));
        change(&|d| d.signature.key_id = "0".repeat(16));
        for copy in changed {
            assert!(!verify(&city.db, &copy).await.expect("verify"), "{copy:?}");
        }
        city.tamper("UPDATE decisions SET outcome = 'not_met'").await;
        let tampered = get(&city.db, &City::system(), id).await.expect("get");
        assert!(!verify(&city.db, &tampered).await.expect("verify"));
    }

    async fn the_key_stays_the_same_over_restarts(city: City) {
        let first = SoftwareSigner::load(&city.db, &city.context()).await.expect("signer");
        let second = SoftwareSigner::load(&city.db, &city.context()).await.expect("signer");
        assert_eq!(first.public_key(), second.public_key());
        let signature = first.sign(b"text").expect("sign");
        assert!(verify_signature(&city.db, b"text", &signature).await.expect("verify"));
        assert!(!verify_signature(&city.db, b"other", &signature).await.expect("verify"));
    }

    async fn only_who_may_decide_decides(city: City) {
        let signer = SoftwareSigner::load(&city.db, &city.context()).await.expect("signer");
        let district = city.district_officer(0).await;
        let refused = decide(&city, &district.scope, &signer, "met").await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
        let id = decide(&city, &City::system(), &signer, "met").await.expect("decision");
        get(&city.db, &district.scope, id).await.expect("the district reads it");
        let other = city.district_officer(1).await;
        assert!(matches!(get(&city.db, &other.scope, id).await, Err(StoreError::NotFound)));
    }

    async fn evidence_is_limited_in_size_and_withdrawn_once(city: City) {
        let scope = City::system();
        let new = |content: &[u8]| NewEvidence {
            subject: city.parks[0].into(),
            kind: "license".to_owned(),
            file_name: "执照.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: content.to_vec(),
        };
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        match evidence::insert(&mut tx, &scope, new(b"12345"), 4).await {
            Err(StoreError::Invalid(invalid)) => assert_eq!(invalid.code, InvalidCode::TooLarge),
            other => panic!("{other:?}"),
        }
        let first = evidence::insert(&mut tx, &scope, new(b"1234"), 4).await.expect("fits");
        let second = evidence::insert(&mut tx, &scope, new(b"1234"), 4).await.expect("same content again");
        assert_eq!(first.digest, second.digest);
        let known = tx.commit("evidence").await.expect("commit").map(|c| c.number);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        evidence::withdraw(&mut tx, &scope, first.id, "传错").await.expect("withdraw");
        tx.commit("withdraw").await.expect("commit");
        let subject = city.parks[0].into();
        let standing = evidence::list(&city.db, &scope, subject, None, false).await.expect("list");
        assert_eq!(standing.iter().map(|e| e.id).collect::<Vec<_>>(), [second.id]);
        assert_eq!(evidence::list(&city.db, &scope, subject, None, true).await.expect("list").len(), 2);
        assert_eq!(evidence::list(&city.db, &scope, subject, known, false).await.expect("list").len(), 2);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let again = evidence::withdraw(&mut tx, &scope, first.id, "再撤").await;
        assert!(matches!(again, Err(StoreError::Invalid(_))), "{again:?}");
    }

    async fn facts_keep_every_judgement_with_its_reason(city: City) {
        let officer = city.district_officer(0).await;
        let subject = city.parks[0].into();
        let judge = async |value, reason: &str| {
            let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
            let role = Role::DistrictOfficer;
            let done = facts::judge(&mut tx, &officer.scope, subject, "f", role, value, reason).await?;
            tx.commit("fact").await?;
            Ok::<i64, StoreError>(done)
        };
        assert!(judge(Some(true), " ").await.is_err(), "a reason is needed");
        assert_eq!(judge(Some(true), "见执照").await.expect("first"), 1);
        assert_eq!(judge(Some(false), "执照过期").await.expect("second"), 2);
        let standing = facts::list(&city.db, &officer.scope, subject, None).await.expect("list");
        assert_eq!(standing.len(), 1);
        assert_eq!((standing[0].value, standing[0].reason.as_str()), (Some(false), "执照过期"));
        assert_eq!(standing[0].by, Some(officer.user.id));
        let all = facts::history(&city.db, &officer.scope, subject, "f").await.expect("history");
        assert_eq!(all.iter().map(|j| j.value).collect::<Vec<_>>(), [Some(true), Some(false)]);
        let then = facts::list(&city.db, &officer.scope, subject, Some(all[0].commit)).await.expect("list");
        assert_eq!(then[0].value, Some(true));
    }
}
