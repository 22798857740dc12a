-- The person whose incidents were viewed.
ALTER TABLE audit_event ADD COLUMN subject TEXT;

-- The names in `changed`, a row each.
CREATE VIEW audit_change AS SELECT
    audit_event.tenant_id, audit_event.event_id, item.key AS place, item.value AS property
FROM audit_event, json_each(audit_event.changed) AS item;
