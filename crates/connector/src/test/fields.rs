use servicenow::Field;

use super::course::Found;
use super::sync_query::FirstPage;

/// All fields can be read: a field that the account may not read is in no row.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_fields`.
pub(super) fn compare(page: &FirstPage) -> Found<()> {
    if page.rows == 0 {
        return Found::good((), "There is no row to look at.");
    }
    let missing: Vec<&str> = page
        .asked
        .iter()
        .filter(|field| !page.present.contains(field))
        .map(Field::as_str)
        .collect();
    if missing.is_empty() {
        Found::good((), format!("All {} fields can be read.", page.asked.len()))
    } else {
        Found::doubtful((), format!("No row has {}.", missing.join(", ")), HINT)
    }
}

const HINT: &str = "Let the account read these fields (field ACLs, those of sys_user for fields of \
     the caller, and those of cmdb_ci for the serial number). Until then they stay unknown.";
