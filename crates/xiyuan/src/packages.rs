//! Policy packages as folders: those inside the binary, or those of a folder on disk. Compiling and publishing is the
//! engine's and the server's work.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rust_embed::RustEmbed;
use xiyuan_policy::source::SourceFile;
use xiyuan_server::engine::publish;
use xiyuan_store::{Context, Database, Scope, packages};

use crate::failure::Failure;

/// The packages that come with the program, so that the binary runs alone.
#[derive(RustEmbed)]
#[folder = "../../policies"]
#[exclude = "conformance/*"]
struct Shipped;

/// The file beside packages that names the policy which a fresh database takes when none is named.
const DEFAULT: &str = "default.toml";

/// The file that makes a folder a package.
const HEAD: &str = "policy.toml";
/// Endings of the files of a package.
const ENDINGS: [&str; 3] = [".toml", ".csv", ".md"];

/// The files of one package.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its files, by path.
    pub files: Vec<SourceFile>,
}

impl Folder {
    /// A value of the head file, without compiling.
    fn head(&self) -> Option<toml::Table> {
        self.files.iter().find(|file| file.path == HEAD)?.text.parse().ok()
    }

    /// The package's id, as far as it can be read without compiling.
    pub fn id(&self) -> String {
        let id = self.head().and_then(|head| head.get("id")?.as_str().map(str::to_owned));
        id.unwrap_or_default()
    }

    fn uses(&self) -> Vec<String> {
        let head = self.head().unwrap_or_default();
        let uses = head.get("uses").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        uses.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
    }
}

/// The packages inside the binary.
pub fn shipped() -> Vec<Folder> {
    let mut folders: BTreeMap<String, Vec<SourceFile>> = BTreeMap::new();
    for path in Shipped::iter() {
        let Some((folder, inner)) = path.split_once('/') else { continue };
        let Some(file) = Shipped::get(&path) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        folders.entry(folder.to_owned()).or_default().push(SourceFile::new(inner, text));
    }
    let folders = folders.into_values().map(|files| Folder { files });
    folders.filter(|folder| folder.files.iter().any(|file| file.path == HEAD)).collect()
}

/// The policy that the program's own packages name as the default.
pub fn shipped_default() -> Result<Option<String>, Failure> {
    let file = Shipped::get(DEFAULT);
    file.map(|file| default_in(DEFAULT, &String::from_utf8_lossy(&file.data))).transpose()
}

/// The policy that a folder of packages names as the default, if it names one.
pub fn default_of(folder: &Path) -> Result<Option<String>, Failure> {
    let path = folder.join(DEFAULT);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).map_err(Failure::file("读取", &path))?;
    default_in(&path.display().to_string(), &text).map(Some)
}

/// `policy = "…"` and nothing else.
fn default_in(place: &str, text: &str) -> Result<String, Failure> {
    let wrong =
        |why: String| Failure::Usage(format!("{place}：{why}。应只写一行，如 policy = \"wuxi-2023\""));
    let table: toml::Table = text.parse().map_err(|error| wrong(format!("不是有效的 TOML（{error}）")))?;
    if let Some(key) = table.keys().find(|key| *key != "policy") {
        return Err(wrong(format!("不认识的键“{key}”")));
    }
    let policy = table.get("policy").and_then(toml::Value::as_str).filter(|id| !id.is_empty());
    policy.map(str::to_owned).ok_or_else(|| wrong("没有写明默认的政策".to_owned()))
}

/// One package on disk.
pub fn read(folder: &Path) -> Result<Folder, Failure> {
    if !folder.is_dir() {
        return Err(Failure::Usage(format!("没有这个目录：{}", folder.display())));
    }
    let mut files = Vec::new();
    read_into(folder, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Folder { files })
}

