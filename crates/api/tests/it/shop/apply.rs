//! `$apply` over the rows of the shop.

use serde_json::{Value, json};

use super::{Shop, answered, statuses};

/// Results as text: `name=value` with commas, one result behind the other.
async fn check(cases: &[(&str, &str)]) {
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let sent = format!("{path}&$format=application/json;odata.metadata=none");
            let answer = shop.get(&sent).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let page = answer.json();
            let shown = page["value"].as_array().unwrap().iter().map(show);
            let shown = shown.collect::<Vec<_>>().join(" ");
            assert_eq!(shown, *expect, "{path}");
        }
    }
}

/// An entity by its id alone.
fn show(row: &Value) -> String {
    let members = row.as_object().unwrap();
    if members.len() > 10 {
        return row["id"].to_string();
    }
    let member = |(name, value): (&String, &Value)| match value {
        Value::Object(_) => format!("{name}({})", show(value)),
        Value::String(text) => format!("{name}={text}"),
        value => format!("{name}={value}"),
    };
    members.iter().map(member).collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn values_are_aggregated() {
    let cases = [
        ("products?$apply=aggregate($count as n)", "n=5"),
        ("products?$apply=aggregate(price with sum as total)", "total=211.45"),
        ("products?$apply=aggregate(price with min as a,price with max as b)", "a=-0.05,b=100.0"),
        ("products?$apply=aggregate(price with average as a)", "a=52.8625"),
        ("products?$apply=aggregate(size/width with average as a)", "a=80"),
        ("products?$apply=aggregate(size/width with sum as s)", "s=240"),
        (
            "products?$apply=aggregate(name with min as a,name with max as b)",
            "a=Chair,b=Émile's desk",
        ),
        ("products?$apply=aggregate(colour with countdistinct as n)", "n=4"),
        ("products?$apply=aggregate(colour with max as c)", "c=red,green,blue"),
        ("products?$apply=aggregate(active with min as a,active with max as b)", "a=false,b=true"),
        ("products?$apply=aggregate(tag with countdistinct as n)", "n=4"),
        ("products?$apply=aggregate(released with max as r)", "r=2001-01-16"),
        ("products?$apply=aggregate(opens with min as o)", "o=00:00:00"),
        ("products?$apply=aggregate(warranty with max as w)", "w=P1D"),
        ("products?$apply=aggregate(size/width mul 2 with sum as s)", "s=480"),
        ("products?$apply=aggregate(length(name) with max as l)", "l=12"),
        ("products?$apply=aggregate(category/name with max as c)", "c=Small"),
        ("products?$apply=aggregate(category/name with countdistinct as c)", "c=2"),
        (
            "products?$apply=filter(id eq 99)/aggregate($count as n,price with sum as s)",
            "n=0,s=null",
        ),
        (
            "products?$apply=filter(id eq 3)/aggregate(price with average as a,price with countdistinct as c)",
            "a=null,c=0",
        ),
        ("stocks?$apply=aggregate(amount with sum as s,$count as n)", "n=3,s=10"),
        ("products(1)/stocks?$apply=aggregate(amount with sum as s)", "s=10"),
        ("categories(1)/products?$apply=aggregate($count as n)", "n=2"),
        ("products(1)/notes?$apply=groupby((text))", "text=null text=bright text=warm"),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn items_of_collections_are_aggregated() {
    let cases = [
        ("products?$apply=aggregate(stocks/amount with sum as t)", "t=10"),
        ("products?$apply=aggregate(stocks/$count as n,$count as r)", "n=3,r=5"),
        (
            "products?$apply=aggregate(stocks/amount with average as a,stocks/amount with min as l,\
             stocks/store with max as s)",
            "a=5,l=3,s=so'uth",
        ),
        (
            "products?$apply=groupby((name),aggregate(stocks/amount with sum as t,stocks/$count as n))\
             /filter(n gt 0)",
            "n=2,name=Lamp,t=10 n=1,name=Table,t=null",
        ),
        (
            "products?$apply=groupby((category/name),aggregate(notes/$count as n,notes/text with max as m))",
            "category=null,m=null,n=0 category(name=Large),m=heavy,n=1 category(name=Small),m=warm,n=3",
        ),
        ("products?$apply=top(1)/aggregate(stocks/amount with sum as t)", "t=10"),
        (
            "products?$apply=filter(id eq 3)/aggregate(stocks/amount with sum as t,stocks/$count as n)",
            "n=0,t=null",
        ),
        ("products?$apply=aggregate(stocks/item/price with max as m)", "m=99.0"),
        ("products?$apply=aggregate(category/products/price with max as m)", "m=100.0"),
        ("products?$apply=aggregate(stocks/amount with sum from active with max as m)", "m=10"),
        ("categories(1)/products?$apply=aggregate(stocks/amount with sum as t)", "t=10"),
        ("recipes?$apply=aggregate(tags/$count as n,tags with min as t)", "n=6,t=cold"),
        (
            "recipes?$apply=aggregate(ratings with sum as s,ratings with average as a)",
            "a=3.375,s=27",
        ),
        (
            "shelves?$apply=aggregate(contents/shop.food/bestBefore with max as b,contents/$count as m)",
            "b=2024-02-01,m=6",
        ),
    ];
    check(&cases).await;
}

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
async fn entities_are_picked() {
    let cases = [
        ("products?$apply=identity", "1 2 3 4 5"),
        ("products?$apply=filter(active)", "1 4 5"),
        ("products?$apply=filter(active)&$filter=id gt 1&$orderby=id desc", "5 4"),
        ("products?$apply=orderby(price desc)/top(2)", "4 2"),
        ("products?$apply=orderby(price desc)/top(2)&$orderby=id", "2 4"),
        ("products?$apply=topcount(2,price)", "4 2"),
        ("products?$apply=bottomcount(2,price)", "3 5"),
        ("products?$apply=orderby(name)/skip(1)/top(2)/filter(price gt 50)", "2"),
        ("products?$apply=filter(stocks/any(s:s/amount gt 5))", "1"),
        (
            "products?$apply=compute(size/width mul 2 as w)/filter(w gt 100)&$select=id,w",
            "id=2,w=240 id=5,w=180",
        ),
        ("products?$apply=top(3)/compute(length(name) as l)&$select=l", "l=4 l=5 l=5"),
        ("categories(2)/products?$apply=topcount(1,price)&$select=id", "id=4"),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn results_stand_one_behind_the_other() {
    let totals = "concat(groupby((active),aggregate($count as n)),aggregate($count as n))";
    let cases = [
        (
            format!("products?$apply={totals}"),
            "active=null,n=1 active=false,n=1 active=true,n=3 n=5",
        ),
        (
            format!("products?$apply=filter(id lt 4)/{totals}"),
            "active=null,n=1 active=false,n=1 active=true,n=1 n=3",
        ),
        (format!("products?$apply={totals}&$select=n"), "n=1 n=1 n=3 n=5"),
        ("products?$apply=concat(topcount(1,price),bottomcount(2,price))".to_owned(), "4 3 5"),
        (
            "products?$apply=concat(aggregate($count as n),concat(aggregate(id with min as p),\
             groupby((colour),aggregate(id with max as i))/orderby(i desc)/top(1)))"
                .to_owned(),
            "n=5 p=1 colour=red,green,blue,i=5",
        ),
        ("categories(2)/products?$apply=concat(identity,identity)".to_owned(), "2 4 2 4"),
    ];
    let cases: Vec<_> = cases.iter().map(|(path, expect)| (path.as_str(), *expect)).collect();
    check(&cases).await;
    for shop in Shop::both().await {
        for size in 1..=5 {
            let mut path = format!("products?$apply={totals}&$count=true&$top={size}");
            let mut found = Vec::new();
            loop {
                let page = shop.get(&path).await.expect(200).json();
                assert_eq!(page["@odata.count"], 4, "{path}");
                found.extend(page["value"].as_array().unwrap().iter().map(|row| row["n"].clone()));
                let Some(next) = Shop::next(&page) else { break };
                path = next;
            }
            assert_eq!(found, [1, 1, 3, 5], "pages of {size}");
        }
        let count = shop.get(&format!("products/$count?$apply={totals}")).await;
        assert_eq!(count.text(), "4");
    }
}

#[tokio::test]
async fn types_and_filters_of_the_path_come_first() {
    let cases = [
        ("wares/shop.food?$apply=aggregate($count as n)", "n=4"),
        (
            "wares/shop.food?$apply=groupby((organic),aggregate($count as n))",
            "n=2,organic=null n=1,organic=false n=1,organic=true",
        ),
        (
            "wares/shop.tool?$apply=groupby((grip/width),aggregate(voltage with max as v))",
            "grip=null,v=null grip(width=null),v=null grip(width=5),v=230",
        ),
        ("wares?$apply=filter(isof(shop.fruit))/aggregate($count as n)", "n=2"),
        ("wares?$apply=filter(shop.food/organic)/groupby((name))", "name=Apple"),
        ("wares?$apply=aggregate(shop.food/bestBefore with max as b)", "b=2024-02-01"),
        ("shelves(1)/contents/shop.food?$apply=aggregate($count as n)", "n=2"),
        ("products/$filter(id gt 2)?$apply=aggregate($count as n)", "n=3"),
        ("products/$filter(@f)?$apply=groupby((active))&@f=price gt 0", "active=false active=true"),
        ("parcels?$apply=aggregate(weight with countdistinct as n,floor with sum as f)", "f=1,n=7"),
        (
            "parcels?$apply=aggregate(pieces with sum as p,zone with average as z)",
            "p=268,z=0.1666667",
        ),
        (
            "parcels?$apply=aggregate(worth with max as w,volume with min as v)",
            "v=-9223372036854775808,w=922337203685477.6",
        ),
        ("recipes?$apply=filter(tags/any())/aggregate($count as n)", "n=3"),
    ];
    check(&cases).await;
}

#[tokio::test]
async fn identity_changes_nothing() {
    for shop in Shop::both().await {
        for set in ["products", "stocks?$orderby=store,product", "wares", "parcels", "recipes"] {
            let separator = if set.contains('?') { '&' } else { '?' };
            let plain = shop.get(set).await.expect(200).json();
            let applied = shop.get(&format!("{set}{separator}$apply=identity")).await;
            assert_eq!(applied.expect(200).json(), plain, "{set}");
        }
    }
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

#[tokio::test]
async fn results_are_counted() {
    answered(&[
        ("products/$count?$apply=groupby((active))", 200, "3"),
        (
            "products/$count?$apply=groupby((active),aggregate($count as n))&$filter=n gt 1",
            200,
            "1",
        ),
        ("products/$count?$apply=aggregate($count as n)", 200, "1"),
        ("products/$count?$apply=filter(active)", 200, "3"),
        ("products(1)/stocks/$count?$apply=groupby((store))", 200, "2"),
    ])
    .await;
}

#[tokio::test]
async fn context_and_types_are_told() {
    let asked = "products?$apply=groupby((category/name,category/id,size/width,colour),\
                 aggregate(price with sum as total,$count as n,changed with max as last))\
                 &$filter=size/width eq 30&$format=application/json;odata.metadata";
    for shop in Shop::both().await {
        for metadata in ["none", "minimal", "full", "minimal;IEEE754Compatible=true"] {
            let body = shop.get(&format!("{asked}={metadata}")).await.expect(200).json();
            insta::allow_duplicates! {
                let name = metadata.replace([';', '='], "_");
                insta::assert_snapshot!(name, format!("{body:#}"));
            }
        }
        for (path, context) in [
            ("products?$apply=identity", "products"),
            ("products?$apply=filter(active)/top(1)", "products"),
            ("products?$apply=compute(1 as one)", "products(*,one)"),
            ("products?$apply=aggregate($count as n)", "products(n)"),
            ("products?$apply=groupby((active),aggregate($count as n))&$select=n", "products(n)"),
            ("products(1)/notes?$apply=groupby((text))", "products(1)/notes(text)"),
        ] {
            let body = shop.get(path).await.expect(200).json();
            let expect = format!("http://127.0.0.1:8080/shop/v1/$metadata#{context}");
            assert_eq!(body["@odata.context"], expect, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_at_fault_is_said() {
    let cases = [
        ("topcount(0,price)", 400, "found '0', expected a positive integer"),
        ("topcount(1.5,price)", 400, "found '1.5', expected a positive integer"),
        ("bottomcount('a',price)", 400, "found ''a'', expected a positive integer"),
        ("groupby((stocks/store))", 400, "'Collection(shop.stock)'"),
        ("groupby((stocks))", 400, "expected a path of single values"),
        ("groupby((category/products/name))", 400, "expected a path of single values"),
        ("groupby((price add 1))", 400, "found 'add', expected ',' or ')'"),
        ("aggregate(price with nothing as n)", 400, "expected sum, min, max"),
        ("aggregate(price)", 501, "without 'with'"),
    ];
    for shop in Shop::both().await {
        for (apply, status, text) in cases {
            let answer = shop.get(&format!("products?$apply={apply}")).await;
            assert_eq!(answer.status, status, "{apply}: {}", answer.text());
            let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.contains(text), "{apply}: {message}");
        }
        let deep = "concat(identity,".repeat(700) + "identity" + &")".repeat(700);
        let message = shop.get(&format!("products?$apply={deep}")).await.error(400, "BadRequest");
        assert!(message.contains("20 transformations within each other"), "{message}");
    }
}

#[tokio::test]
async fn what_cannot_be_applied_is_refused() {
    let cases: &[(&str, u16)] = &[
        ("products?$apply=", 400),
        ("products?$apply=groupby(active)", 400),
        ("products?$apply=groupby((nothing))", 400),
        ("products?$apply=aggregate(name with sum as s)", 400),
        ("products?$apply=aggregate(price with sum as name)", 400),
        ("products?$apply=groupby((active))&$select=name", 400),
        ("products?$apply=groupby((active))&$orderby=nothing", 400),
        ("products?$apply=identity&$apply=identity", 400),
        ("products(1)?$apply=identity", 400),
        ("products(1)/name?$apply=identity", 400),
        ("products?$apply=filter(price gt 'x')", 400),
        ("products/$ref?$apply=identity", 501),
        ("recipes(1)/tags?$apply=identity", 501),
        ("recipes(1)/steps?$apply=aggregate($count as n)", 501),
        ("recipes(1)/tags/$count?$apply=identity", 501),
        ("products?$apply=concat(identity,identity)&$orderby=id", 501),
        ("products?$apply=concat(identity,identity)&$filter=id eq 1", 501),
        ("products/$count?$apply=concat(identity,identity)&$filter=id eq 1", 501),
        ("products?$apply=concat(identity,identity)&$skip=1", 501),
        ("products?$apply=concat(identity,identity)&$compute=id add 1 as a", 501),
        ("products?$apply=concat(identity,identity)/top(1)", 501),
        ("products?$apply=concat(identity,aggregate($count as n))", 501),
        ("products?$apply=nest(identity as a)", 501),
        ("products?$apply=join(stocks as s)", 501),
        ("products?$apply=toppercent(10,price)", 501),
        ("products?$apply=groupby((rollup(active,colour)))", 501),
        ("products?$apply=groupby((category))", 501),
        ("products?$apply=groupby((size))", 501),
        ("products?$apply=aggregate(forecast)", 501),
        ("products?$apply=aggregate(stocks/nothing with sum as n)", 400),
        ("products?$apply=aggregate(stocks/store with sum as n)", 400),
        ("products?$apply=aggregate(nothing/$count as n)", 400),
        ("products?$apply=aggregate(category/$count as n)", 501),
        ("shelves?$apply=aggregate(contents/shop.food/$count as n)", 501),
        ("products?$apply=aggregate(stocks/item/price with sum as n)", 501),
        ("products?$apply=aggregate(category/products/price with sum as n)", 501),
        ("products?$apply=aggregate(stocks/amount with countdistinct as n)", 501),
        ("products?$apply=aggregate(stocks with countdistinct as n)", 501),
        ("products?$apply=groupby((active))/aggregate(stocks/$count as n)", 501),
        ("products?$apply=aggregate(category/id with sum as s)", 501),
        ("products?$apply=aggregate(price mul 2 with sum as s)", 501),
        ("products?$apply=search(lamp)", 501),
        ("products?$apply=identity&$search=lamp", 501),
        ("products?$apply=identity&$expand=stocks", 501),
        ("products?$expand=stocks($apply=aggregate($count as n))", 501),
        ("products?$apply=groupby((active))&$filter=stocks/any()", 501),
        ("products?$apply=aggregate(9223372036854775807 with sum as s)", 501),
        ("products?$apply=aggregate(totalseconds(warranty) with average as a)", 200),
    ];
    statuses(cases).await;
}
