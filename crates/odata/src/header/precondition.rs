use super::etag::{ETag, ETagCondition};

/// What there is of the resource that a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Current<'e> {
    /// Nothing, or nothing that could be read.
    Absent,
    /// Something without a tag: `*` means it, and no tag does.
    Untagged,
    /// A version.
    Tagged(&'e ETag),
}

/// Which condition does not hold. A write is answered with 412, a read whose `If-None-Match` fails
/// with 304.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PreconditionFailed {
    /// The entity is another version than the client knows, or is not there.
    #[error("The condition of the If-Match header is not met.")]
    IfMatch,
    /// The entity is the version that the client excludes, or is there at all.
    #[error("The condition of the If-None-Match header is not met.")]
    IfNoneMatch,
}

/// Judges the conditions of a request in the order of RFC 9110 section 13.2.2 (OData 4.01 protocol
/// sections 8.2.4 and 8.2.5).
pub fn precondition(
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
    current: Current<'_>,
) -> Result<(), PreconditionFailed> {
    if if_match.is_some_and(|condition| !condition.matches(current)) {
        return Err(PreconditionFailed::IfMatch);
    }
    if if_none_match.is_some_and(|condition| condition.matches(current)) {
        return Err(PreconditionFailed::IfNoneMatch);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Current::{Absent, Tagged, Untagged};
    use super::PreconditionFailed::{IfMatch, IfNoneMatch};
    use super::*;

    #[test]
    fn conditions_hold_or_name_themselves() {
        let one = ETag::weak("1").unwrap();
        let check = |if_match: &str, if_none_match: &str, current: Current<'_>, expect| {
            let parse = |text: &str| {
                ETagCondition::parse(Some(text).filter(|text| !text.is_empty())).unwrap()
            };
            let (is, is_not) = (parse(if_match), parse(if_none_match));
            assert_eq!(precondition(is.as_ref(), is_not.as_ref(), current), expect);
        };
        check("", "", Absent, Ok(()));
        check("", "", Tagged(&one), Ok(()));
        check(r#"W/"1""#, "", Tagged(&one), Ok(()));
        check(r#""1""#, "", Tagged(&one), Ok(()));
        check(r#""0", "1""#, "", Tagged(&one), Ok(()));
        check(r#""0""#, "", Tagged(&one), Err(IfMatch));
        check("*", "", Tagged(&one), Ok(()));
        check("*", "", Absent, Err(IfMatch));
        check(r#""1""#, "", Absent, Err(IfMatch));
        check("", "*", Absent, Ok(()));
        check("", "*", Tagged(&one), Err(IfNoneMatch));
        check("", r#""1""#, Tagged(&one), Err(IfNoneMatch));
        check("", r#""0""#, Tagged(&one), Ok(()));
        check(r#""0""#, "*", Tagged(&one), Err(IfMatch));
        check(r#""1""#, "*", Tagged(&one), Err(IfNoneMatch));
        check("", "", Untagged, Ok(()));
        check("*", "", Untagged, Ok(()));
        check(r#""1""#, "", Untagged, Err(IfMatch));
        check("", "*", Untagged, Err(IfNoneMatch));
        check("", r#""1""#, Untagged, Ok(()));
    }
}
