//! What a command needs: the database, and the server's services over it, called without HTTP.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use xiyuan_server::state::Sources;
use xiyuan_server::{AppState, Services};
use xiyuan_store::{Context, Database, ParkId, Scope, registry::parks};

use crate::cli::Place;
use crate::failure::Failure;
use crate::packages;
use crate::settings::{Settings, Wishes};

/// File that a server holds locked while it uses the embedded database.
const LOCK_FILE: &str = "xiyuan.lock";

/// Why the command line reads and writes, in the audit trail.
pub fn scope() -> Scope {
    Scope::system("命令行")
}

/// Opens the database and makes the services; creates and migrates the database, publishes the shipped packages into
/// an empty one.
pub async fn open(place: &Place) -> Result<AppState, Failure> {
    let settings = Settings::read(place, Wishes::default())?;
    open_with(&settings, false).await
}

/// The same, for a command that reads what must be there already.
pub async fn open_existing(place: &Place) -> Result<AppState, Failure> {
    let settings = Settings::read(place, Wishes::default())?;
    if let Some(file) = settings.sqlite_file().filter(|file| !file.exists()) {
        return Err(Failure::Usage(format!(
            "没有数据库 {}。请用 --data 指明数据目录，或先运行 xiyuan demo、xiyuan serve。",
            file.display()
        )));
    }
    open_with(&settings, false).await
}

/// Opens with settings; `is_first` when no other process is at work, so that what a killed one left is cleaned up.
pub async fn open_with(settings: &Settings, is_first: bool) -> Result<AppState, Failure> {
    let services = attach(settings, is_first).await?;
    publish_packages(&services, settings, &services.own_context("packages")).await?;
    Ok(services)
}

/// The same without publishing packages.
pub async fn attach(settings: &Settings, is_first: bool) -> Result<AppState, Failure> {
    let db = connect(settings).await?;
    let (config, sources) = (settings.config.clone(), Sources::system());
    let services = if is_first {
        Services::start(config, db, sources).await?
    } else {
        Services::attach(config, db, sources).await?
    };
    Ok(services)
}

/// Opens the database only.
pub async fn connect(settings: &Settings) -> Result<Database, Failure> {
    let dir = &settings.config.data_dir;
    if let Some(folder) = settings.sqlite_file().as_deref().and_then(Path::parent) {
        fs::create_dir_all(folder).map_err(Failure::file("建立", folder))?;
    }
    fs::create_dir_all(dir).map_err(Failure::file("建立", dir))?;
    Ok(Database::connect(&settings.config.database).await?)
}

/// Publishes the packages of the settings' folder, or the shipped ones into a database without any.
pub async fn publish_packages(
    services: &Services,
    settings: &Settings,
    context: &Context,
) -> Result<(), Failure> {
    match &settings.policies {
        Some(folder) => {
            let folders = packages::read_all(folder)?;
            if folders.is_empty() {
                return Err(Failure::Usage(format!("目录 {} 里没有政策包", folder.display())));
            }
            let default = packages::default_of(folder)?;
            packages::publish_all(&services.db, context, &folders, default.as_deref()).await?;
        }
        None if services.engine.published().await?.is_empty() => {
            let (folders, default) = (packages::shipped(), packages::shipped_default()?);
            packages::publish_all(&services.db, context, &folders, default.as_deref()).await?;
        }
        None => {}
    }
    Ok(())
}

/// A park by id, name or code.
pub async fn find_park(services: &Services, text: &str) -> Result<ParkId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    match parks::find_by_name(&services.db, &scope(), text).await? {
        Some(park) => Ok(park.id),
        None => Err(Failure::Usage(format!(
            "没有园区“{text}”。可写园区的名称、代码或标识；用 xiyuan list parks 查看。"
        ))),
    }
}

/// The data folder, held by one server. The lock goes with the process, however it ends.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "its lock is what counts")] File);

/// Takes the data folder for this process; `None` when a server has it. With PostgreSQL several servers may run.
pub fn hold(settings: &Settings) -> Result<Option<Held>, Failure> {
    let dir = &settings.config.data_dir;
    fs::create_dir_all(dir).map_err(Failure::file("建立", dir))?;
    let path: PathBuf = dir.join(LOCK_FILE);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(Failure::file("打开", &path))?;
    if settings.sqlite_file().is_none() {
        return Ok(Some(Held(file)));
    }
    match file.try_lock() {
        Ok(()) => Ok(Some(Held(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(Failure::file("锁定", &path)(error)),
    }
}
