use serde::Deserialize;
use serde_json::json;

use super::body;
use crate::api::{create, incident, update};
use crate::clock;
use crate::given;
use crate::http::Answer;
use crate::instance::State;
use crate::work::Life;

/// `{"steps":100}`; one step where nobody says.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Asked {
    #[serde(deserialize_with = "given::steps")]
    steps: u32,
}

impl Default for Asked {
    fn default() -> Self {
        Self { steps: 1 }
    }
}

pub(super) fn begin(body: &[u8]) -> Result<Life, String> {
    let Asked { steps } = body::read_if_any(body)?;
    Ok(Life { steps, left: steps })
}

pub(crate) fn lived(steps: u32) -> Answer {
    Answer::json(200, &json!({"steps": steps}))
}

/// One thing that happens by itself: an incident opens, goes on, is resolved or closed.
pub(crate) fn step(state: &mut State) {
    let Some(table) = state.world.table_named("incident") else { return };
    let rows = u64::try_from(state.world.table(table).len()).unwrap_or(0);
    if rows == 0 || state.random.percent(25) {
        open(state, table);
        return;
    }
    let at = usize::try_from(state.random.below(rows)).unwrap_or(0);
    let Some(row) = state.world.table(table).by_id.get(at).copied() else { return };
    let next = match state.world.text(table, row, "state").as_ref() {
        "1" | "3" => "2",
        "2" => "6",
        "6" => "7",
        _ => return,
    };
    let mut values = vec![
        ("state".to_owned(), next.to_owned()),
        ("close_code".to_owned(), "Solution provided".to_owned()),
        ("close_notes".to_owned(), "Done.".to_owned()),
    ];
    if next == "2" {
        values.truncate(1);
    }
    write(state, table, row, values);
}

fn write(state: &mut State, table: usize, row: u32, mut values: Vec<(String, String)>) {
    let now = clock::text(state.now());
    let world = &state.world;
    let stored = |field: &str| world.text(table, row, field).into_owned();
    // Whoever works on it resolves it, or else whoever opened it.
    let by = Some(stored("assigned_to")).filter(|id| !id.is_empty());
    let by = by.unwrap_or_else(|| stored("opened_by"));
    if incident::follow(&mut values, stored, (&by, &now)).is_ok() {
        // Nothing here can be refused: every value is one that its field holds.
        update::change(state, (table, row), &values, Some("system")).ok();
    }
}

fn open(state: &mut State, table: usize) {
    state.world.serial += 1;
    let (number, now) = (format!("INC{:07}", state.world.serial), clock::text(state.now()));
    let caller = state.world.table_named("sys_user").and_then(|users| {
        let of = &state.world.table(users).by_id;
        let row = state.random.pick(of)?;
        Some(format!("{:032x}", state.world.table(users).id(*row)))
    });
    let caller = caller.unwrap_or_default();
    let values = [
        ("number", number.as_str()),
        ("caller_id", &caller),
        ("opened_by", &caller),
        ("short_description", "Opened by life"),
        ("state", "1"),
        ("impact", "3"),
        ("urgency", "3"),
        ("severity", "3"),
        ("category", "inquiry"),
        ("opened_at", &now),
        ("sys_class_name", "incident"),
        ("sys_domain", "global"),
    ];
    let mut values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    if incident::follow(&mut values, |_| String::new(), ("", &now)).is_ok() {
        create::insert(state, (table, "system"), &values);
    }
}
