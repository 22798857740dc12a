-- Who may sign in to the console. Without a password, somebody else vouches for them.
CREATE TABLE IF NOT EXISTS account (
    tenant_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C",
    roles TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id)
);

CREATE TABLE IF NOT EXISTS session (
    tenant_id TEXT COLLATE "C" NOT NULL,
    session_hash BYTEA NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, session_hash),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS session_account ON session (tenant_id, account_id);

-- Without a tenant: who signs in says only a name, which is unique in any case of its letters.
CREATE TABLE IF NOT EXISTS account_name (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL
);

-- Without a tenant: the links by which the first administrator may make an account.
CREATE TABLE IF NOT EXISTS setup_link (
    link_hash BYTEA NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);
