//! How a row is written: six shapes of values.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Call;
use crate::access;
use crate::clock;
use crate::instance::State;
use crate::settings::Closes;
use crate::world::schema::Kind;
use crate::world::table::{Cell, NEVER};
use crate::world::{Path, World};

/// What the parameters of the request make of rows.
pub(super) struct Shape<'a> {
    state: &'a State,
    call: &'a Call<'a>,
    fields: Vec<(String, Path)>,
    display: Display,
    links: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Display {
    Value,
    Label,
    Both,
}

impl<'a> Shape<'a> {
    pub(super) fn new(state: &'a State, call: &'a Call<'a>) -> Self {
        let request = call.request;
        let display = request.parameter("sysparm_display_value").unwrap_or_default();
        let display = match display.trim().to_ascii_lowercase().as_str() {
            "true" => Display::Label,
            "all" => Display::Both,
            _ => Display::Value,
        };
        let closed = access::rules(state, &call.session, call.name, Closes::Field);
        let open = |name: &str| !closed.iter().any(|acl| acl.field == name);
        let schema = state.world.schema(call.table);
        let names: Vec<String> = match request.parameter("sysparm_fields") {
            Some(list) => list.split(',').map(|name| name.trim().to_owned()).collect(),
            None => schema.fields.iter().map(|field| field.name.to_owned()).collect(),
        };
        let fields = names.into_iter().filter(|name| open(name)).filter_map(|name| {
            let path = state.world.path(call.table, &name)?;
            Some((name, path))
        });
        let links = !request.flag("sysparm_exclude_reference_link");
        Self { state, call, fields: fields.collect(), display, links }
    }

    /// A JSON object.
    pub(super) fn write(&self, out: &mut String, row: u32) {
        out.push('{');
        for (at, (name, path)) in self.fields.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            string(out, name);
            out.push(':');
            self.value(out, row, path);
        }
        out.push('}');
    }

    fn value(&self, out: &mut String, row: u32, path: &Path) {
        let world = &self.state.world;
        let cell = world.value(row, path).unwrap_or(Cell::Word(0));
        let value = match path.kind {
            Kind::Password => cipher(&cell.text(&world.words)),
            _ => cell.text(&world.words),
        };
        let target = match path.kind {
            Kind::Reference(to) if !value.is_empty() => Some(to),
            _ => None,
        };
        match (self.display, target) {
            (Display::Value, Some(to)) if self.links => {
                let link = self.link(to, &value);
                object(out, &[("link", &link), ("value", &value)]);
            }
            (Display::Value, _) => string(out, &value),
            (Display::Label, Some(to)) if self.links => {
                let link = self.link(to, &value);
                object(out, &[("display_value", &self.label(path, cell)), ("link", &link)]);
            }
            (Display::Label, _) => string(out, &self.label(path, cell)),
            (Display::Both, Some(to)) if self.links => {
                let (label, link) = (self.label(path, cell), self.link(to, &value));
                object(out, &[("display_value", &label), ("link", &link), ("value", &value)]);
            }
            (Display::Both, _) => {
                object(out, &[("display_value", &self.label(path, cell)), ("value", &value)]);
            }
        }
    }

    fn link(&self, table: &str, id: &str) -> String {
        format!("{}/api/now/table/{table}/{id}", self.call.request.origin)
    }

    fn label(&self, path: &Path, cell: Cell) -> Cow<'_, str> {
        label(&self.state.world, path.kind, cell, |at| {
            clock::display(at, &self.call.session.zone, &self.call.session.format)
        })
    }
}

/// What a person reads.
fn label(world: &World, kind: Kind, cell: Cell, time: impl Fn(i64) -> String) -> Cow<'_, str> {
    let text = cell.text(&world.words);
    match (kind, cell) {
        (Kind::Time, Cell::Time(at)) if at != NEVER => Cow::Owned(time(at)),
        (Kind::Choice(choices), _) => {
            let choice = choices.iter().find(|(value, _)| *value == text);
            choice.map_or(text, |(_, label)| Cow::Borrowed(label))
        }
        (Kind::Reference(to), _) => {
            let shown = world
                .table_named(to)
                .and_then(|table| Some(world.display_of(table, world.referred(table, cell)?)));
            shown.unwrap_or(text)
        }
        (Kind::Password, _) => cipher(&text),
        _ => text,
    }
}

/// What stands where a password is kept.
fn cipher(text: &str) -> Cow<'static, str> {
    Cow::Borrowed(if text.is_empty() { "" } else { "{\"ciphertext\":\"s1mul4t3d\"}" })
}

fn object(out: &mut String, members: &[(&str, &str)]) {
    let mut before = '{';
    for (name, value) in members {
        out.push(before);
        string(out, name);
        out.push(':');
        string(out, value);
        before = ',';
    }
    out.push('}');
}

/// A JSON string.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push_str(text);
    } else {
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c < ' ' => {
                    write!(out, "\\u{:04x}", u32::from(c)).ok();
                }
                c => out.push(c),
            }
        }
    }
    out.push('"');
}
