use serde_json::{Value, json};

use super::{Shop, statuses};

/// Rows without control information.
async fn check(cases: &[(&str, Value)]) {
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let sent = format!("{path}&$format=application/json;odata.metadata=none");
            let answer = shop.get(&sent).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let body = answer.json();
            assert_eq!(body.get("value").unwrap_or(&body), expect, "{path}");
        }
    }
}

#[tokio::test]
async fn computed_properties_are_selected() {
    let cases = [
        (
            "products?$compute=price mul 2 as twice&$select=id,twice",
            json!([
                {"id": 1, "twice": 25}, {"id": 2, "twice": 198}, {"id": 3, "twice": null},
                {"id": 4, "twice": 200}, {"id": 5, "twice": -0.1},
            ]),
        ),
        (
            "products?$compute=toupper(name) as loud,length(name) as long&$select=loud,long&$top=2",
            json!([{"loud": "LAMP", "long": 4}, {"loud": "TABLE", "long": 5}]),
        ),
        ("products?$compute=1 as one&$select=name&$top=1", json!([{"name": "Lamp"}])),
        (
            "stocks?$compute=concat(store,'!') as s",
            json!([
                {"store": "north", "product": 2, "amount": null, "s": "north!"},
                {"store": "so'uth", "product": 1, "amount": 3, "s": "so'uth!"},
                {"store": "north", "product": 1, "amount": 7, "s": "north!"},
            ]),
        ),
        (
            "stocks?$compute=amount add 1 as more&$select=*&$filter=amount eq 3",
            json!([{"store": "so'uth", "product": 1, "amount": 3, "more": 4}]),
        ),
        (
            "products(1)?$compute=size/width mul size/place/shelf as area&$select=area",
            json!({"area": 120}),
        ),
        (
            "products(3)?$compute=size/width as w,null as n&$select=w,n",
            json!({"w": null, "n": null}),
        ),
        (
            "products(2)?$compute=colour as c,tag as t&$select=c,t",
            json!({
                "c": "red,green", "t": "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            }),
        ),
        (
            "products(1)?$compute=size as s&$select=s",
            json!({"s": {"width": 30, "place": {"shelf": 4, "room": "A"}}}),
        ),
        ("products(1)?$compute=@p as a&$select=a&@p=year(released)", json!({"a": 2000})),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn rows_are_picked_and_sorted_by_what_is_computed() {
    let ids = |ids: &[i64]| ids.iter().map(|id| json!({"id": id})).collect::<Value>();
    let cases = [
        ("products?$compute=size/width add 1 as p&$filter=p gt 31&$select=id", ids(&[2, 5])),
        (
            "products?$orderby=l,id desc&$compute=length(name) as l&$select=id",
            ids(&[5, 1, 3, 2, 4]),
        ),
        ("products?$compute=size/width as w&$filter=w eq null&$select=id", ids(&[3, 4])),
    ];
    check(&cases).await;
    for shop in Shop::both().await {
        let mut next = Some("products?$top=2&$compute=length(name) as l&$orderby=l".to_owned());
        let mut found = Vec::new();
        while let Some(path) = next {
            let page = shop.get(&path).await.expect(200).json();
            let rows = page["value"].as_array().unwrap();
            found.extend(rows.iter().map(|row| (row["id"].clone(), row["l"].clone())));
            next = Shop::next(&page);
        }
        let expect = [(5, 3), (1, 4), (2, 5), (3, 5), (4, 12)];
        assert_eq!(found, expect.map(|(id, long)| (json!(id), json!(long))));
        let page = shop.get("products?$top=1&$compute=id as l&$orderby=l").await.expect(200).json();
        let moved = Shop::next(&page).unwrap().replace("=id%20as", "=name%20as");
        shop.get(&moved).await.expect(400);
    }
}

#[tokio::test]
async fn values_within_entities_are_computed() {
    let cases = [
        (
            "categories?$select=id&$expand=products($compute=price mul 2 as twice;$select=id,twice)",
            json!([
                {"id": 1, "products": [{"id": 1, "twice": 25}, {"id": 3, "twice": null}]},
                {"id": 2, "products": [{"id": 2, "twice": 198}, {"id": 4, "twice": 200}]},
                {"id": 3, "products": []},
            ]),
        ),
        (
            "categories?$select=id&$top=2&$expand=products($compute=length(name) as long;$filter=long gt 4;$orderby=long desc;$select=long)",
            json!([
                {"id": 1, "products": [{"long": 5}]},
                {"id": 2, "products": [{"long": 12}, {"long": 5}]},
            ]),
        ),
        (
            "products?$filter=id le 2&$select=id&$expand=category($compute=length(name) as long)",
            json!([
                {"id": 1, "category": {"id": 1, "name": "Small", "long": 5}},
                {"id": 2, "category": {"id": 2, "name": "Large", "long": 5}},
            ]),
        ),
        (
            "categories?$filter=id eq 2&$select=id&$expand=parent($select=id;$expand=products($select=size($compute=width add 1 as w;$select=w)))",
            json!([{"id": 2, "parent": {"id": 1, "products": [{"size": {"w": 31}}, {"size": null}]}}]),
        ),
        (
            "products?$select=id,size($compute=width mul 2 as w;$select=w)&$top=2",
            json!([{"id": 1, "size": {"w": 60}}, {"id": 2, "size": {"w": 240}}]),
        ),
        (
            "products?$select=size($compute=place/shelf add 1 as s)&$filter=id le 3",
            json!([
                {"size": {"width": 30, "place": {"shelf": 4, "room": "A"}, "s": 5}},
                {"size": {"width": 120, "place": null, "s": null}},
                {"size": null},
            ]),
        ),
        (
            "products(1)?$select=size/place($compute=concat(room,'!') as r;$select=r),name",
            json!({"name": "Lamp", "size": {"place": {"r": "A!"}}}),
        ),
        (
            "products(1)?$select=size($select=width,place($compute=shelf as s;$select=s))",
            json!({"size": {"width": 30, "place": {"s": 4}}}),
        ),
        (
            "products(1)?$select=size($compute=@f add @n as x;$select=x;@f=width)&@n=2&@f=1",
            json!({"size": {"x": 32}}),
        ),
    ];
    check(&cases).await;
    for shop in Shop::both().await {
        let path = "products(1)?$select=size($compute=cast(width,Edm.Int64) as w)&$expand=category($compute=id as same)";
        let body = shop.get(path).await.expect(200).json();
        assert_eq!(body["size"]["w@odata.type"], "#Int64");
        assert_eq!(body["category"]["same@odata.type"], "#Int64");
    }
}

#[tokio::test]
async fn what_is_computed_takes_no_more_than_memory_allows() {
    let text = "x".repeat(6_000);
    let four = "concat(concat(@p,@p),concat(@p,@p))";
    let names = |count: usize| (0..count).map(|n| format!("{four} as p{n}")).collect::<Vec<_>>();
    let path = |count| format!("products?$compute={}&@p='{text}'", names(count).join(","));
    let nested = |count| {
        let names = names(count).join(",");
        format!("products?$expand=category($compute={names})&$compute={names}&@p='{text}'")
    };
    let cases: &[(&str, u16)] =
        &[(&path(60), 200), (&path(80), 501), (&nested(30), 200), (&nested(40), 501)];
    statuses(cases).await;
}

#[tokio::test]
async fn types_are_told_that_no_model_tells() {
    let names = "tag as t,price as p,id as i,active as a,name as n,colour as c,released as r";
    let names = format!("{names},price divby 2 as d,null as z,tag as size_tag");
    let selected = "t,p,i,a,n,c,r,d,z";
    for shop in Shop::both().await {
        let shown = |metadata: &'static str| {
            let format = format!("application/json;odata.metadata={metadata}");
            format!("products(1)?$compute={names}&$select={selected}&$format={format}")
        };
        for metadata in ["minimal", "full", "none;IEEE754Compatible=true"] {
            let body = shop.get(&shown(metadata)).await.expect(200).json();
            insta::allow_duplicates! {
                let name = metadata.split(';').next().unwrap();
                insta::assert_snapshot!(name, format!("{body:#}"));
            }
        }
    }
}

#[tokio::test]
async fn what_cannot_be_computed_is_refused() {
    let long = format!("products?$compute={} as x", vec!["name"; 1_500].join(","));
    let cases: &[(&str, u16)] = &[
        ("products?$compute=", 400),
        ("products?$compute=price", 400),
        ("products?$compute=nothing as x", 400),
        ("products?$compute=1 as name", 400),
        ("products?$compute=1 as x,2 as x", 400),
        ("products?$compute=1 as x,2 as X", 400),
        ("products?$compute=1 as x,x as y", 400),
        ("products?$select=x", 400),
        ("products?$compute=id div 0 as x", 400),
        ("products?$compute=id div 0 as x&$select=id", 400),
        ("products?$compute=id div (id sub id) as x", 400),
        ("products?$compute=id div (id sub id) as x&$select=id", 200),
        ("products/$count?$compute=1 as x", 400),
        ("products(1)/name?$compute=1 as x", 400),
        (&long, 400),
        ("products?$compute=category/name as x", 501),
        ("products?$compute=category/name as x&$filter=id eq 0", 501),
        ("products?$compute=category/name as x&$filter=x eq 'Small'&$select=id", 200),
        ("categories?$filter=id eq 0&$expand=products($compute=category/name as x)", 501),
        ("products?$expand=category&$compute=category/name as x", 501),
        ("products?$compute=stocks/$count as x", 501),
        ("products?$expand=stocks($compute=1 as amount)", 400),
        ("products?$expand=stocks($compute=price as x)", 400),
        ("products?$expand=stocks/$count($compute=1 as x)", 400),
        ("products?$expand=stocks($compute=product div 0 as x)", 400),
        ("products(1)?$select=size($compute=id as x)", 400),
        ("products(1)?$select=size($compute=1 as width)", 400),
        ("products(1)?$select=size($filter=width eq 1)", 400),
        ("products(1)?$select=name($compute=1 as x)", 501),
        ("products(1)?$select=size($compute=1 as x),size($compute=1 as y)", 400),
        ("products(1)?$select=*,size($compute=1 as x)", 501),
        ("products?$expand=category&$compute=id add 1 as x&$select=x", 200),
    ];
    statuses(cases).await;
}
