use anyhow::bail;
use clap::ArgGroup;
use clap::builder::NonEmptyStringValueParser;
use identity::{SigningKeys, Subject, TokenRequest};
use model::{Clock as _, DirectoryRole, Permission, TenantId};

use super::ConfigOptions;
use super::names::{permission, role};
use crate::clock::SystemClock;
use crate::config::AuthMode;
use crate::rng::SystemRng;
use crate::{open, output};

/// Print an access token of the built-in issuer
///
/// Every `nowgraph serve` on the same database accepts it at once, if `public_url` is the same.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("subject").required(true).args(["app", "user"]))]
pub(super) struct Options {
    /// Tenant that the token is for
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// An application's own token; the same name is always the same application
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    app: Option<String>,
    /// A user's token, by user principal name
    #[arg(long, value_name = "UPN", value_parser = NonEmptyStringValueParser::new())]
    user: Option<String>,
    /// Permission that it grants; repeats
    #[arg(long = "permission", value_name = "P", required = true,
          value_parser = permission(), ignore_case = true)]
    permissions: Vec<Permission>,
    #[arg(long = "role", value_name = "R", conflicts_with = "app", value_parser = role,
          help = ROLE_HELP)]
    roles: Vec<DirectoryRole>,
    /// Seconds until it expires
    #[arg(long, value_name = "SECS", default_value_t = 3600,
          value_parser = clap::value_parser!(i64).range(1..=31_536_000))]
    expires: i64,
    #[command(flatten)]
    config: ConfigOptions,
}

const ROLE_HELP: &str = "Role of the user: GlobalAdministrator, IntuneAdministrator, GlobalReader \
                         or the template id of one; repeats";

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(Vec::new())?;
        if config.auth.mode == AuthMode::Oidc {
            tracing::warn!("auth.mode is oidc: serve with these settings refuses this token");
        }
        let keys = SigningKeys::new(open::store(&config).await?);
        let subject = match (self.app, self.user) {
            (Some(name), _) => Subject::app_named(self.tenant, &name),
            (None, Some(upn)) => Subject::User { upn, roles: self.roles },
            (None, None) => bail!("either --app or --user is needed"),
        };
        let request = TokenRequest {
            tenant: self.tenant,
            subject,
            permissions: self.permissions,
            lifetime: self.expires,
        };
        let key = keys.newest().await?;
        let token = open::issuer(&config).mint(&key, &request, SystemClock.now(), &SystemRng)?;
        Ok(output::line(token)?)
    }
}
