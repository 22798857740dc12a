CREATE TABLE IF NOT EXISTS credential (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C",
    sealed BYTEA NOT NULL,
    origin TEXT COLLATE "C",
    created BIGINT NOT NULL,
    renewed BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
);
