use serde::Deserialize;
use serde_json::{Value, json};

use super::body;
use crate::clock;
use crate::instance::State;

/// `{"set":"2026-01-02 03:04:05"}`, `{"jump":3600}`, `{"freeze":true}`, or several at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    set: Option<String>,
    jump: Option<i64>,
    freeze: Option<bool>,
}

pub(super) fn show(state: &State) -> Value {
    json!({"now": clock::text(state.now())})
}

/// Changes the clock as all members say, or not at all.
pub(super) fn change(state: &mut State, body: &[u8]) -> Result<Value, String> {
    let Change { set, jump, freeze } = body::read(body)?;
    if (&set, jump, freeze) == (&None, None, None) {
        return Err("say `set`, `jump` or `freeze`".to_owned());
    }
    let (outside, mut clock) = (state.outside, state.clock);
    if let Some(text) = set {
        let to = clock::parse(&text)
            .ok_or_else(|| format!("set: a time is written 2026-01-02 03:04:05, not {text:?}"))?;
        clock.set(outside, to);
    }
    if let Some(by) = jump {
        let to = clock.after(outside, by);
        clock.set(outside, to.ok_or("jump: the clock goes from the year 0 to the year 9999")?);
    }
    match freeze {
        Some(true) => clock.freeze(outside),
        Some(false) => clock.run(outside),
        None => {}
    }
    state.clock = clock;
    Ok(show(state))
}
