use model::{Activity, Connection, ConnectionStatus};
use odata::edm::{PrimitiveType, TypeName, TypeRef};
use odata::expr::{Comparison, Expr, OrderBy, PathStep, PropertyPath, Root};
use odata::value::Value;
use store::{CONNECTIONS, ListError, ListQuery, Store};
use testkit::TestDatabase;

use crate::fixture::{bare, connection, event, tenant};

fn property(path: &[&'static str], ty: TypeRef) -> Expr {
    let steps = path
        .iter()
        .map(|step| match step.rsplit_once('.') {
            Some((namespace, name)) => {
                PathStep::Cast(TypeName::from_static(namespace, name).into())
            }
            None => PathStep::Property((*step).into()),
        })
        .collect();
    Expr::Property(PropertyPath { root: Root::It, steps, ty })
}

fn string(path: &[&'static str]) -> Expr {
    property(path, TypeRef::Primitive(PrimitiveType::String))
}

fn compare(op: Comparison, left: Expr, right: Value) -> Expr {
    Expr::Compare { op, left: Box::new(left), right: Box::new(Expr::Literal(right)) }
}

async fn filled(database: &TestDatabase) -> Store {
    let store = database.open().await;
    let enabled = |number| Connection { status: ConnectionStatus::Enabled, ..bare(number) };
    let other_tenant = Connection { tenant: tenant(2), ..connection(9) };
    for connection in [connection(1), bare(2), enabled(3), connection(4), other_tenant] {
        let created = event(&connection, Activity::Create);
        store.insert_connection(connection, created).await.unwrap();
    }
    store
}

async fn numbers(store: &Store, query: &ListQuery<'_>) -> Vec<u128> {
    let listed = store.list_connections(tenant(1), query).await.unwrap();
    listed.items.iter().map(|connection| connection.id.uuid().as_u128()).collect()
}

#[tokio::test]
async fn connections_are_filtered_by_every_kind_of_property() {
    let cast = "microsoft.graph.serviceNowOauthSecretAuthentication";
    let method = TypeName::from_static("microsoft.graph", "serviceNowAuthenticationMethod");
    let method = || property(&["authenticationMethod"], TypeRef::Complex(method.clone()));
    let status = TypeName::from_static("microsoft.graph", "serviceNowConnectionStatus");
    let status = || property(&["serviceNowConnectionStatus"], TypeRef::Enum(status.clone()));
    let app = || string(&["authenticationMethod", cast, "appId"]);
    let cases = [
        (compare(Comparison::Eq, method(), Value::Null), vec![2, 3]),
        (compare(Comparison::Ne, method(), Value::Null), vec![1, 4]),
        (compare(Comparison::Eq, app(), Value::String("app".into())), vec![1, 4]),
        (compare(Comparison::Ne, app(), Value::String("app".into())), vec![2, 3]),
        (compare(Comparison::Eq, status(), Value::Enum(0)), vec![2]),
    ];
    for database in TestDatabase::both() {
        let store = filled(&database).await;
        for (filter, expect) in &cases {
            let query = ListQuery { filter: Some(filter), limit: 9, ..ListQuery::default() };
            assert_eq!(&numbers(&store, &query).await, expect, "{filter}");
            let count = store.count_entities(tenant(1), &CONNECTIONS, &query).await.unwrap();
            assert_eq!(count, u64::try_from(expect.len()).unwrap(), "{filter}");
        }
    }
}

#[tokio::test]
async fn pages_say_whether_more_follows_and_count_everything() {
    let order = [OrderBy { expr: string(&["instanceUrl"]), descending: true }];
    for database in TestDatabase::both() {
        let store = filled(&database).await;
        let first = ListQuery { order: &order, limit: 3, count: true, ..ListQuery::default() };
        let listed = store.list_connections(tenant(1), &first).await.unwrap();
        assert_eq!((listed.items.len(), listed.more, listed.count), (3, true, Some(4)));
        assert_eq!(numbers(&store, &first).await, [1, 4, 2]);
        let last = listed.items.last().unwrap();
        let position = [Value::Null, Value::String(last.id.to_string())];
        assert_eq!(CONNECTIONS.complete_order(&order).len(), position.len());
        let second = ListQuery { after: Some(&position), ..first };
        let listed = store.list_connections(tenant(1), &second).await.unwrap();
        assert_eq!((listed.items.len(), listed.more, listed.count), (1, false, Some(4)));
        let skipping = ListQuery { skip: 1, limit: 0, ..first };
        let listed = store.list_connections(tenant(1), &skipping).await.unwrap();
        assert_eq!((listed.items.len(), listed.more, listed.count), (0, true, Some(4)));
        let skipping = ListQuery { skip: u64::MAX, limit: u64::MAX, ..first };
        let listed = store.list_connections(tenant(1), &skipping).await.unwrap();
        assert_eq!((listed.items.len(), listed.more, listed.count), (0, false, Some(4)));
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_named() {
    let database = TestDatabase::sqlite();
    let store = database.open().await;
    let unknown = compare(Comparison::Eq, string(&["nothing"]), Value::Null);
    let query = ListQuery { filter: Some(&unknown), ..ListQuery::default() };
    let refused = store.list_connections(tenant(1), &query).await;
    assert!(matches!(refused, Err(ListError::NotServed { name }) if name == "nothing"));
    let query = ListQuery { after: Some(&[]), ..ListQuery::default() };
    let refused = store.list_connections(tenant(1), &query).await;
    assert!(matches!(refused, Err(ListError::Position)));
}
