use serde_json::{Value, json};

use super::{Shop, answered, pages, rows, statuses};

#[tokio::test]
async fn rows_are_picked_and_sorted() {
    let cases: &[(&str, &[i64])] = &[
        ("products", &[1, 2, 3, 4, 5]),
        ("products?$filter=name eq 'Lamp'", &[1]),
        ("products?$filter=name eq 'lamp'", &[]),
        ("products?$filter=id gt 2", &[3, 4, 5]),
        ("products?$filter=id in (1,5,6)", &[1, 5]),
        ("products?$filter=price gt 12.5", &[2, 4]),
        ("products?$filter=price ge 12.50", &[1, 2, 4]),
        ("products?$filter=price lt 0", &[5]),
        ("products?$filter=price eq null", &[3]),
        ("products?$filter=length(name) divby 4 eq 1.25", &[2, 3]),
        ("products?$filter=length(name) div 2.5 eq 2", &[2, 3]),
        ("products?$filter=size/width divby -20 lt -4", &[2, 5]),
        ("products?$filter=size/width mul (2 divby 4) eq 15", &[1]),
        ("products?$filter=price gt 1 divby 8 mul 400", &[2, 4]),
        ("products?$filter=price gt -(-(10)) add 2", &[1, 2, 4]),
        ("products?$filter=released lt 1999-12-31 add duration'P2D'", &[1]),
        ("products?$filter=1.5e0 add 1 eq 2.5 and id eq 1", &[1]),
        ("products?$filter=price ne null", &[1, 2, 4, 5]),
        ("products?$filter=released ge 2000-01-02", &[2, 4, 5]),
        ("products?$filter=released lt 2000-01-02", &[1]),
        ("products?$filter=opens lt 10:00:00", &[1, 4]),
        ("products?$filter=warranty gt duration'PT1H'", &[1]),
        ("products?$filter=changed lt 2000-01-02T00:00:00Z", &[1]),
        ("products?$filter=tag eq a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", &[1]),
        ("products?$filter=active", &[1, 4, 5]),
        ("products?$filter=active eq false", &[2]),
        ("products?$filter=not active", &[2]),
        ("products?$filter=active eq null", &[3]),
        ("products?$filter=colour has 'red'", &[1, 2, 5]),
        ("products?$filter=colour eq 'blue'", &[4]),
        ("products?$filter=colour eq 'red,green'", &[2]),
        ("products?$filter=size eq null", &[3]),
        ("products?$filter=size/width gt 50", &[2, 5]),
        ("products?$filter=size/width eq null", &[3, 4]),
        ("products?$filter=size/place ne null", &[1, 4, 5]),
        ("products?$filter=size/place/room eq 'B'", &[4]),
        ("products?$filter=size/place/shelf le 4", &[1, 5]),
        ("products?$filter=startswith(name,'%C3%89')", &[4]),
        ("products?$filter=contains(name,'''s')", &[4]),
        ("products?$filter=length(name) eq 5", &[2, 3]),
        ("products?$filter=id gt 1 and (active or name eq 'Table')", &[2, 4, 5]),
        ("products?$orderby=id desc", &[5, 4, 3, 2, 1]),
        ("products?$orderby=name", &[3, 1, 2, 5, 4]),
        ("products?$orderby=price", &[3, 5, 1, 2, 4]),
        ("products?$orderby=price desc", &[4, 2, 1, 5, 3]),
        ("products?$orderby=active desc,id desc", &[5, 4, 1, 2, 3]),
        ("products?$orderby=changed desc,name", &[4, 2, 5, 1, 3]),
        ("products?$orderby=size/place/shelf desc", &[1, 5, 2, 3, 4]),
        ("products?$orderby=length(name)", &[5, 1, 2, 3, 4]),
        ("products?$skip=1&$top=2", &[2, 3]),
        ("products?$top=0", &[]),
        ("PRODUCTS?filter=ID eq 2", &[2]),
    ];
    rows(cases).await;
}

#[tokio::test]
async fn pages_lose_and_repeat_nothing() {
    let cases: &[(&str, &[i64])] = &[
        ("products?$top=2", &[1, 2, 3, 4, 5]),
        ("products?$top=1&$orderby=price desc", &[4, 2, 1, 5, 3]),
        ("products?$top=1&$orderby=changed", &[3, 1, 2, 5, 4]),
        ("products?$top=2&$orderby=active,size/width desc", &[3, 2, 5, 1, 4]),
        ("products?$top=2&$orderby=warranty", &[3, 4, 5, 2, 1]),
        ("products?$top=3&$orderby=released desc", &[4, 5, 2, 1, 3]),
        ("products?$top=2&$orderby=opens&$filter=id ne 4", &[3, 1, 2, 5]),
        ("products?$top=1&$skip=2", &[3, 4, 5]),
    ];
    pages(cases).await;
}

