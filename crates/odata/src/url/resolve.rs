use super::key;
use super::{PathError, ResourcePath, Segment};
use crate::edm::{Edm, NavigationProperty, SchemaType, StructuredType, TypeName, TypeRef};

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
pub(super) fn resolve(edm: &Edm, segments: &[String]) -> Result<ResourcePath, PathError> {
    let mut rest = segments.iter();
    let mut resolver = Resolver { edm, segments: Vec::new(), place: Place::End };
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
            Place::Values | Place::Primitive | Place::End => return Err(unknown(segment)),
        }
    }
    Ok(ResourcePath { segments: resolver.segments })
}

struct Resolver<'e> {
    edm: &'e Edm,
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
                () if ["$ref", "$each", "$query", "$filter"].iter().any(|word| is(name, word)) => {
                    Err(PathError::NotServed(segment.to_owned()))
                }
                () => Err(unknown(segment)),
            };
        }
        if let Some(cast) = self.cast(ty, name) {
            self.segments.push(Segment::Cast(cast.name.clone()));
            return self.entities(cast, segment, parentheses);
        }
        let key = match parentheses {
            // `set/('key')`, which nobody means but some clients build.
            Some(text) if name.is_empty() => key::in_parentheses(self.edm, ty, (segment, text))?,
            _ => key::in_segments(self.edm, ty, rest, segment)?,
        };
        self.segments.push(Segment::Key(key));
        self.place = Place::Entity(ty);
        Ok(())
    }

    fn after_structured(
        &mut self,
        ty: &'e StructuredType,
        segment: &str,
        is_entity: bool,
    ) -> Result<(), PathError> {
        let (name, parentheses) = split(segment);
        if is_entity && ["$ref", "$value", "$query"].iter().any(|word| is(segment, word)) {
            return Err(PathError::NotServed(segment.to_owned()));
        }
        if let Some(navigation) = self.edm.navigation(ty, name) {
            return self.navigate(navigation, segment, parentheses);
        }
        if parentheses.is_some() {
            return Err(unknown(segment));
        }
        if let Some(cast) = self.cast(ty, name) {
            self.segments.push(Segment::Cast(cast.name.clone()));
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
                let key = key::in_parentheses(self.edm, ty, (segment, text))?;
                self.segments.push(Segment::Key(key));
                Place::Entity(ty)
            }
        };
        Ok(())
    }

    fn end(&mut self, segment: Segment) {
        self.segments.push(segment);
        self.place = Place::End;
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

fn unknown(segment: &str) -> PathError {
    PathError::UnknownSegment(segment.to_owned())
}
