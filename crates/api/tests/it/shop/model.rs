use std::sync::LazyLock;

use odata::edm::{
    Edm, EntityContainer, EntitySet, EnumMember, EnumType, Facets, Name, NavigationProperty,
    PrimitiveType, Property, Schema, SchemaType, Singleton, StructuredType, TypeName, TypeRef,
};

use super::{claims, parcel, recipe, ware};

pub(super) const PRODUCT: TypeName = TypeName::from_static("shop", "product");
pub(super) const STOCK: TypeName = TypeName::from_static("shop", "stock");
pub(super) const CATEGORY: TypeName = TypeName::from_static("shop", "category");
pub(super) const NOTE: TypeName = TypeName::from_static("shop", "note");
pub(super) const COMPANY: TypeName = TypeName::from_static("shop", "company");
pub(super) const SIZE: TypeName = TypeName::from_static("shop", "size");
pub(super) const PLACE: TypeName = TypeName::from_static("shop", "place");
pub(super) const COLOUR: TypeName = TypeName::from_static("shop", "colour");

pub(super) fn edm() -> &'static Edm {
    static EDM: LazyLock<Edm> = LazyLock::new(|| {
        let types = [types(), parcel::types(), ware::types(), recipe::types()].concat();
        let schema = Schema { namespace: "shop".into(), alias: None, types };
        let set = |name: &'static str, entity_type| EntitySet {
            name: name.into(),
            entity_type,
            annotations: claims::of_set(name),
        };
        let container = EntityContainer {
            namespace: "shop".into(),
            name: "container".into(),
            entity_sets: vec![
                set("products", PRODUCT),
                set("stocks", STOCK),
                set("categories", CATEGORY),
                set("parcels", parcel::PARCEL),
                set("wares", ware::WARE),
                set("shelves", ware::SHELF),
                set("recipes", recipe::RECIPE),
            ],
            singletons: vec![Singleton {
                name: "company".into(),
                entity_type: COMPANY,
                annotations: claims::of_singleton(),
            }],
            annotations: claims::of_service(),
        };
        Edm::new(vec![schema], container).unwrap()
    });
    &EDM
}

fn types() -> Vec<SchemaType> {
    let of = TypeRef::Primitive;
    vec![
        SchemaType::Enum(colours()),
        SchemaType::Complex(structured(
            PLACE,
            &[],
            vec![
                property("shelf", of(PrimitiveType::Int32)),
                property("room", of(PrimitiveType::String)),
            ],
        )),
        SchemaType::Complex(structured(
            SIZE,
            &[],
            vec![
                property("width", of(PrimitiveType::Int32)),
                property("place", TypeRef::Complex(PLACE)),
            ],
        )),
        SchemaType::Entity(structured(
            PRODUCT,
            &["id"],
            vec![
                property("id", of(PrimitiveType::Int64)),
                property("name", of(PrimitiveType::String)),
                property("price", of(PrimitiveType::Decimal)),
                property("released", of(PrimitiveType::Date)),
                property("opens", of(PrimitiveType::TimeOfDay)),
                property("warranty", of(PrimitiveType::Duration)),
                property("changed", of(PrimitiveType::DateTimeOffset)),
                property("tag", of(PrimitiveType::Guid)),
                property("active", of(PrimitiveType::Boolean)),
                property("colour", TypeRef::Enum(COLOUR)),
                property("size", TypeRef::Complex(SIZE)),
            ],
        )),
        SchemaType::Entity(structured(
            CATEGORY,
            &["id"],
            vec![
                property("id", of(PrimitiveType::Int64)),
                property("name", of(PrimitiveType::String)),
            ],
        )),
        SchemaType::Entity(structured(
            NOTE,
            &["id"],
            vec![
                property("id", of(PrimitiveType::Int64)),
                property("text", of(PrimitiveType::String)),
            ],
        )),
        SchemaType::Entity(structured(
            COMPANY,
            &[],
            vec![property("name", of(PrimitiveType::String))],
        )),
        SchemaType::Entity(structured(
            STOCK,
            &["store", "product"],
            vec![
                property("store", of(PrimitiveType::String)),
                property("product", of(PrimitiveType::Int64)),
                property("amount", of(PrimitiveType::Int32)),
            ],
        )),
    ]
}

fn colours() -> EnumType {
    let member =
        |name: &'static str, value| EnumMember { name: name.into(), value, annotations: vec![] };
    let members = vec![member("red", 1), member("green", 2), member("blue", 4)];
    EnumType { name: COLOUR, is_flags: true, members, annotations: vec![] }
}

pub(super) fn structured(
    name: TypeName,
    key: &[&'static str],
    properties: Vec<Property>,
) -> StructuredType {
    let navigation = navigation(&name);
    StructuredType {
        name,
        base: None,
        is_abstract: false,
        key: key.iter().map(|name| (*name).into()).collect(),
        properties,
        navigation,
        annotations: vec![],
    }
}

fn navigation(ty: &TypeName) -> Vec<NavigationProperty> {
    let to = |name: &'static str, target, collection| NavigationProperty {
        name: name.into(),
        target,
        collection,
        contains_target: name == "notes",
        partner: partner(name),
        annotations: vec![],
    };
    match &*ty.name {
        "product" => vec![
            to("category", CATEGORY, false),
            to("stocks", STOCK, true),
            to("notes", NOTE, true),
        ],
        "category" => vec![to("products", PRODUCT, true), to("parent", CATEGORY, false)],
        "stock" => vec![to("item", PRODUCT, false)],
        _ => vec![],
    }
}

/// What leads back by the same columns.
pub(super) fn partner(name: &str) -> Option<Name> {
    const BOTH: [(&str, &str); 5] = [
        ("category", "products"),
        ("stocks", "item"),
        ("shelf", "contents"),
        ("comesWith", "extras"),
        ("variants", "base"),
    ];
    BOTH.into_iter().find_map(|(one, other)| match name {
        _ if name == one => Some(other.into()),
        _ if name == other => Some(one.into()),
        _ => None,
    })
}

/// As the tables have them: decimals are integers of 64 bits with a fixed point.
fn facets(name: &str, ty: &TypeRef) -> Facets {
    let (precision, scale) = match ty {
        TypeRef::Primitive(PrimitiveType::Decimal) => {
            (Some(18), Some(if name == "worth" { 4 } else { 2 }))
        }
        TypeRef::Primitive(
            PrimitiveType::DateTimeOffset | PrimitiveType::Duration | PrimitiveType::TimeOfDay,
        ) => (Some(7), None),
        _ => (None, None),
    };
    Facets { precision, scale, ..Facets::default() }
}

pub(super) fn property(name: &'static str, ty: TypeRef) -> Property {
    let nullable = !matches!(name, "id" | "name" | "store" | "product");
    let facets = facets(name, &ty);
    Property { name: name.into(), ty, nullable, computed: false, facets, annotations: vec![] }
}
