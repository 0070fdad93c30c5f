//! Rules in words, as an official reads them.

use xiyuan_policy::package::{Frequency, Package, Subject};
use xiyuan_policy::plan::{IndicatorIx, ParameterIx};
use xiyuan_policy::words;

use crate::support::{base, compiled};

fn package() -> Package {
    compiled(&base()).package.expect("the base has no mistake")
}

fn indicator(id: &str) -> String {
    let package = package();
    let index = package.indicators.iter().position(|indicator| indicator.id == id).expect("declared");
    words::indicator(&package, IndicatorIx(u32::try_from(index).expect("a small number")))
}

fn formula(text: &str) -> String {
    words::formula(&package(), text, Subject::Park, Frequency::Year)
}

#[test]
fn an_indicator_reads_as_a_sentence() {
    assert_eq!(
        indicator("leading_revenue_share"),
        "主导产业营业收入占比 = 园区内属于园区主导产业的企业的营业收入合计 ÷ 园区内全部企业的营业收入合计"
    );
    assert_eq!(
        indicator("leading_count_share"),
        "主导产业企业数占比 = 园区内属于园区主导产业的企业数 ÷ 园区内全部企业数"
    );
    assert_eq!(
        indicator("concentration"),
        "主导产业集聚度 = 主导产业营业收入占比、主导产业企业数占比中的最小值"
    );
    assert_eq!(
        indicator("large_leading_count"),
        "主导产业规上企业数 = 园区内属于主导产业的规上企业且所属产业属于“集成电路”、“生物医药”的企业数"
    );
}

#[test]
fn tests_read_with_their_thresholds() {
    let package = package();
    let tests: Vec<String> =
        package.criteria.iter().map(|criterion| words::test(&package, &criterion.readings[0].test)).collect();
    assert_eq!(
        tests,
        [
            "主导产业营业收入占比不低于 50%",
            "同时满足：（1）主导产业营业收入占比不低于 50%；（2）主导产业企业数占比不低于 50%",
            "规上工业增加值率不低于全市规上工业增加值率 + 增加值率高出全市的幅度（1 百分点）",
            "亩均产出不低于全市规上工业亩均产出 × 亩均产出为全市平均的倍数（自 2023-06-01 起 1.1 倍，自 2026-01-01 起 1.2 倍）",
            "同时满足：（1）运营管理主体在本市依法注册（由指定角色判定）；（2）有证明材料“营业执照”",
            "容积率不低于 1.5 倍",
        ]
    );
    let strict = words::test(&package, &package.criteria[0].readings[1].test);
    assert_eq!(strict, "主导产业营业收入占比超过 50%");
}

#[test]
fn brackets_stand_only_where_the_meaning_needs_them() {
    assert_eq!(formula("(park.floor_area) / (park.land_area)"), "园区建筑面积 ÷ 园区规划面积");
    assert_eq!(
        formula("park.floor_area / (park.land_area * 2) - (park.floor_area - park.land_area)"),
        "园区建筑面积 ÷ （园区规划面积 × 2） − （园区建筑面积 − 园区规划面积）"
    );
    assert_eq!(
        formula(
            "count(*) filter (where enterprise.is_leading and (enterprise.employees > 0 or enterprise.is_above_scale))"
        ),
        "园区内属于园区主导产业且（从业人员超过 0或规模以上工业企业）的企业数"
    );
}

#[test]
fn functions_have_words_of_their_own() {
    assert_eq!(formula("output_per_mu / previous(output_per_mu) - 1"), "亩均产出 ÷ 上年亩均产出 − 1");
    assert_eq!(formula("round(concentration, 1, 'floor')"), "主导产业集聚度（向下取整，保留 1 位小数）");
    assert_eq!(
        formula("case when count(*) >= 10 then concentration end"),
        "园区内全部企业数不低于 10时取 主导产业集聚度，其他情况无值"
    );
    assert_eq!(
        formula("coalesce_with_reason(park.floor_area, 0, '尚无建筑')"),
        "园区建筑面积（缺失时取 0，理由：“尚无建筑”）"
    );
}

#[test]
fn a_number_reads_with_its_unit_and_a_quotient_of_like_units_without() {
    let mut package = package();
    let mut said = |unit: &str| {
        package.parameters[0].unit = unit.to_owned();
        package.parameters[0].values.truncate(1);
        words::parameter_value(&package, ParameterIx(0))
    };
    let number = said("%").trim_end_matches('%').to_owned();
    assert_eq!(said("%"), format!("{number}%"));
    assert_eq!(said("m²/m²"), number);
    assert_eq!(said("万元/亩"), format!("{number} 万元/亩"));
    assert_eq!(said("家"), format!("{number} 家"));
}
