CREATE TABLE IF NOT EXISTS sync_state (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    lease_holder TEXT COLLATE "C",
    lease_token BIGINT NOT NULL,
    lease_until BIGINT,
    source TEXT COLLATE "C",
    cursor_updated BIGINT,
    cursor_sys_id TEXT COLLATE "C",
    newest_updated BIGINT,
    newest_sys_id TEXT COLLATE "C",
    page_size BIGINT,
    next_pass BIGINT,
    next_reconcile BIGINT,
    failures BIGINT NOT NULL,
    sweep BIGINT NOT NULL,
    health_status TEXT COLLATE "C" NOT NULL,
    health_since BIGINT NOT NULL,
    health_reason TEXT COLLATE "C",
    last_success BIGINT,
    last_attempt BIGINT,
    not_before BIGINT,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS sync_run (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    queued BIGINT NOT NULL,
    started BIGINT,
    finished BIGINT,
    fetched BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    matched BIGINT,
    readable BIGINT,
    failure_code TEXT COLLATE "C",
    failure_message TEXT COLLATE "C",
    PRIMARY KEY (tenant_id, connection_id, run_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
);

-- No foreign key: whoever writes a row holds the lock of its connection, and whoever deletes a
-- connection deletes these first, step by step.
CREATE TABLE IF NOT EXISTS incident (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    sys_id TEXT COLLATE "C" NOT NULL,
    updated BIGINT NOT NULL,
    revision BIGINT,
    number TEXT COLLATE "C",
    short_description TEXT COLLATE "C",
    state TEXT COLLATE "C",
    state_label TEXT COLLATE "C",
    priority TEXT COLLATE "C",
    priority_label TEXT COLLATE "C",
    urgency TEXT COLLATE "C",
    urgency_label TEXT COLLATE "C",
    impact TEXT COLLATE "C",
    impact_label TEXT COLLATE "C",
    severity TEXT COLLATE "C",
    severity_label TEXT COLLATE "C",
    caller_id TEXT COLLATE "C",
    caller_name TEXT COLLATE "C",
    caller_user_principal_name TEXT COLLATE "C",
    caller_email TEXT COLLATE "C",
    assignment_group_id TEXT COLLATE "C",
    assignment_group_name TEXT COLLATE "C",
    assigned_to_id TEXT COLLATE "C",
    assigned_to_name TEXT COLLATE "C",
    category TEXT COLLATE "C",
    contact_type TEXT COLLATE "C",
    configuration_item_id TEXT COLLATE "C",
    configuration_item_name TEXT COLLATE "C",
    active BIGINT,
    opened BIGINT,
    resolved BIGINT,
    closed BIGINT,
    words TEXT COLLATE "C" NOT NULL,
    removed BIGINT,
    missed BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, sys_id)
);

CREATE INDEX IF NOT EXISTS incident_updated ON incident (tenant_id, updated, connection_id, sys_id);

CREATE INDEX IF NOT EXISTS incident_caller ON incident (tenant_id, caller_id, updated);

CREATE INDEX IF NOT EXISTS incident_missed ON incident (tenant_id, connection_id, missed) WHERE missed > 0;
