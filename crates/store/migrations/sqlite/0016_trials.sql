-- How the last tests of a connection went.
CREATE TABLE trial (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    trial_id TEXT NOT NULL,
    tested INTEGER NOT NULL,
    status TEXT NOT NULL,
    step TEXT,
    message TEXT,
    matched INTEGER,
    PRIMARY KEY (tenant_id, connection_id, trial_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What happened to one connection.
CREATE INDEX audit_event_connection
    ON audit_event (tenant_id, connection_id, occurred, event_id);
