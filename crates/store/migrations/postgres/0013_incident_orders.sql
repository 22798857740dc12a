-- Rows that are gone, of which there are few: who is erased is looked for among them too.
CREATE INDEX IF NOT EXISTS incident_gone
    ON incident (tenant_id, connection_id, caller_id) WHERE removed IS NOT NULL;

-- Those of a state and a priority are found without looking at rows of other priorities.
CREATE INDEX IF NOT EXISTS incident_state_newest
    ON incident (tenant_id, state, opened NULLS FIRST, priority) WHERE removed IS NULL;

CREATE INDEX IF NOT EXISTS incident_priority_newest
    ON incident (tenant_id, priority, opened NULLS FIRST, state) WHERE removed IS NULL;

DROP INDEX IF EXISTS incident_state_opened;

DROP INDEX IF EXISTS incident_priority_opened;
