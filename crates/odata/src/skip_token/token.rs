use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::codec::{read_length, read_value, write_length, write_value};
use crate::value::Value;

/// Raised when the bytes change their meaning; tokens of another version are refused.
const VERSION: u8 = 1;
/// Half of the digest: 128 bits are out of reach for guessing, and links stay short.
const TAG: usize = 16;

/// The place of the last row that was answered, from which the next page goes on.
///
/// ```
/// use odata::skip_token::SkipToken;
/// use odata::value::Value;
///
/// let token = SkipToken { position: vec![Value::Int(7)], page_size: None };
/// let text = token.seal(&[1; 32], b"tenant/connections?orderby=id").unwrap();
/// assert_eq!(SkipToken::open(&text, &[1; 32], b"tenant/connections?orderby=id"), Ok(token));
/// assert!(SkipToken::open(&text, &[1; 32], b"tenant/connections").is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SkipToken {
    /// The row's value for each key of the order, the tie-breaker included.
    pub position: Vec<Value>,
    /// Items of a page where `Prefer` set it: clients do not repeat the header.
    pub page_size: Option<NonZeroU32>,
}

/// The text is no token of this service for this query. It does not say why: the difference would
/// only help who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The skip token is not valid for this request.")]
pub struct InvalidSkipToken;

/// A structure or a collection is no key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a structure or a collection cannot be a part of a position")]
pub struct UnsortableValue;

impl SkipToken {
    /// Makes the text of the token, safe in a URL as it is.
    ///
    /// `scope` says what the token is good for: tenant, entity set and the texts of filter and
    /// order, joined so that different ones never join to the same bytes.
    pub fn seal(&self, key: &[u8; 32], scope: &[u8]) -> Result<String, UnsortableValue> {
        let mut bytes = vec![VERSION];
        write_length(self.page_size.map_or(0, NonZeroU32::get).into(), &mut bytes);
        for value in &self.position {
            write_value(value, &mut bytes)?;
        }
        let digest = mac(key, scope, &bytes).finalize().into_bytes();
        bytes.extend(digest.iter().take(TAG));
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token that was sealed with the same key and scope, untouched since.
    pub fn open(text: &str, key: &[u8; 32], scope: &[u8]) -> Result<Self, InvalidSkipToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_source| InvalidSkipToken)?;
        let (content, tag) = bytes.split_last_chunk::<TAG>().ok_or(InvalidSkipToken)?;
        // Compares in constant time.
        mac(key, scope, content).verify_truncated_left(tag).map_err(|_source| InvalidSkipToken)?;
        read(content).ok_or(InvalidSkipToken)
    }
}

fn read(content: &[u8]) -> Option<SkipToken> {
    let mut rest = content.strip_prefix(&[VERSION])?;
    let page_size = NonZeroU32::new(u32::try_from(read_length(&mut rest)?).ok()?);
    let mut position = Vec::new();
    while !rest.is_empty() {
        position.push(read_value(&mut rest)?);
    }
    Some(SkipToken { position, page_size })
}

