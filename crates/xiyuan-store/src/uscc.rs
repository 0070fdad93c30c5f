//! The unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, check digit by ISO 7064 style weights.

use std::fmt;

use serde::Serialize;

use crate::error::{InvalidCode, Result, StoreError};

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// A well-formed credit code. Whether its check digit holds is asked with [`Uscc::warning`]: early pilot codes exist
/// whose digit does not, so it is a warning that someone confirms, not an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Uscc(String);

/// What is odd about a well-formed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsccWarning {
    /// The last character as it stands.
    pub found: char,
    /// The one that the first 17 characters give.
    pub expected: char,
}

impl Uscc {
    /// Reads a code: blanks, full-width forms and lower case are folded, wrong length or alphabet refused.
    pub fn parse(text: &str) -> Result<Self> {
        let folded: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
                other => other,
            })
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if folded.len() == 18 && folded.bytes().all(|b| ALPHABET.contains(&b)) {
            Ok(Self(folded))
        } else {
            Err(StoreError::invalid("uscc", InvalidCode::UsccMalformed, Some(text.to_owned())))
        }
    }

    /// `None` when the check digit holds.
    pub fn warning(&self) -> Option<UsccWarning> {
        let sum: u32 = self.0.bytes().zip(WEIGHTS).map(|(b, weight)| position(b) * weight).sum();
        let expected = char::from(ALPHABET[((31 - sum % 31) % 31) as usize]);
        let found = self.0.chars().next_back().unwrap_or(' ');
        (found != expected).then_some(UsccWarning { found, expected })
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The check digit that belongs to 17 characters, for generators of test data.
    pub fn check_digit(body: &str) -> Option<char> {
        let code = Self::parse(&format!("{body}0")).ok()?;
        Some(code.warning().map_or('0', |w| w.expected))
    }
}

fn position(byte: u8) -> u32 {
    ALPHABET.iter().position(|&a| a == byte).map_or(0, |p| u32::try_from(p).unwrap_or(0))
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Uscc {
    type Err = StoreError;
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}
