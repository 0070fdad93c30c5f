//! A whole server to test against: the real router on a free port over a fresh database, callers by role with the same
//! methods, a small city with a known answer, a clock that stands still until it is told to move.
//!
//! For tests only: everything here panics when something is not as expected.

mod app;
mod caller;
mod city;
mod clock;
mod database;

pub use app::{PASSWORD, TestApp};
pub use caller::{Answer, Caller};
pub use city::{SmallCity, read_package, uscc};
pub use clock::TestClock;
pub use database::{on_postgres, on_sqlite};

/// Runs each test over SQLite and over PostgreSQL, as `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$attr:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "each test takes what it needs of its file")]
            use super::*;

            async fn test($app: &$crate::TestApp) $body

            $(#[$attr])*
            #[test]
            fn sqlite() {
                $crate::on_sqlite(async |app| test(app).await);
            }

            $(#[$attr])*
            #[test]
            fn postgres() {
                $crate::on_postgres(concat!(module_path!(), "::postgres"), async |app| test(app).await);
            }
        }
    )*};
}
