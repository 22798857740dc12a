use super::{ADMINISTRATOR, PASSWORD, row, texts};
use crate::random::Random;
use crate::world::World;

/// The administrator first, then people: most with an e-mail that is their user principal name,
/// some with another, some without, some twice, some inactive.
pub(super) fn add(world: &mut World, random: &mut Random, users: u32) {
    let (Some(table), Some(groups), Some(computers), Some(roles)) = (
        world.table_named("sys_user"),
        world.table_named("sys_user_group"),
        world.table_named("cmdb_ci_computer"),
        world.table_named("sys_user_has_role"),
    ) else {
        return;
    };
    let administrator = [
        ("user_name", ADMINISTRATOR),
        ("name", "System Administrator"),
        ("first_name", "System"),
        ("last_name", "Administrator"),
        ("email", "admin@contoso.example"),
        ("active", "true"),
        ("time_zone", ""),
        ("user_password", PASSWORD),
    ];
    let admin = row(world, random, table, &administrator);
    for role in ["admin", "itil", "rest_service", "snc_basic_auth_api_access"] {
        row(world, random, roles, &[("user", &admin), ("role", role)]);
    }
    for number in 0..users {
        let id = person(world, random, table, number);
        if number % 10 == 9 {
            row(world, random, roles, &[("user", &id), ("role", "itil")]);
        }
        if number % 3 != 2 {
            computer(world, random, computers, (number, &id));
        }
    }
    for (name, description) in texts::GROUPS {
        let values = [("name", name), ("description", description), ("active", "true")];
        row(world, random, groups, &values);
    }
}

fn person(world: &mut World, random: &mut Random, table: usize, number: u32) -> String {
    // The second of two of the same person is inactive, as an import leaves them.
    let duplicate = number % 40 == 39;
    let of = if duplicate { number - 1 } else { number };
    let at = usize::try_from(of).unwrap_or(0);
    let pick = |of: &[&'static str], at: usize| of.get(at % of.len()).copied().unwrap_or("");
    let first = pick(&texts::FIRST_NAMES, at);
    let last = pick(&texts::LAST_NAMES, at / texts::FIRST_NAMES.len() + at);
    let user_name = format!("{}.{}{of}", first.to_lowercase(), last.to_lowercase());
    let email = match number % 20 {
        7 => String::new(),
        13 => format!("{}@mail.fabrikam.example", user_name.to_uppercase()),
        _ => format!("{user_name}@contoso.example"),
    };
    let user_name = if duplicate { format!("{user_name}_old") } else { user_name };
    let (name, number_text) = (format!("{first} {last}"), format!("E{number:06}"));
    let values = [
        ("user_name", user_name.as_str()),
        ("name", &name),
        ("first_name", first),
        ("last_name", last),
        ("email", &email),
        ("active", if duplicate || number % 25 == 24 { "false" } else { "true" }),
        ("department", pick(&texts::DEPARTMENTS, at)),
        ("time_zone", pick(&texts::ZONES, at)),
        ("employee_number", &number_text),
        ("user_password", PASSWORD),
    ];
    row(world, random, table, &values)
}

fn computer(world: &mut World, random: &mut Random, table: usize, (number, user): (u32, &str)) {
    let (maker, model) = *random.pick(&texts::COMPUTERS).unwrap_or(&("", ""));
    let (name, tag) = (format!("LT-{number:05}"), format!("P{number:07}"));
    let serial = format!("SN{:08X}", random.below(1 << 32));
    let values = [
        ("name", name.as_str()),
        ("serial_number", &serial),
        ("asset_tag", &tag),
        ("manufacturer", maker),
        ("model_id", model),
        ("os", "Windows 11"),
        ("assigned_to", user),
        ("install_status", "1"),
        ("sys_class_name", "cmdb_ci_computer"),
    ];
    row(world, random, table, &values);
}
