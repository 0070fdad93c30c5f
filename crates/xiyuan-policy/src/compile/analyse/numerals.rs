//! Numbers in Chinese text: digits, Chinese numerals, per cent, tenths (成), 万 and 亿, and the words before a unit.

use crate::number::Exact;

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numeral {
    /// As written, without what follows.
    pub(super) written: String,
    /// A share (per cent, 成, 半): the value is of 1, not of 100.
    pub(super) is_share: bool,
    /// The whole number, and what follows it.
    pub(super) whole: Reading,
    /// The number without its 万 or 亿, which then belong to the unit: 100 of 万平方米.
    pub(super) without_multiple: Vec<Reading>,
}

/// One way to take a numeral apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) value: Exact,
    /// What was left to the unit: empty, 万, 亿 …
    pub(super) left: String,
    /// The text from there on, some characters of it.
    pub(super) tail: String,
}

/// Characters of a tail: longer than any unit's name.
const TAIL: usize = 16;
const DIGITS: &str = "零〇一二两三四五六七八九";
const MULTIPLES: &str = "十百千万亿";
/// Words in which 一 is no number.
const WORDS_WITH_ONE: [&str; 11] =
    ["一般", "一致", "一定", "一体", "一律", "一切", "一些", "一并", "一系列", "一方面", "一样"];
/// What stands before a 一 that is no number.
const BEFORE_ONE: [&str; 8] = ["统", "之", "唯", "同", "专", "第", "进", "万"];
/// Units that begin with a multiple.
const UNITS_WITH_THOUSAND: [&str; 4] = ["千瓦", "千克", "千米", "千卡"];
/// Denominators of 百分之三.
const SHARES: [(&str, u32); 3] = [("百分之", 2), ("千分之", 3), ("万分之", 4)];

/// All numbers in a text, in order.
pub(super) fn numerals(text: &str) -> Vec<Numeral> {
    let chars: Vec<char> = text.chars().map(plain).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match numeral_at(&chars, at) {
            Some((numeral, end)) => {
                found.push(numeral);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Full-width digits and signs as the plain ones.
fn plain(c: char) -> char {
    match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        '％' => '%',
        '．' => '.',
        other => other,
    }
}

fn text_of(chars: &[char]) -> String {
    chars.iter().collect()
}

fn starts(chars: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(offset, c)| chars.get(at + offset) == Some(&c))
}

fn numeral_at(chars: &[char], at: usize) -> Option<(Numeral, usize)> {
    for (word, digits) in SHARES {
        if starts(chars, at, word) {
            let (value, end) = number_at(chars, at + word.chars().count())?;
            return Some((share(chars, at, end, shifted(value, digits)?), end));
        }
    }
    for word in ["一半", "半数", "过半"] {
        if starts(chars, at, word) {
            let end = at + 2;
            return Some((share(chars, at, end, Exact::new(5, 1)?), end));
        }
    }
    if chars[at] == '一' && is_word(chars, at) {
        return None;
    }
    let (value, end) = number_at(chars, at)?;
    if starts(chars, end, "%") {
        return Some((share(chars, at, end + 1, shifted(value, 2)?), end + 1));
    }
    for word in ["个百分点", "百分点"] {
        if starts(chars, end, word) {
            return Some((share(chars, at, end, shifted(value, 2)?), end + word.chars().count()));
        }
    }
    if starts(chars, end, "成") && !starts(chars, end, "成立") {
        // 六成五 is 65 %.
        let half = chars.get(end + 1).and_then(|c| digit(*c));
        let tenths = shifted(value, 1)?;
        return Some(match half {
            Some(half) => {
                let value = tenths.checked_add(Exact::new(half.into(), 2)?)?;
                (share(chars, at, end + 2, value), end + 2)
            }
            None => (share(chars, at, end + 1, tenths), end + 1),
        });
    }
    Some((plain_number(chars, at, end, value), end))
}

fn is_word(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| chars[at].to_string());
    WORDS_WITH_ONE.iter().any(|word| starts(chars, at, word))
        || before.is_some_and(|before| BEFORE_ONE.contains(&before.as_str()))
}

