use url::Url;

/// The address of an instance as it is meant by somebody who pastes that of a page, or types a bare
/// host name. What is no address stays as it is, so that the person sees what was typed.
pub(super) fn instance_host(typed: &str) -> String {
    let typed = typed.trim();
    let is_bare = !typed.contains("://") && !typed.contains(['@', '\\']) && typed.contains('.');
    let whole = if is_bare { format!("https://{typed}") } else { typed.to_owned() };
    let Ok(url) = Url::parse(&whole) else { return typed.to_owned() };
    let is_web = matches!(url.scheme(), "https" | "http");
    if is_web && url.username().is_empty() && url.password().is_none() {
        url.origin().ascii_serialization()
    } else {
        typed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_addresses_come_to_their_origin() {
        for (typed, expect) in [
            ("https://contoso.service-now.com", "https://contoso.service-now.com"),
            (" contoso.service-now.com ", "https://contoso.service-now.com"),
            ("contoso.service-now.com/nav_to.do?uri=x", "https://contoso.service-now.com"),
            (
                "https://Contoso.service-now.com/now/nav/ui/home#x",
                "https://contoso.service-now.com",
            ),
            ("http://127.0.0.1:8181/", "http://127.0.0.1:8181"),
            (
                "https://user:secret@contoso.service-now.com",
                "https://user:secret@contoso.service-now.com",
            ),
            ("user@contoso.service-now.com", "user@contoso.service-now.com"),
            ("ftp://contoso.service-now.com/", "ftp://contoso.service-now.com/"),
            ("contoso", "contoso"),
            ("two words", "two words"),
            ("", ""),
        ] {
            assert_eq!(instance_host(typed), expect, "{typed:?}");
        }
    }
}
