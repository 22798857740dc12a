use std::collections::BTreeMap;

use model::{
    Activity, Connection, ConnectionStatus, Field, Incident, IncidentText, IncidentVersion, Merge,
    Rng as _,
};
use odata::edm::{Name, PrimitiveType, TypeName, TypeRef};
use odata::expr::{Comparison, Expr, OrderBy, PathStep, PropertyPath, Root};
use odata::value::{DateTimeOffset, Structured, Value};
use store::{Decision, Entities, INCIDENTS, Lease, LeaseError, ListQuery, Store, SweepPage};
use testkit::{SeededRng, TestDatabase};

use crate::fixture::{at, connection, created, event, id, page, row, tenant, wish, write};

static ENTITIES: Entities =
    Entities { table: &INCIDENTS, ty: TypeName::from_static("nowgraph", "incident"), complex: &[] };

const PAGE: &str = "/nav_to.do?uri=incident.do%3Fsys_id%3D";

#[derive(Debug)]
struct Never;

fn property(name: &'static str, ty: PrimitiveType) -> Expr {
    let steps = vec![PathStep::Property(name.into())];
    Expr::Property(PropertyPath { root: Root::It, steps, ty: TypeRef::Primitive(ty) })
}

fn text(value: &str) -> Value {
    Value::String(value.into())
}

fn time(ticks: i64) -> Value {
    Value::DateTimeOffset(DateTimeOffset::from_ticks(ticks).unwrap())
}

async fn list(store: &Store) -> Vec<Structured> {
    let query = ListQuery { limit: 10_000, ..ListQuery::default() };
    store.list_entities(tenant(1), &ENTITIES, &query).await.unwrap().items
}

/// One property of every incident, by its key.
async fn column(store: &Store, property: &str) -> BTreeMap<String, Value> {
    let rows = list(store).await;
    let key = |row: &Structured| {
        let Some(Value::String(key)) = row.property("sysId") else {
            unreachable!("a key is a text");
        };
        key.clone()
    };
    rows.iter().map(|row| (key(row), row.property(property).unwrap().clone())).collect()
}

async fn take(store: &Store) -> Lease {
    store.take_lease(tenant(1), id(1), wish(10, 20)).await.unwrap()
}

fn versions(rows: &[Incident]) -> Vec<IncidentVersion> {
    rows.iter().map(|row| row.version.clone()).collect()
}

#[tokio::test]
async fn an_incident_is_read_as_it_came() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        let row = row("a", 100);
        assert_eq!(store.store_page(&lease, page([row.clone()])).await.unwrap(), 1);
        let entity = list(&store).await.remove(0);
        let mut expect: BTreeMap<String, Value> = BTreeMap::from([
            ("connectionId".into(), text(&id(1).to_string())),
            ("sysId".into(), text("a")),
            ("active".into(), Value::Boolean(true)),
            ("openedDateTime".into(), time(101)),
            ("updatedDateTime".into(), time(100)),
            ("resolvedDateTime".into(), time(101)),
            ("closedDateTime".into(), Value::Null),
            ("webUrl".into(), text(&format!("https://contoso.service-now.com{PAGE}a"))),
            ("removedDateTime".into(), Value::Null),
        ]);
        for text in IncidentText::ALL {
            let value = row.texts.get(text).unwrap();
            expect.insert(text.source().property.into(), Value::String(value.into()));
        }
        let properties = entity.properties.into_iter();
        let got: BTreeMap<_, _> =
            properties.map(|(name, value): (Name, _)| (name.to_string(), value)).collect();
        assert_eq!(got, expect);
    }
}

