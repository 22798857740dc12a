use api::{Service, Set};
use identity::Access;
use store::{Column, ColumnKind, ComplexType, Entities, Relation, Searched, Table};

use super::model::{self, CATEGORY, COMPANY, NOTE, PLACE, PRODUCT, SIZE, STOCK};
use super::{parcel, recipe, ware};

pub(super) const SERVICES: &[Service] = &[Service {
    path: "shop/v1",
    edm: model::edm,
    sets: &[
        PRODUCTS,
        STOCKS,
        CATEGORIES,
        COMPANIES,
        parcel::PARCELS,
        ware::WARES,
        ware::SHELVES,
        recipe::RECIPES,
    ],
    contained: &[NOTES],
}];

const PRODUCTS: Set = Set {
    path: "products",
    entities: &Entities {
        table: &PRODUCT_TABLE,
        ty: PRODUCT,
        complex: &[
            ComplexType { path: "size", kind: "size", ty: SIZE },
            ComplexType { path: "size/place", kind: "place", ty: PLACE },
        ],
    },
    access: Access::ReadConnections,
    order: None,
};

const STOCKS: Set = Set {
    path: "stocks",
    entities: &Entities { table: &STOCK_TABLE, ty: STOCK, complex: &[] },
    access: Access::ReadConnections,
    order: Some("amount"),
};

const CATEGORIES: Set = Set {
    path: "categories",
    entities: &Entities { table: &CATEGORY_TABLE, ty: CATEGORY, complex: &[] },
    access: Access::ReadConnections,
    order: None,
};
const COMPANIES: Set = Set {
    path: "company",
    entities: &Entities { table: &COMPANY_TABLE, ty: COMPANY, complex: &[] },
    access: Access::ReadConnections,
    order: None,
};
const NOTES: Set = Set {
    path: "",
    entities: &Entities { table: &NOTE_TABLE, ty: NOTE, complex: &[] },
    access: Access::ReadConnections,
    order: None,
};

