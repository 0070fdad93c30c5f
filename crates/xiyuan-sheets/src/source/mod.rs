//! Where rows come from.

pub(crate) mod csv;
pub(crate) mod excel;
