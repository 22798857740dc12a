//! Which hosts may be called. Connections name hosts freely, and this is what keeps calls out of
//! the network that the program runs in.
//!
//! A host must be listed, and the address that it has is judged, not its name: the address that
//! was judged is the one that is connected to, so a name that has another one at the next lookup
//! gains nothing. Behind a proxy, which looks up names itself, the name is all that there is to judge.

mod gate;
mod pattern;
mod policy;
mod unresolved;

pub use gate::{Gate, SystemNames};
pub use pattern::{HostPattern, HostPatternError};
pub use policy::{EgressPolicy, Listed, Refusal};
pub(crate) use unresolved::Unresolved;
