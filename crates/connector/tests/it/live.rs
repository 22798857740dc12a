use std::sync::Arc;

use connector::MatchStatus::{self, Ambiguous, Matched, NotFound};
use connector::{IncidentSource, UserIncidentList};
use futures_util::future::join_all;
use model::{
    AuthenticationMethod, Clock as _, Connection, ConnectionStatus, HealthStatus, OauthSecret,
    RunKind, RunStatus,
};
use serde_json::{Value, json};
use snow_sim::{Closes, Simulator};

use crate::desk::{ANN, Desk, add, add_ann, call, numbers};
use crate::rig::{CONNECTION, Setup, TENANT};

const TABLE: &str = "/table/incident";
const USERS: &str = "/table/sys_user";

#[track_caller]
fn says(list: &UserIncidentList, words: &[&str]) {
    let reason = list.reason.as_deref().unwrap_or_default();
    for word in words {
        assert!(reason.contains(word), "{word:?} is not in {reason:?}");
    }
}

/// Checks 13, 16, 17 and 18.
#[tokio::test]
async fn a_person_is_found_by_the_first_column_that_has_them() {
    let desk = Desk::open().await;
    let sim = &desk.rig.sim;
    let ann = add_ann(sim);
    let old = add(sim, "ann.old", "bob@contoso.example");
    call(sim, &old, "B1", 7);
    let bob = add(sim, "bob", "BOB@contoso.example");
    call(sim, &bob, "B2", 10);
    add(sim, "carl@contoso.example", "other@contoso.example");
    add(sim, &format!("{ANN}x"), "");
    let check = async |person: &str, status, tried: &[(&str, usize)], expected: &[&str]| {
        let list = desk.ask(person).await;
        let found: Vec<_> =
            list.matching.tried.iter().map(|tried| (tried.column.as_str(), tried.found)).collect();
        assert_eq!((list.matching.status, found.as_slice()), (status, tried), "{person}");
        assert!(list.matching.tried.iter().all(|tried| tried.value == person));
        assert_eq!((list.source, numbers(&list)), (IncidentSource::Live, expected.to_vec()));
        assert_eq!(list.reason.is_some(), expected.is_empty(), "{person}: {:?}", list.reason);
        list
    };
    let ids = check("ANN@contoso.EXAMPLE", Matched, &[("email", 1)], &["A2", "A1"]).await;
    assert!(ids.incidents.iter().all(|row| row.connection == CONNECTION));
    let caller = ids.incidents[0].incident.texts.get(model::IncidentText::CallerId);
    assert_eq!(caller, Some(ann.as_str()));
    check("bob@contoso.example", Ambiguous, &[("email", 2)], &["B2", "B1"]).await;
    let tried = [("email", 0), ("user_name", 1)];
    let none = check("CARL@contoso.example", Matched, &tried, &[]).await;
    says(&none, &["The user is known in ServiceNow, and has no incidents."]);
    let tried = [("email", 0), ("user_name", 0)];
    let nobody = check("nobody@contoso.example", NotFound, &tried, &[]).await;
    says(
        &nobody,
        &["User not found in ServiceNow", "nobody@contoso.example as email or user_name"],
    );
    check(&format!("{ANN}^NQactive=true"), NotFound, &tried, &[]).await;
}

/// Check 14: whatever a name holds, it arrives as it is.
#[tokio::test]
async fn hostile_names_stay_one_value() {
    let desk = Desk::open().await;
    let longest = format!("{}@b.example", "a".repeat(244));
    for name in [
        "o'neil+it&x@b.example",
        "a#b%20c d;e=f@b.example",
        "größe-ß-😀@b.example",
        "a^b^^c@b",
        &longest,
    ] {
        let user = add(&desk.rig.sim, "somebody", name);
        call(&desk.rig.sim, &user, "N1", 1);
        let list = desk.ask(name).await;
        assert_eq!((list.matching.status, numbers(&list)), (Matched, vec!["N1"]));
    }
}

/// Check 12: an instance that drops the condition answers with everybody's.
#[tokio::test]
async fn rows_of_others_are_left_out() {
    let desk = Desk::open().await;
    add_ann(&desk.rig.sim);
    desk.rig
        .change(|connection| {
            connection.incident_api_url = Some("api/now/table/sys_user".to_owned());
        })
        .await;
    let list = desk.ask(ANN).await;
    assert_eq!((list.source, list.incidents.len()), (IncidentSource::Live, 0));
    says(&list, &["ServiceNow sent incidents of other people too"]);
}

#[tokio::test]
async fn only_what_the_scope_and_the_rights_allow_is_shown() {
    let setup = Setup { query: "number!=A1", robot: true, ..Setup::default() };
    let desk = Desk::with(setup, &[]).await;
    let sim = &desk.rig.sim;
    add_ann(sim);
    let ben = add(sim, "ben", "ben@contoso.example");
    call(sim, &ben, "A1", 1);
    assert_eq!(numbers(&desk.ask(ANN).await), ["A2"]);
    says(&desk.ask("ben@contoso.example").await, &["has no incidents", "within sync.query"]);
    desk.rig.close(Closes::Rows, "", "number=A2");
    let list = desk.ask(ANN).await;
    assert_eq!(numbers(&list), [""; 0]);
    says(&list, &["may read none of the person's incidents (1)", "role itil"]);
    desk.rig.close(Closes::QueryRange, "opened_at", "");
    let list = desk.ask(ANN).await;
    assert_eq!(list.source, IncidentSource::Cache);
    says(&list, &["an administrator has to mend", "Nothing was fetched before."]);
}

