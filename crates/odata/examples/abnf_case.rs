//! Runs cases of the OData grammar: reads lines `{"rule":…,"input":…,"constraints":{rule:[word…]}}`
//! and prints `{"ok":…,"consumed":…}` for each, or `{"error":…}`.
use std::io::{self, BufRead as _, BufWriter, Write as _};

use odata::grammar::{Words, check};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Case {
    rule: String,
    input: String,
    #[serde(default)]
    constraints: Words,
}

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        if !line.trim_ascii().is_empty() {
            writeln!(out, "{}", answer(&line))?;
        }
    }
    out.flush()
}

fn answer(line: &[u8]) -> Value {
    let case: Case = match serde_json::from_slice(line) {
        Ok(case) => case,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    match check(&case.rule, &case.input, &case.constraints) {
        Some(found) => json!({ "ok": found.ok, "consumed": found.consumed }),
        None => json!({ "error": format!("unknown rule '{}'", case.rule) }),
    }
}
