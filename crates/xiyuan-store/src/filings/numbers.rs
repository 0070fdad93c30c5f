//! Field numbers: each field id gets one small number for ever, which packed rows carry.

use std::collections::HashMap;

use crate::database::{Database, Run, Sql, Transaction, insert_rows};
use crate::error::{Result, StoreError};
use crate::packing::{Value, Values};

/// Numbers of fields, both ways.
#[derive(Clone, Debug, Default)]
pub struct FieldNumbers {
    by_id: HashMap<String, u32>,
    by_number: HashMap<u32, String>,
}

impl FieldNumbers {
    /// All numbers given so far.
    pub async fn load(db: &Database) -> Result<Self> {
        Self::load_on(&mut db.reader()).await
    }

    pub(crate) async fn load_on(run: &mut impl Run) -> Result<Self> {
        let mut numbers = Self::default();
        run.each_row(Sql::new("SELECT number, field FROM field_numbers"), |row| {
            let number = u32::try_from(row.get::<i64>("number")?).map_err(StoreError::internal)?;
            numbers.add(row.get("field")?, number);
            Ok(())
        })
        .await?;
        Ok(numbers)
    }

    fn add(&mut self, field: String, number: u32) {
        self.by_id.insert(field.clone(), number);
        self.by_number.insert(number, field);
    }

    /// Numbers of these fields, new ones given where missing.
    pub async fn assign(tx: &mut Transaction, fields: &[&str]) -> Result<Self> {
        let mut numbers = Self::load_on(tx).await?;
        if fields.iter().all(|field| numbers.by_id.contains_key(*field)) {
            return Ok(numbers);
        }
        // Two writers with the same new field queue here, the second one then finds the first one's number.
        let lock = "UPDATE counters SET value = value WHERE name = 'field'";
        tx.execute(Sql::new(lock)).await?;
        numbers = Self::load_on(tx).await?;
        let mut next = numbers.by_number.keys().max().map_or(1, |last| last + 1);
        let mut rows = Vec::new();
        for field in fields {
            if !numbers.by_id.contains_key(*field) {
                rows.push(vec![next.into(), (*field).into()]);
                numbers.add((*field).to_owned(), next);
                next += 1;
            }
        }
        insert_rows(tx, "field_numbers (number, field)", 2, rows).await?;
        Ok(numbers)
    }

    /// Number of a field.
    pub fn number(&self, field: &str) -> Option<u32> {
        self.by_id.get(field).copied()
    }

    /// Field of a number.
    pub fn field(&self, number: u32) -> Option<&str> {
        self.by_number.get(&number).map(String::as_str)
    }

    /// Values with numbers instead of ids; every field must have its number.
    pub(crate) fn numbered(&self, values: &Values) -> Result<Vec<(u32, Value)>> {
        values
            .iter()
            .map(|(field, value)| {
                let number =
                    self.number(field).ok_or_else(|| StoreError::internal(format!("no number: {field}")))?;
                Ok((number, value.clone()))
            })
            .collect()
    }

    /// Values with ids instead of numbers.
    pub(crate) fn named(&self, values: Vec<(u32, Value)>) -> Result<Values> {
        values
            .into_iter()
            .map(|(number, value)| {
                let field =
                    self.field(number).ok_or_else(|| StoreError::internal(format!("no field: {number}")))?;
                Ok((field.to_owned(), value))
            })
            .collect()
    }
}
