use std::str::FromStr;

use crate::{DirectoryRole, Permission, UnknownName};

/// What a person may do in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Sets connections up.
    ConnectorAdministrator,
    /// Sees incidents of people.
    IncidentViewer,
    /// Sees connections, and who did what.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::ConnectorAdministrator, Self::IncidentViewer, Self::Auditor];

    /// The word in the database and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConnectorAdministrator => "connectorAdministrator",
            Self::IncidentViewer => "incidentViewer",
            Self::Auditor => "auditor",
        }
    }

    /// The same for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ConnectorAdministrator => "Connector administrator",
            Self::IncidentViewer => "Incident viewer",
            Self::Auditor => "Auditor",
        }
    }

    /// What a token of such a person would grant.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::ConnectorAdministrator => {
                &[Permission::DeviceManagementConfigurationReadWriteAll]
            }
            Self::IncidentViewer => &[Permission::ServiceNowIncidentReadAll],
            Self::Auditor => {
                &[Permission::DeviceManagementConfigurationReadAll, Permission::AuditLogReadAll]
            }
        }
    }

    /// The administrator role that such a token would name.
    pub const fn directory_role(self) -> Option<DirectoryRole> {
        match self {
            Self::ConnectorAdministrator => Some(DirectoryRole::IntuneAdministrator),
            Self::IncidentViewer | Self::Auditor => None,
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let role = Self::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(text));
        role.ok_or_else(|| UnknownName::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_back() {
        for role in Role::ALL {
            assert_eq!(role.name().to_uppercase().parse(), Ok(role));
        }
        assert!("root".parse::<Role>().is_err());
    }
}