/// Check 63.
#[tokio::test]
async fn an_incident_is_shown_where_its_connection_leads() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        store.store_page(&lease, page([row("a", 100)])).await.unwrap();
        for (url, origin) in [
            ("https://contoso.service-now.com", "https://contoso.service-now.com"),
            ("https://contoso.service-now.com/", "https://contoso.service-now.com"),
            ("https://contoso.service-now.com/a/b", "https://contoso.service-now.com"),
            ("http://127.0.0.1:8181/a", "http://127.0.0.1:8181"),
        ] {
            let place = format!("UPDATE connection SET instance_url = '{url}'");
            database.execute(&place);
            let expect = text(&format!("{origin}{PAGE}a"));
            assert_eq!(column(&store, "webUrl").await["a"], expect, "{url}");
        }
        database.execute("UPDATE connection SET instance_url = NULL");
        assert_eq!(column(&store, "webUrl").await["a"], Value::Null);
    }
}

/// Any order and repetition of pages ends in the newest version of each row.
#[tokio::test]
async fn pages_may_come_late_and_twice() {
    const ROWS: usize = 5;
    const VERSIONS: i64 = 6;
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        for seed in 0..8 {
            let rng = SeededRng::new(seed);
            let draw = |below: usize| {
                let mut bytes = [0; 4];
                rng.fill(&mut bytes);
                usize::try_from(u32::from_le_bytes(bytes)).unwrap() % below
            };
            let sys_id = |number| format!("{seed:03}-{number}");
            let mut waiting: Vec<_> = (0..ROWS)
                .flat_map(|number| (1..=VERSIONS).map(move |version| (number, version)))
                .map(|(number, version)| row(&sys_id(number), version))
                .collect();
            waiting.extend(
                (0..20).map(|_| row(&sys_id(draw(ROWS)), 1 + i64::try_from(draw(6)).unwrap())),
            );
            let mut newest = BTreeMap::new();
            while !waiting.is_empty() {
                let size = 1 + draw(7).min(waiting.len() - 1);
                let rows: Vec<_> =
                    (0..size).map(|_| waiting.swap_remove(draw(waiting.len()))).collect();
                for row in &rows {
                    let known = newest.entry(row.version.sys_id.clone()).or_insert(0);
                    *known = row.version.revision.unwrap().max(*known);
                }
                store.store_page(&lease, page(rows)).await.unwrap();
                for (key, number) in column(&store, "number").await {
                    if let Some(version) = newest.get(&key) {
                        let expect = row(&key, *version);
                        let expect = expect.texts.get(IncidentText::Number).unwrap();
                        assert_eq!(number, text(expect), "seed {seed}");
                    }
                }
            }
            assert!(newest.values().all(|version| *version == VERSIONS), "seed {seed}");
        }
    }
}

/// Check 47.
#[tokio::test]
async fn what_may_not_be_read_stays_as_it_was() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        let unknown = |sys_id: &str, version| {
            let mut row = row(sys_id, version);
            row.texts = model::IncidentTexts::default();
            row.texts.set(IncidentText::State, "");
            (row.active, row.opened, row.closed) = (Field::Absent, Field::Absent, Field::Null);
            row
        };
        store.store_page(&lease, page([row("a", 1), unknown("b", 1)])).await.unwrap();
        let later = [unknown("a", 2), row("c", 2), unknown("b", 2)];
        assert_eq!(store.store_page(&lease, page(later)).await.unwrap(), 3);
        let a = row("a", 1);
        let number = text(a.texts.get(IncidentText::Number).unwrap());
        assert_eq!(column(&store, "number").await["a"], number);
        assert_eq!(column(&store, "state").await["a"], text(""));
        assert_eq!(column(&store, "active").await["a"], Value::Boolean(true));
        assert_eq!(column(&store, "openedDateTime").await["a"], time(2));
        assert_eq!(column(&store, "updatedDateTime").await["a"], time(2));
        assert_eq!(column(&store, "number").await["b"], Value::Null);
    }
}

