use serde_json::{Map, Value, json};

use super::{Service, put};
use crate::edm::{
    Annotation, AnnotationValue, Edm, EnumType, NavigationProperty, PrimitiveType, Property,
    SchemaType, StructuredType, TypeName, TypeRef,
};

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// What is answered.
    Read,
    /// What is sent to make something new.
    Create,
    /// What is sent to change something.
    Update,
}

impl Role {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Read => "",
            Self::Create => "-create",
            Self::Update => "-update",
        }
    }
}

/// The schemas of every type, and of those that clients send.
pub(super) fn all(edm: &Edm, service: &Service<'_>, written: &[(TypeName, Role)]) -> Value {
    let mut all = Map::new();
    let mut scope = Scope { edm, sentinel: service.sentinel, role: Role::Read };
    for ty in edm.schemas().iter().flat_map(|schema| &schema.types) {
        all.insert(ty.name().to_string(), scope.schema(ty));
    }
    for (ty, role) in written {
        scope.role = *role;
        scope.add_written(ty, &mut all);
    }
    all.insert("odata.error".to_owned(), super::response::error());
    Value::Object(all)
}

/// A reference to the schema of a type.
pub(super) fn reference(ty: &TypeName, role: Role) -> Value {
    json!({ "$ref": format!("#/components/schemas/{ty}{}", role.suffix()) })
}

/// The text of `Org.OData.Core.V1.Description`.
pub(super) fn description(annotations: &[Annotation]) -> Option<&str> {
    annotated(annotations, "Org.OData.Core.V1.Description").and_then(|value| match value {
        AnnotationValue::String(text) => Some(text.as_ref()),
        _ => None,
    })
}

/// The schema of what is declared with a type.
pub(super) fn of(ty: &TypeRef, role: Role) -> Value {
    match ty {
        TypeRef::Primitive(primitive) => of_primitive(*primitive),
        TypeRef::Enum(name) | TypeRef::Complex(name) | TypeRef::Entity(name) => {
            reference(name, role)
        }
        TypeRef::Collection(item) => json!({ "type": "array", "items": of(item, role) }),
    }
}

/// JSON format 4.01 section 7.1, without `IEEE754Compatible`.
fn of_primitive(ty: PrimitiveType) -> Value {
    match ty {
        PrimitiveType::Boolean => json!({ "type": "boolean" }),
        PrimitiveType::Byte => json!({ "type": "integer", "minimum": 0, "maximum": 255 }),
        PrimitiveType::SByte => json!({ "type": "integer", "minimum": -128, "maximum": 127 }),
        PrimitiveType::Int16 => json!({ "type": "integer", "minimum": -32768, "maximum": 32767 }),
        PrimitiveType::Int32 => json!({ "type": "integer", "format": "int32" }),
        PrimitiveType::Int64 => json!({ "type": "integer", "format": "int64" }),
        PrimitiveType::Decimal => json!({ "type": "number", "format": "decimal" }),
        PrimitiveType::Single | PrimitiveType::Double => json!({
            "anyOf": [{ "type": "number" }, { "enum": ["NaN", "INF", "-INF"] }]
        }),
        PrimitiveType::String => json!({ "type": "string" }),
        PrimitiveType::Binary => json!({ "type": "string", "contentEncoding": "base64url" }),
        PrimitiveType::Guid => json!({ "type": "string", "format": "uuid" }),
        PrimitiveType::Date => json!({ "type": "string", "format": "date" }),
        PrimitiveType::DateTimeOffset => json!({ "type": "string", "format": "date-time" }),
        PrimitiveType::Duration => json!({ "type": "string", "format": "duration" }),
        PrimitiveType::TimeOfDay => json!({
            "type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d{1,12})?)?$"
        }),
    }
}

#[derive(Clone, Copy)]
struct Scope<'e> {
    edm: &'e Edm,
    sentinel: Option<&'e str>,
    role: Role,
}

