-- Lists leave out what is gone: such indexes hold just what they show, and a count reads nothing else.
-- What a filter leaves is sorted by them already; the few rows that share a time are sorted by key.
CREATE INDEX incident_caller_opened ON incident (tenant_id, caller_id, opened) WHERE removed IS NULL;

CREATE INDEX incident_state_opened ON incident (tenant_id, state, opened) WHERE removed IS NULL;

CREATE INDEX incident_state_updated
    ON incident (tenant_id, state, updated, connection_id, sys_id) WHERE removed IS NULL;

CREATE INDEX incident_priority_opened ON incident (tenant_id, priority, opened) WHERE removed IS NULL;

-- Without a filter only an index that has the whole order is preferred to sorting all rows.
CREATE INDEX incident_number
    ON incident (tenant_id, number, connection_id, sys_id) WHERE removed IS NULL;

CREATE INDEX incident_opened
    ON incident (tenant_id, opened DESC, connection_id, sys_id) WHERE removed IS NULL;

-- incident_caller_opened takes its place.
DROP INDEX incident_caller;

-- What SQLite would find out by ANALYZE of a large table, so that it chooses the same indexes in
-- every database: without it, it walks through all rows in the order that is asked for, to find one.
ANALYZE sqlite_schema;

DELETE FROM sqlite_stat1 WHERE tbl = 'incident';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('incident', 'sqlite_autoindex_incident_1', '1000000 1000000 1000000 1'),
    ('incident', 'incident_updated', '1000000 1000000 2 2 1'),
    ('incident', 'incident_missed', '100 100 100 100'),
    ('incident', 'incident_caller_opened', '1000000 1000000 200 1'),
    ('incident', 'incident_state_opened', '1000000 1000000 200000 2'),
    ('incident', 'incident_state_updated', '1000000 1000000 200000 2 2 1'),
    ('incident', 'incident_priority_opened', '1000000 1000000 400000 2'),
    ('incident', 'incident_number', '1000000 1000000 1 1 1'),
    ('incident', 'incident_opened', '1000000 1000000 2 2 1');
