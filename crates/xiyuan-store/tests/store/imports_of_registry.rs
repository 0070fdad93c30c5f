//! Imports of parks, enterprises and memberships: created or updated by key, undone with all that came with them.

use jiff::civil::date;
use xiyuan_store::imports::{ImportKind, ImportStatus, PublishMode, StagedPayload, StagedRow};
use xiyuan_store::registry::enterprises::{self, EnterpriseQuery};
use xiyuan_store::registry::{Origin, memberships, parks};
use xiyuan_store::{EnterpriseId, Uscc};

use crate::city::{City, uscc};
use crate::databases::on_both;
use crate::imports::{apply, row, staged, status, take_back};

fn enterprise(city: &City, row_number: u32, number: usize, name: &str, industry: Option<&str>) -> StagedRow {
    let mut data = city.enterprise_data(number, 0);
    name.clone_into(&mut data.name);
    let industry = industry.map(|code| (code.to_owned(), date(2024, 1, 1)));
    row(row_number, StagedPayload::Enterprise { data, industry })
}

/// What a list of all enterprises shows.
async fn shown(city: &City) -> Vec<String> {
    let query = EnterpriseQuery::on(date(2026, 1, 1));
    let page = enterprises::list(&city.db, &City::system(), &query).await.expect("list");
    let show = |row: &enterprises::EnterpriseRow| {
        let park = row.park.as_ref().map_or("-", |(_, name)| name);
        let industry = row.leading_industry.as_deref().unwrap_or("-");
        format!("{} {} {park} {industry}", row.enterprise.data.uscc, row.enterprise.data.name)
    };
    page.items.iter().map(show).collect()
}

async fn id_of(city: &City, number: usize) -> EnterpriseId {
    let code = Uscc::parse(&uscc(number)).expect("code");
    enterprises::find_by_uscc(&city.db, &City::system(), &[code]).await.expect("find").remove(0).id
}

