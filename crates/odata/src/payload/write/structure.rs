use super::link::Place;
use crate::edm::{Edm, EnumType, Name, PrimitiveType, StructuredType, TypeName, TypeRef};
use crate::header::Version;
use crate::payload::selection::Selection;
use crate::payload::{ContextUrl, Format, JsonText, MetadataLevel};
use crate::value::{Structured, Value, binary_text, double_text};

/// An answer under construction.
pub(super) struct Writer<'a> {
    pub(super) edm: &'a Edm,
    pub(super) format: Format,
    pub(super) context: ContextUrl<'a>,
    pub(super) json: JsonText,
    /// The types that were looked up last: the rows of a page ask for the same ones.
    owner: Option<&'a StructuredType>,
    /// Where links to entities begin; looked up for the first of them.
    pub(super) place: Option<Place>,
    enumeration: Option<&'a EnumType>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        edm: &'a Edm,
        context: ContextUrl<'a>,
        format: Format,
        capacity: usize,
    ) -> Self {
        let json = JsonText::with_capacity(capacity);
        Self { edm, format, context, json, owner: None, place: None, enumeration: None }
    }

    /// `@odata.context`, first in its object (JSON format 4.01 section 4.5.1).
    pub(super) fn context(&mut self) {
        if self.format.metadata != MetadataLevel::None {
            self.control("", "context");
            self.json.string_of(self.context);
        }
    }

    /// The name of control information about a property, or about the object where that is empty.
    pub(super) fn control(&mut self, property: &str, name: &str) {
        self.json.control_name(property, self.format.control_prefix(), name);
    }

    /// A value of a declared type, which is `None` where nothing depends on it.
    pub(super) fn value(&mut self, ty: Option<&TypeRef>, value: &Value, selection: &Selection<'_>) {
        match value {
            Value::Null => self.json.literal("null"),
            Value::Boolean(value) => self.json.literal(value),
            Value::String(text) => self.json.string(text),
            Value::Int(number) if self.is_text(ty, PrimitiveType::Int64) => {
                self.json.plain_string_of(number);
            }
            Value::Int(number) => self.json.literal(number),
            Value::Decimal(number) if self.is_text(ty, PrimitiveType::Decimal) => {
                self.json.plain_string_of(number);
            }
            Value::Decimal(number) => self.json.literal(number),
            Value::Double(number) => self.double(*number),
            Value::Guid(guid) => self.json.plain_string_of(guid),
            Value::DateTimeOffset(time) => self.json.plain_string_of(time),
            Value::Date(date) => self.json.plain_string_of(date),
            Value::TimeOfDay(time) => self.json.plain_string_of(time),
            Value::Duration(duration) => self.json.plain_string_of(duration),
            Value::Binary(bytes) => self.json.plain_string_of(binary_text(bytes)),
            Value::Enum(number) => self.enumeration(ty, *number),
            Value::Structured(structured) => {
                self.json.begin_object();
                self.type_of(structured);
                self.properties(structured, selection);
                self.json.end_object();
            }
            Value::Collection(items) => {
                let ty = match ty {
                    Some(TypeRef::Collection(item)) => Some(item.as_ref()),
                    _ => None,
                };
                self.json.begin_array();
                for item in items {
                    self.value(ty, item, selection);
                }
                self.json.end_array();
            }
        }
    }

    pub(super) fn type_of(&mut self, value: &Structured) {
        if self.format.metadata != MetadataLevel::None {
            self.control("", "type");
            self.json.plain_string_of(format_args!("#{}", value.type_name));
        }
    }

    pub(super) fn properties(&mut self, value: &Structured, selection: &Selection<'_>) {
        self.members(value, selection, None);
    }

    /// The properties of a structure; `path` is where it is, if it is an entity.
    pub(super) fn members(
        &mut self,
        value: &Structured,
        selection: &Selection<'_>,
        path: Option<&str>,
    ) {
        for (name, property) in &value.properties {
            if self.format.omit_nulls && *property == Value::Null {
                continue;
            }
            let Some(inside) = selection.inside(self.edm, &value.type_name, name) else { continue };
            if let (Some(of), Value::Int(count)) = (name.strip_suffix("@odata.count"), property) {
                self.control(of, "count");
                self.count(count);
                continue;
            }
            if inside.related.is_some() {
                self.related((value, path), name, property, inside);
                continue;
            }
            let dynamic = selection.dynamic.into_iter().flatten().find(|one| one.name == *name);
            let ty = match dynamic {
                Some(computed) => computed.ty.as_ref(),
                None => self.declared_type(&value.type_name, name, property),
            };
            // No model tells the type of a dynamic property, so it comes along earlier.
            let told = match self.format.metadata {
                MetadataLevel::None => false,
                MetadataLevel::Minimal => dynamic.is_some() && *property != Value::Null,
                MetadataLevel::Full => true,
            };
            if let Some(ty) = ty.filter(|_| told) {
                self.property_type(name, ty, property);
            }
            self.json.name(name);
            self.value(ty, property, inside);
        }
    }

    /// Looks the type up only where the writing of the value depends on it.
    fn declared_type(
        &mut self,
        owner: &TypeName,
        name: &Name,
        value: &Value,
    ) -> Option<&'a TypeRef> {
        let needed = self.format.metadata == MetadataLevel::Full
            || match value {
                Value::Enum(_) | Value::Collection(_) => true,
                Value::Int(_) | Value::Decimal(_) => self.format.ieee754_compatible,
                _ => false,
            };
        if !needed {
            return None;
        }
        if self.owner.is_none_or(|last| last.name != *owner) {
            self.owner = self.edm.structured(owner);
        }
        Some(&self.edm.property(self.owner?, name)?.ty)
    }

    /// `x@odata.type` for what JSON does not tell (JSON format 4.01 section 4.5.3). A structure
    /// carries its type inside.
    fn property_type(&mut self, name: &Name, ty: &TypeRef, value: &Value) {
        let natural = match ty {
            TypeRef::Primitive(PrimitiveType::Double) => {
                !matches!(value, Value::Double(number) if !number.is_finite())
            }
            TypeRef::Primitive(PrimitiveType::Boolean | PrimitiveType::String)
            | TypeRef::Complex(_)
            | TypeRef::Entity(_) => true,
            TypeRef::Primitive(_) | TypeRef::Enum(_) | TypeRef::Collection(_) => false,
        };
        if natural {
            return;
        }
        self.control(name, "type");
        let mark = self.built_in_mark();
        match ty {
            TypeRef::Primitive(primitive) => {
                self.json.plain_string_of(format_args!("{mark}{}", primitive.name()));
            }
            TypeRef::Collection(item) => match item.as_ref() {
                TypeRef::Primitive(primitive) => {
                    let name = primitive.name();
                    self.json.plain_string_of(format_args!("{mark}Collection({name})"));
                }
                item => self.json.plain_string_of(format_args!("#Collection({item})")),
            },
            ty => self.json.plain_string_of(format_args!("#{ty}")),
        }
    }

    /// What stands before the name of a primitive type: nothing in 4.01 (JSON format 4.01 section
    /// 4.5.3).
    const fn built_in_mark(&self) -> &'static str {
        match self.format.version {
            Version::V4_0 => "#",
            Version::V4_01 => "",
        }
    }

    fn is_text(&self, ty: Option<&TypeRef>, wide: PrimitiveType) -> bool {
        self.format.ieee754_compatible && ty.is_none_or(|ty| *ty == TypeRef::Primitive(wide))
    }

    /// JSON format 4.01 section 7.1: infinities and NaN are strings.
    fn double(&mut self, number: f64) {
        let text = double_text(number);
        if number.is_finite() {
            self.json.literal(text);
        } else {
            self.json.plain_string_of(text);
        }
    }

    fn enumeration_type(&mut self, name: &TypeName) -> Option<&'a EnumType> {
        if self.enumeration.is_none_or(|last| last.name != *name) {
            self.enumeration = self.edm.enumeration(name);
        }
        self.enumeration
    }

    /// By name; by number where no name fits (JSON format 4.01 section 7.1).
    fn enumeration(&mut self, ty: Option<&TypeRef>, number: i64) {
        let declared = match ty {
            Some(TypeRef::Enum(name)) => self.enumeration_type(name),
            _ => None,
        };
        match declared {
            Some(ty) => self.json.string(&ty.text_of(number)),
            None => self.json.plain_string_of(number),
        }
    }
}
