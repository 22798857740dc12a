use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use servicenow::{
    Along, ApiPath, Decision, Failure, Labels, PageSize, Session, Stamp, Start, Table, Walk,
    WalkError,
};
use snow_sim::{Acl, Closes, Fault, FaultKind, Simulator};

use crate::site::{self, field};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn table(filter: &str) -> Table {
    let path = ApiPath::table(&field("incident"));
    let fields = vec![field("number"), field("short_description")];
    Table { path, filter: filter.parse().unwrap(), fields, labels: Labels::Without }
}

/// A walk to its end: how often each number came, the requests, and whether the count was known.
struct Walked {
    numbers: BTreeMap<String, usize>,
    requests: usize,
    unknown: bool,
}

async fn walk(session: &Session, mut walk: Walk, limit: u32) -> Walked {
    let (mut numbers, mut requests) = (BTreeMap::new(), 0);
    let mut size = PageSize::new(limit);
    while let Some(request) = walk.request(size.rows()) {
        requests += 1;
        assert!(requests < 1000, "it does not end");
        match page(session, &mut walk, &request).await {
            Ok(rows) => {
                size = size.after_page();
                for number in rows {
                    *numbers.entry(number).or_default() += 1;
                }
            }
            Err(failure) => {
                let decision = Decision::after(&failure, 1, NOW, 0);
                assert!(matches!(decision, Decision::Retry { .. }), "{failure:?}");
                size = size.after_failure(&failure);
            }
        }
    }
    Walked { numbers, requests, unknown: walk.is_count_unknown() }
}

/// The rows of a page, once it is whole.
async fn page(
    session: &Session,
    walk: &mut Walk,
    request: &servicenow::PageRequest,
) -> Result<Vec<String>, Failure> {
    let mut page = session.page(request, NOW).await?;
    let mut rows = Vec::new();
    while let Some(row) = page.next().await? {
        walk.saw(&row).unwrap();
        rows.push(row.value(&field("number")).unwrap().to_owned());
    }
    walk.page_ended(page.total());
    Ok(rows)
}

const UPDATES: Along = Along::Updates { from: None, until: None };

/// Checks 1 and 2.
#[tokio::test]
async fn every_row_comes_once_even_where_all_have_one_time() {
    let sim = site::start(2500).await;
    let session = site::session(&sim);
    for (along, limit, requests) in [(UPDATES, 1000, 4), (Along::Ids, 1000, 4), (UPDATES, 2500, 1)]
    {
        let walked = walk(&session, Walk::new(table(""), along, Start::Beginning), limit).await;
        assert_eq!((walked.numbers.len(), walked.requests), (2500, requests));
        assert!(walked.numbers.values().all(|times| *times == 1));
    }
    let same = json!({"table": "incident", "query": "numberISNOTEMPTY",
        "set": {"sys_updated_on": "2026-05-01 00:00:00"}});
    sim.edit(same).unwrap();
    let walked = walk(&session, Walk::new(table(""), UPDATES, Start::Beginning), 500).await;
    assert_eq!(walked.numbers.len(), 2500);
    assert!(walked.numbers.values().all(|times| *times == 1));
}

/// Checks 3, 33 and 34: rows change between pages, and pages fail.
#[tokio::test]
async fn rows_that_move_and_pages_that_fail_lose_nothing() {
    let sim = site::start(300).await;
    let session = site::session(&sim);
    sim.settings(|settings| settings.quota_rows = Some(40));
    let mut walk = Walk::new(table(""), UPDATES, Start::Beginning);
    let mut size = PageSize::new(100);
    let mut seen = BTreeSet::new();
    let mut at = 0;
    while let Some(request) = walk.request(size.rows()) {
        at += 1;
        if at == 5 || at == 10 {
            let kind = if at % 2 == 0 { FaultKind::ErrorInResult } else { FaultKind::CutJson };
            let (path, method) = ("/table/".to_owned(), String::new());
            let fault = Fault {
                kind,
                requests: Vec::new(),
                path,
                method,
                probability: None,
                times: Some(1),
            };
            sim.faults(vec![fault]);
        }
        match page(&session, &mut walk, &request).await {
            Ok(rows) => seen.extend(rows),
            Err(failure) => size = size.after_failure(&failure),
        }
        // Row after row moves to the end.
        let query = format!("number=INC00100{:02}", at.min(30));
        let set = json!({"sys_updated_on": "2026-05-31 23:59:59"});
        sim.edit(json!({"table": "incident", "query": query, "set": set})).unwrap();
        assert!(at < 80, "it does not end");
    }
    assert_eq!((seen.len(), size.rows() < 40), (300, true));
}

