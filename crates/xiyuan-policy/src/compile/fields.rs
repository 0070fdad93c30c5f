//! `fields/*.toml` and the fields of forms: the dictionary of fields, derived fields.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::{Builder, check_id};
use super::files::{Loaded, LoadedFile};
use super::order::order;
use crate::diagnostic::{Diagnostic, meant};
use crate::language::{Context, Derived, FieldEntry, Home, Quantity, Text, Tree, Type, Units};
use crate::number::Exact;
use crate::package::{Field, FieldType, Frequency, Kind, Origin, Range, Sensitivity, Subject, Unit};
use crate::plan::FieldIx;
use crate::source::{Located, NodeValue, Reader, count};

/// Words for subjects.
pub(super) const SUBJECTS: [(&str, Subject); 3] =
    [("enterprise", Subject::Enterprise), ("park", Subject::Park), ("city", Subject::City)];
/// Words for periods.
pub(super) const FREQUENCIES: [(&str, Frequency); 2] =
    [("year", Frequency::Year), ("month", Frequency::Month)];

/// A derived field whose formula waits until all fields are known.
pub(super) struct PendingDerived {
    field: usize,
    text: Text,
    tree: Option<Tree>,
}

/// Where a field stands.
pub(super) struct FieldHome<'h> {
    pub(super) subject: Subject,
    pub(super) frequency: Option<Frequency>,
    pub(super) origin: Option<Origin>,
    pub(super) source: &'h str,
}

