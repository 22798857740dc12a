use std::collections::HashMap;

use super::{Example, examples, shell, steady};
use crate::program::Workplace;

#[test]
fn the_examples_of_the_command_line_are_true() {
    let examples = examples(include_str!("../../../../../docs/command-line.md"));
    assert!(examples.len() > 10, "{examples:?}");
    let workplace = Workplace::sqlite();
    // What each id of the documentation is in this run.
    let mut ids = HashMap::<String, String>::new();
    for Example { command, output } in examples {
        let meant =
            ids.iter().fold(command.clone(), |text, (theirs, ours)| text.replace(theirs, ours));
        let (expect, documented) = steady(&output);
        let (got, made) = steady(&shell(&workplace, &meant));
        assert_eq!(got, expect, "$ {command}");
        assert_eq!(made.len(), documented.len());
        for (theirs, ours) in documented.into_iter().zip(made) {
            assert_eq!(ids.entry(theirs).or_insert(ours.clone()), &ours, "$ {command}");
        }
    }
}
