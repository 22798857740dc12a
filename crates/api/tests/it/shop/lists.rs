use serde_json::{Value, json};

use super::expand::bare;
use super::{Shop, answered, pages, rows, statuses};

#[tokio::test]
async fn collections_of_values_are_filtered_by() {
    let cases: &[(&str, &[i64])] = &[
        ("recipes?$filter=tags/any(t:t eq 'hot')", &[1, 4]),
        ("recipes?$filter='hot' in tags", &[1, 4]),
        ("recipes?$filter=not ('hot' in tags)", &[2, 3]),
        ("recipes?$filter=tags/any()", &[1, 2, 4]),
        ("recipes?$filter=not tags/any()", &[3]),
        ("recipes?$filter=tags/$count gt 1", &[1, 2, 4]),
        ("recipes?$filter=tags/$count eq 0", &[3]),
        ("recipes?$filter=length(tags) eq 3", &[1]),
        ("recipes?$filter=tags/any(t:startswith(t,'e'))", &[1, 2]),
        ("recipes?$filter=tags/any(t:t eq null)", &[4]),
        ("recipes?$filter=tags/all(t:t ne null)", &[1, 2, 3]),
        ("recipes?$filter=tags/any(t:length(t) eq 3 and t ne 'hot')", &[1]),
        ("recipes?$filter=tags/any(t:toupper(t) eq '%C3%9CN%C3%8F')", &[1]),
        ("recipes?$filter=tags/any(t:t eq title)", &[]),
        ("recipes?$filter=ratings/any(r:r ge 5)", &[1]),
        ("recipes?$filter=ratings/all(r:r ge 3)", &[1, 2, 3]),
        ("recipes?$filter=ratings/$count($filter=$this gt 2) eq 2", &[4]),
        ("recipes?$filter=3 in ratings", &[1, 4]),
        ("recipes?$filter=id in ratings", &[4]),
        ("recipes?$filter=colours/any(c:c has 'red')", &[1]),
        ("recipes?$filter=colours/any(c:c eq 'green')", &[2]),
        ("recipes?$filter=weights/any(w:w gt 1e300)", &[1]),
        ("recipes?$filter=dates/any(d:d lt 2024-01-15)", &[1]),
        ("recipes?$filter=dates/any(d:year(d) eq 2024 and month(d) eq 2)", &[1]),
        ("recipes?$filter=steps/any(s:s/minutes gt 60)", &[4]),
        ("recipes?$filter=steps/any(s:s/minutes eq null)", &[1]),
        ("recipes?$filter=steps/all(s:s/minutes lt 10)", &[2, 3]),
        ("recipes?$filter=steps/$count($filter=text eq 'Boil') eq 1", &[1, 4]),
        ("recipes?$filter=steps/any(s:s/minutes in (1,5))", &[1, 2]),
        ("recipes?$filter=source/pages/any(p:p eq 13)", &[1]),
        ("recipes?$filter=source/pages/$count eq 0", &[3]),
        ("recipes?$filter=source/pages/$count eq null", &[2, 4]),
        ("recipes?$filter=not source/pages/any()", &[3]),
        ("recipes?$filter=base/tags/any(t:t eq 'hot')", &[2, 3]),
        ("recipes?$filter=base/tags/$count eq null", &[1]),
        ("recipes?$filter=base/source/pages/any()", &[2, 3]),
        ("recipes?$filter=variants/any(v:'cold' in v/tags)", &[1]),
        ("recipes?$filter=variants/any(v:v/tags/any(t:t eq null))", &[2]),
        ("recipes?$filter=variants/any(v:v/ratings/$count gt 1)", &[2]),
        ("recipes?$orderby=tags/$count desc,id", &[1, 2, 4, 3]),
        ("recipes(1)/variants?$filter='easy' in tags", &[2]),
    ];
    rows(cases).await;
    let cases: &[(&str, &[i64])] = &[
        ("recipes?$top=1&$orderby=ratings/$count desc", &[4, 1, 2, 3]),
        ("recipes?$top=2&$orderby='easy' in tags,title desc", &[3, 4, 1, 2]),
        ("recipes?$top=1&$orderby=source/pages/$count", &[2, 4, 3, 1]),
    ];
    pages(cases).await;
}

