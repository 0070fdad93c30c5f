//! The third evaluator: PostgreSQL computes, from the same checked plan, what is known of all members of all parks and
//! groups, and names the members of whom something is not; outcomes, quotients, bounds and coverage are put together from
//! that by the engine ([`xiyuan_policy::evaluate::external`]).
//!
//! Everything happens in temporary tables of one transaction that is rolled back: nothing of it stays. Must not decide
//! anything itself: where SQL is not sure, it says so.

mod ask;
mod pieces;
mod projection;
mod translate;

use std::collections::BTreeMap;

use xiyuan_policy::evaluate::external::{Answer, Answers, Question, Step, Whose, evaluate as step};
use xiyuan_policy::evaluate::{EvaluationError, Run};
use xiyuan_policy::frame::Frame;
use xiyuan_policy::outcome::RunResult;
use xiyuan_policy::package::Package;
use xiyuan_policy::plan::Members;

use crate::database::{Database, Dialect};
use crate::error::StoreError;
use projection::Projection;

/// Why nothing could be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum SqlEvaluationError {
    /// This database stores, it does not evaluate.
    #[error("evaluation in SQL is not supported on {0:?}")]
    NotSupported(Dialect),
    /// The same error that the other evaluators give.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// A fault of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for SqlEvaluationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What was asked of the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wants {
    /// How many count.
    Count,
    /// Their sum, least and greatest.
    Numbers,
    /// Their different values.
    Distinct,
    /// Who lacks something that one of several aggregates needs.
    Coverage,
}

/// A kind of question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Of each park or of each group.
    pub is_of_groups: bool,
    /// Over what.
    pub over: Members,
    /// What.
    pub wants: Wants,
    /// Some members are left out, as they lack something.
    pub leaves_out: bool,
    /// It rests on figures of parks or groups.
    pub rests: bool,
}

impl Kind {
    fn of(question: &Question) -> Self {
        let wants = match question {
            Question { wants_numbers: true, .. } => Wants::Numbers,
            Question { wants_distinct: true, .. } => Wants::Distinct,
            Question { parts, .. } if parts.len() > 1 => Wants::Coverage,
            _ => Wants::Count,
        };
        Self {
            is_of_groups: matches!(question.whose, Whose::Groups(_)),
            over: question.over,
            wants,
            leaves_out: !question.beside.is_empty(),
            rests: !question.figures.is_empty(),
        }
    }
}

/// How much the database did, and how much it left to the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Statements that were answered: one per aggregate and period, for all parks or groups.
    pub answered: usize,
    /// Questions of which SQL could say nothing, of no member: the engine looked at all of them.
    pub refused: usize,
    /// Members that counted in some answer.
    pub counted: usize,
    /// Members that some answer left open.
    pub open: usize,
    /// Members that counted, by kind of question.
    pub kinds: BTreeMap<Kind, usize>,
}

impl Work {
    fn note(&mut self, question: &Question, answer: &Answer) {
        match answer {
            Answer::Needs(_) => {}
            Answer::Unanswerable => self.refused += 1,
            Answer::Digests(digests) => {
                let counted: usize = digests.values().map(|digest| digest.count).sum();
                self.answered += 1;
                self.counted += counted;
                self.open += digests.values().map(|digest| digest.open.len()).sum::<usize>();
                *self.kinds.entry(Kind::of(question)).or_default() += counted;
            }
        }
    }
}

/// Evaluates every park of a frame in PostgreSQL. The same answers as the evaluators of the engine, errors included.
///
/// # Errors
/// [`SqlEvaluationError::NotSupported`] on SQLite.
pub async fn evaluate(
    db: &Database,
    package: &Package,
    frame: &Frame,
    run: &Run,
) -> Result<RunResult, SqlEvaluationError> {
    evaluate_with_work(db, package, frame, run).await.map(|(result, _)| result)
}

/// Like [`evaluate`], and says how much of it was done by the database.
///
/// # Errors
/// As [`evaluate`].
pub async fn evaluate_with_work(
    db: &Database,
    package: &Package,
    frame: &Frame,
    run: &Run,
) -> Result<(RunResult, Work), SqlEvaluationError> {
    let Some(pool) = db.postgres() else { return Err(SqlEvaluationError::NotSupported(db.dialect())) };
    let mut transaction = pool.begin().await?;
    let mut projection = Projection::create(package, frame, &mut transaction).await?;
    let mut answers = Answers::default();
    let mut work = Work::default();
    let result = loop {
        match step(package, frame, run, &answers)? {
            Step::Done(result) => break result,
            Step::Asks(questions) => {
                for question in questions {
                    let answer = ask::ask(&mut projection, &mut transaction, run, &question).await?;
                    work.note(&question, &answer);
                    answers.insert(&question, answer);
                }
            }
        }
    };
    transaction.rollback().await?;
    Ok((result, work))
}
