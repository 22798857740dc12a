//! Entities of several types in one table: wares are food or tools, and some food is fruit.

use api::Set;
use identity::Access;
use odata::edm::{
    NavigationProperty, PrimitiveType, SchemaType, StructuredType, TypeName, TypeRef,
};
use store::{ColumnKind, ComplexType, Entities, Relation, RowType, RowTypes, Table};
use testkit::TENANT;

use super::model::{PLACE, SIZE, partner, property, structured};
use super::tables::column;

pub(super) const WARE: TypeName = TypeName::from_static("shop", "ware");
pub(super) const SHELF: TypeName = TypeName::from_static("shop", "shelf");
const FOOD: TypeName = TypeName::from_static("shop", "food");
const FRUIT: TypeName = TypeName::from_static("shop", "fruit");
const TOOL: TypeName = TypeName::from_static("shop", "tool");

pub(super) const WARES: Set = Set {
    path: "wares",
    entities: &Entities {
        table: &WARE_TABLE,
        ty: WARE,
        complex: &[
            ComplexType { path: "grip", kind: "size", ty: SIZE },
            ComplexType { path: "grip/place", kind: "place", ty: PLACE },
        ],
    },
    access: Access::ReadConnections,
    order: None,
};

pub(super) const SHELVES: Set = Set {
    path: "shelves",
    entities: &Entities { table: &SHELF_TABLE, ty: SHELF, complex: &[] },
    access: Access::ReadConnections,
    order: None,
};

static WARE_TABLE: Table = Table {
    name: "ware",
    columns: &[
        column("id", "ware_id", ColumnKind::Int64, false),
        column("name", "name", ColumnKind::Text, false),
        column("price", "price", ColumnKind::Decimal { scale: 2 }, true),
        column("bestBefore", "best_before", ColumnKind::Date, true),
        column("organic", "organic", ColumnKind::Boolean, true),
        column("seedless", "seedless", ColumnKind::Boolean, true),
        column("voltage", "voltage", ColumnKind::Int32, true),
        column("grip", "grip", ColumnKind::Presence, true),
        column("grip/width", "grip_width", ColumnKind::Int32, true),
        column("grip/place", "grip_place", ColumnKind::Presence, true),
    ],
    key: &["id"],
    casts: &[],
    types: Some(RowTypes {
        column: "kind",
        each: &[
            RowType { kind: "food", ty: FOOD, own: &["bestBefore", "organic"] },
            RowType { kind: "fruit", ty: FRUIT, own: &["bestBefore", "organic", "seedless"] },
            RowType { kind: "tool", ty: TOOL, own: &["voltage", "grip"] },
        ],
    }),
    relations: &[
        relation("shelf", &SHELF_TABLE, &[("shelf_id", "shelf_id")], false),
        relation("comesWith", &WARE_TABLE, &[("with_id", "ware_id")], false),
        relation("extras", &WARE_TABLE, &[("ware_id", "with_id")], true),
        relation("parts", &WARE_TABLE, &[("ware_id", "part_of")], true),
    ],
    search: None,
};

static SHELF_TABLE: Table = Table {
    name: "shelf",
    columns: &[
        column("id", "shelf_id", ColumnKind::Int64, false),
        column("label", "label", ColumnKind::Text, true),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[
        relation("contents", &WARE_TABLE, &[("shelf_id", "shelf_id")], true),
        relation("display", &WARE_TABLE, &[("display_id", "ware_id")], false),
    ],
    search: None,
};

const fn relation(
    path: &'static str,
    target: &'static Table,
    on: &'static [(&'static str, &'static str)],
    many: bool,
) -> Relation {
    Relation { path, target, on, many }
}

pub(super) fn types() -> Vec<SchemaType> {
    let of = TypeRef::Primitive;
    let ware = StructuredType {
        is_abstract: true,
        navigation: vec![
            to("shelf", SHELF, false),
            to("comesWith", WARE, false),
            to("extras", WARE, true),
        ],
        ..structured(
            WARE,
            &["id"],
            vec![
                property("id", of(PrimitiveType::Int64)),
                property("name", of(PrimitiveType::String)),
                property("price", of(PrimitiveType::Decimal)),
            ],
        )
    };
    let derived = |name, base, properties| StructuredType {
        base: Some(base),
        ..structured(name, &[], properties)
    };
    let date = property("bestBefore", of(PrimitiveType::Date));
    let food = vec![date, property("organic", of(PrimitiveType::Boolean))];
    let fruit = vec![property("seedless", of(PrimitiveType::Boolean))];
    let grip = property("grip", TypeRef::Complex(SIZE));
    let tool = vec![property("voltage", of(PrimitiveType::Int32)), grip];
    let tool =
        StructuredType { navigation: vec![to("parts", TOOL, true)], ..derived(TOOL, WARE, tool) };
    let shelf = vec![
        property("id", of(PrimitiveType::Int64)),
        property("label", of(PrimitiveType::String)),
    ];
    let shelf = StructuredType {
        navigation: vec![to("contents", WARE, true), to("display", FOOD, false)],
        ..structured(SHELF, &["id"], shelf)
    };
    let all = [ware, derived(FOOD, WARE, food), derived(FRUIT, FOOD, fruit), tool, shelf];
    all.into_iter().map(SchemaType::Entity).collect()
}

fn to(name: &'static str, target: TypeName, collection: bool) -> NavigationProperty {
    NavigationProperty {
        name: name.into(),
        target,
        collection,
        contains_target: false,
        partner: partner(name),
        annotations: vec![],
    }
}

/// The last ware is another tenant's.
pub(super) fn rows() -> String {
    ROWS.replace("TENANT", &format!("'{TENANT}'"))
}

const ROWS: &str = "
CREATE TABLE shelf (tenant_id TEXT NOT NULL, shelf_id BIGINT NOT NULL, label TEXT,
    display_id BIGINT, PRIMARY KEY (tenant_id, shelf_id));
CREATE TABLE ware (tenant_id TEXT NOT NULL, ware_id BIGINT NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, price BIGINT, best_before BIGINT, organic BIGINT, seedless BIGINT,
    voltage BIGINT, grip TEXT, grip_width BIGINT, grip_place TEXT, shelf_id BIGINT,
    with_id BIGINT, part_of BIGINT, PRIMARY KEY (tenant_id, ware_id));
INSERT INTO shelf VALUES (TENANT, 1, 'front', 1), (TENANT, 2, 'back', 3), (TENANT, 3, NULL, NULL),
    (TENANT, 4, 'empty', NULL);
INSERT INTO ware VALUES
    (TENANT, 1, 'fruit', 'Apple', 50, 738916, 1, 0, NULL, NULL, NULL, NULL, 1, NULL, NULL),
    (TENANT, 2, 'food', 'Bread', 220, 738894, 0, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL),
    (TENANT, 3, 'food', 'Salt', 100, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2, NULL, NULL),
    (TENANT, 4, 'fruit', 'Grape', 300, 738904, NULL, 1, NULL, NULL, NULL, NULL, 2, 2, NULL),
    (TENANT, 5, 'tool', 'Drill', 8000, NULL, NULL, NULL, 230, 'size', 5, NULL, 3, NULL, NULL),
    (TENANT, 6, 'tool', 'Bit', 400, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 5, 5),
    (TENANT, 7, 'tool', 'Hammer', NULL, NULL, NULL, NULL, NULL, 'size', NULL, NULL, 1, NULL, NULL),
    ('22222222-2222-2222-2222-222222222222', 8, 'food', 'Foreign', 1, NULL, NULL, NULL, NULL, NULL,
     NULL, NULL, 1, 5, 5);
";
