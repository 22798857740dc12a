use super::{Shop, answered, rows, statuses};

#[tokio::test]
async fn aliases_stand_for_keys() {
    let cases: &[(&str, u16, &str)] = &[
        ("stocks(store=@s,product=@p)/amount/$value?@p=1&@s='so''uth'", 200, "3"),
        ("products(@k)/name/$value?@k=1", 200, "Lamp"),
        ("products(id=@k)/name/$value?@K=2&@k=1", 200, "Lamp"),
        ("categories(@c)/products(@p)/notes(@n)/text/$value?@c=1&@p=1&@n=2", 200, "warm"),
        ("stocks(store=@s,product=1)/amount/$value?@s=@t&@t=@u&@u='north'", 200, "7"),
    ];
    answered(cases).await;
    let cases: &[(&str, u16)] = &[
        ("stocks(store=@s,product=1)", 400),
        ("stocks(store=@s,product=1)?@s=1", 400),
        ("stocks(store=@s,product=1)?@s=@t&@t=@s", 400),
        ("stocks(store=@s,product=1)?@s=@s", 400),
        ("stocks(store=@s,product=1)?@s=@t&@t=1", 400),
        ("stocks(store=@s,product=1)?@s=@t&@t=name", 400),
        ("products(@k)?@k=1&@k=2", 400),
        ("products(@k)?@k=99", 404),
    ];
    statuses(cases).await;
    for shop in Shop::both().await {
        let message = shop.get("products(@k)?@j=1").await.error(400, "BadRequest");
        assert!(message.contains("the parameter alias '@k' has no value"), "{message}");
        let message = shop.get("products(@k)?@k=@j").await.error(400, "BadRequest");
        assert!(message.contains("the parameter alias '@j' has no value"), "{message}");
    }
}

#[tokio::test]
async fn keys_may_hold_what_paths_are_made_of() {
    for shop in Shop::both().await {
        shop.server.execute(
            r"INSERT INTO stock VALUES
                ('11111111-1111-1111-1111-111111111111', 'a/b\c%2Fd', 7, 9);",
        );
        for path in [
            "stocks(store=@s,product=7)/amount/$value?@s='a/b%5Cc%252Fd'",
            "stocks(store=@s,product=7)/amount/$value?@s='a%2Fb%5Cc%252Fd'",
            "stocks(store='a%2Fb%5Cc%252Fd',product=7)/amount/$value",
            "stocks/a%2Fb%5Cc%252Fd/7/amount/$value",
        ] {
            assert_eq!(shop.get(path).await.expect(200).text(), "9", "{path}");
        }
        let amount = shop.get("stocks(store=@s,product=7)/amount?@s='a/b%5Cc%252Fd'").await;
        let context = amount.expect(200).json()["@odata.context"].as_str().unwrap().to_owned();
        let (_, path) = context.split_once('#').unwrap();
        assert_eq!(path, "stocks(store='a%2Fb%5Cc%252Fd',product=7)/amount");
        assert_eq!(shop.get(&format!("{path}/$value")).await.expect(200).text(), "9");
    }
}

#[tokio::test]
async fn collections_are_filtered_in_the_path() {
    let cases: &[(&str, &[i64])] = &[
        ("products/$filter(price ne null)", &[1, 2, 4, 5]),
        ("products/$filter(@f)/$filter(active)?@f=id gt 1&$orderby=id desc", &[5, 4]),
        ("products/$filter(id gt 1)?$top=1&$filter=active", &[4]),
        ("products/$filter(@f)", &[]),
        ("categories(1)/products/$filter(price ne null)", &[1]),
        ("categories/$filter(products/any(p:p/price gt 50))(2)/products", &[2, 4]),
    ];
    rows(cases).await;
    let cases: &[(&str, u16, &str)] = &[
        ("products/$filter(price gt 0)/$count", 200, "3"),
        ("products/$filter(@f)/$filter(active)/$count?@f=size/place/room ne null", 200, "2"),
        ("products/$filter(size/place/room eq 'B')/$count", 200, "1"),
        ("products/$filter(name eq ')' or id eq 1)/$count", 200, "1"),
        ("products/$filter(price gt 0)/$count?$filter=price gt 50", 200, "2"),
        ("products/$filter(price gt 0)(1)/name/$value", 200, "Lamp"),
        ("products/$filter(price gt 0)/2/name/$value", 200, "Table"),
        ("categories(1)/products/$filter(price ne null)/$count", 200, "1"),
    ];
    answered(cases).await;
    let cases: &[(&str, u16)] = &[
        ("products/$filter(id eq 1)(2)", 404),
        ("products/$filter(price gt 'a')", 400),
        ("products/$filter(nothing eq 1)", 400),
        ("products/$filter(true", 400),
        ("products/$filter()", 400),
        ("products(1)/$filter(true)", 400),
        ("products/$filter(hassubset([1],[1]))", 501),
        ("products/$each", 501),
    ];
    statuses(cases).await;
}

#[tokio::test]
async fn entities_are_named_without_the_filter_that_let_them_through() {
    let root = "http://127.0.0.1:8080/shop/v1/$metadata#";
    for shop in Shop::both().await {
        for (path, expect) in [
            ("products/$filter(true)", "products"),
            ("products/$filter(true)(1)", "products/$entity"),
            ("products/$filter(true)(1)/notes", "products(1)/notes"),
            ("products/$filter(true)(1)/name", "products(1)/name"),
        ] {
            let found = shop.get(path).await.expect(200).json();
            assert_eq!(found["@odata.context"], format!("{root}{expect}"), "{path}");
        }
    }
}

#[tokio::test]
async fn filtered_paths_are_paged() {
    for shop in Shop::both().await {
        let mut found = Vec::new();
        let mut next = Some("products/$filter(changed lt now())?$top=1&$orderby=id".to_owned());
        while let Some(path) = next {
            let page = shop.get(&path).await.expect(200).json();
            found.extend(super::ids(&page));
            next = Shop::next(&page);
        }
        assert_eq!(found, [1, 2, 4, 5]);
    }
}