#[tokio::test]
async fn a_query_moves_its_time_if_it_reached_the_table() {
    let desk = Desk::open().await;
    add_ann(&desk.rig.sim);
    let queried = async || {
        let connection = desk.rig.store.load_connection(TENANT, CONNECTION).await.unwrap();
        connection.unwrap().last_queried.is_some()
    };
    desk.ask("nobody@contoso.example").await;
    assert!(!queried().await);
    desk.ask(ANN).await;
    assert!(queried().await);
}

/// Checks 29, 34 to 38 and 40: whatever happens, the stored incidents are answered, and why.
#[tokio::test]
async fn stored_incidents_take_the_place_of_bad_answers() {
    let faults: [(Value, &[&str]); 13] = [
        (json!("hibernating"), &["gave no usable answer", "hibernating"]),
        (json!("login"), &["gave no usable answer", "sign-in page"]),
        (json!({"redirect": "https://elsewhere.example/login"}), &["elsewhere.example"]),
        (json!("error_in_result"), &["gave no usable answer"]),
        (json!("cut_json"), &["gave no usable answer", "not whole"]),
        (json!("text_in_result"), &["gave no usable answer"]),
        (json!("broken_json"), &["gave no usable answer", "damaged"]),
        (json!("bad_gateway"), &["gave no usable answer", "502"]),
        (json!("unauthorized"), &["an administrator has to mend"]),
        (json!({"status": 403}), &["an administrator has to mend"]),
        (json!("reset"), &["gave no usable answer"]),
        (json!("garbled"), &["gave no usable answer"]),
        (json!({"too_many": "30"}), &["gave no usable answer", "left alone for 30 s"]),
    ];
    let desk = Desk::open().await;
    add_ann(&desk.rig.sim);
    desk.rig.pass().await;
    let known = &["These are the incidents that were known at "];
    for (fault, words) in &faults {
        desk.rig.fault(fault, &[]);
        let list = desk.ask(ANN).await;
        let shown = (list.source, list.matching.status, numbers(&list));
        let expected = (IncidentSource::Cache, Matched, vec!["A2", "A1"]);
        assert_eq!(shown, expected, "{fault}");
        says(&list, &[*words, known].concat());
        assert!(list.as_of.is_some());
    }
    desk.rig.sim.faults(Vec::new());
    let before = desk.requests("/");
    let list = desk.ask(ANN).await;
    says(&list, &["takes no more requests before"]);
    assert_eq!((desk.requests("/"), numbers(&list)), (before, vec!["A2", "A1"]));
    desk.rig.wait(30);
    assert_eq!(desk.ask(ANN).await.source, IncidentSource::Live);
}

#[tokio::test]
async fn a_connection_that_may_not_be_asked_is_not() {
    let desk = Desk::open().await;
    add_ann(&desk.rig.sim);
    let never = desk.ask_while_disabled(ANN).await;
    says(&never, &["The connection is disabled", "Nothing was fetched before."]);
    assert_eq!(never.matching.status, MatchStatus::Unknown);
    desk.rig.change(|connection| connection.status = ConnectionStatus::Enabled).await;
    desk.rig.pass().await;
    let before = desk.requests("/");
    for (person, expected) in
        [("aNN@contoso.example", vec!["A2", "A1"]), ("ANN", vec!["A2", "A1"]), ("ben", vec![])]
    {
        let list = desk.ask_while_disabled(person).await;
        assert_eq!((list.source, numbers(&list)), (IncidentSource::Cache, expected), "{person}");
        says(&list, &["The connection is disabled, so ServiceNow is not asked."]);
    }
    assert_eq!(desk.requests("/"), before);
}

impl Desk {
    async fn ask_while_disabled(&self, person: &str) -> UserIncidentList {
        self.rig.change(|connection| connection.status = ConnectionStatus::Disabled).await;
        self.ask(person).await
    }
}

#[tokio::test]
async fn nobody_waits_for_longer_than_the_deadline() {
    let desk = Desk::open().await;
    add_ann(&desk.rig.sim);
    desk.rig.pass().await;
    desk.rig.fault(&json!({"slow": 3_600_000}), &[]);
    let table = desk.requests(TABLE);
    let pass_the_deadline = async {
        while desk.requests(TABLE) == table {
            tokio::task::yield_now().await;
        }
        desk.deadline.pass();
    };
    let (list, ()) = tokio::join!(desk.ask(ANN), pass_the_deadline);
    assert_eq!((list.source, numbers(&list)), (IncidentSource::Cache, vec!["A2", "A1"]));
    says(&list, &["ServiceNow did not answer within 5 s."]);
}

