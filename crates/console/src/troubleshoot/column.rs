use connector::UserIncident;
use model::{Field, IncidentText, Timestamp};

use crate::moment::Moment;

/// A column of the table of incidents: what Intune and ServiceNow exchange, and the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Incident,
    ShortDescription,
    Status,
    Priority,
    Opened,
    AssignmentGroup,
    ConfigurationItem,
    Urgency,
    Impact,
    Severity,
    Caller,
    UserPrincipalName,
    Updated,
    SysId,
}

/// What a column is sorted by: numbers and times before texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortKey {
    Number(i64),
    Text(String),
}

impl Column {
    pub(super) const ALL: [Self; 14] = [
        Self::Incident,
        Self::ShortDescription,
        Self::Status,
        Self::Priority,
        Self::Opened,
        Self::AssignmentGroup,
        Self::ConfigurationItem,
        Self::Urgency,
        Self::Impact,
        Self::Severity,
        Self::Caller,
        Self::UserPrincipalName,
        Self::Updated,
        Self::SysId,
    ];
    /// Those that are shown where nobody has chosen.
    pub(super) const USUAL: [Self; 6] = [
        Self::Incident,
        Self::ShortDescription,
        Self::Status,
        Self::Priority,
        Self::Opened,
        Self::AssignmentGroup,
    ];

    /// Those whose values can be picked.
    pub(super) const PICKED: [Self; 4] =
        [Self::Status, Self::Priority, Self::AssignmentGroup, Self::ConfigurationItem];

    /// The word in URLs.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Incident => "number",
            Self::ShortDescription => "description",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Opened => "opened",
            Self::AssignmentGroup => "group",
            Self::ConfigurationItem => "device",
            Self::Urgency => "urgency",
            Self::Impact => "impact",
            Self::Severity => "severity",
            Self::Caller => "caller",
            Self::UserPrincipalName => "upn",
            Self::Updated => "updated",
            Self::SysId => "sysid",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// The heading.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Incident => "Incident",
            Self::ShortDescription => "Short description",
            Self::Status => "Status",
            Self::Priority => "Priority",
            Self::Opened => "Opened",
            Self::AssignmentGroup => "Assignment group",
            Self::ConfigurationItem => "Device",
            Self::Urgency => "Urgency",
            Self::Impact => "Impact",
            Self::Severity => "Severity",
            Self::Caller => "Caller",
            Self::UserPrincipalName => "User principal name",
            Self::Updated => "Updated",
            Self::SysId => "SYS_ID",
        }
    }

    /// What a cell shows; what the account may not read is empty.
    pub(super) fn text(self, row: &UserIncident, now: Timestamp) -> String {
        let incident = &row.incident;
        let moment = |at| Moment::new(at, now).exact;
        match self {
            Self::Opened => incident.opened.value().map(moment).unwrap_or_default(),
            Self::Updated => moment(incident.version.updated),
            Self::SysId => incident.version.sys_id.clone(),
            Self::Incident
            | Self::ShortDescription
            | Self::Status
            | Self::Priority
            | Self::AssignmentGroup
            | Self::ConfigurationItem
            | Self::Urgency
            | Self::Impact
            | Self::Severity
            | Self::Caller
            | Self::UserPrincipalName => {
                let texts = self.texts();
                let known = |text: &IncidentText| incident.texts.get(*text).unwrap_or_default();
                let found = texts.iter().map(known).find(|text| !text.is_empty());
                found.unwrap_or_default().to_owned()
            }
        }
    }

    /// What rows are in order of.
    pub(super) fn sort_key(self, row: &UserIncident, now: Timestamp) -> SortKey {
        let incident = &row.incident;
        let raw = |text| incident.texts.get(text).unwrap_or_default().parse().ok();
        let number = match self {
            Self::Opened => Some(incident.opened.value().map_or(0, Timestamp::ticks)),
            Self::Updated => Some(incident.version.updated.ticks()),
            Self::Status => raw(IncidentText::State),
            Self::Priority => raw(IncidentText::Priority),
            Self::Urgency => raw(IncidentText::Urgency),
            Self::Impact => raw(IncidentText::Impact),
            Self::Severity => raw(IncidentText::Severity),
            _ => None,
        };
        let text = || SortKey::Text(self.text(row, now).to_lowercase());
        number.map_or_else(text, SortKey::Number)
    }

    /// The label, or else the value.
    const fn texts(self) -> &'static [IncidentText] {
        match self {
            Self::Incident => &[IncidentText::Number],
            Self::ShortDescription => &[IncidentText::ShortDescription],
            Self::Status => &[IncidentText::StateLabel, IncidentText::State],
            Self::Priority => &[IncidentText::PriorityLabel, IncidentText::Priority],
            Self::AssignmentGroup => {
                &[IncidentText::AssignmentGroupName, IncidentText::AssignmentGroupId]
            }
            Self::ConfigurationItem => {
                &[IncidentText::ConfigurationItemName, IncidentText::ConfigurationItemId]
            }
            Self::Urgency => &[IncidentText::UrgencyLabel, IncidentText::Urgency],
            Self::Impact => &[IncidentText::ImpactLabel, IncidentText::Impact],
            Self::Severity => &[IncidentText::SeverityLabel, IncidentText::Severity],
            Self::Caller => &[IncidentText::CallerName, IncidentText::CallerId],
            Self::UserPrincipalName => &[IncidentText::CallerUserPrincipalName],
            Self::Opened | Self::Updated | Self::SysId => &[],
        }
    }
}

/// Whether work on an incident goes on; what is not known is taken for that.
pub(super) fn is_open(row: &UserIncident) -> bool {
    row.incident.active != Field::Set(false)
}
