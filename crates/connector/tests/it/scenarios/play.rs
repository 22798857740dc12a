use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use connector::{Removals, TurnError};
use model::{Clock as _, ConnectionStatus, RunKind, RunStatus};
use serde_json::{Value, json};
use snow_sim::Closes;
use store::LeaseError;
use testkit::TestDatabase;

use super::step::{Kind, Step};
use crate::rig::{CONNECTION, Rig, Setup, TENANT};
use crate::truth::{Incidents, shown, stored};

/// Plays the steps, lets everything settle, and says what is wrong then.
pub(super) async fn play(
    database: TestDatabase,
    kind: Kind,
    page_size: u32,
    steps: &[Step],
) -> Result<(), String> {
    let setup = || Setup { page_size, robot: true, ..Setup::default() };
    let rig = Rig::start(database, setup()).await;
    let mut kept = false;
    rig.close(Closes::Rows, "", "subcategory=hidden");
    for step in steps {
        Box::pin(happen(&rig, step, &mut kept, &setup)).await?;
    }
    settle(&rig, kind).await
}

async fn happen(
    rig: &Rig,
    step: &Step,
    kept: &mut bool,
    setup: &impl Fn() -> Setup,
) -> Result<(), String> {
    match step {
        Step::Insert { ago } => insert(rig, *ago).await,
        Step::Edit { digit } => edit(rig, *digit).await,
        Step::Delete { row } => {
            let number = format!("number=INC00100{:02}", 1 + row % 25);
            rig.edit(json!({"query": number, "delete": true}));
        }
        Step::Hide { digit, hidden } => {
            let set = json!({"subcategory": if *hidden { "hidden" } else { "" }});
            rig.edit(json!({"query": format!("numberENDSWITH{digit}"), "set": set}));
        }
        Step::Rights { any } => {
            let none = "numberISNOTEMPTY";
            rig.close(Closes::Rows, "", if *any { "subcategory=hidden" } else { none });
        }
        Step::Backup => {
            rig.sim.snapshot("backup");
            *kept = true;
        }
        Step::Restore { .. } if !*kept => {}
        Step::Restore { clock } => {
            let before = seconds(&now(rig).await);
            rig.sim.restore("backup").unwrap();
            if !clock {
                rig.sim.jump(before - seconds(&now(rig).await));
            }
        }
        Step::ItsClock { by } => rig.sim.jump(*by),
        Step::OurClock { by } => rig.clock.advance_seconds(*by),
        Step::Wait { seconds } => rig.wait(*seconds),
        Step::Fault { kind, tenths } => {
            let chance = f64::from(*tenths) / 10.0;
            let fault = json!({"kind": kind, "path": "/table/incident", "probability": chance});
            rig.sim.faults(vec![serde_json::from_value(fault).unwrap()]);
        }
        Step::NoFault => rig.sim.faults(Vec::new()),
        Step::Enabled(enabled) => enable(rig, *enabled).await,
        Step::Pass => may_turn(rig).await?,
        Step::Reconcile => {
            reconcile(rig).await;
            may_turn(rig).await?;
        }
        Step::Killed { polls } => killed(rig, *polls).await,
        Step::Both => Box::pin(both(rig, setup)).await,
    }
    Ok(())
}

/// What a row holds follows from its stamp, so that one version never has two contents, which
/// nobody could tell apart.
async fn insert(rig: &Rig, ago: i64) {
    rig.sim.jump(-ago);
    let stamp = now(rig).await;
    rig.sim.jump(ago);
    let set = json!({"number": format!("NEW{}", seconds(&stamp)), "sys_updated_on": stamp,
        "short_description": stamp});
    rig.edit(json!({"set": set}));
}

async fn edit(rig: &Rig, digit: u64) {
    let stamp = now(rig).await;
    let state = (seconds(&stamp) % 8).to_string();
    let set = json!({"short_description": stamp, "state": state});
    let query = format!("numberENDSWITH{digit}");
    rig.edit(json!({"query": query, "set": set, "touch": true}));
}

async fn enable(rig: &Rig, enabled: bool) {
    if enabled {
        rig.change(|connection| connection.status = ConnectionStatus::Enabled).await;
    } else {
        rig.change(|connection| connection.status = ConnectionStatus::Disabled).await;
    }
}

