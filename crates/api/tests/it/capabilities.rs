//! What the metadata document claims is what requests find.

use serde_json::{Value, json};
use testkit::CONNECTIONS;

use crate::filter::fill;
use crate::scene::Scene;

const CAPABILITIES: &str = "Org.OData.Capabilities.V1";

async fn model(scene: &Scene) -> Value {
    let call = scene.server.call("GET", "/beta/$metadata").header("accept", "application/json");
    call.send().await.expect(200).json()
}

fn of_service(model: &Value, term: &str) -> Value {
    model["microsoft.graph"]["GraphService"][format!("@{CAPABILITIES}.{term}")].clone()
}

/// What is said of the collection.
fn of_connections(model: &Value) -> Value {
    let singleton = &model["microsoft.graph"]["GraphService"]["deviceManagement"];
    let restrictions = &singleton[format!("@{CAPABILITIES}.NavigationRestrictions")];
    let restricted = restrictions["RestrictedProperties"][0].clone();
    assert_eq!(restricted["NavigationProperty"], "serviceNowConnections");
    restricted
}

#[tokio::test]
async fn query_options_are_served_as_claimed() {
    let scene = Scene::sqlite().await;
    let claims = of_connections(&model(&scene).await);
    scene.create(&json!({})).await;
    for (claim, option, value) in [
        (&claims["FilterRestrictions"]["Filterable"], "$filter", "id ne null"),
        (&claims["SearchRestrictions"]["Searchable"], "$search", "x"),
        (&claims["SortRestrictions"]["Sortable"], "$orderby", "id"),
        (&claims["TopSupported"], "$top", "1"),
        (&claims["SkipSupported"], "$skip", "1"),
        (&claims["SelectSupport"]["Supported"], "$select", "id"),
        (
            &claims["SelectSupport"]["Filterable"],
            "$select",
            "authenticationMethod($filter=appId eq 'x')",
        ),
        (
            &claims["SelectSupport"]["ComputeSupported"],
            "$select",
            "authenticationMethod($compute=1 as one)",
        ),
    ] {
        let served = scene.list(&[(option, value)]).await.status == 200;
        assert_eq!(claim, &json!(served), "{option}={value}");
    }
}

#[tokio::test]
async fn changes_are_possible_as_claimed() {
    let scene = Scene::sqlite().await;
    let claims = of_connections(&model(&scene).await);
    let created = scene.post(&json!({})).await;
    assert_eq!(claims["InsertRestrictions"]["Insertable"], created.status == 201);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(claims["ReadRestrictions"]["Readable"], scene.get(&id).await.status == 200);
    let changed = scene.patch(&id, &json!({"instanceUrl": null})).await;
    assert_eq!(claims["UpdateRestrictions"]["Updatable"], changed.status == 200);
    let fresh = scene.patch("00000000-0000-0000-0000-000000000000", &json!({})).await;
    assert_eq!(claims["UpdateRestrictions"]["Upsertable"], fresh.status == 201);
    let delta = scene.call("PATCH", CONNECTIONS).json(&json!({"value": []})).send().await;
    assert_eq!(claims["UpdateRestrictions"]["DeltaUpdateSupported"], delta.status == 200);
    assert_eq!(claims["DeleteRestrictions"]["Deletable"], scene.delete(&id).await.status == 204);
    // It may be asked for, and is never demanded.
    assert_eq!(claims["OptimisticConcurrencyControl"], false);
}

