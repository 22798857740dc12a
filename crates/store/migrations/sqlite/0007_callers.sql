-- Users who have incidents, as the instance last told their names.
CREATE TABLE caller (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    caller_id TEXT NOT NULL,
    name TEXT NOT NULL,
    user_principal_name TEXT NOT NULL,
    email TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, caller_id)
) STRICT, WITHOUT ROWID;

-- What is in `words`, a row each: found by how it begins.
CREATE TABLE caller_word (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    word TEXT NOT NULL,
    caller_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, word, caller_id)
) STRICT, WITHOUT ROWID;