async fn turn(rig: &Rig, removals: Removals) -> Result<(), TurnError> {
    rig.clock.advance_seconds(1);
    rig.engine.turn(TENANT, CONNECTION, removals).await
}

/// If our clock goes back a little, the lease of a program that was killed lasts for longer.
async fn may_turn(rig: &Rig) -> Result<(), String> {
    match turn(rig, Removals::Doubted).await {
        Ok(()) | Err(TurnError::Lease(LeaseError::Disabled | LeaseError::Held { .. })) => Ok(()),
        Err(error) => Err(unmade(&error)),
    }
}

fn unmade(error: &TurnError) -> String {
    format!("no pass was made: {error:?}")
}

async fn reconcile(rig: &Rig) {
    let asked = rig.store.queue_run(TENANT, CONNECTION, RunKind::Reconcile, rig.clock.now());
    asked.await.unwrap();
}

/// A program that is killed leaves its lease, which ends by itself.
async fn killed(rig: &Rig, polls: u64) {
    rig.clock.advance_seconds(1);
    {
        let mut turn = pin!(rig.engine.turn(TENANT, CONNECTION, Removals::Doubted));
        let mut left = polls;
        poll_fn(|context| {
            left = left.saturating_sub(1);
            let ready = turn.as_mut().poll(context).is_ready();
            if ready || left == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
    rig.wait(300);
}

async fn both(rig: &Rig, setup: &impl Fn() -> Setup) {
    let other = rig.other(&setup());
    rig.clock.advance_seconds(1);
    let turn = |engine: &connector::Engine| {
        let engine = engine.clone();
        async move { drop(engine.turn(TENANT, CONNECTION, Removals::Doubted).await) }
    };
    tokio::join!(turn(&rig.engine), turn(&other));
}

/// Faults end, and one pass follows; where anything happened, a comparison as well. If that has
/// doubts, they have to be reasonable, and somebody answers them.
async fn settle(rig: &Rig, kind: Kind) -> Result<(), String> {
    rig.sim.faults(Vec::new());
    enable(rig, true).await;
    // Whatever was to be waited for is over.
    rig.wait(10_000);
    if kind == Kind::Anything {
        reconcile(rig).await;
    }
    turn(rig, Removals::Doubted).await.map_err(|error| unmade(&error))?;
    // What was asked for while it could not be done came first.
    while rig.runs().await.iter().any(|run| run.status == RunStatus::Queued) {
        rig.wait(1);
        turn(rig, Removals::Doubted).await.map_err(|error| unmade(&error))?;
    }
    // By its end: it may have been asked for before our clock went back.
    let run = rig.runs().await.into_iter().max_by_key(|run| (run.finished, run.started)).unwrap();
    let shown = shown(&rig.sim, "robot", "").await;
    if run.failure.as_ref().is_some_and(|failure| failure.code == "tooManyGone") {
        let known = stored(&rig.store).await;
        let gone = known.keys().filter(|id| !shown.contains_key(*id)).count();
        if gone <= 10 && gone < known.len() {
            return Err(format!("{gone} of {} are no reason for doubt", known.len()));
        }
        reconcile(rig).await;
        turn(rig, Removals::Accepted).await.map_err(|error| unmade(&error))?;
    } else if run.status != RunStatus::Succeeded {
        return Err(format!("the last pass ended {run:?}"));
    }
    compare(&stored(&rig.store).await, &shown)
}

/// The first row that is missing, too many or different.
fn compare(stored: &Incidents, shown: &Incidents) -> Result<(), String> {
    for id in stored.keys().chain(shown.keys()) {
        let (stored, shown) = (stored.get(id), shown.get(id));
        if stored != shown {
            return Err(format!("{id}: stored {stored:?}\n  shown {shown:?}"));
        }
    }
    Ok(())
}

/// The clock of the instance.
async fn now(rig: &Rig) -> String {
    let url = format!("http://{}/_sim/clock", rig.sim.address());
    let answer = rig.http.get(url).send().await.unwrap().text().await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    answer["now"].as_str().unwrap().to_owned()
}

fn seconds(stamp: &str) -> i64 {
    stamp.parse::<servicenow::Stamp>().unwrap().unix_seconds()
}
