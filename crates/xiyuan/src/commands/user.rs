//! `xiyuan user`: accounts. The first administrator is made here; there is no default password.

use std::io::{self, BufRead};

use clap::{Args, Subcommand};
use serde::Serialize;
use xiyuan_server::Services;
use xiyuan_store::registry::enterprises;
use xiyuan_store::registry::organisations;
use xiyuan_store::users::{self, NewGrant, User as Account};
use xiyuan_store::{Role, Transaction, Uscc};

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print, table};

/// Commands.
#[derive(Debug, Subcommand)]
pub enum User {
    /// 新建账号；空数据库的第一个账号是系统管理员
    Add(Add),
    /// 列出账号和角色
    List,
    /// 重设密码，并结束该账号的会话
    ResetPassword(Reset),
}

/// Options of `add`.
#[derive(Args, Debug)]
pub struct Add {
    /// 用户名
    username: String,
    /// 姓名
    #[arg(long)]
    name: String,
    /// 角色，如 city_officer、district_officer、park_operator、enterprise_statistician
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// 机构名称；企业统计员写企业的统一社会信用代码
    #[arg(long)]
    organisation: Option<String>,
    /// 从标准输入读一行作为密码；不写则生成一个并显示一次
    #[arg(long)]
    password_stdin: bool,
}

/// Options of `reset-password`.
#[derive(Args, Debug)]
pub struct Reset {
    /// 用户名
    username: String,
    /// 从标准输入读一行作为密码；不写则生成一个并显示一次
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: String,
    username: String,
    name: String,
    is_active: bool,
    roles: Vec<ShownRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

#[derive(Serialize)]
struct ShownRole {
    role: String,
    name: String,
    organisation: String,
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_id(text).ok_or_else(|| {
        let ids: Vec<&str> = Role::ALL.iter().map(|role| role.id()).collect();
        format!("没有角色“{text}”，可用：{}", ids.join("、"))
    })
}

/// Runs.
pub async fn run(place: &Place, command: User) -> Result<Answer, Failure> {
    let services = opened::open(place).await?;
    let shown = match command {
        User::Add(add) => vec![insert(&services, add).await?],
        User::List => {
            let mut shown = Vec::new();
            for account in users::list(&services.db, &opened::scope()).await? {
                shown.push(show(&services, account, None).await?);
            }
            shown
        }
        User::ResetPassword(reset) => vec![reset_password(&services, reset).await?],
    };
    for password in shown.iter().filter_map(|user| user.password.as_deref()) {
        eprintln!("密码（只显示这一次，请登录后修改）：{password}");
    }
    print(place.format, &shown, |shown| {
        let rows = shown.iter().map(|user| {
            let roles: Vec<String> =
                user.roles.iter().map(|role| format!("{} {}", role.name, role.organisation)).collect();
            let state = if user.is_active { "可用" } else { "停用" };
            vec![
                user.username.clone(),
                user.name.clone(),
                state.to_owned(),
                roles.join("；").trim().to_owned(),
            ]
        });
        table(&["用户名", "姓名", "状态", "角色"], &rows.collect::<Vec<_>>())
    })?;
    services.db.close().await;
    Ok(Answer::Yes)
}

async fn show(services: &Services, account: Account, password: Option<String>) -> Result<Shown, Failure> {
    let grants = users::of_user(&services.db, &opened::scope(), account.id).await?;
    let roles = grants.into_iter().map(|grant| ShownRole {
        role: grant.role.id().to_owned(),
        name: grant.role.title().to_owned(),
        organisation: grant.organisation.1,
    });
    Ok(Shown {
        id: account.id.to_string(),
        username: account.username,
        name: account.name,
        is_active: account.is_active,
        roles: roles.collect(),
        password,
    })
}

/// The password to set, and the same to show when it was made up.
fn password(services: &Services, from_stdin: bool) -> Result<(String, Option<String>), Failure> {
    if !from_stdin {
        let made = made_up(services);
        return Ok((made.clone(), Some(made)));
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(Failure::file("读取", "标准输入"))?;
    Ok((line.trim_end_matches(['\r', '\n']).to_owned(), None))
}

/// A password of 20 characters that are not easily mistaken for each other.
fn made_up(services: &Services) -> String {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    let mut bytes = [0_u8; 20];
    services.sources.entropy.fill(&mut bytes);
    let random: String = bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    // Both kinds of characters that a password must have are there in any case.
    format!("{random}-7x")
}

async fn insert(services: &Services, add: Add) -> Result<Shown, Failure> {
    let (secret, shown) = password(services, add.password_stdin)?;
    let is_first = users::list(&services.db, &opened::scope()).await?.is_empty();
    if is_first && add.role.is_some_and(|role| role != Role::SystemAdmin) {
        return Err(Failure::Usage("第一个账号必须是系统管理员（--role system_admin）。".to_owned()));
    }
    let grant = match add.role {
        Some(role) if !is_first => Some(grant(services, role, add.organisation.as_deref()).await?),
        _ => None,
    };
    let passwords = &services.sources.passwords;
    let mut tx: Transaction = services.db.begin(&services.own_context("user add")).await?;
    let account = if is_first {
        users::bootstrap(&mut tx, passwords, &add.username, &add.name, &secret).await?
    } else {
        let scope = opened::scope();
        let account =
            users::insert(&mut tx, &scope, passwords, &add.username, &add.name, &secret, false).await?;
        if let Some(grant) = grant {
            users::give(&mut tx, &scope, account.id, grant).await?;
        }
        account
    };
    tx.commit("新建账号").await?;
    show(services, account, shown).await
}

async fn grant(services: &Services, role: Role, organisation: Option<&str>) -> Result<NewGrant, Failure> {
    let Some(name) = organisation else {
        return if role.is_administrator() {
            Ok(NewGrant::Everywhere(role))
        } else {
            Err(Failure::Usage(format!("角色“{}”须用 --organisation 指明机构。", role.title())))
        };
    };
    if role == Role::EnterpriseStatistician {
        let code = Uscc::parse(name)?;
        let found = enterprises::find_by_uscc(&services.db, &opened::scope(), &[code]).await?;
        let enterprise = found.first().ok_or_else(|| Failure::Usage(format!("没有企业“{name}”。")))?;
        return Ok(NewGrant::Enterprise(role, enterprise.id));
    }
    let all = organisations::list(&services.db, &opened::scope(), None).await?;
    match all.into_iter().find(|organisation| organisation.data.name == name) {
        Some(organisation) => Ok(NewGrant::Organisation(role, organisation.id)),
        None => Err(Failure::Usage(format!("没有机构“{name}”。"))),
    }
}

async fn reset_password(services: &Services, reset: Reset) -> Result<Shown, Failure> {
    let all = users::list(&services.db, &opened::scope()).await?;
    let wanted = reset.username.trim().to_lowercase();
    let account = all.into_iter().find(|account| account.username.to_lowercase() == wanted);
    let account = account.ok_or_else(|| Failure::Usage(format!("没有账号“{}”。", reset.username)))?;
    let (secret, shown) = password(services, reset.password_stdin)?;
    let mut tx = services.db.begin(&services.own_context("user reset-password")).await?;
    let passwords = &services.sources.passwords;
    users::set_password(&mut tx, &opened::scope(), passwords, account.id, &secret).await?;
    tx.commit("重设密码").await?;
    show(services, account, shown).await
}
