//! Pieces of SQL that translated formulas are put together of. Knows no formulas.

use jiff::civil::Date;
use xiyuan_policy::number::Exact;
use xiyuan_policy::plan::Comparison;

/// What a translated formula yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Number,
    Text,
    Bool,
    Date,
    /// Always NULL.
    Nothing,
}

/// A translated formula.
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) shape: Shape,
}

impl Sql {
    pub(super) fn nothing() -> Self {
        Self { text: "NULL".to_owned(), shape: Shape::Nothing }
    }

    pub(super) fn number(text: String) -> Self {
        Self { text, shape: Shape::Number }
    }

    pub(super) fn truth(text: String) -> Self {
        Self { text, shape: Shape::Bool }
    }
}

/// Unlike AND: a part that is not known decides nothing, though the other is a no.
pub(super) fn both(left: &str, right: &str) -> String {
    format!("(({left})::integer & ({right})::integer)::boolean")
}

/// Unlike OR: a part that is not known decides nothing, though the other is a yes.
pub(super) fn either(left: &str, right: &str) -> String {
    format!("(({left})::integer | ({right})::integer)::boolean")
}

pub(super) fn chain(all: &[String], name: &str) -> String {
    let rest = all.iter().skip(1);
    rest.fold(all[0].clone(), |text, item| format!("pg_temp.xy_{name}({text}, {item})"))
}

pub(super) fn one_shape(a: Shape, b: Shape) -> Option<Shape> {
    match (a, b) {
        (Shape::Nothing, other) | (other, Shape::Nothing) => Some(other),
        (a, b) => (a == b).then_some(a),
    }
}

pub(super) fn compare(op: Comparison, left: &Sql, right: &Sql) -> Option<Sql> {
    if left.shape != right.shape || left.shape == Shape::Nothing {
        return None;
    }
    let sign = match op {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    };
    let collation = if left.shape == Shape::Text { " COLLATE \"C\"" } else { "" };
    Some(Sql::truth(format!("({} {sign} {}{collation})", left.text, right.text)))
}

pub(super) fn literal(value: Exact) -> String {
    format!("({value})::numeric")
}

pub(super) fn date(day: Date) -> Option<Sql> {
    (day.year() > 0).then(|| Sql { text: format!("DATE '{day}'"), shape: Shape::Date })
}
