use axum::http::StatusCode;
use axum::response::Response;
use connector::{UserIncidentList, UserIncidentPosition};
use identity::Access;
use model::{ConnectionId, Timestamp};
use odata::edm::TypeRef;
use odata::openapi::{Operation, Parameter};
use odata::payload::{ContextUrl, write_property};
use odata::query;
use odata::skip_token::{InvalidSkipToken, SkipToken};
use odata::value::{Structured, Value};
use servicenow::{Text, TextError};

use super::edm::{TRIED_COLUMN, USER_INCIDENT_LIST, USER_MATCH, edm};
use super::structure::{optional_text, optional_time, structured, text};
use super::{incident, option, sets, viewed};
use crate::app::App;
use crate::error::ApiError;
use crate::graph::answer;
use crate::graph::ask::{Ask, format_of_document};
use crate::graph::paging::{self, Seal};
use crate::openapi::operation;

/// Who or what is asked for cannot be.
#[derive(Debug, thiserror::Error)]
#[error("The value of '{option}' {reason}.")]
pub(crate) struct ValueRefusal {
    /// The query option.
    pub(crate) option: &'static str,
    #[source]
    pub(super) reason: TextError,
}

const PERSON: &str = "userPrincipalName";
const PATH: &str = "userIncidents";

/// What they are: those of one connection, and of all.
pub(super) fn described() -> [Operation; 2] {
    let person = Parameter {
        name: PERSON,
        description: "Who has the incidents: user name, e-mail address, or what else is looked at.",
        required: true,
        schema: option::text_schema(),
    };
    [Some(sets::CONNECTIONS.path), None].map(|of| Operation {
        parameters: vec![person.clone()],
        answer: Some(TypeRef::Complex(USER_INCIDENT_LIST)),
        ..operation(
            (of, PATH),
            "get",
            "The incidents of a person, asked now",
            Access::ReadIncidents,
        )
    })
}

/// `GET …/userIncidents?userPrincipalName=…`: 200 with the incidents of a person, of one connection
/// or of all; 404 if there is no such connection.
pub(super) async fn get(
    app: &App,
    ask: &Ask,
    connection: Option<ConnectionId>,
) -> Result<Response, ApiError> {
    viewed::authorized(app, ask)?;
    let (token, rest) = paging::apart(&ask.query, "skiptoken")?;
    let option = format_of_document(&rest)?;
    let format = ask.format(option.as_deref())?;
    let person = person(&rest)?;
    let tenant = ask.principal.tenant;
    let path = connection
        .map_or_else(|| PATH.to_owned(), |id| format!("{}/{id}/{PATH}", sets::CONNECTIONS.path));
    let scope = format!("{tenant}\n{path}\n{}", person.as_str()).into_bytes();
    let seal = Seal { key: &app.skip_token_key, scope };
    let behind = token.map(|token| position(&token, &seal)).transpose()?;
    let list = match connection {
        None => app.live.of_tenant(tenant, &person, behind.as_ref()).await?,
        Some(id) => {
            let connection = app.store.load_connection(tenant, id).await?;
            let connection = connection.ok_or(ApiError::NotFound)?;
            app.live.of_connection(&connection, &person, behind.as_ref()).await?
        }
    };
    viewed::of_person(app, ask, connection, (person.as_str(), list.incidents.len())).await?;
    let next = list.next.as_ref().map(|next| token_of(next, &seal)).transpose()?;
    let next = next.map(|token| paging::next_link(&ask.root, &path, &rest, &token));
    let ty = TypeRef::Complex(USER_INCIDENT_LIST);
    let context = ContextUrl::of_type(&ask.root, &ty);
    let body = write_property(edm(), &ty, &Value::Structured(value(list, next)), context, format);
    Ok(answer::json(StatusCode::OK, format, body))
}

fn person(query: &str) -> Result<Text, ApiError> {
    let options = query::split(query)?;
    let name = option::custom(&options, PERSON)?.unwrap_or_default();
    Text::parse(name).map_err(|reason| ValueRefusal { option: PERSON, reason }.into())
}

fn value(list: UserIncidentList, next: Option<String>) -> Structured {
    let UserIncidentList { incidents, source, as_of, matching, reason, next: _ } = list;
    let tried = matching.tried.into_iter().map(|tried| {
        let found = i64::try_from(tried.found).unwrap_or(i64::MAX);
        let members = [
            ("column", text(tried.column)),
            ("value", text(tried.value)),
            ("found", Value::Int(found)),
        ];
        Value::Structured(structured(TRIED_COLUMN, members))
    });
    let matching = structured(
        USER_MATCH,
        [("status", text(matching.status.name())), ("tried", Value::Collection(tried.collect()))],
    );
    let incidents = incidents.into_iter().map(|row| Value::Structured(incident::of(row)));
    let mut list = structured(
        USER_INCIDENT_LIST,
        [
            ("incidents", Value::Collection(incidents.collect())),
            ("source", text(source.name())),
            ("asOfDateTime", optional_time(as_of)),
            ("match", Value::Structured(matching)),
            ("reason", optional_text(reason)),
        ],
    );
    if let Some(link) = next {
        list.properties.insert(0, ("incidents@odata.nextLink".into(), text(link)));
    }
    list
}

/// Where a page begins.
fn position(token: &str, seal: &Seal<'_>) -> Result<UserIncidentPosition, InvalidSkipToken> {
    let token = SkipToken::open(token, seal.key, &seal.scope)?;
    let [opened, Value::String(sys_id), Value::String(connection)] = token.position.as_slice()
    else {
        return Err(InvalidSkipToken);
    };
    let opened = match opened {
        Value::DateTimeOffset(at) => Timestamp::from_ticks(at.ticks()),
        _ => None,
    };
    let connection = connection.parse().map_err(|_syntax| InvalidSkipToken)?;
    Ok(UserIncidentPosition { opened, sys_id: sys_id.clone(), connection })
}

fn token_of(next: &UserIncidentPosition, seal: &Seal<'_>) -> Result<String, ApiError> {
    let position = vec![
        optional_time(next.opened),
        text(next.sys_id.clone()),
        text(next.connection.to_string()),
    ];
    Ok(SkipToken { position, page_size: None }.seal(seal.key, &seal.scope)?)
}