fn hide(sim: &Simulator, query: &str) {
    let acl = Acl {
        table: "incident".to_owned(),
        closes: Closes::Rows,
        roles: vec!["nobody".to_owned()],
        field: String::new(),
        query: query.to_owned(),
    };
    sim.settings(|settings| settings.acls = vec![acl]);
}

/// Checks 6, 7 and 8, at random: any rows are hidden, any have the same time, pages have any
/// size. What comes is what the account may read, once, whatever the way.
#[test]
fn what_may_be_read_comes_once_whatever_is_hidden() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sim = runtime.block_on(site::start(40));
    let session = site::robot(&sim);
    let row = (0u8..4, any::<bool>());
    let drawn = (prop::collection::vec(row, 40), 1u32..45, any::<bool>(), any::<bool>());
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&drawn, |(rows, limit, by_ids, by_filter)| {
            for (at, (time, hidden)) in rows.iter().enumerate() {
                let set = json!({"sys_updated_on": format!("2026-05-0{} 00:00:00", time + 1),
                    "category": if *hidden { "hidden" } else { "shown" }, "impact": time.to_string()});
                let query = format!("number=INC{:07}", 10_001 + at);
                sim.edit(json!({"table": "incident", "query": query, "set": set})).unwrap();
            }
            hide(&sim, "category=hidden");
            let filter = if by_filter { "impact=1^NQimpact=3" } else { "" };
            let along = if by_ids { Along::Ids } else { UPDATES };
            let walked = runtime.block_on(walk(&session, Walk::new(table(filter), along, Start::Beginning), limit));
            let expected: BTreeMap<String, usize> = rows
                .iter()
                .enumerate()
                .filter(|(_, (time, hidden))| !hidden && (!by_filter || [1, 3].contains(time)))
                .map(|(at, _)| (format!("INC{:07}", 10_001 + at), 1))
                .collect();
            prop_assert_eq!(walked.numbers, expected);
            prop_assert!(!walked.unknown);
            Ok(())
        })
        .unwrap();
}

/// Times bound what is read; a later date than the bound waits.
#[tokio::test]
async fn a_walk_is_bounded_by_times_and_goes_on_where_it_was() {
    let sim = site::start(30).await;
    let session = site::session(&sim);
    for (at, time) in
        ["2026-05-01 00:00:00", "2026-05-02 00:00:00", "2036-01-01 00:00:00"].iter().enumerate()
    {
        let query = format!("numberENDSWITH{at}");
        sim.edit(json!({"table": "incident", "query": query, "set": {"sys_updated_on": time}}))
            .unwrap();
    }
    let stamp = |text: &str| text.parse::<Stamp>().ok();
    let along =
        Along::Updates { from: stamp("2026-05-01 00:00:00"), until: stamp("2026-05-02 00:00:00") };
    let between = walk(
        &session,
        Walk::new(
            table("numberENDSWITH0^ORnumberENDSWITH1^ORnumberENDSWITH2"),
            along,
            Start::Beginning,
        ),
        2,
    )
    .await;
    assert_eq!(between.numbers.len(), 6);
    let mut first = Walk::new(table(""), UPDATES, Start::Beginning);
    let request = first.request(12).unwrap();
    let begun = page(&session, &mut first, &request).await.unwrap();
    let reached = Start::Behind(first.position().unwrap().clone());
    let rest = walk(&session, Walk::new(table(""), UPDATES, reached), 12).await;
    assert_eq!((begun.len(), rest.numbers.len()), (12, 18));
    assert!(begun.iter().all(|number| !rest.numbers.contains_key(number)));
}

/// A dropped order would lose rows.
#[tokio::test]
async fn rows_out_of_order_stop_the_walk() {
    let sim = site::start(30).await;
    let session = site::session(&sim);
    let mut walk = Walk::new(table(""), UPDATES, Start::Beginning);
    walk.request(10).unwrap();
    let mut shuffled = session.page(&site::updates_by_number(), NOW).await.unwrap();
    let mut outcome = Ok(());
    while let Some(row) = shuffled.next().await.unwrap() {
        outcome = outcome.and(walk.saw(&row));
    }
    assert_eq!(outcome, Err(WalkError::NotInOrder("sys_updated_on")));
}
