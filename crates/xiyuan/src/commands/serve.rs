//! `xiyuan serve`: runs everything until told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;
use xiyuan_server::session::DEMO_PASSWORD;

use super::demo::accounts_table;
use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::Answer;
use crate::settings::{Settings, Wishes};

/// Options.
#[derive(Args, Debug)]
pub struct Serve {
    /// 监听地址；端口为 0 时自动选一个空闲端口
    #[arg(long, value_name = "ADDR", env = "XIYUAN_LISTEN")]
    listen: Option<SocketAddr>,
    /// 政策包目录；默认用程序自带的政策包
    #[arg(long, value_name = "DIR", env = "XIYUAN_POLICIES")]
    policies: Option<PathBuf>,
    /// 会话 Cookie 只经 HTTPS 发送（前面有 TLS 时打开）
    #[arg(long, value_name = "是否", num_args = 0..=1, default_missing_value = "true", env = "XIYUAN_SECURE_COOKIE")]
    secure_cookie: Option<bool>,
    /// 相信反向代理给出的来访地址
    #[arg(long, value_name = "是否", num_args = 0..=1, default_missing_value = "true", env = "XIYUAN_TRUST_PROXY")]
    trust_proxy: Option<bool>,
}

/// Serves.
pub async fn run(place: &Place, command: Serve) -> Result<Answer, Failure> {
    start_log();
    let wishes = Wishes {
        listen: command.listen,
        policies: command.policies,
        secure_cookie: command.secure_cookie,
        trust_proxy: command.trust_proxy,
    };
    let settings = Settings::read(place, wishes)?;
    let Some(_held) = opened::hold(&settings)? else {
        let dir = settings.config.data_dir.display();
        return Err(Failure::Usage(format!("数据目录 {dir} 正由另一个 xiyuan 服务使用，不能再启动一个。")));
    };
    let listen = settings.config.listen;
    let listener = TcpListener::bind(listen).await.map_err(Failure::file("监听", listen.to_string()))?;
    let address = listener.local_addr().map_err(Failure::file("监听", listen.to_string()))?;
    let services = opened::open_with(&settings, true).await?;
    let accounts = accounts_table(&services.db).await?;
    if !accounts.is_empty() {
        eprintln!("本数据库是演示城市。演示账号（密码都是 {DEMO_PASSWORD}）：\n{accounts}");
    }
    eprintln!("锡园已启动：http://{address}/");
    xiyuan_server::serve(services.clone(), listener, told_to_stop())
        .await
        .map_err(|error| Failure::Inside(error.into()))?;
    services.db.close().await;
    eprintln!("锡园已停止。");
    Ok(Answer::Yes)
}

/// Log on stderr; `XIYUAN_LOG` chooses what (`info`, `xiyuan_server=debug` …).
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("XIYUAN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
}

/// Resolves on Ctrl-C or SIGTERM.
async fn told_to_stop() {
    let interrupted = async {
        // Without a handler the signal ends the process anyway.
        drop(tokio::signal::ctrl_c().await);
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! { () = interrupted => {}, () = terminated => {} }
}