#[tokio::test]
async fn whom_a_person_was_found_to_be_is_kept_for_a_while() {
    let desk = Desk::open().await;
    let ann = add_ann(&desk.rig.sim);
    let lookups = async |person| {
        let before = desk.requests(USERS);
        desk.ask(person).await;
        desk.requests(USERS) - before
    };
    assert_eq!(lookups(ANN).await, 1);
    assert_eq!(lookups(ANN).await, 0);
    desk.rig.wait(599);
    assert_eq!(lookups(ANN).await, 0);
    desk.rig.wait(1);
    assert_eq!(lookups(ANN).await, 1);
    let known = Simulator::CREDENTIALS;
    desk.rig
        .put(&json!({"kind": "basic", "userName": known.user, "password": known.password}))
        .await;
    assert_eq!(lookups(ANN).await, 1, "another credential");
    desk.rig.change(app).await;
    assert_eq!(lookups(ANN).await, 1, "another application");

    // The stored incidents are found by what was learned, although their names are others now.
    desk.rig.pass().await;
    let renamed = json!({"table": "sys_user", "query": format!("sys_id={ann}"),
        "set": {"email": "ann.smith@contoso.example"}});
    desk.rig.sim.edit(renamed).unwrap();
    desk.rig.fault(&json!("bad_gateway"), &[]);
    let list = desk.ask("ann.smith@contoso.example").await;
    assert_eq!((list.source, numbers(&list)), (IncidentSource::Cache, vec!["A2", "A1"]));
}

fn app(connection: &mut Connection) {
    let app_id = Some(Simulator::CREDENTIALS.client_id.to_owned());
    connection.authentication_method =
        Some(AuthenticationMethod::OauthSecret(OauthSecret { app_id }));
}

/// Checks 29 and 30: whoever is told so, everybody leaves the instance alone.
#[tokio::test]
async fn who_is_told_to_wait_tells_everybody() {
    let mut desk = Desk::open().await;
    add_ann(&desk.rig.sim);
    desk.rig.pass().await;
    for told in ["a pass", "an agent"] {
        desk.rig.fault(&json!({"too_many": "3600"}), &[]);
        if told == "a pass" {
            assert_eq!(desk.rig.pass().await.failure.unwrap().code, "throttled");
        } else {
            says(&desk.ask(ANN).await, &["left alone for 1 h"]);
        }
        desk.rig.sim.faults(Vec::new());
        let before = desk.requests("/");
        // After a restart, too.
        desk.rig = desk.rig.with(&Setup::default());
        desk.live.sessions = Arc::clone(&desk.rig.sessions);
        let list = desk.ask(ANN).await;
        assert_eq!((list.source, numbers(&list)), (IncidentSource::Cache, vec!["A2", "A1"]));
        says(&list, &["takes no more requests before"]);
        assert_eq!((desk.rig.is_due(3590).await, desk.rig.is_due(3700).await), (false, true));
        let asked = desk.rig.store.queue_run(
            TENANT,
            CONNECTION,
            RunKind::Incremental,
            desk.rig.clock.now(),
        );
        assert_eq!(asked.await.unwrap().unwrap().failure.unwrap().code, "throttled", "{told}");
        assert_eq!(desk.requests("/"), before, "{told}");
        assert_eq!(desk.rig.health().await.status, HealthStatus::Throttled);

        desk.rig.wait(3600);
        assert_eq!(desk.ask(ANN).await.source, IncidentSource::Live, "{told}");
        assert_eq!(desk.rig.pass().await.status, RunStatus::Succeeded, "{told}");
        assert_eq!(desk.rig.health().await.status, HealthStatus::Verified);
    }
}

/// Check 22, with a token that has expired and with none yet.
#[tokio::test]
async fn agents_who_ask_at_once_share_a_token() {
    let desk = Desk::with_token().await;
    for tokens in [1, 2] {
        let lists = join_all((0..20).map(|_| desk.ask(ANN))).await;
        assert!(lists.iter().all(|list| numbers(list) == ["A2", "A1"]));
        assert_eq!(desk.requests("/oauth_token.do"), tokens);
        desk.rig.wait(1800);
    }
}

#[tokio::test]
async fn passes_and_agents_share_a_token() {
    let desk = Desk::with_token().await;
    for tokens in [1, 2] {
        let (run, list) = tokio::join!(desk.rig.pass(), desk.ask(ANN));
        assert_eq!((run.status, list.source), (RunStatus::Succeeded, IncidentSource::Live));
        assert_eq!(desk.requests("/oauth_token.do"), tokens);
        desk.rig.wait(1800);
    }
}

impl Desk {
    /// The connection signs in as an application.
    pub(crate) async fn with_token() -> Self {
        let desk = Self::open().await;
        add_ann(&desk.rig.sim);
        desk.rig.change(app).await;
        let secret = Simulator::CREDENTIALS.client_secret;
        desk.rig.put(&json!({"kind": "clientCredentials", "clientSecret": secret})).await;
        desk
    }
}
