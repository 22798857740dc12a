use std::sync::LazyLock;

use odata::edm::{
    Edm, EntityContainer, EntitySet, EnumMember, EnumType, PrimitiveType, Property, Schema,
    SchemaType, StructuredType, TypeName, TypeRef,
};

pub(super) const PRODUCT: TypeName = TypeName::from_static("shop", "product");
pub(super) const STOCK: TypeName = TypeName::from_static("shop", "stock");
pub(super) const SIZE: TypeName = TypeName::from_static("shop", "size");
pub(super) const PLACE: TypeName = TypeName::from_static("shop", "place");
const COLOUR: TypeName = TypeName::from_static("shop", "colour");

pub(super) fn edm() -> &'static Edm {
    static EDM: LazyLock<Edm> = LazyLock::new(|| {
        let schema = Schema { namespace: "shop".into(), alias: None, types: types() };
        let set = |name: &'static str, entity_type| EntitySet {
            name: name.into(),
            entity_type,
            annotations: vec![],
        };
        let container = EntityContainer {
            namespace: "shop".into(),
            name: "container".into(),
            entity_sets: vec![set("products", PRODUCT), set("stocks", STOCK)],
            singletons: vec![],
            annotations: vec![],
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

fn structured(name: TypeName, key: &[&'static str], properties: Vec<Property>) -> StructuredType {
    StructuredType {
        name,
        base: None,
        is_abstract: false,
        key: key.iter().map(|name| (*name).into()).collect(),
        properties,
        navigation: vec![],
        annotations: vec![],
    }
}

fn property(name: &'static str, ty: TypeRef) -> Property {
    let nullable = !matches!(name, "id" | "name" | "store" | "product");
    Property { name: name.into(), ty, nullable, computed: false, annotations: vec![] }
}
