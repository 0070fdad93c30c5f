//! A clock that stands still until it is told to move.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;
use xiyuan_store::Clock;

/// Begins at 2026-11-23 02:00 UTC, ten o'clock in Wuxi.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    fn default() -> Self {
        let start: Timestamp = "2026-11-23T02:00:00Z".parse().expect("an instant");
        Self(Arc::new(AtomicI64::new(start.as_second())))
    }
}

impl TestClock {
    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The instant.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).expect("a second of our time")
    }

    /// For the server.
    pub fn clock(&self) -> Clock {
        let own = self.clone();
        Clock::new(move || own.now())
    }
}
