//! Imports at work in this process: their progress, and the wish to stop them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::watch;
use xiyuan_store::ImportId;

use crate::imports::types::{ImportCounts, ImportProgress};

/// Where one import at work is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Progress as shown.
    pub progress: ImportProgress,
    /// Counts so far.
    pub counts: ImportCounts,
}

/// One import at work.
#[derive(Debug)]
pub struct Work {
    stage: watch::Sender<Stage>,
    is_cancelled: AtomicBool,
}

impl Work {
    /// Tells where it is. Watchers see the newest only.
    pub fn tell(&self, phase: &str, done: u64, total: Option<u64>, counts: ImportCounts) {
        let progress = ImportProgress { done, total, phase: phase.to_owned() };
        self.stage.send_replace(Stage { progress, counts });
    }

    /// Somebody wants it to stop.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

/// Imports at work in this process.
#[derive(Debug, Default)]
pub struct Running {
    works: Mutex<HashMap<ImportId, Arc<Work>>>,
}

impl Running {
    /// Begins; an earlier work on the same import is told to stop.
    pub fn begin(&self, id: ImportId) -> Arc<Work> {
        let work = Arc::new(Work {
            stage: watch::Sender::new(Stage::default()),
            is_cancelled: AtomicBool::new(false),
        });
        let mut works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = works.insert(id, Arc::clone(&work)) {
            earlier.is_cancelled.store(true, Ordering::Relaxed);
        }
        work
    }

    /// Ends; watchers notice.
    pub fn end(&self, id: ImportId, work: &Arc<Work>) {
        let mut works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        if works.get(&id).is_some_and(|standing| Arc::ptr_eq(standing, work)) {
            works.remove(&id);
        }
    }

    /// Asks an import to stop; `false` when it is not at work here.
    pub fn cancel(&self, id: ImportId) -> bool {
        let works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        let found = works.get(&id);
        if let Some(work) = found {
            work.is_cancelled.store(true, Ordering::Relaxed);
        }
        found.is_some()
    }

    /// Where an import is, if it is at work here.
    pub fn stage(&self, id: ImportId) -> Option<Stage> {
        let works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        works.get(&id).map(|work| work.stage.borrow().clone())
    }

    /// Watches an import at work here.
    pub fn watch(&self, id: ImportId) -> Option<watch::Receiver<Stage>> {
        let works = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        works.get(&id).map(|work| work.stage.subscribe())
    }
}
