use bytes::{Buf as _, Bytes};
use serde::de::Error as _;
use serde_json::Value;

use super::Row;
use super::raw::RawValue;
use crate::answer::{Failure, Said, cancelled_or};

/// Reads `{"result":[…]}` as it comes and hands on one row after another. It holds the piece that
/// came last and at most one row, however long the page is.
#[derive(Debug)]
pub(crate) struct Decoder {
    input: Bytes,
    expects: Expects,
    value: RawValue,
    key: String,
    has_result: bool,
    error: Option<Said>,
    left: usize,
    limits: Limits,
}

/// How many bytes are read at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) page: usize,
    pub(crate) row: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expects {
    Object,
    FirstKey,
    Key,
    Colon,
    Member,
    CommaOrEnd,
    Rows,
    FirstRow,
    Row,
    CommaOrEndOfRows,
    Nothing,
}

impl Decoder {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            input: Bytes::new(),
            expects: Expects::Object,
            value: RawValue::default(),
            key: String::new(),
            has_result: false,
            error: None,
            left: limits.page,
            limits,
        }
    }

    /// A page that has no rows.
    pub(crate) fn empty(limits: Limits) -> Self {
        Self { expects: Expects::Nothing, has_result: true, ..Self::new(limits) }
    }

    /// Takes the next piece, once [`Self::next`] has used up the one before.
    pub(crate) fn push(&mut self, piece: Bytes) -> Result<(), Failure> {
        let too_large = || Failure::TooLarge { limit: self.limits.page };
        self.left = self.left.checked_sub(piece.len()).ok_or_else(too_large)?;
        self.input = piece;
        Ok(())
    }

    /// The next row; `None` where more input is needed.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, Failure> {
        loop {
            if !self.value.is_begun() {
                let blank = self.input.iter().take_while(|byte| is_blank(**byte)).count();
                self.input.advance(blank);
            }
            let Some(byte) = self.input.first().copied() else { return Ok(None) };
            if !matches!(self.expects, Expects::Key | Expects::Member | Expects::Row) {
                let (expects, used) = self.structure(byte)?;
                self.expects = expects;
                self.input.advance(used);
            } else if self.value.take(&mut self.input, self.limits.row)?
                && let Some(row) = self.whole_value()?
            {
                return Ok(Some(row));
            }
        }
    }

    /// Says whether the answer was whole and good, after its last piece.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        if let Some(said) = self.error.take() {
            return Err(cancelled_or(said, Failure::ErrorInResult));
        }
        match (self.expects, self.has_result) {
            (Expects::Nothing, true) => Ok(()),
            (Expects::Nothing, false) => Err(Failure::WrongShape("no member `result`")),
            _ => Err(Failure::Truncated),
        }
    }

    /// What is expected after a byte between values, and whether the byte is used up.
    fn structure(&mut self, byte: u8) -> Result<(Expects, usize), Failure> {
        Ok(match (self.expects, byte) {
            (Expects::Object, b'{') => (Expects::FirstKey, 1),
            (Expects::FirstKey | Expects::CommaOrEnd, b'}') => (Expects::Nothing, 1),
            (Expects::FirstKey, _) => (Expects::Key, 0),
            (Expects::CommaOrEnd, b',') => (Expects::Key, 1),
            (Expects::Colon, b':') if self.key != "result" => (Expects::Member, 1),
            (Expects::Colon, b':') if self.has_result => {
                return Err(Failure::WrongShape("two members `result`"));
            }
            (Expects::Colon, b':') => {
                self.has_result = true;
                (Expects::Rows, 1)
            }
            (Expects::Rows, b'[') => (Expects::FirstRow, 1),
            (Expects::Rows, _) => return Err(Failure::WrongShape("`result` is no list")),
            (Expects::FirstRow | Expects::CommaOrEndOfRows, b']') => (Expects::CommaOrEnd, 1),
            (Expects::FirstRow, _) => (Expects::Row, 0),
            (Expects::CommaOrEndOfRows, b',') => (Expects::Row, 1),
            (Expects::Object, _) => return Err(Failure::WrongShape("no object")),
            _ => return Err(Failure::Damaged(serde_json::Error::custom("misplaced byte"))),
        })
    }

    fn whole_value(&mut self) -> Result<Option<Row>, Failure> {
        let raw = self.value.finish();
        match self.expects {
            Expects::Key => {
                self.key = serde_json::from_slice(&raw).map_err(Failure::Damaged)?;
                self.expects = Expects::Colon;
            }
            Expects::Row => {
                self.expects = Expects::CommaOrEndOfRows;
                return row(&raw).map(Some);
            }
            _ => {
                let value: Value = serde_json::from_slice(&raw).map_err(Failure::Damaged)?;
                if self.key == "error" && !value.is_null() {
                    self.error = Some(Said::of_error(&value));
                }
                self.expects = Expects::CommaOrEnd;
            }
        }
        Ok(None)
    }
}

