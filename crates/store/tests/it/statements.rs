use testkit::TestDatabase;

#[tokio::test]
async fn both_databases_take_every_statement() {
    for database in TestDatabase::both() {
        let store = database.open().await;
        store.ping().await.unwrap();
        store.check_statements().await.unwrap();
    }
}
