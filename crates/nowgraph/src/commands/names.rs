//! Names of permissions and roles as arguments.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use model::{DirectoryRole, Permission};

/// A permission by its name in Graph, in any case.
pub(super) fn permission() -> impl TypedValueParser<Value = Permission> {
    let names = PossibleValuesParser::new(Permission::ALL.map(Permission::name));
    names.try_map(|name| name.parse::<Permission>())
}

/// A role by its name in any case, or by its template id.
pub(super) fn role(text: &str) -> Result<DirectoryRole, String> {
    let names = || DirectoryRole::ALL.map(DirectoryRole::name).join(", ");
    text.parse().map_err(|_unknown| format!("known are {} and their template ids", names()))
}
