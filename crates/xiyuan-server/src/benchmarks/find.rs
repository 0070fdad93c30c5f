//! A benchmark by its id, and the period that is asked about.

use std::sync::Arc;

use xiyuan_policy::{
    frame::Period,
    package::{Benchmark, Package},
};

use crate::{
    checks::CheckQuestion,
    error::{ApiError, ApiResult},
    state::Services,
};

/// A benchmark of a package in a period.
pub(super) struct Found {
    pub package: Arc<Package>,
    pub period: Period,
    position: usize,
}

impl Found {
    /// The benchmark.
    pub fn benchmark(&self) -> &Benchmark {
        &self.package.benchmarks[self.position]
    }
}

/// Finds a benchmark in a policy (the default one when none is named).
pub(super) async fn find(
    services: &Services,
    id: &str,
    policy: Option<&str>,
    year: Option<i16>,
) -> ApiResult<Found> {
    let package = services.engine.require_package(policy).await?;
    let position = package.benchmarks.iter().position(|benchmark| benchmark.id == id);
    let position = position.ok_or_else(|| ApiError::not_found("全市基准"))?;
    let question = CheckQuestion { year, ..CheckQuestion::default() };
    let year = question.complete(services).await?.year;
    Ok(Found { package, period: Period::Year(year), position })
}
