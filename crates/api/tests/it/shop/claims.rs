//! What the metadata of the model claims, and that it is so.

use odata::edm::{Annotation, AnnotationValue as Value};
use serde_json::json;

use super::Shop;
use super::model::edm;
use super::tables::SERVICES;

pub(super) fn of_service() -> Vec<Annotation> {
    let flag = |term, value| Annotation::capability(term, Value::Boolean(value));
    let versions = Value::String("4.0 4.01".into());
    vec![
        Annotation { term: "Org.OData.Core.V1.ODataVersions".into(), value: versions },
        flag("KeyAsSegmentSupported", true),
        flag("BatchSupported", true),
        flag("AsynchronousRequestsSupported", false),
        flag("CrossJoinSupported", false),
        flag("QuerySegmentSupported", false),
        odata::apply::supported(),
    ]
}

/// Everything is read only.
pub(super) fn of_singleton() -> Vec<Annotation> {
    vec![restricted("UpdateRestrictions", "Updatable", false)]
}

pub(super) fn of_set(name: &str) -> Vec<Annotation> {
    let has_collections = name == "recipes";
    let yes = || Value::Boolean(true);
    let within = |option| (option, Value::Boolean(has_collections));
    let select = Value::record([
        ("Supported", yes()),
        ("Expandable", Value::Boolean(false)),
        within("Filterable"),
        within("TopSupported"),
        within("SkipSupported"),
        within("Countable"),
        within("Sortable"),
        ("ComputeSupported", yes()),
    ]);
    let mut all = vec![
        restricted("CountRestrictions", "Countable", true),
        restricted("FilterRestrictions", "Filterable", true),
        restricted("SearchRestrictions", "Searchable", name == "products"),
        restricted("SortRestrictions", "Sortable", true),
        restricted("ExpandRestrictions", "Expandable", name != "parcels"),
        restricted("InsertRestrictions", "Insertable", false),
        restricted("UpdateRestrictions", "Updatable", false),
        restricted("DeleteRestrictions", "Deletable", false),
        Annotation::capability("SelectSupport", select),
    ];
    let supported = ["TopSupported", "SkipSupported", "ComputeSupported", "IndexableByKey"];
    all.extend(supported.map(|term| Annotation::capability(term, yes())));
    all
}

fn restricted(term: &str, member: &'static str, value: bool) -> Annotation {
    Annotation::capability(term, Value::record([(member, Value::Boolean(value))]))
}

/// Sets with an entity of each, a property and what can be expanded.
const SETS: [(&str, &str, &str, &str); 7] = [
    ("products", "(1)", "name", "category"),
    ("stocks", "(store='north',product=1)", "amount", "item"),
    ("categories", "(1)", "name", "products"),
    ("parcels", "(1)", "weight", "nothing"),
    ("wares", "(1)", "name", "shelf"),
    ("shelves", "(1)", "label", "contents"),
    ("recipes", "(1)", "title", "variants"),
];

