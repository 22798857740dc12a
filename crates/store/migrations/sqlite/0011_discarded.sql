-- Connections whose stored incidents are of before: they are shown no more, and deleted step by step.
CREATE TABLE discarded (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id)
) STRICT, WITHOUT ROWID;
