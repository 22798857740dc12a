use crate::TokenRejection;

/// The token of an `Authorization` header (RFC 6750 section 2.1); the scheme ignores case.
pub(crate) fn bearer_token(authorization: Option<&str>) -> Result<&str, TokenRejection> {
    let (scheme, token) = authorization
        .and_then(|value| value.trim_ascii().split_once(' '))
        .ok_or(TokenRejection::Empty)?;
    match token.trim_ascii() {
        token if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => Ok(token),
        _ => Err(TokenRejection::Empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bearer_tokens_count() {
        let cases = [
            (None, None),
            (Some(""), None),
            (Some("Bearer"), None),
            (Some("Bearer "), None),
            (Some("Basic YTpi"), None),
            (Some("token"), None),
            (Some("Bearer a.b.c"), Some("a.b.c")),
            (Some("bEARER   a.b.c "), Some("a.b.c")),
        ];
        for (header, expect) in cases {
            assert_eq!(bearer_token(header).ok(), expect, "{header:?}");
        }
    }
}
