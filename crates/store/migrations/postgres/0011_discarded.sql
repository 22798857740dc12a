-- Stays empty: PostgreSQL deletes the incidents of a connection at once, and nobody waits for it.
CREATE TABLE IF NOT EXISTS discarded (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, connection_id)
);