#[tokio::test]
async fn single_values_are_answered() {
    let cases: &[(&str, u16, &str)] = &[
        ("products/$count", 200, "5"),
        ("products/$count?$filter=price gt 0", 200, "3"),
        ("products(1)/name/$value", 200, "Lamp"),
        ("products/4/name/$value", 200, "Émile's desk"),
        ("products(1)/id/$value", 200, "1"),
        ("products(1)/price/$value", 200, "12.50"),
        ("products(5)/price/$value", 200, "-0.05"),
        ("products(1)/released/$value", 200, "2000-01-01"),
        ("products(1)/active/$value", 200, "true"),
        ("products(1)/tag/$value", 200, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("products(1)/size/place/room/$value", 200, "A"),
        ("products(3)/price", 204, ""),
        ("products(3)/price/$value", 204, ""),
        ("products(3)/size", 204, ""),
        ("products(2)/size/place", 204, ""),
        ("stocks/$count", 200, "3"),
        ("stocks(store='north',product=1)/amount/$value", 200, "7"),
        ("stocks(product=1,store='so''uth')/amount/$value", 200, "3"),
        ("stocks(store='north',product=2)/amount", 204, ""),
        ("products(1)/colour/$value", 200, "red"),
        ("products(2)/colour/$value", 200, "red,green"),
        ("products(3)/colour/$value", 204, ""),
    ];
    answered(cases).await;
}

#[tokio::test]
async fn a_complex_value_is_shown_as_it_is_asked_for() {
    let cases = [
        ("products(1)/size?$select=width", "products(1)/size(width)", json!({"width": 30})),
        ("products(2)/size?$select=place", "products(2)/size(place)", json!({"place": null})),
        (
            "products(1)/size?$select=place/room",
            "products(1)/size(place/room)",
            json!({"place": {"room": "A"}}),
        ),
        (
            "products(1)/size?$compute=width mul 2 as w&$select=w",
            "products(1)/size(w)",
            json!({"w": 60}),
        ),
        (
            "products(1)/size/place?$compute=shelf add 1 as s",
            "products(1)/size/place",
            json!({"shelf": 4, "room": "A", "s": 5}),
        ),
        (
            "products(1)/size?$select=place($select=shelf)&$expand=*",
            "products(1)/size(place/shelf)",
            json!({"place": {"shelf": 4}}),
        ),
    ];
    for shop in Shop::both().await {
        for (path, context, expect) in &cases {
            let none = "$format=application/json;odata.metadata=none";
            let body = shop.get(&format!("{path}&{none}")).await.expect(200).json();
            assert_eq!(body, *expect, "{path}");
            let body = shop.get(path).await.expect(200).json();
            let (_, found) = body["@odata.context"].as_str().unwrap().split_once('#').unwrap();
            assert_eq!(found, *context, "{path}");
        }
        shop.get("products(3)/size?$select=width").await.expect(204);
    }
    statuses(&[
        ("products(1)/size?$select=nothing", 400),
        ("products(1)/size?$select=name", 400),
        ("products(1)/size?$filter=width gt 1", 400),
        ("products(1)/size?$compute=price as p", 400),
        ("products(1)/size?$expand=category", 400),
        ("products(1)/size/width?$select=width", 400),
    ])
    .await;
}

#[tokio::test]
async fn what_is_not_there_or_not_served_is_said() {
    let cases: &[(&str, u16)] = &[
        ("products(6)", 404),
        ("products(99)/name", 404),
        ("products(2)/size/place/room", 404),
        ("products(3)/size/width", 404),
        ("stocks(store='south',product=1)", 404),
        ("nothing", 400),
        ("products(1)/nothing", 400),
        ("products(1)/name/nothing", 400),
        ("products?$filter=nothing eq 1", 400),
        ("products?$orderby=nothing", 400),
        ("products?$skiptoken=x", 400),
        ("products(1)?$filter=id eq 1", 400),
        ("$batch", 405),
    ];
    statuses(cases).await;
}

#[tokio::test]
async fn an_entity_is_shown_as_the_model_has_it() {
    for shop in Shop::both().await {
        let found = shop.get("products(1)").await.expect(200).json();
        insta::allow_duplicates! {
            insta::assert_snapshot!(format!("{found:#}"));
        }
        let size = shop.get("products(1)/size").await.expect(200).json();
        assert_eq!(
            size,
            json!({
                "@odata.context": "http://127.0.0.1:8080/shop/v1/$metadata#products(1)/size",
                "@odata.type": "#shop.size",
                "width": 30,
                "place": {"@odata.type": "#shop.place", "shelf": 4, "room": "A"},
            })
        );
        let page = shop.get("stocks?$count=true&$select=amount").await.expect(200).json();
        assert_eq!(page["@odata.count"], 3);
        let rows = page["value"].as_array().unwrap();
        let amounts: Vec<_> = rows.iter().map(|row| row["amount"].clone()).collect();
        assert_eq!(amounts, [Value::Null, json!(3), json!(7)]);
    }
}

#[tokio::test]
async fn reading_takes_a_token_and_a_permission() {
    let [shop, _] = Shop::both().await;
    shop.server.call("GET", "/shop/v1/products").send().await.expect(401);
    let powerless = shop.server.app_token(testkit::TENANT, &[]).await;
    shop.server.call("GET", "/shop/v1/products").token(&powerless).send().await.expect(403);
    shop.server.call("POST", "/shop/v1/products").token(&shop.token).send().await.expect(405);
}

#[tokio::test]
async fn conditions_of_what_has_no_etag_are_kept() {
    for shop in Shop::both().await {
        for path in ["products", "products(1)", "products(1)/name", "products/$count", "company"] {
            for (name, value, status) in [
                ("if-none-match", "*", 304),
                ("if-none-match", "W/\"9\"", 200),
                ("if-match", "*", 200),
                ("if-match", "W/\"9\"", 412),
            ] {
                let call = shop.server.call("GET", &format!("/shop/v1/{path}"));
                let answer = call.token(&shop.token).header(name, value).send().await;
                assert_eq!(answer.status, status, "{path} {name}: {value}");
            }
        }
    }
}
