//! Formula text → [`Tree`]: sqlparser reads SQL expressions, this module lets through only what the language has.

use sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned,
    TypedString, UnaryOperator, Value,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Whitespace};

use super::Text;
use super::normalise::{Normalised, normalise};
use super::tree::{At, Call, Tree, TreeKind};
use crate::diagnostic::Diagnostic;
use crate::plan::{Arithmetic, Comparison};

/// Operators and keywords one formula may have: more is a table, not a formula. Also keeps recursion shallow.
const MAX_OPERATORS: usize = 300;
/// Nesting of brackets and calls.
const MAX_DEPTH: usize = 40;
/// Characters.
const MAX_LENGTH: usize = 8_000;

/// Parses a formula; the first mistake is the answer, since what follows a mistake would be guesswork.
pub(crate) fn parse(text: &Text) -> Result<Tree, Box<Diagnostic>> {
    let normalised = normalise(&text.written);
    let reader = Formula { text, normalised: &normalised };
    if text.written.chars().count() > MAX_LENGTH {
        return Err(reader.too_long());
    }
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, &normalised.text).tokenize_with_location().map_err(|error| {
        reader
            .error("formula-syntax", reader.at(error.location), "公式中有不能识别的字符或未闭合的引号")
            .boxed(&error.message)
    })?;
    reader.check_tokens(&tokens)?;
    let mut parser = Parser::new(&dialect).with_recursion_limit(MAX_DEPTH).with_tokens_with_locations(tokens);
    let expression = parser.parse_expr().map_err(|error| reader.parser_error(&parser, &error))?;
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        return Err(Box::new(
            reader
                .error("trailing-input", reader.at(rest.span.start), "公式到此已经结束，后面还有多余的内容")
                .found(rest.token.to_string())
                .expected("公式的结尾，或一个运算符"),
        ));
    }
    reader.tree(&expression)
}

/// Shorthand to box a finding with what the parser said.
trait Boxed {
    fn boxed(self, found: &str) -> Box<Diagnostic>;
}

impl Boxed for Diagnostic {
    fn boxed(self, found: &str) -> Box<Diagnostic> {
        Box::new(self.found(found.to_owned()))
    }
}

struct Formula<'a> {
    text: &'a Text,
    normalised: &'a Normalised,
}

type Parsed = Result<Tree, Box<Diagnostic>>;