on_both! {
    async fn enterprises_are_created_updated_or_left_by_their_code(city: City) {
        let before = shown(&city).await;
        let rows = vec![
            enterprise(&city, 2, 0, "演示企业0有限公司", None),
            enterprise(&city, 3, 1, "改名企业", Some("I02")),
            enterprise(&city, 4, 77, "新企业", Some("I01")),
            enterprise(&city, 5, 3, "演示企业3有限公司", Some("I03")),
        ];
        let id = staged(&city, ImportKind::Enterprises, rows).await;
        let (report, _) = apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        assert_eq!((report.counts.created, report.counts.updated, report.counts.unchanged), (1, 2, 1));
        let after = shown(&city).await;
        assert!(after.contains(&format!("{} 改名企业 甲园 I02", uscc(1))), "{after:?}");
        assert!(after.contains(&format!("{} 新企业 - I01", uscc(77))));
        assert!(after.contains(&format!("{} 演示企业3有限公司 - I03", uscc(3))));
        assert!(take_back(&city, id).await.is_empty());
        assert_eq!(shown(&city).await, before);
        assert_eq!(status(&city, id).await, ImportStatus::Undone);
    }

    async fn a_code_that_comes_twice_in_a_file_ends_as_its_last_row(city: City) {
        let rows = vec![
            enterprise(&city, 2, 77, "第一行", None),
            enterprise(&city, 3, 78, "别家", None),
            enterprise(&city, 4, 77, "第二行", None),
        ];
        let id = staged(&city, ImportKind::Enterprises, rows).await;
        let (report, _) = apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        assert_eq!((report.counts.created, report.counts.updated), (2, 1));
        assert!(shown(&city).await.contains(&format!("{} 第二行 - -", uscc(77))));
        assert!(take_back(&city, id).await.is_empty());
        assert_eq!(shown(&city).await.len(), 4);
    }

    async fn an_enterprise_that_others_refer_to_by_now_cannot_be_taken_back(city: City) {
        let rows = vec![enterprise(&city, 2, 77, "新企业", None)];
        let id = staged(&city, ImportKind::Enterprises, rows).await;
        apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        let mut tx = city.db.begin(&city.context()).await.expect("begin");
        let mut member = city.member(0, 1, date(2025, 1, 1), None);
        member.enterprise = id_of(&city, 77).await;
        memberships::insert(&mut tx, &City::system(), member, &Origin::default()).await.expect("member");
        tx.commit("member").await.expect("commit");
        let blocked = take_back(&city, id).await;
        assert_eq!(blocked.len(), 1);
        assert_eq!((blocked[0].kind.as_str(), blocked[0].name.as_str()), ("enterprise", "新企业"));
        assert_eq!(shown(&city).await.len(), 5);
    }

    async fn memberships_are_matched_by_park_and_dates(city: City) {
        let before = shown(&city).await;
        let member = |n, enterprise: usize, park: usize, from, to| {
            let (enterprise, park) = (city.enterprises[enterprise], city.parks[park]);
            row(n, StagedPayload::Membership { enterprise, park, from, to })
        };
        let rows = vec![
            member(2, 0, 0, date(2021, 1, 1), None),
            member(3, 1, 0, date(2021, 1, 1), Some(date(2024, 12, 31))),
            member(4, 1, 1, date(2025, 1, 1), None),
            member(5, 3, 0, date(2022, 5, 1), None),
        ];
        let id = staged(&city, ImportKind::Memberships, rows).await;
        let (report, _) = apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        assert_eq!((report.counts.created, report.counts.updated, report.counts.unchanged), (2, 1, 1));
        let scope = City::system();
        let of_moved = memberships::of_enterprise(&city.db, &scope, city.enterprises[1]).await.expect("list");
        let dates: Vec<_> = of_moved.iter().map(|(m, park)| (park.as_str(), m.data.from, m.data.to)).collect();
        assert_eq!(dates, [
            ("甲园", date(2021, 1, 1), Some(date(2024, 12, 31))),
            ("乙园", date(2025, 1, 1), None),
        ]);
        assert!(take_back(&city, id).await.is_empty());
        assert_eq!(shown(&city).await, before);
        assert_eq!(memberships::of_enterprise(&city.db, &scope, city.enterprises[3]).await.expect("list").len(), 0);
    }

    async fn parks_are_created_and_updated(city: City) {
        let scope = City::system();
        let mut changed = city.park_data("甲园", 0);
        changed.address = Some("演示路1号".to_owned());
        let industry = Some(("I02".to_owned(), date(2025, 1, 1)));
        let rows = vec![
            row(2, StagedPayload::Park { id: Some(city.parks[0]), data: changed, industry: None }),
            row(3, StagedPayload::Park { id: None, data: city.park_data("丙园", 1), industry }),
            row(4, StagedPayload::Park { id: Some(city.parks[1]), data: city.park_data("乙园", 1), industry: None }),
        ];
        let id = staged(&city, ImportKind::Parks, rows).await;
        let (report, _) = apply(&city, id, PublishMode::AllOrNothing, false).await.expect("publish");
        assert_eq!((report.counts.created, report.counts.updated, report.counts.unchanged), (1, 1, 1));
        let new = parks::find_by_name(&city.db, &scope, "丙园").await.expect("find").expect("there");
        let shown = parks::get(&city.db, &scope, new.id, date(2026, 1, 1)).await.expect("park");
        assert_eq!(shown.leading_industry.as_deref(), Some("I02"));
        assert!(take_back(&city, id).await.is_empty());
        assert_eq!(parks::find_by_name(&city.db, &scope, "丙园").await.expect("find"), None);
        let first = parks::get(&city.db, &scope, city.parks[0], date(2026, 1, 1)).await.expect("park");
        assert_eq!((first.park.data.address, first.park.revision), (None, 3));
    }
}
