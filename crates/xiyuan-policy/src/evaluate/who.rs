//! Who counts under a filter, found once for all sums of a subject that use it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::EvaluationError;
use super::batch::Machine;
use super::mask::Mask;
use super::plain::Unsure;
use super::scalar::Scope;
use crate::frame::{Period, SubjectIx};
use crate::plan::{Expression, Members};

/// For each filter seen so far, who counts: the same filter stands in many sums.
#[derive(Default)]
pub(super) struct Truths(RefCell<Vec<(FilterKey, WhoCounts)>>);

type FilterKey = (SubjectIx, Period, Expression);

/// Who counts under a filter.
pub(super) struct Who {
    /// By member, in the members' order; `None` = unknown.
    pub truths: Vec<Option<bool>>,
    /// By position, how the filter can turn out of whom it is unknown, once somebody asked; `None` = it has to be
    /// looked at in another way.
    unsure: RefCell<HashMap<usize, Option<Rc<Unsure>>>>,
}

pub(super) type WhoCounts = Rc<Who>;

impl Who {
    pub(super) fn unsure<'s>(
        &self,
        scope: &Scope<'s>,
        filter: &'s Expression,
        (position, member): (usize, u32),
    ) -> Result<Option<Rc<Unsure>>, EvaluationError> {
        if let Some(known) = self.unsure.borrow().get(&position) {
            return Ok(known.clone());
        }
        let found = Unsure::of(&scope.of_member(Members::Enterprises, member), filter)?.map(Rc::new);
        self.unsure.borrow_mut().insert(position, found.clone());
        Ok(found)
    }
}

impl Truths {
    pub(super) fn truths<'s>(
        &self,
        scope: &Scope<'s>,
        machine: &Machine<'_>,
        filter: &'s Expression,
        members: &[u32],
    ) -> Result<WhoCounts, EvaluationError> {
        let is_same = |(subject, period, known): &FilterKey| {
            *subject == scope.subject && *period == scope.period && known == filter
        };
        let found = self.0.borrow().iter().find(|(key, _)| is_same(key)).map(|(_, truths)| Rc::clone(truths));
        if let Some(truths) = found {
            return Ok(truths);
        }
        let truths = Mask::new(scope, filter).fill(scope, machine, members)?;
        let truths: WhoCounts = Rc::new(Who { truths, unsure: RefCell::default() });
        let key = (scope.subject, scope.period, filter.clone());
        self.0.borrow_mut().push((key, Rc::clone(&truths)));
        Ok(truths)
    }
}
