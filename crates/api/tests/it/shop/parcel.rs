//! Numbers of every kind and bytes: what they are filtered, sorted, paged and shown by.

use api::Set;
use identity::Access;
use odata::edm::{PrimitiveType, SchemaType, TypeName, TypeRef};
use serde_json::json;
use store::{ColumnKind, Entities, Table, double_code};
use testkit::TENANT;

use super::model::{property, structured};
use super::tables::column;
use super::{Shop, answered, pages, rows as found, statuses};

pub(super) const PARCEL: TypeName = TypeName::from_static("shop", "parcel");

pub(super) const PARCELS: Set = Set {
    path: "parcels",
    entities: &Entities { table: &TABLE, ty: PARCEL, complex: &[] },
    access: Access::ReadConnections,
    order: None,
};

static TABLE: Table = Table {
    name: "parcel",
    columns: &[
        column("id", "parcel_id", ColumnKind::Int32, false),
        column("weight", "weight", ColumnKind::Double, true),
        column("ratio", "ratio", ColumnKind::Double, true),
        column("stamp", "stamp", ColumnKind::Binary, true),
        column("floor", "floor", ColumnKind::Int32, true),
        column("pieces", "pieces", ColumnKind::Int32, true),
        column("zone", "zone", ColumnKind::Int32, true),
        column("volume", "volume", ColumnKind::Int64, true),
        column("worth", "worth", ColumnKind::Decimal { scale: 4 }, true),
    ],
    key: &["id"],
    casts: &[],
    types: None,
    relations: &[],
    search: None,
};

pub(super) fn types() -> Vec<SchemaType> {
    let of = TypeRef::Primitive;
    let properties = vec![
        property("id", of(PrimitiveType::Int32)),
        property("weight", of(PrimitiveType::Double)),
        property("ratio", of(PrimitiveType::Single)),
        property("stamp", of(PrimitiveType::Binary)),
        property("floor", of(PrimitiveType::SByte)),
        property("pieces", of(PrimitiveType::Byte)),
        property("zone", of(PrimitiveType::Int16)),
        property("volume", of(PrimitiveType::Int64)),
        property("worth", of(PrimitiveType::Decimal)),
    ];
    vec![SchemaType::Entity(structured(PARCEL, &["id"], properties))]
}

