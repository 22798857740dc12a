//! `$apply` over the rows of the shop.

use serde_json::Value;

use super::{Shop, answered, statuses};

/// Results as text: `name=value` with commas, one result behind the other.
pub(super) async fn check(cases: &[(&str, &str)]) {
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
        ("products?$apply=concat(identity,identity)&$skip=1", 501),
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
