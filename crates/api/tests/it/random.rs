//! Whatever is sent, the service answers, and what it refuses changes nothing.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use testkit::CONNECTIONS;
use tokio::runtime::Runtime;

use crate::scene::{Scene, oauth, path, query};

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

/// JSON that is near to what a body may be.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        any::<String>(),
        Just("https://contoso.service-now.com".to_owned()),
        Just("enabled".to_owned()),
        Just("2020-01-01T00:00:00Z".to_owned()),
        Just("#microsoft.graph.serviceNowOauthSecretAuthentication".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        8 => prop::sample::select(vec![
            "instanceUrl", "incidentApiUrl", "authenticationMethod", "serviceNowConnectionStatus",
            "lastQueriedDateTime", "id", "@odata.type", "appId", "INSTANCEURL", "createdDateTime",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    prop::collection::btree_map(name, value, 0..5)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// An object of members each of which is more often right than wrong.
fn plausible() -> impl Strategy<Value = Value> {
    let url = prop_oneof!["https://[a-z.@:/%]{0,12}", "[a-z:/.]{0,10}"].prop_map(Value::from);
    let status = prop::sample::select(vec!["enabled", "Disabled", "unknownFutureValue", "paused"]);
    let app = "\\PC{0,5}".prop_map(|app| oauth(&app));
    let member = prop_oneof![
        url.clone().prop_map(|url| ("instanceUrl", url)),
        url.prop_map(|url| ("incidentApiUrl", url)),
        status.prop_map(|status| ("serviceNowConnectionStatus", json!(status))),
        app.prop_map(|app| ("authenticationMethod", app)),
        "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:00Z"
            .prop_map(|at| ("lastQueriedDateTime", json!(at))),
    ];
    prop::collection::vec(member, 0..4).prop_map(|members| {
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    })
}

#[test]
fn any_body_is_taken_or_refused_without_a_trace() {
    let runtime = Runtime::new().unwrap();
    let scene = runtime.block_on(Scene::sqlite());
    let id =
        runtime.block_on(scene.create(&json!({"instanceUrl": "https://contoso.service-now.com"})));
    let body = prop_oneof![object(value()), plausible(), value()];
    let tried = runner(300).run(&body, |body| {
        runtime.block_on(async {
            for (method, target) in [("POST", CONNECTIONS.to_owned()), ("PATCH", path(&id))] {
                let before = scene.show(&id).await;
                let answer = scene.call(method, &target).json(&body).send().await;
                match answer.status {
                    201 => {
                        let id = answer.json()["id"].as_str().unwrap().to_owned();
                        scene.delete(&id).await.expect(204);
                    }
                    200 => assert_eq!(answer.json(), scene.show(&id).await),
                    400 => assert_eq!(scene.show(&id).await, before),
                    status => panic!("{status} for {body}: {}", answer.text()),
                }
                assert_eq!(scene.everything().await.as_array().unwrap().len(), 1, "{body}");
            }
        });
        Ok(())
    });
    tried.unwrap();
}

#[test]
fn any_bytes_are_refused_without_a_trace() {
    let runtime = Runtime::new().unwrap();
    let scene = runtime.block_on(Scene::sqlite());
    let bytes = prop::collection::vec(any::<u8>(), 0..60);
    let tried = runner(200).run(&bytes, |bytes| {
        runtime.block_on(async {
            let call = scene.call("POST", CONNECTIONS).header("content-type", "application/json");
            let answer = call.bytes(bytes).send().await;
            assert!(answer.status == 400, "{}", answer.text());
        });
        Ok(())
    });
    tried.unwrap();
}

/// Pieces of expressions, put together with little regard for grammar.
fn expression() -> impl Strategy<Value = String> {
    let operand = prop::sample::select(vec![
        "id",
        "instanceUrl",
        "incidentApiUrl",
        "serviceNowConnectionStatus",
        "createdDateTime",
        "lastQueriedDateTime",
        "authenticationMethod",
        "null",
        "true",
        "false",
        "1",
        "-7",
        "2.5",
        "1e3",
        "9223372036854775807",
        "'x'",
        "'enabled'",
        "'it''s'",
        "''",
        "2020-01-01T00:00:00Z",
        "now()",
        "maxdatetime()",
        "duration'PT1S'",
        "@a",
        "$it",
        "INF",
        "NaN",
        "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication/appId",
    ]);
    let leaf = prop_oneof![4 => operand.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let binary = prop::sample::select(vec![
            "eq", "ne", "gt", "ge", "lt", "le", "and", "or", "add", "sub", "mul", "div", "mod",
            "divby", "has", "in",
        ]);
        let unary = prop::sample::select(vec![
            "length", "tolower", "toupper", "trim", "year", "month", "day", "hour", "minute",
            "second", "fractionalseconds", "round", "floor", "ceiling", "date", "not", "-",
        ]);
        let two = prop::sample::select(vec![
            "concat", "contains", "startswith", "endswith", "indexof", "substring", "cast",
        ]);
        prop_oneof![
            3 => (inner.clone(), binary, inner.clone()).prop_map(|(l, op, r)| format!("({l} {op} {r})")),
            2 => (unary, inner.clone()).prop_map(|(name, of)| format!("{name}({of})")),
            2 => (two, inner.clone(), inner.clone()).prop_map(|(name, l, r)| format!("{name}({l},{r})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(l, m, r)| format!("substring({l},{m},{r})")),
        ]
    })
}

/// Conditions whose operands have the right types.
fn condition() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "id",
        "instanceUrl",
        "incidentApiUrl",
        "'https://'",
        "''",
        "null",
        "authenticationMethod/microsoft.graph.serviceNowOauthSecretAuthentication/appId",
    ]);
    let text = text.prop_map(str::to_owned).prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (prop::sample::select(vec!["tolower", "toupper", "trim"]), inner.clone())
                .prop_map(|(name, of)| format!("{name}({of})")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("concat({l},{r})")),
            (inner, -9..40_i32).prop_map(|(of, start)| format!("substring({of},{start})")),
        ]
    });
    let date = prop::sample::select(vec![
        "createdDateTime",
        "lastQueriedDateTime",
        "2024-02-29T23:59:59.5Z",
        "now()",
        "null",
    ]);
    let part = prop::sample::select(vec!["year", "month", "day", "hour", "second"]);
    let compare = prop::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"]);
    let find = prop::sample::select(vec!["contains", "startswith", "endswith"]);
    let leaf = prop_oneof![
        (text.clone(), compare.clone(), text.clone())
            .prop_map(|(l, op, r)| format!("{l} {op} {r}")),
        (find, text.clone(), text.clone()).prop_map(|(name, l, r)| format!("{name}({l},{r})")),
        (text, compare.clone(), 0..40).prop_map(|(of, op, n)| format!("length({of}) {op} {n}")),
        (date.clone(), compare.clone(), date.clone())
            .prop_map(|(l, op, r)| format!("{l} {op} {r}")),
        (part, date, compare, 0..40).prop_map(|(name, of, op, n)| format!("{name}({of}) {op} {n}")),
        Just("serviceNowConnectionStatus eq 'enabled'".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} and {r})")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} or {r})")),
            inner.prop_map(|of| format!("not ({of})")),
        ]
    })
}

