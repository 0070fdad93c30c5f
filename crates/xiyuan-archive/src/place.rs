//! Where an archive lies: a local folder, or a bucket of an S3-compatible store.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig};

use crate::error::ArchiveError;
use crate::manifest::{Manifest, NAME};

/// A store that does not answer is said to be so within half a minute, not after three.
fn patience() -> RetryConfig {
    RetryConfig { max_retries: 4, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a mapper of errors")]
fn bad(address: &str, reason: impl ToString) -> ArchiveError {
    ArchiveError::Address { url: address.to_owned(), reason: reason.to_string() }
}

/// The folder that an address names; `None` when it is one of S3.
fn local(address: &str) -> Result<Option<PathBuf>, ArchiveError> {
    if address.starts_with("s3://") {
        return Ok(None);
    }
    if address.starts_with("file:") {
        let url = url::Url::parse(address).map_err(|error| bad(address, error))?;
        return url.to_file_path().map(Some).map_err(|()| bad(address, "不是本机路径"));
    }
    if address.contains("://") {
        return Err(bad(address, "只支持本机文件夹、file:// 和 s3://"));
    }
    Ok(Some(PathBuf::from(address)))
}

/// A place for one archive.
#[derive(Clone, Debug)]
pub struct Archive {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

impl Archive {
    /// A place by its address: `s3://BUCKET/PREFIX` (credentials, region and endpoint from the `AWS_…` variables of the
    /// environment), `file:///FOLDER`, or the path of a folder. A folder is made where there is none.
    pub fn at(address: &str) -> Result<Self, ArchiveError> {
        match local(address)? {
            None => Self::in_s3(address),
            Some(folder) => Self::in_folder(&folder).map_err(|error| bad(address, error)),
        }
    }

    /// The same for reading: a folder must be there.
    pub fn existing(address: &str) -> Result<Self, ArchiveError> {
        match local(address)? {
            Some(folder) if !folder.is_dir() => Err(ArchiveError::Incomplete),
            _ => Self::at(address),
        }
    }

    /// A place inside a store.
    pub fn in_store(store: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { store, prefix }
    }

    fn in_folder(folder: &FilePath) -> Result<Self, Box<dyn std::error::Error>> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder)?;
        Ok(Self::in_store(Arc::new(store), Path::default()))
    }

    fn in_s3(address: &str) -> Result<Self, ArchiveError> {
        let url = url::Url::parse(address).map_err(|error| bad(address, error))?;
        // The process may have chosen a provider already: then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = AmazonS3Builder::from_env().with_url(address).with_retry(patience()).build();
        let store = store.map_err(|error| bad(address, error))?;
        let prefix = Path::from_url_path(url.path()).map_err(|error| bad(address, error))?;
        Ok(Self::in_store(Arc::new(store), prefix))
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }

    /// The manifest's bytes; `None` when there is none.
    pub(crate) async fn manifest(&self) -> Result<Option<Bytes>, ArchiveError> {
        match self.store.get(&self.path(NAME)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A file that the manifest names.
    pub(crate) async fn file(&self, name: &str) -> Result<Bytes, ArchiveError> {
        match self.store.get(&self.path(name)).await {
            Ok(found) => Ok(found.bytes().await?),
            Err(object_store::Error::NotFound { .. }) => {
                Err(ArchiveError::FileGone { file: name.to_owned() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the files, then the manifest, which makes an archive of them. The same archive again changes nothing.
    pub(crate) async fn put(
        &self,
        files: Vec<(String, Vec<u8>)>,
        manifest: Manifest,
    ) -> Result<Manifest, ArchiveError> {
        let (manifest, text) = manifest.sealed();
        if let Some(there) = self.manifest().await? {
            return if there == text { Ok(manifest) } else { Err(ArchiveError::Exists) };
        }
        for (name, bytes) in files {
            self.store.put(&self.path(&name), bytes.into()).await?;
        }
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&self.path(NAME), text.into(), options).await {
            Ok(_) => Ok(manifest),
            Err(object_store::Error::AlreadyExists { .. }) => Err(ArchiveError::Exists),
            Err(error) => Err(error.into()),
        }
    }
}
