//! Tree → checked plan: names are resolved, shapes and units must fit. One finding per mistake, then the next branch.

use super::Text;
use super::names::Names;
use super::quantity::{Quantity, Ratio, Type};
use super::tree::{At, Tree, TreeKind};
use super::units::Units;
use crate::diagnostic::{Diagnostic, meant};
use crate::number::Exact;
use crate::package::{Frequency, Subject, Unit};
use crate::plan::{Arithmetic, Comparison, Expression, Members};
use crate::source::Findings;

/// What kind of place a formula stands in; decides which names it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// An indicator.
    Indicator(Frequency),
    /// A derived field.
    Derived,
    /// A check of a form.
    Check,
    /// A threshold of a figure: parameters, benchmarks and the groups' figures only.
    Threshold(Frequency),
}

/// Where a formula stands and for whom it is computed.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) subject: Subject,
    pub(crate) home: Home,
    /// Unit in which digits of `round` count unless it says otherwise.
    pub(crate) unit: Option<Unit>,
}

/// A checked part.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) expression: Expression,
    pub(crate) ty: Type,
}

/// The mistake is in the findings already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported;

/// Checks one formula.
pub(crate) struct Checker<'a> {
    pub(crate) names: &'a Names,
    pub(crate) units: &'a Units,
    pub(crate) findings: &'a Findings,
    pub(crate) text: &'a Text,
    pub(crate) context: Context,
}

/// What surrounds the part being checked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Env {
    /// The members an enclosing aggregate visits.
    pub(super) over: Option<Members>,
    /// What the periods of an enclosing window are.
    pub(super) window: Option<Frequency>,
    /// Periods back, from `previous`.
    pub(super) shift: u32,
}

impl Env {
    /// Inside an aggregate over members or periods.
    pub(super) fn is_inside(self) -> bool {
        self.over.is_some() || self.window.is_some()
    }
}

pub(super) type Outcome = Result<Checked, Reported>;

