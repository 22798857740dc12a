-- How the last tests of a connection went.
CREATE TABLE IF NOT EXISTS trial (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    trial_id TEXT COLLATE "C" NOT NULL,
    tested BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    step TEXT COLLATE "C",
    message TEXT COLLATE "C",
    matched BIGINT,
    PRIMARY KEY (tenant_id, connection_id, trial_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
);

-- What happened to one connection.
CREATE INDEX IF NOT EXISTS audit_event_connection
    ON audit_event (tenant_id, connection_id, occurred, event_id);
