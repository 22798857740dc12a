use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;

/// One setting as somebody wrote it.
#[derive(Debug)]
pub(super) struct Entry {
    /// Dotted, e.g. `auth.mode`.
    pub(super) key: String,
    pub(super) value: Raw,
    pub(super) origin: Origin,
}

/// A value before its type is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    /// From a variable or a flag, where everything is text.
    Text(String),
    /// From the file.
    String(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<String>),
    /// A section with nothing in it.
    Section,
    /// A float, a date, a mixed list: nothing that any setting takes.
    Other,
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Variable(String),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// The entries of a TOML file, in written order.
pub(super) fn of_file(path: &Path) -> Result<Vec<Entry>, ConfigError> {
    let text = fs::read_to_string(path)
        .map_err(|reason| ConfigError::Unreadable { path: path.to_owned(), reason })?;
    let origin = |offset: usize| Origin::File { path: path.to_owned(), line: line(&text, offset) };
    let table = DeTable::parse(&text).map_err(|error| ConfigError::At {
        origin: origin(error.span().map_or(0, |span| span.start)),
        problem: error.message().replace('\n', ", "),
    })?;
    let mut entries = Vec::new();
    flatten("", table.get_ref(), &origin, &mut entries);
    Ok(entries)
}

/// The entries of `NOWGRAPH_…` variables; `__` stands between levels.
pub(super) fn of_variables(variables: &[(String, String)]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = variables
        .iter()
        .filter_map(|(name, value)| {
            let key = name.strip_prefix("NOWGRAPH_")?;
            // Kubernetes injects these for a service called nowgraph.
            if key.starts_with("SERVICE_") || key == "PORT" || key.starts_with("PORT_") {
                return None;
            }
            Some(Entry {
                key: key.to_ascii_lowercase().replace("__", "."),
                value: Raw::Text(value.clone()),
                origin: Origin::Variable(name.clone()),
            })
        })
        .collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

fn flatten(
    prefix: &str,
    table: &DeTable<'_>,
    origin: &impl Fn(usize) -> Origin,
    entries: &mut Vec<Entry>,
) {
    for (name, value) in table {
        let key = format!("{prefix}{}", name.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) if !inner.is_empty() => {
                flatten(&format!("{key}."), inner, origin, entries);
            }
            scalar => {
                let origin = origin(name.span().start);
                entries.push(Entry { key, value: raw(scalar), origin });
            }
        }
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::String(text.to_string()),
        DeValue::Boolean(value) => Raw::Boolean(*value),
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).map_or(Raw::Other, Raw::Integer)
        }
        DeValue::Table(_empty) => Raw::Section,
        DeValue::Array(items) => {
            let text = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            };
            items.iter().map(text).collect::<Option<Vec<_>>>().map_or(Raw::Other, Raw::List)
        }
        _ => Raw::Other,
    }
}

fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