fn option() -> impl Strategy<Value = (String, String)> {
    let number = prop_oneof!["[0-9]{1,3}", "-?[0-9.]{0,20}"];
    prop_oneof![
        4 => expression().prop_map(|filter| ("$filter".to_owned(), filter)),
        2 => (expression(), prop::sample::select(vec!["", " asc", " desc", ",id"]))
            .prop_map(|(order, way)| ("$orderby".to_owned(), order + way)),
        1 => (prop::sample::select(vec!["$top", "$skip", "top"]), number)
            .prop_map(|(name, number)| (name.to_owned(), number)),
        1 => expression().prop_map(|value| ("@a".to_owned(), value)),
        1 => "[a-zA-Z/,*() ]{0,20}".prop_map(|select| ("$select".to_owned(), select)),
        1 => ("\\$?[a-z]{1,10}", "\\PC{0,10}"),
    ]
}

#[test]
fn any_query_has_an_answer_and_both_databases_the_same() {
    let runtime = Runtime::new().unwrap();
    let scenes = runtime.block_on(async {
        let mut scenes = Scene::both().await;
        for scene in &mut scenes {
            crate::filter::fill(scene).await;
        }
        // The same seed made the same ids.
        assert_eq!(scenes[0].everything().await, scenes[1].everything().await);
        scenes
    });
    let valid = condition().prop_map(|filter| vec![("$filter".to_owned(), filter)]);
    let options = prop_oneof![valid, prop::collection::vec(option(), 1..4)];
    let tried = runner(1000).run(&options, |options| {
        let options: Vec<_> =
            options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let path = format!("{CONNECTIONS}{}", query(&options));
        let [sqlite, postgres] = runtime.block_on(async {
            let [one, other] = &scenes;
            [one.call("GET", &path).send().await, other.call("GET", &path).send().await]
        });
        for answer in [&sqlite, &postgres] {
            assert!(
                matches!(answer.status, 200 | 400 | 406 | 501),
                "{options:?}: {}",
                answer.text()
            );
        }
        assert_eq!(sqlite.status, postgres.status, "{options:?}");
        if sqlite.status == 200 {
            assert_eq!(sqlite.json()["value"], postgres.json()["value"], "{options:?}");
        }
        Ok(())
    });
    tried.unwrap();
}
