-- Leads to the incidents with a word, by their rowids. Each word stands behind its tenant.
CREATE VIRTUAL TABLE incident_words
    USING fts5 (words, content = '', columnsize = 0, detail = none, tokenize = 'ascii');

INSERT INTO incident_words (rowid, words)
    SELECT rowid, replace(rtrim(replace(words, ' |', '')), ' ', ' ' || replace(tenant_id, '-', ''))
    FROM incident;

CREATE TRIGGER incident_words_stored AFTER INSERT ON incident BEGIN
    INSERT INTO incident_words (rowid, words) VALUES (new.rowid,
        replace(rtrim(replace(new.words, ' |', '')), ' ', ' ' || replace(new.tenant_id, '-', '')));
END;

CREATE TRIGGER incident_words_changed AFTER UPDATE OF words ON incident
    WHEN new.words <> old.words BEGIN
    INSERT INTO incident_words (incident_words, rowid, words) VALUES ('delete', old.rowid,
        replace(rtrim(replace(old.words, ' |', '')), ' ', ' ' || replace(old.tenant_id, '-', '')));
    INSERT INTO incident_words (rowid, words) VALUES (new.rowid,
        replace(rtrim(replace(new.words, ' |', '')), ' ', ' ' || replace(new.tenant_id, '-', '')));
END;

CREATE TRIGGER incident_words_deleted AFTER DELETE ON incident BEGIN
    INSERT INTO incident_words (incident_words, rowid, words) VALUES ('delete', old.rowid,
        replace(rtrim(replace(old.words, ' |', '')), ' ', ' ' || replace(old.tenant_id, '-', '')));
END;

DROP VIEW incident_listed;

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
    incident.configuration_item_serial_number, incident.rowid AS rowid
FROM incident;