impl Checker<'_> {
    /// Checks a whole formula.
    pub(crate) fn check(&self, tree: &Tree) -> Option<Checked> {
        self.part(tree, Env::default()).ok()
    }

    pub(super) fn fail(&self, diagnostic: Diagnostic) -> Reported {
        self.findings.add(diagnostic);
        Reported
    }

    pub(super) fn error(&self, code: &'static str, at: At, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.text.place(at), message)
    }

    /// The shape in words.
    pub(crate) fn describe(&self, ty: &Type) -> String {
        match ty {
            Type::Number(quantity) => self.units.describe(quantity),
            Type::Text(None) => "文字".to_owned(),
            Type::Text(Some(catalog)) => format!("目录“{catalog}”的代码"),
            Type::Bool => "是/否".to_owned(),
            Type::Date => "日期".to_owned(),
        }
    }

    pub(super) fn part(&self, tree: &Tree, env: Env) -> Outcome {
        let checked = |expression, ty| Ok(Checked { expression, ty });
        match &tree.kind {
            TreeKind::Number(digits) => {
                let value = self.exact(tree.at, digits)?;
                let ratio = if value == Exact::ZERO { Ratio::Zero } else { Ratio::Literal };
                checked(Expression::Number(value), Type::Number(Quantity::ratio(ratio)))
            }
            TreeKind::Text(text) => checked(Expression::Text(text.clone()), Type::Text(None)),
            TreeKind::Bool(value) => checked(Expression::Bool(*value), Type::Bool),
            TreeKind::Date(date) => checked(Expression::Date(*date), Type::Date),
            TreeKind::Name(parts) => self.name(parts, tree.at, env),
            TreeKind::Call(call) => self.call(call, tree.at, env),
            TreeKind::Negate(of) => self.negate(of, env),
            TreeKind::Not(of) => checked(Expression::Not(Box::new(self.condition(of, env)?)), Type::Bool),
            TreeKind::Arithmetic(op, left, right) => self.arithmetic(*op, left, right, env),
            TreeKind::Compare(op, left, right) => self.compare(*op, left, right, env),
            TreeKind::And(left, right) | TreeKind::Or(left, right) => {
                let (left, right) = (self.condition(left, env), self.condition(right, env));
                let (left, right) = (Box::new(left?), Box::new(right?));
                let is_and = matches!(tree.kind, TreeKind::And(..));
                let both = if is_and { Expression::And(left, right) } else { Expression::Or(left, right) };
                checked(both, Type::Bool)
            }
            TreeKind::In { of, list, negated } => self.membership(of, list, *negated, env),
            TreeKind::Between { of, low, high, negated } => self.between([of, low, high], *negated, env),
            TreeKind::Case { branches, otherwise } => self.case(branches, otherwise.as_deref(), env),
        }
    }

    pub(super) fn exact(&self, at: At, digits: &str) -> Result<Exact, Reported> {
        Exact::parse(digits)
            .map_err(|_| self.fail(self.error("not-a-number", at, "不是十进制数").found(digits.to_owned())))
    }

    /// A part that must be a number.
    pub(super) fn number(&self, tree: &Tree, env: Env) -> Result<(Expression, Quantity), Reported> {
        let checked = self.part(tree, env)?;
        match checked.ty {
            Type::Number(quantity) => Ok((checked.expression, quantity)),
            other => Err(self.fail(
                self.error("wrong-type", tree.at, "这里应为数字")
                    .found(self.describe(&other))
                    .expected("数字"),
            )),
        }
    }

    /// A part that must be yes or no.
    pub(super) fn condition(&self, tree: &Tree, env: Env) -> Result<Expression, Reported> {
        let checked = self.part(tree, env)?;
        if checked.ty == Type::Bool {
            return Ok(checked.expression);
        }
        let found = self.describe(&checked.ty);
        Err(self.fail(
            self.error("wrong-type", tree.at, "这里应为判断（是/否）")
                .found(found)
                .expected("比较，如 x >= y，或是/否字段"),
        ))
    }

    fn negate(&self, of: &Tree, env: Env) -> Outcome {
        let (expression, quantity) = self.number(of, env)?;
        let expression = match expression {
            Expression::Number(value) => Expression::Number(value.negated()),
            other => Expression::Negate(Box::new(other)),
        };
        Ok(Checked { expression, ty: Type::Number(quantity) })
    }

    fn arithmetic(&self, op: Arithmetic, left: &Tree, right: &Tree, env: Env) -> Outcome {
        let (one, two) = (self.number(left, env), self.number(right, env));
        let ((one, one_is), (two, two_is)) = (one?, two?);
        let quantity = match op {
            Arithmetic::Multiply => one_is.multiply(&two_is, 1),
            Arithmetic::Divide => one_is.multiply(&two_is, -1),
            Arithmetic::Add | Arithmetic::Subtract => {
                let is_difference = op == Arithmetic::Subtract;
                one_is.add(&two_is, is_difference).ok_or_else(|| {
                    let verb = if is_difference { "相减" } else { "相加" };
                    self.mismatch(right.at, verb, &one_is, &two_is)
                })?
            }
        };
        if op == Arithmetic::Divide && two_is.is_zero() {
            self.findings.add(Diagnostic::warning(
                "division-by-zero",
                self.text.place(right.at),
                "除数写成了 0：这个公式永远无值",
            ));
        }
        let expression = Expression::Arithmetic { op, left: Box::new(one), right: Box::new(two) };
        Ok(Checked { expression, ty: Type::Number(quantity) })
    }

    /// Two numbers whose units do not fit.
    pub(super) fn mismatch(&self, at: At, verb: &str, one: &Quantity, two: &Quantity) -> Reported {
        let literal = [one, two].iter().any(|q| q.dimension.is_empty() && q.ratio == Ratio::Literal);
        let point = [one, two].iter().any(|q| q.dimension.is_empty() && q.ratio == Ratio::Point);
        let hint = if literal {
            Some("没有单位的数不能直接用在这里：改用带单位的参数，或写 quantity(数, '单位')".to_owned())
        } else if point {
            Some("百分点是两个百分比之差：百分比 ± 百分点 = 百分比".to_owned())
        } else {
            None
        };
        let diagnostic = self
            .error("unit-mismatch", at, format!("单位不同，不能{verb}"))
            .found(format!("{} 与 {}", self.units.describe(one), self.units.describe(two)))
            .expected(format!("两边都是 {}", self.units.describe(one)))
            .hint(hint);
        self.fail(diagnostic)
    }

    fn compare(&self, op: Comparison, left: &Tree, right: &Tree, env: Env) -> Outcome {
        let (one, two) = (self.part(left, env), self.part(right, env));
        let (one, two) = (one?, two?);
        self.comparable(&one, left, &two, right)?;
        let is_order = !matches!(op, Comparison::Equal | Comparison::NotEqual);
        if is_order && matches!(one.ty, Type::Text(_) | Type::Bool) {
            let found = self.describe(&one.ty);
            let diagnostic = self.error("wrong-type", left.at, "只有数字和日期可以比较大小").found(found);
            return Err(self.fail(diagnostic.expected("= 或 <>")));
        }
        let expression =
            Expression::Compare { op, left: Box::new(one.expression), right: Box::new(two.expression) };
        Ok(Checked { expression, ty: Type::Bool })
    }

    /// Two values that are compared must be of one shape and unit; a written text must be a code of the other's catalogue.
    fn comparable(&self, one: &Checked, one_at: &Tree, two: &Checked, two_at: &Tree) -> Result<(), Reported> {
        match (&one.ty, &two.ty) {
            (Type::Number(left), Type::Number(right)) => {
                left.common(right).map(|_| ()).ok_or_else(|| self.mismatch(two_at.at, "比较", left, right))
            }
            (Type::Text(Some(catalog)), Type::Text(None)) => self.code(catalog, two, two_at),
            (Type::Text(None), Type::Text(Some(catalog))) => self.code(catalog, one, one_at),
            (Type::Text(Some(left)), Type::Text(Some(right))) if left != right => Err(self.fail(
                self.error("catalog-mismatch", two_at.at, "两边的代码出自不同的目录，不能比较")
                    .found(format!("目录“{left}”与目录“{right}”")),
            )),
            (left, right) if std::mem::discriminant(left) == std::mem::discriminant(right) => Ok(()),
            (left, right) => Err(self.fail(
                self.error("wrong-type", two_at.at, "两边不是同一种值，不能比较").found(format!(
                    "{} 与 {}",
                    self.describe(left),
                    self.describe(right)
                )),
            )),
        }
    }

    fn code(&self, catalog: &str, checked: &Checked, tree: &Tree) -> Result<(), Reported> {
        let (Expression::Text(code), Some(codes)) = (&checked.expression, self.names.codes.get(catalog))
        else {
            return Ok(());
        };
        if codes.contains_key(code) {
            return Ok(());
        }
        let by_name =
            codes.iter().find(|(_, name)| *name == code).map(|(code, _)| format!("按代码写：'{code}'"));
        Err(self.fail(
            self.error("unknown-code", tree.at, format!("目录“{catalog}”中没有这个代码"))
                .found(code.clone())
                .hint(by_name.or_else(|| meant(code, codes.keys().map(String::as_str)))),
        ))
    }

    fn membership(&self, of: &Tree, list: &[Tree], negated: bool, env: Env) -> Outcome {
        let value = self.part(of, env)?;
        let mut items = Vec::new();
        for item in list {
            let checked = self.part(item, env)?;
            let is_literal = matches!(
                checked.expression,
                Expression::Number(_) | Expression::Text(_) | Expression::Bool(_) | Expression::Date(_)
            );
            if !is_literal {
                return Err(self.fail(self.error(
                    "wrong-type",
                    item.at,
                    "IN 的列表里只能写数字、文字或日期",
                )));
            }
            self.comparable(&value, of, &checked, item)?;
            items.push(checked.expression);
        }
        let expression = Expression::In { of: Box::new(value.expression), list: items, negated };
        Ok(Checked { expression, ty: Type::Bool })
    }

    fn between(&self, [of, low, high]: [&Tree; 3], negated: bool, env: Env) -> Outcome {
        let above = self.compare(Comparison::GreaterOrEqual, of, low, env);
        let below = self.compare(Comparison::LessOrEqual, of, high, env);
        let both = Expression::And(Box::new(above?.expression), Box::new(below?.expression));
        let expression = if negated { Expression::Not(Box::new(both)) } else { both };
        Ok(Checked { expression, ty: Type::Bool })
    }

    fn case(&self, branches: &[(Tree, Tree)], otherwise: Option<&Tree>, env: Env) -> Outcome {
        let conditions: Vec<_> =
            branches.iter().map(|(condition, _)| self.condition(condition, env)).collect();
        let values: Vec<&Tree> = branches.iter().map(|(_, value)| value).chain(otherwise).collect();
        let (mut values, ty) = self.alike(&values, env)?;
        let otherwise = if otherwise.is_some() { values.pop().map(Box::new) } else { None };
        let conditions = conditions.into_iter().collect::<Result<Vec<_>, _>>()?;
        let branches = conditions.into_iter().zip(values).collect();
        Ok(Checked { expression: Expression::Case { branches, otherwise }, ty })
    }

    /// Several values that stand for one another.
    pub(super) fn alike(&self, trees: &[&Tree], env: Env) -> Result<(Vec<Expression>, Type), Reported> {
        let checked: Vec<_> = trees.iter().map(|tree| self.part(tree, env)).collect();
        let checked = checked.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut parts = checked.iter().zip(trees);
        let Some((first, first_at)) = parts.next() else {
            return Err(Reported);
        };
        let mut ty = first.ty.clone();
        for (part, tree) in parts {
            self.comparable(first, first_at, part, tree)?;
            if let (Type::Number(so_far), Type::Number(next)) = (&ty, &part.ty) {
                let common =
                    so_far.common(next).ok_or_else(|| self.mismatch(tree.at, "并列", so_far, next))?;
                ty = Type::Number(common);
            }
        }
        Ok((checked.into_iter().map(|part| part.expression).collect(), ty))
    }
}
