use crate::program::Workplace;

#[test]
fn a_second_time_changes_nothing() {
    for workplace in Workplace::both() {
        let first = workplace.run(&["migrate"]);
        assert!(first.stdout.ends_with(" is up to date\n"), "{first}");
        let second = workplace.run(&["migrate"]);
        assert_eq!(
            (second.code, &second.stdout, second.stderr.as_str()),
            (Some(0), &first.stdout, "")
        );
    }
}

#[test]
fn a_database_of_a_later_version_is_refused_by_all_commands() {
    let workplace = Workplace::sqlite();
    workplace.run(&["migrate"]);
    let file = rusqlite::Connection::open(workplace.path().join("nowgraph.db")).unwrap();
    let newer = "INSERT INTO schema_migration VALUES (4711, '4711_later', '', 0)";
    file.execute(newer, ()).unwrap();
    for arguments in [&["migrate"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let said = workplace.run(arguments);
        assert_eq!((said.code, said.stdout.as_str()), (Some(1), ""), "{said}");
        let problem = "error: cannot use the database sqlite://nowgraph.db: \
                       the database has schema 4711, this version knows schema ";
        assert!(said.stderr.starts_with(problem), "{said}");
    }
}
