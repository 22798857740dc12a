//! The world that a seed makes: the same one each time.

pub(crate) mod incidents;
mod people;
mod story;
mod texts;

use crate::clock;
use crate::random::Random;
use crate::world::World;
use crate::world::schema::Kind;

/// How large the world is, and who can sign in.
#[derive(Debug, Clone)]
pub struct Size {
    /// Incidents.
    pub incidents: u32,
    /// People beside the administrator.
    pub users: u32,
    /// The same seed makes the same world.
    pub seed: u64,
}

/// The newest time that a seeded row carries: 2026-06-01 00:00:00.
pub(crate) const SEEDED_UNTIL: i64 = 1_780_272_000;

pub(crate) const ADMINISTRATOR: &str = "admin";
pub(crate) const PASSWORD: &str = "snow-sim";

pub(crate) fn world(size: &Size) -> World {
    let mut world = World::empty();
    let mut random = Random::new(size.seed);
    people::add(&mut world, &mut random, size.users.max(1));
    descriptions(&mut world, &mut random);
    incidents::add(&mut world, &mut random, size.incidents);
    world.index_all();
    world
}

/// Adds a seeded row, without the indexes.
fn row(world: &mut World, random: &mut Random, table: usize, values: &[(&str, &str)]) -> String {
    let id = format!("{:032x}", random.id());
    let at = clock::text(SEEDED_UNTIL - 86_400 * 400 - random.seconds(86_400 * 300));
    let mut all = vec![
        ("sys_id", id.as_str()),
        ("sys_created_on", &at),
        ("sys_updated_on", &at),
        ("sys_created_by", "system"),
        ("sys_updated_by", "system"),
        ("sys_mod_count", "0"),
    ];
    all.extend_from_slice(values);
    let cells = world.cells(table, &all);
    world.table_mut(table).append(&cells);
    id
}

/// The tables that describe the others.
fn descriptions(world: &mut World, random: &mut Random) {
    let schemas = std::sync::Arc::clone(&world.schemas);
    let position = |name| schemas.iter().position(|schema| schema.name == name).unwrap_or(0);
    let (tables, fields) = (position("sys_db_object"), position("sys_dictionary"));
    let (choices, properties) = (position("sys_choice"), position("sys_properties"));
    for schema in schemas.iter() {
        row(world, random, tables, &[("name", schema.name), ("label", schema.label)]);
        for field in &schema.fields {
            let (kind, reference) = describe(field.kind);
            let values = [
                ("name", schema.name),
                ("element", field.name),
                ("column_label", field.name),
                ("internal_type", kind),
                ("reference", reference),
                ("active", "true"),
            ];
            row(world, random, fields, &values);
            let Kind::Choice(of) = field.kind else { continue };
            for (sequence, (value, label)) in of.iter().enumerate() {
                let sequence = sequence.to_string();
                let values = [
                    ("name", schema.name),
                    ("element", field.name),
                    ("value", *value),
                    ("label", *label),
                    ("language", "en"),
                    ("sequence", &sequence),
                    ("inactive", "false"),
                ];
                row(world, random, choices, &values);
            }
        }
    }
    for (name, value) in PROPERTIES {
        row(world, random, properties, &[("name", name), ("value", value)]);
    }
}

fn describe(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Id => ("GUID", ""),
        Kind::Time => ("glide_date_time", ""),
        Kind::Bool => ("boolean", ""),
        Kind::Integer | Kind::Choice(_) if kind.is_number() => ("integer", ""),
        Kind::Text | Kind::Integer | Kind::Choice(_) => ("string", ""),
        Kind::Reference(to) => ("reference", to),
        Kind::Password => ("password2", ""),
    }
}

const PROPERTIES: [(&str, &str); 3] = [
    ("glide.ui.autoclose.time", "7"),
    ("glide.sys.default.tz", "America/Los_Angeles"),
    ("glide.oauth.inbound.client.credential.grant_type.enabled", "true"),
];
