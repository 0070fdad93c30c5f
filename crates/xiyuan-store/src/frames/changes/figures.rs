//! Filed values, judged facts, evidence, benchmarks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;
use xiyuan_policy::frame::{Change, Frame, Period, SubjectKey, Value};
use xiyuan_policy::package::{Origin, Subject};
use xiyuan_policy::plan::{BenchmarkIx, EvidenceIx, FactIx, FieldIx};

use super::{Since, key};
use crate::benchmarks;
use crate::database::{Run, Sql};
use crate::error::Result;
use crate::filings::FieldNumbers;
use crate::ids::SubjectId;
use crate::packing::{self, Packed};
use crate::period::{format_period, parse_period};

impl Since<'_> {
    /// All filed cells of every subject and period of which something was filed: what a filing does not hold any more
    /// is said to be missing.
    pub(super) async fn filings(&mut self, run: &mut impl Run) -> Result<()> {
        let select = "SELECT DISTINCT r.subject_kind, r.subject_id, r.period FROM filing_revisions r";
        let rest = " ORDER BY r.subject_id, r.period";
        let read = |row: &crate::database::Row| {
            Ok((SubjectId::read_row(row)?, parse_period(&row.get::<String>("period")?)?))
        };
        let touched = run.all(self.in_range(select, rest), read).await?;
        let touched: Vec<_> =
            touched.into_iter().filter(|(_, period)| self.periods.contains(period)).collect();
        if touched.is_empty() {
            return Ok(());
        }
        let numbers = FieldNumbers::load_on(run).await?;
        let mut by_number: HashMap<u32, FieldIx> = HashMap::new();
        for (ix, field) in (0..).map(FieldIx).zip(&self.package.fields) {
            if matches!(field.origin, Origin::Form { .. }) {
                by_number.extend(numbers.number(&field.id).map(|number| (number, ix)));
            }
        }
        for (subject, period) in touched {
            let Some(key) = key(subject.kind, subject.id) else { continue };
            self.filing(run, &by_number, (subject, key), period).await?;
        }
        Ok(())
    }

    async fn filing(
        &mut self,
        run: &mut impl Run,
        by_number: &HashMap<u32, FieldIx>,
        (subject, key): (SubjectId, SubjectKey),
        period: Period,
    ) -> Result<()> {
        let sql = Sql::new(
            "SELECT r.form, r.is_withdrawn, r.content FROM filing_revisions r JOIN commits c ON c.tx = r.tx \
             WHERE r.subject_id = $1 AND r.period = $2 AND c.number <= $3 ORDER BY r.form, r.revision",
        )
        .bind(subject.id)
        .bind(format_period(period))
        .bind(self.to.0);
        // Of each form the last revision by then.
        let mut last: HashMap<String, Option<Vec<u8>>> = HashMap::new();
        run.each_row(sql, |row| {
            let is_withdrawn: bool = row.get("is_withdrawn")?;
            let content: Vec<u8> = row.get("content")?;
            last.insert(row.get("form")?, (!is_withdrawn).then_some(content));
            Ok(())
        })
        .await?;
        let is_of = |field: &FieldIx| self.package.fields[field.index()].subject == subject.kind;
        let mut values: BTreeMap<FieldIx, Option<Value>> =
            by_number.values().filter(|field| is_of(field)).map(|field| (*field, None)).collect();
        let package = self.package;
        for form in &package.forms {
            let Some(Some(content)) = last.get(&form.id) else { continue };
            packing::each(content, |number, packed| {
                let Some(field) = by_number.get(&number).filter(|field| is_of(field)) else { return };
                let value = match packed {
                    Packed::Number(number) => Value::Number(number),
                    Packed::Text(text) | Packed::Code(text) => Value::Text(text.to_owned()),
                    Packed::Bool(is) => Value::Bool(is),
                    Packed::Date(day) => Value::Date(day),
                    Packed::Missing => return,
                };
                // Filed under another version of the field: missing until filed anew, never guessed.
                if Frame::check(package, *field, &value).is_ok() {
                    values.insert(*field, Some(value));
                }
            })?;
        }
        for (field, value) in values {
            self.found.push(Change::Cell { subject: key.clone(), field, period, value });
        }
        Ok(())
    }

    /// Facts and evidence of parks.
    pub(super) async fn judgements(&mut self, run: &mut impl Run) -> Result<()> {
        let facts: HashMap<&str, FactIx> =
            self.package.facts.iter().map(|fact| fact.id.as_str()).zip((0..).map(FactIx)).collect();
        let select = "SELECT r.subject_kind, r.subject_id, r.fact, r.value FROM fact_revisions r";
        let rest = " ORDER BY r.subject_id, r.fact, r.revision";
        let mut judged: BTreeMap<(Uuid, FactIx), Option<bool>> = BTreeMap::new();
        run.each_row(self.in_range(select, rest), |row| {
            let subject = SubjectId::read_row(row)?;
            let fact = facts.get(row.get::<String>("fact")?.as_str());
            if let (Subject::Park, Some(fact)) = (subject.kind, fact) {
                judged.insert((subject.id, *fact), row.get("value")?);
            }
            Ok(())
        })
        .await?;
        let judged = judged.into_iter();
        self.found.extend(judged.map(|((park, fact), value)| Change::Fact {
            park: park.to_string(),
            fact,
            value,
        }));
        self.evidence(run).await
    }

    async fn evidence(&mut self, run: &mut impl Run) -> Result<()> {
        let package = self.package;
        let kinds: HashMap<&str, EvidenceIx> =
            package.evidence.iter().map(|kind| kind.id.as_str()).zip((0..).map(EvidenceIx)).collect();
        let mut touched: BTreeSet<(Uuid, EvidenceIx)> = BTreeSet::new();
        for select in [
            "SELECT r.subject_id, r.kind FROM evidence r",
            "SELECT e.subject_id, e.kind FROM evidence_withdrawals r JOIN evidence e ON e.id = r.evidence_id",
        ] {
            run.each_row(self.in_range(select, ""), |row| {
                if let Some(kind) = kinds.get(row.get::<String>("kind")?.as_str()) {
                    touched.insert((row.get("subject_id")?, *kind));
                }
                Ok(())
            })
            .await?;
        }
        for (park, evidence) in touched {
            let sql = Sql::new(
                "SELECT count(*) AS n FROM evidence e JOIN commits c ON c.tx = e.tx \
                 WHERE e.subject_id = $1 AND e.kind = $2 AND c.number <= $3 AND NOT EXISTS \
                 (SELECT 1 FROM evidence_withdrawals w JOIN commits wc ON wc.tx = w.tx \
                 WHERE w.evidence_id = e.id AND wc.number <= $3)",
            )
            .bind(park)
            .bind(&package.evidence[evidence.index()].id)
            .bind(self.to.0);
            let count = run.one(sql, |row| row.get::<i64>("n")).await?;
            self.found.push(Change::Evidence { park: park.to_string(), evidence, is_there: count > 0 });
        }
        Ok(())
    }

    /// Benchmarks that were entered; what the package brings stands where a value was taken back.
    pub(super) async fn benchmarks(&mut self, run: &mut impl Run) -> Result<()> {
        let package = self.package;
        for standing in benchmarks::standing(run, Some(self.to)).await? {
            let entered = &standing.entered;
            let position = package.benchmarks.iter().position(|benchmark| benchmark.id == entered.benchmark);
            let (Some(position), true) = (position, standing.commit > self.from) else { continue };
            let mut published = package.benchmarks[position].published.iter().rev();
            let published = published.find(|(year, ..)| Period::Year(*year) == entered.period);
            let value = standing
                .value_in(&package.benchmarks[position].unit)
                .or(published.map(|(_, value, _)| *value));
            let benchmark = BenchmarkIx(u32::try_from(position).map_err(crate::error::StoreError::internal)?);
            self.found.push(Change::Benchmark { benchmark, period: entered.period, value });
        }
        Ok(())
    }
}
