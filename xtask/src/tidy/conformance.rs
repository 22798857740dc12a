//! What the table of OData conformance says is met names a test, and every test exists that it or
//! the tables of the connector and of the simulated instance name.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::source::Source;

const PAGES: [&str; 3] =
    ["docs/connector-checks.md", "docs/odata-conformance.md", "docs/simulator-checks.md"];
const STATES: [&str; 4] = ["met", "partly", "not served", "n/a"];

pub(crate) fn breaches(root: &Path, files: &[Source]) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for name in PAGES {
        let page = fs::read_to_string(root.join(name)).context(name)?;
        breaches.extend(untrue(&page, files).map(|wrong| format!("{name}:{wrong}")));
    }
    Ok(breaches)
}

/// Rows with a state are `| number | level | item | state | shown by |`.
fn untrue<'p>(page: &'p str, files: &'p [Source]) -> impl Iterator<Item = String> + 'p {
    page.lines().enumerate().flat_map(move |(number, line)| {
        let mut wrong: Vec<_> = named_tests(line)
            .filter(|(path, name)| !exists(path, name, files))
            .map(|(path, name)| format!("no test `{path}::{name}`"))
            .collect();
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        if let ["", item, _, _, state, _, ""] = *cells
            && item.starts_with(|c: char| c.is_ascii_digit())
        {
            if !STATES.contains(&state) {
                wrong.push(format!("`{state}` is none of {STATES:?}"));
            }
            if state == "met" && named_tests(line).next().is_none() {
                wrong.push(format!("{item} is met by no test"));
            }
        }
        wrong.into_iter().map(move |wrong| format!("{}: {wrong}", number + 1))
    })
}

/// Each `path.rs::name` between backticks.
fn named_tests(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let code = line.split('`').skip(1).step_by(2);
    code.filter(|code| code.contains(".rs::")).filter_map(|code| code.split_once("::"))
}

fn exists(path: &str, name: &str, files: &[Source]) -> bool {
    let function = format!("fn {name}(");
    files.iter().filter(|file| file.path == Path::new(path)).any(|file| {
        let mut is_test = false;
        file.text.lines().map(str::trim).any(|line| {
            if line.starts_with("#[") {
                is_test |= line.contains("test]") || line.contains("::test(");
                return false;
            }
            std::mem::take(&mut is_test) && line.contains(&function)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::untrue;
    use crate::source::Source;

    #[track_caller]
    fn check(row: &str, expect: &[&str]) {
        let text = "#[test]\nfn a() {}\n#[tokio::test(start_paused = true)]\n#[ignore]\n\
                    async fn b() {}\n#[derive(Debug)]\nstruct C;\nfn helper() {}\n";
        let files = [Source { path: "crates/x/tests/it/y.rs".into(), text: text.to_owned() }];
        let found: Vec<_> = untrue(row, &files).collect();
        let expect: Vec<_> = expect.iter().map(|wrong| format!("1: {wrong}")).collect();
        assert_eq!(found, expect, "{row}");
    }

    #[test]
    fn rows_are_held_against_the_tests() {
        check("| 1 | MUST | it | met | `crates/x/tests/it/y.rs::a` |", &[]);
        check("| 1 | MUST | it | partly | no more than `$x`; `crates/x/tests/it/y.rs::b` |", &[]);
        check("| 5.1 | MAY | it | n/a | there is none |", &[]);
        check("| 1 | MUST | it | met | as 2 |", &["1 is met by no test"]);
        check(
            "| 1 | MUST | it | done | |",
            &["`done` is none of [\"met\", \"partly\", \"not served\", \"n/a\"]"],
        );
        for missing in ["crates/x/tests/it/y.rs::helper", "crates/x/tests/it/y.rs::", "y.rs::a"] {
            let wrong = format!("no test `{missing}`");
            check(&format!("| 1 | MUST | it | met | `{missing}` |"), &[&wrong]);
            check(&format!("In prose: `{missing}`."), &[&wrong]);
        }
    }
}
