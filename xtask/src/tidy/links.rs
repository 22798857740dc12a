//! Relative links in Markdown files lead to files that exist.

use std::path::Path;

use anyhow::Result;

use crate::source::{self, Source};

pub(crate) fn breaches(root: &Path) -> Result<Vec<String>> {
    let files = source::read_all(root, "", "md")?;
    let dead = |file: &Source| -> Vec<String> {
        let folder = root.join(file.path.parent().unwrap_or(Path::new("")));
        relative_links(&file.text)
            .into_iter()
            .filter(|link| !folder.join(link).exists())
            .map(|link| format!("{}: nothing at `{link}`", file.path.display()))
            .collect()
    };
    Ok(files.iter().flat_map(dead).collect())
}

/// Targets of `[text](target)` outside of code, without those on other hosts or the same page.
fn relative_links(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut links = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let targets =
            prose.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '#']).next());
        links.extend(targets.filter(|target| is_relative(target)).map(str::to_owned));
    }
    links
}

fn is_relative(target: &str) -> bool {
    !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:")
}

#[cfg(test)]
mod tests {
    use super::relative_links;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(relative_links(text), expect, "{text}");
    }

    #[test]
    fn only_relative_links_in_prose_are_followed() {
        check("see [a](docs/a.md) and [b](b.md#part)", &["docs/a.md", "b.md"]);
        check("[web](https://example.com/a.md) [mail](mailto:a@b.c) [here](#part)", &[]);
        check("```\n[a](docs/a.md)\n```\n[b](b.md)", &["b.md"]);
        check("`[a](a.md)` [b](b.md \"title\")", &["b.md"]);
    }
}
