//! Of each draft at work the package as it was when it last compiled, so that completion goes on while a sentence is
//! half written. Kept per process: after a restart the base stands in.

use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use xiyuan_policy::package::Package;
use xiyuan_store::DraftId;

/// Drafts that are remembered.
const MOST: usize = 16;

/// See the module's head.
#[derive(Debug, Default)]
pub struct LastDrafts(Mutex<IndexMap<DraftId, Arc<Package>>>);

impl LastDrafts {
    /// Remembers; the one remembered longest ago goes.
    pub(crate) fn keep(&self, id: DraftId, package: &Arc<Package>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.shift_remove(&id);
        all.insert(id, Arc::clone(package));
        if all.len() > MOST {
            all.shift_remove_index(0);
        }
    }

    /// The last one.
    pub(crate) fn find(&self, id: DraftId) -> Option<Arc<Package>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).map(Arc::clone)
    }
}
