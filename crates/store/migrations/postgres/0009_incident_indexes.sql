-- Lists leave out what is gone: such indexes hold just what they show, and a count reads nothing else.
-- What a filter leaves is sorted by them already; the few rows that share a time are sorted by key.
CREATE INDEX IF NOT EXISTS incident_caller_opened
    ON incident (tenant_id, caller_id, opened NULLS FIRST) WHERE removed IS NULL;

CREATE INDEX IF NOT EXISTS incident_state_opened
    ON incident (tenant_id, state, opened NULLS FIRST) WHERE removed IS NULL;

CREATE INDEX IF NOT EXISTS incident_state_updated
    ON incident (tenant_id, state, updated, connection_id, sys_id) WHERE removed IS NULL;

CREATE INDEX IF NOT EXISTS incident_priority_opened
    ON incident (tenant_id, priority, opened NULLS FIRST) WHERE removed IS NULL;

CREATE INDEX IF NOT EXISTS incident_number
    ON incident (tenant_id, number NULLS FIRST, connection_id, sys_id) WHERE removed IS NULL;

CREATE INDEX IF NOT EXISTS incident_opened
    ON incident (tenant_id, opened DESC NULLS LAST, connection_id, sys_id) WHERE removed IS NULL;

-- incident_caller_opened takes its place.
DROP INDEX IF EXISTS incident_caller;
