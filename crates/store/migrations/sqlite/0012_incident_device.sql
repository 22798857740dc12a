-- The serial number of what an incident is about. Rows that are there have none until they change.
ALTER TABLE incident ADD COLUMN configuration_item_serial_number TEXT;

DROP VIEW incident_shown;

CREATE VIEW incident_listed AS SELECT
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
    (SELECT substr(connection.instance_url, 1, instr(connection.instance_url, '://') + 1 + instr(
        substr(connection.instance_url, instr(connection.instance_url, '://') + 3) || '/', '/'))
        FROM connection WHERE connection.tenant_id = incident.tenant_id
        AND connection.connection_id = incident.connection_id)
        || '/nav_to.do?uri=incident.do%3Fsys_id%3D' || incident.sys_id AS web_url,
    incident.configuration_item_serial_number
FROM incident;

-- The incidents of a device, those opened last first.
CREATE INDEX incident_item_opened
    ON incident (tenant_id, configuration_item_name, opened) WHERE removed IS NULL;

CREATE INDEX incident_serial_opened
    ON incident (tenant_id, configuration_item_serial_number, opened) WHERE removed IS NULL;

-- As for the other indexes of incidents.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('incident', 'incident_item_opened', '1000000 1000000 100 1'),
    ('incident', 'incident_serial_opened', '1000000 1000000 100 1');
