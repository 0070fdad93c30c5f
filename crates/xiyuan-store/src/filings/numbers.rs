//! Field numbers: each field id gets one small number for ever, which packed rows carry.

use std::collections::HashMap;

use crate::database::{Database, Transaction};
use crate::error::{Result, unbuilt};

/// Numbers of fields, both ways.
#[derive(Clone, Debug, Default)]
pub struct FieldNumbers {
    by_id: HashMap<String, u32>,
    by_number: HashMap<u32, String>,
}

impl FieldNumbers {
    /// All numbers given so far.
    pub async fn load(db: &Database) -> Result<Self> {
        let _ = db;
        unbuilt()
    }

    /// Numbers of these fields, new ones given where missing.
    pub async fn assign(tx: &mut Transaction, fields: &[&str]) -> Result<Self> {
        let _ = (tx, fields);
        unbuilt()
    }

    /// Number of a field.
    pub fn number(&self, field: &str) -> Option<u32> {
        self.by_id.get(field).copied()
    }

    /// Field of a number.
    pub fn field(&self, number: u32) -> Option<&str> {
        self.by_number.get(&number).map(String::as_str)
    }
}
