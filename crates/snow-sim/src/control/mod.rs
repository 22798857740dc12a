//! `/_sim/…`: what a test says to the simulator; no path of ServiceNow begins so.

mod body;
mod clients;
mod clock;
mod editing;
mod life;
mod rows;
mod settings;

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::instance::State;
use crate::work::Progress;

pub(crate) use editing::{Again, Editing};
pub(crate) use life::{lived, step};
pub(crate) use rows::{Edit, apply};

pub(crate) fn answer(state: &mut State, path: &str, request: &Request) -> Progress {
    if (request.method.as_str(), path) == ("POST", "life") {
        return match life::begin(&request.body) {
            Ok(life) => Progress::Life(life),
            Err(error) => Progress::Answered(refused(&error)),
        };
    }
    if (request.method.as_str(), path) == ("POST", "edits") {
        return rows::begin(state, &request.body);
    }
    Progress::Answered(at_once(state, path, request))
}

fn at_once(state: &mut State, path: &str, request: &Request) -> Answer {
    let body = request.body.as_slice();
    let answered = match (request.method.as_str(), path) {
        ("GET", "clock") => Ok(clock::show(state)),
        ("POST", "clock") => clock::change(state, body),
        ("GET", "settings") => settings::show(state),
        ("PATCH", "settings") => settings::change(state, body),
        ("GET", "faults") => to_json(&state.faults.list()),
        ("PUT" | "POST", "faults") => body::read(body).map(|faults| {
            state.faults.set(faults);
            Value::Null
        }),
        ("GET", "log") => to_json(&state.log.entries()),
        ("DELETE", "log") => {
            state.log.clear();
            Ok(Value::Null)
        }
        ("POST", "clients") => clients::add(state, body),
        ("POST", "snapshot") => body::name(body).map(|name| {
            state.snapshot(name);
            Value::Null
        }),
        ("POST", "restore") => body::name(body).and_then(|name| {
            let there = state.restore(&name);
            there.then_some(Value::Null).ok_or_else(|| NO_SNAPSHOT.to_owned())
        }),
        (method, _) => {
            let error = format!("the control interface has no {method} /_sim/{path}");
            return Answer::json(404, &json!({"error": error}));
        }
    };
    self::answered(answered)
}

pub(crate) fn answered(outcome: Result<Value, String>) -> Answer {
    match outcome {
        Ok(Value::Null) => Answer::empty(204),
        Ok(value) => Answer::json(200, &value),
        Err(error) => refused(&error),
    }
}

fn refused(error: &str) -> Answer {
    Answer::json(400, &json!({"error": error}))
}

pub(crate) const NO_SNAPSHOT: &str = "there is no snapshot of this name";

fn to_json(value: &impl serde::Serialize) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}
