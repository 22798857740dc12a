//! From the members of a body to what the model takes.

use model::{
    AuthenticationMethod, ConnectionDraft, ConnectionPatch, ConnectionStatus, Field, OauthSecret,
    OauthSecretPatch, Timestamp,
};
use odata::payload::{Member, Members};
use odata::value::Value;

use crate::graph::edm::status;

/// Longest text that is stored, in characters.
const MAX_CHARS: usize = 2048;

/// A value that the model of types allows, but the resource does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InputError {
    /// The sentinel of evolvable enumerations is no value to create with.
    #[error("The value 'unknownFutureValue' cannot be used for 'serviceNowConnectionStatus'.")]
    UnknownFutureValue,
    /// PostgreSQL cannot hold it, so neither database does.
    #[error("The value of '{0}' must not contain the character U+0000.")]
    NulCharacter(&'static str),
    /// Longer than [`MAX_CHARS`].
    #[error("The value of '{0}' must not be longer than {MAX_CHARS} characters.")]
    TooLong(&'static str),
}

impl InputError {
    /// The property.
    pub(crate) const fn target(self) -> &'static str {
        match self {
            Self::UnknownFutureValue => "serviceNowConnectionStatus",
            Self::NulCharacter(target) | Self::TooLong(target) => target,
        }
    }
}

/// What a POST asks for. Absent and null are the same.
pub(super) fn draft(members: &Members) -> Result<ConnectionDraft, InputError> {
    let authentication = match members.property("authenticationMethod") {
        Some(Member::Complex(method)) => {
            let app_id = text(method, "appId", APP_ID)?.value();
            Some(AuthenticationMethod::OauthSecret(OauthSecret { app_id }))
        }
        Some(_) | None => None,
    };
    Ok(ConnectionDraft {
        instance_url: text(members, "instanceUrl", "instanceUrl")?.value(),
        incident_api_url: text(members, "incidentApiUrl", "incidentApiUrl")?.value(),
        authentication_method: authentication,
        status: match status(members) {
            Some(Status::Known(status)) => Some(status),
            Some(Status::UnknownFutureValue) => return Err(InputError::UnknownFutureValue),
            None => None,
        },
        last_queried: last_queried(members).value(),
    })
}

/// What a PATCH asks for.
pub(super) fn patch(members: &Members) -> Result<ConnectionPatch, InputError> {
    let authentication = match members.property("authenticationMethod") {
        Some(Member::Complex(method)) => {
            Field::Set(OauthSecretPatch { app_id: text(method, "appId", APP_ID)? })
        }
        Some(_) => Field::Null,
        None => Field::Absent,
    };
    Ok(ConnectionPatch {
        instance_url: text(members, "instanceUrl", "instanceUrl")?,
        incident_api_url: text(members, "incidentApiUrl", "incidentApiUrl")?,
        authentication_method: authentication,
        status: match status(members) {
            Some(Status::Known(status)) => Some(status),
            Some(Status::UnknownFutureValue) | None => None,
        },
        last_queried: last_queried(members),
    })
}

const APP_ID: &str = "authenticationMethod/appId";

enum Status {
    Known(ConnectionStatus),
    UnknownFutureValue,
}

fn status(members: &Members) -> Option<Status> {
    match members.property("serviceNowConnectionStatus") {
        Some(Member::Value(Value::Enum(status::DISABLED))) => {
            Some(Status::Known(ConnectionStatus::Disabled))
        }
        Some(Member::Value(Value::Enum(status::ENABLED))) => {
            Some(Status::Known(ConnectionStatus::Enabled))
        }
        Some(_) => Some(Status::UnknownFutureValue),
        None => None,
    }
}

fn text(members: &Members, name: &str, target: &'static str) -> Result<Field<String>, InputError> {
    match members.property(name) {
        Some(Member::Value(Value::String(text))) if text.contains('\0') => {
            Err(InputError::NulCharacter(target))
        }
        Some(Member::Value(Value::String(text))) if text.chars().count() > MAX_CHARS => {
            Err(InputError::TooLong(target))
        }
        Some(Member::Value(Value::String(text))) => Ok(Field::Set(text.clone())),
        Some(_) => Ok(Field::Null),
        None => Ok(Field::Absent),
    }
}

fn last_queried(members: &Members) -> Field<Timestamp> {
    match members.property("lastQueriedDateTime") {
        Some(Member::Value(Value::DateTimeOffset(at))) => {
            Timestamp::from_ticks(at.ticks()).map_or(Field::Null, Field::Set)
        }
        Some(_) => Field::Null,
        None => Field::Absent,
    }
}
