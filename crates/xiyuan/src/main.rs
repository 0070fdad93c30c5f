//! The `xiyuan` binary.

fn main() {}
