//! Months, groups, registers, members' and groups' figures: through packages as officials write them, worked by hand.
//!
//! The package is `policies/conformance/base` with `tests/features` laid over it; its worked examples are the cases.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use xiyuan_policy::compile::{Compiled, compile};
use xiyuan_policy::evaluate::{Overrides, figure, naive};
use xiyuan_policy::examples::run_all;
use xiyuan_policy::frame::{Frame, FrameBuilder, Period, SubjectIx, Value};
use xiyuan_policy::number::{Exact, Quotient};
use xiyuan_policy::outcome::{Coverage, Figure, Undefined};
use xiyuan_policy::package::Package;
use xiyuan_policy::plan::{FieldIx, IndicatorIx, RecordIx};
use xiyuan_policy::source::SourceFile;

use crate::city::exact;

fn here(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

fn read(folder: &Path) -> Vec<SourceFile> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder of the package") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder).expect("below the folder").to_string_lossy().into_owned();
            if inside != "diagnostics.json" {
                files.push(SourceFile::new(inside, fs::read_to_string(&path).expect("UTF-8 text")));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn files() -> Vec<SourceFile> {
    [read(&here("../../policies/conformance/base")), read(&here("tests/features"))].concat()
}

fn compiled() -> Compiled {
    let compiled = compile(&files(), &[]);
    let errors: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert!(compiled.package.is_some(), "{}", errors.join("\n"));
    compiled
}

fn package() -> Package {
    compiled().package.expect("it compiles")
}

#[test]
fn every_worked_example_of_months_groups_and_registers_holds() {
    let compiled = compiled();
    let package = compiled.package.expect("it compiles");
    let reports = run_all(&package, &compiled.examples);
    assert!(reports.len() > 10, "the examples were not found");
    let failures: Vec<String> = reports
        .iter()
        .flat_map(|report| report.failures.iter().map(move |failure| format!("{}: {failure}", report.id)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Codes of what is wrong with a formula.
fn findings(subject: &str, period: &str, unit: &str, formula: &str) -> Vec<&'static str> {
    let ty = if unit == "bool" {
        "type = \"bool\"".to_owned()
    } else {
        format!("unit = \"{unit}\"\ndecimals = 2")
    };
    let text = format!(
        "[indicator.tried]\nname = \"试\"\nsubject = \"{subject}\"\nperiod = \"{period}\"\n{ty}\nsource = \"演示数据\"\n\
         formula = {}\n",
        serde_json::to_string(formula).expect("a text")
    );
    let all = [files(), vec![SourceFile::new("indicators/tried.toml", text)]].concat();
    compile(&all, &[]).diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code).collect()
}

#[test]
fn formulas_that_could_mean_several_things_or_nothing_are_refused() {
    let cases = [
        // Whose indicator? Inside an aggregate a bare name would be the park's own.
        ("park", "year", "家", "count(*) FILTER (WHERE is_big)", "not-allowed-here"),
        ("park", "year", "万元", "sum(revenue_mean)", "not-allowed-here"),
        // Enterprises or parks?
        ("district", "year", "亩", "sum(enterprise.land_area + park.land_area)", "not-allowed-here"),
        (
            "district",
            "year",
            "万元",
            "sum(loan.amount) FILTER (WHERE enterprise.is_above_scale)",
            "not-allowed-here",
        ),
        ("district", "year", "家", "count(*)", "not-allowed-here"),
        // A point in time is not added over time, a ratio neither added nor averaged.
        ("enterprise", "year", "人", "year_to_date(enterprise.headcount)", "stock-added"),
        ("park", "year", "亩", "moving_sum(park.land_area, 3)", "stock-added"),
        ("enterprise", "year", "%", "moving_avg(enterprise.tax_rate, 3)", "ratio-added"),
        // Who is not grouped has no group's figure.
        ("park", "year", "万元", "trade.trade_revenue", "not-allowed-here"),
        ("district", "year", "万元", "everyone.all_revenue", "not-allowed-here"),
        ("enterprise", "year", "万元", "district.trade_revenue", "unknown-name"),
        // Months and years.
        ("enterprise", "year", "万元", "enterprise.sales", "period-mismatch"),
        ("park", "year", "万元", "sum(enterprise.sales)", "period-mismatch"),
        ("enterprise", "month", "万元", "enterprise.revenue", "period-mismatch"),
        ("enterprise", "month", "万元", "year_to_date(enterprise.revenue)", "period-mismatch"),
        ("enterprise", "year", "万元", "sales_quarter", "not-allowed-here"),
        ("park", "month", "%", "park_sales / everyone.all_revenue", "not-allowed-here"),
        ("enterprise", "year", "万元", "year_to_date(year_average(enterprise.sales))", "not-allowed-here"),
        ("enterprise", "year", "万元", "moving_sum(enterprise.revenue, 121)", "wrong-arguments"),
        ("enterprise", "year", "万元", "moving_sum(enterprise.revenue, 0)", "wrong-arguments"),
        ("park", "year", "万元", "year_to_date(sum(enterprise.sales))", "not-allowed-here"),
        // Registers belong to someone.
        ("park", "year", "万元", "sum(loan.amount)", "not-allowed-here"),
        ("enterprise", "year", "亩", "sum(site.area)", "not-allowed-here"),
        ("trade", "year", "亩", "sum(site.area)", "not-allowed-here"),
        ("enterprise", "year", "万元", "loan.amount", "not-allowed-here"),
        ("enterprise", "year", "万元", "sum(loan.amounts)", "unknown-field"),
        // Shapes and units.
        ("enterprise", "year", "bool", "enterprise.revenue", "unit-mismatch"),
        ("enterprise", "year", "倍", "is_big", "unit-mismatch"),
        ("enterprise", "year", "bool", "is_big > is_small", "wrong-type"),
        ("enterprise", "year", "倍", "years_between(enterprise.founded, enterprise.revenue)", "wrong-type"),
        ("enterprise", "year", "倍", "years_between(enterprise.founded)", "wrong-arguments"),
        ("enterprise", "year", "bool", "period_end()", "unit-mismatch"),
        ("park", "year", "亩", "sum(enterprise.output_per_head)", "unit-mismatch"),
        // Circles, also by way of a group.
        ("enterprise", "year", "倍", "tried + 1", "cycle"),
        ("nowhere", "year", "倍", "1", "unknown-word"),
    ];
    let mut wrong = Vec::new();
    for (subject, period, unit, formula, code) in cases {
        let found = findings(subject, period, unit, formula);
        if !found.contains(&code) {
            wrong.push(format!("{subject} {period} {formula}: {found:?} instead of {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn formulas_that_are_plain_are_accepted() {
    let cases = [
        ("district", "year", "家", "count(enterprise) FILTER (WHERE enterprise.is_above_scale)"),
        ("district", "month", "万元", "sum(enterprise.sales)"),
        ("district", "year", "万元", "sum(year_to_date(enterprise.sales))"),
        (
            "district",
            "year",
            "%",
            "sum(park.land_area) FILTER (WHERE park.is_leading_park) / sum(park.land_area)",
        ),
        (
            "trade",
            "year",
            "家",
            "count(enterprise) FILTER (WHERE enterprise.is_big AND not enterprise.is_small)",
        ),
        ("everyone", "year", "万元", "max(enterprise.revenue_mean)"),
        ("everyone", "year", "亩", "sum(site.area)"),
        ("park", "year", "%", "d_share_of_park"),
        ("enterprise", "year", "bool", "is_big and age >= 3"),
        ("enterprise", "year", "bool", "enterprise.founded between period_start() and period_end()"),
        ("enterprise", "month", "%", "sales_quarter / previous(sales_quarter, 12) - 1"),
        ("park", "year", "%", "previous(share_of_district)"),
        ("park", "year", "%", "sum(enterprise.revenue) / previous(district.district_revenue)"),
        ("enterprise", "year", "万元", "moving_avg(previous(enterprise.revenue), 3)"),
    ];
    for (subject, period, unit, formula) in cases {
        let formula = formula.replace("d_share_of_park", "share_of_district");
        let found = findings(subject, period, unit, &formula);
        assert!(found.is_empty(), "{subject} {period} {formula}: {found:?}");
    }
}

#[test]
fn a_circle_through_a_group_is_found() {
    let text = "[indicator.mine]\nname = \"甲\"\nsubject = \"enterprise\"\nunit = \"%\"\ndecimals = 2\n\
                source = \"演示数据\"\nformula = \"enterprise.revenue / district.ours\"\n\n\
                [indicator.ours]\nname = \"乙\"\nsubject = \"district\"\nunit = \"万元\"\ndecimals = 2\n\
                source = \"演示数据\"\nformula = \"sum(enterprise.revenue) FILTER (WHERE enterprise.mine > 0)\"\n";
    let all = [files(), vec![SourceFile::new("indicators/tried.toml", text.to_owned())]].concat();
    let found: Vec<&str> = compile(&all, &[]).diagnostics.iter().map(|d| d.code).collect();
    assert!(found.contains(&"cycle"), "{found:?}");
}

/// Codes of what is wrong when a file of the package is another one.
fn findings_with(path: &str, text: &str) -> Vec<&'static str> {
    let mut all = files();
    all.retain(|file| file.path != path);
    all.push(SourceFile::new(path, text.to_owned()));
    compile(&all, &[]).diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code).collect()
}

#[test]
fn groupings_that_cannot_be_told_or_compared_are_refused() {
    let original = fs::read_to_string(here("tests/features/groupings.toml")).expect("it is there");
    let with = |grouping: &str| findings_with("groupings.toml", &format!("{original}\n{grouping}"));
    let head = |id: &str| format!("[grouping.{id}]\nname = \"试\"\n");
    let of = |id: &str, fields: &str| with(&format!("{}{fields}\n", head(id)));
    assert_eq!(of("tried", "enterprises = [\"is_above_scale\"]"), [""; 0]);
    assert_eq!(of("tried", ""), ["missing-key"]);
    assert_eq!(of("tried", "enterprises = [\"nothing\"]"), ["unknown-field"]);
    assert_eq!(of("tried", "enterprises = [\"is_leading\"]"), ["wrong-type"], "a derived field");
    assert_eq!(of("tried", "enterprises = [\"revenue\"]"), ["wrong-type"], "a decimal");
    assert_eq!(of("tried", "enterprises = [\"district\"]\nparks = []"), ["wrong-type"]);
    assert_eq!(of("tried", "enterprises = [\"district\"]\nparks = [\"leading_industry\"]"), ["wrong-type"]);
    assert_eq!(of("park", "parks = []"), ["bad-id"]);
    assert_eq!(of("loan", "parks = []"), ["duplicate-id"]);
    assert!(of("district", "parks = []").contains(&"toml-syntax"), "TOML has each table once");
}

#[test]
fn registers_need_an_owner_and_a_free_name() {
    let field = "[field.amount]\nname = \"金额\"\ntype = \"decimal\"\nunit = \"万元\"\ndecimals = 2\nkind = \"flow\"\n";
    let of = |path: &str, head: &str| findings_with(path, &format!("{head}\n{field}"));
    assert_eq!(of("records/fine.toml", "[record]\nname = \"试\"\nsubject = \"park\""), [""; 0]);
    assert_eq!(of("records/fine.toml", ""), ["missing-key"]);
    assert_eq!(of("records/fine.toml", "[record]\nname = \"试\"\nsubject = \"city\""), ["unknown-word"]);
    assert_eq!(of("records/park.toml", "[record]\nname = \"试\"\nsubject = \"park\""), ["bad-id"]);
}

#[test]
fn a_condition_may_ask_for_a_yes_and_worked_examples_are_checked_like_the_rest() {
    let criterion = "[[criterion]]\nid = \"tried\"\nname = \"试\"\nclause = \"1.1\"\nsource = \"演示数据\"\n\
                     test = { indicator = \"is_leading_park\", op = \"=\", value = \"1\" }\n";
    assert_eq!(findings_with("criteria/tried.toml", criterion), [""; 0]);
    let example = |records: &str, expect: &str| {
        let text = format!(
            "[[example]]\nid = \"tried\"\nname = \"试\"\nyear = 2024\nenterprises = [[\"enterprise\"], [\"一厂\"]]\n\
             {records}\nexpect = [{{ {expect} }}]\n"
        );
        findings_with("tests/tried.toml", &text)
    };
    let fine = "enterprise = \"一厂\", indicator = \"loans\", value = \"5\"";
    assert_eq!(example("records.loan = [[\"enterprise\", \"amount\"], [\"一厂\", \"5\"]]", fine), [""; 0]);
    assert_eq!(example("records.credit = [[\"enterprise\"]]", fine), ["unknown-word"]);
    assert_eq!(
        example("records.loan = [[\"enterprise\", \"amounts\"], [\"一厂\", \"5\"]]", fine),
        ["unknown-field"]
    );
    assert_eq!(example("records.loan = [[\"enterprise\"], [\"二厂\"]]", fine), ["unknown-subject"]);
    assert_eq!(example("records.loan = [[\"amount\"], [\"5\"]]", fine), ["missing-column"]);
    assert_eq!(
        example("", "group = \"region/x\", indicator = \"loans\", value = \"5\""),
        ["unknown-grouping"]
    );
    let both = "group = \"everyone\", enterprise = \"一厂\", indicator = \"loans\", value = \"5\"";
    assert_eq!(example("", both), ["expectation-subject"]);
}

fn criterion(threshold: &str) -> Vec<&'static str> {
    let text = format!(
        "[[criterion]]\nid = \"tried\"\nname = \"试\"\nclause = \"1.1\"\nsource = \"演示数据\"\n\
         test = {{ indicator = \"best_output_per_head\", op = \">=\", threshold = \"{threshold}\" }}\n"
    );
    let all = [files(), vec![SourceFile::new("criteria/tried.toml", text)]].concat();
    compile(&all, &[]).diagnostics.iter().filter(|d| d.is_error()).map(|d| d.code).collect()
}

#[test]
fn a_threshold_may_be_the_groups_figure_of_the_same_kind_of_period_and_no_window() {
    assert_eq!(criterion("district.district_output_per_head * 1.5"), [""; 0]);
    assert_eq!(criterion("year_to_date(district.district_output_per_head)"), ["not-allowed-here"]);
    assert_eq!(criterion("everyone.all_sales"), ["not-allowed-here"]);
    assert_eq!(criterion("trade.trade_revenue"), ["not-allowed-here"]);
    assert_eq!(criterion("sum(enterprise.revenue)"), ["not-allowed-here"]);
}

/// One enterprise with a year of sales, of which the months named are missing.
struct Months {
    package: Package,
    frame: Frame,
}

impl Months {
    fn without(missing: &[i8]) -> Self {
        let package = package();
        let periods = (1..=12).map(|month| Period::Month(2024, month)).chain([Period::Year(2024)]).collect();
        let mut builder = FrameBuilder::new(&package, periods, 1);
        let one = builder.enterprise("e1", "一厂");
        let sales = field(&package, "enterprise.sales");
        for month in (1..=12).filter(|month| !missing.contains(month)) {
            let value = Value::Number(Exact::integer(i64::from(month) * 10));
            builder
                .set(SubjectIx::Enterprise(one), sales, Period::Month(2024, month), &value)
                .expect("the value fits");
        }
        let frame = builder.finish();
        Self { package, frame }
    }

    fn figure(&self, indicator: &str) -> (Figure, Coverage) {
        let one = SubjectIx::Enterprise(self.frame.find_enterprise("e1").expect("it is there"));
        of(&self.package, &self.frame, indicator, one, Period::Year(2024))
    }
}

fn field(package: &Package, id: &str) -> FieldIx {
    let position = package.fields.iter().position(|field| field.id == id).expect("declared");
    FieldIx(u32::try_from(position).expect("few"))
}

/// The figure by both evaluators.
fn of(
    package: &Package,
    frame: &Frame,
    indicator: &str,
    subject: SubjectIx,
    period: Period,
) -> (Figure, Coverage) {
    let position = package.indicators.iter().position(|of| of.id == indicator).expect("declared");
    let indicator = IndicatorIx(u32::try_from(position).expect("few"));
    let overrides = Overrides::default();
    let slow = naive::figure(package, frame, &overrides, indicator, subject, period).expect("it runs");
    let fast = figure(package, frame, &overrides, indicator, subject, period).expect("it runs");
    assert_eq!(slow, fast);
    slow
}

/// 万元 in base units.
fn money(text: &str) -> Option<Quotient> {
    exact(text).checked_mul(exact("10000")).map(|base| Quotient::of(base).normalized())
}

#[test]
fn missing_months_bound_a_sum_over_time_by_what_is_admissible() {
    // 780 without the 30 of March and the 50 of May is 700; each of the two may be up to 1,000.
    let (figure, coverage) = Months::without(&[3, 5]).figure("sales_year");
    let Figure::Missing { missing, bounds } = figure else { panic!("{figure:?}") };
    assert_eq!(missing.len(), 2);
    assert_eq!(
        (bounds.low.map(Quotient::normalized), bounds.high.map(Quotient::normalized)),
        (money("700"), money("2700"))
    );
    assert!(!bounds.is_wide && !bounds.may_be_undefined);
    assert_eq!(coverage, Coverage { reported: 10, expected: 12 });
}

#[test]
fn a_covered_mean_over_months_is_of_the_months_that_are_there_and_says_how_many() {
    // 780 − 30 − 50 = 700 over ten months.
    let (figure, coverage) = Months::without(&[3, 5]).figure("sales_mean_covered");
    assert_eq!(figure.known().map(Quotient::normalized), money("70"));
    assert_eq!(coverage, Coverage { reported: 10, expected: 12 });
    let (figure, coverage) = Months::without(&[3, 5, 6, 7]).figure("sales_mean_covered");
    assert!(matches!(figure, Figure::Missing { .. }), "8 of 12 is below the line of 0.75");
    assert_eq!(coverage, Coverage { reported: 8, expected: 12 });
}

#[test]
fn with_nothing_at_all_a_covered_figure_is_missing_and_never_zero() {
    let all: Vec<i8> = (1..=12).collect();
    let (figure, coverage) = Months::without(&all).figure("sales_mean_covered");
    let Figure::Missing { missing, bounds } = figure else { panic!("{figure:?}") };
    assert_eq!((missing.len(), bounds.low, bounds.high), (12, None, None));
    assert_eq!(coverage, Coverage { reported: 0, expected: 12 });
    assert_eq!(Months::without(&all).figure("months_reported").0.known(), Some(Quotient::ZERO));
}

#[test]
fn an_open_yes_or_no_lies_between_no_and_yes() {
    let (figure, _) = Months::without(&[]).figure("is_big");
    let Figure::Missing { bounds, .. } = figure else { panic!("{figure:?}") };
    assert_eq!((bounds.low, bounds.high), (Some(Quotient::ZERO), Some(Quotient::of(Exact::ONE))));
}

#[test]
fn a_group_knows_its_members_of_each_period_and_nothing_of_a_period_that_was_not_loaded() {
    let package = package();
    let years = vec![Period::Year(2023), Period::Year(2024)];
    let mut builder = FrameBuilder::new(&package, years, 1);
    let one = SubjectIx::Enterprise(builder.enterprise("e1", "一厂"));
    let (district, revenue) = (field(&package, "enterprise.district"), field(&package, "enterprise.revenue"));
    for (year, home, value) in [(2023, "梁溪", "100"), (2024, "新吴", "300")] {
        let period = Period::Year(year);
        builder.set(one, district, period, &Value::Text(home.to_owned())).expect("it fits");
        builder.set(one, revenue, period, &Value::Number(exact(value))).expect("it fits");
    }
    let frame = builder.finish();
    let grouping = package.grouping("district").expect("declared");
    let groups: Vec<_> = frame.groups(grouping).map(SubjectIx::Group).collect();
    let ids: Vec<&str> = groups.iter().map(|group| frame.subject(*group).id.as_str()).collect();
    assert_eq!(ids, ["district/新吴", "district/梁溪"], "in the order of their values");
    let revenue =
        |group: SubjectIx, year: i16| of(&package, &frame, "district_revenue", group, Period::Year(year)).0;
    assert_eq!(revenue(groups[0], 2024).known().map(Quotient::normalized), money("300"));
    assert_eq!(revenue(groups[0], 2023).known(), Some(Quotient::ZERO));
    assert_eq!(revenue(groups[1], 2023).known().map(Quotient::normalized), money("100"));
    let unknown = Figure::Undefined { reason: Undefined::PeriodNotLoaded, missing: Vec::new() };
    assert_eq!(revenue(groups[0], 2022), unknown);
    let one = SubjectIx::Enterprise(frame.find_enterprise("e1").expect("it is there"));
    let share = |year: i16| of(&package, &frame, "relative_output", one, Period::Year(year)).0;
    assert!(matches!(share(2022), Figure::Undefined { reason: Undefined::PeriodNotLoaded, .. }));
}

#[test]
fn an_enterprise_without_a_group_has_no_comparison_and_nothing_that_is_filed_could_give_it_one() {
    let package = package();
    let mut builder = FrameBuilder::new(&package, vec![Period::Year(2024)], 1);
    builder.enterprise("e1", "一厂");
    let frame = builder.finish();
    let one = SubjectIx::Enterprise(frame.find_enterprise("e1").expect("it is there"));
    let (figure, _) = of(&package, &frame, "trade_share", one, Period::Year(2024));
    let Figure::Undefined { reason, missing } = figure else { panic!("{figure:?}") };
    assert_eq!(reason, Undefined::NoGroup);
    assert_eq!(missing.len(), 1, "its own revenue is named all the same");
}

#[test]
fn a_record_counts_on_the_last_day_of_the_period() {
    let package = package();
    let periods = vec![Period::Year(2023), Period::Year(2024), Period::Month(2024, 6)];
    let mut builder = FrameBuilder::new(&package, periods.clone(), 1);
    let one = SubjectIx::Enterprise(builder.enterprise("e1", "一厂"));
    builder.enterprise("e2", "二厂");
    let amount = field(&package, "loan.amount");
    let loan = RecordIx(0);
    for (id, from, to, value) in [
        ("until June", date(2020, 1, 1), Some(date(2024, 6, 30)), "1"),
        ("from June", date(2024, 6, 30), None, "20"),
        ("in 2023", date(2023, 12, 31), Some(date(2023, 12, 31)), "300"),
    ] {
        let record = SubjectIx::Record(builder.record(loan, one, id, from, to));
        for period in &periods {
            builder.set(record, amount, *period, &Value::Number(exact(value))).expect("it fits");
        }
    }
    let frame = builder.finish();
    let one = SubjectIx::Enterprise(frame.find_enterprise("e1").expect("it is there"));
    let loans =
        |period: Period| of(&package, &frame, "loans", one, period).0.known().map(Quotient::normalized);
    assert_eq!(loans(Period::Year(2023)), money("301"));
    assert_eq!(loans(Period::Month(2024, 6)), money("21"));
    assert_eq!(loans(Period::Year(2024)), money("20"));
    let other = SubjectIx::Enterprise(frame.find_enterprise("e2").expect("it is there"));
    assert_eq!(of(&package, &frame, "loans", other, Period::Year(2024)).0.known(), Some(Quotient::ZERO));
}
