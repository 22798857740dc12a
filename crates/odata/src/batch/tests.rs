use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::header::ContentTypeError;

fn read(requests: &Value) -> Result<Batch, BatchError> {
    read_batch(json!({ "requests": requests }).to_string().as_bytes(), 20)
}

fn get(id: &str, depends_on: &Value) -> Value {
    json!({"id": id, "method": "GET", "url": "/x", "dependsOn": depends_on})
}

/// Ids in the order of execution, or the refusal.
#[track_caller]
fn check(requests: &Value, expect: &str) {
    let got = match read(requests) {
        Ok(batch) => {
            let ids = batch.order.iter().map(|place| batch.items[*place].id.clone());
            ids.collect::<Vec<_>>().join(" ")
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(got, expect);
}

#[test]
fn items_come_after_those_they_depend_on() {
    let none = json!([]);
    check(&json!([]), "");
    check(&json!([get("1", &none), get("2", &Value::Null)]), "1 2");
    check(&json!([get("1", &json!(["2"])), get("2", &none)]), "2 1");
    check(&json!([get("a", &json!(["B"])), get("b", &json!("c")), get("c", &none)]), "c b a");
    check(
        &json!([get("1", &none), get("2", &json!(["1"])), get("3", &json!(["1", "2", "1"]))]),
        "1 2 3",
    );
    check(&json!([get("1", &json!(["3"])), get("2", &none), get("3", &none)]), "2 3 1");
    let python = json!({"id": "1", "method": "GET", "url": "x", "depends_on": ["2"]});
    check(&json!([python, get("2", &none)]), "2 1");
}

#[test]
fn what_cannot_be_put_in_order_is_refused() {
    check(
        &json!([get("1", &json!(["1"]))]),
        "The request '1' depends on itself, directly or by way of others.",
    );
    check(
        &json!([get("0", &json!(["1"])), get("1", &json!(["2"])), get("2", &json!(["1"]))]),
        "The request '1' depends on itself, directly or by way of others.",
    );
    check(
        &json!([get("1", &json!(["9"]))]),
        "The request '1' depends on '9', which is not in the batch.",
    );
    check(
        &json!([get("a", &json!([])), get("A", &json!([]))]),
        "The id 'A' is used by more than one request of the batch.",
    );
    check(
        &json!([get("ä", &json!([])), get("Ä", &json!([]))]),
        "The id 'Ä' is used by more than one request of the batch.",
    );
}

#[test]
fn batches_of_another_shape_are_refused() {
    let missing =
        |member| format!("The request at index 0 of the batch needs '{member}' as a text.");
    check(&json!([{"method": "GET", "url": "x"}]), &missing("id"));
    check(&json!([{"id": 1, "method": "GET", "url": "x"}]), &missing("id"));
    check(&json!([{"id": "", "method": "GET", "url": "x"}]), &missing("id"));
    check(&json!([{"id": "1", "url": "x"}]), &missing("method"));
    check(&json!([{"id": "1", "method": "GET", "url": null}]), &missing("url"));
    check(&json!([get("1", &json!([1]))]), &missing("dependsOn"));
    check(&json!([get("1", &json!({}))]), &missing("dependsOn"));
    let not_served = |member| {
        format!("The member '{member}' of a batch request is not implemented by this service.")
    };
    let with = |member: &str| {
        let mut item = get("1", &json!([]));
        item[member] = json!("g");
        json!([item])
    };
    check(&with("atomicityGroup"), &not_served("atomicityGroup"));
    check(&with("somethingElse"), "1");
    let of = |body: &str| read_batch(body.as_bytes(), 20).unwrap_err().to_string();
    let unreadable = "Unable to read JSON batch request payload. ";
    assert_eq!(of(""), format!("{unreadable}EOF while parsing a value at line 1 column 0."));
    assert_eq!(of("{}"), format!("{unreadable}Missing field `requests` at line 1 column 2."));
    assert!(of("[]").starts_with(unreadable) && of("{\"requests\":{}}").starts_with(unreadable));
    assert!(of("{\"requests\":[1]}").contains("expected a request as an object"));
    assert!(of("{\"requests\":[]} x").contains("Trailing"));
}

#[test]
fn the_number_of_items_is_limited() {
    let of = |count: usize| {
        let items: Vec<_> = (0..count).map(|id| get(&id.to_string(), &json!([]))).collect();
        read(&Value::Array(items)).map(|batch| batch.items.len())
    };
    assert_eq!(of(20), Ok(20));
    assert_eq!(of(21), Err(BatchError::TooMany(20)));
    assert_eq!(
        BatchError::TooMany(20).to_string(),
        "Number of batch request steps exceeds the maximum value of 20."
    );
}

#[test]
fn bodies_stand_for_bytes() {
    let body = |content_type: Value, body: &str| {
        let item = format!(
            r#"{{"id":"1","method":"POST","url":"x","headers":{{"CONTENT-type":{content_type}}},"body":{body}}}"#
        );
        let batch = read_batch(format!("{{\"requests\":[{item}]}}").as_bytes(), 20).unwrap();
        let request = batch.items.into_iter().next().unwrap().request;
        request.map(|request| String::from_utf8(request.body).unwrap())
    };
    let json = json!("application/json; charset=utf-8");
    // To the letter, repeated names too: the item is judged as a request of its own would be.
    assert_eq!(body(json.clone(), "{ \"a\":1.0, \"a\":1 }").unwrap(), "{ \"a\":1.0, \"a\":1 }");
    assert_eq!(body(json.clone(), "null").unwrap(), "");
    assert_eq!(body(json.clone(), "\"eyJhIjoxfQ\"").unwrap(), "{\"a\":1}");
    assert_eq!(body(json.clone(), "\"eyJhIjoxfQ==\""), body(json.clone(), "\"eyJhIjoxfQ\""));
    assert_eq!(body(json, "\"no base64\"").unwrap(), "\"no base64\"");
    assert_eq!(body(json!("text/plain"), "\"x\"").unwrap(), "x");
    assert_eq!(body(json!("application/x"), "\"eA\"").unwrap(), "x");
    assert_eq!(body(json!("application/x"), "\"Pj8_\"").unwrap(), ">??");
    assert_eq!(body(json!("application/x"), "\"Pj8/\"").unwrap(), ">??");
    assert_eq!(body(json!("application/x"), "\"!\""), Err(ItemError::Encoding));
    assert_eq!(body(json!(""), "{}"), Err(ItemError::ContentType(ContentTypeError::Missing)));
    assert_eq!(body(json!(null), "{}"), Err(ItemError::ContentType(ContentTypeError::Missing)));
}

#[test]
fn conditions_refer_to_what_comes_before() {
    let with = |condition: Value| {
        let mut item = get("1", &json!(["2"]));
        item["if"] = condition;
        json!([item, get("2", &json!([])), get("3", &json!([]))])
    };
    check(&with(json!("not $2/$succeeded")), "2 1 3");
    let refused = |what| format!("The condition of the request '1' cannot be used: {what}");
    check(&with(json!("$3/$succeeded")), &refused("'dependsOn' does not name '3'."));
    check(&with(json!("and")), &refused("it is not an expression."));
    check(&with(json!(true)), &refused("it is not an expression."));
    check(
        &with(json!("$2/id eq 'a'")),
        &refused("only '$id/$succeeded', 'and', 'or', 'not' and parentheses are implemented."),
    );
    check(&with(Value::Null), "2 1 3");
}

#[test]
fn methods_are_tokens() {
    let item = |method: &str| json!([{"id": "1", "method": method, "url": "x"}]);
    let request = |method| read(&item(method)).unwrap().items.remove(0).request;
    assert_eq!(request("Foo").unwrap().method, "Foo");
    assert_eq!(request("pAtch").unwrap().method, "PATCH");
    assert_eq!(request("G T"), Err(ItemError::Method));
}

#[test]
fn urls_have_no_control_characters() {
    let url = |url: &str| {
        let items = json!([{"id": "1", "method": "GET", "url": url}]);
        read(&items).unwrap().items.remove(0).request.map(|request| request.url)
    };
    for kept in [" x y ", "/x?$filter=a eq 'ü\u{a0}'"] {
        assert_eq!(url(kept).as_deref(), Ok(kept));
    }
    for refused in ["/x\n", "/x\r\n", "\t/x", "/\0x", "/x\u{7f}", "/x\u{85}"] {
        assert_eq!(url(refused), Err(ItemError::Url), "{refused:?}");
    }
}

#[test]
fn answers_are_spelled_as_graph_spells_them() {
    let answer = |body| ItemAnswer {
        id: "a\"b".to_owned(),
        status: 200,
        headers: [("content-type", "x"), ("etag", "W/\"1\""), ("odata-version", "4.0")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        body,
    };
    let bodies = [
        AnswerBody::of("application/json;a=b", b"{\"x\":1}".to_vec()),
        AnswerBody::of("text/plain", b"7".to_vec()),
        AnswerBody::of("application/xml", b"<a/>".to_vec()),
        AnswerBody::of("", Vec::new()),
    ];
    let heads = r#""id":"a\"b","status":200,"headers":{"Content-Type":"x","ETag":"W/\"1\"","OData-Version":"4.0"}"#;
    let expect = [r#","body":{"x":1}"#, r#","body":"7""#, r#","body":"PGEvPg""#, ""];
    let expect: Vec<_> = expect.iter().map(|body| format!("{{{heads}{body}}}")).collect();
    let text = write_answers(&bodies.map(answer));
    assert_eq!(text, format!("{{\"responses\":[{}]}}", expect.join(",")));
}

proptest! {
    #[test]
    fn any_dependencies_are_ordered_or_refused(
        edges in prop::collection::vec((0..12_usize, 0..12_usize), 0..30)
    ) {
        let before = |item| edges.iter().filter(move |edge| edge.0 == item).map(|edge| edge.1.to_string());
        let items: Vec<_> =
            (0..12).map(|item| get(&item.to_string(), &json!(before(item).collect::<Vec<_>>()))).collect();
        // Removing whatever waits for nothing leaves exactly the circles and what waits for them.
        let mut waiting: Vec<usize> = (0..12).collect();
        while let Some(free) = waiting.iter().position(|item| {
            edges.iter().all(|edge| edge.0 != *item || !waiting.contains(&edge.1))
        }) {
            waiting.remove(free);
        }
        match read(&Value::Array(items)) {
            Ok(batch) => {
                prop_assert!(waiting.is_empty());
                let place = |item| batch.order.iter().position(|place| *place == item).unwrap();
                prop_assert_eq!(batch.order.len(), 12);
                for (item, before) in &edges {
                    prop_assert!(place(*before) < place(*item));
                }
            }
            Err(BatchError::Cycle(id)) => {
                // The item named is a part of a circle.
                let named: usize = id.parse().unwrap();
                let mut reached = vec![named];
                let mut at = 0;
                while at < reached.len() {
                    let from = reached[at];
                    reached.extend(edges.iter().filter(|edge| edge.0 == from).map(|edge| edge.1)
                        .filter(|to| !reached.contains(to)).collect::<Vec<_>>());
                    at += 1;
                }
                let round = |item: &usize| edges.contains(&(*item, named));
                prop_assert!(reached.iter().any(round));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC*", items in "[\\[\\]{}\":,a-z0-9 ]*") {
        drop(read_batch(text.as_bytes(), 20));
        drop(read_batch(format!("{{\"requests\":[{items}]}}").as_bytes(), 20));
    }
}