/// The length keeps scope and content apart.
fn mac(key: &[u8; 32], scope: &[u8], content: &[u8]) -> Hmac<Sha256> {
    // HMAC pads a key to the block with zeros (RFC 2104 section 2).
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::new(&block.into())
        .chain_update(b"odata skip token")
        .chain_update((scope.len() as u64).to_be_bytes())
        .chain_update(scope)
        .chain_update(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::DateTimeOffset;
    use proptest::prelude::*;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    const KEY: [u8; 32] = [7; 32];

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<String>().prop_map(Value::String),
            any::<i64>().prop_map(Value::Int),
            (any::<i64>(), 0_u32..=28)
                .prop_map(|(n, scale)| Value::Decimal(Decimal::new(n, scale))),
            any::<f64>().prop_map(Value::Double),
            any::<u128>().prop_map(|n| Value::Guid(Uuid::from_u128(n))),
            (0..=DateTimeOffset::MAX_TICKS)
                .prop_map(|n| Value::DateTimeOffset(DateTimeOffset::from_ticks(n).unwrap())),
            any::<i64>().prop_map(Value::Enum),
            any::<Vec<u8>>().prop_map(Value::Binary),
        ]
    }

    fn any_token() -> impl Strategy<Value = SkipToken> {
        (proptest::collection::vec(any_value(), 0..5), any::<u32>())
            .prop_map(|(position, size)| SkipToken { position, page_size: NonZeroU32::new(size) })
    }

    #[test]
    fn token_is_short_and_stays_readable() {
        let time: DateTimeOffset = "2024-07-07T21:59:24.1234567Z".parse().unwrap();
        let token = SkipToken {
            position: vec![Value::DateTimeOffset(time), Value::Guid(Uuid::from_u128(1))],
            page_size: None,
        };
        insta::assert_snapshot!(token.seal(&KEY, b"scope").unwrap(), @"AQAIjvLCgoK0z9wRBwAAAAAAAAAAAAAAAAAAAAGWtbWMKz2uJ4DQp-FgGm7N");
    }

    #[test]
    fn structures_have_no_order() {
        let token = SkipToken { position: vec![Value::Collection(vec![])], page_size: None };
        assert_eq!(token.seal(&KEY, b""), Err(UnsortableValue));
    }

    #[test]
    fn mac_is_that_of_rfc_2104() {
        let ours = mac(&KEY, b"s", b"c").finalize().into_bytes();
        let theirs = Hmac::<Sha256>::new_from_slice(&KEY)
            .unwrap()
            .chain_update(b"odata skip token\0\0\0\0\0\0\0\x01sc")
            .finalize()
            .into_bytes();
        assert_eq!(ours, theirs);
    }

    proptest! {
        #[test]
        fn tokens_read_back(token in any_token(), key: [u8; 32], scope: Vec<u8>) {
            let text = token.seal(&key, &scope).unwrap();
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            let opened = SkipToken::open(&text, &key, &scope).unwrap();
            // NaN is not equal to itself, its text is.
            prop_assert_eq!(format!("{opened:?}"), format!("{token:?}"));
        }

        #[test]
        fn tokens_of_others_are_refused(
            token in any_token(),
            scope: Vec<u8>,
            other_scope: Vec<u8>,
            other_key: [u8; 32],
        ) {
            let text = token.seal(&KEY, &scope).unwrap();
            let refused = |result: Result<_, _>| result == Err(InvalidSkipToken);
            prop_assume!(scope != other_scope && other_key != KEY);
            prop_assert!(refused(SkipToken::open(&text, &KEY, &other_scope)));
            prop_assert!(refused(SkipToken::open(&text, &other_key, &scope)));
        }

        #[test]
        fn changed_tokens_are_refused(token in any_token(), at: prop::sample::Index, to in "[A-Za-z0-9_=.-]") {
            let text = token.seal(&KEY, b"scope").unwrap();
            let at = at.index(text.len());
            let (before, after) = text.split_at(at);
            let (_old, tail) = after.split_at(1);
            let changed = format!("{before}{to}{tail}");
            prop_assume!(changed != text);
            prop_assert_eq!(SkipToken::open(&changed, &KEY, b"scope"), Err(InvalidSkipToken));
            prop_assert_eq!(SkipToken::open(before, &KEY, b"scope"), Err(InvalidSkipToken));
            prop_assert_eq!(
                SkipToken::open(&format!("{text}{to}"), &KEY, b"scope"),
                Err(InvalidSkipToken)
            );
        }

        #[test]
        fn any_text_is_refused(text in any::<String>(), word in "[A-Za-z0-9_-]{0,80}") {
            prop_assert_eq!(SkipToken::open(&text, &KEY, b""), Err(InvalidSkipToken));
            prop_assert_eq!(SkipToken::open(&word, &KEY, b""), Err(InvalidSkipToken));
        }
    }
}
