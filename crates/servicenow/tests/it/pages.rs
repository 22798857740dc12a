use servicenow::{ApiPath, Authorization, Labels, PageRequest, Query};
use snow_sim::Simulator;

use crate::site::{self, field};

/// Check 42 among others: the answer is packed, and the rows are whole.
#[tokio::test]
async fn a_page_gives_its_rows_its_count_and_the_time() {
    let sim = site::start(50).await;
    let client = site::client(&sim);
    let request = site::incidents(30).labels(Labels::With).counted();
    let mut page = client.page(&site::admin(), &request).await.unwrap();
    assert_eq!(page.total(), Some(50));
    let rows = site::read(&mut page).await.unwrap();
    assert_eq!((rows.len(), rows[0].value(&field("number"))), (30, Some("INC0010001")));
    let state = rows[0].cell(&field("state")).unwrap();
    assert!(state.value().parse::<u8>().is_ok() && !state.label().unwrap().is_empty());
    assert!(page.next().await.unwrap().is_none(), "the end stays the end");

    let request = site::incidents(30).offset(40);
    let mut page = client.page(&site::admin(), &request).await.unwrap();
    assert_eq!((page.total(), site::read(&mut page).await.unwrap().len()), (None, 10));
    let query = sim.log().last().unwrap().query.clone();
    assert!(query.contains("sysparm_offset=40") && query.contains("sysparm_no_count=true"));
}

#[tokio::test]
async fn each_kind_of_authorization_opens() {
    let sim = site::start(1).await;
    let client = site::client(&sim);
    let key = |key: &str| Authorization::ApiKey(key.into());
    let ask = async |authorization: &Authorization| {
        client.page(authorization, &site::incidents(1)).await.is_ok()
    };
    assert!(ask(&key(Simulator::CREDENTIALS.api_key)).await);
    assert!(!ask(&key("wrong")).await);
    assert!(!ask(&key("a\nb")).await);
    assert!(ask(&site::admin()).await);
    assert!(!ask(&Authorization::Bearer("wrong".into())).await);
    let printed = format!("{:?}", [key("hunter2"), Authorization::Bearer("hunter2".into())]);
    assert!(!printed.contains("hunter2"), "{printed}");
}

/// Whatever is in a field comes as it is (check 64), and no field means all of them.
#[tokio::test]
async fn texts_come_as_they_are() {
    let sim = site::start(1).await;
    let text = "😀 \u{202e}rtl <b>&amp; \"q\" \\ ]},{[ \n end";
    sim.edit(serde_json::json!({"table": "incident", "query": "numberISNOTEMPTY",
        "set": {"short_description": text}}))
        .unwrap();
    let path = ApiPath::parse("/api/now/v2/table/incident").unwrap();
    let request = PageRequest::new(path, Query::all(), Vec::new(), 1);
    let mut page = site::client(&sim).page(&site::admin(), &request).await.unwrap();
    let row = page.next().await.unwrap().unwrap();
    assert_eq!(row.value(&field("short_description")), Some(text));
    assert!(row.cells().count() > 30);
}
