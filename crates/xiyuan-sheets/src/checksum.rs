//! Checksum of a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sm3::{Digest, Sm3};

/// SM3 of a file's bytes, as hex.
pub fn checksum(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sm3::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}
