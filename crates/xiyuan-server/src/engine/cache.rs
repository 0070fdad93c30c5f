//! A small cache of the newest few, each made once however many ask at the same time.

use std::{
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use indexmap::IndexMap;
use tokio::sync::OnceCell;

use crate::error::ApiResult;

/// The newest few values by key.
#[derive(Debug)]
pub(super) struct Newest<K, V> {
    most: usize,
    cells: Mutex<IndexMap<K, Arc<OnceCell<V>>>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Newest<K, V> {
    /// Keeps at most `most`.
    pub fn new(most: usize) -> Self {
        Self { most, cells: Mutex::new(IndexMap::new()) }
    }

    /// The value of a key; made when it is not there. A failure is not kept: the next one tries again.
    pub async fn get_or_make(&self, key: K, make: impl Future<Output = ApiResult<V>>) -> ApiResult<V> {
        let cell = self.cell(key);
        cell.get_or_try_init(|| make).await.cloned()
    }

    /// Of the values that are made, the one whose key measures most; keys without a measure are passed over.
    pub fn best<M: Ord>(&self, measure: impl Fn(&K) -> Option<M>) -> Option<V> {
        let cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        let made = cells.iter().filter_map(|(key, cell)| Some((measure(key)?, cell.get()?)));
        made.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, value)| value.clone())
    }

    /// The cell of a key, moved to the newest end; the oldest ones go.
    fn cell(&self, key: K) -> Arc<OnceCell<V>> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = cells.shift_remove(&key).unwrap_or_default();
        cells.insert(key, Arc::clone(&cell));
        while cells.len() > self.most {
            cells.shift_remove_index(0);
        }
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_one_used_longest_ago_goes_first() {
        let cache: Newest<u8, u8> = Newest::new(2);
        for key in [1, 2, 1, 3] {
            let made = cache.get_or_make(key, async move { Ok(key) }).await;
            assert_eq!(made.ok(), Some(key));
        }
        let again = cache.get_or_make(1, async { Ok(100) }).await;
        assert_eq!(again.ok(), Some(1), "1 was used after 2 and stays");
        let anew = cache.get_or_make(2, async { Ok(200) }).await;
        assert_eq!(anew.ok(), Some(200), "2 went when 3 came");
    }

    #[tokio::test]
    async fn the_best_is_found_among_what_is_made() {
        let cache: Newest<u8, u8> = Newest::new(3);
        for key in [1, 3, 2] {
            assert_eq!(cache.get_or_make(key, async move { Ok(key * 10) }).await.ok(), Some(key * 10));
        }
        assert_eq!(cache.best(|key| (*key < 3).then_some(*key)), Some(20));
        assert_eq!(cache.best(|key| (*key > 3).then_some(*key)), None);
        assert!(cache.get_or_make(9, async { Err(crate::ApiError::not_found("内容")) }).await.is_err());
        assert_eq!(cache.best(|key| Some(*key)), Some(30), "what could not be made is not there");
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let cache: Newest<u8, u8> = Newest::new(2);
        assert!(cache.get_or_make(1, async { Err(crate::ApiError::not_found("内容")) }).await.is_err());
        assert_eq!(cache.get_or_make(1, async { Ok(7) }).await.ok(), Some(7));
    }
}
