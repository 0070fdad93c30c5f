//! `xiyuan user`.

use std::io::Write;
use std::process::Stdio;

use super::support::Data;

#[test]
fn the_first_account_is_a_system_administrator_and_its_password_is_made_up_and_shown_once() {
    let data = Data::empty();
    let ran = data.run(&["user", "add", "zhang", "--name", "张三", "--role", "city_officer"]).expect(2);
    assert!(ran.stderr.contains("系统管理员"), "{}", ran.stderr);
    let ran = data.run(&["user", "add", "zhang", "--name", "张三", "--format", "json"]).expect(0);
    assert!(ran.stderr.contains("只显示这一次"), "{}", ran.stderr);
    let added = &ran.json()[0];
    assert_eq!(added["roles"][0]["role"], "system_admin");
    assert!(added["password"].as_str().expect("password").len() > 15);
    let listed = data.json(&["user", "list"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert!(listed[0].get("password").is_none());
}

#[test]
fn a_password_can_be_read_from_the_input_and_a_weak_one_is_refused() {
    let data = Data::demo();
    let reset = |password: &str| {
        let mut child = data
            .command(&["user", "reset-password", "leader", "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        child.stdin.take().expect("stdin").write_all(format!("{password}\n").as_bytes()).expect("written");
        child.wait().expect("ended").code()
    };
    assert_eq!(reset("short"), Some(2));
    assert_eq!(reset("a-Longer-one-9"), Some(0));
}

#[test]
fn a_role_needs_an_organisation_that_is_there() {
    let data = Data::demo();
    let add = |organisation: &str| {
        let args = [
            "user",
            "add",
            "li",
            "--name",
            "李四",
            "--role",
            "district_officer",
            "--organisation",
            organisation,
        ];
        data.run(&args)
    };
    assert!(add("没有的区").expect(2).stderr.contains("没有机构"));
    let district = data.list("districts")[0]["name"].as_str().expect("name").to_owned();
    assert!(add(&district).expect(0).stdout.contains(&district));
}
