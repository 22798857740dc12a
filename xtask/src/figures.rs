//! `cargo xtask figures`: how big the program is, counted.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::source::{self, Source};
use crate::tidy::percentile;
use crate::{programs, shell};

pub(crate) fn run(build: bool) -> Result<()> {
    let lock = fs::read_to_string("Cargo.lock")?;
    let packages = lock.matches("[[package]]").count();
    let outside = lock.matches("source = \"registry").count();
    println!("packages in Cargo.lock: {packages}, {outside} of them from the registry");

    let files = source::rust_files(Path::new("."))?;
    let program: Vec<_> = files.iter().filter(|file| !file.is_test()).collect();
    let of_files =
        program.iter().map(|file| (file.program_lines(), file.path.display().to_string()));
    report("files", of_files.collect());
    report("functions", program.iter().flat_map(|file| functions(file)).collect());

    if build {
        let folder = tempfile::tempdir()?;
        for profile in ["dev", "release"] {
            let mut command = programs::cargo(&["build", "--package", "nowgraph", "--profile"]);
            command.arg(profile).env("CARGO_TARGET_DIR", folder.path());
            let start = shell::now();
            shell::run(&mut command)?;
            println!("build from nothing, {profile}: {:.0} s", start.elapsed().as_secs_f32());
        }
    }
    Ok(())
}

fn report(what: &str, mut sizes: Vec<(usize, String)>) {
    sizes.sort();
    let lines: Vec<_> = sizes.iter().map(|(lines, _)| *lines).collect();
    println!(
        "{what}: {}, median {} lines, 95 % within {}, largest:",
        lines.len(),
        percentile(&lines, 50),
        percentile(&lines, 95)
    );
    for (lines, name) in sizes.iter().rev().take(5) {
        println!("  {lines:5}  {name}");
    }
}

/// Lines of each function outside of tests, after the line that names it.
fn functions(file: &Source) -> Vec<(usize, String)> {
    let lines: Vec<_> = file.text.lines().take(file.program_lines()).collect();
    let function = |(start, line): (usize, &&str)| {
        let (before, rest) = line.split_once("fn ")?;
        let length = body(lines.get(start..)?).filter(|_| is_qualifier(before))?;
        let name = rest.split(['(', '<']).next()?;
        Some((length, format!("{}:{} {name}", file.path.display(), start + 1)))
    };
    lines.iter().enumerate().filter_map(function).collect()
}

/// The lines between the first one and the brace that closes it, which formatted code puts at the
/// same indentation; none for a declaration without a body.
fn body(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?;
    let indent = |line: &str| line.len() - line.trim_start().len();
    if first.ends_with(';') {
        return None;
    }
    if first.ends_with('}') {
        return Some(0);
    }
    let ends = |line: &&str| {
        indent(line) == indent(first) && (line.ends_with(';') || line.trim_start() == "}")
    };
    let end = lines.iter().skip(1).position(ends)?;
    lines.get(end + 1)?.ends_with('}').then_some(end)
}

fn is_qualifier(before: &str) -> bool {
    before.split_whitespace().all(|word| {
        word.starts_with("pub") || ["async", "const", "in", "crate)", "super)"].contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use super::functions;
    use crate::source::Source;

    #[test]
    fn bodies_are_counted() {
        let text = "impl A {\n    pub(crate) const fn one(&self) {\n        a();\n        b();\n    }\n}\n\
                    fn short() {}\ntrait T {\n    fn declared(\n        &self,\n    );\n}\n";
        let found = functions(&Source { path: "a.rs".into(), text: text.to_owned() });
        assert_eq!(found, [(2, "a.rs:2 one".to_owned()), (0, "a.rs:7 short".to_owned())]);
    }
}
