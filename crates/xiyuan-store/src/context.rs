//! Who asks, when, from where – and where time and randomness come from. The library never calls a clock by itself.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::ids::UserId;

/// Source of time, given by the caller.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock from any function.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// A clock that stands still.
    pub fn fixed(at: Timestamp) -> Self {
        Self::new(move || at)
    }

    /// The instant now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

struct EntropyState {
    random: StdRng,
    counter: u32,
}

/// Source of randomness for ids, tokens and salts; seeded in tests, so that whole answers can be compared.
#[derive(Clone)]
pub struct Entropy(Arc<Mutex<EntropyState>>);

impl Entropy {
    /// From a seed: the same seed gives the same ids. For tests and the demo city only.
    pub fn seeded(seed: u64) -> Self {
        Self::from_random(StdRng::seed_from_u64(seed))
    }

    /// From the operating system.
    pub fn from_system() -> Self {
        Self::from_random(rand::make_rng())
    }

    fn from_random(mut random: StdRng) -> Self {
        let counter = random.next_u32() >> 8;
        Self(Arc::new(Mutex::new(EntropyState { random, counter })))
    }

    /// Fills a buffer.
    pub fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random.fill_bytes(buffer);
    }

    /// A UUIDv7 at an instant; ids of one process that share a millisecond still ascend, so that bulk inserts
    /// append to their index.
    pub fn id(&self, at: Timestamp) -> Uuid {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.counter = state.counter.wrapping_add(1);
        let counter = u64::from(state.counter);
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0) & 0xffff_ffff_ffff;
        let high = (millis << 16) | 0x7000 | ((counter >> 20) & 0xfff);
        let low = (0b10 << 62) | ((counter & 0xf_ffff) << 42) | (state.random.next_u64() >> 22);
        Uuid::from_u64_pair(high, low)
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

/// One request's circumstances.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who; `None` for the system itself and for people not yet known.
    pub actor: Option<UserId>,
    /// When the request began.
    pub at: Timestamp,
    /// Id of the request, for logs and the audit trail.
    pub request_id: String,
    /// Where from.
    pub remote_address: Option<String>,
    /// The clock, read again when a transaction gets its number.
    pub clock: Clock,
    /// Ids, tokens and salts.
    pub entropy: Entropy,
}

impl Context {
    /// A context at the clock's now.
    pub fn new(actor: Option<UserId>, request_id: impl Into<String>, clock: Clock, entropy: Entropy) -> Self {
        Self { actor, at: clock.now(), request_id: request_id.into(), remote_address: None, clock, entropy }
    }

    /// With the caller's address.
    pub fn from_address(mut self, address: impl Into<String>) -> Self {
        self.remote_address = Some(address.into());
        self
    }

    /// The business day of `at` (Asia/Shanghai).
    pub fn today(&self) -> Date {
        business_day(self.at)
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.entropy.id(self.at)
    }
}

/// The day in Asia/Shanghai, which has kept UTC+8 without summer time since 1991.
pub(crate) fn business_day(at: Timestamp) -> Date {
    jiff::tz::offset(8).to_datetime(at).date()
}
