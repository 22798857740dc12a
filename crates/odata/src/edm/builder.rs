use std::collections::HashMap;

use super::schema::{
    EntityContainer, EntitySet, EnumType, NavigationProperty, Property, Schema, SchemaType,
    StructuredType,
};
use super::types::{Name, TypeName, TypeRef};

/// A checked model: every type that is named exists and no inheritance runs in a circle.
///
/// Look-ups ignore case, as Microsoft Graph does; two identifiers that differ only in case are
/// refused (OData 4.01 protocol section 12.3 item 11 advises against them anyway).
#[derive(Debug, Clone)]
pub struct Edm {
    schemas: Vec<Schema>,
    container: EntityContainer,
    /// Lower-case qualified name, by namespace and by alias, to its place in `schemas`.
    places: HashMap<String, (usize, usize)>,
    /// The same for names in declared spelling, which is what values carry: found without copying.
    declared: HashMap<TypeName, (usize, usize)>,
}

/// Why schemas do not make a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EdmError {
    /// Two declarations share a name.
    #[error("{0} is declared twice")]
    Duplicate(String),
    /// A name leads nowhere, or to a type of the wrong kind.
    #[error("{place} names {name}, which is not declared as such a type")]
    Unresolved {
        /// Where the name stands.
        place: String,
        /// The name.
        name: TypeName,
    },
    /// A type is its own ancestor.
    #[error("{0} inherits from itself")]
    Circular(TypeName),
    /// The partner of a navigation property does not lead back.
    #[error("the partner of {0} does not lead back")]
    Partner(String),
    /// The container is to be written in a schema that does not exist.
    #[error("the entity container is in {0}, which is not the namespace of a schema")]
    ContainerWithoutSchema(Name),
}

impl Edm {
    /// Checks the schemas and builds the look-ups.
    pub fn new(schemas: Vec<Schema>, container: EntityContainer) -> Result<Self, EdmError> {
        let mut places = HashMap::new();
        let mut spelled = HashMap::new();
        for (s, schema) in schemas.iter().enumerate() {
            for (t, declared) in schema.types.iter().enumerate() {
                let name = &declared.name().name;
                spelled.insert(declared.name().clone(), (s, t));
                for prefix in [Some(&schema.namespace), schema.alias.as_ref()].into_iter().flatten()
                {
                    let key = format!("{prefix}.{name}").to_ascii_lowercase();
                    if places.insert(key, (s, t)).is_some() {
                        return Err(EdmError::Duplicate(format!("{prefix}.{name}")));
                    }
                }
            }
        }
        let edm = Self { schemas, container, places, declared: spelled };
        edm.check()?;
        Ok(edm)
    }

    /// The schemas in declared order.
    pub fn schemas(&self) -> &[Schema] {
        &self.schemas
    }

    /// The entity container.
    pub fn container(&self) -> &EntityContainer {
        &self.container
    }

    /// Finds a type by qualified name, namespace or alias, in any case, without `#`.
    pub fn find(&self, qualified: &str) -> Option<&SchemaType> {
        self.at(*self.places.get(&qualified.to_ascii_lowercase())?)
    }

    /// The structured type of that name.
    pub fn structured(&self, name: &TypeName) -> Option<&StructuredType> {
        match self.find_declared(name)? {
            SchemaType::Entity(ty) | SchemaType::Complex(ty) => Some(ty),
            SchemaType::Enum(_) => None,
        }
    }

    /// The enumeration type of that name.
    pub fn enumeration(&self, name: &TypeName) -> Option<&EnumType> {
        match self.find_declared(name)? {
            SchemaType::Enum(ty) => Some(ty),
            SchemaType::Entity(_) | SchemaType::Complex(_) => None,
        }
    }

    /// The type and its ancestors, the root first.
    pub fn lineage<'e>(&'e self, ty: &'e StructuredType) -> Vec<&'e StructuredType> {
        let mut line: Vec<_> = self.ancestry(ty).collect();
        line.reverse();
        line
    }

