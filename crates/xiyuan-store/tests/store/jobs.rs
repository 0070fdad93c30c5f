//! Jobs and idempotency keys.

use jiff::SignedDuration;
use serde_json::json;
use xiyuan_store::idempotency::{self, Answer, Known};
use xiyuan_store::jobs::{self, JobStatus, cancel, finish, get, lease, progress};
use xiyuan_store::registry::{Origin, parks};
use xiyuan_store::{JobId, StoreError};

use crate::city::City;
use crate::databases::on_both;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn job(city: &City, kind: &str) -> JobId {
    let mut tx = city.db.begin(&city.context()).await.expect("begin");
    let id = jobs::insert(&mut tx, kind, &json!({"n": 1})).await.expect("job");
    tx.commit("job").await.expect("commit");
    id
}

async fn status(city: &City, id: JobId) -> JobStatus {
    get(&city.db, &city.context(), &City::system(), id).await.expect("job").status
}

on_both! {
    async fn jobs_are_taken_oldest_first_and_once(city: City) {
        let first = job(&city, "a").await;
        let second = job(&city, "b").await;
        let take = async |owner: &str| lease(&city.db, &city.context(), owner, MINUTE).await.expect("lease").map(|j| j.id);
        assert_eq!(take("one").await, Some(first));
        assert_eq!(take("two").await, Some(second));
        assert_eq!(take("one").await, None);
        let done = finish(&city.db, &city.context(), first, "one", Ok(json!({"rows": 3}))).await;
        done.expect("finish");
        let job = get(&city.db, &city.context(), &City::system(), first).await.expect("job");
        assert_eq!((job.status, job.result), (JobStatus::Done, Some(json!({"rows": 3}))));
    }

    async fn a_job_whose_worker_died_is_taken_by_another(city: City) {
        let id = job(&city, "a").await;
        lease(&city.db, &city.context(), "dead", MINUTE).await.expect("lease");
        assert!(lease(&city.db, &city.context(), "next", MINUTE).await.expect("lease").is_none());
        city.pass(61);
        let again = lease(&city.db, &city.context(), "next", MINUTE).await.expect("lease").expect("taken over");
        assert_eq!((again.id, again.attempts), (id, 2));
        let lost = progress(&city.db, &city.context(), id, "dead", MINUTE, &json!(1)).await.expect("progress");
        assert!(!lost, "the first worker learns that it lost the job");
        finish(&city.db, &city.context(), id, "dead", Err("late".to_owned())).await.expect("finish");
        assert_eq!(status(&city, id).await, JobStatus::Running);
        assert!(progress(&city.db, &city.context(), id, "next", MINUTE, &json!(2)).await.expect("progress"));
    }

    async fn a_job_is_asked_to_stop(city: City) {
        let waiting = job(&city, "a").await;
        cancel(&city.db, &city.context(), &City::system(), waiting).await.expect("cancel");
        assert_eq!(status(&city, waiting).await, JobStatus::Cancelled);
        let running = job(&city, "b").await;
        lease(&city.db, &city.context(), "one", MINUTE).await.expect("lease");
        cancel(&city.db, &city.context(), &City::system(), running).await.expect("cancel");
        assert!(!progress(&city.db, &city.context(), running, "one", MINUTE, &json!(1)).await.expect("progress"));
        finish(&city.db, &city.context(), running, "one", Err("已取消".to_owned())).await.expect("finish");
        assert_eq!(status(&city, running).await, JobStatus::Cancelled);
        let late = cancel(&city.db, &city.context(), &City::system(), running).await;
        assert!(matches!(late, Err(StoreError::Invalid(_))), "{late:?}");
    }

    async fn a_job_is_its_makers(city: City) {
        let maker = city.operator(0).await;
        let other = city.operator(1).await;
        let mut tx = city.db.begin(&city.context_of(&maker)).await.expect("begin");
        let id = jobs::insert(&mut tx, "export", &json!({})).await.expect("job");
        tx.commit("job").await.expect("commit");
        get(&city.db, &city.context_of(&maker), &maker.scope, id).await.expect("own");
        let hidden = get(&city.db, &city.context_of(&other), &other.scope, id).await;
        assert!(matches!(hidden, Err(StoreError::NotFound)));
        assert_eq!(jobs::list(&city.db, &city.context_of(&other), &other.scope, 10).await.expect("list").len(), 0);
        assert_eq!(jobs::list(&city.db, &city.context_of(&maker), &maker.scope, 10).await.expect("list").len(), 1);
    }

    async fn a_repeated_request_gets_the_first_answer(city: City) {
        let answer = Answer { status: 201, body: "{\"id\":1}".to_owned() };
        let find = async |digest: &str| idempotency::find(&city.db, &city.context(), "key", digest).await.expect("find");
        assert_eq!(find("d1").await, Known::New);
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        idempotency::insert(&mut tx, "key", "d1", &answer).await.expect("keep");
        tx.commit("request").await.expect("commit");
        assert_eq!(find("d1").await, Known::Repeated(answer.clone()));
        assert_eq!(find("d2").await, Known::Mismatch);
        let someone = city.operator(0).await;
        let other = idempotency::find(&city.db, &city.context_of(&someone), "key", "d1").await.expect("find");
        assert_eq!(other, Known::New, "keys are each actor's own");

        // A double click: the second request loses and takes its row back.
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let park = city.park_data("丙园", 0);
        parks::insert(&mut tx, &City::system(), park, &Origin::default()).await.expect("park");
        let lost = idempotency::insert(&mut tx, "key", "d1", &answer).await;
        assert!(matches!(lost, Err(StoreError::Conflict { .. })), "{lost:?}");
        drop(tx);
        assert_eq!(parks::find_by_name(&city.db, &City::system(), "丙园").await.expect("find"), None);
    }
}
