CREATE TABLE sync_state (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    lease_holder TEXT,
    lease_token INTEGER NOT NULL,
    lease_until INTEGER,
    source TEXT,
    cursor_updated INTEGER,
    cursor_sys_id TEXT,
    newest_updated INTEGER,
    newest_sys_id TEXT,
    page_size INTEGER,
    next_pass INTEGER,
    next_reconcile INTEGER,
    failures INTEGER NOT NULL,
    sweep INTEGER NOT NULL,
    health_status TEXT NOT NULL,
    health_since INTEGER NOT NULL,
    health_reason TEXT,
    last_success INTEGER,
    last_attempt INTEGER,
    not_before INTEGER,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_run (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    queued INTEGER NOT NULL,
    started INTEGER,
    finished INTEGER,
    fetched INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    matched INTEGER,
    readable INTEGER,
    failure_code TEXT,
    failure_message TEXT,
    PRIMARY KEY (tenant_id, connection_id, run_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Rows lie in the order of arrival, because their keys are random: in the order of the key every
-- page of the instance would touch as many pages of the file as it has rows.
-- No foreign key: whoever writes a row holds the lock of its connection, and whoever deletes a
-- connection deletes these first, step by step.
CREATE TABLE incident (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    sys_id TEXT NOT NULL,
    updated INTEGER NOT NULL,
    revision INTEGER,
    number TEXT,
    short_description TEXT,
    state TEXT,
    state_label TEXT,
    priority TEXT,
    priority_label TEXT,
    urgency TEXT,
    urgency_label TEXT,
    impact TEXT,
    impact_label TEXT,
    severity TEXT,
    severity_label TEXT,
    caller_id TEXT,
    caller_name TEXT,
    caller_user_principal_name TEXT,
    caller_email TEXT,
    assignment_group_id TEXT,
    assignment_group_name TEXT,
    assigned_to_id TEXT,
    assigned_to_name TEXT,
    category TEXT,
    contact_type TEXT,
    configuration_item_id TEXT,
    configuration_item_name TEXT,
    active INTEGER,
    opened INTEGER,
    resolved INTEGER,
    closed INTEGER,
    words TEXT NOT NULL,
    removed INTEGER,
    missed INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, sys_id)
) STRICT;

CREATE INDEX incident_updated ON incident (tenant_id, updated, connection_id, sys_id);

CREATE INDEX incident_caller ON incident (tenant_id, caller_id, updated);

CREATE INDEX incident_missed ON incident (tenant_id, connection_id, missed) WHERE missed > 0;
