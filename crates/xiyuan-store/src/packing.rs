//! The values of one filing revision in one binary row: versioned, compact, exact.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xiyuan_policy::number::Exact;

use crate::error::{InvalidCode, Result, StoreError};

/// A filed value. `Missing` was said to be missing; a field that is not in the map was never answered.
#[derive(Clone, Debug)]
pub enum Value {
    /// Number in the field's own unit, with the decimals as filed.
    Number(Exact),
    /// Text.
    Text(String),
    /// Day.
    Date(Date),
    /// Yes or no.
    Bool(bool),
    /// Code of a catalogue.
    Code(String),
    /// Answered with "missing".
    Missing,
}

impl PartialEq for Value {
    /// Same kind, same digits (1.0 and 1.00 differ: what was typed is never lost).
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => (a.mantissa, a.scale) == (b.mantissa, b.scale),
            (Self::Text(a), Self::Text(b)) | (Self::Code(a), Self::Code(b)) => a == b,
            (Self::Date(a), Self::Date(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Missing, Self::Missing) => true,
            _ => false,
        }
    }
}

impl Eq for Value {}

/// Values by field id (`enterprise.revenue`).
pub type Values = BTreeMap<String, Value>;

/// Version of the encoding, its first byte.
const VERSION: u8 = 1;
const MISSING: u8 = 0;
const YES: u8 = 1;
const NO: u8 = 2;
const TEXT: u8 = 3;
const CODE: u8 = 4;
const DATE: u8 = 5;
/// Numbers of scale n have kind `NUMBER + n`.
const NUMBER: u8 = 6;
/// Greatest scale of a number.
const MAX_SCALE: u32 = 38;

/// A value inside a packed row, without its own memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Packed<'a> {
    Number(Exact),
    Text(&'a str),
    Code(&'a str),
    Date(Date),
    Bool(bool),
    Missing,
}

impl Packed<'_> {
    fn to_value(self) -> Value {
        match self {
            Self::Number(exact) => Value::Number(exact),
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Code(code) => Value::Code(code.to_owned()),
            Self::Date(date) => Value::Date(date),
            Self::Bool(is) => Value::Bool(is),
            Self::Missing => Value::Missing,
        }
    }
}

/// Packs values by field number; the order given does not matter, the last of a repeated number wins.
///
/// Layout: version, then for each value in ascending order the distance to the number before (varint), its kind
/// (for numbers with the scale), and its content: zigzag varint mantissa, length and UTF-8, or packed date.
pub fn pack(values: &[(u32, Value)]) -> Result<Vec<u8>> {
    let mut sorted: Vec<&(u32, Value)> = values.iter().collect();
    sorted.sort_by_key(|(number, _)| *number);
    let mut bytes = Vec::with_capacity(1 + sorted.len() * 5);
    bytes.push(VERSION);
    let mut before = 0;
    for (position, (number, value)) in sorted.iter().enumerate() {
        if sorted.get(position + 1).is_some_and(|next| next.0 == *number) {
            continue;
        }
        put_varint(&mut bytes, u128::from(number - before));
        before = *number;
        match value {
            Value::Missing => bytes.push(MISSING),
            Value::Bool(true) => bytes.push(YES),
            Value::Bool(false) => bytes.push(NO),
            Value::Text(text) => put_text(&mut bytes, TEXT, text),
            Value::Code(code) => put_text(&mut bytes, CODE, code),
            Value::Date(date) => {
                bytes.push(DATE);
                let months = i128::from(date.year()) * 12 + i128::from(date.month() - 1);
                put_varint(&mut bytes, zigzag(months * 31 + i128::from(date.day() - 1)));
            }
            Value::Number(exact) if exact.scale <= MAX_SCALE => {
                bytes.push(NUMBER + u8::try_from(exact.scale).map_err(StoreError::internal)?);
                put_varint(&mut bytes, zigzag(exact.mantissa));
            }
            Value::Number(exact) => {
                let scale = Some(exact.scale.to_string());
                return Err(StoreError::invalid("values", InvalidCode::TooLarge, scale));
            }
        }
    }
    Ok(bytes)
}

