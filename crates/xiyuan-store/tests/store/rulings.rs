//! Rulings: only ever added, as of a commit, within a scope; the frame holds what stood.

use jiff::civil::date;
use xiyuan_policy::frame::{ChosenReading, Term};
use xiyuan_policy::plan::CriterionIx;
use xiyuan_store::frames::frame;
use xiyuan_store::rulings::{self, Filter, Kind, Matter, NewRuling, Ruling, Standing};
use xiyuan_store::users::Session;
use xiyuan_store::{Action, InvalidCode, KnownTime, ParkId, Role, RulingId, StoreError, known_time};

use crate::city::{City, YEAR};
use crate::databases::on_both;
use crate::package::package;

/// A choice of a reading from 2025 on.
pub fn reading(criterion: &str, reading: &str) -> NewRuling {
    new(Matter::Reading { criterion: criterion.to_owned(), reading: reading.to_owned() })
}

/// An exception from 2025 on.
pub fn exception(criterion: &str, park: ParkId) -> NewRuling {
    new(Matter::Exception { criterion: criterion.to_owned(), park })
}

fn discretion(park: Option<ParkId>) -> NewRuling {
    let (clause, quote) = ("2.1".to_owned(), "原则上".to_owned());
    new(Matter::Discretion { clause, quote, park, decision: "按一园一业掌握".to_owned() })
}

fn new(matter: Matter) -> NewRuling {
    NewRuling {
        policy: "test".to_owned(),
        matter,
        from: date(2025, 1, 1),
        until: None,
        reason: "演示专题会议".to_owned(),
        basis: Some("演示纪要〔2025〕1号".to_owned()),
        role: Role::CityOfficer,
    }
}

async fn insert(city: &City, by: &Session, ruling: NewRuling) -> Result<RulingId, StoreError> {
    let mut tx = city.db.begin(&city.context_of(by)).await.expect("begin");
    let id = rulings::insert(&mut tx, &by.scope, ruling).await?;
    tx.commit("ruling").await?;
    Ok(id)
}

async fn revoke(city: &City, by: &Session, id: RulingId, reason: &str) -> Result<(), StoreError> {
    let mut tx = city.db.begin(&city.context_of(by)).await.expect("begin");
    rulings::revoke(&mut tx, &by.scope, id, reason).await?;
    tx.commit("revoke").await?;
    Ok(())
}

async fn list(city: &City, by: &Session, filter: Filter) -> Vec<Ruling> {
    rulings::list(&city.db, &by.scope, &filter).await.expect("list")
}

async fn now(city: &City) -> KnownTime {
    known_time::latest(&city.db).await.expect("latest").number
}

