//! What the instance shows to an account, and what is stored of it.

use std::collections::BTreeMap;

use model::{FieldPart, IncidentText};
use odata::edm::TypeName;
use odata::value::{DateTimeOffset, Value};
use serde_json::Value as Json;
use snow_sim::Simulator;
use store::{Entities, INCIDENTS, ListQuery, Store};

use crate::rig::TENANT;

/// Incidents by key, and what is known of each by property.
pub(crate) type Incidents = BTreeMap<String, BTreeMap<&'static str, String>>;

static ENTITIES: Entities =
    Entities { table: &INCIDENTS, ty: TypeName::from_static("nowgraph", "incident"), complex: &[] };

const DATES: [(&str, &str); 4] = [
    ("openedDateTime", "opened_at"),
    ("updatedDateTime", "sys_updated_on"),
    ("resolvedDateTime", "resolved_at"),
    ("closedDateTime", "closed_at"),
];

/// Incidents that are stored and not removed.
pub(crate) async fn stored(store: &Store) -> Incidents {
    let query = ListQuery { limit: 100_000, ..ListQuery::default() };
    let listed = store.list_entities(TENANT, &ENTITIES, &query).await.unwrap();
    let mut incidents = Incidents::new();
    for entity in listed.items {
        if entity.property("removedDateTime") != Some(&Value::Null) {
            continue;
        }
        let text = |name| entity.property(name).and_then(text);
        let mut known = BTreeMap::new();
        let texts = IncidentText::ALL.map(|text| text.source().property);
        for name in texts.into_iter().chain(DATES.map(|(name, _)| name)).chain(["active"]) {
            known.extend(text(name).map(|value| (name, value)));
        }
        let twice = incidents.insert(text("sysId").unwrap(), known);
        assert_eq!(twice, None, "a row is stored twice");
    }
    incidents
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::DateTimeOffset(at) => Some(at.to_string()),
        other => unreachable!("{other:?} is in no incident"),
    }
}

/// Incidents that the user may read, asked for without the connector. `query` is that of the sync.
pub(crate) async fn shown(sim: &Simulator, user: &str, query: &str) -> Incidents {
    let url = format!("http://{}/api/now/table/incident", sim.address());
    let parameters = [
        ("sysparm_query", query),
        ("sysparm_display_value", "all"),
        ("sysparm_exclude_reference_link", "true"),
        ("sysparm_limit", "100000"),
    ];
    let dotted = "caller_id.email,caller_id.user_name";
    let fields = IncidentText::ALL.map(|text| text.source().field).join(",");
    let dates = DATES.map(|(_, field)| field).join(",");
    let fields = ("sysparm_fields", format!("sys_id,active,{dotted},{fields},{dates}"));
    let mut url = url::Url::parse_with_params(&url, parameters).unwrap();
    url.query_pairs_mut().append_pair(fields.0, &fields.1);
    let password = Simulator::CREDENTIALS.password;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(url).basic_auth(user, Some(password)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let body: Json = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    body["result"].as_array().unwrap().iter().map(row).collect()
}

fn row(row: &Json) -> (String, BTreeMap<&'static str, String>) {
    let part = |field: &str, part: &str| {
        row.get(field).map(|cell| cell[part].as_str().unwrap_or_default().to_owned())
    };
    let mut known = BTreeMap::new();
    for source in IncidentText::ALL.map(IncidentText::source) {
        let name = match source.part {
            FieldPart::Value => "value",
            FieldPart::Label => "display_value",
        };
        known.extend(part(source.field, name).map(|text| (source.property, text)));
    }
    for (property, field) in DATES {
        let date = part(field, "value").filter(|text| !text.is_empty());
        known.extend(date.map(|text| (property, instant(&text))));
    }
    known.extend(part("active", "value").map(|text| ("active", text)));
    (part("sys_id", "value").unwrap(), known)
}

fn instant(stamp: &str) -> String {
    let at: DateTimeOffset = format!("{}Z", stamp.replace(' ', "T")).parse().unwrap();
    at.to_string()
}
