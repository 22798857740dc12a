CREATE TABLE IF NOT EXISTS connection (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    instance_url TEXT COLLATE "C",
    incident_api_url TEXT COLLATE "C",
    authentication_kind TEXT COLLATE "C",
    app_id TEXT COLLATE "C",
    status BIGINT NOT NULL,
    created BIGINT NOT NULL,
    last_modified BIGINT NOT NULL,
    last_queried BIGINT,
    last_queried_by TEXT COLLATE "C",
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id)
);

CREATE TABLE IF NOT EXISTS audit_event (
    tenant_id TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    occurred BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    application TEXT COLLATE "C" NOT NULL,
    activity TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    changed TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
);

CREATE INDEX IF NOT EXISTS audit_event_occurred ON audit_event (tenant_id, occurred, event_id);

CREATE TABLE IF NOT EXISTS application (
    tenant_id TEXT COLLATE "C" NOT NULL,
    app_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    permissions TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, app_id)
);

CREATE TABLE IF NOT EXISTS application_secret (
    tenant_id TEXT COLLATE "C" NOT NULL,
    app_id TEXT COLLATE "C" NOT NULL,
    secret_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    hint TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    PRIMARY KEY (tenant_id, app_id, secret_id),
    FOREIGN KEY (tenant_id, app_id) REFERENCES application ON DELETE CASCADE
);

-- Without a tenant: keys of the service itself.

CREATE TABLE IF NOT EXISTS signing_key (
    generation BIGINT NOT NULL PRIMARY KEY,
    key_id TEXT COLLATE "C" NOT NULL UNIQUE,
    sealed_private BYTEA NOT NULL,
    public_jwk TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    retires BIGINT
);

CREATE TABLE IF NOT EXISTS service_key (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS data_key (
    generation BIGINT NOT NULL PRIMARY KEY,
    key_id TEXT COLLATE "C" NOT NULL UNIQUE,
    master_key_id TEXT COLLATE "C" NOT NULL,
    wrapped BYTEA NOT NULL,
    created BIGINT NOT NULL
);
