use model::{Field, Incident, IncidentText, IncidentTexts, IncidentVersion, StoredVersion};
use odata::search::SearchText;

use crate::StoreError;
use crate::row::{Param, Row};
use crate::transaction::Statement;

/// What `$search` looks at.
const SEARCHED: [IncidentText; 10] = [
    IncidentText::Number,
    IncidentText::ShortDescription,
    IncidentText::CallerName,
    IncidentText::CallerUserPrincipalName,
    IncidentText::CallerEmail,
    IncidentText::AssignmentGroupName,
    IncidentText::AssignedToName,
    IncidentText::Category,
    IncidentText::ConfigurationItemName,
    IncidentText::ConfigurationItemSerialNumber,
];

/// The columns of [`LOAD_INCIDENT`]. A stored row is complete: what is null was never known.
pub(crate) fn read(mut row: Row) -> Result<Incident, StoreError> {
    let version = read_version(&mut row)?;
    let mut texts = IncidentTexts::default();
    for text in IncidentText::ALL {
        if let Some(value) = row.optional_text(text.source().column)? {
            texts.set(text, value);
        }
    }
    let active = row.optional_integer("incident.active")?.map(|active| active != 0);
    Ok(Incident {
        version,
        texts,
        active: known(active),
        opened: known(row.optional_timestamp("incident.opened")?),
        resolved: known(row.optional_timestamp("incident.resolved")?),
        closed: known(row.optional_timestamp("incident.closed")?),
    })
}

fn read_version(row: &mut Row) -> Result<IncidentVersion, StoreError> {
    Ok(IncidentVersion {
        sys_id: row.text("incident.sys_id")?,
        updated: row.timestamp("incident.updated")?,
        revision: row.optional_integer("incident.revision")?,
    })
}

/// The columns of a version, then what is known of its being there.
pub(super) fn read_stored(mut row: Row) -> Result<StoredVersion, StoreError> {
    Ok(StoredVersion {
        version: read_version(&mut row)?,
        removed: row.optional_integer("incident.removed")?.is_some(),
        missed: row.integer("incident.missed")? != 0,
    })
}

/// The values of [`SAVE_INCIDENT`] behind those of the connection.
pub(super) fn params(incident: &Incident) -> Vec<Param> {
    let IncidentVersion { sys_id, updated, revision } = &incident.version;
    let mut params = vec![sys_id.into(), (*updated).into(), (*revision).into()];
    params.extend(incident.texts.iter().map(Into::into));
    params.extend([
        incident.active.value().map(i64::from).into(),
        incident.opened.value().into(),
        incident.resolved.value().into(),
        incident.closed.value().into(),
        words(incident).as_str().into(),
    ]);
    params
}

/// All that `$search` looks at.
pub(crate) fn words(incident: &Incident) -> SearchText {
    SearchText::new(SEARCHED.iter().filter_map(|text| incident.texts.get(*text)))
}

const fn known<T>(stored: Option<T>) -> Field<T>
where
    T: Copy,
{
    match stored {
        Some(value) => Field::Set(value),
        None => Field::Null,
    }
}

/// The columns that are written, behind those of the connection.
macro_rules! columns {
    () => {
        concat!(
            "sys_id, updated, revision, number, short_description, state, state_label, ",
            "priority, priority_label, urgency, urgency_label, impact, impact_label, ",
            "severity, severity_label, caller_id, caller_name, caller_user_principal_name, ",
            "caller_email, assignment_group_id, assignment_group_name, assigned_to_id, ",
            "assigned_to_name, category, contact_type, configuration_item_id, ",
            "configuration_item_name, configuration_item_serial_number, active, opened, ",
            "resolved, closed, words",
        )
    };
}

