-- The serial number of what an incident is about. Rows that are there have none until they change.
ALTER TABLE incident ADD COLUMN IF NOT EXISTS configuration_item_serial_number TEXT COLLATE "C";

CREATE OR REPLACE VIEW incident_listed AS SELECT
    incident.tenant_id, incident.connection_id, incident.sys_id, incident.updated,
    incident.number, incident.short_description, incident.state, incident.state_label,
    incident.priority, incident.priority_label, incident.urgency, incident.urgency_label,
    incident.impact, incident.impact_label, incident.severity, incident.severity_label,
    incident.caller_id, incident.caller_name, incident.caller_user_principal_name,
    incident.caller_email, incident.assignment_group_id, incident.assignment_group_name,
    incident.assigned_to_id, incident.assigned_to_name, incident.category,
    incident.contact_type, incident.configuration_item_id, incident.configuration_item_name,
    incident.active, incident.opened, incident.resolved, incident.closed, incident.words,
    incident.removed,
    (SELECT substr(connection.instance_url, 1, strpos(connection.instance_url, '://') + 1 + strpos(
        substr(connection.instance_url, strpos(connection.instance_url, '://') + 3) || '/', '/'))
        FROM connection WHERE connection.tenant_id = incident.tenant_id
        AND connection.connection_id = incident.connection_id)
        || '/nav_to.do?uri=incident.do%3Fsys_id%3D' || incident.sys_id AS web_url,
    incident.configuration_item_serial_number
FROM incident;

-- incident_listed takes its place: columns cannot be put into a view that is there, and taken out again.
DROP VIEW IF EXISTS incident_shown;

-- The incidents of a device, those opened last first.
CREATE INDEX IF NOT EXISTS incident_item_opened
    ON incident (tenant_id, configuration_item_name, opened NULLS FIRST) WHERE removed IS NULL;

CREATE INDEX IF NOT EXISTS incident_serial_opened
    ON incident (tenant_id, configuration_item_serial_number, opened NULLS FIRST) WHERE removed IS NULL;
