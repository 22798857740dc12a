//! The services as OpenAPI documents: the model says what is in them, and what is enforced here says
//! who may.

use identity::Access;
use model::{DirectoryRole, Permission};
use odata::edm::TypeName;
use odata::openapi::{self, Needs, Operation, Rights, Service as Described};
use serde_json::Value;

use crate::connector::{self, CONNECTOR};
use crate::graph::GRAPH;
use crate::graph::edm::{CONNECTION, DEVICE_MANAGEMENT, UNKNOWN_FUTURE_VALUE};
use crate::service::Service;

/// A service that is described in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `/beta`
    Beta,
    /// `/connector/v1`
    Connector,
}

impl Root {
    pub(crate) fn service(self) -> &'static Service {
        match self {
            Self::Beta => &GRAPH,
            Self::Connector => &CONNECTOR,
        }
    }
}

/// The OpenAPI 3.1 document of a service, whose root is `base` with its path.
pub fn openapi(root: Root, base: &str) -> Value {
    let service = root.service();
    let rights = match root {
        Root::Beta => [CONNECTION, DEVICE_MANAGEMENT].map(of_graph).to_vec(),
        Root::Connector => {
            connector::sets().map(|set| read_only(&set.entities.ty, set.access)).collect()
        }
    };
    let operations = match root {
        Root::Beta => Vec::new(),
        Root::Connector => connector::operations(),
    };
    let (title, description) = match root {
        Root::Beta => GRAPH_TEXTS,
        Root::Connector => CONNECTOR_TEXTS,
    };
    let described = Described {
        title,
        description,
        version: env!("CARGO_PKG_VERSION"),
        root: &format!("{base}/{}", service.path),
        token_url: &format!("{base}/{ANY_TENANT}/oauth2/v2.0/token"),
        rights: &rights,
        operations: &operations,
        sentinel: (root == Root::Beta).then_some(UNKNOWN_FUTURE_VALUE),
    };
    openapi::document((service.edm)(), &described)
}

/// A call below an entity of a set, or of the service itself, that takes nothing and answers nothing.
pub(crate) fn operation(
    (of, name): (Option<&'static str>, &'static str),
    method: &'static str,
    summary: &'static str,
    access: Access,
) -> Operation {
    Operation {
        of,
        name,
        method,
        summary,
        needs: needs(access),
        parameters: Vec::new(),
        body: None,
        status: 200,
        answer: None,
    }
}

/// Stands for the id of a tenant where a URL takes no parameter.
const ANY_TENANT: &str = "00000000-0000-0000-0000-000000000000";

const GRAPH_TEXTS: (&str, &str) = (
    "Microsoft Graph: serviceNowConnection",
    "The ServiceNow connections of Microsoft Intune, as Graph's beta has them.",
);

const CONNECTOR_TEXTS: (&str, &str) = (
    "nowgraph connector",
    "Incidents that were fetched from ServiceNow, how the connections to it fare, and who did what.",
);

fn of_graph(ty: TypeName) -> Rights {
    Rights { ty, read: needs(Access::ReadConnections), write: needs(Access::WriteConnections) }
}

fn read_only(ty: &TypeName, access: Access) -> Rights {
    Rights { ty: ty.clone(), read: needs(access), write: Needs::default() }
}

fn needs(access: Access) -> Needs {
    let roles = access.roles().unwrap_or_default();
    Needs {
        permissions: access.permissions().iter().map(|it| Permission::name(*it)).collect(),
        roles: roles.iter().map(|it| DirectoryRole::name(*it)).collect(),
    }
}