#[tokio::test]
async fn every_set_is_served_as_claimed() {
    for shop in Shop::both().await {
        let json = shop.get("$metadata?$format=json").await.expect(200).json();
        let container = &json["shop"]["container"];
        for (set, key, property, related) in SETS {
            let claim = |path: &str| {
                let (term, member) = path.split_once('/').unwrap_or((path, ""));
                let value = &container[set][format!("@Org.OData.Capabilities.V1.{term}")];
                if member.is_empty() { value.clone() } else { value[member].clone() }
            };
            for (term, rest) in [
                ("CountRestrictions/Countable", "?$count=true".to_owned()),
                ("CountRestrictions/Countable", "/$count".to_owned()),
                ("FilterRestrictions/Filterable", format!("?$filter={property} ne null")),
                ("SearchRestrictions/Searchable", "?$search=x".to_owned()),
                ("SortRestrictions/Sortable", format!("?$orderby={property}")),
                ("ExpandRestrictions/Expandable", format!("?$expand={related}")),
                ("TopSupported", "?$top=1".to_owned()),
                ("SkipSupported", "?$skip=1".to_owned()),
                ("ComputeSupported", "?$compute=1 as one".to_owned()),
                ("SelectSupport/Supported", format!("?$select={property}")),
                ("SelectSupport/Filterable", "?$select=tags($filter=$this ne 'x')".to_owned()),
                ("SelectSupport/TopSupported", "?$select=tags($top=1)".to_owned()),
                ("SelectSupport/SkipSupported", "?$select=tags($skip=1)".to_owned()),
                ("SelectSupport/Countable", "?$select=tags($count=true)".to_owned()),
                ("SelectSupport/Sortable", "?$select=tags($orderby=$this)".to_owned()),
                ("SelectSupport/ComputeSupported", "?$compute=1 as one&$select=one".to_owned()),
                ("IndexableByKey", key.to_owned()),
            ] {
                let answer = shop.get(&format!("{set}{rest}")).await;
                assert_eq!(claim(term), json!(answer.status == 200), "{set}{rest}: {term}");
            }
            for (term, method, rest) in [
                ("InsertRestrictions/Insertable", "POST", ""),
                ("UpdateRestrictions/Updatable", "PATCH", key),
                ("DeleteRestrictions/Deletable", "DELETE", key),
            ] {
                let call = shop.server.call(method, &format!("/shop/v1/{set}{rest}"));
                let answer = call.token(&shop.token).json(&json!({})).send().await;
                assert_eq!(claim(term), json!(answer.status < 300), "{method} {set}{rest}");
            }
        }
    }
}

#[test]
fn partners_are_those_of_the_tables() {
    let [service] = SERVICES else { panic!("one service") };
    let mut partners = 0;
    for set in service.sets {
        let ty = edm().structured(&set.entities.ty).unwrap();
        for relation in set.entities.table.relations {
            let Some(navigation) = edm().navigation(ty, relation.path) else { continue };
            let mirrored: Vec<_> = relation.on.iter().map(|(own, other)| (*other, *own)).collect();
            let back = relation.target.relations.iter().find(|back| {
                std::ptr::eq(back.target, set.entities.table)
                    && back.on == mirrored
                    && back.many != relation.many
            });
            let expect = back.map(|back| back.path);
            assert_eq!(navigation.partner.as_deref(), expect, "{}/{}", set.path, relation.path);
            partners += usize::from(expect.is_some());
        }
    }
    assert_eq!(partners, 10);
}

#[tokio::test]
async fn navigation_is_bound_to_the_only_set_of_its_target() {
    let [shop, _] = Shop::both().await;
    let json = shop.get("$metadata?$format=json").await.expect(200).json();
    for (set, expect) in [
        ("products", json!({ "category": "categories", "stocks": "stocks" })),
        ("categories", json!({ "products": "products", "parent": "categories" })),
        (
            "wares",
            json!({
                "shelf": "shelves", "comesWith": "wares", "extras": "wares",
                "shop.tool/parts": "wares",
            }),
        ),
        ("parcels", json!(null)),
        ("company", json!(null)),
    ] {
        let bound = &json["shop"]["container"][set]["$NavigationPropertyBinding"];
        assert_eq!(*bound, expect, "{set}");
    }
}

/// `tests/js/csdl.mjs` has these files judged by the schemas of OASIS.
#[tokio::test]
async fn the_metadata_of_the_model() {
    let [shop, _] = Shop::both().await;
    let xml = shop.get("$metadata?$format=xml").await.expect(200);
    insta::assert_snapshot!("shop_xml", xml.text());
    let json = shop.get("$metadata?$format=json").await.expect(200);
    let pretty = serde_json::to_string_pretty(&json.json()).unwrap();
    insta::assert_snapshot!("shop_json", pretty);
}
