use serde_json::{Value, json};

use super::capabilities::Capabilities;
use super::parameter::{self, reference};
use super::response;
use super::schema::{self, Role};
use super::{Needs, Paths, Service, put};
use crate::edm::{
    Edm, Name, NavigationProperty, PrimitiveType, Singleton, StructuredType, TypeRef,
};

/// A collection of entities that has paths.
#[derive(Debug, Clone)]
pub(super) struct Collection<'e> {
    /// Its path, with the keys of what it lies in.
    path: String,
    /// The parameters of these keys.
    keys: Vec<Value>,
    ty: &'e StructuredType,
    capabilities: Capabilities<'e>,
    /// Names on the way to it, for the names of operations.
    names: Vec<&'e str>,
}

impl<'e> Collection<'e> {
    /// An entity set.
    pub(super) fn new(
        name: &'e Name,
        ty: &'e StructuredType,
        capabilities: Capabilities<'e>,
    ) -> Self {
        Self { path: format!("/{name}"), keys: Vec::new(), ty, capabilities, names: vec![name] }
    }

    /// Adds its paths, those of its entities, and of what is contained in these.
    pub(super) fn add(self, edm: &'e Edm, service: &Service<'_>, paths: &mut Paths) {
        let rights = service.rights.iter().find(|rights| rights.ty == self.ty.name);
        let none = Needs::default();
        let (read, write) = rights.map_or((&none, &none), |it| (&it.read, &it.write));
        if self.capabilities.allow("ReadRestrictions/Readable") {
            paths.add(&self.path, "get", self.list(edm, read));
            if self.capabilities.allow("CountRestrictions/Countable") {
                paths.add(&format!("{}/$count", self.path), "get", self.count(edm, read));
            }
        }
        if self.capabilities.allow("InsertRestrictions/Insertable") {
            paths.written.push((self.ty.name.clone(), Role::Create));
            paths.add(&self.path, "post", self.create(edm, write));
        }
        if !self.capabilities.allow("IndexableByKey") {
            return;
        }
        let one = self.entity(edm);
        if self.capabilities.allow("ReadRestrictions/Readable") {
            paths.add(&one.path, "get", one.get(edm, read));
        }
        if one.is_updatable() {
            paths.written.push((self.ty.name.clone(), Role::Update));
            paths.add(&one.path, "patch", one.update(edm, write));
        }
        if self.capabilities.allow("DeleteRestrictions/Deletable") {
            paths.add(&one.path, "delete", one.delete(write));
        }
        for navigation in edm.navigations(self.ty).filter(|it| it.contains_target) {
            if let Some(below) = one.below(edm, navigation) {
                below.add(edm, service, paths);
            }
        }
    }

    /// What is contained in one of its entities, unless that is of a type on the way to it.
    fn below(&self, edm: &'e Edm, navigation: &'e NavigationProperty) -> Option<Self> {
        let name = navigation.name.as_ref();
        let ty = edm.structured(&navigation.target)?;
        if !navigation.collection || self.names.contains(&name) {
            return None;
        }
        Some(Self {
            path: format!("{}/{name}", self.path),
            keys: self.keys.clone(),
            ty,
            capabilities: self.capabilities.below(name),
            names: self.names.iter().copied().chain([name]).collect(),
        })
    }

