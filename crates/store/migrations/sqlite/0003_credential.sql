CREATE TABLE credential (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_name TEXT,
    sealed BLOB NOT NULL,
    origin TEXT,
    created INTEGER NOT NULL,
    renewed INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
