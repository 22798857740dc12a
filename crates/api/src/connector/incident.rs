use connector::UserIncident;
use model::{Incident, IncidentText};
use odata::value::{Structured, Value};

use super::edm::{INCIDENT, edm};
use super::structure::{optional_text, optional_time, text, time};

/// An incident that was found for a person, with the properties of the stored ones.
pub(super) fn of(row: UserIncident) -> Structured {
    let UserIncident { connection, page, incident } = row;
    let Incident { version, texts, active, opened, resolved, closed } = incident;
    let own = |name: &str| match name {
        "connectionId" => text(connection.to_string()),
        "sysId" => text(version.sys_id.clone()),
        "active" => active.value().map_or(Value::Null, Value::Boolean),
        "openedDateTime" => optional_time(opened.value()),
        "updatedDateTime" => time(version.updated),
        "resolvedDateTime" => optional_time(resolved.value()),
        "closedDateTime" => optional_time(closed.value()),
        "webUrl" => optional_text(page.clone()),
        // Those that are gone are not shown.
        "removedDateTime" => Value::Null,
        name => {
            let text = IncidentText::ALL.into_iter().find(|text| text.source().property == name);
            optional_text(text.and_then(|text| texts.get(text)))
        }
    };
    let ty = edm().structured(&INCIDENT);
    let properties = ty.into_iter().flat_map(|ty| edm().properties(ty));
    let properties = properties.map(|property| (property.name.clone(), own(&property.name)));
    Structured { type_name: INCIDENT, properties: properties.collect() }
}
