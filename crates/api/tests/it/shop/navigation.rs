use super::{Shop, answered, ids, rows, statuses};

#[tokio::test]
async fn navigation_paths_lead_to_collections() {
    let cases: &[(&str, &[i64])] = &[
        ("categories(1)/products", &[1, 3]),
        ("categories/2/products", &[2, 4]),
        ("categories(3)/products", &[]),
        ("categories(1)/products?$filter=price ne null", &[1]),
        ("categories(1)/products?$orderby=id desc", &[3, 1]),
        ("categories(2)/products?$skip=1", &[4]),
        ("categories(2)/parent/products", &[1, 3]),
        ("categories(3)/parent/parent/products", &[1, 3]),
        ("products(1)/notes", &[1, 2, 3]),
        ("products(1)/notes?$filter=text ne null&$orderby=text desc", &[2, 1]),
        ("products(3)/notes", &[]),
        ("products(4)/category/products", &[2, 4]),
        ("categories(1)/products(1)/notes?$top=3", &[1, 2, 3]),
        ("stocks(store='north',product=2)/item/notes", &[4]),
        ("products?$filter=category/name eq 'Large'", &[2, 4]),
        ("products?$filter=category eq null", &[5]),
        ("products?$filter=notes/any(n:n/text eq 'warm')", &[1]),
        ("products?$filter=notes/$count gt 0", &[1, 2]),
        ("products?$orderby=notes/$count desc,id", &[1, 2, 3, 4, 5]),
        ("categories(1)/products?$filter=notes/any()", &[1]),
        ("categories?$filter=products/any(p:p/price gt 50)", &[2]),
        ("categories?$filter=parent/parent ne null", &[3]),
    ];
    rows(cases).await;
}

#[tokio::test]
async fn navigation_paths_are_paged() {
    for shop in Shop::both().await {
        let mut found = Vec::new();
        let mut next = Some("products(1)/notes?$top=1&$orderby=text".to_owned());
        while let Some(path) = next {
            let page = shop.get(&path).await.expect(200).json();
            found.extend(ids(&page));
            next = Shop::next(&page);
        }
        assert_eq!(found, [3, 1, 2]);
        let page = shop.get("products(1)/notes?$top=1").await.expect(200).json();
        let token = Shop::next(&page).unwrap().split_once("$skiptoken=").unwrap().1.to_owned();
        // A token is good for its own collection only.
        shop.get(&format!("products(2)/notes?$top=1&$skiptoken={token}")).await.expect(400);
    }
}

#[tokio::test]
async fn navigation_paths_lead_to_one_value() {
    let cases: &[(&str, u16, &str)] = &[
        ("products(1)/category/name/$value", 200, "Small"),
        ("products(5)/category", 204, ""),
        ("categories(1)/parent", 204, ""),
        ("categories(3)/parent/name/$value", 200, "Large"),
        ("products(1)/notes/$count", 200, "3"),
        ("products(1)/notes/$count?$filter=text eq null", 200, "1"),
        ("products(1)/notes(2)/text/$value", 200, "warm"),
        ("products(1)/notes(3)/text", 204, ""),
        ("categories(2)/products/$count", 200, "2"),
        ("stocks(store='north',product=1)/item/name/$value", 200, "Lamp"),
        ("company/name/$value", 200, "Contoso"),
    ];
    answered(cases).await;
}

#[tokio::test]
async fn navigation_paths_can_lead_nowhere() {
    let deep = format!("categories(1){}", "/parent".repeat(9));
    let cases: &[(&str, u16)] = &[
        ("categories(9)/products", 404),
        ("categories(1)/products(2)", 404),
        ("products(2)/notes(1)", 404),
        ("products(5)/category/name", 404),
        ("products(5)/category/products", 404),
        ("categories(1)/nothing", 400),
        ("products(1)/notes?$filter=id eq 'a'", 400),
        (&deep, 501),
    ];
    statuses(cases).await;
}

#[tokio::test]
async fn context_urls_name_the_set_or_the_path_of_what_is_contained() {
    let cases = [
        ("categories(1)/products", "products"),
        ("categories(1)/products(1)", "products/$entity"),
        ("products(1)/category", "categories/$entity"),
        ("products(1)/notes", "products(1)/notes"),
        ("products(1)/notes(1)", "products(1)/notes/$entity"),
    ];
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let answer = shop.get(path).await.expect(200).json();
            let context = format!("http://127.0.0.1:8080/shop/v1/$metadata#{expect}");
            assert_eq!(answer["@odata.context"], context, "{path}");
        }
    }
}
