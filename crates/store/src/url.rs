use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// Where the data is. Printing it never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:///absolute/path` or `sqlite://relative/path`.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…` with libpq's parameters.
    Postgres(Box<Config>),
}

/// The text is no URL of a database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither `sqlite://` nor `postgres://`.
    #[error("a database URL begins with sqlite:// or postgres://")]
    Scheme,
    /// Readers and the writer have connections of their own, which would not share it.
    #[error("a database in memory is not supported, use sqlite://PATH")]
    InMemory,
    /// `sqlite://` and nothing behind.
    #[error("sqlite:// needs a path")]
    NoPath,
    /// The driver does not understand it.
    #[error("the PostgreSQL URL cannot be read")]
    Postgres(#[source] tokio_postgres::Error),
}

impl DatabaseUrl {
    /// The file, if it is SQLite.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    /// `sslmode=verify-full` is taken for `require`: certificates are always verified.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let text = text.replace("sslmode=verify-full", "sslmode=require");
            let config = text.parse().map_err(DatabaseUrlError::Postgres)?;
            return Ok(Self::Postgres(Box::new(config)));
        }
        let path = text.strip_prefix("sqlite:").ok_or(DatabaseUrlError::Scheme)?;
        if path.contains(":memory:") {
            return Err(DatabaseUrlError::InMemory);
        }
        match path.strip_prefix("//") {
            None => Err(DatabaseUrlError::Scheme),
            Some("") => Err(DatabaseUrlError::NoPath),
            Some(path) => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(config) => write_postgres(config, f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Put together from harmless parts, so that no spelling of a password can slip through.
fn write_postgres(config: &Config, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("postgres://")?;
    if let Some(user) = config.get_user() {
        f.write_str(user)?;
        f.write_str(if config.get_password().is_some() { ":***@" } else { "@" })?;
    }
    let ports = config.get_ports();
    for (index, host) in config.get_hosts().iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        match host {
            Host::Tcp(name) => write!(f, "{comma}{name}")?,
            #[cfg(unix)]
            Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
        }
        if let Some(port) = ports.get(index).or(ports.first()) {
            write!(f, ":{port}")?;
        }
    }
    write!(f, "/{}", config.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_printed() {
        for url in [
            "postgres://joe:s3cret@db.example:5433/now?sslmode=require",
            "postgresql://joe:s3cret@db.example:5433/now",
            "postgres://joe@db.example:5433/now?password=s3cret",
            "postgres://joe:s3cret%2F@db.example:5433/now",
        ] {
            let url: DatabaseUrl = url.parse().unwrap();
            assert_eq!(url.to_string(), "postgres://joe:***@db.example:5433/now");
            assert_eq!(format!("{url:?}"), url.to_string());
        }
    }

    #[test]
    fn paths_are_absolute_by_a_third_slash() {
        let path =
            |url: &str| url.parse::<DatabaseUrl>().unwrap().sqlite_path().unwrap().to_owned();
        assert_eq!(path("sqlite:///var/now.db"), Path::new("/var/now.db"));
        assert_eq!(path("sqlite://now.db"), Path::new("now.db"));
    }

    #[test]
    fn other_urls_are_refused() {
        for (url, expect) in [
            ("mysql://localhost/x", "a database URL begins with sqlite:// or postgres://"),
            ("now.db", "a database URL begins with sqlite:// or postgres://"),
            ("sqlite:now.db", "a database URL begins with sqlite:// or postgres://"),
            ("sqlite::memory:", "a database in memory is not supported, use sqlite://PATH"),
            ("sqlite://:memory:", "a database in memory is not supported, use sqlite://PATH"),
            ("sqlite://", "sqlite:// needs a path"),
            ("postgres://h:notaport/x", "the PostgreSQL URL cannot be read"),
        ] {
            assert_eq!(url.parse::<DatabaseUrl>().unwrap_err().to_string(), expect, "{url}");
        }
    }
}
