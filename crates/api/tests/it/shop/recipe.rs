//! Collections of values as properties, each in a table of its own.

use api::Set;
use identity::Access;
use odata::edm::{
    NavigationProperty, PrimitiveType, SchemaType, StructuredType, TypeName, TypeRef,
};
use store::{Column, ColumnKind, ComplexType, Entities, Relation, Table};
use testkit::TENANT;

use super::model::{COLOUR, partner, property, structured};
use super::tables::column;

pub(super) const RECIPE: TypeName = TypeName::from_static("shop", "recipe");
const STEP: TypeName = TypeName::from_static("shop", "step");
const SOURCE: TypeName = TypeName::from_static("shop", "source");

pub(super) const RECIPES: Set = Set {
    path: "recipes",
    entities: &Entities {
        table: &RECIPE_TABLE,
        ty: RECIPE,
        complex: &[
            ComplexType { path: "source", kind: "source", ty: SOURCE },
            ComplexType { path: "steps", kind: "", ty: STEP },
        ],
    },
    access: Access::ReadConnections,
    order: None,
};

static RECIPE_TABLE: Table = Table {
    name: "recipe",
    columns: &[
        column("id", "recipe_id", ColumnKind::Int64, false),
        column("title", "title", ColumnKind::Text, true),
        column("source", "source", ColumnKind::Presence, true),
        column("source/name", "source_name", ColumnKind::Text, true),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[
        relation("tags", &TAGS, OWNED),
        relation("ratings", &RATINGS, OWNED),
        relation("colours", &COLOURS, OWNED),
        relation("weights", &WEIGHTS, OWNED),
        relation("dates", &DATES, OWNED),
        relation("steps", &STEPS, OWNED),
        relation("source/pages", &PAGES, OWNED),
        relation("variants", &RECIPE_TABLE, &[("recipe_id", "base_id")]),
        Relation {
            path: "base",
            target: &RECIPE_TABLE,
            on: &[("base_id", "recipe_id")],
            many: false,
        },
    ],
    search: None,
};

const OWNED: &[(&str, &str)] = &[("recipe_id", "recipe_id")];
const PLACE: Column = column("place", "place", ColumnKind::Int32, false);

static TAGS: Table = items("recipe_tag", &[PLACE, column("", "value", ColumnKind::Text, true)]);
static RATINGS: Table =
    items("recipe_rating", &[PLACE, column("", "value", ColumnKind::Int32, false)]);
static COLOURS: Table =
    items("recipe_colour", &[PLACE, column("", "value", ColumnKind::Enum, false)]);
static WEIGHTS: Table =
    items("recipe_weight", &[PLACE, column("", "value", ColumnKind::Double, false)]);
static DATES: Table = items("recipe_date", &[PLACE, column("", "value", ColumnKind::Date, false)]);
static PAGES: Table = items("recipe_page", &[PLACE, column("", "value", ColumnKind::Int32, false)]);
static STEPS: Table = items(
    "recipe_step",
    &[
        PLACE,
        column("text", "content", ColumnKind::Text, true),
        column("minutes", "minutes", ColumnKind::Int32, true),
    ],
);

const fn items(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, columns, key: &["place"], casts: &[], types: None, relations: &[], search: None }
}

const fn relation(
    path: &'static str,
    target: &'static Table,
    on: &'static [(&'static str, &'static str)],
) -> Relation {
    Relation { path, target, on, many: true }
}

pub(super) fn types() -> Vec<SchemaType> {
    let of = TypeRef::Primitive;
    let many = |ty| TypeRef::Collection(Box::new(ty));
    let step = vec![
        property("text", of(PrimitiveType::String)),
        property("minutes", of(PrimitiveType::Int32)),
    ];
    let source = vec![
        property("name", of(PrimitiveType::String)),
        property("pages", many(of(PrimitiveType::Int32))),
    ];
    let recipe = vec![
        property("id", of(PrimitiveType::Int64)),
        property("title", of(PrimitiveType::String)),
        property("source", TypeRef::Complex(SOURCE)),
        property("tags", many(of(PrimitiveType::String))),
        property("ratings", many(of(PrimitiveType::Int32))),
        property("colours", many(TypeRef::Enum(COLOUR))),
        property("weights", many(of(PrimitiveType::Double))),
        property("dates", many(of(PrimitiveType::Date))),
        property("steps", many(TypeRef::Complex(STEP))),
    ];
    let to = |name: &'static str, collection| NavigationProperty {
        name: name.into(),
        target: RECIPE,
        collection,
        contains_target: false,
        partner: partner(name),
        annotations: vec![],
    };
    let recipe = StructuredType {
        navigation: vec![to("variants", true), to("base", false)],
        ..structured(RECIPE, &["id"], recipe)
    };
    vec![
        SchemaType::Complex(structured(STEP, &[], step)),
        SchemaType::Complex(structured(SOURCE, &[], source)),
        SchemaType::Entity(recipe),
    ]
}

