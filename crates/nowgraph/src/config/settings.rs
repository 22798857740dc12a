use std::fmt::Display;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use api::Visibility;
use identity::{ClaimMapping, RoleMapping};
use servicenow::{FilterError, Proxy};

use super::{AuthMode, Config, ConfigError, Entry, Raw, TlsMode};

/// Writes one entry into the configuration.
pub(super) fn apply(config: &mut Config, entry: &Entry) -> Result<(), ConfigError> {
    let in_section =
        |key: &str| key.strip_prefix(&entry.key).is_some_and(|rest| rest.starts_with('.'));
    if entry.value == Raw::Section && SETTINGS.iter().any(|(key, _)| in_section(key)) {
        return Ok(());
    }
    let setting = SETTINGS.iter().find(|(key, _)| *key == entry.key);
    let Some((_, set)) = setting else {
        let (key, origin) = (entry.key.clone(), entry.origin.clone());
        return Err(ConfigError::UnknownKey { key, origin });
    };
    set(config, &entry.value).map_err(|problem| ConfigError::Value {
        key: entry.key.clone(),
        origin: entry.origin.clone(),
        problem,
    })
}

type Set = fn(&mut Config, &Raw) -> Result<(), String>;

/// Every setting there is.
const SETTINGS: &[(&str, Set)] = &[
    ("listen", |config, raw| {
        config.listen = parsed(raw, "must be ADDRESS:PORT, e.g. 127.0.0.1:8080")?;
        Ok(())
    }),
    ("public_url", |config, raw| {
        config.public_url = if text(raw)?.is_empty() {
            None
        } else {
            Some(parsed(raw, "must be an absolute http or https URL without query and fragment")?)
        };
        Ok(())
    }),
    ("database", |config, raw| {
        config.database = text(raw)?.parse().map_err(|error| format!("is not usable: {error}"))?;
        Ok(())
    }),
    ("master_key_file", |config, raw| {
        config.master_key_file = path(raw)?;
        Ok(())
    }),
    ("tls.certificate_file", |config, raw| {
        if let Some((certificate, _key)) = tls_files(config, text(raw)?)? {
            *certificate = text(raw)?.into();
        }
        settle(config);
        Ok(())
    }),
    ("tls.key_file", |config, raw| {
        if let Some((_certificate, key)) = tls_files(config, text(raw)?)? {
            *key = text(raw)?.into();
        }
        settle(config);
        Ok(())
    }),
    ("tls.dev", |config, raw| {
        match (boolean(raw)?, &config.tls) {
            (true, TlsMode::Files { .. }) => {
                return Err("makes a certificate of its own, so tls.certificate_file and \
                            tls.key_file cannot be set too"
                    .into());
            }
            (true, TlsMode::Off | TlsMode::Dev) => config.tls = TlsMode::Dev,
            (false, TlsMode::Dev) => config.tls = TlsMode::Off,
            (false, TlsMode::Files { .. } | TlsMode::Off) => {}
        }
        Ok(())
    }),
    ("auth.mode", |config, raw| {
        config.auth.mode = match text(raw)? {
            "builtin" => AuthMode::Builtin,
            "oidc" => AuthMode::Oidc,
            _ => return Err("must be \"builtin\" or \"oidc\"".into()),
        };
        Ok(())
    }),
    ("auth.issuers", |config, raw| {
        config.auth.issuers = list(raw)?;
        Ok(())
    }),
    ("auth.audiences", |config, raw| {
        config.auth.audiences = list(raw)?;
        Ok(())
    }),
    ("auth.tenants", |config, raw| {
        let tenants = list(raw)?.into_iter().map(|tenant| tenant.parse());
        let tenants: Result<_, _> = tenants.collect();
        config.auth.tenants = tenants.map_err(|_guid| "must be a list of GUIDs".to_owned())?;
        Ok(())
    }),
    ("auth.grants", |config, raw| {
        let mut mapping = ClaimMapping::default();
        for text in list(raw)? {
            mapping.grant(&text).map_err(|error| format!("cannot be read: {error}"))?;
        }
        config.auth.grants = mapping;
        Ok(())
    }),
    ("egress.allow", |config, raw| {
        config.egress.allow = items(raw, "must be a list of hosts")?;
        Ok(())
    }),
    ("egress.private", |config, raw| {
        config.egress.private = items(raw, "must be a list of HOST:PORT")?;
        Ok(())
    }),
    ("egress.ca_file", |config, raw| {
        config.egress.ca_file = path(raw)?;
        Ok(())
    }),
    ("egress.client_certificate_file", |config, raw| {
        config.egress.client_certificate_file = path(raw)?;
        Ok(())
    }),
    ("egress.client_key_file", |config, raw| {
        config.egress.client_key_file = path(raw)?;
        Ok(())
    }),
    ("egress.proxy", |config, raw| {
        // What is wrong is not repeated: there may be a password in it.
        let problem = "must be http://HOST:PORT or http://USER:PASSWORD@HOST:PORT";
        config.egress.proxy = match text(raw)? {
            "" => None,
            text => Some(Proxy::parse(text).map_err(|_syntax| problem.to_owned())?),
        };
        Ok(())
    }),
    ("egress.proxy_password_file", |config, raw| {
        config.egress.proxy_password_file = path(raw)?;
        Ok(())
    }),
    ("sync.interval", |config, raw| {
        config.sync.interval = duration(raw, YEAR)?;
        Ok(())
    }),
    ("sync.overlap", |config, raw| {
        config.sync.overlap = duration(raw, YEAR)?;
        Ok(())
    }),
    ("sync.page_size", |config, raw| {
        config.sync.page_size = whole_number(raw)?;
        Ok(())
    }),
    ("sync.reconcile", |config, raw| {
        config.sync.reconcile = duration(raw, YEAR)?;
        Ok(())
    }),
    ("sync.query", |config, raw| {
        let query = text(raw)?.parse();
        config.sync.query = query.map_err(|error: FilterError| error.to_string())?;
        Ok(())
    }),
    ("sync.retention", |config, raw| {
        config.sync.retention = retention(raw)?;
        Ok(())
    }),
    ("live.timeout", |config, raw| {
        config.live.timeout = duration(raw, YEAR)?;
        Ok(())
    }),
    ("live.match", |config, raw| {
        let columns = items(raw, "must be a list of columns of sys_user")?;
        if columns.is_empty() {
            return Err("must name a column of sys_user".into());
        }
        config.live.columns = columns;
        Ok(())
    }),
    ("live.visibility", |config, raw| {
        config.live.visibility = match text(raw)? {
            "service" => Visibility::Service,
            "agent" => Visibility::Agent,
            _ => return Err("must be \"service\" or \"agent\"".into()),
        };
        Ok(())
    }),
    ("credentials.basic", |config, raw| {
        config.credentials.basic = boolean(raw)?;
        Ok(())
    }),
    ("audit.retention", |config, raw| {
        config.audit_retention = retention(raw)?;
        Ok(())
    }),
    ("limits.requests_per_second", |config, raw| {
        config.requests_per_second = whole_number(raw)?;
        Ok(())
    }),
    ("console.client_id", |config, raw| {
        text(raw)?.trim().clone_into(&mut config.console.client_id);
        Ok(())
    }),
    ("console.client_secret_file", |config, raw| {
        config.console.client_secret_file = path(raw)?;
        Ok(())
    }),
    ("console.roles", |config, raw| {
        let mut mapping = RoleMapping::default();
        for text in list(raw)? {
            mapping.grant(&text).map_err(|error| format!("cannot be read: {error}"))?;
        }
        config.console.roles = mapping;
        Ok(())
    }),
];

