use connector::UserIncident;
use model::{Field, IncidentText, Timestamp};

use super::column::Column;
use crate::moment::Moment;

/// All that is known of an incident besides its number and description, with what it is called.
pub(super) fn fields(row: &UserIncident, now: Timestamp) -> Vec<(&'static str, String)> {
    let incident = &row.incident;
    let text = |text| incident.texts.get(text).unwrap_or_default().to_owned();
    let time = |at: &Field<Timestamp>| {
        let moment = at.value().map(|at| Moment::new(at, now));
        moment.map(|moment| format!("{} ({})", moment.exact, moment.age)).unwrap_or_default()
    };
    let column = |column: Column| (column.title(), column.text(row, now));
    let fields = [
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
    fields.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}