/// What becomes of a row that is there: it is found, whatever it was taken for.
macro_rules! replace {
    () => {
        concat!(
            " ON CONFLICT (tenant_id, connection_id, sys_id) DO UPDATE SET ",
            "updated = excluded.updated, revision = excluded.revision, number = ",
            "excluded.number, short_description = excluded.short_description, state = ",
            "excluded.state, state_label = excluded.state_label, priority = ",
            "excluded.priority, priority_label = excluded.priority_label, urgency = ",
            "excluded.urgency, urgency_label = excluded.urgency_label, impact = ",
            "excluded.impact, impact_label = excluded.impact_label, severity = ",
            "excluded.severity, severity_label = excluded.severity_label, caller_id = ",
            "excluded.caller_id, caller_name = excluded.caller_name, ",
            "caller_user_principal_name = excluded.caller_user_principal_name, caller_email ",
            "= excluded.caller_email, assignment_group_id = excluded.assignment_group_id, ",
            "assignment_group_name = excluded.assignment_group_name, assigned_to_id = ",
            "excluded.assigned_to_id, assigned_to_name = excluded.assigned_to_name, ",
            "category = excluded.category, contact_type = excluded.contact_type, ",
            "configuration_item_id = excluded.configuration_item_id, ",
            "configuration_item_name = excluded.configuration_item_name, ",
            "configuration_item_serial_number = excluded.configuration_item_serial_number, active = ",
            "excluded.active, opened = excluded.opened, resolved = excluded.resolved, ",
            "closed = excluded.closed, words = excluded.words, removed = NULL, missed = 0",
        )
    };
}

pub(crate) const SAVE_INCIDENT: Statement = Statement::each(
    concat!(
        "INSERT INTO incident (tenant_id, connection_id, missed, ",
        columns!(),
        ") VALUES ($1, $2, 0, ",
        "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, ",
        "$19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, ",
        "$34, $35)",
        replace!()
    ),
    concat!(
        "INSERT INTO incident (tenant_id, connection_id, missed, ",
        columns!(),
        ") SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), 0, page.* FROM unnest(",
        "$3::TEXT[], $4::BIGINT[], $5::BIGINT[], $6::TEXT[], $7::TEXT[], $8::TEXT[], ",
        "$9::TEXT[], $10::TEXT[], $11::TEXT[], $12::TEXT[], $13::TEXT[], $14::TEXT[], ",
        "$15::TEXT[], $16::TEXT[], $17::TEXT[], $18::TEXT[], $19::TEXT[], ",
        "$20::TEXT[], $21::TEXT[], $22::TEXT[], $23::TEXT[], $24::TEXT[], ",
        "$25::TEXT[], $26::TEXT[], $27::TEXT[], $28::TEXT[], $29::TEXT[], ",
        "$30::TEXT[], $31::BIGINT[], $32::BIGINT[], $33::BIGINT[], $34::BIGINT[], ",
        "$35::TEXT[]) AS page",
        replace!()
    ),
);

pub(crate) const LOAD_INCIDENT: Statement = Statement::each(
    concat!(
        "SELECT ",
        columns!(),
        " FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = $3"
    ),
    concat!(
        "SELECT ",
        columns!(),
        " FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND sys_id = ANY($3)"
    ),
);

/// Which of them, and in which order.
macro_rules! opened_last_first {
    () => {
        "
          AND removed IS NULL AND (COALESCE(opened, -1), sys_id) <= ($3, $4)
          ORDER BY COALESCE(opened, -1) DESC, sys_id DESC LIMIT 1002"
    };
}

pub(crate) const INCIDENTS_OF_CALLERS: Statement = Statement::each(
    concat!(
        "SELECT ",
        columns!(),
        " FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = $5",
        opened_last_first!()
    ),
    concat!(
        "SELECT ",
        columns!(),
        " FROM incident WHERE tenant_id = $1 AND connection_id = $2 AND caller_id = ANY($5)",
        opened_last_first!()
    ),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_in_order_of_the_texts() {
        let texts = IncidentText::ALL.map(|text| text.source().column).join(", ");
        let expect =
            format!("sys_id, updated, revision, {texts}, active, opened, resolved, closed, words");
        assert_eq!(columns!(), expect);
    }
}
