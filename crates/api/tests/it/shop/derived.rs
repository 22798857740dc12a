use serde_json::json;

use super::expand::bare;
use super::{Shop, answered, pages, rows, statuses};

#[tokio::test]
async fn paths_lead_to_entities_of_a_derived_type() {
    let cases: &[(&str, &[i64])] = &[
        ("wares", &[1, 2, 3, 4, 5, 6, 7]),
        ("wares/shop.food", &[1, 2, 3, 4]),
        ("wares/shop.fruit", &[1, 4]),
        ("wares/shop.tool", &[5, 6, 7]),
        ("wares/shop.ware", &[1, 2, 3, 4, 5, 6, 7]),
        ("wares/shop.food/shop.food", &[1, 2, 3, 4]),
        ("wares/shop.food/shop.fruit/shop.fruit", &[1, 4]),
        ("shelves/shop.shelf", &[1, 2, 3, 4]),
        ("shelves/shop.shelf(1)/contents/shop.ware/shop.food", &[1, 2]),
        ("products/shop.product?$filter=id le 2", &[1, 2]),
        ("Wares/SHOP.Food", &[1, 2, 3, 4]),
        ("wares/shop.food?$filter=bestBefore lt 2024-01-15", &[2]),
        ("wares/shop.food?$filter=organic or name eq 'Salt'", &[1, 3]),
        ("wares/shop.food?$filter=shop.fruit/seedless", &[4]),
        ("wares/shop.food?$filter=isof(shop.fruit)", &[1, 4]),
        ("wares/shop.fruit?$filter=isof(shop.food)", &[1, 4]),
        ("wares/shop.food?$orderby=bestBefore", &[3, 2, 4, 1]),
        ("wares/shop.food?$orderby=bestBefore desc&$skip=1&$top=2", &[4, 2]),
        ("shelves(1)/contents", &[1, 2, 7]),
        ("shelves(1)/contents/shop.food", &[1, 2]),
        ("shelves(1)/contents/shop.fruit", &[1]),
        ("shelves(1)/contents/shop.tool?$filter=voltage eq null", &[7]),
        ("shelves(3)/contents/shop.food", &[]),
        ("wares(5)/shop.tool/parts", &[6]),
        ("wares/shop.tool(5)/parts", &[6]),
        ("wares(2)/extras/shop.fruit", &[4]),
        ("wares(2)/extras/shop.tool", &[]),
        ("wares(6)/comesWith/shop.tool/parts", &[6]),
    ];
    rows(cases).await;
}

#[tokio::test]
async fn paths_lead_to_values_of_a_derived_type() {
    let cases: &[(&str, u16, &str)] = &[
        ("wares/shop.food/$count", 200, "4"),
        ("wares/shop.food/$count?$filter=organic", 200, "1"),
        ("shelves(1)/contents/shop.food/$count", 200, "2"),
        ("wares(1)/shop.food/bestBefore/$value", 200, "2024-02-01"),
        ("wares(1)/shop.fruit/seedless/$value", 200, "false"),
        ("wares/shop.food(1)/name/$value", 200, "Apple"),
        ("wares/shop.food/1/name/$value", 200, "Apple"),
        ("wares(1)/shop.ware/name/$value", 200, "Apple"),
        ("wares(3)/shop.food/bestBefore", 204, ""),
        ("wares(5)/shop.tool/grip/width/$value", 200, "5"),
        ("wares(6)/shop.tool/grip", 204, ""),
        ("wares(5)/shop.tool/grip/shop.size/width/$value", 200, "5"),
        ("wares(6)/shop.tool/grip/shop.size", 204, ""),
        ("shelves(1)/display/shop.fruit/seedless/$value", 200, "false"),
        ("shelves(1)/display/bestBefore/$value", 200, "2024-02-01"),
        ("wares(4)/comesWith/shop.food/organic/$value", 200, "false"),
    ];
    answered(cases).await;
}

#[tokio::test]
async fn paths_of_another_type_lead_nowhere() {
    let cases: &[(&str, u16)] = &[
        ("wares(5)/shop.food", 404),
        ("wares/shop.food(5)", 404),
        ("wares(2)/shop.fruit", 404),
        ("wares(1)/shop.tool/voltage", 404),
        ("wares/shop.food(99)", 404),
        ("wares(8)", 404),
        ("wares(6)/shop.tool/grip/width", 404),
        ("shelves(2)/display/shop.fruit", 404),
        ("shelves(3)/display/shop.fruit", 404),
        ("shelves(1)/contents/shop.food(7)", 404),
        ("wares/shop.product", 400),
        ("wares/shop.nothing", 400),
        ("wares(1)/shop.shelf", 400),
        ("wares(5)/shop.tool/grip/shop.place", 400),
        ("wares/shop.fruit/shop.tool", 400),
        ("wares(1)/bestBefore", 400),
        ("wares(1)/shop.food/seedless", 400),
        ("wares(5)/parts", 400),
        ("wares?$filter=bestBefore eq null", 400),
        ("wares?$orderby=voltage", 400),
        ("wares?$select=seedless", 400),
        ("wares?$expand=parts", 400),
        ("wares?$filter=shop.stock/amount eq 1", 400),
        ("wares?$filter=isof(shop.nothing)", 400),
        ("wares/shop.food?$filter=shop.tool/voltage eq 1", 400),
        ("wares?$filter=shop.food ne null", 501),
        ("wares?$orderby=shop.food", 501),
    ];
    statuses(cases).await;
}

