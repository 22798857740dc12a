use odata::search::SearchText;
use serde_json::{Value, json};

use super::{Shop, answered, ids, rows, statuses};
use crate::scene::query;

/// What products and notes are searched by.
const PRODUCTS: &[(i64, &[&str])] = &[
    (1, &["Lamp", "Bright reading-light, 3.14 W; INC0010001"]),
    (2, &["Table", "Tall brown oak table for 100% of all kitchens"]),
    (3, &["Chair", "Größe M, STRASSE_7, brown oak"]),
    (4, &["Émile's desk", "C:\\desk\\path 日本語 テスト, oak"]),
    (5, &["bed", "Bed of oak AND steel, \"king\" size"]),
    (6, &["Lamp", "Another tenant's brown oak"]),
];
const NOTES: &[(i64, &[&str])] =
    &[(1, &["bright"]), (2, &["warm"]), (4, &["heavy"]), (5, &["foreign, bright"])];

/// The columns of words; whoever writes rows has to fill them.
pub(super) fn words() -> String {
    let mut statements = Vec::new();
    for (table, key, texts) in [("product", "product_id", PRODUCTS), ("note", "note_id", NOTES)] {
        statements.push(format!("ALTER TABLE {table} ADD COLUMN words TEXT NOT NULL DEFAULT ' '"));
        for (id, texts) in texts {
            let words = SearchText::new(texts.iter().copied());
            let words = words.as_str();
            statements.push(format!("UPDATE {table} SET words = '{words}' WHERE {key} = {id}"));
        }
    }
    statements.join(";")
}

#[tokio::test]
async fn products_are_searched() {
    let cases: &[(&str, &[i64])] = &[
        ("oak", &[2, 3, 4, 5]),
        ("OAK", &[2, 3, 4, 5]),
        ("brown", &[2, 3]),
        ("bro", &[]),
        ("bro*", &[2, 3]),
        ("row*", &[]),
        ("*", &[1, 2, 3, 4, 5]),
        ("lamp", &[1]),
        ("brown oak", &[2, 3]),
        ("oak brown", &[2, 3]),
        ("\"brown oak\"", &[2, 3]),
        ("\"oak brown\"", &[]),
        ("\"tall brown\"", &[2]),
        ("\"table tall\"", &[]),
        ("brown AND oak AND tall", &[2]),
        ("lamp OR chair", &[1, 3]),
        ("lamp OR brown tall", &[1, 2]),
        ("(lamp OR brown) oak", &[2, 3]),
        ("NOT oak", &[1]),
        ("oak NOT brown", &[4, 5]),
        ("oak AND NOT (brown OR steel)", &[4]),
        ("NOT NOT oak", &[2, 3, 4, 5]),
        ("and", &[5]),
        ("\"AND\"", &[5]),
        ("\"oak and steel\"", &[5]),
        ("king", &[5]),
        ("\"\\\"king\\\"\"", &[5]),
        ("reading light", &[1]),
        ("reading-light", &[1]),
        ("light-reading", &[]),
        ("inc0010001", &[1]),
        ("INC001*", &[1]),
        ("3.14", &[1]),
        ("14", &[1]),
        ("100%", &[2]),
        ("1%", &[]),
        ("%", &[1, 2, 3, 4, 5]),
        ("NOT %", &[]),
        ("o_k", &[]),
        ("strasse_7", &[3]),
        ("straße", &[]),
        ("größe", &[3]),
        ("GRÖSSE", &[]),
        ("GRÖßE", &[3]),
        ("gro\u{308}ße", &[3]),
        ("grosse", &[]),
        ("émile", &[4]),
        ("ÉMILE'S", &[4]),
        ("'émile''s desk'", &[4]),
        ("'émile''s d'", &[]),
        ("desk\\path", &[4]),
        ("日本語", &[4]),
        ("日本*", &[4]),
        ("本語", &[]),
        ("テスト", &[4]),
        ("ﾃｽﾄ", &[4]),
        ("tenant", &[]),
        ("nothing", &[]),
    ];
    let path = |search| format!("products{}", query(&[("$search", search)]));
    let sent: Vec<_> = cases.iter().map(|(search, expect)| (path(*search), *expect)).collect();
    let sent: Vec<_> = sent.iter().map(|(path, expect)| (path.as_str(), *expect)).collect();
    rows(&sent).await;
}

#[tokio::test]
async fn searching_goes_with_the_other_options() {
    let cases: &[(&str, &[i64])] = &[
        ("products?$search=oak&$filter=price gt 50", &[2, 4]),
        ("products?$filter=price gt 50 or id eq 3&$search=brown", &[2, 3]),
        ("products?$search=oak&$orderby=id desc", &[5, 4, 3, 2]),
        ("products?$search=oak&$orderby=name&$top=2", &[3, 2]),
        ("products?$search=oak&$skip=2", &[4, 5]),
        ("products?$search=oak&$compute=id mod 2 as odd&$filter=odd eq 1", &[3, 5]),
        ("products?$search=oak&$select=id", &[2, 3, 4, 5]),
        ("products?search=tall", &[2]),
        ("products?%24SEARCH=tall", &[2]),
        ("products?$search= tall ", &[2]),
        ("categories(2)/products?$search=oak", &[2, 4]),
        ("categories(2)/products?$search=NOT brown", &[4]),
        ("products(1)/notes?$search=bright OR warm", &[1, 2]),
        ("products(1)/notes?$search=NOT bright", &[2, 3]),
        ("products(2)/category/products?$search=oak tall", &[2]),
    ];
    rows(cases).await;
    let cases: &[(&str, u16, &str)] = &[
        ("products/$count?$search=oak", 200, "4"),
        ("products/$count?$search=oak&$filter=id gt 3", 200, "2"),
        ("products/$count?$search=NOT oak", 200, "1"),
        ("categories(2)/products/$count?$search=brown", 200, "1"),
        ("products(1)/notes/$count?$search=bright", 200, "1"),
        ("products(2)/notes/$count?$search=bright", 200, "0"),
    ];
    answered(cases).await;
}

