use crate::{
    Change, ConnectionId, Endpoint, EndpointError, Origin, PlainHttpHosts, TenantId, Timestamp,
};

/// A connection to a ServiceNow instance: what Graph calls `serviceNowConnection`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Tenant that it belongs to.
    pub tenant: TenantId,
    /// Its key.
    pub id: ConnectionId,
    /// The instance, byte for byte as written.
    pub instance_url: Option<String>,
    /// Path or URL of the incident API, byte for byte as written.
    pub incident_api_url: Option<String>,
    /// How to sign in.
    pub authentication_method: Option<AuthenticationMethod>,
    /// On or off.
    pub status: ConnectionStatus,
    /// When it was created.
    pub created: Timestamp,
    /// When a client last changed it.
    pub last_modified: Timestamp,
    /// When incidents were last queried.
    pub last_queried: Option<LastQueried>,
    /// Counts the changes by clients, from 1; the `ETag` is made of it.
    pub version: i64,
}

/// How the connector authenticates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthenticationMethod {
    /// `serviceNowOauthSecretAuthentication`
    OauthSecret(OauthSecret),
}

/// OAuth with a client registered at the instance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OauthSecret {
    /// OAuth client id; the secret is kept elsewhere.
    pub app_id: Option<String>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Nothing is asked of the instance.
    Disabled,
    /// The connector works.
    Enabled,
}

/// The time of the last query and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastQueried {
    /// The time.
    pub at: Timestamp,
    /// Who set it.
    pub by: QueriedBy,
}

/// Who set the time of the last query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueriedBy {
    /// A client wrote it; the API allows that.
    Client,
    /// The connector did ask then.
    Connector,
}

/// What a client asks to create.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionDraft {
    /// See [`Connection::instance_url`].
    pub instance_url: Option<String>,
    /// See [`Connection::incident_api_url`].
    pub incident_api_url: Option<String>,
    /// See [`Connection::authentication_method`].
    pub authentication_method: Option<AuthenticationMethod>,
    /// Absent means disabled.
    pub status: Option<ConnectionStatus>,
    /// See [`Connection::last_queried`].
    pub last_queried: Option<Timestamp>,
}

/// What a client asks to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionPatch {
    /// See [`Connection::instance_url`].
    pub instance_url: Field<String>,
    /// See [`Connection::incident_api_url`].
    pub incident_api_url: Field<String>,
    /// Merged property by property into what is there.
    pub authentication_method: Field<OauthSecretPatch>,
    /// Not nullable, so null never gets here.
    pub status: Option<ConnectionStatus>,
    /// See [`Connection::last_queried`].
    pub last_queried: Field<Timestamp>,
}

/// Change of a `serviceNowOauthSecretAuthentication`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OauthSecretPatch {
    /// See [`OauthSecret::app_id`].
    pub app_id: Field<String>,
}

/// A value that may be left out of what changes something: a member of a PATCH body, a field of a
/// row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// Left out: unchanged.
    #[default]
    Absent,
    /// `null`: cleared.
    Null,
    /// Set to this.
    Set(T),
}

/// What a PATCH comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// Everything was so already.
    Unchanged,
    /// Something is different now.
    Changed {
        /// The connection as it is to be written.
        connection: Connection,
        /// The properties that differ.
        changed: Vec<Change>,
    },
}

impl Connection {
    /// Makes a connection of a draft.
    pub fn create(
        draft: ConnectionDraft,
        (tenant, id): (TenantId, ConnectionId),
        now: Timestamp,
        plain_http: &PlainHttpHosts,
    ) -> Result<Self, EndpointError> {
        let connection = Self {
            tenant,
            id,
            instance_url: draft.instance_url,
            incident_api_url: draft.incident_api_url,
            authentication_method: draft.authentication_method,
            status: draft.status.unwrap_or(ConnectionStatus::Disabled),
            created: now,
            last_modified: now,
            last_queried: draft.last_queried.map(|at| LastQueried { at, by: QueriedBy::Client }),
            version: 1,
        };
        connection.endpoint(plain_http)?;
        Ok(connection)
    }

