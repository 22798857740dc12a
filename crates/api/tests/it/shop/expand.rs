use serde_json::{Value, json};

use super::Shop;

/// Without types and context, which other tests are about.
pub(super) fn bare(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "@odata.type" | "@odata.context"))
            .map(|(name, value)| (name.clone(), bare(value)))
            .collect(),
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}

/// Compares the rows of a page, on both databases.
async fn check(cases: &[(&str, Value)]) {
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(bare(&answer.json()["value"]), *expect, "{path}");
        }
    }
}

#[tokio::test]
async fn related_entities_are_expanded() {
    let cases = [
        (
            "categories?$select=id&$expand=products($select=id)",
            json!([
                {"id": 1, "products": [{"id": 1}, {"id": 3}]},
                {"id": 2, "products": [{"id": 2}, {"id": 4}]},
                {"id": 3, "products": []},
            ]),
        ),
        (
            "categories?$select=id&$expand=parent($select=name)",
            json!([
                {"id": 1, "parent": null},
                {"id": 2, "parent": {"name": "Small"}},
                {"id": 3, "parent": {"name": "Large"}},
            ]),
        ),
        (
            "categories?$select=id&$expand=products($select=id;$top=1;$orderby=id desc;$count=true)",
            json!([
                {"id": 1, "products@odata.count": 2, "products": [{"id": 3}]},
                {"id": 2, "products@odata.count": 2, "products": [{"id": 4}]},
                {"id": 3, "products@odata.count": 0, "products": []},
            ]),
        ),
        (
            "categories?$select=id&$expand=products($select=id;$skip=1)&$top=2&$skip=1",
            json!([
                {"id": 2, "products": [{"id": 4}]},
                {"id": 3, "products": []},
            ]),
        ),
        (
            "categories?$select=id&$expand=products($select=id;$filter=price gt 50)",
            json!([
                {"id": 1, "products": []},
                {"id": 2, "products": [{"id": 2}, {"id": 4}]},
                {"id": 3, "products": []},
            ]),
        ),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn counts_and_levels_are_expanded() {
    let cases = [
        (
            "categories?$select=id&$expand=products/$count($filter=price ne null)",
            json!([
                {"id": 1, "products@odata.count": 1},
                {"id": 2, "products@odata.count": 2},
                {"id": 3, "products@odata.count": 0},
            ]),
        ),
        (
            "categories?$select=id&$filter=id le 2&$expand=parent($select=id;$expand=products($select=id;$expand=notes($select=text;$filter=text ne null)))",
            json!([
                {"id": 1, "parent": null},
                {"id": 2, "parent": {"id": 1, "products": [
                    {"id": 1, "notes": [{"text": "bright"}, {"text": "warm"}]},
                    {"id": 3, "notes": []},
                ]}},
            ]),
        ),
        (
            "products?$select=id&$filter=id le 2&$expand=stocks($select=store),category($select=name)",
            json!([
                {"id": 1, "stocks": [{"store": "north"}, {"store": "so'uth"}], "category": {"name": "Small"}},
                {"id": 2, "stocks": [{"store": "north"}], "category": {"name": "Large"}},
            ]),
        ),
        (
            "stocks?$select=amount&$expand=item($select=name)",
            json!([
                {"amount": null, "item": {"name": "Table"}},
                {"amount": 3, "item": {"name": "Lamp"}},
                {"amount": 7, "item": {"name": "Lamp"}},
            ]),
        ),
        (
            "categories(1)/products?$select=id&$expand=notes($select=id;$filter=text eq null)",
            json!([
                {"id": 1, "notes": [{"id": 3}]},
                {"id": 3, "notes": []},
            ]),
        ),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn an_item_repeats_itself_by_levels() {
    let small = json!({"id": 1, "parent": null});
    let large = json!({"id": 2, "parent": small});
    let cases = [
        (
            "categories?$filter=id eq 3&$select=id&$expand=parent($levels=2;$select=id)",
            json!([{"id": 3, "parent": {"id": 2, "parent": {"id": 1}}}]),
        ),
        (
            "categories?$select=id&$expand=parent($levels=3;$select=id)",
            json!([small, large, {"id": 3, "parent": large}]),
        ),
        (
            "categories?$filter=id eq 3&$select=id&$expand=parent($levels=max;$select=id)",
            json!([{"id": 3, "parent": large}]),
        ),
        (
            "categories?$filter=id eq 3&$select=id&$expand=parent($levels=1;$select=id)",
            json!([{"id": 3, "parent": {"id": 2}}]),
        ),
        (
            "categories?$filter=id eq 2&$select=id&$expand=parent($levels=max;$select=id;$expand=products($select=id))",
            json!([{"id": 2, "parent": {"id": 1, "parent": null, "products": [{"id": 1}, {"id": 3}]}}]),
        ),
        (
            "products?$filter=id eq 2&$select=id&$expand=category($select=id;$expand=parent($levels=max;$select=id))",
            json!([{"id": 2, "category": large}]),
        ),
    ];
    check(&cases).await;
    let [shop, _] = Shop::both().await;
    for (path, expect) in [
        ("categories?$expand=parent($levels=3)", "categories(parent+())"),
        ("categories?$expand=parent($levels=1)", "categories(parent())"),
        (
            "categories?$select=id&$expand=parent($levels=max;$select=id;$expand=products)",
            "categories(id,parent+(id,products()))",
        ),
    ] {
        let answer = shop.get(path).await.expect(200).json();
        let context = format!("http://127.0.0.1:8080/shop/v1/$metadata#{expect}");
        assert_eq!(answer["@odata.context"], context, "{path}");
    }
}

#[tokio::test]
async fn everything_related_is_expanded() {
    for shop in Shop::both().await {
        let path = "products(1)?$select=id&$expand=*,notes/$count,stocks/$ref";
        let answer = shop.get(path).await.expect(200).json();
        assert_eq!(answer["category"]["name"], "Small", "{answer}");
        assert_eq!(answer["notes@odata.count"], 3);
        assert_eq!(answer["stocks"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn one_entity_is_expanded_too() {
    for shop in Shop::both().await {
        let path = "products(1)?$select=name&$expand=category,notes($select=id)";
        let answer = shop.get(path).await.expect(200).json();
        let context =
            "http://127.0.0.1:8080/shop/v1/$metadata#products(name,category(),notes(id))/$entity";
        assert_eq!(answer["@odata.context"], context);
        let expect = json!({
            "name": "Lamp",
            "category": {"id": 1, "name": "Small"},
            "notes": [{"id": 1}, {"id": 2}, {"id": 3}],
        });
        assert_eq!(bare(&answer), expect);
    }
}

#[tokio::test]
async fn pages_keep_what_is_expanded() {
    for shop in Shop::both().await {
        let first = "categories?$select=id&$top=2&$expand=products($select=id)";
        let page = shop.get(first).await.expect(200).json();
        let next = shop.get(&Shop::next(&page).unwrap()).await.expect(200).json();
        assert_eq!(bare(&next["value"]), json!([{"id": 3, "products": []}]));
    }
}

#[tokio::test]
async fn what_cannot_be_expanded_is_refused() {
    let deep = "parent($expand=".repeat(4) + "parent" + &")".repeat(4);
    let wide = "products($expand=category($expand=products,parent),stocks($expand=item($expand=category,stocks,notes)),notes),parent($expand=parent($expand=products($expand=category,stocks,notes),parent),products)";
    let cases: &[(&str, u16)] = &[
        ("categories?$expand=nothing", 400),
        ("categories?$expand=name", 400),
        ("categories?$expand=products($filter=nothing eq 1)", 400),
        ("categories?$expand=products($levels=2)", 400),
        ("categories?$expand=parent($levels=0)", 400),
        ("categories?$expand=products($filter=$it/name eq name)", 501),
        ("categories?$expand=products($orderby=$it/name)", 501),
        ("products?$select=size($select=width;$compute=$it/size/width add 1 as w)", 501),
        ("categories?$expand=parent($levels=5)", 501),
        ("categories?$expand=parent($levels=4;$expand=products)", 501),
        ("categories?$expand=products($expand=category($expand=parent($levels=3)))", 501),
        ("categories?$expand=parent($levels=2;$expand=parent)", 501),
        ("categories?$expand=products/$ref($select=id)", 400),
        ("categories/$count?$expand=products", 400),
    ];
    for shop in Shop::both().await {
        for (path, status) in cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, *status, "{path}: {}", answer.text());
        }
        shop.get(&format!("categories?$expand={deep}")).await.expect(501);
        shop.get(&format!("categories?$expand={wide}")).await.expect(501);
    }
}