fn tail(chars: &[char], at: usize) -> String {
    chars.iter().skip(at).take(TAIL).collect()
}

fn share(chars: &[char], at: usize, end: usize, value: Exact) -> Numeral {
    let whole = Reading { value, left: String::new(), tail: tail(chars, end) };
    Numeral { written: text_of(&chars[at..end]), is_share: true, whole, without_multiple: Vec::new() }
}

fn plain_number(chars: &[char], at: usize, end: usize, value: Exact) -> Numeral {
    let mut without_multiple = Vec::new();
    let mut cut = end;
    while cut > at + 1 && MULTIPLES.contains(chars[cut - 1]) {
        cut -= 1;
        if let Some((value, stop)) = number_at(&chars[..cut], at)
            && stop == cut
        {
            let left = text_of(&chars[cut..end]);
            without_multiple.push(Reading { value, left, tail: tail(chars, cut) });
        }
    }
    let whole = Reading { value, left: String::new(), tail: tail(chars, end) };
    Numeral { written: text_of(&chars[at..end]), is_share: false, whole, without_multiple }
}

/// The number that begins here, in digits (with 万 and 亿 behind) or in Chinese numerals, and where it ends.
fn number_at(chars: &[char], at: usize) -> Option<(Exact, usize)> {
    let first = *chars.get(at)?;
    if first.is_ascii_digit() {
        let (mut value, mut end) = digits_at(chars, at)?;
        while let Some(power) = chars
            .get(end)
            .filter(|_| !UNITS_WITH_THOUSAND.iter().any(|word| starts(chars, end, word)))
            .and_then(|c| power(*c))
        {
            value = value.checked_mul(ten_to(power)?)?;
            end += 1;
        }
        return Some((value, end));
    }
    chinese_at(chars, at)
}

/// Digits with a point, or in groups of three: `1.5`, `2,000`.
fn digits_at(chars: &[char], at: usize) -> Option<(Exact, usize)> {
    let mut text = String::new();
    let mut end = at;
    while let Some(c) = chars.get(end) {
        let next = |offset: usize| chars.get(end + offset).is_some_and(char::is_ascii_digit);
        match c {
            '0'..='9' => text.push(*c),
            '.' if next(1) && !text.contains('.') => text.push('.'),
            ',' if next(1) && next(2) && next(3) && !next(4) && !text.contains('.') => {}
            _ => break,
        }
        end += 1;
    }
    let trimmed = text.trim_start_matches('0');
    let text = if trimmed.is_empty() || trimmed.starts_with('.') {
        format!("0{trimmed}")
    } else {
        trimmed.to_owned()
    };
    Exact::parse(&text).ok().map(|value| (value, end))
}

/// `三千万`, `一百二十`, `十五`, `千亿`, `四点五`.
fn chinese_at(chars: &[char], at: usize) -> Option<(Exact, usize)> {
    let is_part = |c: char| DIGITS.contains(c) || MULTIPLES.contains(c);
    // 千瓦时, 千克: that 千 belongs to the unit.
    let is_unit = |at: usize| UNITS_WITH_THOUSAND.iter().any(|word| starts(chars, at, word));
    let mut end = at;
    while chars.get(end).is_some_and(|c| is_part(*c)) && !is_unit(end) {
        end += 1;
    }
    if end == at {
        return None;
    }
    let mut value = chinese(&chars[at..end])?;
    if starts(chars, end, "点") && chars.get(end + 1).is_some_and(|c| digit(*c).is_some()) {
        let mut scale = 0;
        end += 1;
        while let Some(digit) = chars.get(end).and_then(|c| digit(*c)) {
            scale += 1;
            value = value.checked_add(Exact::new(digit.into(), scale)?)?;
            end += 1;
        }
    }
    Some((value, end))
}

