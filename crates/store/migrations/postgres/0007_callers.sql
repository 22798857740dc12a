-- Users who have incidents, as the instance last told their names.
CREATE TABLE IF NOT EXISTS caller (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    caller_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    user_principal_name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, caller_id)
);

-- What is in `words`, a row each: found by how it begins.
CREATE TABLE IF NOT EXISTS caller_word (
    tenant_id TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    caller_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, word, caller_id)
);
