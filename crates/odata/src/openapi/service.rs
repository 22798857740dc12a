use std::collections::BTreeSet;

use serde_json::Value;

use crate::edm::{TypeName, TypeRef};

/// What a model does not say of the service that has it.
#[derive(Debug)]
pub struct Service<'s> {
    /// Name of the service.
    pub title: &'s str,
    /// What it is for, in CommonMark.
    pub description: &'s str,
    /// Version of the program.
    pub version: &'s str,
    /// URL of the service root, perhaps relative to the document, without a slash at the end.
    pub root: &'s str,
    /// URL where applications get access tokens for a secret (RFC 6749 section 4.4), perhaps relative
    /// to the document.
    pub token_url: &'s str,
    /// Who may read and write entities of a type.
    pub rights: &'s [Rights],
    /// What is no read or write of the model.
    pub operations: &'s [Operation],
    /// A member of enumerations that stands for members to come, and that nobody may create with.
    pub sentinel: Option<&'s str>,
}

/// Who may read and write entities of a type.
#[derive(Debug, Clone)]
pub struct Rights {
    /// The type.
    pub ty: TypeName,
    /// For `GET`.
    pub read: Needs,
    /// For everything else.
    pub write: Needs,
}

impl Service<'_> {
    /// Every permission that anything needs, once.
    pub(super) fn permissions(&self) -> BTreeSet<&'static str> {
        let of_types = self.rights.iter().flat_map(|rights| [&rights.read, &rights.write]);
        let of_calls = self.operations.iter().map(|operation| &operation.needs);
        of_types.chain(of_calls).flat_map(|needs| &needs.permissions).copied().collect()
    }
}

/// What a caller needs.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Permissions, any of which suffices.
    pub permissions: Vec<&'static str>,
    /// Roles that a signed-in user needs one of besides; empty where any user will do.
    pub roles: Vec<&'static str>,
}

/// A call that is no read or write of the model: `…/sync`.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The set to an entity of which the call belongs; none for one at the service root.
    pub of: Option<&'static str>,
    /// Last segment of its path.
    pub name: &'static str,
    /// In lower case, as OpenAPI has it.
    pub method: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// Who may.
    pub needs: Needs,
    /// Query options besides `$format`.
    pub parameters: Vec<Parameter>,
    /// What is sent.
    pub body: Option<Body>,
    /// Status of success.
    pub status: u16,
    /// What is answered then; nothing where the status has no body.
    pub answer: Option<TypeRef>,
}

/// A query option of an [`Operation`].
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// Whether the call is refused without it.
    pub required: bool,
    /// JSON Schema of the value.
    pub schema: Value,
}

/// The body of an [`Operation`].
#[derive(Debug, Clone)]
pub enum Body {
    /// A value of a type of the model, which may be left out.
    Optional(TypeName),
    /// What a JSON Schema says, since the model has no type for it.
    Described(Value),
}
