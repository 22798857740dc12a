use connector::UserIncident;
use model::{Field, IncidentText, Timestamp};

use super::column::Column;
use crate::moment::Moment;

/// All that is known of an incident.
#[derive(Debug)]
pub(super) struct Detail {
    /// Good for an id of the page.
    pub(super) key: String,
    pub(super) description: String,
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Detail {
    pub(super) fn of(row: &UserIncident, now: Timestamp) -> Self {
        let incident = &row.incident;
        let text = |text| incident.texts.get(text).unwrap_or_default().to_owned();
        let time = |at: &Field<Timestamp>| {
            let moment = at.value().map(|at| Moment::new(at, now));
            moment.map(|moment| format!("{} ({})", moment.exact, moment.age)).unwrap_or_default()
        };
        let column = |column: Column| (column.title(), column.text(row, now));
        let fields = vec![
            column(Column::Status),
            column(Column::Priority),
            column(Column::Urgency),
            column(Column::Impact),
            column(Column::Severity),
            ("Opened", time(&incident.opened)),
            ("Updated", time(&Field::Set(incident.version.updated))),
            ("Resolved", time(&incident.resolved)),
            ("Closed", time(&incident.closed)),
            column(Column::Caller),
            column(Column::UserPrincipalName),
            ("E-mail", text(IncidentText::CallerEmail)),
            column(Column::AssignmentGroup),
            ("Assigned to", text(IncidentText::AssignedToName)),
            ("Category", text(IncidentText::Category)),
            ("Contact type", text(IncidentText::ContactType)),
            column(Column::ConfigurationItem),
            column(Column::SysId),
        ];
        Self {
            key: key(row),
            description: Column::ShortDescription.text(row, now),
            fields: fields.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        }
    }
}

/// The key of an instance is text of somebody else: what is not a letter or digit is written by its
/// number.
fn key(row: &UserIncident) -> String {
    let mut key = format!("i-{}-", row.connection);
    for c in row.incident.version.sys_id.chars() {
        if c.is_ascii_alphanumeric() {
            key.push(c);
        } else {
            let code = format!("_{:x}_", u32::from(c));
            key.push_str(&code);
        }
    }
    key
}