#[tokio::test]
async fn the_functions_claimed_are_those_that_are_served() {
    const ALL: [(&str, &str); 37] = [
        ("case", "case(true:1) eq 1"),
        ("cast", "cast(createdDateTime,Edm.Date) ne null"),
        ("ceiling", "ceiling(1.5) eq 2"),
        ("concat", "concat(id,id) ne null"),
        ("contains", "contains(id,'a')"),
        ("date", "date(createdDateTime) ne null"),
        ("day", "day(createdDateTime) ne null"),
        ("endswith", "endswith(id,'a')"),
        ("floor", "floor(1.5) eq 1"),
        ("fractionalseconds", "fractionalseconds(createdDateTime) ne null"),
        ("geo.distance", "geo.distance(id,id) lt 1"),
        ("geo.intersects", "geo.intersects(id,id)"),
        ("geo.length", "geo.length(id) lt 1"),
        ("hassubsequence", "hassubsequence([1],[1])"),
        ("hassubset", "hassubset([1],[1])"),
        ("hour", "hour(createdDateTime) ne null"),
        ("indexof", "indexof(id,'a') ne null"),
        ("isof", "isof(id,Edm.String)"),
        ("length", "length(id) gt 1"),
        ("matchespattern", "matchespattern(id,'a')"),
        ("maxdatetime", "createdDateTime lt maxdatetime()"),
        ("mindatetime", "createdDateTime gt mindatetime()"),
        ("minute", "minute(createdDateTime) ne null"),
        ("month", "month(createdDateTime) ne null"),
        ("now", "createdDateTime le now()"),
        ("round", "round(1.5) eq 2"),
        ("second", "second(createdDateTime) ne null"),
        ("startswith", "startswith(id,'a')"),
        ("substring", "substring(id,1) ne null"),
        ("time", "time(createdDateTime) ne null"),
        ("tolower", "tolower(id) ne null"),
        ("totaloffsetminutes", "totaloffsetminutes(createdDateTime) eq 0"),
        ("totalseconds", "totalseconds(createdDateTime sub createdDateTime) eq 0"),
        ("toupper", "toupper(id) ne null"),
        ("trim", "trim(id) ne null"),
        ("year", "year(createdDateTime) ne null"),
        ("undefined", "undefined(id) eq 1"),
    ];
    for mut scene in Scene::both().await {
        fill(&mut scene).await;
        let mut served = Vec::new();
        for (name, filter) in ALL {
            let answer = scene.list(&[("$filter", filter)]).await;
            match answer.status {
                200 => served.push(name),
                400 => assert_eq!(name, "undefined", "{}", answer.text()),
                status => assert_eq!(status, 501, "{name}: {}", answer.text()),
            }
        }
        assert_eq!(of_service(&model(&scene).await, "FilterFunctions"), json!(served));
    }
}

#[tokio::test]
async fn segments_and_batches_are_served_as_claimed() {
    let scene = Scene::sqlite().await;
    let model = model(&scene).await;
    for (term, path) in [
        ("CrossJoinSupported", "/beta/$crossjoin(deviceManagement)"),
        ("QuerySegmentSupported", "/beta/deviceManagement/serviceNowConnections/$query"),
    ] {
        let served = scene.call("GET", path).send().await.status == 200;
        assert_eq!(of_service(&model, term), served, "{term}");
    }
    let batch = of_service(&model, "BatchSupport");
    assert_eq!(
        (&batch["Supported"], &of_service(&model, "BatchSupported")),
        (&json!(true), &json!(true))
    );
    let call = || scene.call("POST", "/beta/$batch").header("prefer", "continue-on-error");
    let answer = call().json(&json!({"requests": []})).send().await.expect(200);
    assert_eq!(answer.header("preference-applied"), "continue-on-error");
    let part = "--b\r\nContent-Type: application/http\r\n\r\nGET $metadata\r\n--b--";
    for (format, parameter, body) in [
        ("application/json", "", "{\"requests\":[]}"),
        ("multipart/mixed", ";boundary=b", part),
        ("multipart/related", ";boundary=b", part),
    ] {
        let content_type = format!("{format}{parameter}");
        let answer = call().header("content-type", &content_type).bytes(body).send().await;
        let claimed = batch["SupportedFormats"].as_array().unwrap().contains(&json!(format));
        assert_eq!(answer.status == 200, claimed, "{format}");
    }
    let item = json!({"requests": [{"id": "1", "method": "GET", "url": "/", "if": "true"}]});
    let conditional = scene.call("POST", "/beta/$batch").json(&item).send().await.status == 200;
    assert_eq!(batch["RequestDependencyConditionsSupported"], conditional);
    let call = scene.call("GET", CONNECTIONS).header("prefer", "respond-async");
    let asynchronous = call.send().await.status == 202;
    assert_eq!(of_service(&model, "AsynchronousRequestsSupported"), asynchronous);
    let id = scene.create(&json!({})).await;
    let by_segment = scene.get(&id).await.status == 200;
    assert_eq!(of_service(&model, "KeyAsSegmentSupported"), by_segment);
}
