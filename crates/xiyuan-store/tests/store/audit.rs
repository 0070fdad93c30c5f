//! The audit trail: written with the change, chained, searchable, and broken links are found.

use xiyuan_store::audit::{self, AuditQuery, Entry};
use xiyuan_store::users::{NewGrant, PasswordPolicy, log_in};
use xiyuan_store::{PageRequest, Role, StoreError};

use crate::city::{City, PASSWORD, number};
use crate::databases::on_both;

on_both! {
    async fn every_change_has_its_entry_with_who_and_from_where(city: City) {
        let officer = city.statistician(0).await;
        let auditor = city.log_in("auditor", NewGrant::Everywhere(Role::AuditAdmin)).await;
        let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
        let values = [("enterprise.revenue".to_owned(), number(1, 0))].into();
        let new = crate::city::filing(city.enterprises[0].into(), values);
        xiyuan_store::filings::insert(&mut tx, &officer.scope, new, &xiyuan_store::registry::Origin::default())
            .await
            .expect("filing");
        tx.commit("filing").await.expect("commit");
        let query = AuditQuery { actor: Some(officer.user.id), action: Some("insert_filing".to_owned()), ..AuditQuery::default() };
        let page = audit::list(&city.db, &auditor.scope, &query).await.expect("list");
        assert_eq!(page.total, 1);
        let entry = &page.items[0];
        assert_eq!(entry.subject_name.as_deref(), Some("演示企业0有限公司"));
        assert_eq!(entry.remote_address.as_deref(), Some("192.0.2.7"));
        assert_eq!((entry.result.as_str(), entry.request_id.as_str()), ("done", "request-1"));
        let refused = audit::list(&city.db, &officer.scope, &AuditQuery::default()).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })));
    }

    async fn refused_logins_are_written_down(city: City) {
        let auditor = city.log_in("auditor", NewGrant::Everywhere(Role::AuditAdmin)).await;
        for name in ["auditor", "nobody"] {
            log_in(&city.db, &city.context(), &PasswordPolicy::cheap(), name, "wrong-1").await.expect_err("refused");
        }
        log_in(&city.db, &city.context(), &PasswordPolicy::cheap(), "auditor", PASSWORD).await.expect("login");
        let query = AuditQuery { action: Some("log_in".to_owned()), ..AuditQuery::default() };
        let page = audit::list(&city.db, &auditor.scope, &query).await.expect("list");
        let results: Vec<&str> = page.items.iter().map(|entry| entry.result.as_str()).collect();
        assert_eq!(results, ["done", "refused", "refused", "done"], "newest first");
    }

    async fn what_is_rolled_back_leaves_no_entry(city: City) {
        let before = audit::verify(&city.db, &City::system()).await.expect("verify").entries;
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        tx.audit(Entry::done("export", "park", "x"));
        tx.rollback().await.expect("rollback");
        assert_eq!(audit::verify(&city.db, &City::system()).await.expect("verify").entries, before);
    }

    async fn pages_join_without_gap(city: City) {
        for n in 0..7 {
            city.file(0, number(n, 0)).await;
        }
        let mut query = AuditQuery { subject: Some("企业0".to_owned()), ..AuditQuery::default() };
        query.page = PageRequest { limit: 3, after: None };
        let mut seen = Vec::new();
        loop {
            let page = audit::list(&city.db, &City::system(), &query).await.expect("page");
            assert_eq!(page.total, 8, "made once, filed seven times");
            seen.extend(page.items.iter().map(|entry| entry.sequence));
            let Some(next) = page.next else { break };
            query.page.after = Some(next);
        }
        assert_eq!(seen.len(), 8);
        assert!(seen.is_sorted_by(|a, b| a > b));
    }

    async fn the_chain_holds_until_someone_changes_or_removes_an_entry(city: City) {
        for n in 0..5 {
            city.file(0, number(n, 0)).await;
        }
        let verify = async || audit::verify(&city.db, &City::system()).await.expect("verify").first_broken;
        assert_eq!(verify().await, None);
        let other = city.db.clone().with_chain("second");
        let mut tx = other.begin(&city.context()).await.expect("begin");
        tx.audit(Entry::done("export", "park", "x"));
        tx.commit("other server").await.expect("commit");
        assert_eq!(verify().await, None);

        city.tamper("UPDATE audit_entries SET detail = 'x' WHERE chain = 'main' AND sequence = 4").await;
        assert_eq!(verify().await, Some(("main".to_owned(), 4)));
        city.tamper("DELETE FROM audit_entries WHERE chain = 'main' AND sequence = 3").await;
        assert_eq!(verify().await, Some(("main".to_owned(), 3)));
    }

    async fn a_cut_tail_and_a_forgotten_head_are_found(city: City) {
        let last = i64::try_from(audit::verify(&city.db, &City::system()).await.expect("verify").entries).expect("small");
        let verify = async || audit::verify(&city.db, &City::system()).await.expect("verify").first_broken;
        city.tamper("DELETE FROM audit_entries WHERE sequence = (SELECT max(sequence) FROM audit_entries)").await;
        assert_eq!(verify().await, Some(("main".to_owned(), last)));
        city.tamper("DELETE FROM audit_heads").await;
        assert_eq!(verify().await, Some(("main".to_owned(), 1)));
    }
}