fn text(raw: &Raw) -> Result<&str, String> {
    match raw {
        Raw::Text(text) | Raw::String(text) => Ok(text),
        Raw::Integer(_) | Raw::Boolean(_) | Raw::List(_) | Raw::Section | Raw::Other => {
            Err("must be a text".into())
        }
    }
}

/// Empty is none.
fn path(raw: &Raw) -> Result<Option<PathBuf>, String> {
    Ok(Some(text(raw)?).filter(|path| !path.is_empty()).map(PathBuf::from))
}

fn boolean(raw: &Raw) -> Result<bool, String> {
    match raw {
        Raw::Boolean(value) => Ok(*value),
        Raw::Text(text) if text == "true" => Ok(true),
        Raw::Text(text) if text == "false" || text.is_empty() => Ok(false),
        Raw::Text(_)
        | Raw::String(_)
        | Raw::Integer(_)
        | Raw::List(_)
        | Raw::Section
        | Raw::Other => Err("must be true or false".into()),
    }
}

/// In days.
const YEAR: u64 = 365;

/// `90s`, `5m`, `24h`, `7d`: at least a second.
fn duration(raw: &Raw, most_days: u64) -> Result<Duration, String> {
    let problem = || format!("must be a time from 1s to {most_days}d, e.g. 90s, 5m, 24h or 7d");
    let text = text(raw).map_err(|_type| problem())?.trim();
    let unit = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let read = unit.iter().find_map(|(letter, seconds)| {
        let number: u64 = text.strip_suffix(letter)?.parse().ok()?;
        number.checked_mul(*seconds)
    });
    let seconds = read.filter(|seconds| (1..=most_days * 86_400).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(problem)
}

/// How long something is kept; empty is for ever.
fn retention(raw: &Raw) -> Result<Option<Duration>, String> {
    if text(raw)?.is_empty() { Ok(None) } else { duration(raw, 20 * YEAR).map(Some) }
}

fn whole_number(raw: &Raw) -> Result<NonZeroU32, String> {
    let text = match raw {
        Raw::Integer(number) => number.to_string(),
        Raw::Text(text) => text.trim().to_owned(),
        Raw::String(_) | Raw::Boolean(_) | Raw::List(_) | Raw::Section | Raw::Other => {
            String::new()
        }
    };
    text.parse().map_err(|_range| "must be a whole number from 1 to 4294967295".to_owned())
}

/// The two files, to set one of them; without both there is no TLS.
fn tls_files<'c>(
    config: &'c mut Config,
    path: &str,
) -> Result<Option<(&'c mut PathBuf, &'c mut PathBuf)>, String> {
    match &mut config.tls {
        TlsMode::Dev if path.is_empty() => return Ok(None),
        TlsMode::Dev => return Err("cannot be set beside tls.dev".into()),
        off @ TlsMode::Off => *off = TlsMode::Files { certificate: "".into(), key: "".into() },
        TlsMode::Files { .. } => {}
    }
    match &mut config.tls {
        TlsMode::Files { certificate, key } => Ok(Some((certificate, key))),
        TlsMode::Off | TlsMode::Dev => Ok(None),
    }
}

