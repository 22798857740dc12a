use serde_json::{Value, json};

use super::capabilities::Capabilities;
use super::collection::Collection;
use super::parameter::reference;
use super::schema::{self, Role};
use super::{Body, Operation, Paths, put, response};
use crate::edm::{Edm, TypeRef};

/// Adds a call that is no read or write of the model.
pub(super) fn add(edm: &Edm, operation: &Operation, paths: &mut Paths) {
    let owner = operation.of.and_then(|name| {
        let set = edm.container().entity_sets.iter().find(|set| set.name == name)?;
        let ty = edm.structured(&set.entity_type)?;
        Some(Collection::new(&set.name, ty, Capabilities::Annotated(&set.annotations)).entity(edm))
    });
    let (path, mut parameters) = owner.map(Collection::into_path).unwrap_or_default();
    parameters.extend(operation.parameters.iter().map(|own| {
        json!({
            "name": own.name,
            "in": "query",
            "description": own.description,
            "required": own.required,
            "schema": own.schema,
        })
    }));
    let mut failures = Vec::new();
    if operation.of.is_some() {
        failures.push(404);
    }
    if operation.answer.is_some() {
        parameters.push(reference("format"));
        failures.push(406);
    }
    let mut described = json!({
        "operationId": id(operation),
        "summary": operation.summary,
        "tags": [operation.of.unwrap_or(operation.name)],
        "parameters": parameters,
    });
    response::needs(&mut described, &operation.needs, &[]);
    if let Some(body) = &operation.body {
        failures.extend([408, 413, 415]);
        put(&mut described, "requestBody", request(body, paths));
    }
    let success = (operation.status, success(operation));
    put(&mut described, "responses", response::all(&[success], &failures));
    paths.add(&format!("{path}/{}", operation.name), operation.method, described);
}

fn id(operation: &Operation) -> String {
    let owner = operation.of.map(|of| format!("{of}.")).unwrap_or_default();
    format!("{owner}{}.{}", operation.name, operation.method)
}

fn request(body: &Body, paths: &mut Paths) -> Value {
    let (schema, required) = match body {
        Body::Optional(ty) => {
            paths.written.push((ty.clone(), Role::Create));
            (schema::reference(ty, Role::Create), false)
        }
        Body::Described(schema) => (schema.clone(), true),
    };
    json!({ "required": required, "content": { "application/json": { "schema": schema } } })
}

fn success(operation: &Operation) -> Value {
    let mut answer = match &operation.answer {
        None => response::empty("Done."),
        Some(TypeRef::Collection(item)) => response::of_json("They.", &response::many(item)),
        Some(TypeRef::Complex(ty) | TypeRef::Entity(ty)) => {
            response::of_json("It.", &response::one(ty))
        }
        Some(ty) => response::of_json("It.", &schema::of(ty, Role::Read)),
    };
    if operation.status == 202 {
        put(
            &mut answer,
            "headers",
            json!({ "Location": response::header("Where it can be watched.") }),
        );
    }
    answer
}