/// Check 49: what is gone is marked when a sweep missed it, and comes alive when it is back.
#[tokio::test]
async fn a_sweep_finds_what_is_gone_missing_or_another() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        let rows = ["a", "b", "c", "d", "e", "f"].map(|key| row(key, 5));
        store.store_page(&lease, page(rows.clone())).await.unwrap();
        let compare = |sweep, after: Option<&str>, rows: &[Incident], last| {
            let (after, rows) = (after.map(Into::into), versions(rows));
            store.compare_page(&lease, SweepPage { sweep, after, rows, last })
        };

        let sweep = store.begin_sweep(&lease).await.unwrap();
        // "a" and "d" are gone, "b2" is new, "c" was rolled back.
        let first = [row("b", 5), row("b2", 5), row("c", 3)];
        assert_eq!(compare(sweep, None, &first, false).await.unwrap(), ["c", "b2"]);
        assert_eq!(compare(sweep, Some("c"), &[], false).await.unwrap(), [""; 0]);
        assert_eq!(compare(sweep, Some("c"), &[row("e", 5)], false).await.unwrap(), [""; 0]);
        assert_eq!(compare(sweep, Some("e"), &[], true).await.unwrap(), [""; 0]);
        let replaced = store::IncidentPage {
            merge: Merge::Replace,
            ..page([row("c", 3), row("b2", 5), row("f", 5)])
        };
        assert_eq!(store.store_page(&lease, replaced).await.unwrap(), 3);
        let unseen = store.unseen(&lease, sweep, 9).await.unwrap();
        assert_eq!((unseen.unseen, unseen.live), (2, 7));
        assert_eq!(unseen.ids, ["a", "d"]);
        let some = store.unseen(&lease, sweep, 1).await.unwrap();
        assert_eq!((some.unseen, some.ids), (2, vec!["a".to_owned()]));
        let all = ["a", "b", "d", "x"].map(Into::into);
        assert_eq!(store.bury(&lease, sweep, all.into(), at(99)).await.unwrap(), 2);
        let removed = column(&store, "removedDateTime").await;
        let removed: Vec<_> = removed.iter().filter(|(_, at)| **at == time(99)).collect();
        assert_eq!(removed.len(), 2, "{removed:?}");
        assert_eq!(store.unseen(&lease, sweep, 9).await.unwrap().unseen, 0);

        // An old version does not bring it back, its own does.
        assert_eq!(store.store_page(&lease, page([row("a", 4)])).await.unwrap(), 0);
        assert_eq!(store.store_page(&lease, page([row("a", 5)])).await.unwrap(), 1);
        assert_eq!(column(&store, "removedDateTime").await["a"], Value::Null);
        let sweep = store.begin_sweep(&lease).await.unwrap();
        let listed = [row("a", 5), row("b", 5), row("c", 3), row("d", 5)];
        assert_eq!(compare(sweep, None, &listed, false).await.unwrap(), ["d"]);
    }
}

#[tokio::test]
async fn what_a_sweep_missed_may_be_found_by_the_next() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        store.store_page(&lease, page([row("a", 5), row("b", 5)])).await.unwrap();
        let compare = |sweep, rows: &[Incident]| {
            let rows = versions(rows);
            store.compare_page(&lease, SweepPage { sweep, after: None, rows, last: true })
        };
        let first = store.begin_sweep(&lease).await.unwrap();
        compare(first, &[]).await.unwrap();
        assert_eq!(store.unseen(&lease, first, 9).await.unwrap().unseen, 2);
        let second = store.begin_sweep(&lease).await.unwrap();
        assert_eq!(compare(second, &[row("a", 5)]).await.unwrap(), [""; 0]);
        assert_eq!(store.unseen(&lease, first, 9).await.unwrap().unseen, 0);
        assert_eq!(store.unseen(&lease, second, 9).await.unwrap().ids, ["b"]);
    }
}

#[tokio::test]
async fn closed_incidents_are_dropped_step_by_step() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        let closed = |number: i64| Incident {
            closed: if number % 3 == 0 { Field::Null } else { Field::Set(at(number)) },
            ..row(&format!("{number:02}"), 1)
        };
        let rows: Vec<_> = (0..50).map(closed).collect();
        store.store_page(&lease, page(rows)).await.unwrap();
        let (mut after, mut dropped, mut steps) = (None, 0, 0);
        loop {
            let step = store.drop_closed(&lease, at(20), after, 7).await.unwrap();
            (after, dropped, steps) = (step.reached, dropped + step.count, steps + 1);
            if after.is_none() {
                break;
            }
        }
        assert_eq!((dropped, steps), (13, 7));
        let left = column(&store, "closedDateTime").await;
        assert_eq!(left.len(), 37);
        assert!((0..20).all(|early| left.values().all(|closed| *closed != time(early))));
    }
}

