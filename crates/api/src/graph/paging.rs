//! Server-driven paging by position (OData 4.01 protocol section 11.2.6.7): a skip token holds the
//! order keys of the last row, so that rows are neither repeated nor lost while others change.

use std::num::NonZeroU32;

use model::TenantId;
use odata::expr::{EvaluateError, OrderBy, evaluate};
use odata::query::{self, QueryError};
use odata::skip_token::{InvalidSkipToken, SkipToken};
use odata::value::{Structured, Value};

use crate::error::ApiError;

const DEFAULT_PAGE_SIZE: u64 = 100;
const MAX_PAGE_SIZE: u64 = 1000;

/// Where a page begins and how long it is.
#[derive(Debug)]
pub(crate) struct Paging {
    /// Rows of this page at most.
    pub(crate) page_size: u64,
    /// The position behind which the page begins.
    pub(crate) after: Option<Vec<Value>>,
    preferred: Option<NonZeroU32>,
}

/// What makes skip tokens of this service for this question.
#[derive(Debug)]
pub(crate) struct Seal<'a> {
    pub(crate) key: &'a [u8; 32],
    pub(crate) scope: Vec<u8>,
}

impl Paging {
    /// `$top` is the size of a page, as Graph has it; a preference can only make it smaller, and
    /// holds for the pages behind too, where clients do not repeat it.
    pub(crate) fn new(
        top: Option<u64>,
        preferred: Option<NonZeroU32>,
        token: Option<&str>,
        seal: &Seal<'_>,
    ) -> Result<Self, InvalidSkipToken> {
        let token = token.map(|token| SkipToken::open(token, seal.key, &seal.scope)).transpose()?;
        let preferred = preferred.or(token.as_ref().and_then(|token| token.page_size));
        let page_size = top.unwrap_or(DEFAULT_PAGE_SIZE).min(MAX_PAGE_SIZE);
        Ok(Self {
            page_size: preferred.map_or(page_size, |most| page_size.min(most.get().into())),
            after: token.map(|token| token.position),
            preferred,
        })
    }

    /// The token of the page that begins behind a row.
    pub(crate) fn token_behind(
        &self,
        last: &Structured,
        order: &[OrderBy],
        seal: &Seal<'_>,
    ) -> Result<String, ApiError> {
        let position = order.iter().map(|key| evaluate(&key.expr, last));
        let position = position.collect::<Result<Vec<Value>, _>>().map_err(refused)?;
        self.token_at(position, seal)
    }

    /// The token of the page that begins behind a position.
    pub(crate) fn token_at(
        &self,
        position: Vec<Value>,
        seal: &Seal<'_>,
    ) -> Result<String, ApiError> {
        Ok(SkipToken { position, page_size: self.preferred }.seal(seal.key, &seal.scope)?)
    }
}

/// A row holds its own properties, not those of related rows.
fn refused(error: EvaluateError) -> ApiError {
    match error {
        EvaluateError::NoProperty(name) => {
            ApiError::NotServed(format!("a second page in the order of {name}"))
        }
        error => error.into(),
    }
}

/// What a token is good for: this tenant, this collection, this filter, search and order as they were
/// written, with what they name (once bound, `now()` would be another constant on every page).
pub(crate) fn scope(tenant: TenantId, path: &str, query: &str) -> Result<Vec<u8>, QueryError> {
    let mut scope = vec![tenant.to_string(), path.to_owned()];
    for (name, value) in query::split(query)? {
        let name = name.trim().trim_start_matches('$').to_ascii_lowercase();
        if matches!(name.as_str(), "filter" | "search" | "orderby" | "compute" | "apply")
            || name.starts_with('@')
        {
            scope.push(format!("{name}={}:{value}", value.len()));
        }
    }
    Ok(scope.join("\n").into_bytes())
}

/// The request again, at another position. What the client wrote stays as it wrote it.
pub(crate) fn next_link(root: &str, path: &str, query: &str, token: &str) -> String {
    let mut link = format!("{root}/{path}?");
    for part in query.split('&').filter(|part| !part.is_empty() && !is_position(part)) {
        link.push_str(part);
        link.push('&');
    }
    link.push_str("$skiptoken=");
    link.push_str(token);
    link
}

/// The value of an option, by its name without `$`, and the query without it.
pub(crate) fn apart(query: &str, name: &str) -> Result<(Option<String>, String), QueryError> {
    let (own, rest): (Vec<_>, Vec<_>) =
        query.split('&').partition(|part| option_name(part) == name);
    let mut own = query::split(&own.join("&"))?.into_iter();
    let value = own.next().map(|(_, value)| value);
    match own.next() {
        Some((name, _)) => Err(QueryError::Duplicate(name)),
        None => Ok((value, rest.join("&"))),
    }
}

/// `$skip` and `$skiptoken` in any spelling.
fn is_position(part: &str) -> bool {
    matches!(option_name(part).as_str(), "skip" | "skiptoken")
}

/// The name of a part of a query, in lower case and without `$`.
fn option_name(part: &str) -> String {
    let name = part.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
    let name = name.replace("%24", "$");
    name.trim_start_matches('$').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_repeats_all_but_the_position() {
        let link =
            next_link("http://h/beta", "x/y", "$top=1&%24skip=2&$Filter=a%20b&skipToken=z", "T");
        assert_eq!(link, "http://h/beta/x/y?$top=1&$Filter=a%20b&$skiptoken=T");
    }

    #[test]
    fn a_token_is_taken_out() {
        let apart = |query| apart(query, "skiptoken").map_err(|error| error.to_string());
        let rest = "a=b&$format=json".to_owned();
        assert_eq!(apart("a=b&$format=json"), Ok((None, rest.clone())));
        assert_eq!(apart("a=b&%24SkipToken=x&$format=json"), Ok((Some("x".to_owned()), rest)));
        assert!(apart("$skiptoken=a&skiptoken=b").unwrap_err().contains("more than once"));
    }

    #[test]
    fn pages_have_bounds() {
        let seal = Seal { key: &[0; 32], scope: vec![] };
        let size =
            |top, most| Paging::new(top, NonZeroU32::new(most), None, &seal).unwrap().page_size;
        assert_eq!(size(None, 0), DEFAULT_PAGE_SIZE);
        assert_eq!(size(Some(5), 2), 2);
        assert_eq!(size(Some(5), 9), 5);
        assert_eq!(size(Some(1_000_000), 0), MAX_PAGE_SIZE);
    }
}
