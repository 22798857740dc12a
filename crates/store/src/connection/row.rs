use model::{
    AuthenticationMethod, Connection, ConnectionId, ConnectionStatus, LastQueried, OauthSecret,
    QueriedBy, TenantId,
};

use crate::StoreError;
use crate::query::{Column, ColumnKind, Selection, Shown, Table};
use crate::row::{Param, Row};

/// What `$filter` and `$orderby` may ask of connections.
pub static CONNECTIONS: Table = Table {
    name: "connection",
    columns: &[
        Column { path: "id", sql: "connection_id", kind: ColumnKind::Text, nullable: false },
        Column {
            path: "authenticationMethod",
            sql: "authentication_kind",
            kind: ColumnKind::Presence,
            nullable: true,
        },
        Column {
            path: "authenticationMethod/appId",
            sql: "app_id",
            kind: ColumnKind::Text,
            nullable: true,
        },
        Column {
            path: "createdDateTime",
            sql: "created",
            kind: ColumnKind::Timestamp,
            nullable: false,
        },
        Column {
            path: "incidentApiUrl",
            sql: "incident_api_url",
            kind: ColumnKind::Text,
            nullable: true,
        },
        Column { path: "instanceUrl", sql: "instance_url", kind: ColumnKind::Text, nullable: true },
        Column {
            path: "lastModifiedDateTime",
            sql: "last_modified",
            kind: ColumnKind::Timestamp,
            nullable: false,
        },
        Column {
            path: "lastQueriedDateTime",
            sql: "last_queried",
            kind: ColumnKind::Timestamp,
            nullable: true,
        },
        Column {
            path: "serviceNowConnectionStatus",
            sql: "status",
            kind: ColumnKind::Enum,
            nullable: false,
        },
    ],
    key: &["id"],
    casts: &["microsoft.graph.serviceNowOauthSecretAuthentication"],
    types: None,
    relations: &[],
    search: None,
};

/// The columns of a connection in the order of [`read`], and the rest of the statement.
macro_rules! select_connection {
    ($rest:literal) => {
        concat!(
            "SELECT tenant_id, connection_id, instance_url, incident_api_url, ",
            "authentication_kind, app_id, status, created, last_modified, last_queried, ",
            "last_queried_by, version FROM connection ",
            $rest
        )
    };
}
pub(super) use select_connection;

pub(super) const SELECT: Selection<'_> =
    Selection { table: &CONNECTIONS, select: select_connection!(""), shown: Shown::All };

/// What the column of the authentication method holds for an OAuth client secret.
pub const OAUTH_SECRET: &str = "oauthSecret";
const CLIENT: &str = "client";
const CONNECTOR: &str = "connector";

pub(super) fn read(mut row: Row) -> Result<Connection, StoreError> {
    Ok(Connection {
        tenant: TenantId::from_uuid(row.uuid("connection.tenant_id")?),
        id: ConnectionId::from_uuid(row.uuid("connection.connection_id")?),
        instance_url: row.optional_text("connection.instance_url")?,
        incident_api_url: row.optional_text("connection.incident_api_url")?,
        authentication_method: read_authentication(&mut row)?,
        status: read_status(&mut row)?,
        created: row.timestamp("connection.created")?,
        last_modified: row.timestamp("connection.last_modified")?,
        last_queried: read_last_queried(&mut row)?,
        version: row.integer("connection.version")?,
    })
}

pub(crate) fn read_status(row: &mut Row) -> Result<ConnectionStatus, StoreError> {
    match row.integer("connection.status")? {
        0 => Ok(ConnectionStatus::Disabled),
        1 => Ok(ConnectionStatus::Enabled),
        _ => Err(StoreError::Corrupt { column: "connection.status" }),
    }
}

/// Every column, in the same order.
pub(super) fn params(connection: &Connection) -> [Param; 12] {
    let method = connection.authentication_method.as_ref();
    let AuthenticationParams { kind, app_id } =
        method.map_or_else(Default::default, authentication);
    let by = connection.last_queried.map(|last| match last.by {
        QueriedBy::Client => CLIENT,
        QueriedBy::Connector => CONNECTOR,
    });
    let status = match connection.status {
        ConnectionStatus::Disabled => 0,
        ConnectionStatus::Enabled => 1,
    };
    [
        connection.tenant.to_string().into(),
        connection.id.to_string().into(),
        connection.instance_url.as_deref().into(),
        connection.incident_api_url.as_deref().into(),
        kind.into(),
        app_id.into(),
        Param::Integer(status),
        connection.created.into(),
        connection.last_modified.into(),
        connection.last_queried.map(|last| last.at).into(),
        by.into(),
        connection.version.into(),
    ]
}

#[derive(Default)]
struct AuthenticationParams<'a> {
    kind: Option<&'static str>,
    app_id: Option<&'a str>,
}

fn authentication(method: &AuthenticationMethod) -> AuthenticationParams<'_> {
    let AuthenticationMethod::OauthSecret(OauthSecret { app_id }) = method;
    AuthenticationParams { kind: Some(OAUTH_SECRET), app_id: app_id.as_deref() }
}

fn read_authentication(row: &mut Row) -> Result<Option<AuthenticationMethod>, StoreError> {
    let kind = row.optional_text("connection.authentication_kind")?;
    let app_id = row.optional_text("connection.app_id")?;
    match kind.as_deref() {
        None => Ok(None),
        Some(OAUTH_SECRET) => Ok(Some(AuthenticationMethod::OauthSecret(OauthSecret { app_id }))),
        Some(_) => Err(StoreError::Corrupt { column: "connection.authentication_kind" }),
    }
}

fn read_last_queried(row: &mut Row) -> Result<Option<LastQueried>, StoreError> {
    let at = row.optional_timestamp("connection.last_queried")?;
    let by = row.optional_text("connection.last_queried_by")?;
    let by = match by.as_deref() {
        None => None,
        Some(CLIENT) => Some(QueriedBy::Client),
        Some(CONNECTOR) => Some(QueriedBy::Connector),
        Some(_) => return Err(StoreError::Corrupt { column: "connection.last_queried_by" }),
    };
    Ok(at.zip(by).map(|(at, by)| LastQueried { at, by }))
}
