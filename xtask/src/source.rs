//! The files of the repository as text.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// A file and what it says.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the root of the repository.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Source {
    /// Whether the file holds nothing but tests, examples or measurements.
    pub(crate) fn is_test(&self) -> bool {
        self.path.file_name().is_some_and(|name| name == "tests.rs")
            || self
                .path
                .iter()
                .any(|part| part == "tests" || part == "examples" || part == "benches")
    }

    /// The lines before the test module.
    pub(crate) fn program_lines(&self) -> usize {
        let lines: Vec<_> = self.text.lines().collect();
        let starts_tests =
            |pair: &[&str]| matches!(pair, ["#[cfg(test)]", module] if module.starts_with("mod "));
        lines.windows(2).position(starts_tests).unwrap_or(lines.len())
    }
}

/// All files under a folder whose name ends in `.extension`, build results and hidden folders left
/// out.
pub(crate) fn read_all(root: &Path, folder: &str, extension: &str) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                if !is_skipped(&path) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path)?;
                sources.push(Source { path: path.strip_prefix(root)?.to_owned(), text });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// The Rust files of the workspace.
pub(crate) fn rust_files(root: &Path) -> Result<Vec<Source>> {
    let mut files = read_all(root, "crates", "rs")?;
    files.extend(read_all(root, "xtask", "rs")?);
    Ok(files)
}

fn is_skipped(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name == "target" || name == "node_modules" || name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn file(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.to_owned() }
    }

    #[test]
    fn tests_do_not_count() {
        let check = |text, expect| assert_eq!(file("a.rs", text).program_lines(), expect, "{text}");
        check("fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n", 2);
        check("#[cfg(test)]\nuse a::b;\nfn a() {}\n", 3);
        check("", 0);
    }

    #[test]
    fn files_of_tests_are_told_from_the_program() {
        let check = |path, expect| assert_eq!(file(path, "").is_test(), expect, "{path}");
        check("crates/a/src/lib.rs", false);
        check("crates/a/src/url/tests.rs", true);
        check("crates/a/tests/it/main.rs", true);
        check("crates/a/examples/abnf_case.rs", true);
        check("crates/testkit/src/lib.rs", false);
    }
}
