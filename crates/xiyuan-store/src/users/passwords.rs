//! Passwords: Argon2id, parameters injectable so that tests are fast. Hashing runs beside the async threads.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::context::Entropy;
use crate::error::{InvalidCode, Result, StoreError};

/// Characters that a password has at least.
const MIN_LENGTH: usize = 8;

/// How passwords are hashed.
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    memory_kib: u32,
    passes: u32,
}

impl PasswordPolicy {
    /// OWASP's recommendation for Argon2id: 19 MiB, 2 passes, one lane.
    pub fn standard() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }

    /// Cheapest parameters, for tests and demo accounts only.
    pub fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1 }
    }

    fn argon2(&self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, self.passes, 1, None)
            .map_err(|error| StoreError::internal(error.to_string()))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// Refuses passwords that are too short, of one kind of character, or the account's name.
    pub(crate) fn check(username: &str, password: &str) -> Result<()> {
        let kinds: [fn(char) -> bool; 4] = [
            |c| c.is_ascii_digit(),
            |c| c.is_ascii_lowercase(),
            |c| c.is_ascii_uppercase(),
            |c| !c.is_ascii_alphanumeric(),
        ];
        let found = kinds.iter().filter(|kind| password.chars().any(**kind)).count();
        if password.chars().count() < MIN_LENGTH || found < 2 || password.eq_ignore_ascii_case(username) {
            return Err(StoreError::invalid("password", InvalidCode::WeakPassword, None));
        }
        Ok(())
    }

    /// PHC text with salt and parameters.
    pub(crate) async fn hash(&self, entropy: &Entropy, password: &str) -> Result<String> {
        let argon2 = self.argon2()?;
        let mut salt = [0_u8; 16];
        entropy.fill(&mut salt);
        let password = password.to_owned();
        beside(move || {
            let hash = argon2.hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash: PasswordHash| hash.to_string())
                .map_err(|error| StoreError::internal(error.to_string()))
        })
        .await
    }

    /// Whether the password is the hashed one. Without a hash (unknown name) it works as long and answers no.
    pub(crate) async fn verify(&self, hash: Option<String>, password: &str) -> Result<bool> {
        let argon2 = self.argon2()?;
        let password = password.to_owned();
        beside(move || match hash {
            None => {
                let spent = argon2.hash_password_with_salt(password.as_bytes(), &[0; 16]);
                spent.map(|_: PasswordHash| false).map_err(|error| StoreError::internal(error.to_string()))
            }
            Some(hash) => {
                let hash =
                    PasswordHash::new(&hash).map_err(|error| StoreError::internal(error.to_string()))?;
                Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok())
            }
        })
        .await
    }
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(StoreError::internal)?
}
