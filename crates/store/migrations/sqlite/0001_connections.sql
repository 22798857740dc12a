CREATE TABLE connection (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    instance_url TEXT,
    incident_api_url TEXT,
    authentication_kind TEXT,
    app_id TEXT,
    status INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_modified INTEGER NOT NULL,
    last_queried INTEGER,
    last_queried_by TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, connection_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_event (
    tenant_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    occurred INTEGER NOT NULL,
    actor TEXT NOT NULL,
    application TEXT NOT NULL,
    activity TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    changed TEXT NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_event_occurred ON audit_event (tenant_id, occurred, event_id);

CREATE TABLE application (
    tenant_id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, app_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE application_secret (
    tenant_id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    secret_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    PRIMARY KEY (tenant_id, app_id, secret_id),
    FOREIGN KEY (tenant_id, app_id) REFERENCES application ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Without a tenant: keys of the service itself.

CREATE TABLE signing_key (
    generation INTEGER NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE,
    sealed_private BLOB NOT NULL,
    public_jwk TEXT NOT NULL,
    created INTEGER NOT NULL,
    retires INTEGER
) STRICT;

CREATE TABLE service_key (
    name TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE data_key (
    generation INTEGER NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE,
    master_key_id TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT;
