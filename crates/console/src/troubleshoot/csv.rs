/// A line of RFC 4180. Programs for sheets take a cell for a formula that begins with certain signs;
/// behind an apostrophe it is text.
pub(super) fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<_> = cells.into_iter().map(|cell| quoted(&cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// Source: OWASP, CSV injection. The wide signs are taken for narrow ones in some languages.
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '|', '＝', '＋', '－', '＠'];

fn quoted(cell: &str) -> String {
    let begins = cell.trim_start_matches([' ', '\u{a0}', '\u{200e}', '\u{200f}', '\u{feff}']);
    let guard = if begins.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_text() {
        for (cell, expect) in [
            ("INC1", "\"INC1\"\r\n"),
            ("", "\"\"\r\n"),
            ("a \"b\", c\r\nd", "\"a \"\"b\"\", c\r\nd\"\r\n"),
            ("=1+1", "\"'=1+1\"\r\n"),
            ("  =1+1", "\"'  =1+1\"\r\n"),
            ("+1", "\"'+1\"\r\n"),
            ("-1", "\"'-1\"\r\n"),
            ("@SUM(A1)", "\"'@SUM(A1)\"\r\n"),
            ("\t=1", "\"'\t=1\"\r\n"),
            ("＝1", "\"'＝1\"\r\n"),
            ("\u{200f}=1", "\"'\u{200f}=1\"\r\n"),
            ("a=1", "\"a=1\"\r\n"),
        ] {
            assert_eq!(line([cell.to_owned()]), expect, "{cell:?}");
        }
        assert_eq!(line(["a".to_owned(), "b".to_owned()]), "\"a\",\"b\"\r\n");
    }
}
