//! Who is in a frame, by position and by the store's id.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::SubjectInfo;

/// Subjects of one kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Subjects {
    list: Vec<SubjectInfo>,
    /// Made when the first one is looked for.
    by_id: OnceLock<HashMap<String, u32>>,
    /// Place of each in the order of ids; made when it is first asked for.
    places: OnceLock<Vec<u32>>,
}

impl Subjects {
    pub(super) fn of(list: Vec<SubjectInfo>) -> Self {
        Self { list, by_id: OnceLock::new(), places: OnceLock::new() }
    }

    /// Adds one; the answer is its position.
    pub(super) fn push(&mut self, info: SubjectInfo) -> u32 {
        let position = position(self.list.len());
        if let Some(by_id) = self.by_id.get_mut() {
            by_id.insert(info.id.clone(), position);
        }
        self.list.push(info);
        self.places = OnceLock::new();
        position
    }

    /// Place of each in the order of ids.
    pub(super) fn places(&self) -> &[u32] {
        self.places.get_or_init(|| {
            let mut order: Vec<u32> = (0..position(self.list.len())).collect();
            order.sort_by(|a, b| self.list[*a as usize].id.cmp(&self.list[*b as usize].id));
            let mut places = vec![0; order.len()];
            for (place, at) in (0..).zip(order) {
                places[at as usize] = place;
            }
            places
        })
    }

    pub(super) fn rename(&mut self, position: u32, name: String) {
        self.list[position as usize].name = name;
    }

    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let by_id = self.by_id.get_or_init(|| {
            (0..).zip(&self.list).map(|(position, info)| (info.id.clone(), position)).collect()
        });
        by_id.get(id).copied()
    }

    pub(super) fn info(&self, position: u32) -> &SubjectInfo {
        &self.list[position as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, SubjectInfo> {
        self.list.iter()
    }

    pub(super) fn into_list(self) -> Vec<SubjectInfo> {
        self.list
    }
}

fn position(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than four thousand million subjects")
}
