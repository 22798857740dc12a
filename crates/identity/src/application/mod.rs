//! Applications registered at the built-in issuer.

mod add_secret;
mod register;
mod secret;

use model::Rng;
use uuid::{Builder, Uuid};

pub use add_secret::{NewSecret, add_application_secret};
pub use register::{RegisterError, register_application};
pub(crate) use secret::ClientSecret;

fn random_id(rng: &dyn Rng) -> Uuid {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    Builder::from_random_bytes(bytes).into_uuid()
}
