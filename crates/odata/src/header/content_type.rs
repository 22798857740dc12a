use super::media_type::MediaType;

/// Why a request body is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentTypeError {
    /// There is a body and no `Content-Type`.
    #[error("Write requests (excluding DELETE) must contain the Content-Type header declaration.")]
    Missing,
    /// Anything but `application/json`.
    #[error("The entity only allows writes with a JSON Content-Type header.")]
    NotJson,
    /// JSON in another encoding than UTF-8 (RFC 8259 section 8.1).
    #[error("The charset of the Content-Type header must be utf-8.")]
    Charset,
}

/// Checks the media type of a JSON request body (OData 4.01 protocol section 8.1.1). Parameters
/// other than `charset` do not matter.
pub fn check_content_type(value: Option<&str>) -> Result<(), ContentTypeError> {
    let value = value.filter(|value| !value.trim().is_empty()).ok_or(ContentTypeError::Missing)?;
    let media = MediaType::parse(value)
        .filter(|media| media.essence == "application/json")
        .ok_or(ContentTypeError::NotJson)?;
    let utf8 = |(name, value): &(String, String)| {
        name != "charset"
            || value.eq_ignore_ascii_case("utf-8")
            || value.eq_ignore_ascii_case("utf8")
    };
    if media.parameters.iter().all(utf8) { Ok(()) } else { Err(ContentTypeError::Charset) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_utf8_is_read() {
        for (value, expect) in [
            (Some("application/json"), Ok(())),
            (Some("application/json; charset=utf-8"), Ok(())),
            (Some("Application/Json;charset=\"UTF-8\";odata.metadata=minimal"), Ok(())),
            (Some("application/json;IEEE754Compatible=true;"), Ok(())),
            (Some("application/json;charset=latin1"), Err(ContentTypeError::Charset)),
            (Some("text/plain"), Err(ContentTypeError::NotJson)),
            (Some("json"), Err(ContentTypeError::NotJson)),
            (Some("application/jsonp"), Err(ContentTypeError::NotJson)),
            (Some("*/*"), Err(ContentTypeError::NotJson)),
            (Some(" "), Err(ContentTypeError::Missing)),
            (None, Err(ContentTypeError::Missing)),
        ] {
            assert_eq!(check_content_type(value), expect, "{value:?}");
        }
    }
}