    /// Applies a PATCH: only what differs counts as a change, and the rules about URLs hold for
    /// the merged result.
    pub fn apply(
        &self,
        patch: ConnectionPatch,
        now: Timestamp,
        plain_http: &PlainHttpHosts,
    ) -> Result<Applied, EndpointError> {
        let mut merged = self.clone();
        patch.instance_url.apply_to(&mut merged.instance_url);
        patch.incident_api_url.apply_to(&mut merged.incident_api_url);
        merge_authentication(patch.authentication_method, &mut merged.authentication_method);
        merged.status = patch.status.unwrap_or(merged.status);
        merged.last_queried = merge_last_queried(patch.last_queried, merged.last_queried);
        let changed = self.differences(&merged);
        if changed.is_empty() {
            return Ok(Applied::Unchanged);
        }
        merged.endpoint(plain_http)?;
        merged.version += 1;
        // Strictly later even if the clock went back: clients compare.
        merged.last_modified = now.max(self.last_modified.next());
        Ok(Applied::Changed { connection: merged, changed })
    }

    /// Where incidents are asked for; `None` while a URL is missing.
    pub fn endpoint(&self, plain_http: &PlainHttpHosts) -> Result<Option<Endpoint>, EndpointError> {
        Endpoint::of(self.instance_url.as_deref(), self.incident_api_url.as_deref(), plain_http)
    }

    /// Whose instance it is; `None` while that is not said.
    pub fn origin(&self) -> Option<Origin> {
        Origin::of(self.instance_url.as_deref()?)
    }

    /// The page that shows an incident; `None` while no instance is named.
    pub fn incident_page(&self, sys_id: &str) -> Option<String> {
        let url = self.instance_url.as_deref()?;
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.split('/').next().unwrap_or(rest);
        Some(format!("{scheme}://{host}/nav_to.do?uri=incident.do%3Fsys_id%3D{sys_id}"))
    }
}

impl<T> Field<T> {
    /// The value, where there is one; where nothing was there before, absent and null are alike.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Set(value) => Some(value),
        }
    }

    fn apply_to(self, target: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *target = None,
            Self::Set(value) => *target = Some(value),
        }
    }
}

fn merge_authentication(patch: Field<OauthSecretPatch>, target: &mut Option<AuthenticationMethod>) {
    match patch {
        Field::Absent => {}
        Field::Null => *target = None,
        Field::Set(patch) => {
            let AuthenticationMethod::OauthSecret(secret) =
                target.get_or_insert(AuthenticationMethod::OauthSecret(OauthSecret::default()));
            patch.app_id.apply_to(&mut secret.app_id);
        }
    }
}

