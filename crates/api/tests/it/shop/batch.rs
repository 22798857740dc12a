use serde_json::{Value, json};

use super::Shop;

impl Shop {
    async fn batch(&self, requests: Value) -> Vec<Value> {
        let body = json!({ "requests": requests });
        let call = self.server.call("POST", "/shop/v1/$batch").token(&self.token).json(&body);
        let answer = call.send().await.expect(200).json();
        answer["responses"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_batch_asks_its_own_service_by_every_form_of_url() {
    for shop in Shop::both().await {
        let urls = [
            "/products(1)",
            "products(1)",
            "/shop/v1/products(1)",
            "shop/v1/products(1)",
            "http://127.0.0.1:8080/shop/v1/products(1)",
        ];
        let item = |(id, url)| json!({ "id": format!("{id}"), "method": "GET", "url": url });
        let items: Vec<_> = urls.into_iter().enumerate().map(item).collect();
        for (answer, url) in shop.batch(json!(items)).await.iter().zip(urls) {
            assert_eq!(answer["status"], 200, "{url}: {answer}");
            assert_eq!(answer["body"]["name"], "Lamp", "{url}");
            let context = "http://127.0.0.1:8080/shop/v1/$metadata#products/$entity";
            assert_eq!(answer["body"]["@odata.context"], context, "{url}");
        }
    }
}

#[tokio::test]
async fn items_of_a_batch_are_answered_as_if_they_came_alone() {
    for shop in Shop::both().await {
        let cases = [
            (json!({ "url": "products?$filter=price gt 12.5&$select=id" }), 200),
            (json!({ "url": "products/$count" }), 200),
            (json!({ "url": "$metadata" }), 200),
            (json!({ "url": "/" }), 200),
            (json!({ "url": "products(9)" }), 404),
            (json!({ "url": "nothing" }), 400),
            (json!({ "url": "$batch" }), 400),
            (json!({ "url": "products", "method": "DELETE" }), 405),
            (json!({ "url": "http://127.0.0.1:8080/beta/deviceManagement" }), 400),
            (json!({ "url": "http://other.example/shop/v1/products" }), 400),
        ];
        let item = |(id, (item, _)): (usize, &(Value, u16))| {
            let mut item = item.clone();
            item["id"] = id.to_string().into();
            item["method"] = item.get("method").cloned().unwrap_or_else(|| "GET".into());
            item
        };
        let items: Vec<_> = cases.iter().enumerate().map(item).collect();
        let answers = shop.batch(json!(items)).await;
        for (answer, (item, status)) in answers.iter().zip(&cases) {
            assert_eq!(answer["status"], *status, "{item}: {answer}");
        }
        assert_eq!(answers[0]["body"]["value"].as_array().unwrap().len(), 2);
        let body = json!({ "requests": [{ "id": "1", "method": "GET", "url": "products" }] });
        shop.server.call("POST", "/shop/v1/$batch").json(&body).send().await.expect(401);
    }
}

#[tokio::test]
async fn an_item_goes_on_from_the_entity_of_another() {
    for shop in Shop::both().await {
        let answers = shop
            .batch(json!([
                { "id": "a", "method": "GET", "url": "products(1)" },
                { "id": "b", "method": "GET", "url": "$a/category", "dependsOn": ["a"] },
                { "id": "c", "method": "GET", "url": "$b/products/$count", "dependsOn": ["b"] },
            ]))
            .await;
        assert_eq!(answers[1]["body"]["name"], "Small", "{answers:?}");
        assert_eq!(answers[2]["status"], 200, "{answers:?}");
    }
}
