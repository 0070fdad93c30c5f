//! `xiyuan check-park`, `explain`, `list`, `audit verify`, and mistakes on the command line.

use super::support::{Data, criterion, latest_year, run};

#[test]
fn a_check_says_what_the_contract_asks_for() {
    let data = Data::demo();
    let check = &data.checks()[0];
    for key in ["park", "year", "policy", "packageDigest", "knownTime", "outcome", "criteria"] {
        assert!(!check[key].is_null(), "{key}");
    }
    let share = criterion(check, "leading-revenue-share");
    for key in
        ["clause", "quote", "reading", "outcome", "unit", "threshold", "coverage", "missing", "couldChange"]
    {
        assert!(!share[key].is_null(), "{key}: {share}");
    }
    assert_eq!(share["clause"], "2.2.1");
    assert_eq!(share["threshold"], "50");
}

#[test]
fn missing_figures_are_named_with_who_owes_them_and_the_exit_code_says_no() {
    let data = Data::demo();
    let checks = data.checks();
    let waiting =
        checks.iter().find(|check| criterion(check, "leading-revenue-share")["outcome"] == "undecided");
    let waiting = waiting.expect("a park that waits for a filing");
    let missing = &criterion(waiting, "leading-revenue-share")["missing"][0];
    for key in ["subject", "field", "owedBy", "since"] {
        assert!(!missing[key].is_null(), "{key}: {missing}");
    }
    let park = waiting["park"]["name"].as_str().expect("name");
    let ran = data.run(&["check-park", park, "--year", &latest_year()]).expect(1);
    assert!(ran.stdout.contains("暂不能判定"), "{}", ran.stdout);
    assert!(ran.stdout.contains(missing["subject"]["name"].as_str().expect("name")), "{}", ran.stdout);
}

#[test]
fn a_moved_parameter_changes_the_answer_of_this_question_only() {
    let data = Data::demo();
    let met =
        data.checks().into_iter().find(|check| check["outcome"] == "met").expect("a park that meets all");
    let park = met["park"]["id"].as_str().expect("id");
    let strict = data.check(park, &["--set", "leading_revenue_share_min=99.99"]);
    assert_eq!(criterion(&strict, "leading-revenue-share")["outcome"], "not_met");
    assert_eq!(data.check(park, &[]), met);
}

#[test]
fn a_figure_opens_down_to_its_members() {
    let data = Data::demo();
    let met =
        data.checks().into_iter().find(|check| check["outcome"] == "met").expect("a park that meets all");
    let park = met["park"]["id"].as_str().expect("id");
    let figure = data.json(&["explain", "leading_revenue_share", park, &latest_year()]);
    assert_eq!(figure["value"], criterion(&met, "leading-revenue-share")["value"]);
    assert_eq!(figure["readds"], true);
    assert!(figure["members"].as_array().expect("members").len() > 5);
}

#[test]
fn an_unknown_park_and_an_unknown_parameter_could_not_be_checked() {
    let data = Data::demo();
    let ran = data.run(&["check-park", "没有的园区", "--year", &latest_year()]).expect(2);
    assert!(ran.stderr.contains("没有园区"), "{}", ran.stderr);
    let park = data.list("parks")[0]["id"].as_str().expect("id").to_owned();
    data.run(&["check-park", &park, "--year", &latest_year(), "--set", "no_such=1"]).expect(2);
}

#[test]
fn the_audit_trail_of_the_demo_city_is_whole() {
    let verified = Data::demo().json(&["audit", "verify"]);
    assert_eq!(verified["isIntact"], true);
    assert!(verified["entries"].as_u64().expect("number") > 5);
}

#[test]
fn a_list_can_be_searched_by_a_part_of_the_name() {
    let data = Data::demo();
    let all = data.list("parks");
    let name = all[3]["name"].as_str().expect("name");
    let part: String = name.chars().skip(3).take(2).collect();
    let found = data.json(&["list", "parks", "--search", &part]);
    let found = found.as_array().expect("a list");
    assert!(found.iter().any(|row| row["name"] == name) && found.len() < all.len());
}

#[test]
fn mistakes_on_the_command_line_are_explained_in_chinese() {
    assert!(run(&["frobnicate"]).expect(2).stderr.contains("没有命令"));
    assert!(run(&["check-park"]).expect(2).stderr.contains("缺少参数"));
    assert!(run(&["list", "parks", "--no-such"]).expect(2).stderr.contains("没有参数"));
    assert!(run(&["list", "parks", "--data", "/no/such/folder"]).expect(2).stderr.contains("没有数据库"));
    assert!(run(&["--help"]).expect(0).stdout.contains("check-park"));
}
