//! Runs the binary in folders of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value as Json;
use tempfile::TempDir;

/// What a run gave.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The JSON on stdout.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}\n{}", self.stdout, self.stderr))
    }

    /// Fails unless the exit code is this.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The binary, without settings of this machine.
pub fn xiyuan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiyuan"));
    for name in ["DATA", "DATABASE", "CONFIG", "FORMAT", "LISTEN", "POLICIES", "LOG"] {
        command.env_remove(format!("XIYUAN_{name}"));
    }
    command.stdin(Stdio::null());
    command
}

/// Runs with arguments.
pub fn run(args: &[&str]) -> Ran {
    xiyuan().args(args).output().expect("the binary starts").into()
}

/// A data folder.
pub struct Data(pub TempDir);

impl Data {
    /// An empty one.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().expect("folder"))
    }

    /// A copy of the demo city that all tests share: 12 parks, 360 enterprises, 2 years.
    pub fn demo() -> Self {
        static CITY: OnceLock<Data> = OnceLock::new();
        let city = CITY.get_or_init(|| {
            let data = Self::empty();
            data.run(&["demo", "--parks", "12", "--enterprises", "360", "--years", "2"]).expect(0);
            data
        });
        let data = Self::empty();
        fs::copy(city.file(), data.file()).expect("copy");
        data
    }

    /// The embedded database.
    pub fn file(&self) -> PathBuf {
        self.0.path().join("xiyuan.sqlite")
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).expect("file");
        text(&path)
    }

    /// The binary on this folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = xiyuan();
        command.args(args).arg("--data").arg(self.0.path());
        command
    }

    /// Runs on this folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().expect("the binary starts").into()
    }

    /// Runs on this folder and reads its JSON.
    pub fn json(&self, args: &[&str]) -> Json {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        self.run(&args).json()
    }

    /// Rows of `list`.
    pub fn list(&self, kind: &str) -> Vec<Json> {
        self.json(&["list", kind]).as_array().expect("a list").clone()
    }

    /// The self-check of each park of the latest year.
    pub fn checks(&self) -> Vec<Json> {
        let parks = self.list("parks");
        parks.iter().map(|park| self.check(park["id"].as_str().expect("id"), &[])).collect()
    }

    /// The self-check of one park of the latest year.
    pub fn check(&self, park: &str, more: &[&str]) -> Json {
        let year = latest_year();
        let args: Vec<&str> =
            ["check-park", park, "--year", &year].into_iter().chain(more.iter().copied()).collect();
        self.json(&args)
    }
}

/// The latest year that a demo city has.
pub fn latest_year() -> String {
    let now = jiff::tz::offset(8).to_datetime(jiff::Timestamp::now());
    (now.year() - 1).to_string()
}

/// A path as an argument.
pub fn text(path: &Path) -> String {
    path.display().to_string()
}

/// One criterion of a check.
pub fn criterion<'a>(check: &'a Json, id: &str) -> &'a Json {
    let all = check["criteria"].as_array().expect("criteria");
    all.iter().find(|criterion| criterion["id"] == id).unwrap_or_else(|| panic!("no criterion {id}"))
}
