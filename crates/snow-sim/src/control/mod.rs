//! `/_sim/…`: what a test says to the simulator; no path of ServiceNow begins so.

mod clock;
mod life;
mod rows;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::auth::Client;
use crate::http::{Answer, Request};
use crate::instance::State;
use crate::settings::Settings;

pub(crate) use life::step;
pub(crate) use rows::{Edit, apply};

pub(crate) fn answer(state: &mut State, path: &str, request: &Request) -> Answer {
    let body: Value = match serde_json::from_slice(&request.body) {
        Ok(body) => body,
        Err(_) if request.body.is_empty() => Value::Null,
        Err(error) => return Answer::json(400, &json!({"error": error.to_string()})),
    };
    let answered = match (request.method.as_str(), path) {
        ("GET", "clock") => Ok(clock::show(state)),
        ("POST", "clock") => clock::change(state, &body),
        ("GET", "settings") => to_json(&state.settings),
        ("PATCH", "settings") => patch_settings(state, &body),
        ("GET", "faults") => to_json(&state.faults.list()),
        ("PUT" | "POST", "faults") => read(body).map(|faults| {
            state.faults.set(faults);
            Value::Null
        }),
        ("GET", "log") => to_json(&state.log),
        ("DELETE", "log") => {
            state.log.clear();
            Ok(Value::Null)
        }
        ("POST", "edits") => read::<Vec<Edit>>(body).and_then(|edits| {
            let ids: Result<Vec<String>, String> =
                edits.iter().map(|edit| apply(state, edit)).collect();
            ids.map(|ids| json!(ids))
        }),
        ("POST", "life") => {
            let steps = body.get("steps").and_then(Value::as_u64).unwrap_or(1).min(100_000);
            (0..steps).for_each(|_| step(state));
            Ok(json!({"steps": steps}))
        }
        ("POST", "clients") => client(state, &body),
        ("POST", "snapshot") => {
            state.snapshot(name(&body));
            Ok(Value::Null)
        }
        ("POST", "restore") if state.restore(&name(&body)) => Ok(Value::Null),
        ("POST", "restore") => Err(NO_SNAPSHOT.to_owned()),
        _ => return Answer::json(404, &json!({"error": "the control interface has no such path"})),
    };
    match answered {
        Ok(Value::Null) => Answer::empty(204),
        Ok(value) => Answer::json(200, &value),
        Err(error) => Answer::json(400, &json!({"error": error})),
    }
}

pub(crate) const NO_SNAPSHOT: &str = "there is no snapshot of this name";

fn name(body: &Value) -> String {
    body.get("name").and_then(Value::as_str).unwrap_or("default").to_owned()
}

fn to_json(value: &impl serde::Serialize) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, String> {
    serde_json::from_value(body).map_err(|error| error.to_string())
}

/// Changes the members that are given.
fn patch_settings(state: &mut State, body: &Value) -> Result<Value, String> {
    let mut all = to_json(&state.settings)?;
    let given = body.as_object().ok_or("settings are an object")?;
    let members: &mut Map<String, Value> = all.as_object_mut().ok_or("settings are an object")?;
    members.extend(given.clone());
    state.settings = read::<Settings>(all)?;
    to_json(&state.settings)
}

/// Registers an OAuth client, or an API key.
fn client(state: &mut State, body: &Value) -> Result<Value, String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(key) = text("api_key") {
        let user = text("user").ok_or("an API key needs its user")?;
        state.auth.api_keys.push((key, user));
        return Ok(Value::Null);
    }
    let redirects = body.get("redirect_uris").cloned().unwrap_or_else(|| json!([]));
    let client = Client {
        id: text("client_id").ok_or("a client needs its client_id")?,
        secret: text("client_secret").unwrap_or_default(),
        redirects: read(redirects)?,
        user: text("user").unwrap_or_default(),
    };
    state.auth.clients.retain(|have| have.id != client.id);
    state.auth.clients.push(client);
    Ok(Value::Null)
}
