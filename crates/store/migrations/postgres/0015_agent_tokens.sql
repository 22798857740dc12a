-- What agents signed in to an instance with themselves: a refresh token of each, for the instance and
-- the OAuth client that gave it.
CREATE TABLE IF NOT EXISTS agent_token (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    app_id TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, account_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS agent_token_account ON agent_token (tenant_id, account_id);
