use std::time::{Duration, SystemTime};

use serde_json::json;
use servicenow::{ApiPath, Condition, Failure, FoundUsers, Group, Query, StatsRequest, Text};
use snow_sim::{Simulator, UnknownFields};

use crate::site::{self, field};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn add(sim: &Simulator, user_name: &str, email: &str, active: &str) -> String {
    let set = json!({"user_name": user_name, "name": user_name, "email": email, "active": active});
    sim.edit(json!({"table": "sys_user", "set": set})).unwrap()
}

async fn find(sim: &Simulator, column: &str, value: &str) -> Result<FoundUsers, Failure> {
    site::session(sim).users(&field(column), &Text::parse(value).unwrap(), NOW).await
}

/// Checks 16, 17 and 18.
#[tokio::test]
async fn users_are_found_by_a_column_whatever_the_letter_case() {
    let sim = site::start(1).await;
    let first = add(&sim, "ann", "Ann.O'Neil+it@contoso.example", "true");
    let second = add(&sim, "ann.old", "ann.o'neil+IT@contoso.example", "false");
    let found = find(&sim, "email", "ANN.o'neil+it@contoso.example").await.unwrap();
    let mut ids: Vec<_> =
        found.users.iter().map(|user| (user.sys_id.to_string(), user.active)).collect();
    ids.sort();
    let mut expected = vec![(first, true), (second, false)];
    expected.sort();
    assert_eq!((ids, found.others), (expected, 0));
    let by_name = find(&sim, "user_name", "ann").await.unwrap();
    assert_eq!((by_name.users.len(), by_name.users[0].name.as_str()), (1, "ann"));
    assert_eq!(find(&sim, "email", "nobody@contoso.example").await.unwrap(), FoundUsers::default());
    assert_eq!(find(&sim, "email", "x^NQactive=true").await.unwrap(), FoundUsers::default());
}

/// Check 12: a dropped condition shows nobody instead of everybody.
#[tokio::test]
async fn a_condition_that_the_instance_drops_finds_nobody() {
    let sim = site::start(1).await;
    add(&sim, "ann", "ann@contoso.example", "true");
    let failure = find(&sim, "u_upn", "ann@contoso.example").await.unwrap_err();
    assert!(
        matches!(&failure, Failure::ConditionIgnored { field } if field == "u_upn"),
        "{failure:?}"
    );
    sim.settings(|settings| settings.unknown_fields = UnknownFields::NoRows);
    assert!(find(&sim, "u_upn", "ann@contoso.example").await.unwrap().users.is_empty());
    sim.settings(|settings| settings.unknown_fields = UnknownFields::Forbid);
    let failure = find(&sim, "u_upn", "ann@contoso.example").await.unwrap_err();
    assert!(matches!(failure, Failure::QueryForbidden(_)), "{failure:?}");
}

#[tokio::test]
async fn rows_are_counted_and_the_newest_is_known() {
    let sim = site::start(30).await;
    sim.edit(json!({"table": "incident", "query": "number=INC0010007",
        "set": {"sys_updated_on": "2036-01-01 00:00:00", "state": "15"}}))
        .unwrap();
    let path = ApiPath::table(&field("incident")).stats().unwrap();
    let stats = async |query: Query| {
        let request = StatsRequest::new(path.clone(), query).greatest(field("sys_updated_on"));
        site::session(&sim).stats(&request, NOW).await.unwrap()
    };
    let all = stats(Query::all()).await;
    assert_eq!((all.count, all.greatest.as_deref()), (30, Some("2036-01-01 00:00:00")));
    let one = stats(Group::new().and(Condition::equal(field("state"), 15)).into()).await;
    assert_eq!(one.count, 1);
    let none = stats(Group::new().and(Condition::equal(field("state"), 16)).into()).await;
    assert_eq!((none.count, none.greatest), (0, None));
}

/// The clock that matters is that of the instance.
#[tokio::test]
async fn the_instance_tells_its_time() {
    let sim = site::start(1).await;
    let frozen = SystemTime::UNIX_EPOCH + Duration::from_hours(494_532);
    let session = site::session(&sim);
    assert_eq!(session.page(&site::incidents(1), NOW).await.unwrap().date(), Some(frozen));
    let request =
        StatsRequest::new(ApiPath::parse("/api/now/stats/incident").unwrap(), Query::all());
    assert_eq!(session.stats(&request, NOW).await.unwrap().date, Some(frozen));
}
