use serde_json::json;

use super::Shop;

#[tokio::test]
async fn the_documents_of_any_model_are_for_anyone() {
    let [shop, _] = Shop::both().await;
    let get = |path: &'static str| shop.server.call("GET", path).send();
    for path in ["/shop/v1", "/shop/v1/", "/Shop/V1//"] {
        let document = get(path).await.expect(200).json();
        let context = "http://127.0.0.1:8080/shop/v1/$metadata";
        assert_eq!(document["@odata.context"], context, "{path}");
        let listed = document["value"].as_array().unwrap();
        for entry in [
            json!({ "name": "products", "kind": "EntitySet", "url": "products" }),
            json!({ "name": "company", "kind": "Singleton", "url": "company" }),
        ] {
            assert!(listed.contains(&entry), "{path}: {document}");
        }
    }
    let xml = get("/shop/v1/$metadata").await.expect(200);
    assert_eq!(xml.header("content-type"), "application/xml");
    for element in [
        r#"<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="shop">"#,
        r#"<EntityContainer Name="container">"#,
        r#"<EntitySet Name="categories" EntityType="shop.category""#,
        r#"<NavigationProperty Name="notes" Type="Collection(shop.note)" ContainsTarget="true""#,
    ] {
        assert!(xml.text().contains(element), "{element}\n{}", xml.text());
    }
    let json = get("/shop/v1/$metadata?$format=json").await.expect(200);
    assert_eq!(json.header("content-type"), "application/json");
    assert_eq!(json.json()["shop"]["container"]["categories"]["$Type"], "shop.category");
    for (path, status, code) in [
        ("/shop/v1?$filter=x", 400, "BadRequest"),
        ("/shop/v1?$schemaversion=1", 501, "NotImplemented"),
        ("/shop/v1/$metadata?$format=text/html", 406, "NotAcceptable"),
    ] {
        let answer = get(path).await;
        answer.error(status, code);
    }
}

#[tokio::test]
async fn methods_of_any_model_are_told_and_others_refused() {
    let [shop, _] = Shop::both().await;
    let read = "GET, HEAD, OPTIONS";
    for (path, allow, other) in [
        ("/shop/v1", read, "POST"),
        ("/shop/v1/$metadata", read, "DELETE"),
        ("/shop/v1/products", read, "POST"),
        ("/shop/v1/products(1)", read, "PATCH"),
        ("/shop/v1/products(1)/notes/$count", read, "PUT"),
        ("/shop/v1/$batch", "POST, OPTIONS", "GET"),
    ] {
        let preflight = shop
            .server
            .call("OPTIONS", path)
            .header("origin", "https://app.contoso.example")
            .header("access-control-request-method", "GET")
            .send()
            .await
            .expect(200);
        assert_eq!(preflight.header("allow"), allow, "{path}");
        assert_eq!(preflight.header("access-control-allow-methods"), allow, "{path}");
        let refused = shop.server.call(other, path).token(&shop.token).send().await;
        refused.error(405, "MethodNotAllowed");
        let refused = shop.server.call(other, path).token(&shop.token).send().await;
        assert_eq!(refused.header("allow"), allow, "{path}");
    }
    for path in ["", "$metadata", "products", "products(1)", "products/$count"] {
        let path = format!("/shop/v1/{path}");
        let get = shop.server.call("GET", &path).token(&shop.token).send().await.expect(200);
        let head = shop.server.call("HEAD", &path).token(&shop.token).send().await.expect(200);
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        assert_eq!(head.body.len(), 0, "{path}");
    }
}
