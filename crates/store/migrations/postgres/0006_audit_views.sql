-- Views of incidents are of all connections too, and say what was asked for and how much came.
ALTER TABLE IF EXISTS audit_event ALTER COLUMN connection_id DROP NOT NULL;

ALTER TABLE audit_event ADD COLUMN IF NOT EXISTS query TEXT COLLATE "C";

ALTER TABLE audit_event ADD COLUMN IF NOT EXISTS row_count BIGINT;

DROP VIEW IF EXISTS audit_change;

-- What is in `changed`, a row each: a name, or a name with the values before and after.
CREATE OR REPLACE VIEW audit_changed_property AS SELECT
    audit_event.tenant_id, audit_event.event_id, item.place,
    CASE jsonb_typeof(item.value) WHEN 'string' THEN item.value #>> '{}'
        ELSE item.value ->> 'property' END COLLATE "C" AS property,
    CASE jsonb_typeof(item.value) WHEN 'object' THEN item.value ->> 'before' END COLLATE "C"
        AS value_before,
    CASE jsonb_typeof(item.value) WHEN 'object' THEN item.value ->> 'after' END COLLATE "C"
        AS value_after
FROM audit_event, jsonb_array_elements(audit_event.changed::jsonb)
    WITH ORDINALITY AS item (value, place);
