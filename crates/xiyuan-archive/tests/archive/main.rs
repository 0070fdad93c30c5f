//! Archives through the public door: what was frozen answers as before; what was changed or broken off is refused.

mod refusals;
mod round_trip;
mod support;
