use std::time::{Duration, SystemTime};

use reqwest::header::{
    CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use url::Url;

use super::RetryAfter;

/// What is known of an answer before its body.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) location: Option<String>,
    pub(crate) retry_after: Option<RetryAfter>,
    /// `X-Total-Count`: the rows that match, whether or not they may be read.
    pub(crate) total: Option<u64>,
    /// The clock of the instance.
    pub(crate) date: Option<SystemTime>,
}

impl Head {
    pub(crate) fn new(status: u16, url: &Url, headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let content_type: String =
            text(CONTENT_TYPE).unwrap_or_default().chars().take(100).collect();
        let reset = || {
            let reset = headers.get("x-ratelimit-reset").map(HeaderValue::to_str)?.ok()?;
            let seconds = Duration::from_secs(reset.trim().parse().ok()?);
            SystemTime::UNIX_EPOCH.checked_add(seconds).map(RetryAfter::At)
        };
        let date = text(DATE).and_then(|text| httpdate::parse_http_date(text).ok());
        let after = text(RETRY_AFTER).and_then(retry_after).or_else(reset);
        let total = headers.get("x-total-count").map(HeaderValue::to_str);
        Self {
            status,
            content_type,
            location: text(LOCATION).map(|location| destination(url, location)),
            retry_after: after.map(|after| by_clock(after, date)),
            total: total.and_then(|text| text.ok()?.trim().parse().ok()),
            date,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.media_type().eq_ignore_ascii_case("application/json")
    }

    pub(super) fn media_type(&self) -> &str {
        self.content_type.split(';').next().unwrap_or_default().trim()
    }
}

/// Seconds or an HTTP date. Anything else is as good as no header.
fn retry_after(text: &str) -> Option<RetryAfter> {
    let text = text.trim();
    match text.parse() {
        Ok(seconds) => Some(RetryAfter::Delay(Duration::from_secs(seconds))),
        Err(_) => httpdate::parse_http_date(text).ok().map(RetryAfter::At),
    }
}

/// A time that a server names is one of its own clock, which may differ from ours.
fn by_clock(after: RetryAfter, date: Option<SystemTime>) -> RetryAfter {
    match (after, date) {
        (RetryAfter::At(at), Some(date)) => {
            RetryAfter::Delay(at.duration_since(date).unwrap_or_default())
        }
        (after, _) => after,
    }
}

/// The host of another origin, the path of the same one; never a query, which may hold tokens.
fn destination(url: &Url, location: &str) -> String {
    match url.join(location) {
        Ok(to) if to.origin() == url.origin() => to.path().to_owned(),
        Ok(to) => to.host_str().unwrap_or_default().to_owned(),
        Err(_) => "an address that is none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: &'static str, value: &str) -> Head {
        let url = Url::parse("https://contoso.service-now.com/api/now/table/incident").unwrap();
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        )]);
        Head::new(200, &url, &headers)
    }

    /// Check 32.
    #[test]
    fn both_forms_of_retry_after_are_read() {
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (name, value, expected) in [
            ("retry-after", "3", Some(RetryAfter::Delay(Duration::from_secs(3)))),
            ("retry-after", " 0 ", Some(RetryAfter::Delay(Duration::ZERO))),
            ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", Some(RetryAfter::At(day))),
            ("retry-after", "-1", None),
            ("retry-after", "soon", None),
            ("retry-after", "99999999999999999999999", None),
            ("x-ratelimit-reset", "784111777", Some(RetryAfter::At(day))),
            ("x-ratelimit-reset", "18446744073709551615", None),
        ] {
            assert_eq!(head(name, value).retry_after, expected, "{name}: {value}");
        }
    }

    /// Check 53.
    #[test]
    fn a_time_to_come_again_is_one_of_the_clock_that_named_it() {
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        let at = |seconds| RetryAfter::At(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let delay = |seconds| RetryAfter::Delay(Duration::from_secs(seconds));
        assert_eq!(by_clock(at(1030), Some(date)), delay(30));
        assert_eq!(by_clock(at(900), Some(date)), delay(0));
        assert_eq!(by_clock(at(900), None), at(900));
        assert_eq!(by_clock(delay(3), Some(date)), delay(3));
    }

    #[test]
    fn a_redirect_is_told_without_its_query() {
        for (value, expected) in [
            ("https://idp.example/sso?SAMLRequest=secret", "idp.example"),
            ("/login.do?token=secret", "/login.do"),
            ("https://[", "an address that is none"),
        ] {
            assert_eq!(head("location", value).location.unwrap(), expected);
        }
    }
}
