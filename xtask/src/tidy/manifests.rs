//! Every dependency has a reason, and every crate keeps the lints of the workspace.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::source;

pub(crate) fn breaches(root: &Path) -> Result<Vec<String>> {
    let workspace = fs::read_to_string(root.join("Cargo.toml")).context("Cargo.toml")?;
    let mut breaches: Vec<_> = without_reason(&workspace)
        .map(|name| format!("Cargo.toml: `{name}` needs a comment that says what it is for"))
        .collect();
    let crates = source::read_all(root, "crates", "toml")?;
    let members = crates.into_iter().chain(source::read_all(root, "xtask", "toml")?);
    for manifest in members.filter(|file| file.path.ends_with("Cargo.toml")) {
        if !manifest.text.contains("[lints]\nworkspace = true\n") {
            breaches.push(format!("{}: no `[lints] workspace = true`", manifest.path.display()));
        }
    }
    Ok(breaches)
}

/// Names of workspace dependencies without a comment on their line. The group `# Ours` needs none.
fn without_reason(manifest: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    let mut ours = false;
    manifest.lines().filter_map(move |line| {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if line.starts_with('#') {
            ours = line == "# Ours";
        }
        let (name, value) = line.split_once(" = ")?;
        let missing = inside && !ours && !line.starts_with([' ', '#']) && !value.contains("# ");
        missing.then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::without_reason;

    fn check(dependencies: &str, expect: &[&str]) {
        let manifest = format!("[package]\nname = \"x\"\n[workspace.dependencies]\n{dependencies}");
        assert_eq!(without_reason(&manifest).collect::<Vec<_>>(), expect, "{dependencies}");
    }

    #[test]
    fn dependency_needs_a_reason() {
        check("a = \"1\" # reads files\n", &[]);
        check("a = \"1\"\n", &["a"]);
        check("# Ours\na = { path = \"a\" }\n\n# HTTP\nb = \"1\"\n", &["b"]);
        check("a = \"1\" # why\n\n[lints.rust]\nunsafe_code = \"forbid\"\n", &[]);
    }
}
