//! Who is signed in to the console.

mod mask;
mod signed_in;
mod token;

pub use mask::{is_masked, mask};
pub use signed_in::SignedIn;
pub(crate) use signed_in::start_session;
pub use token::{SessionToken, SessionTokenError};