#[tokio::test]
async fn derived_types_are_asked_for_in_expressions() {
    let cases: &[(&str, &[i64])] = &[
        ("wares?$filter=isof(shop.food)", &[1, 2, 3, 4]),
        ("wares?$filter=not isof(shop.food)", &[5, 6, 7]),
        ("wares?$filter=isof(shop.fruit) or isof(shop.tool)", &[1, 4, 5, 6, 7]),
        ("wares?$filter=isof(shop.ware)", &[1, 2, 3, 4, 5, 6, 7]),
        ("wares?$filter=isof(shop.tool) eq false", &[1, 2, 3, 4]),
        ("wares?$filter=shop.food/bestBefore lt 2024-01-25", &[2, 4]),
        ("wares?$filter=shop.food/bestBefore eq null", &[3, 5, 6, 7]),
        ("wares?$filter=shop.food/name eq 'Drill'", &[]),
        ("wares?$filter=shop.food/name ne null", &[1, 2, 3, 4]),
        ("wares?$filter=shop.food/name eq null", &[5, 6, 7]),
        ("wares?$filter=shop.food/shop.fruit/seedless", &[4]),
        ("wares?$filter=shop.fruit/seedless eq false", &[1]),
        ("wares?$filter=not shop.fruit/seedless", &[1]),
        ("wares?$filter=not shop.food/organic", &[2]),
        ("wares?$filter=shop.tool/voltage gt 100 or shop.fruit/seedless", &[4, 5]),
        ("wares?$filter=shop.tool/grip ne null", &[5, 7]),
        ("wares?$filter=shop.tool/grip/width eq 5", &[5]),
        ("wares?$filter=length(shop.tool/name) eq 3", &[6]),
        ("wares?$filter=shop.fruit/price gt 1", &[4]),
        ("wares?$filter=comesWith/shop.food/organic eq false", &[4]),
        ("wares?$filter=comesWith/shop.tool/voltage eq 230", &[6]),
        ("wares?$filter=isof(comesWith,shop.tool)", &[6]),
        ("wares?$filter=not isof(comesWith,shop.food)", &[1, 2, 3, 5, 6, 7]),
        ("wares?$filter=shelf/display/shop.fruit/seedless eq false", &[1, 2, 7]),
        ("shelves?$filter=isof(display,shop.fruit)", &[1]),
        ("shelves?$filter=display/shop.fruit/name eq null", &[2, 3, 4]),
    ];
    rows(cases).await;
}

#[tokio::test]
async fn collections_are_asked_for_items_of_a_derived_type() {
    let cases: &[(&str, &[i64])] = &[
        ("wares?$filter=shop.tool/parts/any()", &[5]),
        ("wares?$filter=not shop.tool/parts/any()", &[6, 7]),
        ("wares?$filter=shop.tool/parts/$count eq 0", &[6, 7]),
        ("wares?$filter=shop.tool/parts/$count eq null", &[1, 2, 3, 4]),
        ("wares?$filter=extras/any(e:isof(e,shop.fruit))", &[2]),
        ("wares?$filter=extras/any(e:e/shop.fruit/seedless)", &[2]),
        ("wares?$filter=extras/shop.tool/any()", &[5]),
        ("wares?$filter=extras/shop.tool/any(t:t/voltage eq null)", &[5]),
        ("wares?$filter=extras/shop.food/$count eq 1", &[2]),
        ("wares?$filter=extras/shop.fruit/$count($filter=seedless) eq 1", &[2]),
        ("wares?$filter=comesWith/shop.tool/parts/any(p:p/name eq 'Bit')", &[6]),
        ("shelves?$filter=contents/shop.fruit/any()", &[1, 2]),
        ("shelves?$filter=contents/shop.tool/$count eq 1", &[1, 3]),
        ("shelves?$filter=contents/any(c:c/shop.food/organic)", &[1]),
        ("shelves?$filter=contents/all(c:isof(c,shop.food))", &[2, 4]),
        ("shelves?$filter=contents/any(c:isof(c,shop.fruit) and c/price gt 1)", &[2]),
        ("shelves?$filter=contents/shop.food/all(f:f/shop.fruit/seedless eq null)", &[3, 4]),
        ("shelves?$orderby=contents/shop.tool/$count desc,id", &[1, 3, 2, 4]),
    ];
    rows(cases).await;
}

