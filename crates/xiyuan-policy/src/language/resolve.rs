//! Names in formulas: what they mean, and whether they may stand here.

use super::check::{Checked, Checker, Env, Home, Outcome, Reported};
use super::names::{Derived, IndicatorEntry, any, rewrite_fields};
use super::quantity::Type;
use super::tree::At;
use crate::diagnostic::meant;
use crate::package::{Frequency, Subject};
use crate::plan::{BenchmarkIx, Comparison, Expression, FieldIx, GroupingIx, Members, Of, ParameterIx};

impl Checker<'_> {
    pub(super) fn name(&self, parts: &[String], at: At, env: Env) -> Outcome {
        match parts {
            [name] => self.bare_name(name, at, env),
            [scope, key] if scope == "city" && !self.is_figure_of_city(key) => self.benchmark(key, at, env),
            [scope, key] => match self.names.subject_of(scope) {
                Some(Subject::Group(grouping)) => self.wider(grouping, key, at, env),
                Some(subject) => self.of_subject(subject, key, at, env),
                None => Err(self.unknown_scope(scope, at)),
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
        let id = format!("{}.{name}", self.names.scope_word(self.context.subject));
        if self.names.broken.contains(name) || (of_fields && self.names.broken.contains(&id)) {
            return Err(Reported);
        }
        Err(self.unknown_bare_name(name, at))
    }

    fn unknown_scope(&self, scope: &str, at: At) -> Reported {
        let own = ["enterprise", "park", "city"];
        let words = self.names.groupings.keys().chain(self.names.records.keys()).map(String::as_str);
        let all: Vec<&str> = own.into_iter().chain(words).collect();
        self.fail(
            self.error("unknown-name", at, format!("点号前面的“{scope}”不认识"))
                .expected(all.join("、"))
                .hint(meant(scope, all.iter().copied())),
        )
    }

    /// A grouping may be called `city` too: inputs come first, computed figures stand beside them.
    fn is_figure_of_city(&self, key: &str) -> bool {
        let is_wider = |subject| matches!(subject, Subject::Group(_));
        !self.names.benchmarks.contains_key(key)
            && self.names.subject_of("city").is_some_and(is_wider)
            && self.names.indicators.get(key).is_some_and(|entry| is_wider(entry.subject))
    }

    /// A field of a subject, else an indicator of it.
    fn of_subject(&self, subject: Subject, key: &str, at: At, env: Env) -> Outcome {
        let is_indicator = self.names.field(subject, key).is_none()
            && self.names.indicators.get(key).is_some_and(|entry| entry.subject == subject);
        if is_indicator {
            self.indicator_of(subject, key, at, env)
        } else {
            self.field(subject, key, at, env)
        }
    }

    fn unknown_bare_name(&self, name: &str, at: At) -> Reported {
        let field = [Subject::Enterprise, Subject::Park]
            .into_iter()
            .find(|subject| self.names.field(*subject, name).is_some())
            .map(|subject| format!("字段要带上对象：{}.{name}", self.names.scope_word(subject)));
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

    /// An indicator of the formula's own subject.
    fn indicator(&self, name: &str, at: At, env: Env) -> Outcome {
        let entry = &self.names.indicators[name];
        if env.over.is_some() && matches!(self.context.home, Home::Indicator(_)) {
            let word = self.names.scope_word(entry.subject);
            let diagnostic = self
                .error("not-allowed-here", at, "汇总里面的指标要写明是谁的")
                .found(name.to_owned())
                .hint(env.over.and(Some(format!("写成 {word}.{name}"))));
            return Err(self.fail(diagnostic));
        }
        self.indicator_of(self.context.subject, name, at, env)
    }

    /// An indicator of a subject: the formula's own, or the members an aggregate visits.
    fn indicator_of(&self, subject: Subject, name: &str, at: At, env: Env) -> Outcome {
        let entry = &self.names.indicators[name];
        let own = self.context.subject;
        let is_member = env.over.is_some_and(|over| members_of(over) == Some(subject));
        let problem = match self.context.home {
            Home::Threshold(_) => Some("门槛只能用参数、全市数据和数字"),
            Home::Check | Home::Derived => Some("这里只能用字段和参数，不能用指标"),
            Home::Indicator(_) if entry.subject != subject => Some("不是同一对象的指标"),
            Home::Indicator(_) if subject != own && !is_member => Some("不是同一对象的指标"),
            Home::Indicator(frequency) if entry.frequency != env.window.unwrap_or(frequency) => {
                Some("期间不同（年、月）的指标不能混用")
            }
            Home::Indicator(_) => None,
        };
        if let Some(problem) = problem {
            return Err(self.fail(self.error("not-allowed-here", at, problem).found(name.to_owned())));
        }
        let of = if is_member { Of::Member } else { Of::Subject };
        Ok(figure_of(entry, Expression::Indicator { indicator: entry.index, of, shift: env.shift }))
    }

    /// An indicator of the group to which the subject or the member belongs.
    fn wider(&self, grouping: GroupingIx, name: &str, at: At, env: Env) -> Outcome {
        let (word, grouped) =
            self.names.groupings.get_index(grouping.index()).map_or(("", None), |(id, g)| (id, Some(*g)));
        let found = self.names.indicators.get(name).filter(|entry| entry.subject == Subject::Group(grouping));
        let (Some(grouped), Some(entry)) = (grouped, found) else {
            if self.names.broken.contains(name) {
                return Err(Reported);
            }
            let all = self.names.indicators.iter();
            let names = all.filter(|(_, entry)| entry.subject == Subject::Group(grouping));
            let diagnostic = self
                .error("unknown-name", at, format!("分组“{word}”没有指标“{name}”"))
                .hint(meant(name, names.map(|(name, _)| name.as_str())));
            return Err(self.fail(diagnostic));
        };
        let is_grouped = |subject| match subject {
            Subject::Enterprise => grouped.has_enterprises,
            Subject::Park => grouped.has_parks,
            _ => false,
        };
        let member = env.over.and_then(members_of).filter(|member| is_grouped(*member));
        let problem = match self.context.home {
            Home::Check | Home::Derived => Some("这里只能用字段和参数，不能用指标"),
            Home::Indicator(frequency) | Home::Threshold(frequency)
                if entry.frequency != env.window.unwrap_or(frequency) =>
            {
                Some("期间不同（年、月）的指标不能混用")
            }
            _ if member.is_none() && !is_grouped(self.context.subject) => Some("这里的对象不在这种分组里"),
            _ => None,
        };
        if let Some(problem) = problem {
            let diagnostic = self.error("not-allowed-here", at, problem).found(format!("{word}.{name}"));
            return Err(self.fail(diagnostic));
        }
        let of = if member.is_some() { Of::Member } else { Of::Subject };
        let indicator = entry.index;
        Ok(figure_of(entry, Expression::Wider { grouping, indicator, of, shift: env.shift }))
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
            let scope = self.names.scope_word(subject);
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
            && filed != env.window.unwrap_or(frequency)
        {
            let diagnostic = self
                .error("period-mismatch", at, "字段按月填报而指标按年，或相反")
                .found(entry.id.clone())
                .hint((filed == Frequency::Month).then(|| {
                    "按月填报的数在年度指标里要先汇总：year_to_date(…)、year_average(…)".to_owned()
                }));
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
        let scope = self.names.scope_word(subject);
        let problem = match (self.context.home, subject) {
            (Home::Threshold(_), _) => Some(("门槛只能用参数、全市数据和数字".to_owned(), None)),
            (Home::Derived, Subject::Enterprise) if own == subject => return Ok(Of::Member),
            (Home::Derived, Subject::Park) if own == Subject::Enterprise || own == subject => {
                return Ok(Of::Subject);
            }
            (Home::Check, _) if subject == own => return Ok(Of::Subject),
            (Home::Check, _) => Some(("校验只能用本表对象的字段".to_owned(), None)),
            (Home::Indicator(_), _) if env.over.and_then(members_of) == Some(subject) => {
                return Ok(Of::Member);
            }
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
        let id = &self.names.fields[index.index()].id;
        let is_enterprise = id.starts_with("enterprise.");
        // Only the aggregate of a park knows which park counts the enterprise; a derived field leaves that open.
        let has_park =
            of == Of::Member && (self.context.subject == Subject::Park || self.context.home == Home::Derived);
        if is_enterprise && !has_park && any(&formula, &is_of(Of::Subject)) {
            let message = format!("“{id}”要看所在园区，只能用在园区指标的汇总里");
            return Err(self.fail(self.error("not-allowed-here", at, message)));
        }
        let is_moved = (is_enterprise && of == Of::Subject) || (!is_enterprise && of == Of::Member);
        rewrite_fields(&mut formula, &|whose, shift| {
            *shift += env.shift;
            if is_moved {
                *whose = of;
            }
        });
        Ok(formula)
    }
}

/// What an aggregate visits, when these are subjects.
pub(super) fn members_of(over: Members) -> Option<Subject> {
    match over {
        Members::Enterprises => Some(Subject::Enterprise),
        Members::Parks => Some(Subject::Park),
        Members::Records(record) => Some(Subject::Record(record)),
        Members::Periods(_) => None,
    }
}

/// A figure as a part of a formula; a yes or no is kept as 1 or 0.
fn figure_of(entry: &IndicatorEntry, expression: Expression) -> Checked {
    if !entry.is_truth {
        return Checked { expression, ty: Type::Number(entry.quantity.clone()) };
    }
    let one = Box::new(Expression::Number(crate::number::Exact::ONE));
    let expression = Expression::Compare { op: Comparison::Equal, left: Box::new(expression), right: one };
    Checked { expression, ty: Type::Bool }
}
