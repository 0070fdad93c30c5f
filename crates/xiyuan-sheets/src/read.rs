//! Reads one cell by what is expected of it: accept, missing, question or refuse, with the reason in the user's words.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::cell::Cell;
use crate::decimal::Decimal;

/// Why a cell is questioned or refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable word.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// A value.
    Accept(T),
    /// No figure: never zero.
    Missing,
    /// Perhaps this value; someone has to say so.
    Question(Option<T>, Finding),
    /// Cannot be taken.
    Refuse(Finding),
}

impl<T> Reading<T> {
    /// Changes the value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Accept(value) => Reading::Accept(f(value)),
            Self::Missing => Reading::Missing,
            Self::Question(value, finding) => Reading::Question(value.map(f), finding),
            Self::Refuse(finding) => Reading::Refuse(finding),
        }
    }
}

fn refuse<T>(code: &'static str, message: impl Into<String>) -> Reading<T> {
    Reading::Refuse(Finding { code, message: message.into() })
}

/// A number with how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadDecimal {
    /// As written, without a percent sign.
    pub value: Decimal,
    /// A percent sign stood behind it.
    pub is_percent: bool,
}

impl ReadDecimal {
    /// The plain ratio: `5.2%` is `0.052`.
    pub fn ratio(self) -> Decimal {
        if self.is_percent { self.value.shifted(2) } else { self.value }
    }
}

/// Full-width letters, digits and signs as half-width; outer blanks off; full-width blanks as blanks.
pub fn normalize_text(text: &str) -> String {
    let half: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{a0}'))
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '−' | '–' => '-',
            other => other,
        })
        .collect();
    half.trim().to_owned()
}

/// Signs and words that mean "no figure".
fn means_missing(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !matches!(c, '-' | '—' | '/' | '…' | '.' | '*')).collect();
    bare.is_empty()
        || matches!(
            text,
            "无" | "空"
                | "暂无"
                | "不详"
                | "未知"
                | "未填"
                | "无数据"
                | "NA"
                | "N/A"
                | "n/a"
                | "null"
                | "NULL"
                | "#N/A"
        )
}

/// Reads an exact number.
pub fn read_decimal(cell: &Cell) -> Reading<ReadDecimal> {
    let plain = |value| Reading::Accept(ReadDecimal { value, is_percent: false });
    match cell {
        Cell::Empty => Reading::Missing,
        Cell::Number(text) => {
            Decimal::parse(text).map_or_else(|| refuse("too-long", format!("数值“{text}”位数过多")), plain)
        }
        Cell::Error(text) if means_missing(text) => Reading::Missing,
        Cell::Error(text) => {
            refuse("formula-error", format!("单元格是公式错误 {text}，请改正公式或直接填数"))
        }
        Cell::Formula(text) => refuse(
            "formula-without-result",
            format!("公式“{text}”没有计算结果，请用表格软件打开并保存后重新上传，或直接填数"),
        ),
        Cell::Bool(_) => refuse("not-a-number", "应填数值，这里是逻辑值"),
        Cell::DateTime(..) => {
            refuse("not-a-number", format!("应填数值，这里是日期“{}”，请检查单元格格式", cell.shown()))
        }
        Cell::Text(text) => text_decimal(text),
    }
}

