use crate::program::Workplace;

const COMMANDS: [&str; 41] = [
    "",
    "serve",
    "demo",
    "token",
    "connection",
    "connection list",
    "connection show",
    "connection create",
    "connection update",
    "connection delete",
    "connection credential",
    "connection credential set",
    "connection credential show",
    "connection credential delete",
    "connection test",
    "connection sync",
    "connection runs",
    "connection health",
    "incidents",
    "erase",
    "app",
    "app list",
    "app create",
    "app delete",
    "app secret",
    "app secret add",
    "app secret remove",
    "account",
    "account list",
    "account create",
    "account password",
    "ca",
    "ca export",
    "keys",
    "keys rotate",
    "migrate",
    "backup",
    "restore",
    "simulate",
    "metadata",
    "openapi",
];

#[test]
fn every_command_explains_itself() {
    let workplace = Workplace::sqlite();
    let all = COMMANDS.map(|command| {
        let arguments: Vec<_> = command.split_whitespace().chain(["-h"]).collect();
        format!("$ nowgraph {}\n{}\n", arguments.join(" "), workplace.stdout(&arguments))
    });
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn no_command_is_forgotten_here() {
    let workplace = Workplace::sqlite();
    for group in COMMANDS {
        let arguments: Vec<_> = group.split_whitespace().chain(["-h"]).collect();
        let help = workplace.stdout(&arguments);
        let Some((_, rest)) = help.split_once("\nCommands:\n") else { continue };
        for line in rest.lines().take_while(|line| !line.is_empty()) {
            let name = line.split_whitespace().next().unwrap();
            let command = format!("{group} {name}");
            assert!(name == "help" || COMMANDS.contains(&command.trim_start()), "{command}");
        }
    }
}

#[test]
fn without_a_command_the_help_comes_with_exit_code_2() {
    let workplace = Workplace::sqlite();
    let said = workplace.run(&[]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""));
    assert_eq!(said.stderr.trim_end(), workplace.stdout(&["-h"]));
    let version = concat!("nowgraph ", env!("CARGO_PKG_VERSION"));
    assert_eq!(workplace.stdout(&["--version"]), version);
    let said = workplace.run(&["serv"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("a similar subcommand exists: 'serve'"), "{said}");
}

#[test]
fn metadata_is_what_the_server_answers() {
    let workplace = Workplace::sqlite();
    let serve = workplace.serve();
    let served = crate::http::call(&serve.address, "GET /beta/$metadata", "", "").expect(200);
    assert_eq!(workplace.stdout(&["metadata"]), served.body.trim_end());
}