/// Unpacks a row, by ascending field number.
pub fn unpack(bytes: &[u8]) -> Result<Vec<(u32, Value)>> {
    let mut values = Vec::new();
    each(bytes, |number, value| values.push((number, value.to_value())))?;
    Ok(values)
}

/// Visits the values of a row in ascending order of their field numbers.
pub(crate) fn each<'a>(bytes: &'a [u8], mut visit: impl FnMut(u32, Packed<'a>)) -> Result<()> {
    let mut rest = bytes;
    match take_byte(&mut rest)? {
        VERSION => {}
        other => return Err(StoreError::internal(format!("packed row of version {other}"))),
    }
    let mut number = 0_u32;
    while !rest.is_empty() {
        let step = u32::try_from(take_varint(&mut rest)?).map_err(StoreError::internal)?;
        number = number.checked_add(step).ok_or_else(damaged)?;
        let value = match take_byte(&mut rest)? {
            MISSING => Packed::Missing,
            YES => Packed::Bool(true),
            NO => Packed::Bool(false),
            TEXT => Packed::Text(take_text(&mut rest)?),
            CODE => Packed::Code(take_text(&mut rest)?),
            DATE => Packed::Date(take_date(&mut rest)?),
            kind => {
                let scale = u32::from(kind - NUMBER);
                if scale > MAX_SCALE {
                    return Err(damaged());
                }
                Packed::Number(Exact { mantissa: unzigzag(take_varint(&mut rest)?), scale })
            }
        };
        visit(number, value);
    }
    Ok(())
}

fn damaged() -> StoreError {
    StoreError::internal("damaged packed row")
}

#[expect(clippy::cast_sign_loss, reason = "zigzag is a bijection of the bits")]
fn zigzag(value: i128) -> u128 {
    ((value << 1) ^ (value >> 127)) as u128
}

#[expect(clippy::cast_possible_wrap, reason = "zigzag is a bijection of the bits")]
fn unzigzag(value: u128) -> i128 {
    ((value >> 1) as i128) ^ -((value & 1) as i128)
}

#[expect(clippy::cast_possible_truncation, reason = "seven bits are kept on purpose")]
fn put_varint(bytes: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        bytes.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn put_text(bytes: &mut Vec<u8>, kind: u8, text: &str) {
    bytes.push(kind);
    put_varint(bytes, text.len() as u128);
    bytes.extend_from_slice(text.as_bytes());
}

fn take_byte(rest: &mut &[u8]) -> Result<u8> {
    let (&first, tail) = rest.split_first().ok_or_else(damaged)?;
    *rest = tail;
    Ok(first)
}

fn take_varint(rest: &mut &[u8]) -> Result<u128> {
    let mut value = 0_u128;
    let mut shift = 0;
    loop {
        let byte = take_byte(rest)?;
        if shift > 126 || (shift == 126 && byte > 3) {
            return Err(damaged());
        }
        value |= u128::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
        shift += 7;
    }
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Result<&'a str> {
    let length = usize::try_from(take_varint(rest)?).map_err(StoreError::internal)?;
    if length > rest.len() {
        return Err(damaged());
    }
    let (text, tail) = rest.split_at(length);
    *rest = tail;
    std::str::from_utf8(text).map_err(StoreError::internal)
}

fn take_date(rest: &mut &[u8]) -> Result<Date> {
    let days = unzigzag(take_varint(rest)?);
    let (months, day) = (days.div_euclid(31), days.rem_euclid(31) + 1);
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let small = |n: i128| i8::try_from(n).map_err(StoreError::internal);
    Date::new(i16::try_from(year).map_err(StoreError::internal)?, small(month)?, small(day)?)
        .map_err(StoreError::internal)
}
