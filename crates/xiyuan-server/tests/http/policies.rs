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
            "园区内规上的企业的工业增加值合计 ÷ 园区内规上的企业的工业总产值合计"
        );
        assert_eq!(by_id(&policy["parameters"], "leading_revenue_share_min")["value"], "50");
        assert_eq!(policy["isDefault"], true);
        assert_eq!(policy["digest"], app.city.package.digest);
    }

    async fn everything_that_a_clause_names_is_there(app: TestApp) {
        let policy = app.city_officer().await.get("/policies/wuxi-2023").await.expect(200).json();
        for kind in ["criteria", "indicators", "parameters", "targets", "tasks"] {
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

    async fn a_clause_shows_its_targets_tasks_and_the_forms_that_feed_it(app: TestApp) {
        let policy = app.bank().await.get("/policies/wuxi-2023").await.expect(200).json();
        let clause = by_id(&policy["clauses"], "2.2.1");
        let ids = |of: &Value| -> Vec<String> {
            of.as_array().expect("ids").iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
        };
        assert_eq!(ids(&clause["targets"]), ["leading-revenue-share", "leading-count-share"]);
        assert_eq!(ids(&clause["tasks"]), ["industry-action-plans", "entry-standards", "leading-industry"]);
        let form = by_id(&clause["forms"], "enterprise-annual");
        assert!(form["fields"].as_array().expect("fields").iter().any(|name| name == "营业收入"), "{form}");
        let target = by_id(&policy["targets"], "leading-revenue-share");
        assert_eq!(target["due"], "2025-12-31");
        assert_eq!(target["dutyUnits"], clause["dutyUnits"]);
        let task = by_id(&policy["tasks"], "industry-action-plans");
        assert_eq!(task["evidence"][0]["name"], "园区产业发展行动计划");
        assert!(clause["text"].as_str().expect("text").contains(task["quote"].as_str().expect("quote")));
        // Cited by two clauses: shown at both.
        assert!(ids(&by_id(&policy["clauses"], "1.4.3")["targets"]).contains(&"new-carrier-area".to_owned()));
    }

    async fn the_worked_examples_are_told_in_words_with_the_sides_of_each_threshold(app: TestApp) {
        let test = app.bank().await.get("/policies/wuxi-2023/test").await.expect(200).json();
        assert_eq!(test["failed"], 0);
        let example = by_id(&test["examples"], "revenue-share-exactly-fifty");
        assert_eq!(example["passed"], true);
        let lines = |key: &str| -> Vec<String> {
            let lines = example[key].as_array().expect("lines").iter();
            lines.map(|line| line.as_str().expect("text").to_owned()).collect()
        };
        assert!(lines("given").contains(&"一厂（甲园）：主导产业 集成电路；营业收入 30000 万元".to_owned()), "{example}");
        assert!(lines("expected").contains(&"甲园 · 主导产业营收占比：满足，数值 50%".to_owned()), "{example}");
        let mut coverage = test["thresholds"].as_array().expect("thresholds").iter();
        let of = coverage.find(|of| of["criterion"] == "leading-revenue-share").expect("it is there");
        for side in ["below", "at", "above", "missing"] {
            assert_eq!(of[side], true, "{side}: {of}");
        }
        assert_eq!(of["threshold"], "50%");
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
