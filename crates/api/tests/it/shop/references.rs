use serde_json::{Value, json};

use super::{Shop, answered, statuses};

fn id(path: &str) -> Value {
    json!({ "@odata.id": format!("http://127.0.0.1:8080/shop/v1/{path}") })
}

fn ids(paths: &[&str]) -> Value {
    paths.iter().map(|path| id(path)).collect()
}

#[tokio::test]
async fn references_to_a_collection_are_read() {
    let cases: &[(&str, &[&str])] = &[
        ("categories(1)/products/$ref", &["products/1", "products/3"]),
        ("categories/1/products/$REF?$orderby=id desc", &["products/3", "products/1"]),
        ("categories(1)/products/$ref?$filter=price ne null", &["products/1"]),
        ("categories(3)/products/$ref", &[]),
        ("products/$ref?$skip=1&$top=1", &["products/2"]),
        ("stocks/$ref?$filter=amount eq 3", &["stocks/so%27uth/1"]),
        ("products(1)/notes/$ref?$top=1", &["products(1)/notes/1"]),
    ];
    for shop in Shop::both().await {
        for (path, expect) in cases {
            for accept in ["application/json", "application/json;odata.metadata=none"] {
                let path = format!("/shop/v1/{}", path.replace(' ', "%20"));
                let call = shop.server.call("GET", &path).token(&shop.token);
                let answer = call.header("accept", accept).send().await.expect(200).json();
                assert_eq!(answer["value"], ids(expect), "{path}");
                let context = answer["@odata.context"].as_str().unwrap_or("#Collection($ref)");
                assert!(context.ends_with("#Collection($ref)"), "{context}");
            }
        }
        let counted = shop.get("products/$ref?$count=true&$top=2").await.expect(200).json();
        assert_eq!(counted["@odata.count"], 5);
        let next = Shop::next(&counted).unwrap();
        assert!(next.starts_with("products/$ref?"), "{next}");
        let rest = shop.get(&next).await.expect(200).json();
        assert_eq!(rest["value"], ids(&["products/3", "products/4"]));
    }
}

#[tokio::test]
async fn a_reference_to_one_entity_is_read() {
    let cases = [
        ("products(1)/category/$ref", "categories/1"),
        ("products(1)/$ref", "products/1"),
        ("categories(1)/products(3)/$ref", "products/3"),
        ("stocks(store='north',product=2)/item/$ref", "products/2"),
        ("products(1)/notes(2)/$ref", "products(1)/notes/2"),
        ("company/$ref", "company"),
    ];
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let mut expect = id(expect);
            expect["@odata.context"] = "http://127.0.0.1:8080/shop/v1/$metadata#$ref".into();
            assert_eq!(shop.get(path).await.expect(200).json(), expect, "{path}");
        }
    }
    answered(&[("products(5)/category/$ref", 204, "")]).await;
}

#[tokio::test]
async fn references_are_expanded() {
    let cases = [
        (
            "products?$select=id&$filter=id ge 4&$expand=category/$ref",
            json!([{"id": 4, "category": id("categories/2")}, {"id": 5, "category": null}]),
        ),
        (
            "categories?$select=id&$filter=id eq 1&$expand=products/$ref($orderby=id desc;$top=1;$count=true)",
            json!([{"id": 1, "products@odata.count": 2, "products": ids(&["products/3"])}]),
        ),
        (
            "products?$select=id&$filter=id eq 1&$expand=notes/$ref($filter=id le 2)",
            json!([{"id": 1, "notes": ids(&["products/1/notes/1", "products/1/notes/2"])}]),
        ),
        (
            "categories?$select=id&$filter=id eq 3&$expand=parent($select=id;$expand=products/$ref)",
            json!([{"id": 3, "parent": {"id": 2, "products": ids(&["products/2", "products/4"])}}]),
        ),
    ];
    for shop in Shop::both().await {
        for (path, expect) in &cases {
            let path = format!("/shop/v1/{}", path.replace(' ', "%20"));
            let call = shop.server.call("GET", &path).token(&shop.token);
            let none = call.header("accept", "application/json;odata.metadata=none");
            assert_eq!(none.send().await.expect(200).json()["value"], *expect, "{path}");
        }
        let answer = shop.get("products?$expand=category/$ref").await.expect(200).json();
        let context = "http://127.0.0.1:8080/shop/v1/$metadata#products";
        assert_eq!(answer["@odata.context"], context);
    }
}

#[tokio::test]
async fn full_metadata_leads_to_what_is_related() {
    let full = "application/json;odata.metadata=full";
    for shop in Shop::both().await {
        let path = "/shop/v1/products(1)?$select=id&$expand=category($select=id)";
        let call = shop.server.call("GET", path).token(&shop.token).header("accept", full);
        let answer = call.send().await.expect(200).json();
        let root = "http://127.0.0.1:8080/shop/v1";
        let of = |member: &str| answer[member].as_str().unwrap_or_default().replace(root, "");
        assert_eq!(of("@odata.id"), "/products/1");
        assert_eq!(of("@odata.editLink"), "/products/1");
        assert_eq!(of("category@odata.associationLink"), "/products/1/category/$ref");
        assert_eq!(of("category@odata.navigationLink"), "/products/1/category");
        assert_eq!(of("notes@odata.navigationLink"), "/products/1/notes");
        assert_eq!(answer["category"]["@odata.id"], format!("{root}/categories/1"));
        let links: Vec<_> = answer["category"]
            .as_object()
            .unwrap()
            .iter()
            .chain(answer.as_object().unwrap())
            .filter(|(name, _)| name.ends_with("Link"))
            .map(|(_, link)| link.as_str().unwrap().replace(&format!("{root}/"), ""))
            .collect();
        assert!(links.len() >= 10, "{links:?}");
        for link in links {
            let status = shop.get(&link).await.status;
            assert!(matches!(status, 200 | 204), "{link}: {status}");
        }
    }
}

#[tokio::test]
async fn what_has_no_reference_is_refused() {
    let cases: &[(&str, u16)] = &[
        ("products(9)/$ref", 404),
        ("products(1)/name/$ref", 400),
        ("products/$count/$ref", 400),
        ("products/$ref/$count", 400),
        ("products/$ref?$select=id", 400),
        ("products/$ref?$expand=category", 400),
        ("products(1)/$ref?$filter=id eq 1", 400),
    ];
    statuses(cases).await;
}
