-- An incident with the page that shows it, at the origin of what its connection leads to. A query in
-- place of a join costs nothing where the page is not asked for.
CREATE VIEW incident_shown AS SELECT
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
        || '/nav_to.do?uri=incident.do%3Fsys_id%3D' || incident.sys_id AS web_url
FROM incident;
