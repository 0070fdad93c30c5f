//! What the compiler builds from packages without mistakes.

use xiyuan_policy::compile::compile;
use xiyuan_policy::examples::model::{ExampleValue, ExpectedWhat};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{Package, Test, Threshold};
use xiyuan_policy::plan::{Comparison, Expression};
use xiyuan_policy::source::SourceFile;

use crate::support::{base, base_with, codes, compiled};

fn package() -> Package {
    let compiled = compiled(&base());
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    compiled.package.expect("a package without mistakes")
}

#[test]
fn the_base_package_holds_everything_that_its_files_declare() {
    let package = package();
    assert_eq!(package.id, "base");
    assert_eq!(package.clauses.keys().collect::<Vec<_>>(), ["1.1", "1.2", "1.3"]);
    assert!(package.clauses["1.1"].text.starts_with("园区应聚焦一个主导产业。"));
    assert!(package.clauses["1.1"].text.ends_with("主导产业集聚度应超过50%。"));
    assert_eq!(package.forms.len(), 2);
    assert_eq!(package.forms[0].sections.len(), 2);
    assert_eq!(package.forms[0].checks.len(), 2);
    assert_eq!(package.catalogs["industry"].entries[1].parent.as_deref(), Some("ic"));
    assert_eq!(package.assessments[0].criteria.len(), 5);
    assert_eq!(package.assessments[0].benchmarks.len(), 2, "both come in through thresholds");
}

#[test]
fn a_written_value_becomes_a_parameter_of_the_criterions_name() {
    let package = package();
    let value =
        |id: &str| package.parameters.iter().find(|parameter| parameter.id == id).map(|p| p.values[0].value);
    assert_eq!(value("leading-revenue-share"), Exact::parse("50").ok());
    assert_eq!(value("leading-revenue-share.sixty"), Exact::parse("60").ok());
    assert_eq!(value("double-half.1"), Exact::parse("50").ok());
    assert_eq!(value("double-half.2"), Exact::parse("50").ok());
}

#[test]
fn a_reading_that_names_only_another_comparison_keeps_the_threshold() {
    let package = package();
    let readings = &package.criteria[0].readings;
    let parts = |test: &Test| match test {
        Test::Indicator { op, threshold: Threshold::Parameter(parameter), .. } => (*op, *parameter),
        other => panic!("not a test of an indicator: {other:?}"),
    };
    let (usual, strict) = (parts(&readings[0].test), parts(&readings[1].test));
    assert_eq!(usual.0, Comparison::GreaterOrEqual);
    assert_eq!(strict.0, Comparison::Greater);
    assert_eq!(usual.1, strict.1);
    assert_eq!(readings[1].id, "strict");
}

#[test]
fn derived_fields_are_written_out_in_the_plans_that_use_them() {
    let package = package();
    let share = package.indicators.iter().find(|indicator| indicator.id == "leading_revenue_share");
    let plan = serde_json::to_string(&share.expect("declared").expression).expect("plain values");
    let field = |id: &str| package.fields.iter().position(|field| field.id == id).expect("declared");
    assert!(
        plan.contains(&format!("\"field\":{},\"of\":\"Member\"", field("enterprise.leading_industry"))),
        "{plan}"
    );
    assert!(
        plan.contains(&format!("\"field\":{},\"of\":\"Subject\"", field("park.leading_industry"))),
        "{plan}"
    );
    assert!(!plan.contains(&format!("\"field\":{},", field("enterprise.is_leading"))), "{plan}");
}

#[test]
fn indicators_stand_after_those_they_use_wherever_they_are_written() {
    let text = base().into_iter().find(|file| file.path == "indicators/park.toml").expect("in the base").text;
    let early = format!(
        "[indicator.a_margin]\nname = \"差\"\nsubject = \"park\"\nunit = \"百分点\"\ndecimals = 2\nclauses = [\"1.1\"]\n\
         formula = \"concentration - previous(concentration)\"\n\n{text}"
    );
    let compiled = compiled(&base_with(&[SourceFile::new("indicators/park.toml", early)]));
    let package = compiled.package.expect("no mistake");
    let position =
        |id: &str| package.indicators.iter().position(|indicator| indicator.id == id).expect("declared");
    assert!(position("leading_revenue_share") < position("concentration"));
    assert!(position("concentration") < position("a_margin"));
    let Expression::Arithmetic { right, .. } = &package.indicators[position("a_margin")].expression else {
        panic!("a difference");
    };
    let Expression::Indicator { indicator, shift, .. } = **right else {
        panic!("an indicator of another period");
    };
    assert_eq!((indicator.index(), shift), (position("concentration"), 1));
}

