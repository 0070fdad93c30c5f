//! Names in formulas: what they mean, and whether they may stand here.

use super::check::{Checked, Checker, Env, Home, Outcome, Reported, scope_word};
use super::names::{Derived, any, rewrite_fields};
use super::quantity::Type;
use super::tree::At;
use crate::diagnostic::meant;
use crate::package::Subject;
use crate::plan::{BenchmarkIx, Expression, FieldIx, Of, ParameterIx};

impl Checker<'_> {
    pub(super) fn name(&self, parts: &[String], at: At, env: Env) -> Outcome {
        match parts {
            [name] => self.bare_name(name, at, env),
            [scope, key] => match scope.as_str() {
                "enterprise" => self.field(Subject::Enterprise, key, at, env),
                "park" => self.field(Subject::Park, key, at, env),
                "city" => self.benchmark(key, at, env),
                _ => Err(self.fail(
                    self.error("unknown-name", at, format!("点号前面的“{scope}”不认识"))
                        .expected("enterprise、park 或 city")
                        .hint(meant(scope, ["enterprise", "park", "city"])),
                )),
            },
            _ => Err(self.fail(
                self.error("unknown-name", at, "名字最多两段，如 enterprise.revenue").found(parts.join(".")),
            )),
        }
    }

    fn bare_name(&self, name: &str, at: At, env: Env) -> Outcome {
        let of_fields = matches!(self.context.home, Home::Check | Home::Derived);
        if of_fields && self.names.field(self.context.subject, name).is_some() {
            return self.field(self.context.subject, name, at, env);
        }
        if let Some((index, _, quantity)) = self.names.parameters.get_full(name) {
            let ix = ParameterIx(crate::source::count(index));
            if env.shift > 0 {
                return Err(self.fail(self.error("previous-of", at, "previous 不能用于参数")));
            }
            return Ok(Checked { expression: Expression::Parameter(ix), ty: Type::Number(quantity.clone()) });
        }
        if self.names.indicators.contains_key(name) {
            return self.indicator(name, at, env);
        }
        let id = format!("{}.{name}", scope_word(self.context.subject));
        if self.names.broken.contains(name) || (of_fields && self.names.broken.contains(&id)) {
            return Err(Reported);
        }
        Err(self.unknown_bare_name(name, at))
    }

    fn unknown_bare_name(&self, name: &str, at: At) -> Reported {
        let field = [Subject::Enterprise, Subject::Park]
            .into_iter()
            .find(|subject| self.names.field(*subject, name).is_some())
            .map(|subject| format!("字段要带上对象：{}.{name}", scope_word(subject)));
        let benchmark =
            self.names.benchmarks.contains_key(name).then(|| format!("全市数据要写成 city.{name}"));
        let near = || {
            let fields = matches!(self.context.home, Home::Check | Home::Derived)
                .then(|| self.names.keys_of(self.context.subject))
                .into_iter()
                .flatten();
            let names = self.names.indicators.keys().chain(self.names.parameters.keys()).map(String::as_str);
            meant(name, names.chain(fields))
        };
        let diagnostic = self
            .error("unknown-name", at, format!("没有叫“{name}”的指标或参数"))
            .hint(field.or(benchmark).or_else(near));
        self.fail(diagnostic)
    }

    fn indicator(&self, name: &str, at: At, env: Env) -> Outcome {
        let entry = &self.names.indicators[name];
        let problem = match self.context.home {
            Home::Threshold => Some("门槛只能用参数、全市数据和数字"),
            Home::Check | Home::Derived => Some("这里只能用字段和参数，不能用指标"),
            Home::Indicator(_) if env.in_aggregate => Some("汇总里面不能用指标"),
            Home::Indicator(_) if entry.subject != self.context.subject => Some("不是同一对象的指标"),
            Home::Indicator(frequency) if entry.frequency != frequency => {
                Some("期间不同（年、月）的指标不能混用")
            }
            Home::Indicator(_) => None,
        };
        if let Some(problem) = problem {
            return Err(self.fail(self.error("not-allowed-here", at, problem).found(name.to_owned())));
        }
        let expression = Expression::Indicator { indicator: entry.index, shift: env.shift };
        Ok(Checked { expression, ty: Type::Number(entry.quantity.clone()) })
    }

    fn benchmark(&self, key: &str, at: At, env: Env) -> Outcome {
        if matches!(self.context.home, Home::Check | Home::Derived) {
            return Err(self.fail(self.error(
                "not-allowed-here",
                at,
                "这里只能用字段和参数，不能用全市数据",
            )));
        }
        let Some((index, _, quantity)) = self.names.benchmarks.get_full(key) else {
            if self.names.broken.contains(&format!("city.{key}")) {
                return Err(Reported);
            }
            let names = self.names.benchmarks.keys().map(String::as_str);
            let diagnostic = self
                .error("unknown-benchmark", at, format!("没有全市数据“city.{key}”"))
                .hint(meant(key, names));
            return Err(self.fail(diagnostic));
        };
        let expression =
            Expression::Benchmark { benchmark: BenchmarkIx(crate::source::count(index)), shift: env.shift };
        Ok(Checked { expression, ty: Type::Number(quantity.clone()) })
    }

    fn field(&self, subject: Subject, key: &str, at: At, env: Env) -> Outcome {
        let Some(index) = self.names.field(subject, key) else {
            let scope = scope_word(subject);
            if self.names.broken.contains(&format!("{scope}.{key}")) {
                return Err(Reported);
            }
            return Err(self.fail(
                self.error("unknown-field", at, format!("没有字段“{scope}.{key}”"))
                    .hint(meant(key, self.names.keys_of(subject))),
            ));
        };
        let of = self.whose(subject, key, at, env)?;
        let entry = &self.names.fields[index.index()];
        if let (Home::Indicator(frequency), Some(filed)) = (self.context.home, entry.frequency)
            && filed != frequency
        {
            let diagnostic =
                self.error("period-mismatch", at, "字段按月填报而指标按年，或相反").found(entry.id.clone());
            return Err(self.fail(diagnostic));
        }
        match &entry.derived {
            Derived::Failed => Err(Reported),
            Derived::No => {
                let expression = Expression::Field { field: index, of, shift: env.shift };
                Ok(Checked { expression, ty: entry.ty.clone() })
            }
            Derived::Ready(formula) => {
                let expression = self.inlined(formula.clone(), index, of, at, env)?;
                Ok(Checked { expression, ty: entry.ty.clone() })
            }
        }
    }

    /// Whose value a field reference reads, if it may stand here.
    fn whose(&self, subject: Subject, key: &str, at: At, env: Env) -> Result<Of, Reported> {
        let own = self.context.subject;
        let scope = scope_word(subject);
        let problem = match (self.context.home, subject) {
            (Home::Threshold, _) => Some(("门槛只能用参数、全市数据和数字".to_owned(), None)),
            (Home::Derived, Subject::Enterprise) if own == subject => return Ok(Of::Member),
            (Home::Derived, Subject::Park) if own == Subject::Enterprise || own == subject => {
                return Ok(Of::Subject);
            }
            (Home::Check, _) if subject == own => return Ok(Of::Subject),
            (Home::Check, _) => Some(("校验只能用本表对象的字段".to_owned(), None)),
            (Home::Indicator(_), Subject::Enterprise) if env.in_aggregate => return Ok(Of::Member),
            (Home::Indicator(_), _) if subject == own => return Ok(Of::Subject),
            (Home::Indicator(_), Subject::Enterprise) => Some((
                format!("“{scope}.{key}”在汇总之外：园区里有许多企业，不知道是哪一家"),
                Some(format!("写成 sum({scope}.{key}) 之类的汇总")),
            )),
            _ => Some((format!("这里不能用“{scope}.{key}”"), None)),
        };
        match problem {
            Some((message, hint)) => Err(self.fail(
                self.error("not-allowed-here", at, message).found(format!("{scope}.{key}")).hint(hint),
            )),
            None => Ok(Of::Subject),
        }
    }

    /// The formula of a derived field in the place of its name.
    fn inlined(
        &self,
        mut formula: Expression,
        index: FieldIx,
        of: Of,
        at: At,
        env: Env,
    ) -> Result<Expression, Reported> {
        let is_of =
            |whose: Of| move |part: &Expression| matches!(part, Expression::Field { of, .. } if *of == whose);
        let is_enterprise = self.names.fields[index.index()].id.starts_with("enterprise.");
        // Of an enterprise by itself there is no park that counts it.
        let alone = is_enterprise && of == Of::Subject;
        if alone && any(&formula, &is_of(Of::Subject)) {
            let id = &self.names.fields[index.index()].id;
            let message = format!("“{id}”要看所在园区，只能用在园区指标的汇总里");
            return Err(self.fail(self.error("not-allowed-here", at, message)));
        }
        rewrite_fields(&mut formula, &|of, shift| {
            *shift += env.shift;
            if alone {
                *of = Of::Subject;
            }
        });
        Ok(formula)
    }
}
