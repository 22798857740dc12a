use serde_json::{Value, json};

use crate::clock;
use crate::instance::State;

pub(super) fn show(state: &State) -> Value {
    json!({"now": clock::text(state.now())})
}

/// `{"set":"2026-01-02 03:04:05"}`, `{"jump":3600}`, `{"freeze":true}`, or several at once.
pub(super) fn change(state: &mut State, body: &Value) -> Result<Value, String> {
    let outside = state.outside;
    if let Some(text) = body.get("set").and_then(Value::as_str) {
        let to = clock::parse(text).ok_or("a time is written 2026-01-02 03:04:05")?;
        state.clock.set(outside, to);
    }
    if let Some(by) = body.get("jump").and_then(Value::as_i64) {
        state.clock.jump(outside, by);
    }
    match body.get("freeze").and_then(Value::as_bool) {
        Some(true) => state.clock.freeze(outside),
        Some(false) => state.clock.run(outside),
        None => {}
    }
    Ok(show(state))
}
