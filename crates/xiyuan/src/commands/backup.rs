//! `xiyuan backup` and `xiyuan restore`: the embedded database as one file. PostgreSQL has its own tools.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use xiyuan_sheets::checksum;
use xiyuan_store::{Database, audit, known_time};

use crate::cli::Place;
use crate::failure::Failure;
use crate::opened;
use crate::output::{Answer, print};
use crate::settings::{Settings, Wishes};

/// Options.
#[derive(Args, Debug)]
pub struct Backup {
    /// 备份文件（不能已经存在）
    file: PathBuf,
}

/// Options.
#[derive(Args, Debug)]
pub struct Restore {
    /// 备份文件
    file: PathBuf,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    file: String,
    bytes: u64,
    checksum: String,
    known_time: i64,
    kept: Option<String>,
}

fn only_sqlite(settings: &Settings) -> Result<PathBuf, Failure> {
    settings.sqlite_file().ok_or_else(|| {
        Failure::Usage(
            "使用 PostgreSQL 时请用它自己的工具：备份 pg_dump --format=custom，恢复 pg_restore；连续归档见 PostgreSQL 文档。"
                .to_owned(),
        )
    })
}

/// Backs up, also while a server is at work.
pub async fn back_up(place: &Place, command: Backup) -> Result<Answer, Failure> {
    let settings = Settings::read(place, Wishes::default())?;
    only_sqlite(&settings)?;
    if command.file.exists() {
        return Err(Failure::Usage(format!("{} 已经存在，备份不会覆盖它。", command.file.display())));
    }
    let services = opened::open_existing(place).await?;
    services.db.back_up(&command.file).await?;
    services.db.close().await;
    let known_time = look_into(&command.file).await?;
    let done = describe(&command.file, known_time, None)?;
    print(place.format, &done, |done| {
        format!(
            "已备份到 {}（{} 字节，数据时点 {}，SM3 {}）",
            done.file, done.bytes, done.known_time, done.checksum
        )
    })?;
    Ok(Answer::Yes)
}

fn describe(file: &Path, known_time: i64, kept: Option<&Path>) -> Result<Done, Failure> {
    let bytes = fs::metadata(file).map_err(Failure::file("读取", file))?.len();
    let checksum = checksum(file).map_err(Failure::file("读取", file))?;
    let kept = kept.map(|path| path.display().to_string());
    Ok(Done { file: file.display().to_string(), bytes, checksum, known_time, kept })
}

/// Opens a copy of a backup beside it, migrates the copy and verifies its audit trail; the backup stays untouched.
async fn look_into(file: &Path) -> Result<i64, Failure> {
    let copy = with_ending(file, "checking");
    fs::copy(file, &copy).map_err(Failure::file("复制", file))?;
    let looked = verified(&copy).await;
    remove_database(&copy);
    looked
}

async fn verified(file: &Path) -> Result<i64, Failure> {
    let refused = |why: String| Failure::Usage(format!("{} 不是可用的锡园备份：{why}", file.display()));
    let db = Database::connect(&format!("sqlite:{}", file.display()))
        .await
        .map_err(|error| refused(error.to_string()))?;
    let found = audit::verify(&db, &opened::scope()).await;
    let commit = known_time::latest(&db).await;
    db.close().await;
    match found {
        Ok(found) if found.first_broken.is_none() => Ok(commit?.number.0),
        Ok(_) => Err(refused("审计日志不完整".to_owned())),
        Err(error) => Err(refused(error.to_string())),
    }
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Removes a database file and what SQLite keeps beside it; what is not there need not be removed.
fn remove_database(file: &Path) {
    for path in [file.to_owned(), suffixed(file, "-wal"), suffixed(file, "-shm")] {
        drop(fs::remove_file(path));
    }
}

fn suffixed(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Restores: the backup is verified first, the database that was there is kept under another name.
pub async fn restore(place: &Place, command: Restore) -> Result<Answer, Failure> {
    let settings = Settings::read(place, Wishes::default())?;
    let target = only_sqlite(&settings)?;
    if !command.file.is_file() {
        return Err(Failure::Usage(format!("没有备份文件 {}。", command.file.display())));
    }
    let Some(_held) = opened::hold(&settings)? else {
        return Err(Failure::Usage("数据目录正由 xiyuan 服务使用，请先停止服务再恢复。".to_owned()));
    };
    let fresh = with_ending(&target, "restoring");
    remove_database(&fresh);
    fs::copy(&command.file, &fresh).map_err(Failure::file("复制", &command.file))?;
    let known_time = match verified(&fresh).await {
        Ok(known_time) => known_time,
        Err(failure) => {
            remove_database(&fresh);
            return Err(failure);
        }
    };
    let kept = put_aside(&target).await?;
    fs::rename(&fresh, &target).map_err(Failure::file("改名", &fresh))?;
    for suffix in ["-wal", "-shm"] {
        drop(fs::remove_file(suffixed(&fresh, suffix)));
    }
    let done = describe(&target, known_time, kept.as_deref())?;
    print(place.format, &done, |done| {
        let kept = done.kept.as_ref().map(|kept| format!("；原数据库保留在 {kept}")).unwrap_or_default();
        format!("已恢复 {}（数据时点 {}）{kept}", done.file, done.known_time)
    })?;
    Ok(Answer::Yes)
}

/// Renames the database that is there, with everything written into its one file first.
async fn put_aside(target: &Path) -> Result<Option<PathBuf>, Failure> {
    if !target.exists() {
        return Ok(None);
    }
    let mut number = 1;
    let kept = loop {
        let candidate = with_ending(target, &format!("before-restore-{number}"));
        if !candidate.exists() {
            break candidate;
        }
        number += 1;
    };
    // A database that can still be opened is closed in order, so that nothing stays in its side files.
    if let Ok(db) = Database::connect(&format!("sqlite:{}", target.display())).await {
        db.close().await;
    }
    for suffix in ["", "-wal", "-shm"] {
        let from = suffixed(target, suffix);
        if from.exists() {
            fs::rename(&from, suffixed(&kept, suffix)).map_err(Failure::file("改名", &from))?;
        }
    }
    Ok(Some(kept))
}
