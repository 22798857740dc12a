//! The token endpoint of the built-in issuer and its public documents, in the paths of Entra ID.

pub(crate) mod documents;
pub(crate) mod issue;
