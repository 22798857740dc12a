use connector::{UserIncident, UserIncidentList};
use model::{IncidentText, Timestamp};
use serde_json::{Map, Value, json};

use crate::output;

/// The list with the names of the API.
pub(super) fn of(list: &UserIncidentList) -> Value {
    let tried =
        list.matching.tried.iter().map(
            |tried| json!({"column": tried.column, "value": tried.value, "found": tried.found}),
        );
    json!({
        "incidents": list.incidents.iter().map(incident).collect::<Vec<_>>(),
        "source": list.source.name(),
        "asOfDateTime": list.as_of.map(output::time),
        "match": {"status": list.matching.status.name(), "tried": tried.collect::<Vec<_>>()},
        "reason": list.reason,
    })
}

fn incident(row: &UserIncident) -> Value {
    let incident = &row.incident;
    let date = |date: model::Field<Timestamp>| json!(date.value().map(output::time));
    let mut members = Map::new();
    members.insert("connectionId".to_owned(), json!(row.connection.to_string()));
    members.insert("sysId".to_owned(), json!(incident.version.sys_id));
    for text in IncidentText::ALL {
        members.insert(text.source().property.to_owned(), json!(incident.texts.get(text)));
    }
    members.insert("active".to_owned(), json!(incident.active.value()));
    members.insert("openedDateTime".to_owned(), date(incident.opened));
    members.insert("updatedDateTime".to_owned(), json!(output::time(incident.version.updated)));
    members.insert("resolvedDateTime".to_owned(), date(incident.resolved));
    members.insert("closedDateTime".to_owned(), date(incident.closed));
    members.insert("webUrl".to_owned(), json!(row.page));
    Value::Object(members)
}
