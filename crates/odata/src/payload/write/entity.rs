use super::link::Place;
use super::structure::Writer;
use crate::edm::TypeName;
use crate::payload::MetadataLevel;
use crate::payload::context_url::Target;
use crate::payload::selection::Selection;
use crate::query::ExpandKind;
use crate::value::{Structured, Value};

impl Writer<'_> {
    /// Type, identity and properties of an entity that the context URL is about, or the reference
    /// to it, inside braces that the caller writes.
    pub(super) fn entity(&mut self, entity: &Structured, selection: &Selection<'_>) {
        let target = self.context.target;
        let refers = matches!(
            target,
            Target::References(_) | Target::Reference(_) | Target::FixedReference(_)
        );
        let needed = refers || self.format.metadata == MetadataLevel::Full || selection.expands();
        let kept = self.place.take();
        let place = if needed { kept.or_else(|| self.place_of(target)) } else { None };
        if refers {
            self.reference(entity, place.as_ref());
        } else if self.context.is_transient() {
            self.transient(entity, selection);
        } else {
            self.entity_at(entity, place.as_ref(), selection);
        }
        self.place = place;
    }

    fn place_of(&self, target: Target<'_>) -> Option<Place> {
        match target {
            Target::Collection(path)
            | Target::Entity(path)
            | Target::References(path)
            | Target::Reference(path) => Some(Place::of(self.edm, path)),
            Target::Fixed(path) | Target::FixedReference(path) => Some(Place::single(path, None)),
            Target::ServiceDocument | Target::Type(_) => None,
        }
    }

    fn entity_at(&mut self, entity: &Structured, place: Option<&Place>, selection: &Selection<'_>) {
        self.type_of(entity);
        let full = self.format.metadata == MetadataLevel::Full;
        let place = place.filter(|_| full || selection.expands());
        let path = place.and_then(|place| Some((place, place.path_of(self.edm, entity)?)));
        let path = path.map(|(place, path)| {
            let exact = place.cast(entity).map(|ty| format!("{path}/{ty}"));
            if full {
                self.links(entity, &path, exact.as_ref().unwrap_or(&path));
            }
            exact.unwrap_or(path)
        });
        self.members(entity, selection, path.as_deref());
    }

    /// What was aggregated of entities has no identity (JSON format 4.01 section 4.6.8).
    fn transient(&mut self, entity: &Structured, selection: &Selection<'_>) {
        if self.format.metadata == MetadataLevel::Full {
            self.type_of(entity);
            self.control("", "id");
            self.json.literal("null");
        }
        self.members(entity, selection, None);
    }

    /// An entity reference (JSON format 4.01 section 14): nothing but the id, which it consists of
    /// at every level of metadata.
    fn reference(&mut self, entity: &Structured, place: Option<&Place>) {
        if let Some(path) = place.and_then(|place| place.path_of(self.edm, entity)) {
            let root = self.context.root;
            self.control("", "id");
            self.json.string_of(format_args!("{root}/{path}"));
        }
    }

    /// What is expanded in the place of a navigation property of an entity.
    pub(super) fn related(
        &mut self,
        (owner, path): (&Structured, Option<&str>),
        name: &str,
        value: &Value,
        inside: &Selection<'_>,
    ) {
        self.json.name(name);
        let place = self.target(&owner.type_name, name, path);
        match value {
            Value::Structured(entity) => self.related_one(entity, place.as_ref(), inside),
            Value::Collection(entities) => {
                self.json.begin_array();
                for entity in entities {
                    if let Value::Structured(entity) = entity {
                        self.related_one(entity, place.as_ref(), inside);
                    }
                }
                self.json.end_array();
            }
            value => self.value(None, value, inside),
        }
    }

    fn related_one(&mut self, entity: &Structured, place: Option<&Place>, inside: &Selection<'_>) {
        self.json.begin_object();
        match inside.related {
            Some(ExpandKind::Ref) => self.reference(entity, place),
            _ => self.entity_at(entity, place, inside),
        }
        self.json.end_object();
    }

    /// A number of entities, a text where 64 bits are too many for the client.
    pub(super) fn count(&mut self, count: impl std::fmt::Display) {
        if self.format.ieee754_compatible {
            self.json.string_of(count);
        } else {
            self.json.literal(count);
        }
    }

    /// Where the entities are that a navigation property leads to.
    fn target(&self, owner: &TypeName, name: &str, path: Option<&str>) -> Option<Place> {
        let navigation = self.edm.navigation(self.edm.structured(owner)?, name)?;
        let ty = Some(&navigation.target);
        match (navigation.contains_target, navigation.collection) {
            (true, true) => Some(Place::collection(&format!("{}/{name}", path?), ty)),
            (true, false) => Some(Place::single(&format!("{}/{name}", path?), ty)),
            (false, _) => {
                let set = self.edm.entity_set_of(&navigation.target)?;
                Some(Place::collection(set, ty))
            }
        }
    }

    /// `@odata.id`, `@odata.editLink` and the links of the navigation properties (JSON format 4.01
    /// section 4.5). What is contained has no other place that a reference could be from. `exact` names the type too,
    /// where it is not the declared one.
    fn links(&mut self, entity: &Structured, path: &str, exact: &str) {
        let edm = self.edm;
        let root = self.context.root;
        self.control("", "id");
        self.json.string_of(format_args!("{root}/{path}"));
        self.control("", "editLink");
        self.json.string_of(format_args!("{root}/{exact}"));
        let lineage = edm.structured(&entity.type_name).map(|ty| edm.lineage(ty));
        for navigation in lineage.into_iter().flatten().flat_map(|ty| &ty.navigation) {
            let name = &navigation.name;
            if !navigation.contains_target {
                self.control(name, "associationLink");
                self.json.string_of(format_args!("{root}/{exact}/{name}/$ref"));
            }
            self.control(name, "navigationLink");
            self.json.string_of(format_args!("{root}/{exact}/{name}"));
        }
    }
}