impl Formula<'_> {
    fn at(&self, location: Location) -> At {
        if location.line == 0 {
            At { line: 1, column: 1 }
        } else {
            self.normalised.original(location.line, location.column)
        }
    }

    fn at_of(&self, expression: &impl Spanned) -> At {
        self.at(expression.span().start)
    }

    fn error(&self, code: &'static str, at: At, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.text.place(at), message)
    }

    fn too_long(&self) -> Box<Diagnostic> {
        let start = At { line: 1, column: 1 };
        let limits =
            format!("不多于 {MAX_LENGTH} 个字符、{MAX_OPERATORS} 个运算符和关键词、{MAX_DEPTH} 层括号");
        Box::new(
            self.error("formula-too-long", start, "公式太长或嵌套太深")
                .expected(limits)
                .hint("拆成几个指标".to_owned()),
        )
    }

    /// Comments would hide a part of the formula (`a --b` is `a`), so they are refused; depth and size are bounded.
    fn check_tokens(&self, tokens: &[TokenWithSpan]) -> Result<(), Box<Diagnostic>> {
        let mut operators = 0;
        for token in tokens {
            match &token.token {
                Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => {
                    return Err(Box::new(
                        self.error("formula-comment", self.at(token.span.start), "公式中不能写注释")
                            .found(token.token.to_string().trim_end().to_owned())
                            .hint("减去负数请写成 a - (-b)；说明写在 note 里".to_owned()),
                    ));
                }
                Token::Word(word) => operators += usize::from(word.keyword != Keyword::NoKeyword),
                Token::Whitespace(_)
                | Token::Comma
                | Token::Period
                | Token::LParen
                | Token::RParen
                | Token::Number(..)
                | Token::SingleQuotedString(_) => {}
                _ => operators += 1,
            }
        }
        if operators > MAX_OPERATORS { Err(self.too_long()) } else { Ok(()) }
    }

    fn parser_error(&self, parser: &Parser<'_>, error: &ParserError) -> Box<Diagnostic> {
        let message = match error {
            ParserError::RecursionLimitExceeded => return self.too_long(),
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        };
        // "Expected: an expression, found: * at Line: 1, Column: 7"; at the end there is no position.
        let (what, place) = message.split_once(" at Line: ").unwrap_or((message, ""));
        let at = place
            .split_once(", Column: ")
            .and_then(|(line, column)| Some((line.parse().ok()?, column.trim().parse().ok()?)))
            .map(|(line, column)| self.normalised.original(line, column));
        let next = parser.peek_token();
        let at = at.unwrap_or_else(|| {
            if next.token == Token::EOF { self.normalised.end() } else { self.at(next.span.start) }
        });
        let (expected, found) = what
            .strip_prefix("Expected: ")
            .and_then(|rest| rest.split_once(", found: "))
            .unwrap_or(("", what));
        let found = if found == "EOF" { "公式的结尾" } else { found };
        let finding = self.error("formula-syntax", at, "公式的写法不对").found(found.to_owned());
        Box::new(if expected.is_empty() {
            finding
        } else {
            finding.expected(expected.replace("an expression", "一个算式"))
        })
    }

    fn refuse(&self, at: At, what: impl Into<String>, hint: &str) -> Box<Diagnostic> {
        let hint = (!hint.is_empty()).then(|| hint.to_owned());
        Box::new(self.error("not-in-language", at, what).hint(hint))
    }

    fn boxed_tree(&self, expression: &Expr) -> Result<Box<Tree>, Box<Diagnostic>> {
        self.tree(expression).map(Box::new)
    }

    fn tree(&self, expression: &Expr) -> Parsed {
        let at = self.at_of(expression);
        let kind = match expression {
            Expr::Nested(inner) => return self.tree(inner),
            Expr::Identifier(name) => TreeKind::Name(vec![name.value.clone()]),
            Expr::CompoundIdentifier(names) => {
                TreeKind::Name(names.iter().map(|name| name.value.clone()).collect())
            }
            Expr::Value(value) => self.value(&value.value, at)?,
            Expr::TypedString(typed) => self.date(typed, at)?,
            Expr::Function(function) => TreeKind::Call(self.call(function, at)?),
            Expr::UnaryOp { op, expr } => match op {
                UnaryOperator::Minus => TreeKind::Negate(self.boxed_tree(expr)?),
                UnaryOperator::Plus => return self.tree(expr),
                UnaryOperator::Not => TreeKind::Not(self.boxed_tree(expr)?),
                _ => return Err(self.refuse(at, format!("公式中没有运算符“{op}”"), "")),
            },
            Expr::BinaryOp { left, op, right } => self.binary(at, left, op, right)?,
            Expr::InList { expr, list, negated } => TreeKind::In {
                of: self.boxed_tree(expr)?,
                list: list.iter().map(|item| self.tree(item)).collect::<Result<_, _>>()?,
                negated: *negated,
            },
            Expr::Between { expr, negated, low, high } => TreeKind::Between {
                of: self.boxed_tree(expr)?,
                low: self.boxed_tree(low)?,
                high: self.boxed_tree(high)?,
                negated: *negated,
            },
            Expr::Case { operand: None, conditions, else_result, .. } => {
                let branch = |CaseWhen { condition, result }: &CaseWhen| {
                    Ok((self.tree(condition)?, self.tree(result)?))
                };
                TreeKind::Case {
                    branches: conditions.iter().map(branch).collect::<Result<_, Box<Diagnostic>>>()?,
                    otherwise: else_result.as_deref().map(|other| self.boxed_tree(other)).transpose()?,
                }
            }
            other => return Err(self.refused(other, at)),
        };
        Ok(Tree { at, kind })
    }

    /// What SQL has and the language has not, with what to write instead.
    fn refused(&self, expression: &Expr, at: At) -> Box<Diagnostic> {
        let (what, hint) = match expression {
            Expr::Case { .. } => ("CASE 后面直接写 WHEN", "写成 CASE WHEN x = … THEN … END"),
            Expr::IsNull(_) | Expr::IsNotNull(_) => (
                "公式不能判断“是否缺失”",
                "缺失会自动带入结论；确需代替时用 coalesce_with_reason(x, 值, '理由')",
            ),
            Expr::IsTrue(_) | Expr::IsNotTrue(_) | Expr::IsFalse(_) | Expr::IsNotFalse(_) => {
                ("不需要 IS TRUE / IS FALSE", "直接写 x 或 NOT x")
            }
            Expr::Ceil { .. } | Expr::Floor { .. } => {
                ("公式中没有 ceil 和 floor", "用 round(x, 位数, 'ceiling') 或 'floor'")
            }
            Expr::Cast { .. } | Expr::Convert { .. } => ("公式中没有类型转换", "在字段上声明类型和单位"),
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                ("公式中不能写子查询", "用 sum(…) FILTER (WHERE …) 之类的汇总")
            }
            Expr::Like { .. } | Expr::ILike { .. } | Expr::SimilarTo { .. } | Expr::RLike { .. } => {
                ("公式中没有模糊匹配", "用 = 或 IN ('代码', …)")
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => ("“*”只能写在 count(*) 里", ""),
            _ => ("公式语言中没有这种写法", "见 docs/formula-language.md"),
        };
        let finding = self.refuse(at, what, hint);
        Box::new(finding.found(expression.to_string()))
    }

    fn binary(
        &self,
        at: At,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
    ) -> Result<TreeKind, Box<Diagnostic>> {
        let arithmetic = match op {
            BinaryOperator::Plus => Some(Arithmetic::Add),
            BinaryOperator::Minus => Some(Arithmetic::Subtract),
            BinaryOperator::Multiply => Some(Arithmetic::Multiply),
            BinaryOperator::Divide => Some(Arithmetic::Divide),
            _ => None,
        };
        let comparison = match op {
            BinaryOperator::Eq => Some(Comparison::Equal),
            BinaryOperator::NotEq => Some(Comparison::NotEqual),
            BinaryOperator::Lt => Some(Comparison::Less),
            BinaryOperator::LtEq => Some(Comparison::LessOrEqual),
            BinaryOperator::Gt => Some(Comparison::Greater),
            BinaryOperator::GtEq => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        let sides = || Ok::<_, Box<Diagnostic>>((self.boxed_tree(left)?, self.boxed_tree(right)?));
        if let Some(op) = arithmetic {
            let (left, right) = sides()?;
            return Ok(TreeKind::Arithmetic(op, left, right));
        }
        if let Some(op) = comparison {
            let (left, right) = sides()?;
            return Ok(TreeKind::Compare(op, left, right));
        }
        match op {
            BinaryOperator::And => sides().map(|(left, right)| TreeKind::And(left, right)),
            BinaryOperator::Or => sides().map(|(left, right)| TreeKind::Or(left, right)),
            _ => Err(self.refuse(
                at,
                format!("公式中没有运算符“{op}”"),
                "可用：+ - * / = <> < <= > >= AND OR NOT IN BETWEEN",
            )),
        }
    }

    fn value(&self, value: &Value, at: At) -> Result<TreeKind, Box<Diagnostic>> {
        match value {
            Value::Number(digits, false) => Ok(TreeKind::Number(digits.clone())),
            Value::SingleQuotedString(text) => Ok(TreeKind::Text(text.clone())),
            Value::Boolean(value) => Ok(TreeKind::Bool(*value)),
            Value::Null => {
                Err(self.refuse(at, "公式中不能写 NULL", "缺失不是一个值；没有 ELSE 的 CASE 就是“无值”"))
            }
            other => Err(self.refuse(
                at,
                format!("公式中不能这样写值“{other}”"),
                "数字、'文字'、true、false、DATE '2024-01-01'",
            )),
        }
    }

    fn date(&self, typed: &TypedString, at: At) -> Result<TreeKind, Box<Diagnostic>> {
        let text = match &typed.value.value {
            Value::SingleQuotedString(text) => text.as_str(),
            _ => "",
        };
        match (typed.data_type.to_string().as_str(), text.parse()) {
            ("DATE", Ok(date)) => Ok(TreeKind::Date(date)),
            _ => Err(self.refuse(at, "日期的写法不对", "写成 DATE '2024-01-01'")),
        }
    }

    fn call(&self, function: &Function, at: At) -> Result<Call, Box<Diagnostic>> {
        let name = function.name.to_string().to_lowercase();
        let FunctionArguments::List(list) = &function.args else {
            return Err(self.refuse(at, format!("函数“{name}”后面要有括号"), ""));
        };
        let has_more = function.over.is_some()
            || !function.within_group.is_empty()
            || function.null_treatment.is_some()
            || function.uses_odbc_syntax
            || !matches!(function.parameters, FunctionArguments::None)
            || !list.clauses.is_empty();
        if has_more {
            return Err(self.refuse(at, format!("函数“{name}”只能写参数和 FILTER (WHERE …)"), ""));
        }
        let mut call = Call {
            name,
            arguments: Vec::new(),
            is_star: false,
            is_distinct: matches!(
                list.duplicate_treatment,
                Some(sqlparser::ast::DuplicateTreatment::Distinct)
            ),
            filter: function.filter.as_deref().map(|filter| self.boxed_tree(filter)).transpose()?,
        };
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => {
                    call.arguments.push(self.tree(argument)?);
                }
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => call.is_star = true,
                _ => return Err(self.refuse(at, format!("函数“{}”的参数写法不对", call.name), "")),
            }
        }
        Ok(call)
    }
}
