//! Numbers of this process since its start.

use std::sync::atomic::{AtomicU64, Ordering};

/// See the module's head.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answered requests by first digit of the status, 1 to 5.
    answered: [AtomicU64; 5],
    /// Frames built from the database.
    pub frames_built: AtomicU64,
    /// Frames made from an older one and what changed since.
    pub frames_applied: AtomicU64,
    /// Evaluations of everything that were run (not taken from the cache).
    pub evaluations: AtomicU64,
    /// Results made from an older one: only what the changes reached was evaluated.
    pub results_advanced: AtomicU64,
    /// Rows read by imports.
    pub import_rows: AtomicU64,
}

impl Metrics {
    /// One more answer with a status of this class (1 to 5).
    pub(crate) fn answered(&self, class: u16) {
        let class = usize::from(class).clamp(1, 5);
        self.answered[class - 1].fetch_add(1, Ordering::Relaxed);
    }

    /// Answers by class, from 1 on.
    pub(crate) fn answers(&self) -> [u64; 5] {
        self.answered.each_ref().map(|count| count.load(Ordering::Relaxed))
    }
}
