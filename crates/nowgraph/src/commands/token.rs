#![expect(clippy::print_stdout, reason = "terminal program")]

use clap::ArgGroup;
use identity::{SigningKeys, Subject, TokenRequest};
use model::{Clock as _, DirectoryRole, Permission, TenantId};

use super::ConfigOptions;
use crate::clock::SystemClock;
use crate::open;
use crate::rng::SystemRng;

/// `nowgraph token`
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("subject").required(true).args(["app", "user"]))]
pub(super) struct Options {
    #[command(flatten)]
    config: ConfigOptions,
    /// Tenant that the token is for
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// An application's own token; the same name is always the same application
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// A user's token, by user principal name
    #[arg(long, value_name = "UPN")]
    user: Option<String>,
    /// Permission that it grants; repeats
    #[arg(long = "permission", value_name = "P", required = true)]
    permissions: Vec<Permission>,
    /// Role of the user: a template id, IntuneAdministrator, GlobalAdministrator or GlobalReader;
    /// repeats
    #[arg(long = "role", value_name = "R", requires = "user")]
    roles: Vec<DirectoryRole>,
    /// Seconds until it expires
    #[arg(long, value_name = "SECS", default_value_t = 3600,
          value_parser = clap::value_parser!(i64).range(1..=31_536_000))]
    expires: i64,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config.load(None)?;
        let keys = SigningKeys::new(open::store(&config).await?);
        let subject = match (self.app, self.user) {
            (Some(name), _) => Subject::app_named(self.tenant, &name),
            (None, upn) => Subject::User { upn: upn.unwrap_or_default(), roles: self.roles },
        };
        let request = TokenRequest {
            tenant: self.tenant,
            subject,
            permissions: self.permissions,
            lifetime: self.expires,
        };
        let key = keys.newest().await?;
        let token = open::issuer(&config).mint(&key, &request, SystemClock.now(), &SystemRng)?;
        println!("{token}");
        Ok(())
    }
}
