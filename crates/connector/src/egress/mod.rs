//! Which hosts may be called. Connections name hosts freely, and this is what keeps calls out of
//! the network that the program runs in.
//!
//! A host must be listed, and the address that it has is judged, not its name: the address that
//! was judged is the one that is connected to, so a name that has another one at the next lookup
//! gains nothing.

mod gate;
mod pattern;
mod policy;

pub use gate::{Gate, SystemNames};
pub use pattern::{HostPattern, HostPatternError};
pub(crate) use policy::Listed;
pub use policy::{EgressPolicy, Refusal};
