//! Figures of one filing: a recipe is made once per form and story from the fields of the compiled package, and then
//! gives the values of any subject and year. Whole numbers only; nothing is rounded that the field does not declare.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{Catalog, Field, FieldType, Form, Kind, Package};
use xiyuan_store::packing::Value;

use super::dice::Dice;
use super::profile::{Profile, Shape};

/// What is written where a text is asked for.
const DEMO_TEXT: &str = "演示数据";
/// Median of numbers about which nothing is known.
const DEFAULT_MEDIAN: i64 = 100;
/// Parts of a factor that stay the same from year to year, of four.
const STEADY_QUARTERS: i64 = 3;

/// Whose figures.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Seed of the figures: twins share it.
    pub key: u64,
    /// Size in thousandths of the median.
    pub size: u32,
    /// Growth from year to year.
    pub growth_permille: i64,
}

/// Values of one filing by position in [`Recipe::fields`].
pub type Figures = Vec<(usize, Value)>;

#[derive(Clone, Debug)]
enum Make {
    Median(i64),
    Of { step: usize, ppm: [i64; 2], plus: i64 },
    Between([i64; 2]),
    Yes(u32),
    AtLeast { step: usize, bound: i128 },
    Code(Arc<[String]>),
    Text(Arc<[String]>),
    Day,
}

#[derive(Clone, Debug)]
struct Step {
    decimals: u32,
    low: Option<i128>,
    high: Option<i128>,
    missing_permille: u32,
    is_flow: bool,
    make: Make,
}

/// How the values of a form are made up.
#[derive(Clone, Debug)]
pub struct Recipe {
    fields: Vec<String>,
    steps: Vec<Step>,
}

impl Recipe {
    /// Of a form, with the shapes of a story laid over those of the profile.
    pub fn new(package: &Package, form: &Form, profile: &Profile, story: &BTreeMap<String, Shape>) -> Self {
        let fields: Vec<&Field> =
            form.sections.iter().flat_map(|s| &s.fields).map(|ix| &package.fields[ix.index()]).collect();
        let shape_of = |field: &Field| story.get(&field.id).or_else(|| profile.shapes.get(&field.id));
        let ordered = in_order(&fields, &shape_of);
        let position = |id: &str| ordered.iter().position(|field| field.id == id);
        let mut steps: Vec<Step> = Vec::with_capacity(ordered.len());
        for field in &ordered {
            let shape = shape_of(field);
            let make = make(package, field, shape, &position, &steps);
            let missing_permille = match shape {
                Some(shape) => shape.missing_permille,
                None if field.required => 0,
                None => profile.optional_missing_permille,
            };
            steps.push(Step {
                decimals: field.decimals,
                low: field.range.min.and_then(|min| min.rescale_exact(field.decimals)).map(|e| e.mantissa),
                high: field.range.max.and_then(|max| max.rescale_exact(field.decimals)).map(|e| e.mantissa),
                missing_permille,
                is_flow: field.ty == FieldType::Decimal && field.kind == Kind::Flow,
                make,
            });
        }
        Self { fields: ordered.iter().map(|field| field.id.clone()).collect(), steps }
    }

    /// Ids of the fields, in the order of the positions in [`Figures`].
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Values of a subject. `year` is the calendar year, `age` how many years after the first of the city.
    /// Amounts that were filed wrongly are `scale_permille` of what is right.
    pub fn figures(&self, subject: &Subject, year: i16, age: u32, scale_permille: u32) -> Figures {
        let mut steady = Dice::of(&[subject.key]);
        let mut yearly = Dice::of(&[subject.key, u64::from(year.unsigned_abs())]);
        let mut numbers: Vec<i128> = Vec::with_capacity(self.steps.len());
        let mut figures = Figures::with_capacity(self.steps.len());
        for (position, step) in self.steps.iter().enumerate() {
            let is_missing = yearly.chance(step.missing_permille);
            let (number, value) =
                self.value(step, subject, (&mut steady, &mut yearly), &numbers, (year, age));
            numbers.push(number);
            if is_missing {
                continue;
            }
            let value = match value {
                None => {
                    let mantissa =
                        if step.is_flow { number * i128::from(scale_permille) / 1000 } else { number };
                    Value::Number(Exact { mantissa, scale: step.decimals })
                }
                Some(value) => value,
            };
            figures.push((position, value));
        }
        figures
    }

