-- Users of an instance whose incidents were erased here and are not to be stored again. Nothing but
-- their keys is kept.
CREATE TABLE erased_user (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    erased INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, user_id),
    FOREIGN KEY (tenant_id, connection_id) REFERENCES connection ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
