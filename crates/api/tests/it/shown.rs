//! Answers as text for snapshots.

use serde_json::Value;
use testkit::Answer;

/// Status, headers and body with what differs from run to run left out.
pub(crate) fn shown(answer: &Answer) -> String {
    let mut text = format!("{}\n", answer.status);
    let mut names: Vec<_> = answer.headers.iter().collect();
    names.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in names {
        text += name.as_str();
        text += ": ";
        text += value.to_str().unwrap();
        text.push('\n');
    }
    text.push('\n');
    text += &match serde_json::from_slice::<Value>(&answer.body) {
        Ok(json) => serde_json::to_string_pretty(&json).unwrap(),
        Err(_) => answer.text().to_owned(),
    };
    without_ids(&text)
}

/// GUIDs, which are random, as `<guid>`; skip tokens as `<token>`.
fn without_ids(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("$skiptoken=") {
            shown += "$skiptoken=<token>";
            rest = behind.trim_start_matches(|c: char| c.is_alphanumeric() || "-_".contains(c));
        } else if is_guid(rest) {
            shown += "<guid>";
            rest = rest.get(36..).unwrap_or_default();
        } else {
            shown.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    shown
}

fn is_guid(text: &str) -> bool {
    text.get(..36).is_some_and(|head| {
        head.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    })
}