/// A quota that is hit amid the rows may leave its text among them.
fn row(raw: &[u8]) -> Result<Row, Failure> {
    serde_json::from_slice(raw).map_err(|error| match serde_json::from_slice(raw) {
        Ok(Value::Object(_)) | Err(_) => Failure::Damaged(error),
        Ok(other) => {
            cancelled_or(Said::of_error(&other), |_| Failure::WrongShape("a row is no object"))
        }
    })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits { page: 1 << 20, row: 4096 };

    /// Rows that came, and how it ended.
    fn read(pieces: &[&[u8]]) -> (usize, Result<(), Failure>) {
        let mut decoder = Decoder::new(LIMITS);
        let mut rows = 0;
        for piece in pieces {
            if let Err(failure) = decoder.push(Bytes::copy_from_slice(piece)) {
                return (rows, Err(failure));
            }
            loop {
                match decoder.next() {
                    Ok(Some(_)) => rows += 1,
                    Ok(None) => break,
                    Err(failure) => return (rows, Err(failure)),
                }
            }
        }
        (rows, decoder.finish())
    }

    #[test]
    fn it_holds_one_row_however_long_the_page_is() {
        const PIECE: usize = 100;
        let most = |rows: usize| {
            let row = format!(r#"{{"a":"{}"}}"#, "x".repeat(300));
            let page = format!(r#"{{"result":[{}]}}"#, vec![row; rows].join(","));
            let limits = Limits { page: page.len(), ..LIMITS };
            let (mut decoder, mut most, mut came) = (Decoder::new(limits), 0, 0);
            for piece in page.as_bytes().chunks(PIECE) {
                decoder.push(Bytes::copy_from_slice(piece)).unwrap();
                most = most.max(decoder.input.len() + decoder.value.room());
                while decoder.next().unwrap().is_some() {
                    came += 1;
                }
                most = most.max(decoder.input.len() + decoder.value.room());
            }
            decoder.finish().unwrap();
            assert_eq!(came, rows);
            most
        };
        // Room grows by doubling.
        for rows in [10, 10_000] {
            assert!(most(rows) <= PIECE + 2 * 310, "{rows}: {}", most(rows));
        }
    }

    /// Checks 34, 35 and 36.
    #[test]
    fn only_a_whole_answer_without_error_is_good() {
        for (json, rows, expected) in [
            (r#" { "result" : [ ] } "#, 0, "Ok"),
            (r#"{"result":[{"a":"}],\"]"},{"a":{"value":"1"}}],"other":[1,{}]}"#, 2, "Ok"),
            (r#"{"result":[{}],"error":null,"status":"x"}"#, 1, "Ok"),
            ("", 0, "Truncated"),
            (r#"{"result":[{"a":"1"},{"a":"#, 1, "Truncated"),
            (r#"{"result":[{"a":"1"}]"#, 1, "Truncated"),
            (
                r#"{"result":[{"a":"1"}],"error":{"message":"m"},"status":"failure"}"#,
                1,
                "ErrorInResult",
            ),
            (r#"{"error":{"message":"m"},"status":"failure"}"#, 0, "ErrorInResult"),
            (
                r#"{"result":[{"a":"1"}],"error":{"message":"Transaction cancelled: x"}}"#,
                1,
                "Cancelled",
            ),
            (r#"{"result":[{"a":"1"},"Transaction cancelled"]}"#, 1, "Cancelled"),
            (r#"{"result":[{"a":"1"},"x"]}"#, 1, "WrongShape"),
            (r#"{"result":[1]}"#, 0, "WrongShape"),
            (r#"{"result":{"a":"1"}}"#, 0, "WrongShape"),
            (r#"{"result":[],"result":[]}"#, 0, "WrongShape"),
            ("{}", 0, "WrongShape"),
            ("[]", 0, "WrongShape"),
            (r#"{"result":[{"a":"1"}{"a":"1"}]}"#, 1, "Damaged"),
            (r#"{"result":[{"a""1"}]}"#, 0, "Damaged"),
            (r#"{"result":[{"a":{"b":"}]}"#, 0, "Truncated"),
            (r#"{"result":[{"a":"1"],"b":1}]}"#, 0, "Damaged"),
            (r#"{"result":[{"a":"1"},]}"#, 1, "Damaged"),
            (r#"{"result":[],}"#, 0, "Damaged"),
            (r#"{"result":[]}x"#, 0, "Damaged"),
            (r#"{"x":[1,}"#, 0, "Damaged"),
            (r#"{"x":[1,}]}"#, 0, "Damaged"),
            ("{result:[]}", 0, "Damaged"),
        ] {
            let whole = read(&[json.as_bytes()]);
            let bytes: Vec<&[u8]> = json.as_bytes().chunks(1).collect();
            for (got, how) in [whole, read(&bytes)] {
                let how = how.map_or_else(|failure| format!("{failure:?}"), |()| "Ok".to_owned());
                let name = how.split([' ', '(']).next().unwrap();
                assert_eq!((got, name), (rows, expected), "{json}");
            }
        }
    }

    #[test]
    fn rows_and_pages_have_limits() {
        let long = format!(r#"{{"result":[{{"a":"{}"}}]}}"#, "x".repeat(5000));
        let (_, how) = read(&[long.as_bytes()]);
        assert!(matches!(how, Err(Failure::TooLarge { limit: 4096 })));
        let row = format!(r#"{{"a":"{}"}},"#, "x".repeat(4000));
        let mut pieces: Vec<&[u8]> = vec![br#"{"result":["#];
        pieces.resize(300, row.as_bytes());
        let (rows, how) = read(&pieces);
        assert!(matches!(how, Err(Failure::TooLarge { limit: 1_048_576 })));
        assert_eq!(rows, 261);
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "read to see whether it can be")]
    struct Whole {
        result: Vec<Row>,
        other: Option<Value>,
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a\"\\\\{}\\[\\],: \u{e4}\n]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-c\"\\\\]{0,3}", inner, 0..4)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    /// What texts are put together from, so that most go on for a while before they go wrong.
    const PARTS: &[&str] = &[
        r#"{"result":["#,
        "]}",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        r#"{"a":"1"}"#,
        r#","b":"2"}"#,
        r#"{"a":{"value":"\u00e4\"","display_value":"ä😀"}}"#,
        r#"{"a":"\\"}"#,
        r#""error""#,
        r#""a""#,
        "null",
        "-1.5e3",
        "true",
        " ",
        "\n",
        "\"",
        "\\",
        "ä",
        "x",
    ];

    proptest! {
        /// What serde_json reads as a whole, the decoder reads in pieces, wherever they end; and
        /// what is damaged there is damaged here.
        #[test]
        fn it_agrees_with_a_reader_of_whole_texts(
            rows in prop::collection::vec(prop::collection::hash_map("[a-z]{1,3}", ".{0,8}", 0..4), 0..5),
            other in json(),
            cut in any::<prop::sample::Index>(),
            spoilt in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
            size in 1usize..40,
        ) {
            let mut text = serde_json::json!({"result": rows, "other": other}).to_string().into_bytes();
            if let Some((at, byte)) = spoilt {
                let at = at.index(text.len());
                text[at] = byte;
            }
            let at = cut.index(text.len());
            let (first, second) = text.split_at(at);
            let pieces: Vec<&[u8]> = first.chunks(size).chain([second]).collect();
            let (got, how) = read(&pieces);
            match serde_json::from_slice::<Whole>(&text) {
                Ok(whole) => {
                    prop_assert!(how.is_ok(), "{how:?} {}", String::from_utf8_lossy(&text));
                    prop_assert_eq!(got, whole.result.len());
                }
                Err(_) => prop_assert!(how.is_err(), "{}", String::from_utf8_lossy(&text)),
            }
        }

        /// The network cuts where it likes: the same rows come, and the same end, good or bad.
        #[test]
        fn where_it_is_cut_is_of_no_matter(
            parts in prop::collection::vec(prop::sample::select(PARTS), 0..30),
            whole in any::<bool>(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let inside = parts.concat();
            let text = if whole { format!(r#"{{"result":[{inside}]}}"#) } else { inside };
            let text = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|at| at.index(text.len() + 1)).collect();
            cuts.sort_unstable();
            let ends = cuts.iter().copied().chain([text.len()]);
            let pieces: Vec<&[u8]> = [0].into_iter().chain(cuts.iter().copied()).zip(ends)
                .map(|(from, to)| &text[from..to])
                .collect();
            let (expected, got) = (format!("{:?}", read(&[text])), format!("{:?}", read(&pieces)));
            prop_assert_eq!(got, expected, "{}", String::from_utf8_lossy(text));
        }
    }
}
