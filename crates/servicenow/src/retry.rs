use std::time::{Duration, SystemTime};

use crate::{Failure, RetryAfter, SignInFailure};

/// What to do after a failed GET. (A POST may have been carried out, whatever was answered.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Ask again, not before this.
    Retry {
        /// The earliest time.
        at: SystemTime,
    },
    /// Asking again is of no use, at least not now.
    GiveUp(Reason),
}

/// Why it is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It was tried often enough.
    Exhausted,
    /// The instance wants to be left alone, for longer than a run waits.
    Throttled {
        /// Until then.
        until: SystemTime,
    },
    /// Somebody has to sign in anew or to change the credential.
    SignIn,
    /// The instance sleeps, or something else answers in its place.
    Unavailable,
    /// Somebody has to mend the configuration or the rights.
    Mend,
}

/// Attempts at one page, the first one included.
pub const MAX_ATTEMPTS: u32 = 5;
/// A run waits so long for a `Retry-After`, and ends where it is longer.
const PATIENCE: Duration = Duration::from_mins(1);
/// Limits of rates are by the hour, so nothing has to wait for longer.
const LONGEST: Duration = Duration::from_hours(2);
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(30);

impl Decision {
    /// Decides after `attempts` that failed, the last one like this. `jitter` is a random number
    /// of 16 bits, which spreads clients that failed together.
    ///
    /// Source: ServiceNow, "Inbound REST API rate limiting", "Default transaction quotas"; RFC
    /// 9110 section 10.2.3.
    pub fn after(failure: &Failure, attempts: u32, now: SystemTime, jitter: u16) -> Self {
        let again = |least: Option<RetryAfter>| {
            if attempts >= MAX_ATTEMPTS {
                return Self::GiveUp(Reason::Exhausted);
            }
            let at = now.checked_add(delay(attempts, jitter)).unwrap_or(now);
            wait(least.map_or(at, |least| least.not_before(now).max(at)), now)
        };
        match failure {
            Failure::Unreachable { .. }
            | Failure::Proxy { .. }
            | Failure::TimedOut(_)
            | Failure::Cut(_)
            | Failure::InstanceFailed { status: 500, .. } => again(None),
            Failure::Unavailable { after, .. } => again(*after),
            // With fewer rows it may work at once, see `PageSize`.
            Failure::Cancelled(_)
            | Failure::ErrorInResult(_)
            | Failure::Damaged(_)
            | Failure::Truncated
            | Failure::WrongShape(_)
            | Failure::TooLarge { .. } => match again(None) {
                Self::Retry { .. } => Self::Retry { at: now },
                give_up @ Self::GiveUp(_) => give_up,
            },
            Failure::RateLimited { after: Some(after), .. } => wait(after.not_before(now), now),
            Failure::RateLimited { after: None, .. } => {
                again(Some(RetryAfter::Delay(Duration::from_secs(10))))
            }
            Failure::Hibernating
            | Failure::SignInPage
            | Failure::NotServiceNow { .. }
            | Failure::Redirected { .. }
            | Failure::Tls { .. } => Self::GiveUp(Reason::Unavailable),
            Failure::Unauthorized(_) | Failure::BasicRefused(_) => Self::GiveUp(Reason::SignIn),
            Failure::SignIn(failure) => Self::after_sign_in(failure, attempts, now, jitter),
            Failure::NotAdmitted(_)
            | Failure::QueryTooLong
            | Failure::QueryForbidden(_)
            | Failure::TableForbidden(_)
            | Failure::ApiForbidden(_)
            | Failure::Forbidden(_)
            | Failure::InvalidTable(_)
            | Failure::NoSuchApi(_)
            | Failure::NotFound(_)
            | Failure::BadRequest(_)
            | Failure::InstanceFailed { .. }
            | Failure::ConditionIgnored { .. }
            | Failure::Refused { .. } => Self::GiveUp(Reason::Mend),
        }
    }

    fn after_sign_in(failure: &SignInFailure, attempts: u32, now: SystemTime, jitter: u16) -> Self {
        match failure {
            SignInFailure::NoAnswer(failure) => Self::after(failure, attempts, now, jitter),
            SignInFailure::NotStored(_) | SignInFailure::Interrupted => {
                Self::GiveUp(Reason::Exhausted)
            }
            _ => Self::GiveUp(Reason::SignIn),
        }
    }
}