fn text_decimal(original: &str) -> Reading<ReadDecimal> {
    let text = normalize_text(original);
    if means_missing(&text) {
        return Reading::Missing;
    }
    if text == "持平" {
        let zero = ReadDecimal { value: Decimal::default(), is_percent: false };
        return Reading::Question(
            Some(zero),
            Finding { code: "word-for-zero", message: "“持平”按 0 理解，请确认".to_owned() },
        );
    }
    let (is_negative, body) = match text.strip_prefix('△').or_else(|| text.strip_prefix('▲')) {
        Some(rest) => (true, rest),
        None => match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        },
    };
    let (body, is_percent) = match body.trim().strip_suffix('%') {
        Some(body) => (body.trim(), true),
        None => (body.trim(), false),
    };
    let accept = |value: Decimal| {
        let value = if is_negative { Decimal { mantissa: -value.mantissa, ..value } } else { value };
        Reading::Accept(ReadDecimal { value, is_percent })
    };
    if let Some(value) = Decimal::parse(body) {
        return accept(value);
    }
    let figures = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '+' | '-' | '\'');
    if let Some(unit) = body
        .strip_prefix(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))
        .map(|rest| rest.trim_start_matches(figures))
        && !unit.is_empty()
        && unit.chars().all(|c| c.is_alphabetic() || matches!(c, '²' | '/' | '³'))
        && !unit.starts_with(['e', 'E'])
    {
        return refuse("unit-in-cell", format!("“{text}”在数值后带有“{unit}”，请按表头的单位填数字"));
    }
    if !body.chars().all(figures) {
        return refuse("not-a-number", format!("“{text}”不是数值"));
    }
    grouped(body, &text, accept)
}

/// Numbers with thousands separators or blanks inside.
fn grouped(
    body: &str,
    shown: &str,
    accept: impl Fn(Decimal) -> Reading<ReadDecimal>,
) -> Reading<ReadDecimal> {
    let body = body.replace('\'', ",");
    // 1.234,50: point before comma reads like a decimal comma.
    if let (Some(point), Some(comma)) = (body.find('.'), body.find(','))
        && point < comma
    {
        let message = format!("“{shown}”的小数点与逗号位置不明，可能是小数逗号，请改写为普通小数");
        return Reading::Question(None, Finding { code: "decimal-comma", message });
    }
    let (sign, digits) = match body.strip_prefix(['-', '+']) {
        Some(rest) => (if body.starts_with('-') { "-" } else { "" }, rest.trim()),
        None => ("", body.as_str()),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let groups: Vec<&str> = whole.split([',', ' ']).collect();
    let is_grouped = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    if !is_grouped {
        return refuse("wrong-grouping", format!("“{shown}”的千分位分隔不正确，请核对数值"));
    }
    let plain = if decimals.is_empty() {
        format!("{sign}{}", groups.concat())
    } else {
        format!("{sign}{}.{decimals}", groups.concat())
    };
    Decimal::parse(&plain).map_or_else(|| refuse("not-a-number", format!("“{shown}”不是数值")), accept)
}

/// Reads a whole number.
pub fn read_integer(cell: &Cell) -> Reading<i128> {
    match read_decimal(cell) {
        Reading::Accept(ReadDecimal { value, is_percent: false }) if value.is_whole() => {
            Reading::Accept(value.normalized().mantissa)
        }
        Reading::Accept(_) => refuse("not-whole", format!("应填整数，这里是“{}”", cell.shown())),
        Reading::Missing => Reading::Missing,
        Reading::Question(value, finding) => {
            Reading::Question(value.map(|read| read.value.normalized().mantissa), finding)
        }
        Reading::Refuse(finding) => Reading::Refuse(finding),
    }
}

/// Reads 是 or 否.
pub fn read_bool(cell: &Cell) -> Reading<bool> {
    match cell {
        Cell::Empty => Reading::Missing,
        Cell::Bool(yes) => Reading::Accept(*yes),
        other => match normalize_text(&other.shown()).as_str() {
            "是" | "√" | "✓" => Reading::Accept(true),
            "否" | "×" => Reading::Accept(false),
            "" | "-" | "—" | "/" => Reading::Missing,
            text => refuse("not-yes-no", format!("应填“是”或“否”，这里是“{text}”")),
        },
    }
}

/// Reads a day. `is_1904` says from when serial days count in this file.
pub fn read_date(cell: &Cell, is_1904: bool) -> Reading<Date> {
    let not_a_date = |text: &str| refuse("not-a-date", format!("“{text}”不是日期，请按 2025-03-20 这样填写"));
    match cell {
        Cell::Empty => Reading::Missing,
        Cell::DateTime(date, _) => Reading::Accept(*date),
        Cell::Number(text) | Cell::Text(text) => {
            let text = normalize_text(text);
            if means_missing(&text) {
                return Reading::Missing;
            }
            parse_date(&text, is_1904).map_or_else(|| not_a_date(&text), Reading::Accept)
        }
        Cell::Bool(_) | Cell::Error(_) | Cell::Formula(_) => not_a_date(&cell.shown()),
    }
}

fn parse_date(text: &str, is_1904: bool) -> Option<Date> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            8 => day(&text[..4], &text[4..6], &text[6..]),
            5 => serial(text.parse().ok()?, is_1904),
            _ => None,
        };
    }
    let text = text.split([' ', 'T']).next().unwrap_or(text);
    let unified: String = text
        .chars()
        .map(|c| if matches!(c, '年' | '月' | '.' | '/') { '-' } else { c })
        .filter(|c| !matches!(c, '日' | '号'))
        .collect();
    let mut parts = unified.split('-');
    let date = day(parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() { None } else { date }
}

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Serial days: day 1 is 1900-01-01 with the non-existing 1900-02-29 counted (so the epoch is 1899-12-30), or day 0 is
/// 1904-01-01.
fn serial(days: i64, is_1904: bool) -> Option<Date> {
    let epoch = if is_1904 { Date::constant(1904, 1, 1) } else { Date::constant(1899, 12, 30) };
    let span: Span = days.days();
    epoch.checked_add(span).ok()
}

