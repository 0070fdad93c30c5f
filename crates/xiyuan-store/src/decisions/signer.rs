//! Signing with SM2. A hardware or service signer is another implementation of [`Signer`].

use crate::context::Context;
use crate::database::Database;
use crate::error::{Result, unbuilt};

/// A signature with what is needed to check it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `SM2-SM3`.
    pub algorithm: String,
    /// Key id: first 16 hex digits of the SM3 digest of the public key.
    pub key_id: String,
    /// Hex of r ‖ s.
    pub value: String,
}

/// Signs digests.
pub trait Signer: Send + Sync {
    /// Signs bytes.
    fn sign(&self, message: &[u8]) -> Result<Signature>;
    /// Public key, uncompressed SEC1 bytes.
    fn public_key(&self) -> Vec<u8>;
}

/// SM2 key held by the program itself.
pub struct SoftwareSigner {
    key: sm2::dsa::SigningKey,
}

impl SoftwareSigner {
    /// The key kept in the database; made at the first use.
    pub async fn load(db: &Database, context: &Context) -> Result<Self> {
        let _ = (db, context);
        unbuilt()
    }
}

impl Signer for SoftwareSigner {
    fn sign(&self, message: &[u8]) -> Result<Signature> {
        let _ = (message, &self.key);
        unbuilt()
    }

    fn public_key(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// Checks a signature against the public key that the database keeps for its key id.
pub async fn verify_signature(db: &Database, message: &[u8], signature: &Signature) -> Result<bool> {
    let _ = (db, message, signature);
    unbuilt()
}
