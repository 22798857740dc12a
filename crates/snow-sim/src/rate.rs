use std::collections::HashMap;

use crate::auth::Session;
use crate::http::Answer;
use crate::settings::{RateLimit, Settings};

/// Requests in the present hour, by rule and user.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    counts: HashMap<(String, String), Count>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    hour: i64,
    now: u32,
    /// What the node knows of the others, and since when.
    merged: u32,
    merged_at: i64,
}

const HOUR: i64 = 3600;
const MERGE: i64 = 30;

/// Headers of a rule.
pub(crate) type Headers = Vec<(&'static str, String)>;

impl Rates {
    /// Counts a request; refused, it is answered 429.
    pub(crate) fn count(
        &mut self,
        settings: &Settings,
        session: &Session,
        (api, table): (&str, &str),
        now: i64,
    ) -> Result<Headers, Answer> {
        let Some(rule) = rule(settings, session, table) else { return Ok(Vec::new()) };
        let count = self.counts.entry((rule.id.clone(), session.name.clone())).or_default();
        let (hour, window) = (now.div_euclid(HOUR), now.div_euclid(MERGE));
        if count.hour != hour {
            *count = Count { hour, ..Count::default() };
        }
        if count.merged_at != window {
            (count.merged, count.merged_at) = (count.now, window);
        }
        let known = if settings.rate_lag { count.merged } else { count.now };
        let reset = (hour + 1) * HOUR;
        let headers = vec![
            ("x-ratelimit-limit", rule.limit.to_string()),
            ("x-ratelimit-reset", reset.to_string()),
            ("x-ratelimit-rule", rule.id.clone()),
        ];
        if known < rule.limit {
            count.now += 1;
            return Ok(headers);
        }
        let detail = format!("Rate limit of {} requests per hour for {api} exceeded", rule.limit);
        let mut answer = Answer::error(429, "Rate limit exceeded", Some(&detail));
        answer.headers.extend(headers);
        Err(answer.with("retry-after", (reset - now).to_string()))
    }
}

/// One for the user before those for roles, of which the lowest counts, before one for all.
fn rule<'a>(settings: &'a Settings, session: &Session, table: &str) -> Option<&'a RateLimit> {
    let here: Vec<&RateLimit> = settings
        .rate_limits
        .iter()
        .filter(|rule| rule.table.as_ref().is_none_or(|only| only == table))
        .collect();
    let user = here.iter().find(|rule| rule.user.as_ref() == Some(&session.name));
    let role = here
        .iter()
        .filter(|rule| rule.role.as_ref().is_some_and(|role| session.has(role)))
        .min_by_key(|rule| rule.limit);
    let all = here.iter().find(|rule| rule.user.is_none() && rule.role.is_none());
    user.or(role).or(all).copied()
}