#[tokio::test]
async fn collections_of_values_are_counted() {
    let cases: &[(&str, u16, &str)] = &[
        ("recipes(1)/tags/$count", 200, "3"),
        ("recipes(1)/tags/$count?$filter=startswith($it,'e')", 200, "1"),
        ("recipes(3)/tags/$count", 200, "0"),
        ("recipes(4)/tags/$count?$filter=$it eq null", 200, "1"),
        ("recipes(1)/steps/$count?$filter=minutes lt 10", 200, "1"),
        ("recipes(1)/source/pages/$count", 200, "2"),
        ("recipes(3)/base/tags/$count", 200, "3"),
    ];
    answered(cases).await;
}

#[tokio::test]
async fn collections_of_values_are_picked_from_within_select() {
    let cases = [
        (
            "recipes?$select=tags($filter=$this ne null;$orderby=$this desc;$count=true)",
            json!([
                {"tags@odata.count": 3, "tags": ["Ünï", "hot", "easy"]},
                {"tags@odata.count": 2, "tags": ["easy", "cold"]},
                {"tags@odata.count": 0, "tags": []},
                {"tags@odata.count": 1, "tags": ["hot"]},
            ]),
        ),
        (
            "recipes?$select=id,tags($search=hot OR cold),ratings($top=1;$skip=1)&$top=2",
            json!([
                {"id": 1, "tags": ["hot"], "ratings": [3]},
                {"id": 2, "tags": ["cold"], "ratings": []},
            ]),
        ),
        (
            "recipes?$select=steps($filter=minutes gt 1;$orderby=minutes desc;$select=text)&$filter=steps/any()",
            json!([{"steps": [{"text": "Boil"}]}, {"steps": [{"text": "Cut"}]}, {"steps": [{"text": "Boil"}]}]),
        ),
    ];
    for shop in Shop::both().await {
        for (path, expect) in &cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(bare(&answer.json()["value"]), *expect, "{path}");
        }
    }
}

#[tokio::test]
async fn collections_of_values_are_answered() {
    let cases: &[(&str, Value)] = &[
        ("recipes(1)/tags", json!(["hot", "easy", "Ünï"])),
        ("recipes(3)/tags", json!([])),
        ("recipes(4)/tags", json!(["hot", null])),
        ("recipes(1)/tags?$filter=$it ne 'hot'", json!(["easy", "Ünï"])),
        ("recipes(1)/tags?$filter=$this eq 'easy'", json!(["easy"])),
        ("recipes(1)/tags?$filter=contains($it,@a)&@a='o'", json!(["hot"])),
        ("recipes(1)/tags?$orderby=$it", json!(["easy", "hot", "Ünï"])),
        ("recipes(1)/tags?$orderby=$it desc&$top=1", json!(["Ünï"])),
        ("recipes(1)/tags?$orderby=length($it) desc", json!(["easy", "hot", "Ünï"])),
        ("recipes(4)/tags?$orderby=$it", json!([null, "hot"])),
        ("recipes(1)/tags?$skip=1&$top=1", json!(["easy"])),
        ("recipes(1)/tags?$skip=9", json!([])),
        ("recipes(1)/ratings?$orderby=$it", json!([3, 5, 5])),
        ("recipes(1)/ratings?$filter=$it add 1 gt 5", json!([5, 5])),
        ("recipes(1)/ratings?$filter=$it in (1,3)", json!([3])),
        ("recipes(1)/colours", json!(["red", "green,blue"])),
        ("recipes(1)/colours?$filter=$it has 'blue'", json!(["green,blue"])),
        ("recipes(1)/weights", json!([1.5, "INF"])),
        ("recipes(1)/dates?$filter=$it gt 2024-01-15", json!(["2024-02-01"])),
        ("recipes(1)/dates?$orderby=$it desc", json!(["2024-02-01", "2024-01-10"])),
        ("recipes(1)/steps?$filter=minutes gt 5", json!([{"text": "Boil", "minutes": 10}])),
        ("recipes(1)/steps?$filter=$it/text eq 'Stir'", json!([{"text": "Stir", "minutes": null}])),
        (
            "recipes(1)/steps?$orderby=minutes desc,text&$select=text",
            json!([{"text": "Boil"}, {"text": "Serve"}, {"text": "Stir"}]),
        ),
        ("recipes(1)/source/pages", json!([12, 13])),
        ("recipes(2)/base/tags", json!(["hot", "easy", "Ünï"])),
        ("recipes(1)/variants(2)/tags", json!(["easy", "cold"])),
        ("recipes?$select=ratings&$top=2", json!([{"ratings": [5, 3, 5]}, {"ratings": [4]}])),
        ("recipes?$select=steps/text&$filter=id eq 2", json!([{"steps": [{"text": "Cut"}]}])),
        (
            "recipes?$select=source/pages",
            json!([
                {"source": {"pages": [12, 13]}}, {"source": null},
                {"source": {"pages": []}}, {"source": null},
            ]),
        ),
        (
            "recipes?$compute=tags/$count as n&$select=n&$format=application/json;odata.metadata=none",
            json!([{"n": 3}, {"n": 2}, {"n": 0}, {"n": 2}]),
        ),
        (
            "recipes?$select=id&$expand=variants($select=tags)&$top=2",
            json!([
                {"id": 1, "variants": [{"tags": ["easy", "cold"]}, {"tags": []}]},
                {"id": 2, "variants": [{"tags": ["hot", null]}]},
            ]),
        ),
        (
            "recipes?$select=id&$expand=base($select=ratings)&$filter=id eq 4",
            json!([{"id": 4, "base": {"ratings": [4]}}]),
        ),
    ];
    for shop in Shop::both().await {
        for (path, expect) in cases {
            let answer = shop.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(bare(&answer.json()["value"]), *expect, "{path}");
        }
    }
}