#[tokio::test]
async fn what_was_closed_long_ago_is_not_kept() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        let of = |sys_id: &str, updated: i64, closed: Option<i64>| Incident {
            closed: closed.map_or(Field::Null, |closed| Field::Set(at(closed))),
            ..row(sys_id, updated)
        };
        let kept = async |closed_since: Option<i64>, rows: Vec<Incident>| {
            let closed_since = closed_since.map(at);
            store
                .store_page(&lease, store::IncidentPage { closed_since, ..page(rows) })
                .await
                .unwrap();
            column(&store, "sysId").await.into_keys().collect::<Vec<_>>()
        };
        let rows = vec![of("a", 9, Some(4)), of("b", 9, Some(5)), of("c", 9, None)];
        assert_eq!(kept(Some(5), rows).await, ["b", "c"]);
        assert_eq!(kept(None, vec![of("a", 9, Some(4))]).await, ["a", "b", "c"]);
        // The same version of it, and an earlier one of another.
        let rows = vec![of("a", 9, Some(4)), of("c", 8, Some(1))];
        assert_eq!(kept(Some(5), rows).await, ["b", "c"]);
        // Where it is not known whether it is closed, what was known counts.
        let unknown = Incident { closed: Field::Absent, ..row("b", 10) };
        assert_eq!(kept(Some(6), vec![unknown, of("c", 10, Some(5))]).await, ["b"]);
    }
}

/// Whether there are incidents of others before it or behind it, or none any more.
#[tokio::test]
async fn only_incidents_of_the_connection_go() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        let places = [(2, 2), (1, 2), (2, 1), (2, 3), (3, 2)];
        for (of, number) in places {
            let connection = Connection { tenant: tenant(of), ..connection(number) };
            let event = event(&connection, Activity::Create);
            store.insert_connection(connection, event).await.unwrap();
            let lease = store.take_lease(tenant(of), id(number), wish(10, 20)).await.unwrap();
            store.store_page(&lease, page([row("a", 1)])).await.unwrap();
        }
        let left = async || {
            let mut left = 0;
            for of in 1..4 {
                let query = ListQuery { limit: 9, ..ListQuery::default() };
                left +=
                    store.list_entities(tenant(of), &ENTITIES, &query).await.unwrap().items.len();
            }
            left
        };
        for (gone, (of, number)) in (1..).zip(places) {
            let moved = |connection: &mut Connection| {
                connection.instance_url = Some("https://b.example".into());
            };
            let decide = move |stored: &Connection| Ok::<Decision, Never>(write(stored, moved));
            store.update_connection(tenant(of), id(number), decide).await.unwrap();
            assert_eq!(left().await, places.len() - gone, "{of} {number}");
        }
    }
}

