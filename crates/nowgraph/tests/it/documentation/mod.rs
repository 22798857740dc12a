//! What the documentation shows is what happens.
//!
//! Commands stand in blocks marked as `console`, each behind `$ `, and below it what it prints. A
//! line `…` stands for any lines, and `…` in a line for any text; ids, times and secrets are
//! compared by their place only. JSON is laid out for reading.

mod command_line;
mod readme;
mod simulator;

use std::path::Path;
use std::process::Command;

use testkit::laid_out;

use crate::program::Workplace;

/// A command in the documentation, and what it is said to print.
#[derive(Debug)]
struct Example {
    command: String,
    output: String,
}

/// Commands in blocks marked as `console`; blocks of what runs until it is stopped are not.
fn examples(text: &str) -> Vec<Example> {
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let commands = blocks.flat_map(|block| block.split("$ ").skip(1));
    commands.map(example).collect()
}

/// A command goes on behind a backslash, and as long as a quotation is open.
fn example(text: &str) -> Example {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let goes_on = |last: usize| {
        let quotes = lines[..=last].concat().matches('\'').count();
        lines[last].ends_with("\\\n") || quotes % 2 == 1
    };
    let last = (0..lines.len()).find(|last| !goes_on(*last)).unwrap();
    Example { command: lines[..=last].concat(), output: lines[last + 1..].concat() }
}

/// All that a shell prints, without the log.
pub(crate) fn shell(workplace: &Workplace, command: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_nowgraph")).parent().unwrap().display();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("({command}) 2>&1")]).current_dir(workplace.path());
    shell.env_clear().env("PATH", format!("{folder}:/usr/bin:/bin")).env("NO_PROXY", "*");
    let text = String::from_utf8(shell.output().unwrap().stdout).unwrap();
    text.split_inclusive('\n').filter(|line| !line.starts_with("{\"timestamp\"")).collect()
}

/// Compares what a command printed with what the documentation shows.
#[track_caller]
fn check(command: &str, got: &str, shown: &str) {
    let (got, _) = steady(&readable(got));
    let (shown, _) = steady(shown);
    let lines = |text: &str| text.trim_end().lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(are_like(&lines(&got), &lines(&shown)), "$ {command}\n{got}\n-- shown\n{shown}");
}

/// Headers as they are, and JSON laid out.
fn readable(text: &str) -> String {
    let text = text.replace('\r', "");
    let (head, body) = match text.split_once("\n\n") {
        Some((head, body)) if head.starts_with("HTTP/") => (format!("{head}\n\n"), body),
        _ => (String::new(), text.as_str()),
    };
    let is_json = serde_json::from_str::<serde_json::Value>(body).is_ok();
    if is_json { format!("{head}{}", laid_out(body.trim())) } else { format!("{head}{body}") }
}

fn are_like(got: &[String], shown: &[String]) -> bool {
    match shown.split_first() {
        None => got.is_empty(),
        Some((line, rest)) if line.trim() == "…" => {
            (0..=got.len()).any(|skipped| are_like(&got[skipped..], rest))
        }
        Some((line, rest)) => got
            .split_first()
            .is_some_and(|(first, others)| is_like(first, line) && are_like(others, rest)),
    }
}

fn is_like(got: &str, shown: &str) -> bool {
    let Some((head, others)) = shown.split_once('…') else { return got == shown };
    let Some(mut rest) = got.strip_prefix(head) else { return false };
    let mut parts: Vec<_> = others.split('…').collect();
    let last = parts.pop().unwrap();
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

#[test]
fn what_is_left_out_is_any_text() {
    let check = |got: &str, shown: &str, expect| {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(are_like(&lines(got), &lines(shown)), expect, "{got:?} {shown:?}");
    };
    check("a\nb", "a\nb", true);
    check("a\nb", "a", false);
    check("a", "a\nb", false);
    check("a\nb\nc", "a\n…", true);
    check("a\nb\nc", "…\nc", true);
    check("a", "…\na\n  …", true);
    check("a\nb\nc", "…\nb", false);
    check("one two three", "one … three", true);
    check("one two three", "one …e", true);
    check("one two three", "one …o", false);
    check("one two three", "…two…", true);
    check("one two three", "…six…", false);
    check("a b\nc", "a …c", false);
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
