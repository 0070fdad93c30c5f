//! Drafts of policy versions: nothing is lost, one of two writers wins, strangers see nothing.

use jiff::civil::date;
use xiyuan_store::drafts::{self, DraftStatus, FileChange};
use xiyuan_store::packages::{self, NewPackage};
use xiyuan_store::users::Session;
use xiyuan_store::{DraftId, InvalidCode, StoreError};

use crate::city::City;
use crate::databases::on_both;

async fn opened(city: &City, officer: &Session) -> DraftId {
    let package = NewPackage {
        id: "wuxi-2023".to_owned(),
        title: "演示政策".to_owned(),
        digest: "aa".to_owned(),
        effective_from: date(2023, 5, 13),
        files: vec![("policy.toml".to_owned(), "id = \"x\"".to_owned())],
    };
    let mut tx = city.db.begin(&city.context_of(officer)).await.expect("begin");
    packages::publish(&mut tx, &officer.scope, package).await.expect("publish");
    let id = drafts::insert(&mut tx, &officer.scope, "wuxi-2023", "aa", " 改为 55% ").await.expect("draft");
    tx.commit("draft").await.expect("commit");
    id
}

async fn change(
    city: &City,
    officer: &Session,
    id: DraftId,
    expected: i64,
    files: &[(&str, FileChange)],
) -> Result<i64, StoreError> {
    let mut tx = city.db.begin(&city.context_of(officer)).await.expect("begin");
    let files = files.iter().map(|(path, change)| ((*path).to_owned(), change.clone())).collect();
    let revision = drafts::change(&mut tx, &officer.scope, id, expected, files).await?;
    tx.commit("draft").await?;
    Ok(revision)
}

fn put(text: &str) -> FileChange {
    FileChange::Put(text.to_owned())
}

on_both! {
    async fn every_change_is_kept_and_only_differences_stand(city: City) {
        let officer = city.city_officer().await;
        let id = opened(&city, &officer).await;
        let both = [("a.toml", put("1")), ("b.toml", FileChange::Remove)];
        assert_eq!(change(&city, &officer, id, 1, &both).await.expect("first"), 2);
        assert_eq!(change(&city, &officer, id, 2, &[("a.toml", put("2"))]).await.expect("second"), 3);
        assert_eq!(change(&city, &officer, id, 3, &[("b.toml", FileChange::Revert)]).await.expect("third"), 4);
        let at = async |revision| drafts::changes(&city.db, &officer.scope, id, revision).await.expect("changes");
        assert_eq!(at(None).await, [("a.toml".to_owned(), put("2"))]);
        assert_eq!(at(Some(2)).await, [("a.toml".to_owned(), put("1")), ("b.toml".to_owned(), FileChange::Remove)]);
        assert_eq!(at(Some(1)).await, []);
        let draft = drafts::get(&city.db, &officer.scope, id).await.expect("get");
        assert_eq!((draft.name.as_str(), draft.revision, draft.base_digest.as_str()), ("改为 55%", 4, "aa"));
        assert_eq!(draft.updated_by.map(|(id, _)| id), Some(officer.user.id));
        assert!(draft.updated_at > draft.created_at);
    }

    async fn of_two_writers_one_is_told_of_the_other(city: City) {
        let officer = city.city_officer().await;
        let id = opened(&city, &officer).await;
        change(&city, &officer, id, 1, &[("a.toml", put("1"))]).await.expect("first");
        let lost = change(&city, &officer, id, 1, &[("a.toml", put("x"))]).await;
        assert!(matches!(lost, Err(StoreError::Conflict { current: 2 })), "{lost:?}");
        let files = drafts::changes(&city.db, &officer.scope, id, None).await.expect("changes");
        assert_eq!(files, [("a.toml".to_owned(), put("1"))]);
    }

    async fn a_discarded_draft_is_readable_and_comes_back(city: City) {
        let officer = city.city_officer().await;
        let id = opened(&city, &officer).await;
        change(&city, &officer, id, 1, &[("a.toml", put("1"))]).await.expect("change");
        let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
        drafts::discard(&mut tx, &officer.scope, id).await.expect("discard");
        tx.commit("draft").await.expect("commit");
        let closed = change(&city, &officer, id, 3, &[("a.toml", put("2"))]).await;
        assert!(matches!(closed, Err(StoreError::Invalid(ref invalid)) if invalid.code == InvalidCode::State), "{closed:?}");
        let of = async |status| drafts::list(&city.db, &officer.scope, status).await.expect("list").len();
        assert_eq!((of(Some(DraftStatus::Draft)).await, of(Some(DraftStatus::Discarded)).await, of(None).await), (0, 1, 1));
        let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
        drafts::restore(&mut tx, &officer.scope, id).await.expect("restore");
        tx.commit("draft").await.expect("commit");
        let files = drafts::changes(&city.db, &officer.scope, id, None).await.expect("changes");
        assert_eq!(files, [("a.toml".to_owned(), put("1"))]);
        assert_eq!(change(&city, &officer, id, 4, &[("a.toml", put("2"))]).await.expect("again"), 5);
    }

    async fn a_published_draft_is_closed_for_good(city: City) {
        let officer = city.city_officer().await;
        let id = opened(&city, &officer).await;
        let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
        drafts::close(&mut tx, &officer.scope, id, 1, "bb").await.expect("close");
        tx.commit("draft").await.expect("commit");
        let draft = drafts::get(&city.db, &officer.scope, id).await.expect("get");
        assert_eq!((draft.status, draft.published_digest.as_deref()), (DraftStatus::Published, Some("bb")));
        let mut tx = city.db.begin(&city.context_of(&officer)).await.expect("begin");
        for refused in [
            drafts::discard(&mut tx, &officer.scope, id).await,
            drafts::restore(&mut tx, &officer.scope, id).await,
            drafts::close(&mut tx, &officer.scope, id, 2, "cc").await,
        ] {
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        }
    }

    async fn drafts_take_no_number_of_known_time(city: City) {
        let officer = city.city_officer().await;
        let id = opened(&city, &officer).await;
        let before = xiyuan_store::known_time::latest(&city.db).await.expect("latest").number;
        change(&city, &officer, id, 1, &[("a.toml", put("1"))]).await.expect("change");
        assert_eq!(xiyuan_store::known_time::latest(&city.db).await.expect("latest").number, before);
    }

    async fn those_who_may_not_publish_see_no_draft(city: City) {
        let officer = city.city_officer().await;
        let id = opened(&city, &officer).await;
        for other in [city.district_officer(0).await, city.operator(0).await] {
            let get = drafts::get(&city.db, &other.scope, id).await;
            assert!(matches!(get, Err(StoreError::NotFound)), "{get:?}");
            let changes = drafts::changes(&city.db, &other.scope, id, None).await;
            assert!(matches!(changes, Err(StoreError::NotFound)), "{changes:?}");
            let list = drafts::list(&city.db, &other.scope, None).await;
            assert!(matches!(list, Err(StoreError::Forbidden { .. })), "{list:?}");
            let changed = change(&city, &other, id, 1, &[("a.toml", put("x"))]).await;
            assert!(matches!(changed, Err(StoreError::NotFound)), "{changed:?}");
        }
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let unknown = drafts::insert(&mut tx, &officer.scope, "wuxi-2023", "zz", "名").await;
        assert!(matches!(unknown, Err(StoreError::Invalid(_))), "{unknown:?}");
        let nameless = drafts::insert(&mut tx, &officer.scope, "wuxi-2023", "aa", " ").await;
        assert!(matches!(nameless, Err(StoreError::Invalid(_))), "{nameless:?}");
    }
}
