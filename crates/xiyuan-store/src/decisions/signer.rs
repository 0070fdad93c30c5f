//! Signing with SM2 (GB/T 32918) over SM3. A hardware or service signer is another implementation of [`Signer`].

use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{SigningKey, VerifyingKey};
use sm3::{Digest, Sm3};

use crate::context::Context;
use crate::database::{Database, Run, Sql};
use crate::error::{Result, StoreError};

/// Distinguishing identifier of the signer: the standard's default (GM/T 0009).
const IDENTIFIER: &str = "1234567812345678";
const ALGORITHM: &str = "SM2-SM3";

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

/// Signs messages.
pub trait Signer: Send + Sync {
    /// Signs bytes.
    fn sign(&self, message: &[u8]) -> Result<Signature>;
    /// Public key, uncompressed SEC1 bytes.
    fn public_key(&self) -> Vec<u8>;
}

/// SM2 key held by the program itself: whoever can read the database can sign. Good for trials and small offices;
/// a city in production puts a certified signing device behind [`Signer`].
pub struct SoftwareSigner {
    key: SigningKey,
}

fn key_id(public: &[u8]) -> String {
    hex::encode(&Sm3::digest(public)[..8])
}

impl SoftwareSigner {
    /// The key kept in the database; made at the first use.
    pub async fn load(db: &Database, context: &Context) -> Result<Self> {
        let mut tx = db.begin(context).await?;
        // Two servers that start at once queue here, so that there is one key.
        tx.execute(Sql::new("UPDATE counters SET value = value WHERE name = 'field'")).await?;
        let sql = Sql::new(
            "SELECT secret_key FROM signing_keys WHERE secret_key IS NOT NULL ORDER BY created_at DESC LIMIT 1",
        );
        if let Some(secret) = tx.optional(sql, |row| row.get::<Vec<u8>>("secret_key")).await? {
            tx.rollback().await?;
            return Ok(Self {
                key: key(&secret).ok_or_else(|| StoreError::internal("damaged signing key"))?,
            });
        }
        let mut secret = [0_u8; 32];
        let signer = loop {
            context.entropy.fill(&mut secret);
            // All but a vanishing share of 32 random bytes are a key; try again with the rest.
            if let Some(key) = key(&secret) {
                break Self { key };
            }
        };
        let public = signer.public_key();
        let sql = Sql::new(
            "INSERT INTO signing_keys (key_id, algorithm, public_key, secret_key, created_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(key_id(&public))
        .bind(ALGORITHM)
        .bind(public)
        .bind(secret.to_vec())
        .bind(context.at);
        tx.execute(sql).await?;
        tx.commit("signing key").await?;
        Ok(signer)
    }
}

fn key(secret: &[u8]) -> Option<SigningKey> {
    SigningKey::from_slice(IDENTIFIER, secret).ok()
}

impl Signer for SoftwareSigner {
    fn sign(&self, message: &[u8]) -> Result<Signature> {
        let signature =
            self.key.try_sign(message).map_err(|error| StoreError::internal(error.to_string()))?;
        Ok(Signature {
            algorithm: ALGORITHM.to_owned(),
            key_id: key_id(&self.public_key()),
            value: hex::encode(signature.to_bytes()),
        })
    }

    fn public_key(&self) -> Vec<u8> {
        self.key.verifying_key().to_sec1_bytes().to_vec()
    }
}

/// Keeps a signer's public key, so that its signatures can be checked later.
pub(crate) async fn keep_public_key(
    run: &mut impl Run,
    signer: &dyn Signer,
    at: jiff::Timestamp,
) -> Result<()> {
    let public = signer.public_key();
    let sql = Sql::new(
        "INSERT INTO signing_keys (key_id, algorithm, public_key, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (key_id) DO NOTHING",
    )
    .bind(key_id(&public))
    .bind(ALGORITHM)
    .bind(public)
    .bind(at);
    run.execute(sql).await?;
    Ok(())
}

/// Checks a signature against the public key that the database keeps for its key id.
pub async fn verify_signature(db: &Database, message: &[u8], signature: &Signature) -> Result<bool> {
    let sql = Sql::new("SELECT public_key FROM signing_keys WHERE key_id = $1").bind(&signature.key_id);
    let Some(public) = db.reader().optional(sql, |row| row.get::<Vec<u8>>("public_key")).await? else {
        return Ok(false);
    };
    let Ok(bytes) = hex::decode(&signature.value) else { return Ok(false) };
    let (Ok(key), Ok(value)) =
        (VerifyingKey::from_sec1_bytes(IDENTIFIER, &public), sm2::dsa::Signature::from_slice(&bytes))
    else {
        return Ok(false);
    };
    let is_of_key = key_id(&public) == signature.key_id && signature.algorithm == ALGORITHM;
    Ok(is_of_key && key.verify(message, &value).is_ok())
}
