//! Full-width signs, digits and spaces become the plain ones, outside quoted texts; columns stay those of the original.

use super::tree::At;

/// A formula with plain signs, and the original column of each of its characters.
#[derive(Debug)]
pub(crate) struct Normalised {
    pub(crate) text: String,
    /// Per line: original column (1-based) of each character, then of the line's end.
    columns: Vec<Vec<u32>>,
}

impl Normalised {
    /// The original position of a position in the plain text; beyond the end it is the end.
    pub(crate) fn original(&self, line: u64, column: u64) -> At {
        let last = self.columns.len().max(1);
        let line = usize::try_from(line).unwrap_or(last).clamp(1, last);
        let columns = self.columns.get(line - 1).map_or(&[][..], Vec::as_slice);
        let at = usize::try_from(column).unwrap_or(usize::MAX).max(1) - 1;
        let column = columns.get(at).or(columns.last()).copied().unwrap_or(1);
        At { line: crate::source::count(line), column }
    }

    /// The position after the last character.
    pub(crate) fn end(&self) -> At {
        self.original(u64::MAX, u64::MAX)
    }
}

/// Replaces full-width signs outside quotes.
pub(crate) fn normalise(text: &str) -> Normalised {
    let mut out = String::with_capacity(text.len());
    let mut columns = vec![Vec::new()];
    let mut column = 1;
    let mut quote: Option<char> = None;
    for c in text.chars() {
        let plain = plain(c);
        let single = plain.and_then(|s| s.chars().next()).unwrap_or(c);
        let replaced = match quote {
            Some(open) if single == open => {
                quote = None;
                plain
            }
            Some(_) => None,
            None => {
                quote = matches!(single, '\'' | '"').then_some(single);
                plain
            }
        };
        let line = columns.last_mut().expect("invariant: there is always a current line");
        if let Some(plain) = replaced {
            line.extend(plain.chars().map(|_| column));
            out.push_str(plain);
        } else if quote.is_none() && ('！'..='～').contains(&c) {
            line.push(column);
            let ascii = u32::from(c) - u32::from('！') + u32::from('!');
            out.push(char::from_u32(ascii).unwrap_or(c));
        } else {
            line.push(column);
            out.push(c);
        }
        column += 1;
        if c == '\n' {
            columns.push(Vec::new());
            column = 1;
        }
    }
    if let Some(line) = columns.last_mut() {
        line.push(column);
    }
    Normalised { text: out, columns }
}

/// Signs whose plain form is another sign or several.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        '×' => "*",
        '÷' => "/",
        '≥' | '⩾' => ">=",
        '≤' | '⩽' => "<=",
        '≠' => "<>",
        '−' | '–' | '—' => "-",
        '、' => ",",
        '‘' | '’' | '＇' => "'",
        '“' | '”' | '＂' => "\"",
        '　' | '\u{a0}' => " ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_become_plain_and_keep_their_columns() {
        let normalised = normalise("营业收入＋成本≥１０");
        assert_eq!(normalised.text, "营业收入+成本>=10");
        assert_eq!(normalised.original(1, 5), At { line: 1, column: 5 });
        assert_eq!(normalised.original(1, 9), At { line: 1, column: 8 });
        assert_eq!(normalised.original(1, 10), At { line: 1, column: 9 });
        assert_eq!(normalised.end(), At { line: 1, column: 11 });
    }

    #[test]
    fn quoted_texts_stay_as_they_are() {
        assert_eq!(normalise("a = ‘（一）×’").text, "a = '（一）×'");
        assert_eq!(normalise("（\"甲×乙\"）").text, "(\"甲×乙\")");
    }
}
