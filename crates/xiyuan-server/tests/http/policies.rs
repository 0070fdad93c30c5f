//! The policy as pages show it: text by clause, rules in words.

use std::collections::BTreeSet;

use serde_json::Value;
use xiyuan_testkit::on_both;

fn by_id<'v>(list: &'v Value, id: &str) -> &'v Value {
    let list = list.as_array().expect("a list");
    list.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

on_both! {
    async fn rules_are_told_in_words_with_their_numbers(app: TestApp) {
        let caller = app.bank().await;
        let policy = caller.get("/policies/wuxi-2023").await.expect(200).json();
        assert_eq!(by_id(&policy["criteria"], "leading-revenue-share")["words"], "主导产业营收占比不低于 50%");
        assert_eq!(
            by_id(&policy["criteria"], "leading-revenue-share")["readings"][1]["words"],
            "主导产业营收占比超过 50%"
        );
        assert_eq!(
            by_id(&policy["indicators"], "value_added_rate")["words"],
            "园内企业（规上）工业增加值合计 ÷ 园内企业（规上）工业总产值合计"
        );
        assert_eq!(by_id(&policy["parameters"], "leading_revenue_share_min")["value"], "50");
        assert_eq!(policy["isDefault"], true);
        assert_eq!(policy["digest"], app.city.package.digest);
    }

    async fn everything_that_a_clause_names_is_there(app: TestApp) {
        let policy = app.city_officer().await.get("/policies/wuxi-2023").await.expect(200).json();
        for kind in ["criteria", "indicators", "parameters"] {
            let known: BTreeSet<&str> =
                policy[kind].as_array().expect(kind).iter().filter_map(|item| item["id"].as_str()).collect();
            assert!(!known.is_empty(), "{kind}");
            for clause in policy["clauses"].as_array().expect("clauses") {
                for id in clause[kind].as_array().expect("ids") {
                    assert!(known.contains(id.as_str().expect("an id")), "{}: {id}", clause["id"]);
                }
            }
        }
        for criterion in policy["criteria"].as_array().expect("criteria") {
            assert!(criterion["words"].as_str().is_some_and(|words| !words.is_empty()), "{}", criterion["id"]);
        }
    }

    async fn a_policy_that_is_not_published_is_not_found(app: TestApp) {
        let caller = app.city_officer().await;
        caller.get("/policies/wuxi-1999").await.expect(404);
        assert_eq!(caller.get("/policies").await.expect(200).json()["total"], 1);
        let path = format!("/parks/{}/check?policy=wuxi-1999", app.city.parks[0].0);
        caller.get(&path).await.expect(404);
    }

    async fn a_figure_of_enterprises_is_not_opened_for_a_park(app: TestApp) {
        let path = format!("/figures/enterprise_tax_per_mu?park={}&year=2025", app.city.parks[0].0);
        assert_eq!(app.city_officer().await.get(&path).await.expect(422).code(), "not-of-parks");
    }
}