/// A client may write the time, but not undo one that the connector knows to be true; an echo
/// that lost digits below microseconds is no change.
fn merge_last_queried(patch: Field<Timestamp>, stored: Option<LastQueried>) -> Option<LastQueried> {
    let by_client = |at| Some(LastQueried { at, by: QueriedBy::Client });
    match (patch, stored) {
        (Field::Absent, stored) => stored,
        (Field::Set(at), None) => by_client(at),
        (Field::Set(at), Some(stored)) if at.same_microsecond(stored.at) => Some(stored),
        (Field::Null, Some(stored)) if stored.by == QueriedBy::Connector => Some(stored),
        (Field::Null, _) => None,
        (Field::Set(at), Some(stored)) => match stored.by {
            QueriedBy::Connector if at < stored.at => Some(stored),
            QueriedBy::Connector | QueriedBy::Client => by_client(at),
        },
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(ticks: i64) -> Timestamp {
        Timestamp::from_ticks(ticks).unwrap()
    }

    fn sample() -> Connection {
        let draft = ConnectionDraft {
            instance_url: Some("https://contoso.service-now.com".into()),
            incident_api_url: Some("/api/now/table/incident".into()),
            ..ConnectionDraft::default()
        };
        let ids = (TenantId::from_uuid(Uuid::nil()), ConnectionId::from_uuid(Uuid::nil()));
        Connection::create(draft, ids, at(1000), &PlainHttpHosts::default()).unwrap()
    }

    fn apply(connection: &Connection, patch: ConnectionPatch) -> Applied {
        connection.apply(patch, at(2000), &PlainHttpHosts::default()).unwrap()
    }

    fn changed(connection: &Connection, patch: ConnectionPatch) -> Connection {
        match apply(connection, patch) {
            Applied::Changed { connection, .. } => connection,
            Applied::Unchanged => panic!("nothing changed"),
        }
    }

    #[test]
    fn new_connections_are_disabled_and_version_one() {
        let connection = sample();
        assert_eq!((connection.status, connection.version), (ConnectionStatus::Disabled, 1));
    }

    #[test]
    fn equal_values_are_no_change() {
        let patch = ConnectionPatch {
            instance_url: Field::Set("https://contoso.service-now.com".into()),
            status: Some(ConnectionStatus::Disabled),
            last_queried: Field::Null,
            ..ConnectionPatch::default()
        };
        assert_eq!(apply(&sample(), patch), Applied::Unchanged);
    }

    #[test]
    fn a_change_moves_version_and_time_forward_even_if_the_clock_went_back() {
        let patch = ConnectionPatch {
            status: Some(ConnectionStatus::Enabled),
            ..ConnectionPatch::default()
        };
        let none = PlainHttpHosts::default();
        let applied = sample().apply(patch, at(5), &none).unwrap();
        let Applied::Changed { connection, changed } = applied else { panic!("unchanged") };
        assert_eq!((connection.version, connection.last_modified), (2, at(1001)));
        let names: Vec<_> = changed.iter().map(|change| change.property).collect();
        assert_eq!(names, ["serviceNowConnectionStatus"]);
    }

    #[test]
    fn authentication_merges_by_property() {
        let set = |app_id| ConnectionPatch {
            authentication_method: Field::Set(OauthSecretPatch { app_id }),
            ..ConnectionPatch::default()
        };
        let with_app = changed(&sample(), set(Field::Set("abc".into())));
        assert_eq!(apply(&with_app, set(Field::Absent)), Applied::Unchanged);
        let cleared = changed(&with_app, set(Field::Null));
        let expect = AuthenticationMethod::OauthSecret(OauthSecret { app_id: None });
        assert_eq!(cleared.authentication_method, Some(expect));
    }

    #[test]
    fn urls_are_judged_as_merged() {
        let patch = ConnectionPatch {
            incident_api_url: Field::Set("https://example.com/x".into()),
            ..ConnectionPatch::default()
        };
        let none = PlainHttpHosts::default();
        assert!(sample().apply(patch.clone(), at(2000), &none).is_err());
        let both =
            ConnectionPatch { instance_url: Field::Set("https://example.com".into()), ..patch };
        assert!(sample().apply(both, at(2000), &none).is_ok());
    }

    #[test]
    fn last_queried_by_the_connector_is_not_undone() {
        use QueriedBy::{Client, Connector};
        let stored = |at_ticks, by| Some(LastQueried { at: at(at_ticks), by });
        let cases = [
            (Field::Set(at(500)), None, stored(500, Client)),
            (Field::Set(at(400)), stored(500, Client), stored(400, Client)),
            (Field::Set(at(400)), stored(500, Connector), stored(500, Connector)),
            (Field::Set(at(600)), stored(500, Connector), stored(600, Client)),
            (Field::Set(at(500)), stored(505, Client), stored(505, Client)),
            (Field::Null, stored(500, Client), None),
            (Field::Null, stored(500, Connector), stored(500, Connector)),
            (Field::Absent, stored(500, Client), stored(500, Client)),
        ];
        for (patch, before, expect) in cases {
            assert_eq!(merge_last_queried(patch, before), expect, "{patch:?} on {before:?}");
        }
    }
}
