use model::{ConnectionId, Timestamp};
use odata::header::Current;
use odata::url::{PathScope, Resource, Segment, parse_path};
use odata::value::Value;

use super::edm::edm;
use super::sets;
use crate::app::App;
use crate::date_time::date_time;
use crate::error::ApiError;
use crate::graph::ask::Ask;

/// An operation that is not a read of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// `…/credential`
    Credential(ConnectionId),
    /// `…/health`
    Health(ConnectionId),
    /// `…/sync`
    Sync(ConnectionId),
    /// `…/test`
    Test(ConnectionId),
    /// `/people`
    People,
    /// `…/userIncidents`, of a connection or of all.
    UserIncidents(Option<ConnectionId>),
    /// `…/deviceIncidents`, of a connection or of all.
    DeviceIncidents(Option<ConnectionId>),
}

impl Call {
    /// The operation at a path from the service root on, whatever its case.
    pub(crate) fn at(path: &str, now: Timestamp) -> Option<Result<Self, ApiError>> {
        let (owner, name) = path.trim_end_matches('/').rsplit_once('/')?;
        if owner.trim_matches('/').is_empty() {
            let own = OF_ALL.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
            return own.map(|(_, call)| Ok(*call));
        }
        let (_, call) = CALLS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        let scope = PathScope { edm: edm(), query: "", now: date_time(now) };
        let Ok(Resource::Path(owner)) = parse_path(scope, owner) else { return None };
        match owner.segments.as_slice() {
            [Segment::EntitySet { name, .. }, Segment::Key(key)]
                if *name == sets::CONNECTIONS.path =>
            {
                let id = key.iter().find_map(|(_, value)| match value {
                    Value::String(id) => id.parse().ok(),
                    _ => None,
                });
                Some(id.map(call).ok_or(ApiError::NotFound))
            }
            _ => None,
        }
    }

    /// The value of `Allow`.
    pub(crate) const fn allowed(self) -> &'static str {
        match self {
            Self::Credential(_) => "GET, HEAD, PUT, DELETE, OPTIONS",
            Self::Health(_) | Self::People | Self::UserIncidents(_) | Self::DeviceIncidents(_) => {
                "GET, HEAD, OPTIONS"
            }
            Self::Sync(_) | Self::Test(_) => "POST, OPTIONS",
        }
    }
}

/// Judges the conditions of a POST, which is sent to what nobody can read. A connection that there is
/// not goes first (RFC 9110 section 13.2.1).
pub(super) async fn check_conditions(
    app: &App,
    ask: &Ask,
    id: ConnectionId,
) -> Result<(), ApiError> {
    let Err(failed) = ask.conditions()?.check(Current::Absent) else { return Ok(()) };
    let connection = app.store.load_connection(ask.principal.tenant, id).await?;
    Err(connection.map_or(ApiError::NotFound, |_connection| failed.into()))
}

/// The last segment of an operation's path, and the operation.
type Named = (&'static str, fn(ConnectionId) -> Call);

const USER_INCIDENTS: &str = "userIncidents";
const DEVICE_INCIDENTS: &str = "deviceIncidents";

/// Those that are not of one connection.
const OF_ALL: [(&str, Call); 3] = [
    ("people", Call::People),
    (USER_INCIDENTS, Call::UserIncidents(None)),
    (DEVICE_INCIDENTS, Call::DeviceIncidents(None)),
];

const CALLS: [Named; 6] = [
    ("credential", Call::Credential),
    ("health", Call::Health),
    ("sync", Call::Sync),
    ("test", Call::Test),
    (USER_INCIDENTS, |id| Call::UserIncidents(Some(id))),
    (DEVICE_INCIDENTS, |id| Call::DeviceIncidents(Some(id))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_by_their_path() {
        let id = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
        let at = |path: &str| {
            let found = Call::at(&path.replace("ID", id), Timestamp::from_unix(0, 0));
            found.map(Result::ok)
        };
        let own: ConnectionId = id.parse().unwrap();
        for (path, expect) in [
            ("/connections/ID/sync", Some(Some(Call::Sync(own)))),
            ("/Connections/ID/SYNC/", Some(Some(Call::Sync(own)))),
            ("/connections('ID')/test", Some(Some(Call::Test(own)))),
            ("/connections(id='ID')/credential", Some(Some(Call::Credential(own)))),
            ("/connections/ID/health", Some(Some(Call::Health(own)))),
            ("/connections/ID/userincidents", Some(Some(Call::UserIncidents(Some(own))))),
            ("/userIncidents", Some(Some(Call::UserIncidents(None)))),
            ("/People", Some(Some(Call::People))),
            ("/deviceIncidents", Some(Some(Call::DeviceIncidents(None)))),
            ("/connections/ID/DeviceIncidents", Some(Some(Call::DeviceIncidents(Some(own))))),
            ("/connections/ID/people", None),
            ("//userIncidents/", Some(Some(Call::UserIncidents(None)))),
            ("/connections/x/health", Some(None)),
            ("/connections/ID", None),
            ("/connections/ID/runs", None),
            ("/connections/health", None),
            ("/incidents/ID/health", None),
            ("/health", None),
        ] {
            assert_eq!(at(path), expect, "{path}");
        }
    }
}