#[tokio::test]
async fn collections_of_values_have_contexts_and_types() {
    for shop in Shop::both().await {
        for (path, context) in [
            ("recipes(1)/tags", "recipes(1)/tags"),
            ("recipes(1)/tags?$top=1", "recipes(1)/tags"),
            ("recipes(1)/source/pages", "recipes(1)/source/pages"),
            ("recipes(1)/steps?$select=text", "recipes(1)/steps(text)"),
            ("recipes(2)/base/tags", "recipes(2)/base/tags"),
        ] {
            let answer = shop.get(path).await.expect(200).json();
            let context = format!("http://127.0.0.1:8080/shop/v1/$metadata#{context}");
            assert_eq!(answer["@odata.context"], context, "{path}");
        }
        let counted = shop.get("recipes(1)/tags?$count=true&$top=1&$filter=$it ne 'hot'").await;
        assert_eq!(counted.expect(200).json()["@odata.count"], 2);
        for (name, path) in [
            ("recipe", "recipes(1)"),
            ("full", "recipes(1)?$format=application/json;odata.metadata=full"),
        ] {
            let body = shop.get(path).await.expect(200).json();
            insta::allow_duplicates! {
                insta::assert_snapshot!(name, format!("{body:#}"));
            }
        }
    }
}

#[tokio::test]
async fn what_collections_of_values_cannot_be_asked_is_refused() {
    let cases: &[(&str, u16)] = &[
        ("recipes(9)/tags", 404),
        ("recipes(2)/source/pages", 404),
        ("recipes(1)/tags/$value", 400),
        ("recipes(1)/tags/any()", 400),
        ("recipes(1)/tags(1)", 400),
        ("recipes(1)/tags/length", 400),
        ("recipes(1)/tags?$filter=text eq 'x'", 400),
        ("recipes(1)/tags?$filter=$it", 400),
        ("recipes(1)/tags?$filter=$it eq 1", 400),
        ("recipes(1)/ratings?$filter=$it div 0 eq 1", 400),
        ("recipes(1)/steps?$filter=nothing eq 1", 400),
        ("recipes(1)/steps?$orderby=$it", 400),
        ("recipes(1)/tags?$select=text", 400),
        ("recipes(1)/tags?$top=-1", 400),
        ("recipes(1)/tags?$top=1&$top=2", 400),
        ("recipes(1)/tags?$nothing=1", 400),
        ("recipes(1)/tags?$skiptoken=x", 400),
        ("recipes(1)/tags/$count?$top=1", 400),
        ("recipes(1)/tags?$search=x", 501),
        ("recipes(1)/steps?$compute=minutes add 1 as x", 501),
        ("recipes(1)/steps?$expand=x", 501),
        ("recipes?$filter=tags eq 'hot'", 400),
        ("recipes?$filter=tags", 400),
        ("recipes?$orderby=tags", 400),
        ("recipes?$expand=tags", 400),
        ("recipes?$filter=tags/any(t:t eq 1)", 400),
        ("recipes?$filter=tags/nothing()", 400),
        ("recipes?$filter=hassubset(tags,['hot'])", 501),
        ("recipes?$filter=contains(tags,['hot'])", 501),
        ("recipes?$filter=tags eq ['hot']", 501),
    ];
    statuses(cases).await;
}
