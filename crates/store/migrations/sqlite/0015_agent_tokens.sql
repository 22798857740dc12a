-- What agents signed in to an instance with themselves: a refresh token of each, for the instance and
-- the OAuth client that gave it.
CREATE TABLE agent_token (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    origin TEXT NOT NULL,
    app_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, account_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_token_account ON agent_token (tenant_id, account_id);
