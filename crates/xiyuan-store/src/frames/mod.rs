//! Frames: the figures an evaluation reads, as of a known time, streamed from the filings.

/// Marker until the engine's builder is there.
pub struct FramePending;
