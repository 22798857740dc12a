use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;
use testkit::TestDatabase;

use crate::program::Workplace;
use crate::sync::Site;

/// All rows of a backup, of whatever tables, and without those of its own bookkeeping.
fn rows(backup: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let file = Connection::open(backup).unwrap();
    let names = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
                 AND name NOT LIKE 'sqlite%' AND name <> 'schema_migration' ORDER BY name";
    let mut names = file.prepare(names).unwrap();
    let names: Vec<String> =
        names.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let all = |name: &String| {
        let mut select = file.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = select.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        let mut rows: Vec<Vec<Value>> =
            select.query_map((), row).unwrap().map(Result::unwrap).collect();
        rows.sort_by_key(|row| format!("{row:?}"));
        rows
    };
    names.iter().map(|name| (name.clone(), all(name))).collect()
}

#[test]
fn a_backup_is_restored_into_either_database() {
    for mut workplace in Workplace::both() {
        workplace.run(&["migrate"]);
        if workplace.path().join("nowgraph.db.key").exists() {
            workplace.set("NOWGRAPH_MASTER_KEY_FILE", "nowgraph.db.key");
        }
        let user = ["--user", "ada@contoso.example", "--role", "auditor"];
        let tenant = ["--tenant", crate::program::TENANT];
        workplace.run(&[&["account", "create"], &user[..], &tenant].concat());
        let site = Site::new(workplace);
        assert_eq!(site.json("sync", &[])["fetched"], 50);
        let workplace = &site.workplace;
        // A service that goes on does not mind.
        let server = workplace.serve();
        let taken = workplace.stdout(&["backup", "first.db"]);
        assert!(
            taken.starts_with("connections: 1, incidents: 50; to be restored with master key ")
        );
        drop(server);
        let first = rows(&workplace.path().join("first.db"));
        let count = |table: &str| first.iter().find(|(name, _)| name == table).unwrap().1.len();
        for (table, expect) in
            [("incident", 50), ("credential", 1), ("account", 1), ("data_key", 1)]
        {
            assert_eq!(count(table), expect, "{table}");
        }
        let postgres = TestDatabase::postgres();
        for (number, url) in ["sqlite://restored.db", postgres.url()].into_iter().enumerate() {
            let at = ["--database", url];
            let told = workplace.stdout(&[&["restore", "first.db"], &at[..]].concat());
            assert!(told.ends_with(" has connections: 1, incidents: 50"), "{told}");
            let again = format!("again{number}.db");
            workplace.stdout(&[&["backup", &again], &at[..]].concat());
            assert_eq!(rows(&workplace.path().join(again)), first);
            // The credential in it still signs in.
            assert_eq!(site.json("sync", &at)["status"], "succeeded");
        }
    }
}

#[test]
fn nothing_is_written_over() {
    let workplace = Workplace::sqlite();
    let none =
        "error: there is no database sqlite://nowgraph.db; `nowgraph migrate` would make one\n";
    workplace.fails(&["backup", "b.db"], 1, none);
    workplace.run(&["migrate"]);
    workplace.write("b.db", "mine", 0o600);
    workplace.fails(&["backup", "b.db"], 1, "error: b.db is there already\n");
    assert_eq!(fs::read(workplace.path().join("b.db")).unwrap(), b"mine");
    // What a killed process left stands in nobody's way.
    workplace.write("c.db.draft", "half of it", 0o600);
    workplace.stdout(&["backup", "c.db"]);
    assert!(!workplace.path().join("c.db.draft").exists());
    workplace.fails(&["restore", "c.db"], 1, "error: nowgraph.db is there already\n");
    let postgres = TestDatabase::postgres();
    let into = ["restore", "c.db", "--database", postgres.url()];
    let mut keyed = workplace;
    keyed.set("NOWGRAPH_MASTER_KEY_FILE", "nowgraph.db.key");
    keyed.stdout(&into);
    let full = "error: there are rows in data_key: a backup is restored into an empty database\n";
    keyed.fails(&into, 1, full);
    keyed.fails(
        &["backup", "no/such/folder/b.db"],
        1,
        "error: no/such/folder/b.db cannot be written: No such file or directory (os error 2)\n",
    );
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let workplace = Workplace::sqlite();
    workplace.run(&["migrate"]);
    workplace.stdout(&["backup", "good.db"]);
    let into = |file: &str| ["restore", file, "--database", "sqlite://new.db"].map(str::to_owned);
    let said = |file: &str| {
        let arguments = into(file);
        let said = workplace.run(&arguments.each_ref().map(String::as_str));
        assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""), "{said}");
        assert!(!workplace.path().join("new.db").exists());
        assert!(!workplace.path().join("new.db.draft").exists());
        said.stderr
    };
    assert!(said("missing.db").starts_with("error: missing.db is no backup: "));
    workplace.write("text.db", "no database, but long enough to look like one", 0o600);
    assert!(said("text.db").starts_with("error: text.db is no backup: "));
    Connection::open(workplace.path().join("other.db"))
        .unwrap()
        .execute("CREATE TABLE t (x)", ())
        .unwrap();
    assert!(said("other.db").starts_with("error: other.db is no backup: "));

    let good = fs::read(workplace.path().join("good.db")).unwrap();
    fs::write(workplace.path().join("cut.db"), &good[..good.len() / 2]).unwrap();
    let cut = said("cut.db");
    assert!(cut.contains("cut.db is damaged") || cut.contains("cut.db is no backup"), "{cut}");
    fs::copy(workplace.path().join("good.db"), workplace.path().join("newer.db")).unwrap();
    Connection::open(workplace.path().join("newer.db"))
        .unwrap()
        .execute("INSERT INTO schema_migration VALUES (4711, '4711_later', '', 0)", ())
        .unwrap();
    assert!(said("newer.db").contains("the database has schema 4711, this version knows schema "));

    // Without a key, and with another one.
    let needed = workplace.stdout(&["backup", "named.db"]);
    let needed = needed.rsplit_once(' ').unwrap().1;
    let missing = said("good.db");
    assert!(
        missing.starts_with(&format!("error: the backup needs master key {needed}: ")),
        "{missing}"
    );
    workplace.write("new.db.key", &"7b".repeat(32), 0o600);
    let wrong = said("good.db");
    assert!(wrong.contains(&format!("were sealed under master key {needed}, but")), "{wrong}");
}
