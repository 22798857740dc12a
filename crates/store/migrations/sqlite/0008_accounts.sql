-- Who may sign in to the console. Without a password, somebody else vouches for them.
CREATE TABLE account (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    password_hash TEXT,
    roles TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    tenant_id TEXT NOT NULL,
    session_hash BLOB NOT NULL,
    account_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, session_hash),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (tenant_id, account_id);

-- Without a tenant: who signs in says only a name, which is unique in any case of its letters.
CREATE TABLE account_name (
    name TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Without a tenant: the links by which the first administrator may make an account.
CREATE TABLE setup_link (
    link_hash BLOB NOT NULL PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
