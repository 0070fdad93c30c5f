//! The command line: global options and the list of commands. Each command's own options stand in its file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands;
use crate::output::Format;

/// 锡园：无锡市特色产业园区数字化管理平台
#[derive(Debug, Parser)]
#[command(name = "xiyuan", version, disable_help_subcommand = true)]
pub struct Cli {
    /// 各命令共用的选项
    #[command(flatten)]
    pub place: Place,
    /// 命令
    #[command(subcommand)]
    pub command: Command,
}

/// Where the data is; the same for all commands.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// 数据目录（内嵌数据库、设置文件 xiyuan.toml）
    #[arg(long, global = true, value_name = "DIR", env = "XIYUAN_DATA")]
    pub data: Option<PathBuf>,
    /// 数据库地址：sqlite:PATH 或 postgres://…；默认用数据目录里的内嵌数据库
    #[arg(long, global = true, value_name = "URL", env = "XIYUAN_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// 设置文件；默认用数据目录里的 xiyuan.toml
    #[arg(long, global = true, value_name = "FILE", env = "XIYUAN_CONFIG")]
    pub config: Option<PathBuf>,
    /// 结果的格式
    #[arg(long, global = true, value_enum, default_value_t, env = "XIYUAN_FORMAT")]
    pub format: Format,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 启动服务；数据库自动建立和升级
    Serve(commands::serve::Serve),
    /// 在空数据库里生成演示城市（全部标记为演示数据）
    Demo(commands::demo::Demo),
    /// 政策包：检查、试算、比较、解释
    #[command(subcommand)]
    Policy(commands::policy::Policy),
    /// 导入园区、企业、入园关系或填报数（xlsx、xls、csv）
    Import(commands::import::Import),
    /// 园区认定自检，逐条列出结论
    CheckPark(commands::check_park::CheckPark),
    /// 列出园区、企业、机构
    List(commands::list::List),
    /// 把一个指标值打开到每一份填报
    Explain(commands::explain::Explain),
    /// 审计日志
    #[command(subcommand)]
    Audit(commands::audit::Audit),
    /// 账号
    #[command(subcommand)]
    User(commands::user::User),
    /// 导出园区、企业、自检结果或评估用数
    #[command(subcommand)]
    Export(commands::export::Export),
    /// 把某年度某时点的数据连同政策包存成档案（Parquet 文件）
    Freeze(commands::freeze::Freeze),
    /// 按收据复算，核对结果是否一致
    Replay(commands::replay::Replay),
    /// 备份内嵌数据库到一个文件
    Backup(commands::backup::Backup),
    /// 从备份文件恢复内嵌数据库（原库改名保留）
    Restore(commands::backup::Restore),
}