async fn chosen(city: &City, known: KnownTime) -> Vec<ChosenReading> {
    let frame = frame(&city.db, &City::system(), &package(), &[YEAR], known).await.expect("frame");
    frame.readings(CriterionIx(0)).to_vec()
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> (String, InvalidCode) {
    match result {
        Err(StoreError::Invalid(invalid)) => (invalid.field, invalid.code),
        other => panic!("a refusal, not {other:?}"),
    }
}

on_both! {
    async fn a_choice_says_who_when_why_and_stands_as_of_its_commit(city: City) {
        let officer = city.city_officer().await;
        let before = now(&city).await;
        let id = insert(&city, &officer, reading("ratio", "strict")).await.expect("ruling");
        let found = rulings::get(&city.db, &officer.scope, id).await.expect("it is there");
        assert_eq!(found.ruled, reading("ratio", "strict"));
        assert_eq!((found.by, found.commit), (Some(officer.user.id), now(&city).await));
        assert!(found.by_name.is_some() && found.revoked.is_none());
        let term = Term { from: date(2025, 1, 1), until: None };
        assert_eq!(chosen(&city, now(&city).await).await, [ChosenReading { reading: 1, term }]);
        assert!(chosen(&city, before).await.is_empty(), "nothing was decided by then");
        let then = Filter { known: Some(before), ..Filter::default() };
        assert!(list(&city, &officer, then).await.is_empty());
    }

    async fn a_revoked_one_stood_until_its_revocation(city: City) {
        let officer = city.city_officer().await;
        let id = insert(&city, &officer, reading("ratio", "strict")).await.expect("ruling");
        let stood = now(&city).await;
        assert_eq!(refused(revoke(&city, &officer, id, " ").await), ("reason".to_owned(), InvalidCode::Required));
        revoke(&city, &officer, id, "改判").await.expect("revoke");
        assert!(chosen(&city, now(&city).await).await.is_empty());
        assert_eq!(chosen(&city, stood).await.len(), 1, "the past stays what it was");
        let [found] = &list(&city, &officer, Filter::default()).await[..] else { panic!("one") };
        let revoked = found.revoked.clone().expect("revoked");
        assert_eq!((revoked.reason.as_str(), revoked.by), ("改判", Some(officer.user.id)));
        assert_eq!(found.standing(date(2026, 1, 1)), Standing::Revoked);
        let then = Filter { known: Some(stood), ..Filter::default() };
        assert_eq!(list(&city, &officer, then).await[0].revoked, None, "not by then");
        assert_eq!(refused(revoke(&city, &officer, id, "再撤").await).1, InvalidCode::State);
    }

    async fn the_order_of_decisions_is_kept_and_unknown_names_are_passed_over(city: City) {
        let officer = city.city_officer().await;
        for name in ["strict", "default", "gone"] {
            insert(&city, &officer, reading("ratio", name)).await.expect("ruling");
        }
        insert(&city, &officer, reading("gone", "strict")).await.expect("ruling");
        insert(&city, &officer, NewRuling { policy: "other".to_owned(), ..reading("ratio", "strict") }).await.expect("ruling");
        let order: Vec<usize> = chosen(&city, now(&city).await).await.iter().map(|one| one.reading).collect();
        assert_eq!(order, [1, 0], "another policy's choices are not this one's");
    }

    async fn the_same_twice_is_refused_but_an_older_choice_may_be_made_again(city: City) {
        let officer = city.city_officer().await;
        let park = city.parks[0];
        for ruling in [reading("ratio", "strict"), exception("ratio", park), discretion(None)] {
            insert(&city, &officer, ruling.clone()).await.expect("ruling");
            assert_eq!(refused(insert(&city, &officer, ruling).await).1, InvalidCode::Duplicate);
        }
        insert(&city, &officer, reading("ratio", "default")).await.expect("another");
        insert(&city, &officer, reading("ratio", "strict")).await.expect("back again");
        let later = NewRuling { until: Some(date(2027, 12, 31)), ..exception("ratio", park) };
        insert(&city, &officer, later).await.expect("for other days");
    }

    async fn a_ruling_needs_a_reason_a_paper_and_days_in_order(city: City) {
        let officer = city.city_officer().await;
        let park = city.parks[0];
        let no_reason = NewRuling { reason: "  ".to_owned(), ..reading("ratio", "strict") };
        let no_paper = NewRuling { basis: None, ..exception("ratio", park) };
        let backwards = NewRuling { until: Some(date(2024, 12, 31)), ..exception("ratio", park) };
        let mut no_words = discretion(None);
        if let Matter::Discretion { decision, .. } = &mut no_words.matter {
            decision.clear();
        }
        for (ruling, field, code) in [
            (no_reason, "reason", InvalidCode::Required),
            (no_paper, "basis", InvalidCode::Required),
            (backwards, "until", InvalidCode::Dates),
            (no_words, "decision", InvalidCode::Required),
        ] {
            assert_eq!(refused(insert(&city, &officer, ruling).await), (field.to_owned(), code));
        }
        assert!(list(&city, &officer, Filter::default()).await.is_empty(), "nothing was written");
    }

    async fn who_sees_the_park_sees_its_rulings_and_everybody_those_of_the_city(city: City) {
        let officer = city.city_officer().await;
        insert(&city, &officer, reading("ratio", "strict")).await.expect("ruling");
        let mine = insert(&city, &officer, exception("ratio", city.parks[0])).await.expect("ruling");
        let seen = |session: Session| async {
            let kinds: Vec<Kind> = list(&city, &session, Filter::default()).await.iter().map(|one| one.ruled.matter.kind()).collect();
            (session, kinds)
        };
        let (operator, kinds) = seen(city.operator(0).await).await;
        assert_eq!(kinds, [Kind::Exception, Kind::Reading]);
        let exception = rulings::get(&city.db, &operator.scope, mine).await.expect("it is seen");
        assert_eq!(exception.park.expect("a park").district, city.districts[0]);
        let (stranger, kinds) = seen(city.operator(1).await).await;
        assert_eq!(kinds, [Kind::Reading]);
        assert!(matches!(rulings::get(&city.db, &stranger.scope, mine).await, Err(StoreError::NotFound)));
        let counting = |park| Filter { counting_for: Some(park), ..Filter::default() };
        assert_eq!(list(&city, &officer, counting(city.parks[0])).await.len(), 2);
        assert_eq!(list(&city, &officer, counting(city.parks[1])).await.len(), 1, "the city's alone");
        let of_park = Filter { park: Some(city.parks[0]), ..Filter::default() };
        assert!(list(&city, &stranger, of_park).await.is_empty());
    }

    async fn only_the_role_that_is_named_rules(city: City) {
        let park = city.parks[0];
        let district = city.district_officer(0).await;
        for ruling in [reading("ratio", "strict"), exception("ratio", park)] {
            let refused = insert(&city, &district, ruling).await;
            assert!(matches!(refused, Err(StoreError::Forbidden { action: Action::Rule })), "{refused:?}");
        }
        let by_district = |park| NewRuling { role: Role::DistrictOfficer, ..discretion(park) };
        let own = insert(&city, &district, by_district(Some(park))).await.expect("in its own park");
        let elsewhere = insert(&city, &district, by_district(Some(city.parks[1]))).await;
        assert!(matches!(elsewhere, Err(StoreError::NotFound)), "{elsewhere:?}");
        let for_all = insert(&city, &district, by_district(None)).await;
        assert!(matches!(for_all, Err(StoreError::Forbidden { .. })), "{for_all:?}");
        let officer = city.city_officer().await;
        let taken = revoke(&city, &officer, own, "代为撤销").await;
        assert!(matches!(taken, Err(StoreError::Forbidden { .. })), "{taken:?}");
        revoke(&city, &district, own, "改判").await.expect("by the role that decided");
    }
}