impl Builder<'_> {
    /// Reads one file of fields that no form asks for.
    pub(super) fn read_fields(&mut self, package: &Loaded, file: &LoadedFile) {
        let reader = file.reader(self.findings);
        let default = reader.choice("subject", &SUBJECTS);
        for (key, item) in reader.named_tables("field") {
            let own = item.choice("subject", &SUBJECTS);
            let Some(subject) = own.or(default) else {
                let place = item.place();
                self.findings.add(
                    Diagnostic::error("missing-key", place, "缺少键“subject”").expected("subject = \"park\""),
                );
                continue;
            };
            let registry = item.text("registry");
            let formula = item.text("formula");
            if registry.is_some() == formula.is_some() {
                let message = "registry 与 formula 应写且只写一个";
                self.findings.add(Diagnostic::error("field-origin", item.place(), message));
            }
            let origin = registry.map(|key| Origin::Registry { key: key.value });
            let home = FieldHome { subject, frequency: None, origin, source: "登记" };
            let index = self.read_field(package, &key, &item, home);
            item.finish();
            if let (Some(index), Some(formula)) = (index, formula) {
                let text = Text::new(&formula);
                let tree = self.parse(&text);
                let field = index.index();
                self.names.fields[field].derived = Derived::Failed;
                self.pending_derived.push(PendingDerived { field, text, tree });
            }
        }
        reader.finish();
    }

    pub(super) fn read_field(
        &mut self,
        package: &Loaded,
        key: &Located<String>,
        item: &Reader<'_>,
        home: FieldHome<'_>,
    ) -> Option<FieldIx> {
        let name = item.need_text("name");
        let shape = self.shape(item);
        let sensitivity =
            item.choice("sensitivity", &[("一般", Sensitivity::General), ("敏感", Sensitivity::Sensitive)]);
        let (sources, tolerance) = self.sources(item, home.source, shape.as_ref());
        let required = item.flag("required", true);
        let help = item.text("help").map(|help| help.value);
        let id =
            Located::new(format!("{}.{}", self.names.scope_word(home.subject), key.value), key.place.clone());
        if !check_id(key, false, self.findings) || !self.declare("field", &id) {
            return None;
        }
        let Some(shape) = shape else {
            self.names.broken.insert(id.value);
            return None;
        };
        let index = FieldIx(count(self.fields.len()));
        self.names.keys.entry(home.subject).or_default().insert(key.value.clone(), index);
        self.names.fields.push(FieldEntry {
            id: id.value.clone(),
            ty: shape.type_in_formulas(),
            kind: shape.kind,
            frequency: home.frequency,
            derived: Derived::No,
        });
        if package.is_root && home.frequency.is_some() {
            self.own_fields.insert(index.index());
        }
        self.fields.push(Field {
            id: id.value,
            key: key.value.clone(),
            subject: home.subject,
            name: name.map(|name| name.value).unwrap_or_default(),
            ty: shape.ty,
            unit: shape.unit.map(|unit| unit.name),
            decimals: shape.decimals,
            kind: shape.kind,
            range: shape.range,
            admissible: shape.admissible,
            admissible_basis: shape.admissible_basis,
            sensitivity: sensitivity.unwrap_or(Sensitivity::Sensitive),
            sources,
            tolerance,
            // A derived field gets its formula when all fields are known.
            origin: home.origin.unwrap_or(Origin::Registry { key: String::new() }),
            required,
            help,
            place: id.place,
        });
        Some(index)
    }

    /// `source`, or several `sources` in the order in which they count, and by how much those may differ.
    fn sources(
        &self,
        item: &Reader<'_>,
        default: &str,
        shape: Option<&Shape>,
    ) -> (Vec<String>, Option<Exact>) {
        let one = item.text("source").map(|source| source.value);
        let several = item.texts("sources");
        let tolerance = item.number("tolerance");
        let report = |key: &str, message: &str| {
            self.findings.add(Diagnostic::error("field-sources", item.place_of(key), message));
        };
        if one.is_some() && item.has("sources") {
            report("sources", "source 与 sources 只写一个");
        } else if item.has("sources") && several.len() < 2 {
            report("sources", "sources 至少写两个来源；只有一个来源的写 source");
        }
        if let Some(tolerance) = &tolerance {
            let decimals = shape.filter(|shape| shape.unit.is_some()).map(|shape| shape.decimals);
            if several.len() < 2 {
                report("tolerance", "只有一个来源的字段没有来源之间的差异");
            } else if decimals.is_none_or(|decimals| tolerance.value.normalized().scale > decimals)
                || tolerance.value.is_negative()
            {
                report("tolerance", "tolerance 应是不小于零的数，小数位不多于字段的小数位");
            }
        }
        let mut names: Vec<String> = Vec::new();
        for source in several {
            if names.contains(&source.value) {
                let message = format!("来源“{}”列了两次", source.value);
                self.findings.add(Diagnostic::error("duplicate-id", source.place, message));
            } else {
                names.push(source.value);
            }
        }
        if names.is_empty() {
            names.push(one.unwrap_or_else(|| default.to_owned()));
        }
        (names, tolerance.map(|tolerance| tolerance.value))
    }

    /// Type, unit, decimals, kind, ranges: what belongs together.
    fn shape(&self, item: &Reader<'_>) -> Option<Shape> {
        item.knows(["catalog", "unit", "decimals", "kind", "range", "admissible", "admissible_basis"]);
        let types = ["decimal", "integer", "text", "date", "bool", "choice"].map(|word| (word, word));
        let word = item.need_choice("type", &types)?;
        let ty = match word {
            "decimal" => FieldType::Decimal,
            "integer" => FieldType::Integer,
            "text" => FieldType::Text,
            "date" => FieldType::Date,
            "bool" => FieldType::Bool,
            _ => {
                let catalog = item.need_text("catalog")?;
                let ids = self.catalogs.keys().map(String::as_str);
                self.look_up("unknown-catalog", "目录", &catalog, ids)?;
                FieldType::Choice { catalog: catalog.value }
            }
        };
        if !matches!(ty, FieldType::Decimal | FieldType::Integer) {
            return Some(Shape::without_number(ty));
        }
        let unit = self.need_unit(item);
        let kinds = [("flow", Kind::Flow), ("stock", Kind::Stock), ("ratio", Kind::Ratio)];
        let kind = item.need_choice("kind", &kinds);
        let decimals = if ty == FieldType::Decimal { item.need_whole("decimals", 0..=12) } else { Some(0) };
        let range = self.range(item, "range");
        let admissible = self.admissible(item, range);
        let admissible_basis = item.text("admissible_basis").map(|basis| basis.value);
        if item.has("admissible") && admissible_basis.is_none() {
            self.findings.add(
                Diagnostic::error("missing-key", item.place_of("admissible"), "缺少键“admissible_basis”")
                    .expected("可能范围的依据，或 admissible_basis = \"待核\""),
            );
        }
        Some(Shape {
            ty,
            unit: Some(unit?),
            decimals: decimals?,
            kind: kind?,
            range,
            admissible,
            admissible_basis,
        })
    }

    /// `range`: `">= 0, <= 100"` or `{ min = "0", max = "100" }`; both ends are included.
    pub(super) fn range(&self, item: &Reader<'_>, key: &'static str) -> Range {
        let Some(node) = item.any(key) else {
            return Range::default();
        };
        let range = match &node.value {
            NodeValue::Text(text) => parse_range(text),
            NodeValue::Table(_) => item.table_of(key, node).map(|ends| {
                let end = |name| ends.number(name).map(|number| number.value);
                let range = Range { min: end("min"), max: end("max") };
                ends.finish();
                range
            }),
            _ => None,
        };
        let Some(range) = range else {
            item.report_shape(key, node, "如 \">= 0\"、\">= 0, <= 100\" 或 { min = \"0\", max = \"100\" }");
            return Range::default();
        };
        if let (Some(min), Some(max)) = (range.min, range.max)
            && min > max
        {
            let found = format!("{min} 到 {max}");
            self.findings.add(
                Diagnostic::error("range-reversed", item.place_at(node), "范围的下限大于上限").found(found),
            );
        }
        range
    }

    /// What a missing value may be: the admissible range, at most the range of entry.
    pub(super) fn admissible(&self, item: &Reader<'_>, range: Range) -> Range {
        let own = self.range(item, "admissible");
        Range {
            min: own.min.into_iter().chain(range.min).max(),
            max: own.max.into_iter().chain(range.max).min(),
        }
    }

    /// Checks the formulas of derived fields, used ones first.
    pub(super) fn check_derived_fields(&mut self) {
        let pending = std::mem::take(&mut self.pending_derived);
        let position: BTreeMap<usize, usize> =
            pending.iter().enumerate().map(|(position, derived)| (derived.field, position)).collect();
        let uses: Vec<Vec<usize>> = pending
            .iter()
            .map(|derived| {
                let mut used = BTreeSet::new();
                if let Some(tree) = &derived.tree {
                    tree.names(&mut |parts, _| {
                        let field = self.field_named(parts, self.fields[derived.field].subject);
                        used.extend(field.and_then(|field| position.get(&field.index())));
                    });
                }
                used.into_iter().collect()
            })
            .collect();
        let (order, circle) = order(&uses);
        if let Some(circle) = circle {
            let names: Vec<&str> =
                circle.iter().map(|at| self.fields[pending[*at].field].id.as_str()).collect();
            let place = self.fields[pending[circle[0]].field].place.clone();
            self.findings.add(Diagnostic::error("cycle", place, "派生字段互相引用").found(names.join(" → ")));
        }
        for at in order {
            self.check_derived(&pending[at]);
        }
    }

    fn check_derived(&mut self, derived: &PendingDerived) {
        let field = &self.fields[derived.field];
        let Some(tree) = &derived.tree else {
            return;
        };
        let unit = field.unit.as_ref().and_then(|unit| self.units.get(unit).ok());
        let context = Context { subject: field.subject, home: Home::Derived, unit };
        let Some(checked) = self.check(&derived.text, tree, context) else {
            return;
        };
        let declared = &self.names.fields[derived.field].ty;
        let fits = match (&checked.ty, declared) {
            (Type::Number(is), Type::Number(unit)) => is.fits(unit),
            (Type::Text(_), Type::Text(_)) => true,
            (is, declared) => is == declared,
        };
        if !fits {
            let place = derived.text.place(tree.at);
            let words = |ty: &Type| self.describe(ty);
            self.findings.add(
                Diagnostic::error("unit-mismatch", place, "公式的结果与字段声明的类型或单位不符")
                    .found(words(&checked.ty))
                    .expected(words(declared)),
            );
            return;
        }
        self.names.fields[derived.field].derived = Derived::Ready(checked.expression.clone());
        let formula = derived.text.written.clone();
        self.fields[derived.field].origin = Origin::Derived { expression: checked.expression, formula };
    }

    /// A shape in words.
    pub(super) fn describe(&self, ty: &Type) -> String {
        match ty {
            Type::Number(quantity) => self.units.describe(quantity),
            Type::Text(_) => "文字或代码".to_owned(),
            Type::Bool => "是/否".to_owned(),
            Type::Date => "日期".to_owned(),
        }
    }

    fn field_named(&self, parts: &[String], own: Subject) -> Option<FieldIx> {
        match parts {
            [key] => self.names.field(own, key),
            [scope, key] => {
                let (_, subject) = SUBJECTS.iter().find(|(word, _)| word == scope)?;
                self.names.field(*subject, key)
            }
            _ => None,
        }
    }

    /// A key of a subject, for worked examples; unknown ones are reported with the nearest.
    pub(super) fn field_of(&self, subject: Subject, key: &Located<String>) -> Option<FieldIx> {
        let found = self.names.field(subject, &key.value);
        let id = format!("{}.{}", self.names.scope_word(subject), key.value);
        if found.is_none() && !self.names.broken.contains(&id) {
            let message = format!("没有字段“{id}”");
            let hint = meant(&key.value, self.names.keys_of(subject));
            self.findings.add(Diagnostic::error("unknown-field", key.place.clone(), message).hint(hint));
        }
        found
    }
}

