//! Settings: file < environment < flag. Flags and environment come through clap; the file is TOML.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use xiyuan_server::{Config, Limits};

use crate::cli::Place;
use crate::failure::Failure;

/// File of the embedded database inside the data folder.
const DATABASE_FILE: &str = "xiyuan.sqlite";
/// Settings file inside the data folder.
const SETTINGS_FILE: &str = "xiyuan.toml";
/// Data folder when none is named.
const DATA_DIR: &str = "data";
/// Address when none is named.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// What the settings file can hold. Unknown keys are refused: a misspelt setting must not pass in silence.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    data: Option<PathBuf>,
    database: Option<String>,
    listen: Option<SocketAddr>,
    policies: Option<PathBuf>,
    secure_cookie: Option<bool>,
    trust_proxy: Option<bool>,
    import_megabytes: Option<u64>,
    evidence_megabytes: Option<u64>,
    logins_per_minute: Option<u32>,
    concurrent_jobs: Option<usize>,
}

/// What flags and environment of `serve` say.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Address.
    pub listen: Option<SocketAddr>,
    /// Folder of policy packages.
    pub policies: Option<PathBuf>,
    /// Cookie only over TLS.
    pub secure_cookie: Option<bool>,
    /// Believe `X-Forwarded-For`.
    pub trust_proxy: Option<bool>,
}

/// Settings of one run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of the server.
    pub config: Config,
    /// Folder of policy packages, when not those inside the binary.
    pub policies: Option<PathBuf>,
}

impl Settings {
    /// Reads the settings file and lays environment and flags over it.
    pub fn read(place: &Place, wishes: Wishes) -> Result<Self, Failure> {
        let guess = place.data.clone().unwrap_or_else(|| DATA_DIR.into());
        let beside = guess.join(SETTINGS_FILE);
        let file = match &place.config {
            Some(path) => read_file(path)?,
            None if beside.exists() => read_file(&beside)?,
            None => File::default(),
        };
        let data_dir = place.data.clone().or(file.data).unwrap_or_else(|| DATA_DIR.into());
        let own = || format!("sqlite:{}", data_dir.join(DATABASE_FILE).display());
        let limits = Limits::default();
        let megabytes = |wish: Option<u64>, default: u64| wish.map_or(default, |megabytes| megabytes << 20);
        let config = Config {
            listen: wishes.listen.or(file.listen).unwrap_or(LISTEN),
            database: place.database.clone().or(file.database).unwrap_or_else(own),
            is_cookie_secure: wishes.secure_cookie.or(file.secure_cookie).unwrap_or(false),
            trusts_proxy: wishes.trust_proxy.or(file.trust_proxy).unwrap_or(false),
            limits: Limits {
                import_bytes: megabytes(file.import_megabytes, limits.import_bytes),
                evidence_bytes: megabytes(file.evidence_megabytes, limits.evidence_bytes),
                logins_per_minute: file.logins_per_minute.unwrap_or(limits.logins_per_minute),
                concurrent_jobs: file.concurrent_jobs.unwrap_or(limits.concurrent_jobs),
                ..limits
            },
            data_dir,
        };
        Ok(Self { config, policies: wishes.policies.or(file.policies) })
    }

    /// File of the embedded database, when that is what is used.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.config.database.strip_prefix("sqlite:")?;
        Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
    }
}

fn read_file(path: &Path) -> Result<File, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::file("读取", path))?;
    toml::from_str(&text)
        .map_err(|error| Failure::Usage(format!("设置文件 {} 有误：{error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_stronger_than_the_file_and_the_file_than_the_default() {
        let dir = tempfile::tempdir().expect("folder");
        fs::write(dir.path().join(SETTINGS_FILE), "listen = \"127.0.0.1:9\"\ntrust_proxy = true\n")
            .expect("file");
        let place = Place { data: Some(dir.path().to_owned()), ..Place::default() };
        let listen = Some("127.0.0.1:7".parse().expect("address"));
        let settings = Settings::read(&place, Wishes { listen, ..Wishes::default() }).expect("settings");
        assert_eq!(settings.config.listen.port(), 7);
        assert!(settings.config.trusts_proxy);
        assert!(!settings.config.is_cookie_secure);
        assert_eq!(settings.sqlite_file(), Some(dir.path().join(DATABASE_FILE)));
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        let dir = tempfile::tempdir().expect("folder");
        fs::write(dir.path().join(SETTINGS_FILE), "lisen = \"127.0.0.1:9\"\n").expect("file");
        let place = Place { data: Some(dir.path().to_owned()), ..Place::default() };
        let error = Settings::read(&place, Wishes::default()).expect_err("refused");
        assert!(error.to_string().contains("lisen"), "{error}");
    }
}
