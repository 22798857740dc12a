use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use identity::{NewAccount, NewPassword, UserName, add_account};
use model::{Clock as _, Rng, Role, TenantId};

use crate::clock::SystemClock;
use crate::commands::{ConfigOptions, author};
use crate::rng::SystemRng;
use crate::{open, output};

/// `nowgraph account create`
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Tenant that the person belongs to
    #[arg(long, value_name = "GUID")]
    tenant: TenantId,
    /// What the person signs in with, such as a user principal name
    #[arg(long, value_name = "NAME")]
    user: UserName,
    /// What the person may do; repeats
    #[arg(long = "role", value_name = "ROLE", required = true,
          value_parser = role(), ignore_case = true)]
    roles: Vec<Role>,
    #[command(flatten)]
    config: ConfigOptions,
}

impl Options {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = open::store(&self.config.load(Vec::new())?).await?;
        let rng: Arc<dyn Rng> = Arc::new(SystemRng);
        let password = NewPassword::random(rng.as_ref());
        let new = NewAccount {
            tenant: self.tenant,
            user_name: self.user,
            password: password.clone(),
            roles: self.roles,
        };
        add_account(&store, new, &author(), SystemClock.now(), &rng).await?;
        Ok(output::line(format_args!("password={}", password.reveal()))?)
    }
}

fn role() -> impl TypedValueParser<Value = Role> {
    let names = PossibleValuesParser::new(Role::ALL.map(Role::name));
    names.try_map(|name| name.parse::<Role>())
}
