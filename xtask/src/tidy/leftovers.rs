//! Macros of unfinished work, also where clippy does not look (documentation, other targets).

use crate::source::Source;

/// Split, so that this file does not find itself.
const UNFINISHED: [&str; 3] =
    [concat!("todo", "!"), concat!("dbg", "!("), concat!("unimplemented", "!")];

pub(crate) fn breaches(files: &[Source]) -> Vec<String> {
    let in_file = |file: &Source| -> Vec<String> {
        let found = |(number, line): (usize, &str)| {
            let word = UNFINISHED.into_iter().find(|word| line.contains(word))?;
            Some(format!("{}:{}: `{word}`", file.path.display(), number + 1))
        };
        file.text.lines().enumerate().filter_map(found).collect()
    };
    files.iter().flat_map(in_file).collect()
}

#[cfg(test)]
mod tests {
    use super::breaches;
    use crate::source::Source;

    #[test]
    fn leftover_is_found_with_its_line() {
        let text = concat!("fn a() {\n    todo", "!()\n}\n").to_owned();
        assert_eq!(breaches(&[Source { path: "a.rs".into(), text }]).len(), 1);
        let text = "fn a() {}\n".to_owned();
        assert!(breaches(&[Source { path: "a.rs".into(), text }]).is_empty());
    }
}
