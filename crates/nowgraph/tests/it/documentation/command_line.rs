use std::collections::HashMap;

use super::{Example, check, examples, shell, steady};
use crate::program::{Running, Workplace};

#[test]
fn the_examples_of_the_command_line_are_true() {
    let examples = examples(include_str!("../../../../../docs/command-line.md"));
    assert!(examples.len() > 10, "{examples:?}");
    let workplace = Workplace::sqlite();
    let (_demo, simulator) = demo(&workplace);
    // What each id of the documentation is in this run.
    let mut ids = HashMap::<String, String>::new();
    for Example { command, output } in examples {
        let meant =
            ids.iter().fold(command.clone(), |text, (theirs, ours)| text.replace(theirs, ours));
        let got = shell(&workplace, &meant).replace(&simulator, "127.0.0.1:8090");
        let (expect, documented) = steady(&output);
        if expect.contains('…') {
            check(&command, &got, &output);
            continue;
        }
        let (got, made) = steady(&got);
        assert_eq!(got, expect, "$ {command}");
        assert_eq!(made.len(), documented.len());
        for (theirs, ours) in documented.into_iter().zip(made) {
            assert_eq!(ids.entry(theirs).or_insert(ours.clone()), &ours, "$ {command}");
        }
    }
}

/// The demo of the page, and where its simulated instance is.
fn demo(workplace: &Workplace) -> (Running, String) {
    let mut demo = workplace.start(&["demo", "--listen", "127.0.0.1:0", "--data", "demo"]);
    let simulator = demo.stdout_line("simulated ServiceNow on http://");
    demo.log_line("a pass ended");
    (demo, simulator.rsplit('/').next().unwrap().to_owned())
}
