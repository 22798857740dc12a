use super::QueryError;
use crate::url::decode;

/// Bytes that a query may have.
const MAX_LENGTH: usize = 64 * 1024;
/// Options that a query may have.
const MAX_OPTIONS: usize = 100;

/// Splits the part of a URL after `?` into names and values and decodes them, in their order.
///
/// `+` is a blank, as HTML forms write it. An option without `=` has the empty value.
pub fn split(raw: &str) -> Result<Vec<(String, String)>, QueryError> {
    if raw.len() > MAX_LENGTH {
        return Err(QueryError::TooLong("64 KiB"));
    }
    let mut options = Vec::new();
    for part in raw.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let encoding = |error| {
            let option = name.chars().take(100).collect();
            QueryError::Encoding { option, error }
        };
        options
            .push((decode(name, true).map_err(encoding)?, decode(value, true).map_err(encoding)?));
        if options.len() > MAX_OPTIONS {
            return Err(QueryError::TooLong("100 options"));
        }
    }
    Ok(options)
}