struct Shape {
    ty: FieldType,
    unit: Option<Unit>,
    decimals: u32,
    kind: Kind,
    range: Range,
    admissible: Range,
    admissible_basis: Option<String>,
}

impl Shape {
    fn without_number(ty: FieldType) -> Self {
        Self {
            ty,
            unit: None,
            decimals: 0,
            kind: Kind::Stock,
            range: Range::default(),
            admissible: Range::default(),
            admissible_basis: None,
        }
    }

    fn type_in_formulas(&self) -> Type {
        match &self.ty {
            FieldType::Decimal | FieldType::Integer => {
                let none = Quantity::ratio(crate::language::Ratio::Plain);
                Type::Number(self.unit.as_ref().map_or(none, Units::quantity))
            }
            FieldType::Text => Type::Text(None),
            FieldType::Choice { catalog } => Type::Text(Some(catalog.clone())),
            FieldType::Bool => Type::Bool,
            FieldType::Date => Type::Date,
        }
    }
}

fn parse_range(text: &str) -> Option<Range> {
    let mut range = Range::default();
    for part in text.split([',', '，']) {
        let part = part.trim();
        let (end, number) = if let Some(rest) = part.strip_prefix(">=").or(part.strip_prefix('≥')) {
            (&mut range.min, rest)
        } else {
            let rest = part.strip_prefix("<=").or(part.strip_prefix('≤'))?;
            (&mut range.max, rest)
        };
        if end.replace(Exact::parse(number.trim()).ok()?).is_some() {
            return None;
        }
    }
    Some(range)
}
