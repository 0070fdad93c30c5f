//! The HTTP side of drafts.

pub(super) mod files;
pub(super) mod lifecycle;
pub(super) mod numbers;
pub(super) mod publish;
pub(super) mod work;
