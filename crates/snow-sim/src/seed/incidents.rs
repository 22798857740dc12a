use super::story::Story;
use super::texts;
use crate::random::Random;
use crate::world::World;
use crate::world::schema::Schema;
use crate::world::table::Cell;
use crate::world::words::{EMPTY, serial};

/// Incidents of two years, most of them closed, as life left them.
pub(super) fn add(world: &mut World, random: &mut Random, count: u32) {
    let Some(table) = world.table_named("incident") else { return };
    let kinds = Kinds::of(world, random);
    let schemas = std::sync::Arc::clone(&world.schemas);
    let Some(schema) = schemas.get(table) else { return };
    let blank = world.cells(table, &CONSTANT);
    let columns = Columns::of(schema);
    for number in 0..count {
        world.serial += 1;
        let mut cells = blank.clone();
        let story = Story::of(random, number, count);
        write(&mut cells, &columns, &kinds, (random, &story, serial(world.serial)));
        world.table_mut(table).append(&cells);
    }
}

const CONSTANT: [(&str, &str); 7] = [
    ("sys_created_by", "admin"),
    ("sys_updated_by", "system"),
    ("reopen_count", "0"),
    ("sys_class_name", "incident"),
    ("sys_domain", "global"),
    ("active", "true"),
    ("severity", "3"),
];

/// The words that incidents are made of.
struct Kinds {
    people: Vec<u32>,
    groups: Vec<u32>,
    computers: Vec<u32>,
    troubles: Vec<(u32, u32, Vec<u32>)>,
    contact: Vec<u32>,
    digits: Vec<u32>,
    no: u32,
    solved: (u32, u32),
}

impl Kinds {
    fn of(world: &mut World, random: &mut Random) -> Self {
        let ids = |world: &mut World, table: &str| -> Vec<u32> {
            let Some(at) = world.table_named(table) else { return Vec::new() };
            let ids: Vec<u128> =
                world.table(at).rows().map(|row| world.table(at).id(row)).collect();
            ids.iter().map(|id| world.words.intern(&format!("{id:032x}"))).collect()
        };
        let people = ids(world, "sys_user");
        let groups = ids(world, "sys_user_group");
        let computers = ids(world, "cmdb_ci_computer");
        let troubles = texts::TROUBLES.map(|(category, sub, text)| {
            let texts =
                texts::CIRCUMSTANCES.map(|more| world.words.intern(&format!("{text}{more}")));
            (world.words.intern(category), world.words.intern(sub), texts.to_vec())
        });
        random.next();
        let contact = ["phone", "email", "self-service", "walk-in"];
        let digits: Vec<u32> = (0..20).map(|n: u32| world.words.intern(&n.to_string())).collect();
        Self {
            people,
            groups,
            computers,
            troubles: troubles.to_vec(),
            contact: contact.map(|word| world.words.intern(word)).to_vec(),
            digits,
            no: world.words.intern("false"),
            solved: (
                world.words.intern("Solution provided"),
                world.words.intern("Explained to the caller, who confirmed."),
            ),
        }
    }

    fn digit(&self, number: usize) -> Cell {
        Cell::Word(self.digits.get(number).copied().unwrap_or_default())
    }
}

struct Columns(Vec<usize>);

const NAMES: [&str; 27] = [
    "sys_id",
    "sys_created_on",
    "sys_updated_on",
    "sys_mod_count",
    "number",
    "caller_id",
    "opened_by",
    "assigned_to",
    "assignment_group",
    "cmdb_ci",
    "short_description",
    "description",
    "state",
    "incident_state",
    "hold_reason",
    "active",
    "impact",
    "urgency",
    "priority",
    "category",
    "subcategory",
    "contact_type",
    "opened_at",
    "resolved_at",
    "resolved_by",
    "closed_at",
    "close_code",
];

impl Columns {
    fn of(schema: &Schema) -> Self {
        let mut columns: Vec<usize> = NAMES.iter().filter_map(|name| schema.column(name)).collect();
        columns.extend(schema.column("close_notes"));
        Self(columns)
    }
}

/// `[impact][urgency]`, both from 1.
pub(crate) fn priority(impact: usize, urgency: usize) -> usize {
    (impact + urgency).saturating_sub(1).clamp(1, 5)
}

fn write(
    cells: &mut [Cell],
    columns: &Columns,
    kinds: &Kinds,
    (random, story, number): (&mut Random, &Story, u32),
) {
    let mut one = |of: &[u32]| Cell::Word(random.pick(of).copied().unwrap_or_default());
    let (caller, agent) = (one(&kinds.people), one(&kinds.people));
    let (group, computer) = (one(&kinds.groups), one(&kinds.computers));
    let contact = one(&kinds.contact);
    let nobody = Cell::Word(EMPTY);
    let fallback = (0, 0, Vec::new());
    let (category, subcategory, texts) = random.pick(&kinds.troubles).unwrap_or(&fallback);
    let text = random.pick(texts).copied().unwrap_or_default();
    let level = |random: &mut Random| {
        if random.percent(70) { 3 } else { 1 + usize::from(random.percent(60)) }
    };
    let (impact, urgency) = (level(random), level(random));
    let ended = matches!(story.state, 6 | 7);
    let active = if story.state >= 7 { Cell::Word(kinds.no) } else { Cell::Word(u32::MAX) };
    let values = [
        Cell::Id(random.id()),
        Cell::Time(story.opened),
        Cell::Time(story.updated),
        kinds.digit(story.steps),
        Cell::Word(number),
        if random.percent(2) { nobody } else { caller },
        caller,
        if story.state > 1 { agent } else { nobody },
        group,
        if random.percent(40) { computer } else { nobody },
        Cell::Word(text),
        Cell::Word(text),
        kinds.digit(story.state),
        kinds.digit(story.state),
        if story.state == 3 { kinds.digit(1) } else { nobody },
        active,
        kinds.digit(impact),
        kinds.digit(urgency),
        kinds.digit(priority(impact, urgency)),
        Cell::Word(*category),
        Cell::Word(*subcategory),
        contact,
        Cell::Time(story.opened - random.seconds(600)),
        Cell::Time(story.resolved),
        if ended { agent } else { nobody },
        Cell::Time(story.closed),
        if ended { Cell::Word(kinds.solved.0) } else { nobody },
        if ended { Cell::Word(kinds.solved.1) } else { nobody },
    ];
    for (column, value) in columns.0.iter().zip(values) {
        // "active" of those that are still open is what the blank row says.
        if value != Cell::Word(u32::MAX) {
            cells.get_mut(*column).into_iter().for_each(|cell| *cell = value);
        }
    }
}
