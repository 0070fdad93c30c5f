//! The synthetic city (演示数据).

use std::error::Error;

use xiyuan_policy::frame::{Frame, FrameBuilder, Period, SubjectIx, Value};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{FieldType, Origin, Package, Subject};
use xiyuan_policy::plan::{BenchmarkIx, EvidenceIx, FactIx, FieldIx};

/// How large it is.
pub struct Size {
    pub parks: u32,
    pub enterprises: u32,
    pub years: i16,
    pub fields: usize,
    /// Of a hundred cells.
    pub missing: u32,
}

/// SplitMix64: the same city every time.
pub struct Dice(pub u64);

impl Dice {
    /// A number below the limit.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(limit)).unwrap_or(0)
    }
}

pub fn frame(package: &Package, size: &Size) -> Result<(Frame, u64), Box<dyn Error>> {
    let mut dice = Dice(20_260_101);
    let periods: Vec<Period> = (0..size.years).rev().map(|back| Period::Year(2024 - back)).collect();
    let mut builder = FrameBuilder::new(package, periods.clone(), 1);
    let parks: Vec<_> =
        (0..size.parks).map(|park| builder.park(format!("p{park}"), format!("演示园区{park}"))).collect();
    let mut cells = 0;
    let fields = |subject: Subject| -> Vec<FieldIx> {
        let all = (0..).map(FieldIx).zip(&package.fields);
        let filed = all
            .filter(|(_, field)| field.subject == subject && !matches!(field.origin, Origin::Derived { .. }));
        filed.map(|(index, _)| index).collect()
    };
    let (of_enterprises, of_parks) = (fields(Subject::Enterprise), fields(Subject::Park));
    for number in 0..size.enterprises {
        let enterprise = builder.enterprise(format!("e{number}"), format!("演示企业{number}"));
        let mut home = dice.below(size.parks);
        for period in &periods {
            if dice.below(100) == 0 {
                home = dice.below(size.parks);
            }
            builder.member(*period, parks[home as usize], enterprise)?;
            if number % 100 == 7 {
                builder.member(*period, parks[((home + 1) % size.parks) as usize], enterprise)?;
            }
            let subject = SubjectIx::Enterprise(enterprise);
            cells +=
                fill(&mut builder, package, &mut dice, subject, (&of_enterprises, size.missing), *period)?;
        }
    }
    for park in &parks {
        for period in &periods {
            cells += fill(
                &mut builder,
                package,
                &mut dice,
                SubjectIx::Park(*park),
                (&of_parks, size.missing),
                *period,
            )?;
        }
        for (index, _) in (0..).zip(&package.facts) {
            builder.fact(*park, FactIx(index), true);
        }
        for (index, _) in (0..).zip(&package.evidence) {
            builder.evidence(*park, EvidenceIx(index));
        }
    }
    for (index, _) in (0..).zip(&package.benchmarks) {
        builder.benchmark(BenchmarkIx(index), Period::Year(2024), Exact::integer(23));
    }
    Ok((builder.finish(), cells))
}

fn fill(
    builder: &mut FrameBuilder<'_>,
    package: &Package,
    dice: &mut Dice,
    subject: SubjectIx,
    (fields, missing): (&[FieldIx], u32),
    period: Period,
) -> Result<u64, Box<dyn Error>> {
    let mut cells = 0;
    for index in fields {
        if dice.below(100) < missing {
            continue;
        }
        let field = &package.fields[index.index()];
        cells += 1;
        match &field.ty {
            FieldType::Decimal | FieldType::Integer => {
                let mantissa = i128::from(dice.below(1_000_000));
                builder.set_number(subject, *index, period, Exact { mantissa, scale: field.decimals })?;
            }
            FieldType::Bool => builder.set(subject, *index, period, &Value::Bool(dice.below(2) == 0))?,
            FieldType::Date => {
                let day = jiff::civil::date(2000 + i16::try_from(dice.below(20))?, 1, 1);
                builder.set(subject, *index, period, &Value::Date(day))?;
            }
            FieldType::Choice { catalog } => {
                let entries = &package.catalogs[catalog].entries;
                // Few codes, so that parks have a leading industry worth the name.
                let code = entries[dice.below(3) as usize % entries.len()].code.clone();
                builder.set(subject, *index, period, &Value::Text(code))?;
            }
            FieldType::Text => builder.set(subject, *index, period, &Value::Text("演示数据".to_owned()))?,
        }
    }
    Ok(cells)
}
