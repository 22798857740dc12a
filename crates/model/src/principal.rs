use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::TenantId;

/// Who asks: the proven content of an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Tenant that the caller belongs to and whose data it sees.
    pub tenant: TenantId,
    /// Client application that the token was issued to, as the token spells it.
    pub application: String,
    /// On whose behalf.
    pub caller: Caller,
    /// What the token grants, without repetition.
    pub permissions: Vec<Permission>,
}

/// On whose behalf an application asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The application itself (app-only access); its permissions stand alone.
    Application {
        /// Object id of the service principal.
        object_id: String,
    },
    /// A signed-in user (delegated access); scope and role must both allow.
    User {
        /// Object id of the user.
        object_id: String,
        /// User principal name, for the audit record only; never authorizes.
        name: Option<String>,
        /// Administrator roles that the token names.
        roles: Vec<DirectoryRole>,
    },
}

/// Graph permissions that nowgraph knows, and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Reads connections.
    DeviceManagementConfigurationReadAll,
    /// Reads and writes connections.
    DeviceManagementConfigurationReadWriteAll,
    /// Reads incidents.
    ServiceNowIncidentReadAll,
    /// Reads the audit log.
    AuditLogReadAll,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 4] = [
        Self::DeviceManagementConfigurationReadAll,
        Self::DeviceManagementConfigurationReadWriteAll,
        Self::ServiceNowIncidentReadAll,
        Self::AuditLogReadAll,
    ];

    /// The name in tokens and consent pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeviceManagementConfigurationReadAll => "DeviceManagementConfiguration.Read.All",
            Self::DeviceManagementConfigurationReadWriteAll => {
                "DeviceManagementConfiguration.ReadWrite.All"
            }
            Self::ServiceNowIncidentReadAll => "ServiceNowIncident.Read.All",
            Self::AuditLogReadAll => "AuditLog.Read.All",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Permission {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownName::new(text))
    }
}

/// Entra directory roles that mean something here; tokens name them by template id in `wids`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DirectoryRole {
    /// May do everything.
    GlobalAdministrator,
    /// May change the connector.
    IntuneAdministrator,
    /// May read.
    GlobalReader,
}

impl DirectoryRole {
    /// Every role.
    pub const ALL: [Self; 3] =
        [Self::GlobalAdministrator, Self::IntuneAdministrator, Self::GlobalReader];

    /// Role template id, the same in every tenant.
    pub const fn template_id(self) -> Uuid {
        match self {
            Self::GlobalAdministrator => Uuid::from_u128(0x62e90394_69f5_4237_9190_012177145e10),
            Self::IntuneAdministrator => Uuid::from_u128(0x3a2c62db_5318_420d_8d74_23affee5d9d5),
            Self::GlobalReader => Uuid::from_u128(0xf2ef992c_3afb_46b9_b7cf_a126ee74c451),
        }
    }

    /// Name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "GlobalAdministrator",
            Self::IntuneAdministrator => "IntuneAdministrator",
            Self::GlobalReader => "GlobalReader",
        }
    }
}

impl FromStr for DirectoryRole {
    type Err = UnknownName;

    /// Takes a name in any case or a template id.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = Uuid::try_parse(text).ok();
        Self::ALL
            .into_iter()
            .find(|role| role.name().eq_ignore_ascii_case(text) || id == Some(role.template_id()))
            .ok_or_else(|| UnknownName::new(text))
    }
}

/// A name that is none of those known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not known")]
pub struct UnknownName(String);

impl UnknownName {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_and_roles_are_read_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.name().parse(), Ok(permission));
        }
        for role in DirectoryRole::ALL {
            assert_eq!(role.name().to_uppercase().parse(), Ok(role));
            assert_eq!(role.template_id().to_string().parse(), Ok(role));
        }
        assert!("Directory.Read.All".parse::<Permission>().is_err());
    }
}
