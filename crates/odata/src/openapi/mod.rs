//! The model as an OpenAPI 3.1 document, after the committee note "OData to OpenAPI Mapping 1.0" of
//! OASIS: what `$metadata` declares becomes schemas, and what its capabilities allow becomes paths
//! with the query options that each collection has.
//!
//! The note leaves out what only opens a wide field for generators: paths of single properties,
//! `$ref` and `$filter` in paths. It has no words for who may do what, nor for what is no read of
//! the model; that comes as a [`Service`].

mod capabilities;
mod collection;
mod documents;
mod operation;
mod parameter;
mod response;
mod schema;
mod service;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use crate::edm::{Edm, TypeName};
use capabilities::Capabilities;
use collection::Collection;
use schema::Role;
pub use service::{Body, Needs, Operation, Parameter, Rights, Service};

/// Writes the document of a model and its service.
///
/// Query options are called by their names with `$`. Parameters that have the same meaning
/// everywhere, the error and the schemas of the model's types are components, the types under their
/// qualified names; what a client sends has schemas of its own, with `-create` and `-update` behind
/// the name, which take nothing that is not declared.
pub fn document(edm: &Edm, service: &Service<'_>) -> Value {
    let mut paths = Paths::default();
    documents::add(&mut paths);
    for set in &edm.container().entity_sets {
        if let Some(ty) = edm.structured(&set.entity_type) {
            let capabilities = Capabilities::Annotated(&set.annotations);
            Collection::new(&set.name, ty, capabilities).add(edm, service, &mut paths);
        }
    }
    for singleton in &edm.container().singletons {
        collection::add_singleton(edm, service, singleton, &mut paths);
    }
    for operation in service.operations {
        operation::add(edm, operation, &mut paths);
    }
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": service.title,
            "description": service.description,
            "version": service.version,
        },
        "servers": [{ "url": service.root }],
        "tags": paths.tags(edm),
        "paths": paths.items,
        "components": {
            "schemas": schema::all(edm, service, &paths.written),
            "parameters": parameter::shared(),
            "responses": response::shared(),
            "securitySchemes": { BEARER: bearer(), OAUTH: oauth(service) },
        },
    })
}

/// Of an access token, however it was had.
const BEARER: &str = "bearer";
/// Of one that an application gets for its secret.
const OAUTH: &str = "oauth2";

fn bearer() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token. The roles of a requirement are permissions: \
                         application permissions in `roles`, or delegated ones in `scp`.",
    })
}

fn oauth(service: &Service<'_>) -> Value {
    let scope =
        |name: &str| (name.to_owned(), json!("A permission that the application was given."));
    let scopes: Map<_, _> = service.permissions().into_iter().map(scope).collect();
    json!({
        "type": "oauth2",
        "description": "An application gets a token with all permissions that it was given by the \
                         scope `{audience}/.default`. In the path stands the id of its tenant; where \
                         tokens are those of another issuer, that issuer's endpoint counts.",
        "flows": { "clientCredentials": { "tokenUrl": service.token_url, "scopes": scopes } },
    })
}

/// That a caller has one of these permissions, whichever way the token was had.
fn requirements(permissions: &[&'static str]) -> Value {
    let either = |it: &&str| [json!({ BEARER: [it] }), json!({ OAUTH: [it] })];
    permissions.iter().flat_map(either).collect()
}

/// The paths of a document while it is made.
#[derive(Debug, Default)]
struct Paths {
    items: Map<String, Value>,
    tags: Vec<String>,
    /// Types that clients send, and for what.
    written: Vec<(TypeName, Role)>,
}

impl Paths {
    /// Adds one method of a path.
    fn add(&mut self, path: &str, method: &str, operation: Value) {
        if let Some(Value::String(tag)) = operation.pointer("/tags/0")
            && !self.tags.contains(tag)
        {
            self.tags.push(tag.clone());
        }
        let item = self.items.entry(path).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(method.to_owned(), operation);
        }
    }

    /// The groups of operations, with what the model says of the types behind them.
    fn tags(&self, edm: &Edm) -> Value {
        let described = |tag: &String| {
            let set = edm.container().entity_sets.iter().find(|set| *set.name == **tag);
            let ty = set.and_then(|set| edm.structured(&set.entity_type));
            match ty.and_then(|ty| schema::description(&ty.annotations)) {
                Some(text) => json!({ "name": tag, "description": text }),
                None => json!({ "name": tag }),
            }
        };
        self.tags.iter().map(described).collect()
    }
}

/// Sets a member of an object.
fn put(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}
