//! Login attempts by address. Kept per process: a second server behind the balancer has its own count, while the lock
//! of an account is kept in the database and holds everywhere.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// Addresses that are remembered at most; more means an attack from many, and the oldest go first.
const MOST_ADDRESSES: usize = 10_000;

/// Counts attempts in windows of one minute.
#[derive(Debug, Default)]
pub struct LoginLimiter {
    windows: Mutex<HashMap<IpAddr, (Timestamp, u32)>>,
}

impl LoginLimiter {
    /// Counts an attempt. `Err` carries the seconds to wait.
    pub fn attempt(&self, address: IpAddr, now: Timestamp, per_minute: u32) -> Result<(), u32> {
        let minute = SignedDuration::from_mins(1);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST_ADDRESSES {
            windows.retain(|_, (start, _)| now.duration_since(*start) < minute);
            if windows.len() >= MOST_ADDRESSES {
                windows.clear();
            }
        }
        let (start, count) = windows.entry(address).or_insert((now, 0));
        let age = now.duration_since(*start);
        if age >= minute {
            (*start, *count) = (now, 0);
        }
        *count += 1;
        if *count <= per_minute {
            return Ok(());
        }
        Err(u32::try_from((minute - age.min(minute)).as_secs()).unwrap_or(60).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_later_the_address_may_try_again() {
        let limiter = LoginLimiter::default();
        let address = IpAddr::from([127, 0, 0, 1]);
        let start = Timestamp::UNIX_EPOCH;
        assert_eq!(limiter.attempt(address, start, 2), Ok(()));
        assert_eq!(limiter.attempt(address, start, 2), Ok(()));
        assert_eq!(limiter.attempt(address, start + SignedDuration::from_secs(20), 2), Err(40));
        assert_eq!(limiter.attempt(address, start + SignedDuration::from_secs(60), 2), Ok(()));
    }
}
