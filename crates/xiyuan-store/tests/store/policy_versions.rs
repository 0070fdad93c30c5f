//! Packages by digest, versions by day.

use jiff::civil::{Date, date};
use xiyuan_store::decisions::SoftwareSigner;
use xiyuan_store::packages::{self, NewPackage, PublishedVersion, in_force};
use xiyuan_store::users::Session;
use xiyuan_store::{InvalidCode, Scope, StoreError};

use crate::city::City;
use crate::databases::on_both;

fn package(digest: &str, effective_from: Date) -> NewPackage {
    NewPackage {
        id: "wuxi-2023".to_owned(),
        title: "演示政策".to_owned(),
        digest: digest.to_owned(),
        effective_from,
        files: vec![
            ("policy.toml".to_owned(), "id = \"x\"".to_owned()),
            ("a/text.md".to_owned(), "文".to_owned()),
        ],
    }
}

async fn publish(city: &City, officer: &Session, digest: &str, from: Date) -> Result<bool, StoreError> {
    let mut tx = city.db.begin(&city.context_of(officer)).await.expect("begin");
    let is_new = packages::publish(&mut tx, &officer.scope, package(digest, from)).await?;
    tx.commit("package").await?;
    Ok(is_new)
}

async fn sign(
    city: &City,
    officer: &Session,
    digest: &str,
    from: Date,
    note: &str,
) -> Result<(), StoreError> {
    let signer = SoftwareSigner::load(&city.db, &city.context()).await.expect("signer");
    let mut tx = city.db.begin(&city.context_of(officer)).await.expect("begin");
    let new = package(digest, from);
    packages::publish_signed(&mut tx, &officer.scope, &signer, new, Some(note.to_owned())).await?;
    tx.commit("version").await?;
    Ok(())
}

fn digests(versions: &[PublishedVersion]) -> Vec<&str> {
    versions.iter().map(|version| version.digest.as_str()).collect()
}

on_both! {
    async fn packages_are_published_once_by_digest(city: City) {
        let officer = city.city_officer().await;
        let day = date(2023, 5, 13);
        for (digest, is_new) in [("aa", true), ("aa", false), ("bb", true)] {
            assert_eq!(publish(&city, &officer, digest, day).await.expect("publish"), is_new);
        }
        let all = packages::list(&city.db).await.expect("list");
        assert_eq!(digests(&all), ["bb", "aa"]);
        assert!(all.iter().all(|version| version.is_default), "both are of the default policy");
        let files = packages::files(&city.db, "aa").await.expect("files");
        assert_eq!(files[0], ("a/text.md".to_owned(), "文".to_owned()));
        assert!(matches!(packages::files(&city.db, "cc").await, Err(StoreError::NotFound)));
        let operator = city.operator(0).await;
        let refused = publish(&city, &operator, "dd", day).await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })));
    }

    async fn the_day_decides_which_version_holds(city: City) {
        let officer = city.city_officer().await;
        publish(&city, &officer, "aa", date(2023, 5, 13)).await.expect("publish");
        sign(&city, &officer, "cc", date(2027, 1, 1), "将来").await.expect("sign");
        sign(&city, &officer, "bb", date(2026, 1, 1), "修订").await.expect("sign");
        let all = packages::list(&city.db).await.expect("list");
        assert_eq!(digests(&all), ["cc", "bb", "aa"]);
        let on = |day| in_force(&all, "wuxi-2023", day).map(|version| version.digest.as_str());
        assert_eq!(on(date(2025, 12, 31)), Some("aa"));
        assert_eq!(on(date(2026, 1, 1)), Some("bb"));
        assert_eq!(on(date(2027, 6, 1)), Some("cc"));
        assert_eq!(on(date(2020, 1, 1)), Some("aa"), "before the first one, the first one");
        assert_eq!(in_force(&all, "other", date(2026, 1, 1)), None);
    }

    async fn of_one_day_the_last_published_holds_and_an_old_content_may_come_back(city: City) {
        let officer = city.city_officer().await;
        let day = date(2026, 1, 1);
        publish(&city, &officer, "aa", date(2023, 5, 13)).await.expect("publish");
        sign(&city, &officer, "bb", day, "改为 55%").await.expect("sign");
        sign(&city, &officer, "aa", day, "改回 50%").await.expect("sign");
        let all = packages::list(&city.db).await.expect("list");
        assert_eq!(digests(&all), ["aa", "bb", "aa"]);
        assert_eq!(in_force(&all, "wuxi-2023", day).and_then(|version| version.note.clone()).as_deref(), Some("改回 50%"));
        let again = sign(&city, &officer, "aa", day, "再一次").await;
        assert!(matches!(again, Err(StoreError::Invalid(ref invalid)) if invalid.code == InvalidCode::Duplicate), "{again:?}");
    }

    async fn a_changed_version_does_not_verify(city: City) {
        let officer = city.city_officer().await;
        sign(&city, &officer, "aa", date(2026, 1, 1), "修订").await.expect("sign");
        let all = packages::list(&city.db).await.expect("list");
        assert_eq!(all[0].by, Some(officer.user.id));
        assert!(packages::verify(&city.db, &all[0]).await.expect("verify"));
        let mut changed = Vec::new();
        let mut change = |edit: &dyn Fn(&mut PublishedVersion)| {
            let mut copy = all[0].clone();
            edit(&mut copy);
            changed.push(copy);
        };
        change(&|v| v.effective_from = date(2025, 1, 1));
        change(&|v| v.note = None);
        change(&|v| "bb".clone_into(&mut v.digest));
        change(&|v| v.by = None);
        change(&|v| v.signature = None);
        for copy in changed {
            assert!(!packages::verify(&city.db, &copy).await.expect("verify"), "{copy:?}");
        }
        city.tamper("UPDATE package_versions SET effective_from = '2020-01-01'").await;
        let tampered = packages::list(&city.db).await.expect("list");
        assert!(!packages::verify(&city.db, &tampered[0]).await.expect("verify"));
    }

    async fn only_who_may_publish_signs(city: City) {
        let district = city.district_officer(0).await;
        let refused = sign(&city, &district, "aa", date(2026, 1, 1), "").await;
        assert!(matches!(refused, Err(StoreError::Forbidden { .. })), "{refused:?}");
        let scope: &Scope = &district.scope;
        assert!(scope.roles().count() > 0);
        assert_eq!(packages::list(&city.db).await.expect("list"), []);
    }
}
