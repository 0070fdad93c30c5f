//! Two texts in one line: what stayed, what went, what came. Numbers and Latin words stay whole.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What became of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// Stands in both.
    Same,
    /// Only before.
    Removed,
    /// Only after.
    Added,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// What became of it.
    pub kind: PieceKind,
    /// The text.
    pub text: String,
}

/// Compares two texts. Same and removed pieces give the first text, same and added ones the second.
pub fn words(before: &str, after: &str) -> Vec<Piece> {
    let (old, new) = (tokens(before), tokens(after));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |kind, tokens: &[&str]| {
        if tokens.is_empty() {
            return;
        }
        let text = tokens.concat();
        match pieces.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(&text),
            _ => pieces.push(Piece { kind, text }),
        }
    };
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        if let DiffOp::Equal { .. } = op {
            add(PieceKind::Same, &old[op.old_range()]);
        } else {
            add(PieceKind::Removed, &old[op.old_range()]);
            add(PieceKind::Added, &new[op.new_range()]);
        }
    }
    pieces
}

/// Runs of Latin letters, digits, points and percent signs, and every other character by itself.
fn tokens(text: &str) -> Vec<&str> {
    let is_run = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '%';
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if is_run(first) {
            rest.find(|c: char| !is_run(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(pieces: &[Piece], left_out: PieceKind) -> String {
        pieces.iter().filter(|piece| piece.kind != left_out).map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn a_changed_number_is_one_piece_out_and_one_in() {
        let pieces = words("产值的比重高于30%，形成", "产值的比重高于35%，形成");
        let shown: Vec<(PieceKind, &str)> =
            pieces.iter().map(|piece| (piece.kind, piece.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                (PieceKind::Same, "产值的比重高于"),
                (PieceKind::Removed, "30%"),
                (PieceKind::Added, "35%"),
                (PieceKind::Same, "，形成")
            ]
        );
    }

    #[test]
    fn both_texts_can_be_read_from_the_pieces() {
        for (before, after) in
            [("", "新的"), ("旧的", ""), ("甲乙丙丁", "丙甲戊丁"), ("一样", "一样"), ("", "")]
        {
            let pieces = words(before, after);
            assert_eq!(joined(&pieces, PieceKind::Added), before);
            assert_eq!(joined(&pieces, PieceKind::Removed), after);
        }
    }
}
