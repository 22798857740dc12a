-- Views of incidents are of all connections too, and say what was asked for and how much came.
DROP VIEW audit_change;

ALTER TABLE audit_event RENAME TO audit_event_before;

CREATE TABLE audit_event (
    tenant_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    occurred INTEGER NOT NULL,
    actor TEXT NOT NULL,
    application TEXT NOT NULL,
    activity TEXT NOT NULL,
    connection_id TEXT,
    changed TEXT NOT NULL,
    subject TEXT,
    query TEXT,
    row_count INTEGER,
    PRIMARY KEY (tenant_id, event_id)
) STRICT, WITHOUT ROWID;

INSERT INTO audit_event SELECT
    tenant_id, event_id, occurred, actor, application, activity, connection_id, changed, subject,
    NULL, NULL
FROM audit_event_before;

DROP TABLE audit_event_before;

CREATE INDEX audit_event_occurred ON audit_event (tenant_id, occurred, event_id);

-- What is in `changed`, a row each: a name, or a name with the values before and after.
CREATE VIEW audit_changed_property AS SELECT
    audit_event.tenant_id, audit_event.event_id, item.key AS place,
    CASE item.type WHEN 'text' THEN item.value ELSE item.value ->> 'property' END AS property,
    CASE item.type WHEN 'text' THEN NULL ELSE item.value ->> 'before' END AS value_before,
    CASE item.type WHEN 'text' THEN NULL ELSE item.value ->> 'after' END AS value_after
FROM audit_event, json_each(audit_event.changed) AS item;
