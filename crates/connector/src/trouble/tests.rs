use std::sync::Arc;
use std::time::Duration;

use servicenow::{NotAdmitted, RetryAfter, SignInFailure};

use super::*;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000)
}

fn signing_in(failure: SignInFailure) -> Failure {
    Failure::SignIn(Arc::new(failure))
}

/// Status and code, words of the message, and words of what to do.
fn check(failure: &Failure, expected: (HealthStatus, &str), message: &str, hint: &str) {
    let trouble = Trouble::of(failure, now());
    assert_eq!((trouble.status, trouble.code), expected, "{failure:?}");
    assert!(trouble.message.contains(message), "{}", trouble.message);
    assert!(trouble.hint.contains(hint), "{}", trouble.hint);
    for text in [&trouble.message, &trouble.hint] {
        assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{text}");
        assert!(!text.contains("  "), "{text}");
    }
}

#[test]
fn bad_weather_says_what_to_do() {
    use HealthStatus::{Error, SignInNeeded, Unreachable};
    let refused = NotAdmitted { host: "a".to_owned(), reason: "a is not listed".to_owned() };
    check(&Failure::NotAdmitted(refused), (Error, "egressRefused"), "A is not", "egress.allow");
    check(&Failure::Hibernating, (Unreachable, "hibernating"), "hibernating", "wake");
    check(&Failure::SignInPage, (Unreachable, "signInPage"), "sign-in page", "single sign-on");
    let away = Failure::Redirected { to: "idp.example".to_owned() };
    check(&away, (Unreachable, "redirected"), "idp.example", "instanceUrl");
    let other = Failure::NotServiceNow { status: 200, content_type: "text/html".to_owned() };
    check(&other, (Unreachable, "notServiceNow"), "text/html", "address of the instance");
    check(&Failure::Truncated, (Unreachable, "truncated"), "not whole", "proxy");
    check(&Failure::QueryTooLong, (Error, "queryTooLong"), "too long", "sync.query");
    let ignored = Failure::ConditionIgnored { field: "u_x".to_owned() };
    check(&ignored, (Error, "conditionIgnored"), "u_x", "does not exist");
    let wrong_secret = signing_in(SignInFailure::Denied { grant: "client_credentials" });
    check(
        &wrong_secret,
        (SignInNeeded, "accessDenied"),
        "denies access",
        "Check the client secret",
    );
    let revoked = signing_in(SignInFailure::InvalidGrant { grant: "refresh_token" });
    check(&revoked, (SignInNeeded, "invalidGrant"), "refresh token", "Set the credential anew");
    let asleep = signing_in(SignInFailure::NoAnswer(Box::new(Failure::Hibernating)));
    check(&asleep, (Unreachable, "hibernating"), "At the token endpoint", "wake");
    let full = signing_in(SignInFailure::NotStored("disk full".into()));
    check(&full, (Error, "tokenNotStored"), "disk full", "database");
}

#[test]
fn an_instance_that_wants_to_be_left_alone_is_until_then() {
    let until = |failure: &Failure| {
        let not_before = Trouble::of(failure, now()).not_before?;
        Some(not_before.duration_since(now()).unwrap().as_secs())
    };
    let busy = |seconds| {
        let after = Some(RetryAfter::Delay(Duration::from_secs(seconds)));
        Failure::Unavailable { status: 503, after }
    };
    assert_eq!(until(&busy(30)), Some(30));
    assert_eq!(until(&busy(u64::MAX)), Some(7200));
    assert_eq!(until(&Failure::Unavailable { status: 502, after: None }), None);
}

#[test]
fn what_is_no_call_has_its_sentence_too() {
    let back = Trouble::clock_went_back(Duration::from_mins(200));
    assert_eq!(back.message, "The clock of the instance went back by 3 h 20 min.");
    assert!(back.reason().contains("Nothing was removed"), "{}", back.reason());
    let walk = Trouble::of_walk(&WalkError::NotInOrder("sys_id"));
    assert_eq!(walk.message, "Rows do not follow each other by sys_id.");
    assert_eq!(Trouble::of_site(SiteError::NotSet).code, "notSet");
    let elsewhere = CredentialRefusal::OtherInstance { set_for: None, leads_to: None };
    let elsewhere = Trouble::of_credential(&elsewhere);
    assert_eq!((elsewhere.status, elsewhere.code), (HealthStatus::SignInNeeded, "otherInstance"));
    assert!(elsewhere.hint.contains("set the credential"), "{}", elsewhere.hint);
    for (seconds, text) in
        [(0, "0 s"), (59, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (7200, "2 h")]
    {
        assert_eq!(span(Duration::from_secs(seconds)), text);
    }
}
