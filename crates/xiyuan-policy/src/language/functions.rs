//! Calls: the closed list of functions.

use super::check::{Checked, Checker, Env, Outcome, Reported};
use super::quantity::{Quantity, Ratio, Type};
use super::tree::{At, Call, Tree, TreeKind};
use super::units::Units;
use crate::diagnostic::meant;
use crate::number::Exact;
use crate::package::Unit;
use crate::plan::{Expression, Rounding};

/// Everything that may stand before a bracket.
const FUNCTIONS: [&str; 24] = [
    "sum",
    "count",
    "avg",
    "min",
    "max",
    "round",
    "abs",
    "least",
    "greatest",
    "previous",
    "coalesce_with_reason",
    "quantity",
    "reported",
    "year_to_date",
    "year_average",
    "year_reported",
    "moving_sum",
    "moving_avg",
    "moving_reported",
    "period_start",
    "period_end",
    "days_between",
    "months_between",
    "years_between",
];

/// Names of the rounding modes.
const ROUNDINGS: [(&str, Rounding); 4] = [
    ("half-away-from-zero", Rounding::HalfAwayFromZero),
    ("half-even", Rounding::HalfEven),
    ("floor", Rounding::Floor),
    ("ceiling", Rounding::Ceiling),
];

impl Checker<'_> {
    pub(super) fn call(&self, call: &Call, at: At, env: Env) -> Outcome {
        if matches!(call.name.as_str(), "sum" | "count" | "avg" | "min" | "max" | "reported") {
            return self.aggregate(call, at, env);
        }
        if call.filter.is_some() || call.is_distinct || call.is_star {
            let message = format!("函数“{}”不能带 FILTER、DISTINCT 或 *", call.name);
            return Err(self.fail(self.error("wrong-arguments", at, message)));
        }
        match call.name.as_str() {
            "round" => self.round(call, at, env),
            "abs" => {
                let [of] = self.arguments::<1>(call, at)?;
                let (expression, quantity) = self.number(of, env)?;
                Ok(Checked {
                    expression: Expression::Absolute(Box::new(expression)),
                    ty: Type::Number(quantity),
                })
            }
            "least" | "greatest" => self.extreme(call, at, env),
            "previous" => self.previous(call, at, env),
            "coalesce_with_reason" => self.coalesce(call, at, env),
            "quantity" => self.quantity(call, at),
            "year_to_date" | "year_average" | "year_reported" | "moving_sum" | "moving_avg"
            | "moving_reported" => self.window(call, at, env),
            "period_start" | "period_end" => {
                let [] = self.arguments::<0>(call, at)?;
                let is_first = call.name == "period_start";
                Ok(Checked { expression: Expression::PeriodDay { is_first }, ty: Type::Date })
            }
            "days_between" | "months_between" | "years_between" => self.between_days(call, at, env),
            _ => Err(self.unknown_function(&call.name, at)),
        }
    }

    fn unknown_function(&self, name: &str, at: At) -> Reported {
        let hint = match name {
            "nullif" => {
                Some("不需要 nullif：除数为零时指标“无值”并说明原因，不会报错也不会变成 0".to_owned())
            }
            "coalesce" | "ifnull" | "nvl" => {
                Some("用 coalesce_with_reason(x, 值, '理由')：替代缺失必须说明理由".to_owned())
            }
            "if" | "iif" => Some("用 CASE WHEN … THEN … ELSE … END".to_owned()),
            "ceil" | "ceiling" | "floor" | "trunc" => {
                Some("用 round(x, 位数, 'floor') 或 'ceiling'".to_owned())
            }
            _ => meant(name, FUNCTIONS),
        };
        let diagnostic = self
            .error("unknown-function", at, format!("没有函数“{name}”"))
            .expected(FUNCTIONS.join("、"))
            .hint(hint);
        self.fail(diagnostic)
    }

    /// Exactly `N` arguments.
    pub(super) fn arguments<'t, const N: usize>(
        &self,
        call: &'t Call,
        at: At,
    ) -> Result<[&'t Tree; N], Reported> {
        let list: Vec<&Tree> = call.arguments.iter().collect();
        list.try_into().map_err(|list: Vec<&Tree>| {
            self.fail(
                self.error("wrong-arguments", at, format!("函数“{}”的参数个数不对", call.name))
                    .found(list.len().to_string())
                    .expected(N.to_string()),
            )
        })
    }

    /// `round(x, digits)`, then in any order a mode and a unit in which the digits count.
    fn round(&self, call: &Call, at: At, env: Env) -> Outcome {
        let ([of, digits], rest) = match call.arguments.as_slice() {
            [of, digits, rest @ ..] if rest.len() <= 2 => ([of, digits], rest),
            _ => {
                let diagnostic = self.error("wrong-arguments", at, "round 的参数个数不对");
                return Err(self.fail(diagnostic.expected("round(x, 位数[, '方式'][, '单位'])")));
            }
        };
        let (expression, quantity) = self.number(of, env)?;
        let digits = self.whole(digits, 0..=18)?;
        let mut mode = Rounding::HalfAwayFromZero;
        let mut unit = self.context.unit.clone().filter(|unit| quantity.fits(&Units::quantity(unit)));
        for word in rest {
            match self.word(word)? {
                Word::Mode(chosen) => mode = chosen,
                Word::Unit(chosen) => {
                    let declared = Units::quantity(&chosen);
                    if !quantity.fits(&declared) {
                        return Err(self.mismatch(word.at, "按此单位取整", &quantity, &declared));
                    }
                    unit = Some(chosen);
                }
            }
        }
        let unit_factor = unit.map_or(Exact::ONE, |unit| unit.factor);
        let expression = Expression::Round { of: Box::new(expression), digits, mode, unit_factor };
        Ok(Checked { expression, ty: Type::Number(quantity) })
    }

    pub(super) fn whole(&self, tree: &Tree, limits: std::ops::RangeInclusive<u32>) -> Result<u32, Reported> {
        let number = match &tree.kind {
            TreeKind::Number(digits) => digits.parse().ok().filter(|number| limits.contains(number)),
            _ => None,
        };
        number.ok_or_else(|| {
            let expected = format!("{} 到 {} 的整数", limits.start(), limits.end());
            self.fail(self.error("wrong-arguments", tree.at, "这里应直接写一个整数").expected(expected))
        })
    }

    fn literal_text<'t>(&self, tree: &'t Tree, expected: &str) -> Result<&'t str, Reported> {
        match &tree.kind {
            TreeKind::Text(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.fail(
                self.error("wrong-arguments", tree.at, "这里应直接写带单引号的文字").expected(expected),
            )),
        }
    }

    fn word(&self, tree: &Tree) -> Result<Word, Reported> {
        let names = ROUNDINGS.map(|(name, _)| name);
        let word = self.literal_text(tree, &names.join("、"))?;
        if let Some((_, mode)) = ROUNDINGS.iter().find(|(name, _)| *name == word) {
            return Ok(Word::Mode(*mode));
        }
        self.units.get(word).map(Word::Unit).map_err(|_| {
            self.fail(
                self.error("wrong-arguments", tree.at, format!("“{word}”既不是取整方式也不是单位"))
                    .expected(names.join("、"))
                    .hint(meant(word, names)),
            )
        })
    }

    fn extreme(&self, call: &Call, at: At, env: Env) -> Outcome {
        if call.arguments.len() < 2 {
            let diagnostic = self.error("wrong-arguments", at, format!("函数“{}”至少要两个参数", call.name));
            return Err(self.fail(diagnostic));
        }
        let trees: Vec<&Tree> = call.arguments.iter().collect();
        let (list, ty) = self.alike(&trees, env)?;
        if !matches!(ty, Type::Number(_)) {
            let found = self.describe(&ty);
            return Err(self.fail(self.error("wrong-type", at, "这里应为数字").found(found).expected("数字")));
        }
        let expression =
            if call.name == "least" { Expression::Least(list) } else { Expression::Greatest(list) };
        Ok(Checked { expression, ty })
    }

    /// `previous(x)`, `previous(x, n)`: of a single name, so that it is clear whose members are meant.
    fn previous(&self, call: &Call, at: At, env: Env) -> Outcome {
        let (of, back) = match call.arguments.as_slice() {
            [of] => (of, 1),
            [of, back] => (of, self.whole(back, 1..=20)?),
            _ => {
                let diagnostic = self.error("wrong-arguments", at, "previous 的参数个数不对");
                return Err(self.fail(diagnostic.expected("previous(x) 或 previous(x, 期数)")));
            }
        };
        if !matches!(of.kind, TreeKind::Name(_)) {
            let diagnostic = self
                .error("previous-of", of.at, "previous 里只能写一个字段、指标或全市数据")
                .hint("把算式定义为指标，再写 previous(指标)".to_owned());
            return Err(self.fail(diagnostic));
        }
        self.part(of, Env { shift: env.shift + back, ..env })
    }

    fn coalesce(&self, call: &Call, at: At, env: Env) -> Outcome {
        let [of, instead, reason] = self.arguments::<3>(call, at)?;
        let reason = self.literal_text(reason, "理由")?.to_owned();
        let (mut values, ty) = self.alike(&[of, instead], env)?;
        let (Some(instead), Some(of)) = (values.pop(), values.pop()) else {
            return Err(Reported);
        };
        let expression =
            Expression::CoalesceWithReason { of: Box::new(of), instead: Box::new(instead), reason };
        Ok(Checked { expression, ty })
    }

    /// `quantity(2000, '万元')`: a written number with its unit, in base units from here on.
    fn quantity(&self, call: &Call, at: At) -> Outcome {
        let [number, unit_at] = self.arguments::<2>(call, at)?;
        let (digits, is_negative) = match &number.kind {
            TreeKind::Number(digits) => (digits, false),
            TreeKind::Negate(inner) => match &inner.kind {
                TreeKind::Number(digits) => (digits, true),
                _ => return Err(self.not_a_literal(number.at)),
            },
            _ => return Err(self.not_a_literal(number.at)),
        };
        let value = self.exact(number.at, digits)?;
        let value = if is_negative { value.negated() } else { value };
        let name = self.literal_text(unit_at, "单位，如 '万元'")?;
        let unit = self.units.get(name).map_err(|problem| {
            self.fail(self.error(problem.code, unit_at.at, problem.message).hint(problem.hint))
        })?;
        let Some(base) = value.checked_mul(unit.factor) else {
            return Err(self.fail(self.error("not-a-number", number.at, "数字太大").found(digits.clone())));
        };
        Ok(Checked { expression: Expression::Number(base), ty: Type::Number(Units::quantity(&unit)) })
    }

    fn not_a_literal(&self, at: At) -> Reported {
        self.fail(self.error("wrong-arguments", at, "quantity 的第一个参数应直接写一个数字"))
    }

    /// A number without dimension.
    pub(super) fn plain() -> Type {
        Type::Number(Quantity::ratio(Ratio::Plain))
    }
}

enum Word {
    Mode(Rounding),
    Unit(Unit),
}
