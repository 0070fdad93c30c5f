//! Passwords: Argon2id, parameters injectable so that tests are fast.

/// How passwords are hashed.
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    memory_kib: u32,
    passes: u32,
}

impl PasswordPolicy {
    /// OWASP's second choice: 19 MiB, 2 passes.
    pub fn standard() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }

    /// Cheapest parameters, for tests and demo accounts only.
    pub fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1 }
    }
}
