//! An answer of the Table API: the rows are the same however the network cuts it, and those that a
//! reader of whole texts finds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::Value;
use servicenow::{Row, read_rows};

#[derive(Deserialize)]
struct Whole {
    result: Vec<Row>,
    #[serde(default)]
    error: Value,
}

/// The first byte says how long the first pieces are, the second how many of them there are.
fuzz_target!(|input: &[u8]| {
    let [length, pieces, text @ ..] = input else { return };
    let whole = read_rows([text]);
    let length = usize::from(*length).max(1);
    let (cut, rest) = text.split_at(text.len().min(length * usize::from(*pieces)));
    let in_pieces = read_rows(cut.chunks(length).chain([rest]));
    assert_eq!(format!("{in_pieces:?}"), format!("{whole:?}"));

    // The second would take a list for an object, and pass over what is wrong in members that it
    // does not know.
    let object = serde_json::from_slice::<Value>(text).is_ok_and(|value| value.is_object());
    if object && let Ok(known) = serde_json::from_slice::<Whole>(text) {
        match whole {
            Ok(rows) => assert_eq!((rows, known.error), (known.result, Value::Null)),
            Err(_) => assert!(!known.error.is_null()),
        }
    }
});
