//! Functions of the formula language, for completion: name, signature, what it does.

/// In the order in which people look for them.
pub(super) const FUNCTIONS: [(&str, &str, &str); 24] = [
    ("sum", "sum(x) FILTER (WHERE 条件)", "合计；条件可省"),
    ("count", "count(*) FILTER (WHERE 条件)", "个数；count(x) 只数有值的，count(DISTINCT x) 数不同的值"),
    ("reported", "reported(x) FILTER (WHERE 条件)", "已填报 x 的个数"),
    ("avg", "avg(x) FILTER (WHERE 条件)", "平均值"),
    ("min", "min(x) FILTER (WHERE 条件)", "最小值"),
    ("max", "max(x) FILTER (WHERE 条件)", "最大值"),
    ("previous", "previous(x, 期数)", "以前各期的数；期数省略时为上一期"),
    ("year_to_date", "year_to_date(x)", "本年各月合计"),
    ("year_average", "year_average(x)", "本年各月平均"),
    ("year_reported", "year_reported(x)", "本年已填报的月数"),
    ("moving_sum", "moving_sum(x, 期数)", "最近几期合计"),
    ("moving_avg", "moving_avg(x, 期数)", "最近几期平均"),
    ("moving_reported", "moving_reported(x, 期数)", "最近几期中已填报的期数"),
    ("round", "round(x, 位数, 方式, 单位)", "按规则取整；方式如 'half-even'，单位如 '%'，均可省"),
    ("abs", "abs(x)", "绝对值"),
    ("least", "least(x, y, …)", "最小的一个"),
    ("greatest", "greatest(x, y, …)", "最大的一个"),
    ("coalesce_with_reason", "coalesce_with_reason(x, 代替值, '理由')", "缺数时的代替值，须写理由"),
    ("quantity", "quantity(数, '单位')", "带单位的数"),
    ("period_start", "period_start()", "期初：期间的第一天"),
    ("period_end", "period_end()", "期末：期间的最后一天"),
    ("days_between", "days_between(起, 止)", "两日之间的天数"),
    ("months_between", "months_between(起, 止)", "两日之间的整月数"),
    ("years_between", "years_between(起, 止)", "两日之间的整年数"),
];

#[cfg(test)]
mod tests {
    use xiyuan_policy::{compile::compile, source::SourceFile};

    use super::*;

    /// The compiler knows each of them: it may refuse the arguments, but not the name.
    #[test]
    fn every_function_is_one_of_the_language() {
        let indicators: Vec<String> = FUNCTIONS
            .iter()
            .map(|(name, ..)| {
                format!(
                    "[indicator.of_{name}]\nname = \"试\"\nsubject = \"park\"\nunit = \"家\"\ndecimals = 0\n\
                     source = \"试\"\nformula = \"{name}(1)\"\n"
                )
            })
            .collect();
        let files = [
            SourceFile::new(
                "policy.toml",
                "id = \"x\"\ntitle = \"试\"\nissuer = \"试\"\nissued = 2024-01-01\nin_force_from = 2024-01-01\n",
            ),
            SourceFile::new("units.toml", "[unit.\"家\"]\ndimension = {}\n"),
            SourceFile::new("indicators/a.toml", indicators.concat()),
        ];
        let found = compile(&files, &[]).diagnostics;
        let unknown: Vec<_> = found.iter().filter(|finding| finding.code == "unknown-function").collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        let wrong = found.iter().filter(|finding| finding.is_error()).count();
        assert!(wrong > 10, "the formulas were looked at: {found:?}");
    }
}
