use std::collections::HashMap;
use std::path::Path;

use crate::program::Workplace;

/// A command in the documentation, and what it is said to print.
#[derive(Debug)]
struct Example {
    command: String,
    output: String,
}

#[test]
fn the_examples_of_the_command_line_are_true() {
    let examples = examples(include_str!("../../../../docs/command-line.md"));
    assert!(examples.len() > 10, "{examples:?}");
    let workplace = Workplace::sqlite();
    // What each id of the documentation is in this run.
    let mut ids = HashMap::<String, String>::new();
    for Example { command, output } in examples {
        let meant =
            ids.iter().fold(command.clone(), |text, (theirs, ours)| text.replace(theirs, ours));
        let (expect, documented) = steady(&output);
        let (got, made) = steady(&run(&workplace, &meant));
        assert_eq!(got, expect, "$ {command}");
        assert_eq!(made.len(), documented.len());
        for (theirs, ours) in documented.into_iter().zip(made) {
            assert_eq!(ids.entry(theirs).or_insert(ours.clone()), &ours, "$ {command}");
        }
    }
}

/// All that a shell prints, without the log.
fn run(workplace: &Workplace, command: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_nowgraph")).parent().unwrap().display();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("({command}) 2>&1")]).current_dir(workplace.path());
    let output = shell.env_clear().env("PATH", format!("{folder}:/usr/bin:/bin")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_inclusive('\n').filter(|line| !line.starts_with('{')).collect()
}

/// Commands in blocks marked as `console`; blocks of what runs until it is stopped are not.
fn examples(text: &str) -> Vec<Example> {
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands = blocks.flat_map(|block| block.split("$ ").skip(1));
    let example = |text: &str| {
        let last = text.lines().position(|line| !line.ends_with('\\')).unwrap();
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        Example { command: lines[..=last].concat(), output: lines[last + 1..].concat() }
    };
    commands.map(example).collect()
}

/// The text without what differs from run to run, and the ids in it.
fn steady(text: &str) -> (String, Vec<String>) {
    let (mut steady, mut ids) = (String::new(), Vec::new());
    let is_inner = |c: char| c.is_alphanumeric() || "-_.:…".contains(c);
    for piece in text.split_inclusive(|c| !is_inner(c)) {
        let word = piece.trim_end_matches(|c| !is_inner(c));
        let is_id = word.len() == 36 && word.matches('-').count() == 4;
        let name = match word {
            _ if is_id => "[ID]",
            _ if word.starts_with("eyJ") => "[TOKEN]",
            _ if steady.ends_with("client_secret=") => "[SECRET]",
            _ if steady.ends_with("data key ") || steady.ends_with("master key ") => "[KEY]",
            _ if steady.ends_with("begins with ") => "[HINT]",
            _ if word.starts_with("20") && word.contains('T') && word.ends_with('Z') => "[TIME]",
            _ => word,
        };
        if is_id {
            ids.push(word.to_owned());
        }
        steady += &piece.replacen(word, name, usize::from(!word.is_empty()));
    }
    (steady, ids)
}