#[tokio::test]
async fn related_entities_are_counted_by_searches() {
    let cases: &[(&str, &[i64])] = &[
        ("products?$filter=notes/$count($search=bright) gt 0", &[1]),
        ("products?$filter=notes/$count($search=BRIGHT OR heavy) eq 1", &[1, 2]),
        ("products?$filter=notes/$count($search=NOT bright) eq 0", &[3, 4, 5]),
        ("products?$filter=notes/$count($filter=text ne null;$search=NOT bright) ge 1", &[1, 2]),
        ("products?$filter=notes/$count($search=NOT bright;$filter=text eq null) ge 1", &[1]),
        ("products?$filter=category/products/$count($search=%22brown oak%22) eq 1", &[1, 2, 3, 4]),
        ("products?$search=oak&$filter=notes/$count($search=heavy) eq 0", &[3, 4, 5]),
        ("categories?$filter=products/$count($search=(lamp OR chair)) eq 2", &[1]),
        ("categories?$orderby=products/$count($search=oak) desc,id", &[2, 1, 3]),
        ("categories(2)/products?$filter=notes/$count($search=heav*) eq 1", &[2]),
    ];
    rows(cases).await;
    let cases: &[(&str, u16, &str)] =
        &[("products/$count?$filter=notes/$count($search=bright) eq 0", 200, "4")];
    answered(cases).await;
}

#[tokio::test]
async fn expanded_entities_are_searched() {
    let cases = [
        (
            "categories?$select=id&$expand=products($select=id;$search=brown)",
            json!([
                {"id": 1, "products": [{"id": 3}]},
                {"id": 2, "products": [{"id": 2}]},
                {"id": 3, "products": []},
            ]),
        ),
        (
            "categories?$select=id&$top=2&$expand=products($select=id;$search=oak OR lamp;$top=1;$orderby=id desc;$count=true)",
            json!([
                {"id": 1, "products@odata.count": 2, "products": [{"id": 3}]},
                {"id": 2, "products@odata.count": 2, "products": [{"id": 4}]},
            ]),
        ),
        (
            "categories?$select=id&$expand=products/$count($search=brown)",
            json!([
                {"id": 1, "products@odata.count": 1},
                {"id": 2, "products@odata.count": 1},
                {"id": 3, "products@odata.count": 0},
            ]),
        ),
        (
            "products?$search=lamp&$select=id&$expand=notes($select=id;$search=NOT bright;$filter=text ne null)",
            json!([{"id": 1, "notes": [{"id": 2}]}]),
        ),
    ];
    for shop in Shop::both().await {
        for (path, expect) in &cases {
            let sent = format!("{path}&$format=application/json;odata.metadata=none");
            let mut body = shop.get(&sent).await.expect(200).json();
            without_links(&mut body);
            assert_eq!(body["value"], *expect, "{path}");
        }
    }
}

fn without_links(body: &mut Value) {
    if let Some(members) = body.as_object_mut() {
        members.retain(|name, _| !name.ends_with("nextLink"));
    }
}

#[tokio::test]
async fn pages_keep_what_is_searched() {
    for shop in Shop::both().await {
        let mut next = Some("products?$search=oak&$top=1&$count=true&$orderby=name".to_owned());
        let mut found = Vec::new();
        while let Some(path) = next {
            let page = shop.get(&path).await.expect(200).json();
            assert_eq!(page["@odata.count"], 4);
            found.extend(ids(&page));
            next = Shop::next(&page);
        }
        assert_eq!(found, [3, 2, 5, 4]);
        let page = shop.get("products?$search=oak&$top=1").await.expect(200).json();
        let moved = Shop::next(&page).unwrap().replace("search=oak", "search=brown");
        shop.get(&moved).await.expect(400);
        let moved = Shop::next(&page).unwrap().replace("$search=oak&", "");
        shop.get(&moved).await.expect(400);
    }
}

#[tokio::test]
async fn what_cannot_be_searched_is_refused() {
    let words = |count: usize| format!("products?$search={}", vec!["a"; count].join(" OR "));
    let (many, more) = (words(51), words(201));
    let cases: &[(&str, u16)] = &[
        ("stocks?$search=north", 501),
        ("stocks/$count?$search=north", 501),
        ("categories?$search=small", 501),
        ("categories?$expand=parent($search=small)", 400),
        ("products?$expand=stocks($search=north)", 501),
        ("products(1)/stocks?$search=north", 501),
        ("products(1)?$search=lamp", 400),
        ("products(1)/name?$search=lamp", 400),
        ("products?$filter=stocks/$count($search=north) gt 0", 501),
        ("products?$filter=notes/$count($search=a;$search=b) gt 0", 400),
        ("products?$filter=notes/$count($search=) gt 0", 400),
        ("products?$filter=notes/$count($search=(a) gt 0", 400),
        ("products?$search=", 400),
        ("products?$search=(oak", 400),
        ("products?$search=oak)", 400),
        ("products?$search=%22oak", 400),
        ("products?$search=oak&search=oak", 400),
        ("products?$search=oak&$filter=nothing eq 1", 400),
        ("products?$search=oak&$apply=aggregate($count as n)", 501),
        ("products/$count?$search=oak&$apply=groupby((name))", 501),
        (&words(50), 200),
        (&many, 501),
        (&more, 400),
    ];
    statuses(cases).await;
}