fn wait(at: SystemTime, now: SystemTime) -> Decision {
    let patient = at.duration_since(now).is_ok_and(|wait| wait <= PATIENCE);
    if patient { Decision::Retry { at } } else { Decision::GiveUp(Reason::Throttled { until: at }) }
}

/// Exponential with full jitter: anything up to 1, 2, 4, 8 … seconds.
fn delay(attempts: u32, jitter: u16) -> Duration {
    let most = FIRST_DELAY * (1 << attempts.saturating_sub(1).min(16));
    most.min(LONGEST_DELAY) * u32::from(jitter) / u32::from(u16::MAX)
}

impl RetryAfter {
    /// The time that a server names, but neither in the past nor days ahead.
    pub fn not_before(self, now: SystemTime) -> SystemTime {
        let delay = match self {
            Self::Delay(delay) => delay,
            Self::At(at) => at.duration_since(now).unwrap_or_default(),
        };
        now.checked_add(delay.min(LONGEST)).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Said;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000)
    }

    fn said() -> Said {
        Said::of_error(&"x".into())
    }

    /// Seconds until the retry, or the reason not to.
    fn decided(failure: &Failure, attempts: u32, jitter: u16) -> Result<f64, Reason> {
        match Decision::after(failure, attempts, now(), jitter) {
            Decision::Retry { at } => Ok(at.duration_since(now()).unwrap().as_secs_f64()),
            Decision::GiveUp(reason) => Err(reason),
        }
    }

    #[test]
    fn passing_trouble_is_waited_out_for_longer_and_longer() {
        let gateway = Failure::Unavailable { status: 502, after: None };
        let delays = [1, 2, 3, 4, 5].map(|attempts| decided(&gateway, attempts, u16::MAX));
        assert_eq!(delays, [Ok(1.0), Ok(2.0), Ok(4.0), Ok(8.0), Err(Reason::Exhausted)]);
        assert_eq!(decided(&gateway, 4, 0), Ok(0.0));
        let half = decided(&gateway, 4, u16::MAX / 2).unwrap();
        assert!((3.9..4.1).contains(&half), "{half}");
        assert_eq!(decided(&Failure::Truncated, 4, u16::MAX), Ok(0.0));
        assert_eq!(decided(&Failure::Cancelled(said()), 5, 0), Err(Reason::Exhausted));
    }

    /// Checks 29 to 32.
    #[test]
    fn a_server_that_wants_to_be_left_alone_is() {
        let limited = |after| Failure::RateLimited { after, said: said() };
        let delay = |seconds| Some(RetryAfter::Delay(Duration::from_secs(seconds)));
        let until = |seconds| now() + Duration::from_secs(seconds);
        let throttled = |seconds| Err(Reason::Throttled { until: until(seconds) });
        for (after, expected) in [
            (delay(3), Ok(3.0)),
            (delay(60), Ok(60.0)),
            (delay(3600), throttled(3600)),
            (delay(u64::MAX), throttled(7200)),
            (Some(RetryAfter::At(until(30))), Ok(30.0)),
            (Some(RetryAfter::At(until(1800))), throttled(1800)),
            (Some(RetryAfter::At(SystemTime::UNIX_EPOCH)), Ok(0.0)),
            (None, Ok(10.0)),
        ] {
            assert_eq!(decided(&limited(after), 1, 0), expected, "{after:?}");
        }
        let busy = |after| Failure::Unavailable { status: 503, after };
        assert_eq!(decided(&busy(delay(20)), 1, 0), Ok(20.0));
        assert_eq!(decided(&busy(delay(900)), 1, 0), throttled(900));
    }

    #[test]
    fn what_does_not_pass_is_not_tried_again() {
        for (failure, reason) in [
            (Failure::Hibernating, Reason::Unavailable),
            (Failure::SignInPage, Reason::Unavailable),
            (Failure::Redirected { to: "idp.example".to_owned() }, Reason::Unavailable),
            (Failure::Unauthorized(said()), Reason::SignIn),
            (Failure::QueryForbidden(said()), Reason::Mend),
            (Failure::InvalidTable(said()), Reason::Mend),
            (Failure::NotFound(said()), Reason::Mend),
            (Failure::InstanceFailed { status: 501, said: said() }, Reason::Mend),
        ] {
            assert_eq!(decided(&failure, 1, 0), Err(reason), "{failure}");
        }
    }
}