/// Weight, ratio, stamp, and the integers behind.
type Row = (f64, f64, &'static str, [i64; 5]);

const ROWS: [Row; 6] = [
    (1.5, 0.25, "hello", [-128, 255, 32_767, 9_007_199_254_740_993, 1]),
    (-0.0, -0.5, "", [0, 0, -32_768, i64::MIN, i64::MIN]),
    (1e308, 3.402_823_466_385_288_6e38, "é", [127, 7, 0, i64::MAX, i64::MAX]),
    (f64::INFINITY, f64::INFINITY, "hell", [1, 1, 1, 1, 10_000]),
    (f64::NEG_INFINITY, f64::NEG_INFINITY, "help", [-1, 2, -1, -1, -10_000]),
    (f64::NAN, f64::NAN, " ", [2, 3, 2, 2, 25_000]),
];

/// The seventh holds nothing, the eighth the double next to zero.
pub(super) fn rows() -> String {
    let mut sql = "CREATE TABLE parcel (tenant_id TEXT NOT NULL, parcel_id BIGINT NOT NULL,
        weight BIGINT, ratio BIGINT, stamp BLOB, floor BIGINT, pieces BIGINT, zone BIGINT,
        volume BIGINT, worth BIGINT, PRIMARY KEY (tenant_id, parcel_id));
        INSERT INTO parcel (tenant_id, parcel_id) VALUES ('"
        .to_owned();
    sql = format!("{sql}{TENANT}', 7);\n");
    for (id, (weight, ratio, stamp, integers)) in (1..).zip(ROWS) {
        let weight = integer(double_code(weight));
        let ratio = integer(double_code(ratio));
        let integers = integers.map(integer).join(", ");
        sql = format!(
            "{sql}INSERT INTO parcel VALUES ('{TENANT}', {id}, {weight}, {ratio}, \
             CAST('{stamp}' AS BLOB), {integers});\n"
        );
    }
    let tiny = double_code(-5e-324);
    format!(
        "{sql}INSERT INTO parcel (tenant_id, parcel_id, weight) VALUES ('{TENANT}', 8, {tiny});"
    )
}

/// Neither database reads the lowest integer as one of 64 bits.
fn integer(value: i64) -> String {
    match value.checked_add(1) {
        Some(above) if value == i64::MIN => format!("({above} - 1)"),
        _ => value.to_string(),
    }
}

#[tokio::test]
async fn parcels_are_picked_by_doubles() {
    let cases: &[(&str, &[i64])] = &[
        ("parcels?$filter=weight eq 1.5", &[1]),
        ("parcels?$filter=weight eq 15e-1", &[1]),
        ("parcels?$filter=weight eq 0", &[2]),
        ("parcels?$filter=weight eq -0.0", &[2]),
        ("parcels?$filter=weight lt 0", &[5, 8]),
        ("parcels?$filter=weight le 0", &[2, 5, 8]),
        ("parcels?$filter=weight gt 0", &[1, 3, 4]),
        ("parcels?$filter=weight ge 1e308", &[3, 4]),
        ("parcels?$filter=weight gt 1e308", &[4]),
        ("parcels?$filter=weight eq INF", &[4]),
        ("parcels?$filter=weight eq -INF", &[5]),
        ("parcels?$filter=weight lt INF", &[1, 2, 3, 5, 8]),
        ("parcels?$filter=weight eq NaN", &[]),
        ("parcels?$filter=weight ne NaN", &[1, 2, 3, 4, 5, 6, 7, 8]),
        ("parcels?$filter=weight ne weight", &[6]),
        ("parcels?$filter=not (weight eq weight)", &[6]),
        ("parcels?$filter=weight ge -INF", &[1, 2, 3, 4, 5, 8]),
        ("parcels?$filter=not (weight lt 0)", &[1, 2, 3, 4, 6, 7]),
        ("parcels?$filter=weight eq null", &[7]),
        ("parcels?$filter=weight ne null", &[1, 2, 3, 4, 5, 6, 8]),
        ("parcels?$filter=weight in (1.5,-INF,NaN)", &[1, 5]),
        ("parcels?$filter=weight in (null,0)", &[2, 7]),
        ("parcels?$filter=weight eq -5e-324", &[8]),
        ("parcels?$filter=ratio eq 0.25", &[1]),
        ("parcels?$filter=ratio lt weight", &[1, 2, 3]),
        ("parcels?$filter=ratio eq weight", &[4, 5, 7]),
        ("parcels?$filter=ratio ge 1e38", &[3, 4]),
    ];
    found(cases).await;
}

#[tokio::test]
async fn parcels_are_picked_by_integers_and_bytes() {
    let cases: &[(&str, &[i64])] = &[
        ("parcels?$filter=floor eq -128", &[1]),
        ("parcels?$filter=floor lt 0", &[1, 5]),
        ("parcels?$filter=pieces eq 255", &[1]),
        ("parcels?$filter=pieces add 1 eq 256", &[1]),
        ("parcels?$filter=zone eq -32768", &[2]),
        ("parcels?$filter=zone mul 2 gt 65533", &[1]),
        ("parcels?$filter=volume eq 9007199254740993", &[1]),
        ("parcels?$filter=volume eq 9007199254740992", &[]),
        ("parcels?$filter=volume eq -9223372036854775808", &[2]),
        ("parcels?$filter=volume ge 9223372036854775807", &[3]),
        // The results of these do not fit 64 bits.
        ("parcels?$filter=volume add 1 gt 9223372036854775807", &[3]),
        ("parcels?$filter=volume sub 1 lt -9223372036854775808", &[2]),
        ("parcels?$filter=-volume gt 9223372036854775807", &[2]),
        ("parcels?$filter=volume mul 2 eq 18014398509481986", &[1]),
        ("parcels?$filter=worth add 922337203685477.5807 gt 1844674407370955.1613", &[3]),
        ("parcels?$filter=worth mul 1.5 eq 1.5", &[4]),
        ("parcels?$filter=worth div 2 eq 1.25", &[6]),
        ("parcels?$filter=worth eq 0.0001", &[1]),
        ("parcels?$filter=worth eq 0.00010", &[1]),
        ("parcels?$filter=worth lt 0.0001", &[2, 5]),
        ("parcels?$filter=worth eq 922337203685477.5807", &[3]),
        ("parcels?$filter=worth eq 1", &[4]),
        ("parcels?$filter=worth eq 2.5", &[6]),
        ("parcels?$filter=floor eq pieces and floor ne null", &[2, 4]),
        ("parcels?$filter=stamp eq binary'aGVsbG8='", &[1]),
        ("parcels?$filter=stamp eq binary'aGVsbG8'", &[1]),
        ("parcels?$filter=stamp eq binary''", &[2]),
        ("parcels?$filter=stamp eq binary'w6k='", &[3]),
        ("parcels?$filter=stamp eq null", &[7, 8]),
        ("parcels?$filter=stamp gt binary'aGVsbA=='", &[1, 3, 5]),
        ("parcels?$filter=stamp lt binary'aGVsbA=='", &[2, 6]),
        ("parcels?$filter=stamp in (binary'',binary'IA==')", &[2, 6]),
    ];
    found(cases).await;
}

#[tokio::test]
async fn parcels_are_sorted_and_paged() {
    let cases: &[(&str, &[i64])] = &[
        // Null first, then what is no number.
        ("parcels?$orderby=weight", &[7, 6, 5, 8, 2, 1, 3, 4]),
        ("parcels?$orderby=weight desc", &[4, 3, 1, 2, 8, 5, 6, 7]),
        ("parcels?$top=1&$orderby=weight", &[7, 6, 5, 8, 2, 1, 3, 4]),
        ("parcels?$top=1&$orderby=weight desc", &[4, 3, 1, 2, 8, 5, 6, 7]),
        ("parcels?$top=3&$orderby=ratio", &[7, 8, 6, 5, 2, 1, 3, 4]),
        ("parcels?$top=1&$orderby=stamp", &[7, 8, 2, 6, 4, 1, 5, 3]),
        ("parcels?$top=2&$orderby=stamp desc", &[3, 5, 1, 4, 6, 2, 7, 8]),
        ("parcels?$top=1&$orderby=volume", &[7, 8, 2, 5, 4, 6, 1, 3]),
        ("parcels?$top=1&$orderby=worth desc", &[3, 6, 4, 1, 5, 2, 7, 8]),
        ("parcels?$top=2&$orderby=floor,pieces desc", &[7, 8, 1, 5, 2, 4, 6, 3]),
        ("parcels?$top=2&$orderby=weight eq null,zone", &[8, 2, 5, 3, 4, 6, 1, 7]),
    ];
    pages(cases).await;
}

#[tokio::test]
async fn values_of_parcels_are_answered_bare() {
    let cases: &[(&str, u16, &str)] = &[
        ("parcels(1)/weight/$value", 200, "1.5"),
        ("parcels(2)/weight/$value", 200, "0.0"),
        ("parcels(3)/weight/$value", 200, "1e308"),
        ("parcels(4)/weight/$value", 200, "INF"),
        ("parcels(5)/ratio/$value", 200, "-INF"),
        ("parcels(6)/weight/$value", 200, "NaN"),
        ("parcels(8)/weight/$value", 200, "-5e-324"),
        ("parcels(7)/weight", 204, ""),
        ("parcels(1)/stamp/$value", 200, "hello"),
        ("parcels(2)/stamp/$value", 200, ""),
        ("parcels(3)/stamp/$value", 200, "é"),
        ("parcels(7)/stamp/$value", 204, ""),
        ("parcels(2)/volume/$value", 200, "-9223372036854775808"),
        ("parcels(2)/worth/$value", 200, "-922337203685477.5808"),
        ("parcels(1)/worth/$value", 200, "0.0001"),
        ("parcels/$count?$filter=weight gt 0", 200, "3"),
    ];
    answered(cases).await;
    for shop in Shop::both().await {
        for (path, value) in [
            ("parcels(4)/weight", json!("INF")),
            ("parcels(6)/ratio", json!("NaN")),
            ("parcels(3)/weight", json!(1e308)),
            ("parcels(1)/stamp", json!("aGVsbG8")),
            ("parcels(2)/stamp", json!("")),
            ("parcels(1)/volume", json!(9_007_199_254_740_993_i64)),
        ] {
            let answer = shop.get(path).await.expect(200).json();
            assert_eq!(answer["value"], value, "{path}");
        }
        let answer = shop.get("parcels(1)/stamp/$value").await;
        assert_eq!(answer.header("content-type"), "application/octet-stream");
    }
}

#[tokio::test]
async fn parcels_are_shown_with_and_without_their_types() {
    let format = "$format=application/json;odata.metadata";
    for shop in Shop::both().await {
        for (name, path) in [
            ("page", format!("parcels?{format}=none")),
            ("full", format!("parcels(1)?{format}=full")),
            ("text", format!("parcels(1)?{format}=none;IEEE754Compatible=true")),
        ] {
            let body = shop.get(&path).await.expect(200).json();
            insta::allow_duplicates! {
                insta::assert_snapshot!(name, format!("{body:#}"));
            }
        }
    }
}

#[tokio::test]
async fn what_no_parcel_can_be_asked_is_refused() {
    let cases: &[(&str, u16)] = &[
        ("parcels?$filter=stamp eq 'x!'", 400),
        ("parcels?$filter=stamp eq 1", 400),
        ("parcels?$filter=weight eq binary''", 400),
        ("parcels?$filter=weight eq 'a'", 400),
        ("parcels?$filter=length(stamp) gt 1", 400),
        ("parcels?$filter=weight", 400),
        ("parcels?$filter=weight add 1 gt 2", 501),
        ("parcels?$filter=volume add volume gt 2", 501),
        ("parcels?$filter=volume mul 9223372036854775807 gt 2", 501),
        ("parcels?$filter=weight gt volume", 501),
        ("parcels(1.5)", 400),
        ("parcels('1')", 400),
        ("parcels(99999999999)", 404),
        ("parcels(1)/weight/pounds", 400),
    ];
    statuses(cases).await;
}