    /// The path of one of its entities: a key of one part is named after the type, so that it differs
    /// from those of its owners.
    pub(super) fn entity(&self, edm: &Edm) -> Self {
        let mut one = self.clone();
        let key = edm.key(self.ty);
        for part in key {
            let name = match key {
                [_] => format!("{}-{part}", self.ty.name.name),
                _ => part.to_string(),
            };
            one.path = format!("{}/{{{name}}}", one.path);
            let property = edm.property(self.ty, part);
            let text = property.and_then(|it| schema::description(&it.annotations));
            one.keys.push(json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": text.unwrap_or("Part of the key."),
                "schema": key_schema(property.map(|property| &property.ty)),
            }));
        }
        one
    }

    /// Its path, and the parameters of the keys in it.
    pub(super) fn into_path(self) -> (String, Vec<Value>) {
        (self.path, self.keys)
    }

    /// What can be changed has an ETag.
    fn is_updatable(&self) -> bool {
        self.capabilities.allow("UpdateRestrictions/Updatable")
    }

    fn list(&self, edm: &Edm, needs: &Needs) -> Value {
        let schema = response::many(&TypeRef::Entity(self.ty.name.clone()));
        let page = response::of_json("A page of them.", &schema);
        let parameters = parameter::of_list(edm, self.ty, self.capabilities);
        let mut list = self.operation("list", parameters, needs);
        put(&mut list, "responses", response::all(&[(200, page)], &self.failures(&[406, 501])));
        list
    }

    fn count(&self, edm: &Edm, needs: &Needs) -> Value {
        let schema = json!({ "type": "integer", "minimum": 0 });
        let number = json!({
            "description": "How many there are.",
            "content": { "text/plain": { "schema": schema } },
        });
        let mut count = self.operation("count", parameter::of_count(edm, self.capabilities), needs);
        put(&mut count, "responses", response::all(&[(200, number)], &self.failures(&[406, 501])));
        count
    }

    fn create(&self, edm: &Edm, needs: &Needs) -> Value {
        let parameters = parameter::of_written(edm, self.ty, self.capabilities);
        let mut create = self.operation("create", parameters, needs);
        put(&mut create, "requestBody", self.body(Role::Create));
        let mut created = response::of_json("The new one.", &response::one(&self.ty.name));
        put(
            &mut created,
            "headers",
            json!({
                "Location": response::header("Its URL."),
                "ETag": response::header("Its version."),
            }),
        );
        let minimal = response::empty("Created; `Location` and `OData-EntityId` name it.");
        let failures = self.failures(&[406, 408, 413, 415, 501]);
        put(&mut create, "responses", response::all(&[(201, created), (204, minimal)], &failures));
        create
    }

    fn get(&self, edm: &Edm, needs: &Needs) -> Value {
        let mut parameters = parameter::of_one(edm, self.ty, self.capabilities);
        let mut found = response::of_json("It.", &response::one(&self.ty.name));
        let mut successes = Vec::new();
        if self.is_updatable() {
            parameters.extend([reference("if-match"), reference("if-none-match")]);
            put(&mut found, "headers", json!({ "ETag": response::header("Its version.") }));
            successes.push((304, response::empty("It has not changed.")));
        }
        successes.push((200, found));
        let mut get = self.operation("get", parameters, needs);
        put(&mut get, "responses", response::all(&successes, &self.failures(&[404, 406, 501])));
        get
    }

    fn update(&self, edm: &Edm, needs: &Needs) -> Value {
        let mut parameters = parameter::of_written(edm, self.ty, self.capabilities);
        parameters.extend([reference("if-match"), reference("if-none-match")]);
        let mut update = self.operation("update", parameters, needs);
        put(&mut update, "requestBody", self.body(Role::Update));
        let mut updated = response::of_json("It, as it is now.", &response::one(&self.ty.name));
        put(&mut updated, "headers", json!({ "ETag": response::header("Its version.") }));
        let minimal = response::empty("Changed.");
        let failures = self.failures(&[404, 406, 408, 413, 415, 501]);
        put(&mut update, "responses", response::all(&[(200, updated), (204, minimal)], &failures));
        update
    }

    fn delete(&self, needs: &Needs) -> Value {
        let parameters = vec![reference("if-match"), reference("if-none-match")];
        let mut delete = self.operation("delete", parameters, needs);
        let gone = response::empty("It is gone.");
        put(&mut delete, "responses", response::all(&[(204, gone)], &self.failures(&[404])));
        delete
    }

    fn body(&self, role: Role) -> Value {
        let schema = schema::reference(&self.ty.name, role);
        json!({ "required": true, "content": { "application/json": { "schema": schema } } })
    }

    /// What lies in something else is not found where that is not.
    fn failures(&self, own: &[u16]) -> Vec<u16> {
        let of_owner = if self.keys.is_empty() { None } else { Some(404) };
        own.iter().copied().chain(of_owner).collect()
    }

    fn operation(&self, verb: &str, parameters: Vec<Value>, needs: &Needs) -> Value {
        let all: Vec<Value> = self.keys.iter().cloned().chain(parameters).collect();
        let mut operation = json!({
            "operationId": format!("{}.{verb}", self.names.join(".")),
            "summary": self.summary(verb),
            "tags": [self.names.first()],
            "parameters": all,
        });
        response::needs(&mut operation, needs, &self.ty.annotations);
        operation
    }

    fn summary(&self, verb: &str) -> String {
        let (one, many) = (&self.ty.name.name, self.names.last().copied().unwrap_or_default());
        match verb {
            "list" => format!("List {many}"),
            "count" => format!("Count {many}"),
            "get" => format!("Get one {one}"),
            "create" => format!("Create one {one}"),
            "update" => format!("Change one {one}"),
            _ => format!("Delete one {one}"),
        }
    }
}

fn key_schema(ty: Option<&TypeRef>) -> Value {
    match ty {
        Some(TypeRef::Primitive(PrimitiveType::String)) | None => {
            // Where keys are segments, what begins with `$` is none.
            json!({ "type": "string", "minLength": 1, "pattern": "^[^$]" })
        }
        Some(ty) => schema::of(ty, Role::Read),
    }
}

/// Adds a singleton, and what it contains.
pub(super) fn add_singleton(
    edm: &Edm,
    service: &Service<'_>,
    singleton: &Singleton,
    paths: &mut Paths,
) {
    let Some(ty) = edm.structured(&singleton.entity_type) else { return };
    let capabilities = Capabilities::Annotated(&singleton.annotations);
    let owner = Collection::new(&singleton.name, ty, capabilities);
    let rights = service.rights.iter().find(|rights| rights.ty == ty.name);
    let needs = rights.map(|rights| rights.read.clone()).unwrap_or_default();
    let parameters = parameter::of_one(edm, ty, capabilities);
    let mut get = owner.operation("get", parameters, &needs);
    let found = response::of_json("It.", &response::one(&ty.name));
    put(&mut get, "responses", response::all(&[(200, found)], &[406, 501]));
    paths.add(&owner.path, "get", get);
    for navigation in edm.navigations(ty).filter(|it| it.contains_target) {
        if let Some(below) = owner.below(edm, navigation) {
            below.add(edm, service, paths);
        }
    }
}