pub(super) fn rows() -> String {
    let infinite = store::double_code(f64::INFINITY);
    let half = store::double_code(1.5);
    ROWS.replace("TENANT", &format!("'{TENANT}'"))
        .replace("INFINITE", &infinite.to_string())
        .replace("HALF", &half.to_string())
}

/// Some items do not stand in their order, some are of another tenant.
const ROWS: &str = "
CREATE TABLE recipe (tenant_id TEXT NOT NULL, recipe_id BIGINT NOT NULL, title TEXT, source TEXT,
    source_name TEXT, base_id BIGINT, PRIMARY KEY (tenant_id, recipe_id));
CREATE TABLE recipe_tag (tenant_id TEXT, recipe_id BIGINT, place BIGINT, value TEXT);
CREATE TABLE recipe_rating (tenant_id TEXT, recipe_id BIGINT, place BIGINT, value BIGINT);
CREATE TABLE recipe_colour (tenant_id TEXT, recipe_id BIGINT, place BIGINT, value BIGINT);
CREATE TABLE recipe_weight (tenant_id TEXT, recipe_id BIGINT, place BIGINT, value BIGINT);
CREATE TABLE recipe_date (tenant_id TEXT, recipe_id BIGINT, place BIGINT, value BIGINT);
CREATE TABLE recipe_page (tenant_id TEXT, recipe_id BIGINT, place BIGINT, value BIGINT);
CREATE TABLE recipe_step (tenant_id TEXT, recipe_id BIGINT, place BIGINT, content TEXT,
    minutes BIGINT);
INSERT INTO recipe VALUES (TENANT, 1, 'Soup', 'source', 'book', NULL),
    (TENANT, 2, 'Salad', NULL, NULL, 1), (TENANT, 3, 'Toast', 'source', 'web', 1),
    (TENANT, 4, 'Stew', NULL, NULL, 2);
INSERT INTO recipe_tag VALUES (TENANT, 1, 2, 'easy'), (TENANT, 1, 1, 'hot'), (TENANT, 1, 3, 'Ünï'),
    (TENANT, 2, 1, 'easy'), (TENANT, 2, 2, 'cold'), (TENANT, 4, 2, NULL), (TENANT, 4, 1, 'hot'),
    ('another', 3, 1, 'foreign');
INSERT INTO recipe_rating VALUES (TENANT, 1, 3, 5), (TENANT, 1, 1, 5), (TENANT, 1, 2, 3),
    (TENANT, 2, 1, 4), (TENANT, 4, 1, 1), (TENANT, 4, 2, 2), (TENANT, 4, 3, 3), (TENANT, 4, 4, 4);
INSERT INTO recipe_colour VALUES (TENANT, 1, 1, 1), (TENANT, 1, 2, 6), (TENANT, 2, 1, 2);
INSERT INTO recipe_weight VALUES (TENANT, 1, 1, HALF), (TENANT, 1, 2, INFINITE);
INSERT INTO recipe_date VALUES (TENANT, 1, 1, 738894), (TENANT, 1, 2, 738916);
INSERT INTO recipe_page VALUES (TENANT, 1, 1, 12), (TENANT, 1, 2, 13);
INSERT INTO recipe_step VALUES (TENANT, 1, 1, 'Boil', 10), (TENANT, 1, 2, 'Stir', NULL),
    (TENANT, 1, 3, 'Serve', 1), (TENANT, 2, 1, 'Cut', 5), (TENANT, 4, 1, 'Boil', 120);
";
