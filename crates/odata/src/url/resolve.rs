use super::key;
use super::{PathError, PathScope, ResourcePath, Segment};
use crate::edm::{Edm, Name, NavigationProperty, SchemaType, StructuredType, TypeName, TypeRef};
use crate::expr::{self, ExprError, Scope};
use crate::value::{DateTimeOffset, Value};

/// Where the segments read so far lead.
#[derive(Debug, Clone, Copy)]
enum Place<'e> {
    Entities(&'e StructuredType),
    Entity(&'e StructuredType),
    Complex(&'e StructuredType),
    Values,
    Primitive,
    /// Nothing can follow.
    End,
}

/// Finds every segment in the model.
pub(super) fn resolve(
    scope: PathScope<'_>,
    aliases: &[(String, String)],
    segments: &[String],
) -> Result<ResourcePath, PathError> {
    let mut rest = segments.iter();
    let PathScope { edm, now, .. } = scope;
    let mut resolver = Resolver { edm, now, aliases, segments: Vec::new(), place: Place::End };
    if let Some(first) = rest.next() {
        resolver.start(first)?;
    }
    while let Some(segment) = rest.next() {
        match resolver.place {
            Place::Entities(ty) => resolver.after_entities(ty, segment, &mut rest)?,
            Place::Entity(ty) => resolver.after_structured(ty, segment, true)?,
            Place::Complex(ty) => resolver.after_structured(ty, segment, false)?,
            Place::Values if is(segment, "$count") => resolver.end(Segment::Count),
            Place::Primitive if is(segment, "$value") => resolver.end(Segment::Value),
            Place::Values | Place::Primitive if is(segment, "$query") => {
                return Err(PathError::NotServed(segment.clone()));
            }
            Place::Values if is_index(segment) => {
                return Err(PathError::NotServed(segment.clone()));
            }
            Place::Values | Place::Primitive | Place::End => return Err(unknown(segment)),
        }
    }
    Ok(ResourcePath { segments: resolver.segments })
}

struct Resolver<'e> {
    edm: &'e Edm,
    now: DateTimeOffset,
    aliases: &'e [(String, String)],
    segments: Vec<Segment>,
    place: Place<'e>,
}

impl<'e> Resolver<'e> {
    fn start(&mut self, segment: &str) -> Result<(), PathError> {
        let (name, parentheses) = split(segment);
        if ["$entity", "$all", "$crossjoin"].iter().any(|word| is(name, word)) {
            return Err(PathError::NotServed(segment.to_owned()));
        }
        let container = self.edm.container();
        if let Some(set) = container.entity_sets.iter().find(|set| is(&set.name, name)) {
            let ty = self.structured(&set.entity_type, segment)?;
            let (name, entity_type) = (set.name.clone(), set.entity_type.clone());
            self.segments.push(Segment::EntitySet { name, entity_type });
            return self.entities(ty, segment, parentheses);
        }
        match container.singletons.iter().find(|one| is(&one.name, name)) {
            Some(one) if parentheses.is_none() => {
                let (name, entity_type) = (one.name.clone(), one.entity_type.clone());
                self.place = Place::Entity(self.structured(&entity_type, segment)?);
                self.segments.push(Segment::Singleton { name, entity_type });
                Ok(())
            }
            _ => Err(unknown(segment)),
        }
    }

    fn after_entities(
        &mut self,
        ty: &'e StructuredType,
        segment: &str,
        rest: &mut std::slice::Iter<'_, String>,
    ) -> Result<(), PathError> {
        let (name, parentheses) = split(segment);
        if name.starts_with('$') {
            return match () {
                () if is(segment, "$count") => {
                    self.end(Segment::Count);
                    Ok(())
                }
                () if is(segment, "$ref") => {
                    self.end(Segment::Ref);
                    Ok(())
                }
                () if ["$each", "$query"].iter().any(|word| is(segment, word)) => {
                    Err(PathError::NotServed(segment.to_owned()))
                }
                () => match parentheses.and_then(|text| text.strip_prefix('(')) {
                    Some(text) if is(name, "$filter") => self.filter(ty, segment, text),
                    _ => Err(unknown(segment)),
                },
            };
        }
        if let Some(cast) = self.cast(ty, name) {
            self.push_cast(ty, cast);
            return self.entities(cast, segment, parentheses);
        }
        if self.edm.find(name).is_some() {
            return Err(unknown(segment));
        }
        // `set/('key')`, which is what it looks like only to clients that build it.
        let quoted = parentheses.filter(|_| name.is_empty());
        let key = match quoted.and_then(|text| self.key(ty, segment, text).ok()) {
            Some(key) => key,
            None => key::in_segments(self.edm, ty, rest, segment)?,
        };
        self.segments.push(Segment::Key(key));
        self.place = Place::Entity(ty);
        Ok(())
    }

    /// The expression of `$filter(`, up to the parenthesis that closes it, and perhaps a key.
    fn filter(
        &mut self,
        ty: &'e StructuredType,
        segment: &str,
        text: &str,
    ) -> Result<(), PathError> {
        let Self { edm, now, aliases, .. } = *self;
        let scope =
            Scope { edm, entity_type: ty, now, aliases, computed: &[], shape: None, nested: false };
        let (filter, length) = expr::filter_prefix(text, &scope).map_err(|error| match error {
            ExprError::NotServed { .. } => PathError::NotServed(segment.to_owned()),
            error => PathError::Filter(error),
        })?;
        let behind = text.char_indices().nth(length).and_then(|(index, _)| text.get(index..));
        let Some(key) = behind.and_then(|behind| behind.strip_prefix(')')) else {
            let found = behind.and_then(|behind| behind.chars().next());
            let found = found.map_or_else(|| "the end".to_owned(), |found| format!("'{found}'"));
            let expected = "an operator or ')'";
            return Err(PathError::Filter(ExprError::Syntax { position: length, found, expected }));
        };
        self.segments.push(Segment::Filter(filter));
        self.entities(ty, segment, (!key.is_empty()).then_some(key))
    }

    fn after_structured(
        &mut self,
        ty: &'e StructuredType,
        segment: &str,
        is_entity: bool,
    ) -> Result<(), PathError> {
        let (name, parentheses) = split(segment);
        if is_entity && is(segment, "$ref") {
            self.end(Segment::Ref);
            return Ok(());
        }
        let defined = if is_entity { &["$query", "$value"][..] } else { &["$query"] };
        if defined.iter().any(|word| is(segment, word)) {
            return Err(PathError::NotServed(segment.to_owned()));
        }
        if let Some(navigation) = self.edm.navigation(ty, name) {
            return self.navigate(navigation, segment, parentheses);
        }
        if parentheses.is_some() {
            return Err(unknown(segment));
        }
        if let Some(cast) = self.cast(ty, name) {
            self.push_cast(ty, cast);
            self.place = if is_entity { Place::Entity(cast) } else { Place::Complex(cast) };
            return Ok(());
        }
        let property = self.edm.property(ty, name).ok_or_else(|| unknown(segment))?;
        self.place = match &property.ty {
            TypeRef::Primitive(_) | TypeRef::Enum(_) => Place::Primitive,
            TypeRef::Complex(ty) => Place::Complex(self.structured(ty, segment)?),
            TypeRef::Entity(ty) => Place::Entity(self.structured(ty, segment)?),
            TypeRef::Collection(_) => Place::Values,
        };
        let (name, ty) = (property.name.clone(), property.ty.clone());
        self.segments.push(Segment::Property { name, ty });
        Ok(())
    }

    fn navigate(
        &mut self,
        navigation: &NavigationProperty,
        segment: &str,
        parentheses: Option<&str>,
    ) -> Result<(), PathError> {
        let target = self.structured(&navigation.target, segment)?;
        self.segments.push(Segment::Navigation {
            name: navigation.name.clone(),
            target: navigation.target.clone(),
            collection: navigation.collection,
        });
        if navigation.collection {
            return self.entities(target, segment, parentheses);
        }
        self.place = Place::Entity(target);
        if parentheses.is_some() { Err(unknown(segment)) } else { Ok(()) }
    }

    /// A collection of entities, or one of them if a key follows in parentheses.
    fn entities(
        &mut self,
        ty: &'e StructuredType,
        segment: &str,
        parentheses: Option<&str>,
    ) -> Result<(), PathError> {
        self.place = match parentheses {
            None => Place::Entities(ty),
            Some(text) => {
                let key = self.key(ty, segment, text)?;
                self.segments.push(Segment::Key(key));
                Place::Entity(ty)
            }
        };
        Ok(())
    }

    fn key(
        &self,
        ty: &StructuredType,
        segment: &str,
        text: &str,
    ) -> Result<Vec<(Name, Value)>, PathError> {
        key::in_parentheses(self.edm, ty, text, self.aliases)
            .map_err(|error| PathError::BadKey { segment: segment.to_owned(), error })
    }

    fn end(&mut self, segment: Segment) {
        self.segments.push(segment);
        self.place = Place::End;
    }

    /// A cast, unless it says nothing, as one to the type that is there does; of two behind each
    /// other the first says nothing, and the grammar has one.
    fn push_cast(&mut self, from: &StructuredType, to: &StructuredType) {
        if from.name == to.name {
            return;
        }
        if matches!(self.segments.last(), Some(Segment::Cast(_))) {
            self.segments.pop();
        }
        self.segments.push(Segment::Cast(to.name.clone()));
    }

    /// The type that a segment names, if it is `from` or derives from it.
    fn cast(&self, from: &StructuredType, name: &str) -> Option<&'e StructuredType> {
        match self.edm.find(name)? {
            SchemaType::Entity(ty) | SchemaType::Complex(ty) => {
                self.edm.is_assignable(ty, &from.name).then_some(ty)
            }
            SchemaType::Enum(_) => None,
        }
    }

    fn structured(&self, name: &TypeName, segment: &str) -> Result<&'e StructuredType, PathError> {
        self.edm.structured(name).ok_or_else(|| unknown(segment))
    }
}

/// A name and what follows it from the first parenthesis on.
fn split(segment: &str) -> (&str, Option<&str>) {
    match segment.find('(').and_then(|index| segment.split_at_checked(index)) {
        Some((name, parentheses)) => (name, Some(parentheses)),
        None => (segment, None),
    }
}

fn is(segment: &str, name: &str) -> bool {
    segment.eq_ignore_ascii_case(name)
}

/// The place of one item of a collection (URL conventions 4.10).
fn is_index(segment: &str) -> bool {
    let digits = segment.strip_prefix('-').unwrap_or(segment);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn unknown(segment: &str) -> PathError {
    PathError::UnknownSegment(segment.to_owned())
}
