-- Rows that are gone, of which there are few: who is erased is looked for among them too.
CREATE INDEX incident_gone
    ON incident (tenant_id, connection_id, caller_id) WHERE removed IS NOT NULL;

-- Those of a state and a priority are found without looking at rows of other priorities. Only indexes
-- that have the whole order are preferred to a walk through all rows in that order.
CREATE INDEX incident_state_newest
    ON incident (tenant_id, state, opened DESC, connection_id, sys_id, priority)
    WHERE removed IS NULL;

CREATE INDEX incident_priority_newest
    ON incident (tenant_id, priority, opened DESC, connection_id, sys_id, state)
    WHERE removed IS NULL;

DROP INDEX incident_state_opened;

DROP INDEX incident_priority_opened;

-- Those opened first come first; backwards, incident_opened has the keys of rows in another order.
CREATE INDEX incident_oldest
    ON incident (tenant_id, opened, connection_id, sys_id) WHERE removed IS NULL;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('incident', 'incident_gone', '10000 10000 10000 10'),
    ('incident', 'incident_state_newest', '1000000 1000000 200000 2 2 1 1'),
    ('incident', 'incident_priority_newest', '1000000 1000000 400000 2 2 1 1'),
    ('incident', 'incident_oldest', '1000000 1000000 2 2 1');