#[tokio::test]
async fn incidents_follow_their_connection() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let other = connection(2);
        store.insert_connection(other.clone(), event(&other, Activity::Create)).await.unwrap();
        let other = store.take_lease(tenant(1), id(2), wish(10, 20)).await.unwrap();
        store.store_page(&other, page([row("x", 1)])).await.unwrap();
        let fill = async || {
            while store.clear_some().await.unwrap() {}
            let lease = take(&store).await;
            // More than are deleted by one statement.
            for part in 0..11 {
                let rows = (0..1000).map(|number| row(&format!("{part}-{number}"), 1));
                store.store_page(&lease, page(rows.collect::<Vec<_>>())).await.unwrap();
            }
            store.release_lease(&lease, at(11)).await.unwrap();
            count(&store).await
        };
        let change = |change: fn(&mut Connection)| {
            let decide = move |stored: &Connection| Ok::<Decision, Never>(write(stored, change));
            store.update_connection(tenant(1), id(1), decide)
        };
        assert_eq!(fill().await, 11_001);
        change(|connection| connection.status = ConnectionStatus::Disabled).await.unwrap();
        change(|connection| connection.incident_api_url = Some("/x".into())).await.unwrap();
        change(|connection| connection.status = ConnectionStatus::Enabled).await.unwrap();
        assert_eq!(count(&store).await, 11_001);
        change(|connection| connection.instance_url = Some("https://b.example".into()))
            .await
            .unwrap();
        assert_eq!(count(&store).await, 1);

        assert_eq!(fill().await, 11_001);
        let delete = |stored: &Connection| Ok::<_, Never>(event(stored, Activity::Delete));
        store.delete_connection(tenant(1), id(1), delete).await.unwrap();
        assert_eq!(column(&store, "sysId").await.into_keys().collect::<Vec<_>>(), ["x"]);
    }
}

async fn count(store: &Store) -> u64 {
    store.count_entities(tenant(1), &INCIDENTS, &ListQuery::default()).await.unwrap()
}

#[tokio::test]
async fn incidents_are_filtered_sorted_and_searched() {
    for database in TestDatabase::both() {
        let store = created(&database).await;
        let lease = take(&store).await;
        let mut rows = ["a", "b", "c", "d"].map(|key| row(key, 1));
        for (row, (state, closed)) in rows.iter_mut().zip([("1", 5), ("2", 6), ("1", 7), ("10", 8)])
        {
            row.texts.set(IncidentText::State, state);
            row.texts.set(IncidentText::ShortDescription, format!("Printer {closed} jams"));
            row.closed = Field::Set(at(closed));
        }
        store.store_page(&lease, page(rows)).await.unwrap();
        let state = Box::new(property("state", PrimitiveType::String));
        let one = Box::new(Expr::Literal(text("1")));
        let filter = Expr::Compare { op: Comparison::Eq, left: state, right: one };
        let closed = property("closedDateTime", PrimitiveType::DateTimeOffset);
        let order = [OrderBy { expr: closed, descending: true }];
        let search = odata::search::parse("printer AND 7").unwrap();
        let all = ListQuery { order: &order, limit: 9, ..ListQuery::default() };
        for (query, expect) in [
            (all, vec!["d", "c", "b", "a"]),
            (ListQuery { filter: Some(&filter), ..all }, vec!["c", "a"]),
            (ListQuery { search: Some(&search), ..all }, vec!["c"]),
        ] {
            let listed = store.list_entities(tenant(1), &ENTITIES, &query).await.unwrap();
            let keys: Vec<_> =
                listed.items.iter().map(|row| row.property("sysId").unwrap().clone()).collect();
            assert_eq!(keys, expect.into_iter().map(text).collect::<Vec<_>>());
        }
    }
}

/// Two engines that believe to be the only one: whatever the one writes after the other took over
/// is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_was_overtaken_writes_nothing() {
    for database in TestDatabase::both() {
        let stores = [created(&database).await, database.open().await];
        let engines = [0_usize, 1].map(|engine| {
            let store = stores[engine].clone();
            tokio::spawn(async move {
                let mut last_written = 0;
                for _ in 0..60 {
                    // Each lease is over before it begins, so that the other may always take it.
                    let mut wish = wish(1, 0);
                    wish.holder = format!("engine {engine}");
                    let lease = store.take_lease(tenant(1), id(1), wish).await.unwrap();
                    let late =
                        store::IncidentPage { until: at(0), ..page([row("a", lease.token)]) };
                    match store.store_page(&lease, late).await {
                        Ok(stored) => {
                            assert_eq!(stored, 1, "a later lease has written before");
                            last_written = lease.token;
                        }
                        Err(LeaseError::Lost) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                }
                last_written
            })
        });
        let mut last = 0;
        for engine in engines {
            last = last.max(engine.await.unwrap());
        }
        assert_eq!(column(&stores[0], "updatedDateTime").await["a"], time(last));
    }
}
