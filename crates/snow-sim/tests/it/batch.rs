use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::site::{Said, Site, send};

fn item(id: usize) -> Value {
    json!({"id": id.to_string(), "method": "GET", "url": "/api/now/table/incident?sysparm_limit=1"})
}

async fn batch(site: &Site, body: &Value) -> Said {
    send(site.ask("POST", "/api/now/v1/batch").json(body)).await
}

#[tokio::test]
async fn a_body_without_what_is_required_is_refused() {
    let site = Site::with(1).await;
    for body in [
        json!({}),
        json!([]),
        json!(null),
        json!({"batch_request_id": "1"}),
        json!({"rest_requests": {}}),
        json!({"rest_requests": [{"method": "GET", "url": "/api/now/table/incident"}]}),
        json!({"rest_requests": [{"id": "1", "url": "/api/now/table/incident"}]}),
        json!({"rest_requests": [{"id": "1", "method": "GET"}]}),
        json!({"rest_requests": [item(1), 5]}),
    ] {
        let said = batch(&site, &body).await;
        assert_eq!(said.status, 400, "{body}: {}", said.text);
        assert_eq!(said.json()["error"]["message"], "Exception while reading request");
    }
    let empty = batch(&site, &json!({"rest_requests": []})).await;
    assert_eq!((empty.status, &empty.json()["serviced_requests"]), (200, &json!([])));
}

#[tokio::test]
async fn an_item_is_answered_by_itself() {
    let site = Site::with(1).await;
    let table = "/api/now/table/incident";
    let kind = json!([{"name": "Content-Type", "value": "application/json"}]);
    let body = json!({"rest_requests": [
        {"id": 1, "method": "post", "url": table, "headers": kind, "body": STANDARD.encode("{}")},
        {"id": "2", "method": "POST", "url": table, "headers": kind, "body": "no base64"},
        {"id": "3", "method": "GET", "url": "/api/now/v2/batch", "exclude_response_headers": true},
        {"id": "4", "method": "POST", "url": "/api/now/batch", "headers": kind,
            "body": STANDARD.encode("{\"rest_requests\":[]}")},
        {"id": "5", "method": "GET", "url": "/_sim/settings"},
        {"id": "6", "method": "GET", "url": "/xyz/now/table/incident"},
        {"id": "7", "method": "HEAD", "url": table},
        {"id": "8", "method": "POST", "url": table,
            "headers": [{"name": "X-HTTP-Method-Override", "value": "GET"}]},
        {"id": "9", "method": "GET", "url": "api/now/table/incident"},
    ]});
    let said = batch(&site, &body).await.json();
    let items = said["serviced_requests"].as_array().unwrap();
    let statuses: Vec<_> = items.iter().map(|item| item["status_code"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 400, 405, 400, 400, 400, 200, 200, 200]);
    let body = |at: usize| STANDARD.decode(items[at]["body"].as_str().unwrap()).unwrap();
    assert_eq!((body(6), body(7)), (Vec::new(), body(8)));
    assert!(body(8).starts_with(b"{\"result\":[{"));
    assert_eq!((&items[0]["id"], &items[2]["headers"]), (&json!("1"), &json!([])));
    assert!(String::from_utf8(body(3)).unwrap().contains("cannot be nested"));
}

#[tokio::test]
async fn those_beyond_the_limit_come_back_by_their_ids() {
    let site = Site::with(1).await;
    site.sim.settings(|settings| settings.batch_requests = 2);
    let said = batch(&site, &json!({"rest_requests": (1..=4).map(item).collect::<Vec<_>>()})).await;
    let said = said.json();
    assert_eq!(said["serviced_requests"].as_array().unwrap().len(), 2);
    assert_eq!(said["unserviced_requests"], json!(["3", "4"]));
}

