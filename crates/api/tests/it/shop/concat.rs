//! Results of `$apply` one behind the other.

use super::Shop;
use super::apply::check;

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
        ("products?$apply=concat(top(3),identity)&$filter=id gt 2".to_owned(), "3 3 4 5"),
        (format!("products?$apply={totals}/filter(n gt 1)"), "active=true,n=3 n=5"),
        (format!("products?$apply={totals}&$filter=n gt 1"), "active=true,n=3 n=5"),
        (
            format!("products?$apply={totals}&$compute=n mul 2 as m&$filter=m gt 2&$select=m"),
            "m=6 m=10",
        ),
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
        // Not every part has it.
        shop.get(&format!("products?$apply={totals}&$filter=active eq null")).await.expect(501);
        let count = shop.get(&format!("products/$count?$apply={totals}&$filter=n gt 1")).await;
        assert_eq!(count.text(), "2");
    }
}
