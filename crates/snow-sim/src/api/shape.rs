//! How a row is written: six shapes of values.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::Call;
use crate::access;
use crate::auth::Session;
use crate::clock::{self, Format};
use crate::http::Answer;
use crate::query::Bound;
use crate::settings::Closes;
use crate::view::View;
use crate::world::Path;
use crate::world::schema::{Kind, SYS_ID};
use crate::world::table::{Cell, NEVER, write_id};
use crate::world::words::{EMPTY, Words};

/// What the parameters of the request make of rows.
pub(super) struct Shape<'a> {
    view: &'a View,
    session: &'a Session,
    fields: Vec<Shown>,
    /// The rows that rules hide of tables which fields walk into.
    hidden: Vec<(usize, Vec<Bound>)>,
    display: Display,
    links: bool,
    format: Format,
}

/// One field of the answer, with all that is the same in every row.
struct Shown {
    /// `"name":`
    name: String,
    path: Path,
    /// Walks into a table of which rules hide rows.
    guarded: bool,
    /// The table that it refers to, the column that stands for a row of it, and the address of
    /// its rows.
    target: Option<(usize, usize, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Display {
    Value,
    Label,
    Both,
}

impl<'a> Shape<'a> {
    pub(super) fn new(view: &'a View, call: &'a Call<'a>) -> Result<Self, Answer> {
        let request = call.request;
        let display = request.parameter("sysparm_display_value").unwrap_or_default();
        let display = match display.trim().to_ascii_lowercase().as_str() {
            "true" => Display::Label,
            "all" => Display::Both,
            _ => Display::Value,
        };
        let schema = view.world.schema(call.table);
        let mut names: Vec<String> = match request.parameter("sysparm_fields") {
            Some(list) => list.split(',').map(|name| name.trim().to_owned()).collect(),
            None => schema.fields.iter().map(|field| field.name.to_owned()).collect(),
        };
        // An object has a name once.
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let fields = names.iter().filter_map(|name| Shown::new(view, call, name));
        let mut fields: Vec<Shown> =
            fields.filter(|field| !access::closes(view, &call.session, &field.path)).collect();
        let hidden = hidden(view, call, &fields)?;
        for field in &mut fields {
            let walked = field.path.steps.iter().skip(1);
            let hides = |table| hidden.iter().any(|(hides, _)| *hides == table);
            field.guarded = walked.into_iter().any(|(table, _)| hides(*table));
        }
        let links = !request.flag("sysparm_exclude_reference_link");
        let format = Format::new(&call.session.format);
        Ok(Self { view, session: &call.session, fields, hidden, display, links, format })
    }

    /// A JSON object.
    pub(super) fn write(&self, out: &mut String, row: u32) {
        out.push('{');
        let mut first = true;
        for field in &self.fields {
            if field.guarded && self.hides(row, &field.path) {
                continue;
            }
            if !first {
                out.push(',');
            }
            first = false;
            out.push_str(&field.name);
            let cell = self.view.world.value(row, &field.path).unwrap_or(Cell::Word(EMPTY));
            self.shown(out, field, cell);
        }
        out.push('}');
    }

    /// Whether a row on the way to the field is hidden.
    fn hides(&self, row: u32, path: &Path) -> bool {
        let world = &self.view.world;
        world.walk(row, path).any(|(table, row)| {
            let rules = self.hidden.iter().filter(|(of, _)| *of == table);
            rules.flat_map(|(_, rules)| rules).any(|rule| rule.matches(world, row))
        })
    }

    fn shown(&self, out: &mut String, field: &Shown, cell: Cell) {
        let words = &self.view.world.words;
        let address = field.target.as_ref().map(|(.., address)| address);
        let address = address.filter(|_| self.links && cell != Cell::Word(EMPTY));
        let link = |out: &mut String, address: &str| {
            out.push_str("\"link\":");
            let id = cell.text(words);
            string(out, &format!("{address}{id}"));
        };
        if address.is_none() && self.display == Display::Value {
            return value(out, field.path.kind, cell, words);
        }
        if address.is_none() && self.display == Display::Label {
            return self.label(out, field, cell);
        }
        out.push('{');
        if self.display != Display::Value {
            out.push_str("\"display_value\":");
            self.label(out, field, cell);
            out.push(',');
        }
        if let Some(address) = address {
            link(out, address);
            out.push(',');
        }
        if self.display != Display::Label {
            out.push_str("\"value\":");
            value(out, field.path.kind, cell, words);
            out.push(',');
        }
        // Something was written, with a comma behind it.
        out.pop();
        out.push('}');
    }

    /// What a person reads.
    fn label(&self, out: &mut String, field: &Shown, cell: Cell) {
        let world = &self.view.world;
        match (field.path.kind, cell) {
            (Kind::Time, Cell::Time(at)) if at != NEVER => {
                out.push('"');
                self.format.write(out, at, &self.session.zone);
                out.push('"');
            }
            (Kind::Choice(choices), _) => {
                let text = cell.text(&world.words);
                let choice = choices.iter().find(|(value, _)| *value == text);
                string(out, choice.map_or(&*text, |(_, label)| *label));
            }
            (Kind::Reference(_), _) => {
                let shown = field.target.as_ref().and_then(|(table, column, _)| {
                    Some(world.table(*table).cell(world.referred(*table, cell)?, *column))
                });
                value(out, Kind::Text, shown.unwrap_or(cell), &world.words);
            }
            (kind, _) => value(out, kind, cell, &world.words),
        }
    }
}

impl Shown {
    fn new(view: &View, call: &Call<'_>, name: &str) -> Option<Self> {
        let world = &view.world;
        let path = world.path(call.table, name)?;
        let target = match path.kind {
            Kind::Reference(to) => world.table_named(to).map(|table| {
                let schema = world.schema(table);
                let column = schema.column(schema.display).unwrap_or(SYS_ID);
                (table, column, format!("{}/api/now/table/{to}/", call.request.origin))
            }),
            _ => None,
        };
        let mut quoted = String::new();
        string(&mut quoted, name);
        quoted.push(':');
        Some(Self { name: quoted, path, guarded: false, target })
    }
}

/// What rules hide of the tables that fields walk into; tables without such rules are left out.
fn hidden(
    view: &View,
    call: &Call<'_>,
    fields: &[Shown],
) -> Result<Vec<(usize, Vec<Bound>)>, Answer> {
    let walked = fields.iter().flat_map(|field| field.path.steps.iter().skip(1));
    let mut tables: Vec<usize> = walked.map(|(table, _)| *table).collect();
    tables.sort_unstable();
    tables.dedup();
    let rules = |table: usize| {
        let name = view.world.schema(table).name;
        let rules = access::hidden(view, &call.session, (table, name), Closes::Rows);
        rules.map(|rules| (table, rules))
    };
    let hidden: Result<Vec<_>, _> = tables.into_iter().map(rules).collect();
    Ok(hidden?.into_iter().filter(|(_, rules)| !rules.is_empty()).collect())
}

/// The value of the wire.
fn value(out: &mut String, kind: Kind, cell: Cell, words: &Words) {
    match cell {
        Cell::Time(NEVER) => out.push_str("\"\""),
        Cell::Time(at) => {
            out.push('"');
            clock::write(out, at);
            out.push('"');
        }
        Cell::Id(id) => {
            out.push('"');
            write_id(out, id);
            out.push('"');
        }
        Cell::Word(word) if kind == Kind::Password && word != EMPTY => string(out, CIPHER),
        Cell::Word(word) => string(out, &words.text(word)),
    }
}

/// What stands where a password is kept.
const CIPHER: &str = "{\"ciphertext\":\"s1mul4t3d\"}";

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
