use serde_json::{Value, json};

use crate::scene::{Scene, oauth};

/// Rows whose nulls, equal values and texts try an order.
async fn fill(scene: &mut Scene) {
    let rows = [
        (Some("https://b.example"), Some("x"), "enabled", Some("2020-01-01T00:00:00Z")),
        (None, Some("x"), "disabled", None::<&str>),
        (Some("https://B.example"), None, "enabled", Some("0001-01-01T00:00:00Z")),
        (Some("https://a.example"), Some(""), "disabled", Some("9999-12-31T23:59:59.9999999Z")),
        (None, None, "enabled", Some("2020-01-01T00:00:00.0000001Z")),
        (Some("https://a.example/é"), Some("é"), "disabled", None),
        (Some("https://b.example"), Some("X"), "disabled", Some("2020-01-01T00:00:00Z")),
    ];
    for (url, app, status, queried) in rows {
        let authentication = app.map_or(Value::Null, oauth);
        let body = json!({
            "instanceUrl": url,
            "authenticationMethod": authentication,
            "serviceNowConnectionStatus": status,
            "lastQueriedDateTime": queried
        });
        scene.row(&body).await;
    }
}

/// Orders and what they come to; where rows are equal the order goes on by what is written.
const ORDERS: [(&str, &str); 16] = [
    ("createdDateTime", "abcdefg"),
    ("createdDateTime desc", "gfedcba"),
    ("createdDateTime desc,id", "gfedcba"),
    ("instanceUrl,createdDateTime", "becdfag"),
    ("instanceUrl,createdDateTime desc", "ebcdfga"),
    ("instanceUrl desc,createdDateTime", "agfdcbe"),
    ("INSTANCEURL DESC,createddatetime asc", "agfdcbe"),
    ("serviceNowConnectionStatus,createdDateTime", "bdfgace"),
    ("serviceNowConnectionStatus desc,instanceUrl,createdDateTime desc", "ecabdfg"),
    ("lastQueriedDateTime,createdDateTime", "bfcaged"),
    ("lastQueriedDateTime desc,createdDateTime desc", "degacfb"),
    (
        "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication/appId,createdDateTime",
        "cedgabf",
    ),
    ("length(instanceUrl),createdDateTime", "beacdgf"),
    ("tolower(instanceUrl) desc,createdDateTime desc", "gcafdeb"),
    ("instanceUrl eq null,createdDateTime", "acdfgbe"),
    ("year(lastQueriedDateTime) desc,createdDateTime", "daegcbf"),
];

#[tokio::test]
async fn rows_come_in_the_order_that_is_asked_for_with_nulls_lowest() {
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        for (order, expect) in ORDERS {
            assert_eq!(scene.letters(&[("$orderby", order)]).await, expect, "{order}");
        }
    }
}

#[tokio::test]
async fn pages_of_any_size_are_the_list_cut_in_pieces() {
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        for (order, expect) in ORDERS {
            for (top, pages) in [("1", 7), ("2", 4), ("3", 3)] {
                let paged = scene.all_pages(&[("$orderby", order), ("$top", top)]).await;
                assert_eq!(paged, (expect.to_owned(), pages), "{order} by {top}");
            }
        }
    }
}

#[tokio::test]
async fn without_an_order_new_rows_come_last() {
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        assert_eq!(scene.letters(&[]).await, "abcdefg");
        let by_id = scene.list(&[("$orderby", "id")]).await.expect(200).json();
        let ids: Vec<_> = by_id["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap())
            .collect();
        assert!(ids.is_sorted(), "{ids:?}");
    }
}

#[tokio::test]
async fn skipping_and_picking_one_gives_the_second_of_the_order() {
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        let options = [("$skip", "1"), ("$top", "1"), ("$orderby", "createdDateTime")];
        assert_eq!(scene.letters(&options).await, "b");
        let options = [("$skip", "1"), ("$top", "2"), ("$orderby", "createdDateTime desc")];
        assert_eq!(scene.all_pages(&options).await, ("fedcba".to_owned(), 3));
    }
}

#[tokio::test]
async fn what_has_no_order_is_refused() {
    let scene = Scene::sqlite().await;
    let cases = [
        "nope",
        "id sideways",
        "id asc desc",
        "id,",
        ",id",
        "authenticationMethod",
        "authenticationMethod/appId",
        "id desc id",
        "contains(instanceUrl)",
    ];
    for order in cases {
        let answer = scene.list(&[("$orderby", order)]).await;
        assert_eq!(answer.status, 400, "{order}: {}", answer.text());
        answer.error(400, "BadRequest");
    }
}
