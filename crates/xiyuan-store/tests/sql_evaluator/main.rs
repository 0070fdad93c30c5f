//! Evaluation in PostgreSQL: on random packages and cities, and in the cases officials ask about, it answers exactly as
//! the naive evaluator does. Random packages and cities are those of the engine's own tests.

#[expect(dead_code, reason = "other tests of the engine use the rest")]
#[path = "../../../xiyuan-policy/tests/evaluate/city.rs"]
mod city;
#[expect(dead_code, unused_macros, unused_imports, reason = "the store's own tests use the rest")]
#[path = "../store/databases.rs"]
mod databases;
#[path = "../../../xiyuan-policy/tests/evaluate/formulas.rs"]
mod formulas;
#[expect(dead_code, reason = "other tests of the engine use the rest")]
#[path = "../../../xiyuan-policy/tests/evaluate/oracle.rs"]
mod oracle;
#[expect(dead_code, reason = "other tests of the engine use the rest")]
#[path = "../../../xiyuan-policy/tests/evaluate/random.rs"]
mod random;
#[expect(dead_code, reason = "other tests of the engine use the rest")]
#[path = "../../../xiyuan-policy/tests/evaluate/worlds.rs"]
mod worlds;

mod agreement;
mod cases;
mod errors;
mod lies;