/// On one thread, so that whoever does not give way would stop all.
#[tokio::test]
async fn others_are_answered_while_a_batch_or_life_goes_on() {
    let site = Site::with(500).await;
    let url = "/api/now/table/incident?sysparm_fields=number";
    let items: Vec<Value> =
        (0..1000).map(|id| json!({"id": id, "method": "GET", "url": url})).collect();
    let body = json!({"rest_requests": items});
    let long = [
        site.ask("POST", "/api/now/batch").json(&body),
        site.bare("POST", "/_sim/life").json(&json!({"steps": 20_000})),
    ];
    for asked in long {
        let running = tokio::spawn(async move { asked.send().await.unwrap().status().as_u16() });
        let mut between = 0;
        while !running.is_finished() {
            site.get("/api/now/table/sys_user?sysparm_limit=1").await;
            between += 1;
        }
        assert!(between > 20, "{between}");
        assert_eq!(running.await.unwrap(), 200);
    }
}

/// Who reads sees the rows as they were when the request came, and keeps nobody from writing.
#[tokio::test]
async fn others_read_and_write_while_many_rows_are_read() {
    let site = Site::with(20_000).await;
    let id = site.list("sysparm_query=number=INC0010001").await[0]["sys_id"].clone();
    let path = format!("/api/now/table/incident/{}", id.as_str().unwrap());
    let terms: Vec<String> = (0..60).map(|at| format!("short_descriptionLIKEnone {at}")).collect();
    let terms = terms.join("^OR");
    let item = |url: String| json!({"rest_requests": [{"id": "1", "method": "GET", "url": url}]});
    let table = "/api/now/table/incident?sysparm_limit=20000";
    let longs = [
        site.ask("GET", &format!("{table}&sysparm_query={terms}^ORnumber=INC0010001")),
        site.ask("GET", &format!("{table}&sysparm_query=ORDERBYnumber")),
        site.ask(
            "GET",
            &format!("/api/now/stats/incident?sysparm_count=true&sysparm_query={terms}"),
        ),
        site.ask("POST", "/api/now/batch").json(&item(format!("{table}&sysparm_query={terms}"))),
        site.bare("POST", "/_sim/edits").json(&json!([{"table": "incident", "query": terms,
            "set": {"correlation_id": "edited"}}])),
    ];
    let mut between = 0;
    for (round, long) in longs.into_iter().enumerate() {
        let running = tokio::spawn(async move { send(long).await });
        tokio::task::yield_now().await;
        while !running.is_finished() {
            let body = json!({"short_description": format!("none {between}")});
            let written = send(site.ask("PATCH", &path).json(&body)).await;
            assert_eq!(written.status, 200, "{round}: {}", written.text);
            between += 1;
        }
        assert_eq!(running.await.unwrap().status, 200);
    }
    assert!(between > 20, "{between}");
}

/// More than may read at the same time; some leave before their turn, or in it.
#[tokio::test]
async fn all_who_read_get_their_turn() {
    let site = Site::with(3000).await;
    let ask = || site.ask("GET", "/api/now/table/incident?sysparm_query=ORDERBYnumber").send();
    let asked: Vec<_> = (0..60).map(|_| tokio::spawn(ask())).collect();
    for (at, asked) in asked.into_iter().enumerate() {
        if at % 3 == 0 {
            asked.abort();
            continue;
        }
        assert_eq!(asked.await.unwrap().unwrap().status().as_u16(), 200);
    }
    assert_eq!(site.list("sysparm_fields=number").await.len(), 3000);
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_batch() {
    let site = Site::with(1).await;
    let kind = json!([{"name": "Content-Type", "value": "application/json"}]);
    let new = |id: usize| {
        json!({"id": id, "method": "POST", "url": "/api/now/table/incident", "headers": kind,
            "body": STANDARD.encode("{\"correlation_id\":\"batch\"}")})
    };
    let body = json!({"rest_requests": (0..1000).map(new).collect::<Vec<_>>()});
    let asked = site.ask("POST", "/api/now/batch").json(&body);
    let running = tokio::spawn(async move { asked.send().await });
    let created = async || {
        site.get("/api/now/stats/incident?sysparm_count=true&sysparm_query=correlation_id=batch")
            .await
            .json()["result"]["stats"]["count"]
            .as_str()
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    while created().await == 0 {}
    running.abort();
    let mut last = created().await;
    loop {
        for _ in 0..20 {
            created().await;
        }
        let now = created().await;
        if now == last {
            break;
        }
        last = now;
    }
    assert!(last < 1000, "{last}");
}
