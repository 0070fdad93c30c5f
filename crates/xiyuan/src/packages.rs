//! Policy packages as folders: those inside the binary, or those of a folder on disk. Compiling and publishing is the
//! engine's and the server's work.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rust_embed::RustEmbed;
use xiyuan_policy::source::SourceFile;
use xiyuan_server::engine::publish;
use xiyuan_store::{Context, Database, Scope};

use crate::failure::Failure;

/// The packages that come with the program, so that the binary runs alone: the first one published is the one that is
/// taken when none is named, so what stands beside it is published from a folder, by somebody who means it.
#[derive(RustEmbed)]
#[folder = "../../policies"]
#[exclude = "conformance/*"]
#[exclude = "national-sme-clusters/*"]
#[exclude = "wuxi-2025/*"]
struct Shipped;

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

/// Publishes the packages that no other one only builds on; what is published already stays as it is. A folder that
/// was named on purpose becomes the default.
pub async fn publish_all(
    db: &Database,
    context: &Context,
    folders: &[Folder],
    is_named: bool,
) -> Result<Vec<String>, Failure> {
    let used: Vec<String> = folders.iter().flat_map(Folder::uses).collect();
    let scope = Scope::system("发布政策包");
    let mut published = Vec::new();
    for folder in folders.iter().filter(|folder| !used.contains(&folder.id())) {
        let library: Vec<Folder> =
            folders.iter().filter(|other| other.id() != folder.id()).cloned().collect();
        let as_default = is_named && published.is_empty();
        let package =
            publish(db, context, &scope, &folder.files, &sources(&used_by(folder, &library)), as_default)
                .await?;
        published.push(package.id);
    }
    Ok(published)
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
        let used: Vec<String> = folders.iter().flat_map(Folder::uses).collect();
        let roots: Vec<&Folder> = folders.iter().filter(|folder| !used.contains(&folder.id())).collect();
        assert!(!roots.is_empty());
        for folder in roots {
            let others: Vec<Folder> =
                folders.iter().filter(|other| other.id() != folder.id()).cloned().collect();
            let compiled = xiyuan_policy::compile::compile(&folder.files, &sources(&others));
            assert!(compiled.package.is_some(), "{}: {:?}", folder.id(), compiled.diagnostics.first());
        }
    }
}
