//! A policy package made by hand, with what frames read.

use indexmap::IndexMap;
use jiff::civil::date;
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{
    Benchmark, Criterion, EvidenceKind, Fact, Field, FieldType, Form, Frequency, Kind, Origin, Package,
    Place, Range, Reading, Section, Sensitivity, Subject, Test,
};
use xiyuan_policy::plan::{FactIx, FieldIx};

use crate::city::FORM;

/// Position of `enterprise.revenue`.
pub const REVENUE: FieldIx = FieldIx(0);
/// Position of `enterprise.tax`, which is sensitive.
pub const TAX: FieldIx = FieldIx(1);
/// Position of `enterprise.leading_industry`, kept by the registry.
pub const INDUSTRY: FieldIx = FieldIx(2);
/// Position of `enterprise.district`, kept by the registry.
pub const DISTRICT: FieldIx = FieldIx(3);
/// Position of `enterprise.stage`, a code.
pub const STAGE: FieldIx = FieldIx(4);

fn field(key: &str, ty: FieldType, origin: Origin, sensitivity: Sensitivity) -> Field {
    Field {
        id: format!("enterprise.{key}"),
        key: key.to_owned(),
        subject: Subject::Enterprise,
        name: key.to_owned(),
        ty,
        unit: None,
        decimals: 2,
        kind: Kind::Flow,
        range: Range::default(),
        admissible: Range::default(),
        admissible_basis: None,
        sensitivity,
        sources: vec!["企业填报".to_owned()],
        tolerance: None,
        origin,
        required: false,
        help: None,
        place: Place { file: "fields.toml".to_owned(), line: 1, column: 1 },
    }
}

pub fn package() -> Package {
    let filed = || Origin::Form { form: FORM.to_owned() };
    let kept = |key: &str| Origin::Registry { key: key.to_owned() };
    let choice = || FieldType::Choice { catalog: "c".to_owned() };
    let (general, sensitive) = (Sensitivity::General, Sensitivity::Sensitive);
    Package {
        groupings: Vec::new(),
        records: Vec::new(),
        scorecards: Vec::new(),
        targets: Vec::new(),
        tasks: Vec::new(),
        id: "test".to_owned(),
        title: "演示政策".to_owned(),
        issuer: "演示市".to_owned(),
        document_number: None,
        issued: date(2025, 1, 1),
        in_force_from: date(2025, 1, 1),
        in_force_to: None,
        digest: "00".to_owned(),
        uses: Vec::new(),
        clauses: IndexMap::new(),
        units: IndexMap::new(),
        catalogs: IndexMap::new(),
        fields: vec![
            field("revenue", FieldType::Decimal, filed(), general),
            field("tax", FieldType::Decimal, filed(), sensitive),
            field("leading_industry", choice(), kept("leading_industry"), general),
            field("district", choice(), kept("district"), general),
            field("stage", choice(), filed(), general),
            Field {
                id: "park.is_recognised".to_owned(),
                subject: Subject::Park,
                ..field("is_recognised", FieldType::Bool, kept("is_recognised"), general)
            },
        ],
        forms: vec![Form {
            id: FORM.to_owned(),
            name: "企业年报".to_owned(),
            subject: Subject::Enterprise,
            frequency: Frequency::Year,
            due_months_after: 3,
            due_day: 31,
            owed_by: "企业".to_owned(),
            sections: vec![Section { name: "主要指标".to_owned(), fields: vec![REVENUE, TAX, STAGE] }],
            checks: Vec::new(),
        }],
        parameters: Vec::new(),
        benchmarks: vec![Benchmark {
            id: "city.value_added_rate".to_owned(),
            name: "全市增加值率".to_owned(),
            unit: "%".to_owned(),
            decimals: 1,
            owed_by: "统计局".to_owned(),
            definition: "演示".to_owned(),
            published: vec![(2024, Exact { mantissa: 211, scale: 1 }, "演示来源".to_owned())],
            admissible: Range::default(),
        }],
        indicators: Vec::new(),
        facts: vec![Fact {
            id: "operator.registered".to_owned(),
            name: "已注册".to_owned(),
            judged_by: "district_officer".to_owned(),
            clause: "1".to_owned(),
        }],
        evidence: vec![EvidenceKind {
            id: "license".to_owned(),
            name: "营业执照".to_owned(),
            clause: "1".to_owned(),
        }],
        criteria: vec![criterion("ratio", true), criterion("operator", false)],
        assessments: Vec::new(),
    }
}

/// A condition with two readings.
fn criterion(id: &str, is_soft: bool) -> Criterion {
    let reading = |id: &str| Reading {
        id: id.to_owned(),
        text: String::new(),
        clause: "1".to_owned(),
        quote: String::new(),
        test: Test::Fact { fact: FactIx(0) },
    };
    Criterion {
        id: id.to_owned(),
        name: "演示条件".to_owned(),
        readings: vec![reading("default"), reading("strict")],
        judged_by: None,
        is_soft,
        basis: None,
        source: None,
        place: Place { file: String::new(), line: 1, column: 1 },
    }
}
