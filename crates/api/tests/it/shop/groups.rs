//! Rows of the shop in groups.

use serde_json::json;

use super::Shop;
use super::apply::check;

#[tokio::test]
async fn rows_are_grouped() {
    let cases = [
        ("products?$apply=groupby((active))", "active=null active=false active=true"),
        (
            "products?$apply=groupby((active),aggregate(price with sum as total,$count as n))",
            "active=null,n=1,total=null active=false,n=1,total=99.0 active=true,n=3,total=112.45",
        ),
        (
            "products?$apply=groupby((active),aggregate(price with sum as total,$count as n))\
             &$orderby=total desc",
            "active=true,n=3,total=112.45 active=false,n=1,total=99.0 active=null,n=1,total=null",
        ),
        (
            "products?$apply=groupby((colour),aggregate($count as n))&$orderby=colour desc&$top=2",
            "colour=red,green,blue,n=1 colour=blue,n=1",
        ),
        (
            "products?$apply=groupby((colour))&$filter=colour has 'red'",
            "colour=red colour=red,green colour=red,green,blue",
        ),
        (
            "products?$apply=groupby((category/name),aggregate($count as n))",
            "category=null,n=1 category(name=Large),n=2 category(name=Small),n=2",
        ),
        (
            "products?$apply=groupby((size/place/room,active),aggregate($count as n))",
            "active=null,n=1,size=null active=false,n=1,size(place=null) \
             active=true,n=1,size(place(room=null)) active=true,n=1,size(place(room=A)) \
             active=true,n=1,size(place(room=B))",
        ),
        (
            "stocks?$apply=groupby((store),aggregate(amount with max as most))",
            "most=7,store=north most=3,store=so'uth",
        ),
        (
            "stocks?$apply=groupby((item/name),aggregate(amount with sum as s))&$orderby=s desc",
            "item(name=Lamp),s=10 item(name=Table),s=null",
        ),
        ("products?$apply=groupby((tag))&$filter=tag eq null", "tag=null"),
        (
            "products?$apply=compute(date(changed) as day)/groupby((day),aggregate($count as n))",
            "day=null,n=1 day=2000-01-01,n=1 day=2000-01-02,n=3",
        ),
        (
            "products?$apply=compute(year(released) as y,month(released) as m)/groupby((y,m),aggregate($count as n))",
            "m=null,n=1,y=null m=1,n=3,y=2000 m=1,n=1,y=2001",
        ),
        (
            "products?$apply=compute(case(price gt 50:'dear',true:'cheap') as kind)/groupby((kind),aggregate($count as n))",
            "kind=cheap,n=3 kind=dear,n=2",
        ),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn groups_are_processed_further() {
    let cases = [
        ("products?$apply=groupby((active),identity)", "1 2 3 4 5"),
        (
            "products?$apply=groupby((active),compute(size/width mul 2 as w)/aggregate(w with sum as s))",
            "active=null,s=null active=false,s=240 active=true,s=240",
        ),
        (
            "products?$apply=groupby((active),aggregate($count as n)/filter(n gt 1))",
            "active=true,n=3",
        ),
        ("products?$apply=aggregate(price with sum from active with max as m)", "m=112.45"),
        (
            "stocks?$apply=groupby((item/name),aggregate(amount with max from store with sum as s))",
            "item(name=Lamp),s=10 item(name=Table),s=null",
        ),
        ("products?$apply=filter(price gt 0)/groupby((active))", "active=false active=true"),
        (
            "products?$apply=groupby((active),aggregate($count as n))/filter(n gt 1)",
            "active=true,n=3",
        ),
        (
            "products?$apply=groupby((active),aggregate($count as n))&$filter=n eq 1 and active ne null",
            "active=false,n=1",
        ),
        (
            "products?$apply=groupby((active),aggregate($count as n))/aggregate(n with max as m,$count as g)",
            "g=3,m=3",
        ),
        (
            "products?$apply=groupby((active,colour),aggregate($count as n))/groupby((active),aggregate(n with sum as s))",
            "active=null,s=1 active=false,s=1 active=true,s=3",
        ),
        (
            "products?$apply=groupby((active),aggregate($count as n))/topcount(1,n)",
            "active=true,n=3",
        ),
        (
            "products?$apply=groupby((active),aggregate($count as n))/skip(1)/top(1)",
            "active=false,n=1",
        ),
        (
            "products?$apply=groupby((active),aggregate($count as n))&$compute=n mul 2 as m&$select=m,active&$filter=m gt 2",
            "active=true,m=6",
        ),
        (
            "products?$apply=groupby((active),aggregate($count as n))/compute(n add 1 as m)&$orderby=m desc&$top=1",
            "active=true,m=4,n=3",
        ),
        ("products?$apply=groupby((active),aggregate($count as n))&$select=n", "n=1 n=1 n=3"),
        (
            "products?$apply=groupby((active))&$filter=name eq null",
            "active=null active=false active=true",
        ),
        ("products?$apply=groupby((active))&$filter=name eq 'Lamp'", ""),
        (
            "products?$apply=groupby((size/width))&$filter=size ne null&$orderby=size/width",
            "size(width=null) size(width=30) size(width=90) size(width=120)",
        ),
        ("products?$apply=filter(price gt @p)/aggregate($count as n)&@p=50", "n=2"),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn pages_of_groups_lose_and_repeat_nothing() {
    let cases = [
        "products?$apply=groupby((colour),aggregate($count as n))",
        "products?$apply=groupby((size/place/room,active),aggregate(price with sum as s))",
        "products?$apply=groupby((category/name,released),aggregate(price with average as s))&$orderby=s desc",
        "products?$apply=filter(id ne 2)&$orderby=price",
        "products?$apply=orderby(name)/top(4)",
        "products?$apply=compute(date(changed) as day)/groupby((day,tag))&$orderby=day desc",
    ];
    for shop in Shop::both().await {
        for path in cases {
            let all = shop.get(&format!("{path}&$count=true")).await.expect(200).json();
            let expect = all["value"].as_array().unwrap();
            assert_eq!(all["@odata.count"], json!(expect.len()), "{path}");
            let mut found = Vec::new();
            let mut next = Some(format!("{path}&$top=1"));
            while let Some(path) = next {
                let page = shop.get(&path).await.expect(200).json();
                let rows = page["value"].as_array().unwrap();
                assert_eq!(rows.len(), 1, "{path}");
                found.extend(rows.clone());
                next = Shop::next(&page);
            }
            assert_eq!(found, *expect, "{path}");
        }
        let page = shop.get("products?$apply=groupby((name))&$top=1").await.expect(200).json();
        let moved = Shop::next(&page).unwrap().replace("(name)", "(active)");
        shop.get(&moved).await.expect(400);
    }
}