static CATEGORY_TABLE: Table = Table {
    name: "category",
    columns: &[
        column("id", "category_id", ColumnKind::Int64, false),
        column("name", "name", ColumnKind::Text, false),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[
        Relation {
            path: "products",
            target: &PRODUCT_TABLE,
            on: &[("category_id", "category_id")],
            many: true,
        },
        Relation {
            path: "parent",
            target: &CATEGORY_TABLE,
            on: &[("parent_id", "category_id")],
            many: false,
        },
    ],
    search: None,
};

static COMPANY_TABLE: Table = Table {
    name: "company",
    columns: &[column("name", "name", ColumnKind::Text, false)],
    key: &["name"],
    casts: &[],
    types: None,
    relations: &[],
    search: None,
};

static NOTE_TABLE: Table = Table {
    name: "note",
    columns: &[
        column("id", "note_id", ColumnKind::Int64, false),
        column("text", "content", ColumnKind::Text, true),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[],
    search: Some(Searched::walked("words")),
};

static PRODUCT_TABLE: Table = Table {
    name: "product",
    columns: &[
        column("id", "product_id", ColumnKind::Int64, false),
        column("name", "name", ColumnKind::Text, false),
        column("price", "price", ColumnKind::Decimal { scale: 2 }, true),
        column("released", "released", ColumnKind::Date, true),
        column("opens", "opens", ColumnKind::TimeOfDay, true),
        column("warranty", "warranty", ColumnKind::Duration, true),
        column("changed", "changed", ColumnKind::Timestamp, true),
        column("tag", "tag", ColumnKind::Guid, true),
        column("active", "active", ColumnKind::Boolean, true),
        column("colour", "colour", ColumnKind::Enum, true),
        column("size", "size", ColumnKind::Presence, true),
        column("size/width", "width", ColumnKind::Int32, true),
        column("size/place", "place", ColumnKind::Presence, true),
        column("size/place/shelf", "shelf", ColumnKind::Int32, true),
        column("size/place/room", "room", ColumnKind::Text, true),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[
        Relation {
            path: "category",
            target: &CATEGORY_TABLE,
            on: &[("category_id", "category_id")],
            many: false,
        },
        Relation {
            path: "stocks",
            target: &STOCK_TABLE,
            on: &[("product_id", "product_id")],
            many: true,
        },
        Relation {
            path: "notes",
            target: &NOTE_TABLE,
            on: &[("product_id", "product_id")],
            many: true,
        },
    ],
    search: Some(Searched::walked("words")),
};

static STOCK_TABLE: Table = Table {
    name: "stock",
    columns: &[
        column("store", "store", ColumnKind::Text, false),
        column("product", "product_id", ColumnKind::Int64, false),
        column("amount", "amount", ColumnKind::Int32, true),
    ],
    key: &["store", "product"],
    casts: &[],
    types: None,
    relations: &[Relation {
        path: "item",
        target: &PRODUCT_TABLE,
        on: &[("product_id", "product_id")],
        many: false,
    }],
    search: None,
};

pub(super) const fn column(
    path: &'static str,
    sql: &'static str,
    kind: ColumnKind,
    nullable: bool,
) -> Column {
    Column { path, sql, kind, nullable }
}

/// The last product and the last stock are another tenant's.
pub(super) const ROWS: &str = "
CREATE TABLE product (tenant_id TEXT NOT NULL, product_id BIGINT NOT NULL, name TEXT NOT NULL,
    price BIGINT, released BIGINT, opens BIGINT, warranty BIGINT, changed BIGINT, tag TEXT,
    active BIGINT, colour BIGINT, size TEXT, width BIGINT, place TEXT, shelf BIGINT, room TEXT,
    PRIMARY KEY (tenant_id, product_id));
CREATE TABLE stock (tenant_id TEXT NOT NULL, store TEXT NOT NULL, product_id BIGINT NOT NULL,
    amount BIGINT, PRIMARY KEY (tenant_id, store, product_id));
INSERT INTO product VALUES
    ('11111111-1111-1111-1111-111111111111', 1, 'Lamp', 1250, 730119, 324000000000, 864000000000,
     630822816000000000, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1, 1, 'size', 30, 'place', 4, 'A'),
    ('11111111-1111-1111-1111-111111111111', 2, 'Table', 9900, 730120, 360000000000, 36000000000,
     630823680000000000, 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 0, 3, 'size', 120, NULL, NULL, NULL),
    ('11111111-1111-1111-1111-111111111111', 3, 'Chair', NULL, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('11111111-1111-1111-1111-111111111111', 4, 'Émile''s desk', 10000, 730500, 0, -600000000,
     630823680000000001, 'c0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1, 4, 'size', NULL, 'place', NULL, 'B'),
    ('11111111-1111-1111-1111-111111111111', 5, 'bed', -5, 730121, 863999999999, 0,
     630823680000000000, 'd0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1, 7, 'size', 90, 'place', 1, NULL),
    ('22222222-2222-2222-2222-222222222222', 6, 'Lamp', 1, NULL, NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO stock VALUES
    ('11111111-1111-1111-1111-111111111111', 'north', 1, 7),
    ('11111111-1111-1111-1111-111111111111', 'north', 2, NULL),
    ('11111111-1111-1111-1111-111111111111', 'so''uth', 1, 3),
    ('22222222-2222-2222-2222-222222222222', 'north', 9, 1);
CREATE TABLE category (tenant_id TEXT NOT NULL, category_id BIGINT NOT NULL, name TEXT NOT NULL,
    parent_id BIGINT, PRIMARY KEY (tenant_id, category_id));
CREATE TABLE company (tenant_id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (tenant_id, name));
CREATE TABLE note (tenant_id TEXT NOT NULL, note_id BIGINT NOT NULL, content TEXT,
    product_id BIGINT NOT NULL, PRIMARY KEY (tenant_id, note_id));
ALTER TABLE product ADD COLUMN category_id BIGINT;
UPDATE product SET category_id = 1 WHERE product_id IN (1, 3, 6);
UPDATE product SET category_id = 2 WHERE product_id IN (2, 4);
INSERT INTO category VALUES
    ('11111111-1111-1111-1111-111111111111', 1, 'Small', NULL),
    ('11111111-1111-1111-1111-111111111111', 2, 'Large', 1),
    ('11111111-1111-1111-1111-111111111111', 3, 'Empty', 2),
    ('22222222-2222-2222-2222-222222222222', 1, 'Foreign', NULL);
INSERT INTO company VALUES
    ('11111111-1111-1111-1111-111111111111', 'Contoso'),
    ('22222222-2222-2222-2222-222222222222', 'Fabrikam');
INSERT INTO note VALUES
    ('11111111-1111-1111-1111-111111111111', 1, 'bright', 1),
    ('11111111-1111-1111-1111-111111111111', 2, 'warm', 1),
    ('11111111-1111-1111-1111-111111111111', 3, NULL, 1),
    ('11111111-1111-1111-1111-111111111111', 4, 'heavy', 2),
    ('22222222-2222-2222-2222-222222222222', 5, 'foreign', 1);
";