    /// Every structural property of the type, inherited ones first.
    pub fn properties<'e>(
        &'e self,
        ty: &'e StructuredType,
    ) -> impl Iterator<Item = &'e Property> + use<'e> {
        self.lineage(ty).into_iter().flat_map(|ty| ty.properties.iter())
    }

    /// Finds a structural property, inherited ones included, in any case.
    pub fn property<'e>(&'e self, ty: &'e StructuredType, name: &str) -> Option<&'e Property> {
        self.ancestry(ty)
            .flat_map(|ty| &ty.properties)
            .find(|property| property.name.eq_ignore_ascii_case(name))
    }

    /// The names of the key, wherever in the lineage they are declared.
    pub fn key<'e>(&'e self, ty: &'e StructuredType) -> &'e [Name] {
        self.ancestry(ty)
            .map(|ty| ty.key.as_slice())
            .find(|key| !key.is_empty())
            .unwrap_or_default()
    }

    /// The entity set that entities of a type are in, where the container has just one for them: what
    /// a navigation property that contains nothing is bound to (CSDL 4.01 section 13.4).
    pub fn entity_set_of(&self, ty: &TypeName) -> Option<&Name> {
        let ty = self.structured(ty)?;
        let holds = |set: &&EntitySet| self.is_assignable(ty, &set.entity_type);
        let mut sets = self.container().entity_sets.iter().filter(holds);
        match (sets.next(), sets.next()) {
            (Some(only), None) => Some(&only.name),
            _ => None,
        }
    }

    /// Whether a value of `ty` may stand where `ancestor` is declared.
    pub fn is_assignable(&self, ty: &StructuredType, ancestor: &TypeName) -> bool {
        self.ancestry(ty).any(|ty| ty.name == *ancestor)
    }

    /// The names of the types that derive from one, itself left out.
    pub fn derived(&self, ancestor: &TypeName) -> Vec<TypeName> {
        let types = self.schemas.iter().flat_map(|schema| &schema.types);
        let names = types.filter_map(|ty| match ty {
            SchemaType::Entity(ty) | SchemaType::Complex(ty) => {
                let derives = ty.name != *ancestor && self.is_assignable(ty, ancestor);
                derives.then(|| ty.name.clone())
            }
            SchemaType::Enum(_) => None,
        });
        names.collect()
    }

    /// Finds a navigation property, inherited ones included, in any case.
    pub fn navigation<'e>(
        &'e self,
        ty: &'e StructuredType,
        name: &str,
    ) -> Option<&'e NavigationProperty> {
        self.ancestry(ty)
            .flat_map(|ty| &ty.navigation)
            .find(|navigation| navigation.name.eq_ignore_ascii_case(name))
    }

    /// Every navigation property of the type, inherited ones first.
    pub fn navigations<'e>(
        &'e self,
        ty: &'e StructuredType,
    ) -> impl Iterator<Item = &'e NavigationProperty> + use<'e> {
        self.lineage(ty).into_iter().flat_map(|ty| ty.navigation.iter())
    }

    /// The type and its ancestors, the root last.
    fn ancestry<'e>(
        &'e self,
        ty: &'e StructuredType,
    ) -> impl Iterator<Item = &'e StructuredType> + use<'e> {
        std::iter::successors(Some(ty), |ty| self.structured(ty.base.as_ref()?))
    }

    fn find_declared(&self, name: &TypeName) -> Option<&SchemaType> {
        match self.declared.get(name) {
            Some(place) => self.at(*place),
            None => self.find(&name.to_string()),
        }
    }

    fn at(&self, (schema, ty): (usize, usize)) -> Option<&SchemaType> {
        self.schemas.get(schema)?.types.get(ty)
    }

    fn check(&self) -> Result<(), EdmError> {
        if !self.schemas.iter().any(|schema| schema.namespace == self.container.namespace) {
            return Err(EdmError::ContainerWithoutSchema(self.container.namespace.clone()));
        }
        for declared in self.schemas.iter().flat_map(|schema| &schema.types) {
            match declared {
                SchemaType::Entity(ty) | SchemaType::Complex(ty) => self.check_structured(ty)?,
                SchemaType::Enum(_) => {}
            }
        }
        let sets = self.container.entity_sets.iter().map(|set| (&set.name, &set.entity_type));
        let singletons = self.container.singletons.iter().map(|one| (&one.name, &one.entity_type));
        for (place, name) in sets.chain(singletons) {
            self.resolved(place, name, |ty| matches!(ty, SchemaType::Entity(_)))?;
        }
        Ok(())
    }

    fn check_structured(&self, ty: &StructuredType) -> Result<(), EdmError> {
        let place = ty.name.to_string();
        let mut ancestor = ty.base.as_ref();
        let mut steps = 0;
        while let Some(base) = ancestor {
            self.resolved(&place, base, |ty| !matches!(ty, SchemaType::Enum(_)))?;
            steps += 1;
            if steps > self.places.len() {
                return Err(EdmError::Circular(ty.name.clone()));
            }
            ancestor = self.structured(base).and_then(|base| base.base.as_ref());
        }
        let mut seen: Vec<String> = Vec::new();
        for property in self.properties(ty) {
            let name = property.name.to_ascii_lowercase();
            if seen.contains(&name) {
                return Err(EdmError::Duplicate(format!("{place}/{}", property.name)));
            }
            seen.push(name);
            self.check_type(&place, &property.ty)?;
        }
        for navigation in &ty.navigation {
            self.resolved(&place, &navigation.target, |ty| matches!(ty, SchemaType::Entity(_)))?;
            self.check_partner(ty, navigation)?;
        }
        Ok(())
    }

    /// What leads back has to come to the type where the way began, or to one that it derives from.
    fn check_partner(
        &self,
        ty: &StructuredType,
        navigation: &NavigationProperty,
    ) -> Result<(), EdmError> {
        let Some(name) = &navigation.partner else { return Ok(()) };
        let target = self.structured(&navigation.target);
        let back = target.and_then(|target| self.navigation(target, name));
        match back {
            Some(back) if back.name == *name && self.is_assignable(ty, &back.target) => Ok(()),
            _ => Err(EdmError::Partner(format!("{}/{}", ty.name, navigation.name))),
        }
    }

    fn check_type(&self, place: &str, ty: &TypeRef) -> Result<(), EdmError> {
        match ty {
            TypeRef::Primitive(_) => Ok(()),
            TypeRef::Enum(name) => {
                self.resolved(place, name, |ty| matches!(ty, SchemaType::Enum(_)))
            }
            TypeRef::Complex(name) => {
                self.resolved(place, name, |ty| matches!(ty, SchemaType::Complex(_)))
            }
            TypeRef::Entity(name) => {
                self.resolved(place, name, |ty| matches!(ty, SchemaType::Entity(_)))
            }
            TypeRef::Collection(item) => self.check_type(place, item),
        }
    }

    fn resolved(
        &self,
        place: &str,
        name: &TypeName,
        fits: impl Fn(&SchemaType) -> bool,
    ) -> Result<(), EdmError> {
        match self.find(&name.to_string()) {
            Some(ty) if fits(ty) => Ok(()),
            _ => Err(EdmError::Unresolved { place: place.to_owned(), name: name.clone() }),
        }
    }
}

