use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;
use identity::Access;
use odata::edm::TypeRef;
use odata::openapi::{Operation, Parameter};
use odata::payload::{ContextUrl, write_values};
use odata::query::QueryError;
use odata::search::SearchText;
use odata::value::Value;
use serde_json::json;
use servicenow::Text;
use store::Caller;

use super::edm::{PERSON, edm};
use super::option;
use super::structure::{structured, text};
use super::user_incidents::ValueRefusal;
use super::viewed;
use crate::app::App;
use crate::error::ApiError;
use crate::graph::ask::{Ask, format_of_document};
use crate::graph::{answer, paging};
use crate::openapi::operation;

/// People of an answer, where the client does not say, and at most.
const DEFAULT: usize = 20;
const MOST: usize = 100;
/// Callers of each connection that are looked at: a person has several words, and the same ones at
/// several connections.
const CANDIDATES: u32 = 400;

/// What it is.
pub(super) fn described() -> Operation {
    let number = json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX });
    let search = Parameter {
        name: "search",
        description: "Beginnings of words of the name, the user name or the e-mail address.",
        required: true,
        schema: option::text_schema(),
    };
    let top = Parameter {
        name: "$top",
        description: "How many people; 20 without it, 100 at most.",
        required: false,
        schema: number,
    };
    let summary = "Find people who have incidents by the beginnings of names";
    Operation {
        parameters: vec![search, top],
        answer: Some(TypeRef::Collection(Box::new(TypeRef::Complex(PERSON)))),
        ..operation((None, "people"), "get", summary, Access::ReadIncidents)
    }
}

/// `GET /connector/v1/people?search=…`: 200 with callers whose names begin like the words of the
/// text, for completion while somebody types. It is no search of OData: every character counts as
/// it is.
pub(super) async fn get(app: &App, ask: &Ask) -> Result<Response, ApiError> {
    viewed::authorized(app, ask)?;
    let (search, rest) = paging::apart(&ask.query, "search")?;
    let (top, rest) = paging::apart(&rest, "top")?;
    let option = format_of_document(&rest)?;
    let format = ask.format(option.as_deref())?;
    let refused = |reason| ValueRefusal { option: "search", reason };
    let search = Text::parse(&search.unwrap_or_default()).map_err(refused)?;
    let top = top.map_or(Ok(DEFAULT), |top| number(&top))?.min(MOST);
    let tenant = ask.principal.tenant;
    let found = app.store.find_callers(tenant, search.as_str(), CANDIDATES).await?;
    let people: Vec<_> = ranked(found, search.as_str()).into_iter().take(top).map(value).collect();
    let ty = TypeRef::Complex(PERSON);
    let many = TypeRef::Collection(Box::new(ty.clone()));
    let context = ContextUrl::of_type(&ask.root, &many);
    let body = write_values(edm(), (&ty, &people), None, context, format);
    Ok(answer::json(StatusCode::OK, format, body))
}

fn number(text: &str) -> Result<usize, QueryError> {
    let number: Option<u32> = text.trim().parse().ok();
    number.map(|number| usize::try_from(number).unwrap_or(usize::MAX)).ok_or_else(|| {
        QueryError::Number { option: "$top", text: text.chars().take(100).collect() }
    })
}

/// Each person once: first those one of whose names begins with the whole text, then those who
/// have its words elsewhere, both in the order of the words that were found.
fn ranked(found: Vec<Caller>, search: &str) -> Vec<Caller> {
    let whole = SearchText::new([search]);
    let whole = whole.as_str().trim_end_matches([' ', '|']).to_owned();
    let begins = |text: &String| SearchText::new([text.as_str()]).as_str().starts_with(&whole);
    let (mut first, mut others, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for caller in found {
        let Caller { name, user_principal_name, email, .. } = &caller;
        if !seen.insert([name, user_principal_name, email].map(|text| text.to_lowercase())) {
            continue;
        }
        let is_first = [name, user_principal_name, email].into_iter().any(begins);
        if is_first { &mut first } else { &mut others }.push(caller);
    }
    first.append(&mut others);
    first
}

fn value(caller: Caller) -> Value {
    let Caller { name, user_principal_name, email, word: _ } = caller;
    let members = [
        ("displayName", text(name)),
        ("userPrincipalName", text(user_principal_name)),
        ("email", text(email)),
    ];
    Value::Structured(structured(PERSON, members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_come_once_and_those_who_are_meant_first() {
        let caller = |word: &str, name: &str, email: &str| Caller {
            word: word.to_owned(),
            name: name.to_owned(),
            user_principal_name: String::new(),
            email: email.to_owned(),
        };
        let found = vec![
            caller("ann", "Mary Ann Lee", "lee@x"),
            caller("ann", "Ann Miller", "ann@x"),
            caller("anna", "Zoe Anna", "anna@x"),
            caller("annika", "ann MILLER", "ANN@x"),
            caller("annika", "Annika", ""),
        ];
        let names = |search| {
            let ranked = ranked(found.clone(), search);
            ranked.into_iter().map(|caller| caller.name).collect::<Vec<_>>()
        };
        assert_eq!(names("ANN"), ["Ann Miller", "Zoe Anna", "Annika", "Mary Ann Lee"]);
        assert_eq!(names("ann, mi"), ["Ann Miller", "Mary Ann Lee", "Zoe Anna", "Annika"]);
    }
}