#[tokio::test]
async fn rows_are_sorted_and_paged_by_derived_types() {
    let cases: &[(&str, &[i64])] = &[
        ("wares?$orderby=shop.food/bestBefore", &[3, 5, 6, 7, 2, 4, 1]),
        ("wares?$top=2&$orderby=shop.food/bestBefore desc", &[1, 4, 2, 3, 5, 6, 7]),
        ("wares?$top=1&$orderby=isof(shop.tool) desc", &[5, 6, 7, 1, 2, 3, 4]),
        ("wares?$top=3&$orderby=shop.tool/voltage desc,name", &[5, 1, 6, 2, 4, 7, 3]),
        ("wares?$top=2&$orderby=shop.fruit/name,shop.tool/name,name", &[2, 3, 6, 5, 7, 1, 4]),
        ("wares/shop.food?$top=1&$orderby=bestBefore", &[3, 2, 4, 1]),
        ("shelves(1)/contents/shop.food?$top=1&$orderby=name desc", &[2, 1]),
    ];
    pages(cases).await;
}

#[tokio::test]
async fn derived_types_are_selected_and_expanded() {
    let cases = [
        (
            "wares?$select=name,shop.fruit/seedless&$filter=id le 2",
            json!([{"name": "Apple", "seedless": false}, {"name": "Bread"}]),
        ),
        (
            "wares?$select=shop.food/bestBefore&$filter=id ge 3 and id le 5",
            json!([{"bestBefore": null}, {"bestBefore": "2024-01-20"}, {}]),
        ),
        (
            "wares/shop.tool?$select=voltage,grip/width",
            json!([
                {"voltage": 230, "grip": {"width": 5}},
                {"voltage": null, "grip": null},
                {"voltage": null, "grip": {"width": null}},
            ]),
        ),
        (
            "wares?$select=id&$filter=id ge 4&$expand=shop.tool/parts($select=id)",
            json!([{"id": 4}, {"id": 5, "parts": [{"id": 6}]}, {"id": 6, "parts": []}, {"id": 7, "parts": []}]),
        ),
        (
            "wares/shop.tool?$select=id&$expand=parts($select=name;$count=true)&$top=1",
            json!([{"id": 5, "parts@odata.count": 1, "parts": [{"name": "Bit"}]}]),
        ),
        (
            "shelves?$select=id&$expand=contents/shop.fruit($select=id)",
            json!([
                {"id": 1, "contents": [{"id": 1}]},
                {"id": 2, "contents": [{"id": 4}]},
                {"id": 3, "contents": []},
                {"id": 4, "contents": []},
            ]),
        ),
        (
            "shelves?$select=id&$expand=contents/shop.food($select=organic;$filter=organic ne null)&$top=2",
            json!([
                {"id": 1, "contents": [{"organic": true}, {"organic": false}]},
                {"id": 2, "contents": []},
            ]),
        ),
        (
            "shelves?$select=id&$expand=display/shop.fruit($select=seedless)",
            json!([
                {"id": 1, "display": {"seedless": false}},
                {"id": 2, "display": null},
                {"id": 3, "display": null},
                {"id": 4, "display": null},
            ]),
        ),
        (
            "shelves?$select=id&$expand=contents/shop.tool/$count&$top=2",
            json!([{"id": 1, "contents@odata.count": 1}, {"id": 2, "contents@odata.count": 0}]),
        ),
    ];
    for shop in Shop::both().await {
        for (path, expect) in &cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(bare(&answer.json()["value"]), *expect, "{path}");
        }
    }
}

#[tokio::test]
async fn context_urls_name_the_type() {
    let cases = [
        ("wares", "wares"),
        ("wares(1)", "wares/$entity"),
        ("wares/shop.food", "wares/shop.food"),
        ("wares/SHOP.FOOD?$select=organic", "wares/shop.food(organic)"),
        ("wares?$select=shop.food/organic", "wares(shop.food/organic)"),
        ("wares/shop.ware", "wares"),
        ("shelves/shop.shelf(1)", "shelves/$entity"),
        ("wares(1)/shop.food", "wares/shop.food/$entity"),
        ("wares/shop.food(1)", "wares/shop.food/$entity"),
        ("wares(1)/shop.food/organic", "wares(1)/shop.food/organic"),
        ("shelves(1)/contents/shop.food", "wares/shop.food"),
        ("shelves(1)/display", "wares/$entity"),
        ("shelves?$expand=contents/shop.fruit", "shelves(contents/shop.fruit())"),
    ];
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let answer = shop.get(path).await.expect(200).json();
            let context = format!("http://127.0.0.1:8080/shop/v1/$metadata#{expect}");
            assert_eq!(answer["@odata.context"], context, "{path}");
        }
    }
}

#[tokio::test]
async fn entities_tell_their_types() {
    for shop in Shop::both().await {
        for (name, path) in [
            ("fruit", "wares(1)"),
            ("tool", "wares(5)?$format=application/json;odata.metadata=full"),
            ("wares", "wares?$select=id"),
        ] {
            let body = shop.get(path).await.expect(200).json();
            insta::allow_duplicates! {
                insta::assert_snapshot!(name, format!("{body:#}"));
            }
        }
    }
}
