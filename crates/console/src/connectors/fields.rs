use model::{
    AuthenticationMethod, Connection, ConnectionDraft, ConnectionPatch, ConnectionStatus,
    EndpointError, EndpointProperty, Field, OauthSecret, OauthSecretPatch,
};

use super::tidy;
use crate::errors::Errors;
use crate::http::Form;
use crate::words;

/// The fields of a connection, as they are typed and shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) instance_url: String,
    pub(super) incident_api_url: String,
    pub(super) app_id: String,
    pub(super) is_on: bool,
}

const INSTANCE: &str = "instance_url";
const INCIDENTS: &str = "incident_api_url";
const APP_ID: &str = "app_id";
const MAX_CHARS: usize = 2048;

impl Fields {
    /// What a new connection begins with.
    pub(super) fn proposed() -> Self {
        Self { incident_api_url: "/api/now/table/incident".to_owned(), ..Self::default() }
    }

    pub(super) fn of(connection: &Connection) -> Self {
        let method = connection.authentication_method.clone();
        let app_id = method.and_then(|AuthenticationMethod::OauthSecret(secret)| secret.app_id);
        Self {
            instance_url: connection.instance_url.clone().unwrap_or_default(),
            incident_api_url: connection.incident_api_url.clone().unwrap_or_default(),
            app_id: app_id.unwrap_or_default(),
            is_on: connection.status == ConnectionStatus::Enabled,
        }
    }

    /// What was typed. An address that is stored already is left as it is, byte for byte.
    pub(super) fn typed(form: &Form, stored: Option<&Connection>) -> Self {
        let stored = stored.and_then(|connection| connection.instance_url.as_deref());
        let typed = form.text(INSTANCE);
        let is_stored = stored == Some(typed);
        Self {
            instance_url: if is_stored { typed.to_owned() } else { tidy::instance_host(typed) },
            incident_api_url: form.text(INCIDENTS).trim().to_owned(),
            app_id: form.text(APP_ID).trim().to_owned(),
            is_on: form.has("is_on"),
        }
    }

    /// What a form asks for and the API would not.
    pub(super) fn errors(&self) -> Errors {
        let mut errors = Errors::default();
        if self.instance_url.is_empty() {
            errors.add(INSTANCE, "Enter the ServiceNow Instance Host.");
        }
        if self.incident_api_url.is_empty() {
            errors.add(INCIDENTS, "Enter the ServiceNow Incident API URL.");
        }
        let is_odd = self.app_id.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_odd || self.app_id.chars().count() > MAX_CHARS {
            errors.add(APP_ID, "The ServiceNow Client appID has no blanks and is not that long.");
        }
        errors
    }

    /// Warns of a client secret in the place of the client id, which ServiceNow makes of 32
    /// hexadecimal digits.
    pub(super) fn app_id_is_odd(&self) -> bool {
        let is_hex = self.app_id.chars().all(|c| c.is_ascii_hexdigit());
        !(self.app_id.is_empty() || is_hex && self.app_id.len() == 32)
    }

    pub(super) fn draft(&self) -> ConnectionDraft {
        let app_id = text(&self.app_id);
        ConnectionDraft {
            instance_url: text(&self.instance_url),
            incident_api_url: text(&self.incident_api_url),
            authentication_method: Some(AuthenticationMethod::OauthSecret(OauthSecret { app_id })),
            status: Some(self.status()),
            last_queried: None,
        }
    }

    pub(super) fn patch(&self) -> ConnectionPatch {
        let field = |value: &str| text(value).map_or(Field::Null, Field::Set);
        ConnectionPatch {
            instance_url: field(&self.instance_url),
            incident_api_url: field(&self.incident_api_url),
            authentication_method: Field::Set(OauthSecretPatch { app_id: field(&self.app_id) }),
            status: Some(self.status()),
            last_queried: Field::Absent,
        }
    }

    const fn status(&self) -> ConnectionStatus {
        if self.is_on { ConnectionStatus::Enabled } else { ConnectionStatus::Disabled }
    }
}

/// In the words of the page.
pub(super) fn endpoint_error(error: EndpointError) -> Errors {
    let (field, label) = match error.property {
        EndpointProperty::InstanceUrl => (INSTANCE, "The ServiceNow Instance Host"),
        EndpointProperty::IncidentApiUrl => (INCIDENTS, "The ServiceNow Incident API URL"),
    };
    let rule = words::of_pages(&error.rule.to_string());
    Errors::one(field, format!("{label} {rule}."))
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned()).filter(|value| !value.is_empty())
}