#[test]
fn a_missing_value_may_be_what_entry_would_accept_unless_said_otherwise() {
    let package = package();
    let admissible =
        |id: &str| package.fields.iter().find(|field| field.id == id).map(|field| field.admissible);
    let revenue = admissible("enterprise.revenue").expect("declared");
    assert_eq!((revenue.min, revenue.max), (Some(Exact::ZERO), Exact::parse("5000000").ok()));
    let value_added = admissible("enterprise.value_added").expect("declared");
    assert_eq!((value_added.min, value_added.max), (None, None));
}

#[test]
fn compound_units_are_built_with_exact_factors() {
    let package = package();
    assert_eq!(package.units["万元/亩"].factor, Exact::parse("10000").expect("a number"));
    assert_eq!(package.unit_factor(Some("m²")), Exact::parse("0.0015").expect("a number"));
    assert_eq!(package.units["万元/亩"].dimension.get("area"), Some(&-1));
}

#[test]
fn worked_examples_are_resolved_and_dashes_stay_missing() {
    let compiled = compiled(&base());
    let [first, second, ..] = &compiled.examples[..] else {
        panic!("at least two examples");
    };
    assert_eq!(first.enterprises[0].cells.len(), 3);
    assert_eq!(first.enterprises[1].cells.len(), 2, "the dash is a figure that was not filed");
    assert!(
        matches!(first.enterprises[0].cells[1].value, ExampleValue::Number(value) if value == Exact::parse("500").expect("a number"))
    );
    assert_eq!(first.members.len(), 2);
    assert!(first.members.iter().all(|member| member.from.is_none() && member.to.is_none()));
    assert_eq!(second.members[1].to.map(|day| day.to_string()).as_deref(), Some("2024-12-31"));
    assert_eq!(second.expect[0].could_change, Some(true));
    assert!(matches!(second.expect[1].what, ExpectedWhat::Indicator(_)));
    assert_eq!(second.set.len(), 1);
}

/// The base split into a library with units, catalogue and fields, and a policy that uses it.
fn split() -> (Vec<SourceFile>, Vec<SourceFile>) {
    let is_common = |file: &SourceFile| {
        ["units.toml", "catalogs", "forms/", "fields/"].iter().any(|start| file.path.starts_with(start))
    };
    let (mut common, mut policy): (Vec<_>, Vec<_>) = base().into_iter().partition(is_common);
    common.push(SourceFile::new(
        "policy.toml",
        "id = \"common\"\ntitle = \"公共\"\nissuer = \"示例市\"\nissued = 2023-01-01\nin_force_from = 2023-01-01\n",
    ));
    let meta = policy.iter_mut().find(|file| file.path == "policy.toml").expect("in the base");
    meta.text.push_str("uses = [\"common\"]\n");
    (policy, common)
}

#[test]
fn a_policy_may_stand_on_a_package_that_it_uses() {
    let (policy, common) = split();
    let compiled = compile(&policy, std::slice::from_ref(&common));
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    let package = compiled.package.expect("no mistake");
    assert_eq!(package.uses, ["common"]);
    assert_eq!(package.fields.len(), self::package().fields.len());
    let place = &package.fields[0].place;
    assert!(place.file.starts_with("../common/forms/"), "{}", place.file);
    let alone = compile(&common, &[]);
    assert!(alone.package.is_some(), "{:?}", alone.diagnostics);
}

#[test]
fn the_digest_covers_the_used_packages_and_every_byte() {
    let digest = |policy: &[SourceFile], common: &[SourceFile]| {
        compile(policy, &[common.to_vec()]).package.map(|package| package.digest).expect("no mistake")
    };
    let (policy, common) = split();
    let first = digest(&policy, &common);
    assert_eq!(first.len(), 64);
    let mut reversed = policy.clone();
    reversed.reverse();
    assert_eq!(digest(&reversed, &common), first, "the order of files does not matter");
    let mut changed = common.clone();
    let units = changed.iter_mut().find(|file| file.path == "units.toml").expect("in the library");
    units.text.push('\n');
    assert_ne!(digest(&policy, &changed), first);
}

#[test]
fn mistakes_in_several_files_are_all_reported_at_once() {
    let compiled = compiled(&base_with(&[
        SourceFile::new("parameters.toml", "[parameter.value_added_margin]\nname = \n"),
        SourceFile::new(
            "facts.toml",
            "[fact.a]\nname = \"甲\"\njudged_by = \"city_officer\"\nclause = \"9.9\"\n",
        ),
    ]));
    let found = codes(&compiled);
    assert!(compiled.package.is_none());
    for code in ["toml-syntax", "unknown-clause", "unknown-evidence", "unknown-fact"] {
        assert!(found.contains(&code), "{code} is not among {found:?}");
    }
}

#[test]
fn an_empty_set_of_files_is_a_finding_and_not_a_panic() {
    assert_eq!(codes(&compile(&[], &[])), ["missing-file"]);
}
