use super::etag::{ETag, ETagCondition};

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
/// sections 8.2.4 and 8.2.5). `current` is the tag of the entity, `None` if there is no entity.
pub fn precondition(
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
    current: Option<&ETag>,
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
    use super::PreconditionFailed::{IfMatch, IfNoneMatch};
    use super::*;

    #[test]
    fn conditions_hold_or_name_themselves() {
        let one = ETag::weak("1").unwrap();
        let check = |if_match: &str, if_none_match: &str, current: Option<&ETag>, expect| {
            let parse = |text: &str| {
                ETagCondition::parse(Some(text).filter(|text| !text.is_empty())).unwrap()
            };
            let (is, is_not) = (parse(if_match), parse(if_none_match));
            assert_eq!(precondition(is.as_ref(), is_not.as_ref(), current), expect);
        };
        check("", "", None, Ok(()));
        check("", "", Some(&one), Ok(()));
        check(r#"W/"1""#, "", Some(&one), Ok(()));
        check(r#""1""#, "", Some(&one), Ok(()));
        check(r#""0", "1""#, "", Some(&one), Ok(()));
        check(r#""0""#, "", Some(&one), Err(IfMatch));
        check("*", "", Some(&one), Ok(()));
        check("*", "", None, Err(IfMatch));
        check(r#""1""#, "", None, Err(IfMatch));
        check("", "*", None, Ok(()));
        check("", "*", Some(&one), Err(IfNoneMatch));
        check("", r#""1""#, Some(&one), Err(IfNoneMatch));
        check("", r#""0""#, Some(&one), Ok(()));
        check(r#""0""#, "*", Some(&one), Err(IfMatch));
        check(r#""1""#, "*", Some(&one), Err(IfNoneMatch));
    }
}
