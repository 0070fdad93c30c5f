//! Worked examples of a package: run, told in words, with the sides of each threshold that they show.

use axum::extract::State;
use xiyuan_policy::{
    compile::Compiled,
    examples::{ExampleReport, ExampleWords, coverage, run, words as in_words},
    package::Package,
    words,
};

use super::types::{ExampleFailure, ExampleResult, PolicyTest, ThresholdCoverage};
use crate::{
    engine::blocking,
    error::{ApiError, ApiResult},
    http::extract::{ApiJson, ApiPath},
    session::Caller,
    state::AppState,
};

/// Run the worked examples of a published policy.
#[utoipa::path(
    get,
    path = "/policies/{id}/test",
    operation_id = "test_policy",
    tag = "政策",
    params(("id" = String, Path, description = "Policy package")),
    responses((status = 200, description = "OK", body = PolicyTest))
)]
pub(crate) async fn test_policy(
    State(state): State<AppState>,
    _caller: Caller,
    ApiPath(id): ApiPath<String>,
) -> ApiResult<ApiJson<PolicyTest>> {
    let digest = state.engine.require_package(Some(&id)).await?.digest.clone();
    let compiled = state.engine.compiled(&digest).await?;
    let found = blocking(move || compiled.package.as_ref().map(|package| test(package, &compiled)));
    let found = found.await?;
    Ok(ApiJson(found.ok_or_else(|| ApiError::internal("a published package compiles"))?))
}

/// Runs the examples and tells which sides of each threshold they show.
pub(crate) fn test(package: &Package, compiled: &Compiled) -> PolicyTest {
    let each = compiled.examples.iter().map(|one| example(&run(package, one), in_words(package, one)));
    let examples: Vec<ExampleResult> = each.collect();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let passed = examples.iter().filter(|example| example.passed).count();
    PolicyTest {
        passed: count(passed),
        failed: count(examples.len() - passed),
        examples,
        thresholds: thresholds(package, compiled),
    }
}

fn example(report: &ExampleReport, told: ExampleWords) -> ExampleResult {
    let failures = report.failures.iter().map(|failure| ExampleFailure {
        what: failure.about.clone(),
        expected: failure.expected.clone(),
        actual: failure.found.clone(),
        line: failure.place.line,
    });
    ExampleResult {
        id: report.id.clone(),
        name: report.name.clone(),
        file: report.place.file.clone(),
        line: report.place.line,
        passed: report.holds(),
        failures: failures.collect(),
        period: told.period,
        given: told.given,
        expected: told.expected,
    }
}

fn thresholds(package: &Package, compiled: &Compiled) -> Vec<ThresholdCoverage> {
    let each = coverage(package, &compiled.examples).into_iter().map(|covered| {
        let criterion = &package.criteria[covered.criterion.index()];
        let indicator = &package.indicators[covered.indicator.index()];
        ThresholdCoverage {
            criterion: criterion.id.clone(),
            name: criterion.name.clone(),
            reading: criterion.readings[covered.reading].id.clone(),
            indicator: indicator.id.clone(),
            indicator_name: indicator.name.clone(),
            threshold: words::threshold(package, covered.threshold),
            below: covered.below,
            at: !covered.not_at.contains(&covered.reading),
            above: covered.above,
            missing: covered.missing,
        }
    });
    each.collect()
}
