use super::{Failure, Head, Said};

/// Says what went wrong with an answer that is not JSON with status 200.
pub(crate) fn judge(head: &Head, body: &[u8]) -> Failure {
    let status = head.status;
    if let Some(to) = head.location.clone().filter(|_| (300..400).contains(&status)) {
        return Failure::Redirected { to };
    }
    if let Some(page) = page(body).filter(|_| !head.is_json()) {
        return page;
    }
    let after = head.retry_after;
    let Some(said) = Said::of_body(body) else {
        return match status {
            401 => Failure::Unauthorized(Said::of_error(&"".into())),
            429 => Failure::RateLimited { after, said: Said::of_error(&"".into()) },
            408 | 500..=599 => Failure::Unavailable { status, after },
            _ => Failure::NotServiceNow { status, content_type: head.media_type().to_owned() },
        };
    };
    match status {
        400 if said.holds("Invalid table") => Failure::InvalidTable(said),
        400 | 404 if said.holds("Requested URI does not represent") => Failure::NoSuchApi(said),
        400 => Failure::BadRequest(said),
        401 => Failure::Unauthorized(said),
        403 => forbidden(said),
        404 => Failure::NotFound(said),
        429 => Failure::RateLimited { after, said },
        408 | 502..=504 => Failure::Unavailable { status, after },
        500.. => cancelled_or(said, |said| Failure::InstanceFailed { status, said }),
        _ => Failure::Refused { status, said },
    }
}

/// What is too much for the instance has its own name, wherever it is said.
pub(crate) fn cancelled_or(said: Said, other: impl FnOnce(Said) -> Failure) -> Failure {
    if said.holds("Transaction cancelled") || said.holds("maximum execution time exceeded") {
        Failure::Cancelled(said)
    } else {
        other(said)
    }
}

fn forbidden(said: Said) -> Failure {
    if said.holds("No permission to read table") {
        Failure::TableForbidden(said)
    } else if said.holds("Insufficient rights to query") {
        Failure::QueryForbidden(said)
    } else if said.holds("Failed API level ACL") || said.holds("Access to unscoped api") {
        Failure::ApiForbidden(said)
    } else {
        Failure::Forbidden(said)
    }
}

/// Pages that instances show to people.
fn page(body: &[u8]) -> Option<Failure> {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if holds(&["instance-hibernating-page", "instance is hibernating", "instance hibernating page"])
    {
        Some(Failure::Hibernating)
    } else if holds(&["login.do", "sign in | servicenow", "samlrequest", "login_with_sso.do"]) {
        Some(Failure::SignInPage)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, content_type: &str, body: &str, expected: &str) {
        let head = Head {
            status,
            content_type: content_type.to_owned(),
            location: None,
            retry_after: None,
            total: None,
            date: None,
        };
        let failure = format!("{:?}", judge(&head, body.as_bytes()));
        let name = failure.split([' ', '(']).next().unwrap();
        assert_eq!(name, expected, "{status} {body}");
    }

    fn envelope(message: &str, detail: &str) -> String {
        format!(r#"{{"error":{{"message":"{message}","detail":"{detail}"}},"status":"failure"}}"#)
    }

    #[test]
    fn an_envelope_is_named_by_status_and_words() {
        for (status, message, detail, expected) in [
            (400, "Invalid table x", "", "InvalidTable"),
            (400, "Requested URI does not represent any resource", "", "NoSuchApi"),
            (404, "Requested URI does not represent any resource", "", "NoSuchApi"),
            (400, "Invalid value given for sysparm_limit", "", "BadRequest"),
            (401, "User is not authenticated", "Required to provide", "Unauthorized"),
            (403, "Insufficient rights to query records", "Field(s) present", "QueryForbidden"),
            (
                403,
                "Insufficient rights to query records",
                "No permission to read table 'x'",
                "TableForbidden",
            ),
            (403, "User Not Authorized", "Failed API level ACL Validation", "ApiForbidden"),
            (403, "Access to unscoped api is not allowed", "", "ApiForbidden"),
            (403, "Operation Failed", "ACL Exception", "Forbidden"),
            (404, "No Record found", "Record doesn't exist", "NotFound"),
            (429, "Rate limit exceeded", "", "RateLimited"),
            (500, "Transaction cancelled: maximum execution time exceeded", "", "Cancelled"),
            (500, "java.lang.NullPointerException", "", "InstanceFailed"),
            (503, "down", "", "Unavailable"),
            (405, "Method not supported", "", "Refused"),
            (200, "anything", "", "Refused"),
        ] {
            check(status, "application/json;charset=UTF-8", &envelope(message, detail), expected);
        }
    }

    #[test]
    fn a_page_is_named_by_its_words_and_status() {
        let html = "text/html;charset=UTF-8";
        for status in [200, 503] {
            check(status, html, "<h1>Your instance is hibernating</h1>", "Hibernating");
            check(status, html, "<title>Sign In | ServiceNow</title>", "SignInPage");
        }
        check(200, html, "<h1>It works!</h1>", "NotServiceNow");
        check(404, html, "<h1>Not found</h1>", "NotServiceNow");
        check(403, html, "<h1>Blocked by a firewall</h1>", "NotServiceNow");
        check(401, html, "<h1>Unauthorized</h1>", "Unauthorized");
        check(429, html, "", "RateLimited");
        for status in [408, 500, 502, 503, 504] {
            check(status, html, "<center>nginx</center>", "Unavailable");
        }
        check(200, "application/xml", "<response/>", "NotServiceNow");
        check(302, html, "", "NotServiceNow");
    }
}