fn read_into(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(Failure::file("读取", folder))? {
        let entry = entry.map_err(Failure::file("读取", folder))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            // A package inside a package is one of its library, not a part of it.
            if !path.join(HEAD).exists() && name != "library" {
                read_into(&path, &format!("{prefix}{name}/"), files)?;
            }
        } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            let bytes = fs::read(&path).map_err(Failure::file("读取", &path))?;
            files.push(SourceFile::new(format!("{prefix}{name}"), String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(())
}

/// All packages directly inside a folder.
pub fn read_all(folder: &Path) -> Result<Vec<Folder>, Failure> {
    let mut paths: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(error) => return Err(Failure::file("读取", folder)(error)),
    };
    paths.sort();
    paths.iter().filter(|path| path.join(HEAD).exists()).map(|path| read(path)).collect()
}

/// Packages that the one in `folder` may use: of its `library` folder, beside it, beside its parent, then those of the
/// program; the first of each id.
pub fn library_of(folder: &Path) -> Result<Vec<Folder>, Failure> {
    let own = read(folder)?.id();
    let absolute = folder.canonicalize().map_err(Failure::file("读取", folder))?;
    let inside = absolute.join("library");
    let mut candidates = if inside.is_dir() { read_all(&inside)? } else { Vec::new() };
    for parent in absolute.ancestors().skip(1).take(2) {
        candidates.extend(read_all(parent)?);
    }
    candidates.extend(shipped());
    let mut library: Vec<Folder> = Vec::new();
    for candidate in candidates {
        let id = candidate.id();
        if id != own && library.iter().all(|known| known.id() != id) {
            library.push(candidate);
        }
    }
    Ok(library)
}

/// Files of packages, as the compiler takes them.
pub fn sources(folders: &[Folder]) -> Vec<Vec<SourceFile>> {
    folders.iter().map(|folder| folder.files.clone()).collect()
}

/// Publishes the packages that no other one only builds on; what is published already stays as it is. `named` is the
/// policy that becomes the default; without it the only one does, and of several the database's own stays.
pub async fn publish_all(
    db: &Database,
    context: &Context,
    folders: &[Folder],
    named: Option<&str>,
) -> Result<Vec<String>, Failure> {
    let mut roots = roots(folders);
    let versions = packages::list(db).await?;
    let current = versions.iter().find(|version| version.is_default).map(|version| version.id.clone());
    let default = default_among(&roots, named, current.as_deref())?;
    // First of all, so that a fresh database never has another one.
    roots.sort_by_key(|folder| folder.id() != default);
    let scope = Scope::system("发布政策包");
    let mut published = Vec::new();
    for folder in roots {
        let library: Vec<Folder> =
            folders.iter().filter(|other| other.id() != folder.id()).cloned().collect();
        let as_default = folder.id() == default && current.as_deref() != Some(&default);
        let package =
            publish(db, context, &scope, &folder.files, &sources(&used_by(folder, &library)), as_default)
                .await?;
        published.push(package.id);
    }
    Ok(published)
}

/// Packages that no other one only builds on.
fn roots(folders: &[Folder]) -> Vec<&Folder> {
    let used: Vec<String> = folders.iter().flat_map(Folder::uses).collect();
    folders.iter().filter(|folder| !used.contains(&folder.id())).collect()
}

/// The policy that is the default afterwards; one that is not there, or none of several, is the author's mistake.
fn default_among(roots: &[&Folder], named: Option<&str>, current: Option<&str>) -> Result<String, Failure> {
    let ids: Vec<String> = roots.iter().map(|folder| folder.id()).collect();
    let all = ids.join("、");
    match (named, ids.as_slice(), current) {
        (Some(id), ids, _) if ids.iter().any(|known| known == id) => Ok(id.to_owned()),
        (Some(id), ..) => {
            Err(Failure::Usage(format!("{DEFAULT} 指明的默认政策“{id}”不在这些政策包里。可选：{all}")))
        }
        (None, [only], _) => Ok(only.clone()),
        (None, _, Some(current)) => Ok(current.to_owned()),
        (None, ..) => Err(Failure::Usage(format!(
            "有几个政策包（{all}），请在它们旁边的 {DEFAULT} 里写明默认的，如 policy = \"{}\"",
            ids.first().map_or("", String::as_str)
        ))),
    }
}

/// Those of the library that a package uses, also through others.
fn used_by(folder: &Folder, library: &[Folder]) -> Vec<Folder> {
    let mut wanted = folder.uses();
    let mut found: Vec<Folder> = Vec::new();
    while let Some(id) = wanted.pop() {
        if found.iter().any(|known| known.id() == id) {
            continue;
        }
        if let Some(used) = library.iter().find(|candidate| candidate.id() == id) {
            wanted.extend(used.uses());
            found.push(used.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_packages_compile_and_one_of_them_judges_something() {
        let folders = shipped();
        let roots = roots(&folders);
        assert!(roots.len() > 1, "several policies are in force at once");
        let default = shipped_default().expect("it is well written").expect("there is one");
        assert_eq!(default_among(&roots, Some(&default), None).expect("it is there"), default);
        for folder in roots {
            let others: Vec<Folder> =
                folders.iter().filter(|other| other.id() != folder.id()).cloned().collect();
            let compiled = xiyuan_policy::compile::compile(&folder.files, &sources(&others));
            assert!(compiled.package.is_some(), "{}: {:?}", folder.id(), compiled.diagnostics.first());
        }
    }

    fn folder(id: &str) -> Folder {
        Folder { files: vec![SourceFile::new(HEAD, format!("id = \"{id}\"\n"))] }
    }

    #[test]
    fn the_default_policy_is_named_not_the_first_by_the_alphabet() {
        let (a, b) = (folder("a-policy"), folder("b-policy"));
        let among = |roots: &[&Folder], named, current| {
            default_among(roots, named, current).map_err(|failure| failure.to_string())
        };
        assert_eq!(among(&[&a, &b], Some("b-policy"), None).as_deref(), Ok("b-policy"));
        assert_eq!(among(&[&a, &b], Some("b-policy"), Some("a-policy")).as_deref(), Ok("b-policy"));
        assert_eq!(among(&[&a], None, None).as_deref(), Ok("a-policy"));
        assert_eq!(among(&[&a, &b], None, Some("b-policy")).as_deref(), Ok("b-policy"));
        let unknown = among(&[&a, &b], Some("c-policy"), None).expect_err("it is not there");
        assert!(unknown.contains("c-policy") && unknown.contains("a-policy、b-policy"), "{unknown}");
        let none = among(&[&a, &b], None, None).expect_err("nobody said which");
        assert!(none.contains("default.toml"), "{none}");
    }

    #[test]
    fn a_file_that_names_no_default_is_refused_with_its_place() {
        assert_eq!(default_in("x", "policy = \"a\"").ok().as_deref(), Some("a"));
        for text in
            ["", "policy = \"\"", "policy = 3", "polcy = \"a\"", "policy = \"a\"\nother = 1", "policy ="]
        {
            let failure = default_in("policies/default.toml", text).expect_err(text).to_string();
            assert!(failure.starts_with("policies/default.toml："), "{failure}");
        }
    }
}
