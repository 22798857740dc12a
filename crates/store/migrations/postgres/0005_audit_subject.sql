-- The person whose incidents were viewed.
ALTER TABLE audit_event ADD COLUMN IF NOT EXISTS subject TEXT COLLATE "C";

-- The names in `changed`, a row each.
CREATE OR REPLACE VIEW audit_change AS SELECT
    audit_event.tenant_id, audit_event.event_id, item.place, item.property COLLATE "C" AS property
FROM audit_event, jsonb_array_elements_text(audit_event.changed::jsonb)
    WITH ORDINALITY AS item (property, place);