/// Reads text: outer blanks off, control characters out, runs of blanks kept.
pub fn read_text(cell: &Cell) -> Reading<String> {
    let shown = cell.shown();
    if let Cell::Error(text) = cell {
        return refuse("formula-error", format!("单元格是公式错误 {text}"));
    }
    let text: String =
        shown.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned();
    let text = text.trim_matches('\u{3000}').to_owned();
    if text.is_empty() || matches!(text.as_str(), "-" | "—" | "/" | "／") {
        return Reading::Missing;
    }
    Reading::Accept(text)
}

/// Reads a code of letters and digits: half-width, upper case, no blanks. A code stored as a number has lost digits.
pub fn read_code(cell: &Cell) -> Reading<String> {
    match cell {
        Cell::Empty => Reading::Missing,
        Cell::Text(text) => {
            let code: String = normalize_text(text)
                .chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
                .to_uppercase();
            if means_missing(&code) {
                return Reading::Missing;
            }
            if code.contains("E+") {
                return lost_digits(&code);
            }
            Reading::Accept(code)
        }
        Cell::Number(text) if text.len() <= 11 => Reading::Accept(text.clone()),
        other => lost_digits(&other.shown()),
    }
}

fn lost_digits(shown: &str) -> Reading<String> {
    refuse("digits-lost", format!("代码“{shown}”被存成了数值，末尾数字已丢失，请把该列设为文本后重新录入"))
}

/// Reads one of several choices, by name or by code.
pub fn read_choice<'o>(
    cell: &Cell,
    options: impl IntoIterator<Item = (&'o str, &'o str)>,
) -> Reading<String> {
    let text = match read_text(cell) {
        Reading::Accept(text) => normalize_text(&text),
        Reading::Missing => return Reading::Missing,
        Reading::Question(_, finding) | Reading::Refuse(finding) => return Reading::Refuse(finding),
    };
    for (code, name) in options {
        if normalize_text(code) == text || normalize_text(name) == text {
            return Reading::Accept(code.to_owned());
        }
    }
    if text.contains(['、', ',', ';', '/']) {
        return refuse("more-than-one", format!("只能填一项，这里是“{text}”"));
    }
    refuse("unknown-choice", format!("“{text}”不在可选项中"))
}
