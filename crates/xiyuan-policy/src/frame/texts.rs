//! Texts of a frame, each kept once under a number.

use std::collections::HashMap;

/// See the module's head.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    list: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Texts {
    /// By number.
    pub(super) fn list(&self) -> &[String] {
        &self.list
    }

    pub(super) fn number(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// Number of a text, a new one where it was not seen before.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if let Some(number) = self.number(text) {
            return number;
        }
        let number = u32::try_from(self.list.len()).expect("fewer than four thousand million texts");
        self.list.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }
}