impl SchemaType {
    /// The qualified name of the type.
    pub fn name(&self) -> &TypeName {
        match self {
            Self::Entity(ty) | Self::Complex(ty) => &ty.name,
            Self::Enum(ty) => &ty.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::fixture;

    fn complex(name: &'static str, base: Option<&'static str>) -> SchemaType {
        SchemaType::Complex(StructuredType {
            name: TypeName::from_static("t", name),
            base: base.map(|base| TypeName::from_static("t", base)),
            is_abstract: false,
            key: vec![],
            properties: vec![],
            navigation: vec![],
            annotations: vec![],
        })
    }

    #[test]
    fn container_needs_its_schema() {
        let container = EntityContainer {
            namespace: "nowhere".into(),
            name: "c".into(),
            entity_sets: vec![],
            singletons: vec![],
            annotations: vec![],
        };
        let error = Edm::new(vec![], container).unwrap_err();
        assert_eq!(error, EdmError::ContainerWithoutSchema("nowhere".into()));
    }

    #[test]
    fn members_are_found_along_the_line_of_ancestors() {
        let edm = fixture::graph();
        let find = |name: &'static str| {
            edm.structured(&TypeName::from_static("microsoft.graph", name)).unwrap()
        };
        let connection = find("serviceNowConnection");
        assert_eq!(edm.property(connection, "ID").unwrap().name, "id");
        assert_eq!(edm.key(connection), ["id"]);
        assert_eq!(edm.properties(connection).next().unwrap().name, "id");
        assert!(edm.is_assignable(connection, &TypeName::from_static("microsoft.graph", "entity")));
        let management = find("deviceManagement");
        assert!(edm.navigation(management, "servicenowconnections").is_some());
        assert!(edm.property(management, "serviceNowConnections").is_none());
    }

    fn build(types: Vec<SchemaType>) -> Result<Edm, EdmError> {
        let schema = Schema { namespace: "t".into(), alias: Some("a".into()), types };
        let container = EntityContainer {
            namespace: "t".into(),
            name: "c".into(),
            entity_sets: vec![],
            singletons: vec![],
            annotations: vec![],
        };
        Edm::new(vec![schema], container)
    }

    #[test]
    fn types_are_found_by_namespace_alias_and_any_case() {
        let edm = build(vec![complex("One", None)]).unwrap();
        assert!(edm.find("t.One").is_some() && edm.find("A.ONE").is_some());
        assert!(edm.find("One").is_none());
    }

    #[test]
    fn names_that_differ_in_case_only_are_refused() {
        let error = build(vec![complex("One", None), complex("ONE", None)]).unwrap_err();
        assert_eq!(error, EdmError::Duplicate("t.ONE".into()));
    }

    #[test]
    fn partners_lead_back() {
        let to = |name: &'static str, target, partner: Option<&'static str>| NavigationProperty {
            name: name.into(),
            target: TypeName::from_static("t", target),
            collection: false,
            contains_target: false,
            partner: partner.map(Into::into),
            annotations: vec![],
        };
        let ty = |name: &'static str, base: Option<&'static str>, navigation| {
            let SchemaType::Complex(ty) = complex(name, base) else { unreachable!() };
            SchemaType::Entity(StructuredType { navigation, ..ty })
        };
        let built = |partner, back| {
            let many = ty("many", Some("base"), vec![to("one", "one", Some(partner))]);
            let one = ty("one", None, vec![to("many", back, Some("one"))]);
            build(vec![ty("base", None, vec![]), many, one]).map(|_edm| ())
        };
        let refused = |at: &str| Err(EdmError::Partner(at.to_owned()));
        assert_eq!(built("many", "many"), Ok(()));
        assert_eq!(built("Many", "many"), refused("t.many/one"));
        assert_eq!(built("nothing", "many"), refused("t.many/one"));
        assert_eq!(built("many", "base"), refused("t.one/many"));
    }

    #[test]
    fn circles_and_dangling_names_are_refused() {
        let circle = build(vec![complex("A", Some("B")), complex("B", Some("A"))]).unwrap_err();
        assert!(matches!(circle, EdmError::Circular(_)));
        let dangling = build(vec![complex("A", Some("Nope"))]).unwrap_err();
        assert!(matches!(dangling, EdmError::Unresolved { .. }));
    }
}