impl Scope<'_> {
    fn schema(self, ty: &SchemaType) -> Value {
        match ty {
            SchemaType::Entity(ty) | SchemaType::Complex(ty) if ty.is_abstract => self.union(ty),
            SchemaType::Entity(ty) | SchemaType::Complex(ty) => self.structured(ty),
            SchemaType::Enum(ty) => self.enumeration(ty),
        }
    }

    /// The schema of a type that is sent, and those of all that it consists of.
    fn add_written(self, name: &TypeName, all: &mut Map<String, Value>) {
        let key = format!("{name}{}", self.role.suffix());
        let Some(ty) = self.edm.find(&name.to_string()).filter(|_| !all.contains_key(&key)) else {
            return;
        };
        all.insert(key, self.schema(ty));
        let (SchemaType::Entity(ty) | SchemaType::Complex(ty)) = ty else { return };
        if ty.is_abstract {
            for derived in self.edm.derived(&ty.name) {
                self.add_written(&derived, all);
            }
        }
        for property in self.edm.properties(ty) {
            let item = match &property.ty {
                TypeRef::Collection(item) => item.as_ref(),
                single => single,
            };
            if let TypeRef::Enum(name) | TypeRef::Complex(name) = item {
                self.add_written(name, all);
            }
        }
    }

    /// A value of an abstract type is one of a type that derives from it, and says of which.
    fn union(self, ty: &StructuredType) -> Value {
        let derived = self.edm.derived(&ty.name);
        let concrete = derived
            .iter()
            .filter(|name| self.edm.structured(name).is_some_and(|ty| !ty.is_abstract));
        let references: Vec<_> = concrete.clone().map(|it| reference(it, self.role)).collect();
        let target = |name| reference(name, self.role).get("$ref").cloned();
        let mapping: Map<_, _> =
            concrete.filter_map(|name| Some((format!("#{name}"), target(name)?))).collect();
        let union = json!({
            "oneOf": references,
            "discriminator": { "propertyName": TYPE, "mapping": mapping },
        });
        described(union, &ty.annotations)
    }

    fn structured(self, ty: &StructuredType) -> Value {
        let mut properties = Map::new();
        properties.insert(TYPE.to_owned(), self.type_name(ty));
        for property in self.edm.properties(ty) {
            properties.insert(property.name.to_string(), self.property(property));
        }
        if self.role == Role::Read {
            let navigations = self.edm.navigations(ty);
            properties.extend(navigations.map(|it| (it.name.to_string(), self.related(it))));
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if self.role != Role::Read {
            put(&mut schema, "additionalProperties", json!(false));
            // Annotations that a client sends back are ignored.
            put(&mut schema, "patternProperties", json!({ "^[^@]*@": true }));
        }
        if self.role == Role::Create && self.is_choice(ty) {
            put(&mut schema, "required", json!([TYPE]));
        }
        described(schema, &ty.annotations)
    }

    fn related(self, navigation: &NavigationProperty) -> Value {
        let target = reference(&navigation.target, self.role);
        let schema = if navigation.collection {
            json!({ "type": "array", "items": target })
        } else {
            json!({ "anyOf": [target, { "type": "null" }] })
        };
        described(schema, &navigation.annotations)
    }

    /// Whether it stands where others of the same base can stand, so that it has to be named.
    fn is_choice(self, ty: &StructuredType) -> bool {
        let base = ty.base.as_ref().and_then(|base| self.edm.structured(base));
        base.is_some_and(|base| self.edm.key(base).is_empty())
    }

    /// `@odata.type`; with or without `#` where a client sends it.
    fn type_name(self, ty: &StructuredType) -> Value {
        let name = format!("#{}", ty.name);
        match self.role {
            Role::Read => json!({ "const": name, "type": "string" }),
            Role::Create | Role::Update => json!({ "enum": [name, ty.name.to_string()] }),
        }
    }

    fn property(self, property: &Property) -> Value {
        let mut schema = of(&property.ty, self.role);
        if let Some(AnnotationValue::Collection(words)) =
            annotated(&property.annotations, "Org.OData.Validation.V1.AllowedValues")
        {
            put(&mut schema, "enum", words.iter().filter_map(allowed).collect());
        }
        let mut schema = if property.nullable { nullable(schema) } else { schema };
        if property.computed {
            put(&mut schema, "readOnly", json!(true));
        }
        described(schema, &property.annotations)
    }

    fn enumeration(self, ty: &EnumType) -> Value {
        let is_sent = |name: &str| self.role != Role::Create || self.sentinel != Some(name);
        let members = ty.members.iter().filter(|it| is_sent(&it.name));
        let names: Vec<_> = members.clone().map(|member| member.name.as_ref()).collect();
        let mut schema = if ty.is_flags {
            json!({ "type": "string" })
        } else {
            json!({ "type": "string", "enum": names })
        };
        let lines = members.filter_map(|member| {
            description(&member.annotations).map(|text| format!("\n- `{}`: {text}", member.name))
        });
        let text = description(&ty.annotations).unwrap_or_default().to_owned();
        put(&mut schema, "description", json!(text + "\n" + &lines.collect::<String>()));
        schema
    }
}

const TYPE: &str = "@odata.type";

fn nullable(mut schema: Value) -> Value {
    match schema.get("type").cloned() {
        Some(ty @ Value::String(_)) => {
            put(&mut schema, "type", json!([ty, "null"]));
            if let Some(Value::Array(words)) = schema.get_mut("enum") {
                words.push(Value::Null);
            }
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

/// `Value` of an allowed value (Validation vocabulary).
fn allowed(value: &AnnotationValue) -> Option<Value> {
    match value {
        AnnotationValue::Record(members) => members.iter().find_map(|(name, value)| match value {
            AnnotationValue::String(text) if name == "Value" => Some(json!(text)),
            _ => None,
        }),
        _ => None,
    }
}

fn annotated<'e>(annotations: &'e [Annotation], term: &str) -> Option<&'e AnnotationValue> {
    annotations.iter().find(|annotation| annotation.term == term).map(|it| &it.value)
}

fn described(mut schema: Value, annotations: &[Annotation]) -> Value {
    if let Some(text) = description(annotations) {
        put(&mut schema, "description", json!(text));
    }
    schema
}