/// Files that are both taken back are none.
fn settle(config: &mut Config) {
    let none = TlsMode::Files { certificate: PathBuf::new(), key: PathBuf::new() };
    if config.tls == none {
        config.tls = TlsMode::Off;
    }
}

fn parsed<T: FromStr>(raw: &Raw, problem: &str) -> Result<T, String> {
    text(raw)?.parse().map_err(|_syntax| problem.to_owned())
}

fn list(raw: &Raw) -> Result<Vec<String>, String> {
    match raw {
        Raw::List(items) => Ok(items.clone()),
        Raw::Text(text) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(items.map(ToOwned::to_owned).collect())
        }
        Raw::String(_) | Raw::Integer(_) | Raw::Boolean(_) | Raw::Section | Raw::Other => {
            Err("must be a list of texts".into())
        }
    }
}

/// A list of which each item is read by itself; `problem` is said of the first that is wrong.
fn items<T>(raw: &Raw, problem: &str) -> Result<Vec<T>, String>
where
    T: FromStr<Err: Display>,
{
    let read = |item: String| item.parse().map_err(|error| format!("{problem}: {error}"));
    list(raw)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_every_setting_and_no_other() {
        let text = include_str!("../../../../docs/operating.md");
        let (_, table) = text.split_once("| key | default | meaning |").unwrap();
        let rows = table.trim_start().lines().take_while(|line| line.starts_with('|')).skip(1);
        let documented: Vec<_> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
        let known: Vec<_> = SETTINGS.iter().map(|(key, _)| *key).collect();
        assert_eq!(documented, known);
    }
}
