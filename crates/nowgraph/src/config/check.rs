use std::path::Path;

use super::{AuthMode, Config, ConfigError, TlsMode};

impl Config {
    /// What no setting can tell alone.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() && self.public_url.is_none() {
            let problem = "listen is not a loopback address, so public_url must be set, \
                           e.g. to https://graph.contoso.example";
            return Err(self.wrong("listen", problem));
        }
        if let TlsMode::Files { certificate, key } = &self.tls {
            let none = Path::new("");
            if certificate == none {
                let problem = "tls.key_file is set, so tls.certificate_file must be set too";
                return Err(self.wrong("tls.key_file", problem));
            }
            if key == none {
                let problem = "tls.certificate_file is set, so tls.key_file must be set too";
                return Err(self.wrong("tls.certificate_file", problem));
            }
        }
        self.check_egress()?;
        if self.auth.mode == AuthMode::Oidc && self.auth.issuers.is_empty() {
            let problem = "auth.mode is \"oidc\", so auth.issuers must name an issuer";
            return Err(self.wrong("auth.mode", problem));
        }
        if self.auth.mode == AuthMode::Oidc && self.auth.audiences.is_empty() {
            let problem = "auth.mode is \"oidc\", so auth.audiences must name an audience";
            return Err(self.wrong("auth.mode", problem));
        }
        self.check_console()
    }

    fn check_console(&self) -> Result<(), ConfigError> {
        let console = &self.console;
        let (key, missing) = if console.client_id.is_empty() {
            match (&console.client_secret_file, console.roles.is_empty()) {
                (Some(_), _) => ("console.client_secret_file", "console.client_id"),
                (None, false) => ("console.roles", "console.client_id"),
                (None, true) => return Ok(()),
            }
        } else if self.auth.issuers.is_empty() {
            ("console.client_id", "auth.issuers")
        } else if console.roles.is_empty() {
            ("console.client_id", "console.roles")
        } else {
            return Ok(());
        };
        Err(self.wrong(key, &format!("{key} is set, so {missing} must be set too")))
    }

    fn check_egress(&self) -> Result<(), ConfigError> {
        let egress = &self.egress;
        if egress.client_certificate_file.is_some() != egress.client_key_file.is_some() {
            let (set, missing) = if egress.client_key_file.is_some() {
                ("egress.client_key_file", "egress.client_certificate_file")
            } else {
                ("egress.client_certificate_file", "egress.client_key_file")
            };
            return Err(self.wrong(set, &format!("{set} is set, so {missing} must be set too")));
        }
        let key = "egress.proxy_password_file";
        match (&egress.proxy, &egress.proxy_password_file) {
            (None, Some(_)) => {
                Err(self.wrong(key, &format!("{key} is set, so egress.proxy must be set too")))
            }
            (Some(proxy), Some(_)) if proxy.names_somebody() => {
                let problem = format!("{key} is set, so egress.proxy must not name somebody");
                Err(self.wrong(key, &problem))
            }
            (_, None) | (Some(_), Some(_)) => Ok(()),
        }
    }
}
