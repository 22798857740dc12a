//! Claims of an access token: Entra's v1.0 and v2.0 shapes, and what other issuers use instead.

use model::Timestamp;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Number, Value};

use super::TokenRejection;

/// A claim that occurs twice is refused for those that are named here.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) aud: OneOrMany,
    #[serde(deserialize_with = "numeric_date")]
    pub(crate) exp: Timestamp,
    #[serde(default, deserialize_with = "optional_numeric_date")]
    pub(crate) nbf: Option<Timestamp>,
    pub(crate) tid: Option<String>,
    pub(crate) sub: Option<String>,
    pub(crate) oid: Option<String>,
    pub(crate) azp: Option<String>,
    pub(crate) appid: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) idtyp: Option<String>,
    pub(crate) scp: Option<String>,
    pub(crate) roles: Option<OneOrMany>,
    pub(crate) wids: Option<OneOrMany>,
    pub(crate) upn: Option<String>,
    pub(crate) preferred_username: Option<String>,
    pub(crate) unique_name: Option<String>,
    /// Keycloak says here whether it is an access, ID, refresh or logout token.
    pub(crate) typ: Option<String>,
    #[serde(flatten)]
    pub(crate) others: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, TokenRejection> {
        serde_json::from_slice(payload).map_err(|error| TokenRejection::Claims(error.to_string()))
    }

    /// The client application.
    pub(crate) fn application(&self) -> Option<&str> {
        self.azp.as_deref().or(self.appid.as_deref()).or(self.client_id.as_deref())
    }

    /// A name for the audit record. Names are reassigned, so they decide nothing.
    pub(crate) fn user_name(&self) -> Option<&str> {
        let names = [&self.upn, &self.preferred_username, &self.unique_name];
        names.into_iter().find_map(Option::as_deref)
    }
}

impl OneOrMany {
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// `NumericDate`, RFC 7519 section 2: seconds, fractions allowed.
fn numeric_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let number = Number::deserialize(deserializer)?.to_string();
    let seconds = number.split('.').next().and_then(|whole| whole.parse().ok());
    seconds
        .and_then(Timestamp::from_unix_seconds)
        .ok_or_else(|| D::Error::custom("date out of range"))
}

fn optional_numeric_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    numeric_date(deserializer).map(Some)
}
