//! What is in the frame: filed values, judged facts, evidence, benchmarks.

use std::collections::HashMap;

use uuid::Uuid;
use xiyuan_policy::frame::{FrameError, Period, SubjectIx, Value};
use xiyuan_policy::package::{Field, Origin, Sensitivity, Subject};
use xiyuan_policy::plan::{BenchmarkIx, EvidenceIx, FactIx, FieldIx};

use super::{Filling, fault};
use crate::benchmarks;
use crate::database::{Run, Sql};
use crate::error::{Result, StoreError};
use crate::filings::FieldNumbers;
use crate::packing::{self, Packed};
use crate::period::format_period;

/// The package's fields by field number: position, subject, whether sensitive.
type ByNumber = Vec<Option<(FieldIx, Subject, bool)>>;

impl Filling<'_> {
    /// Values of the last revision of each filing by the known time.
    pub(super) async fn filings(&mut self, run: &mut impl Run) -> Result<()> {
        let numbers = FieldNumbers::load_on(run).await?;
        let fields = self.by_number(&numbers)?;
        for form in &self.package.forms {
            for period in self.periods.clone() {
                self.filings_of(run, &fields, &form.id, period).await?;
            }
        }
        Ok(())
    }

    fn by_number(&self, numbers: &FieldNumbers) -> Result<ByNumber> {
        let mut fields = ByNumber::new();
        for (ix, field) in (0..).map(FieldIx).zip(&self.package.fields) {
            let is_filed = matches!(field.origin, Origin::Form { .. });
            let Some(number) = numbers.number(&field.id).filter(|_| is_filed) else { continue };
            let number = usize::try_from(number).map_err(StoreError::internal)?;
            if fields.len() <= number {
                fields.resize(number + 1, None);
            }
            fields[number] = Some((ix, field.subject, is_sensitive(field)));
        }
        Ok(fields)
    }

    async fn filings_of(
        &mut self,
        run: &mut impl Run,
        fields: &ByNumber,
        form: &str,
        period: Period,
    ) -> Result<()> {
        let sql = Sql::new(
            "SELECT r.subject_id, r.is_withdrawn, r.content FROM filing_revisions r JOIN commits c ON c.tx = r.tx \
             WHERE r.form = $1 AND r.period = $2 AND c.number <= $3 ORDER BY r.subject_id, r.revision",
        )
        .bind(form)
        .bind(format_period(period))
        .bind(self.known.0);
        let mut pending: Option<(Uuid, bool, Vec<u8>)> = None;
        run.each_row(sql, |row| {
            let next = (row.get("subject_id")?, row.get("is_withdrawn")?, row.get("content")?);
            match pending.replace(next) {
                Some(before) if pending.as_ref().is_some_and(|next| next.0 != before.0) => {
                    self.filing(fields, period, before)
                }
                _ => Ok(()),
            }
        })
        .await?;
        pending.map_or(Ok(()), |last| self.filing(fields, period, last))
    }

    fn filing(&mut self, fields: &ByNumber, period: Period, row: (Uuid, bool, Vec<u8>)) -> Result<()> {
        let (id, is_withdrawn, content) = row;
        if is_withdrawn {
            return Ok(());
        }
        let (subject, kind) = match (self.enterprises.get(&id), self.parks.get(&id)) {
            (Some(&ix), _) => (SubjectIx::Enterprise(ix), Subject::Enterprise),
            (_, Some(&ix)) => (SubjectIx::Park(ix), Subject::Park),
            _ => return Ok(()),
        };
        let sees_sensitive = self.sensitive.as_ref().is_none_or(|sees| sees.contains(&id));
        let mut result = Ok(());
        let (builder, misfits) = (&mut self.builder, &mut self.misfits);
        packing::each(&content, |number, value| {
            let field = usize::try_from(number).ok().and_then(|number| fields.get(number).copied().flatten());
            let Some((field, of, is_sensitive)) = field else { return };
            if of != kind || (is_sensitive && !sees_sensitive) {
                return;
            }
            let set = match value {
                Packed::Number(number) => builder.set_number(subject, field, period, number),
                Packed::Text(text) | Packed::Code(text) => {
                    builder.set(subject, field, period, &Value::Text(text.to_owned()))
                }
                Packed::Bool(is) => builder.set(subject, field, period, &Value::Bool(is)),
                Packed::Date(day) => builder.set(subject, field, period, &Value::Date(day)),
                Packed::Missing => Ok(()),
            };
            match set {
                Ok(()) => {}
                // Filed under another version of the field: missing until filed anew, never guessed.
                Err(FrameError::WrongShape { .. } | FrameError::TooManyDecimals { .. }) => *misfits += 1,
                Err(error) => result = Err(fault(error)),
            }
        })?;
        result
    }

    /// Facts and evidence that stood at the known time.
    pub(super) async fn judgements(&mut self, run: &mut impl Run) -> Result<()> {
        let facts: HashMap<&str, FactIx> = self
            .package
            .facts
            .iter()
            .zip((0..).map(FactIx))
            .map(|(fact, ix)| (fact.id.as_str(), ix))
            .collect();
        let sql = Sql::new(
            "SELECT f.subject_id, f.fact, f.value FROM fact_revisions f JOIN commits c ON c.tx = f.tx \
             WHERE c.number <= $1 ORDER BY f.subject_id, f.fact, f.revision",
        )
        .bind(self.known.0);
        let mut standing: HashMap<(Uuid, FactIx), Option<bool>> = HashMap::new();
        run.each_row(sql, |row| {
            if let Some(&fact) = facts.get(row.get::<String>("fact")?.as_str()) {
                standing.insert((row.get("subject_id")?, fact), row.get("value")?);
            }
            Ok(())
        })
        .await?;
        for ((subject, fact), value) in standing {
            if let (Some(&park), Some(value)) = (self.parks.get(&subject), value) {
                self.builder.fact(park, fact, value);
            }
        }
        let kinds: HashMap<&str, EvidenceIx> = self
            .package
            .evidence
            .iter()
            .zip((0..).map(EvidenceIx))
            .map(|(kind, ix)| (kind.id.as_str(), ix))
            .collect();
        let sql = Sql::new(
            "SELECT e.subject_id, e.kind FROM evidence e JOIN commits c ON c.tx = e.tx WHERE c.number <= $1 \
             AND NOT EXISTS (SELECT 1 FROM evidence_withdrawals w JOIN commits wc ON wc.tx = w.tx \
             WHERE w.evidence_id = e.id AND wc.number <= $1)",
        )
        .bind(self.known.0);
        run.each_row(sql, |row| {
            let (subject, kind): (Uuid, String) = (row.get("subject_id")?, row.get("kind")?);
            if let (Some(&park), Some(&kind)) = (self.parks.get(&subject), kinds.get(kind.as_str())) {
                self.builder.evidence(park, kind);
            }
            Ok(())
        })
        .await
    }

    /// Benchmarks: what the package brings, then what was entered over it.
    pub(super) async fn benchmarks(&mut self, run: &mut impl Run) -> Result<()> {
        let mut by_id = HashMap::new();
        for (benchmark, ix) in self.package.benchmarks.iter().zip((0..).map(BenchmarkIx)) {
            by_id.insert(benchmark.id.as_str(), ix);
            for (year, value, _) in &benchmark.published {
                self.builder.benchmark(ix, Period::Year(*year), *value);
            }
        }
        for standing in benchmarks::standing(run, Some(self.known)).await? {
            let Some(&ix) = by_id.get(standing.entered.benchmark.as_str()) else { continue };
            if let Some(value) = standing.value_in(&self.package.benchmarks[ix.index()].unit) {
                self.builder.benchmark(ix, standing.entered.period, value);
            }
        }
        Ok(())
    }
}

fn is_sensitive(field: &Field) -> bool {
    field.sensitivity == Sensitivity::Sensitive
}