    /// The number of a step, in units of its last decimal, and its value where that is no number.
    fn value(
        &self,
        step: &Step,
        subject: &Subject,
        (steady, yearly): (&mut Dice, &mut Dice),
        numbers: &[i128],
        (year, age): (i16, u32),
    ) -> (i128, Option<Value>) {
        let unit = 10_i128.pow(step.decimals);
        let number = match &step.make {
            Make::Median(median) => {
                let mut number = i128::from(*median) * unit * i128::from(subject.size) / 1000;
                for _ in 0..age {
                    number = number * i128::from(subject.growth_permille) / 1000;
                }
                number * i128::from(yearly.between([970, 1030])) / 1000
            }
            Make::Of { step: other, ppm, plus } => {
                let factor = STEADY_QUARTERS * steady.between(*ppm) + yearly.between(*ppm);
                let from = 10_i128.pow(self.steps[*other].decimals);
                numbers[*other] * i128::from(factor) * unit / (4_000_000 * from) + i128::from(*plus) * unit
            }
            Make::Between([low, high]) => {
                let (low, high) = (i128::from(*low) * unit, i128::from(*high) * unit);
                let width = i64::try_from(high - low).unwrap_or(i64::MAX);
                low + i128::from(steady.between([0, width]))
            }
            Make::Yes(permille) => return (0, Some(Value::Bool(steady.chance(*permille)))),
            Make::AtLeast { step: other, bound } => return (0, Some(Value::Bool(numbers[*other] >= *bound))),
            Make::Code(codes) => return (0, Some(Value::Code(pick(codes, steady)))),
            Make::Text(texts) => return (0, Some(Value::Text(pick(texts, steady)))),
            Make::Day => {
                let day = Date::new(year, 6, 15).unwrap_or(Date::MAX);
                return (0, Some(Value::Date(day)));
            }
        };
        let number = step.low.map_or(number, |low| number.max(low));
        (step.high.map_or(number, |high| number.min(high)), None)
    }
}

fn pick(list: &[String], dice: &mut Dice) -> String {
    list.get(dice.index(list.len())).cloned().unwrap_or_default()
}

/// The field that a shape is computed from.
fn base(shape: Option<&Shape>) -> Option<&str> {
    shape.and_then(|shape| shape.of.as_deref().or(shape.when.as_deref()))
}

/// Fields so that each comes after the one it is computed from; the form's order otherwise.
fn in_order<'p>(fields: &[&'p Field], shape_of: &impl Fn(&Field) -> Option<&'p Shape>) -> Vec<&'p Field> {
    let mut waiting: Vec<&Field> = fields.to_vec();
    let mut ordered: Vec<&Field> = Vec::with_capacity(fields.len());
    while !waiting.is_empty() {
        let ready = |field: &&Field| match base(shape_of(field)) {
            Some(base) if fields.iter().any(|other| other.id == base) => {
                ordered.iter().any(|other| other.id == base)
            }
            _ => true,
        };
        // In a circle of shapes the first one is taken; it then falls back to its type.
        let next = waiting.iter().position(ready).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

fn make(
    package: &Package,
    field: &Field,
    shape: Option<&Shape>,
    position: &impl Fn(&str) -> Option<usize>,
    steps: &[Step],
) -> Make {
    let before = base(shape).and_then(position).filter(|other| *other < steps.len());
    let is_number = matches!(field.ty, FieldType::Decimal | FieldType::Integer);
    if let (Some(shape), true) = (shape, is_number) {
        match (shape.median, before, shape.range) {
            (Some(median), _, _) => return Make::Median(median),
            (_, Some(step), _) => return Make::Of { step, ppm: shape.ppm, plus: shape.plus },
            (_, _, Some(range)) => return Make::Between(range),
            _ => {}
        }
    }
    match (&field.ty, shape) {
        (FieldType::Bool, Some(Shape { at_least, .. })) if before.is_some() => {
            let step = before.unwrap_or_default();
            Make::AtLeast { step, bound: i128::from(*at_least) * 10_i128.pow(steps[step].decimals) }
        }
        (FieldType::Bool, Some(Shape { yes_permille: Some(permille), .. })) => Make::Yes(*permille),
        (FieldType::Bool, _) => Make::Yes(600),
        (FieldType::Text, Some(shape)) if !shape.texts.is_empty() => Make::Text(shape.texts.clone().into()),
        (FieldType::Text, _) => Make::Text(vec![DEMO_TEXT.to_owned()].into()),
        (FieldType::Date, _) => Make::Day,
        (FieldType::Choice { catalog }, _) => {
            Make::Code(package.catalogs.get(catalog).map(leaves).unwrap_or_default().into())
        }
        (FieldType::Decimal | FieldType::Integer, _) => by_range(field),
    }
}

/// A number about which only the declaration is known: even inside a closed range, else by size.
fn by_range(field: &Field) -> Make {
    let whole = |bound: Option<Exact>| {
        let bound = bound?.rescale_exact(0)?;
        i64::try_from(bound.mantissa).ok()
    };
    match (whole(field.range.min), whole(field.range.max)) {
        (Some(low), Some(high)) => Make::Between([low, high]),
        _ => Make::Median(DEFAULT_MEDIAN),
    }
}

/// Codes of a catalogue that are not heads of others.
pub fn leaves(catalog: &Catalog) -> Vec<String> {
    let heads: std::collections::HashSet<&str> =
        catalog.entries.iter().filter_map(|entry| entry.parent.as_deref()).collect();
    let codes = catalog.entries.iter().map(|entry| entry.code.clone());
    codes.filter(|code| !heads.contains(code.as_str())).collect()
}
