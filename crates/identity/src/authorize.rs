use model::{Caller, DirectoryRole, Permission, Principal};

/// What a request is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Read connections.
    ReadConnections,
    /// Create, change or delete connections.
    WriteConnections,
    /// Read incidents, and who has them.
    ReadIncidents,
    /// Read who changed what, and who viewed whose incidents.
    ReadAudit,
}

/// Why a proven caller may not do it. Always status 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// App-only access without any permission of ours.
    #[error("app-only token without application permissions")]
    NoApplicationPermission {
        /// Any of these would do.
        needed: &'static [Permission],
    },
    /// Permissions are there, but not for this.
    #[error("token lacks the permission")]
    MissingPermission {
        /// Any of these would do.
        needed: &'static [Permission],
    },
    /// The application may, the user may not.
    #[error("user is not an administrator")]
    MissingRole {
        /// Any of these would do.
        needed: &'static [DirectoryRole],
    },
}

const READ: &[Permission] = &[
    Permission::DeviceManagementConfigurationReadAll,
    Permission::DeviceManagementConfigurationReadWriteAll,
];
const WRITE: &[Permission] = &[Permission::DeviceManagementConfigurationReadWriteAll];
const READ_INCIDENTS: &[Permission] = &[Permission::ServiceNowIncidentReadAll];
const READ_AUDIT: &[Permission] =
    &[Permission::AuditLogReadAll, Permission::DeviceManagementConfigurationReadWriteAll];
const ADMINISTRATORS: &[DirectoryRole] =
    &[DirectoryRole::GlobalAdministrator, DirectoryRole::IntuneAdministrator];

impl Access {
    /// Permissions any of which suffices, least privileged first.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::ReadConnections => READ,
            Self::WriteConnections => WRITE,
            Self::ReadIncidents => READ_INCIDENTS,
            Self::ReadAudit => READ_AUDIT,
        }
    }

    /// Roles one of which a signed-in user must have besides; `None` where any user will do.
    pub const fn roles(self) -> Option<&'static [DirectoryRole]> {
        match self {
            Self::ReadConnections | Self::ReadIncidents | Self::ReadAudit => None,
            Self::WriteConnections => Some(ADMINISTRATORS),
        }
    }
}

/// Decides whether the caller may. App-only access rests on the application's permissions alone;
/// delegated access needs the scope and, for writing, the user's own role.
pub fn authorize(principal: &Principal, access: Access) -> Result<(), Denied> {
    let needed = access.permissions();
    if !needed.iter().any(|permission| principal.permissions.contains(permission)) {
        let app_only = matches!(principal.caller, Caller::Application { .. });
        return Err(if app_only && principal.permissions.is_empty() {
            Denied::NoApplicationPermission { needed }
        } else {
            Denied::MissingPermission { needed }
        });
    }
    match (&principal.caller, access.roles()) {
        (Caller::User { roles, .. }, Some(needed))
            if !needed.iter().any(|role| roles.contains(role)) =>
        {
            Err(Denied::MissingRole { needed })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use Access::{ReadAudit, ReadConnections, ReadIncidents, WriteConnections};
    use DirectoryRole::{GlobalAdministrator, GlobalReader, IntuneAdministrator};
    use Permission::{
        AuditLogReadAll as Audit, DeviceManagementConfigurationReadAll as Read,
        DeviceManagementConfigurationReadWriteAll as ReadWrite,
        ServiceNowIncidentReadAll as Incidents,
    };
    use model::TenantId;
    use uuid::Uuid;

    use super::*;

    fn caller(caller: Caller, permissions: &[Permission]) -> Principal {
        Principal {
            tenant: TenantId::from_uuid(Uuid::nil()),
            application: "app".to_owned(),
            caller,
            permissions: permissions.to_vec(),
        }
    }

    fn app(permissions: &[Permission]) -> Principal {
        caller(Caller::Application { object_id: "o".to_owned() }, permissions)
    }

    fn user(roles: &[DirectoryRole], permissions: &[Permission]) -> Principal {
        let roles = roles.to_vec();
        caller(Caller::User { object_id: "o".to_owned(), name: None, roles }, permissions)
    }

    #[test]
    fn rights_follow_the_table() {
        let no_app = |needed| Err(Denied::NoApplicationPermission { needed });
        let no_permission = |needed| Err(Denied::MissingPermission { needed });
        let no_role = Err(Denied::MissingRole { needed: ADMINISTRATORS });
        let admin = [GlobalReader, IntuneAdministrator];
        let cases = [
            (app(&[]), no_app(READ), no_app(WRITE)),
            (app(&[Audit]), no_permission(READ), no_permission(WRITE)),
            (app(&[Read]), Ok(()), no_permission(WRITE)),
            (app(&[ReadWrite]), Ok(()), Ok(())),
            (user(&admin, &[]), no_permission(READ), no_permission(WRITE)),
            (user(&admin, &[Read]), Ok(()), no_permission(WRITE)),
            (user(&admin, &[ReadWrite]), Ok(()), Ok(())),
            (user(&[GlobalAdministrator], &[Read, ReadWrite]), Ok(()), Ok(())),
            (user(&[], &[Read]), Ok(()), no_permission(WRITE)),
            (user(&[], &[ReadWrite]), Ok(()), no_role),
            (user(&[GlobalReader], &[ReadWrite]), Ok(()), no_role),
        ];
        for (principal, read, write) in cases {
            assert_eq!(authorize(&principal, ReadConnections), read, "{principal:?}");
            assert_eq!(authorize(&principal, WriteConnections), write, "{principal:?}");
        }
    }

    #[test]
    fn incidents_and_the_audit_log_have_permissions_of_their_own() {
        for (permission, incidents, audit) in [
            (Incidents, true, false),
            (Audit, false, true),
            (Read, false, false),
            (ReadWrite, false, true),
        ] {
            for principal in [app(&[permission]), user(&[], &[permission])] {
                let may = |access| authorize(&principal, access).is_ok();
                let found = (may(ReadIncidents), may(ReadAudit));
                assert_eq!(found, (incidents, audit), "{permission:?}");
            }
        }
    }
}