/// Sections of 万 and 亿, each of thousands, hundreds and tens; a multiple with nothing before it counts once.
fn chinese(chars: &[char]) -> Option<Exact> {
    let (mut total, mut section, mut last): (i128, i128, Option<i128>) = (0, 0, None);
    for c in chars {
        if let Some(digit) = digit(*c) {
            // Digits side by side are read one after the other: 二〇二五.
            last = Some(last.map_or(i128::from(digit), |before| before * 10 + i128::from(digit)));
            continue;
        }
        let power = power(*c)?;
        let factor = 10_i128.checked_pow(power)?;
        if power < 4 {
            section = section.checked_add(last.unwrap_or(1).checked_mul(factor)?)?;
        } else {
            let whole = section.checked_add(last.unwrap_or(0))?;
            let whole = if whole == 0 && total == 0 { 1 } else { whole };
            // 亿 multiplies what stands before it, 万 included: 三万亿.
            total = if power == 8 {
                total.checked_add(whole)?.checked_mul(factor)?
            } else {
                total.checked_add(whole.checked_mul(factor)?)?
            };
            section = 0;
        }
        last = None;
    }
    let rest = section.checked_add(last.unwrap_or(0))?;
    Exact::new(total.checked_add(rest)?, 0)
}

fn digit(c: char) -> Option<u8> {
    let position = match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some(position)
}

fn power(c: char) -> Option<u32> {
    match c {
        '十' => Some(1),
        '百' => Some(2),
        '千' => Some(3),
        '万' => Some(4),
        '亿' => Some(8),
        _ => None,
    }
}

fn ten_to(power: u32) -> Option<Exact> {
    Exact::new(10_i128.checked_pow(power)?, 0)
}

/// Divided by a power of ten.
fn shifted(value: Exact, digits: u32) -> Option<Exact> {
    value.checked_mul(Exact::new(1, digits)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, bool)> {
        numerals(text)
            .iter()
            .map(|found| (found.whole.value.normalized().to_string(), found.is_share))
            .collect()
    }

    fn one(text: &str) -> (String, bool) {
        let found = values(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found[0].clone()
    }

    #[test]
    fn digits_and_chinese_numerals_are_read_alike() {
        for (text, value) in [
            ("容积率不低于1.5", "1.5"),
            ("不少于５０个", "50"),
            ("总额2,000元", "2000"),
            ("不少于五十个", "50"),
            ("十五家", "15"),
            ("一百二十家", "120"),
            ("两千零八户", "2008"),
            ("三千万元", "30000000"),
            ("三万亿元", "3000000000000"),
            ("千亿级", "100000000000"),
            ("100万平方米", "1000000"),
            ("二〇二五年", "2025"),
            ("二点五倍", "2.5"),
        ] {
            assert_eq!(one(text), (value.to_owned(), false), "{text}");
        }
    }

    #[test]
    fn shares_are_read_of_one() {
        for (text, value) in [
            ("不少于50%", "0.5"),
            ("不低于50％", "0.5"),
            ("百分之四点五", "0.045"),
            ("六成", "0.6"),
            ("六成五", "0.65"),
            ("高于1个百分点", "0.01"),
            ("营收过半", "0.5"),
            ("千分之三", "0.003"),
        ] {
            assert_eq!(one(text), (value.to_owned(), true), "{text}");
        }
    }

    #[test]
    fn a_multiple_may_belong_to_the_unit() {
        let found = numerals("不高于一千万千瓦时");
        let parts: Vec<(String, &str)> = found[0]
            .without_multiple
            .iter()
            .map(|part| (part.value.to_string(), part.left.as_str()))
            .collect();
        assert_eq!(parts, [("1000".to_owned(), "万"), ("1".to_owned(), "千万")]);
        assert!(found[0].without_multiple[0].tail.starts_with("万千瓦时"));
    }

    #[test]
    fn a_word_with_one_in_it_is_no_number() {
        assert!(values("一般应统一规划，进一步集聚，之一").is_empty());
        assert_eq!(values("一个园区"), [("1".to_owned(), false)]);
    }

    #[test]
    fn both_ends_of_a_range_are_found() {
        assert_eq!(values("确定2~3家"), [("2".to_owned(), false), ("3".to_owned(), false)]);
    }
}
