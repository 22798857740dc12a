/// A text of an incident. All values are the instance's own: choices, numbers and keys of
/// references are texts there too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentText {
    /// `number`
    Number,
    /// `shortDescription`
    ShortDescription,
    /// `state`
    State,
    /// `stateLabel`
    StateLabel,
    /// `priority`
    Priority,
    /// `priorityLabel`
    PriorityLabel,
    /// `urgency`
    Urgency,
    /// `urgencyLabel`
    UrgencyLabel,
    /// `impact`
    Impact,
    /// `impactLabel`
    ImpactLabel,
    /// `severity`
    Severity,
    /// `severityLabel`
    SeverityLabel,
    /// `callerId`
    CallerId,
    /// `callerName`
    CallerName,
    /// `callerUserPrincipalName`
    CallerUserPrincipalName,
    /// `callerEmail`
    CallerEmail,
    /// `assignmentGroupId`
    AssignmentGroupId,
    /// `assignmentGroupName`
    AssignmentGroupName,
    /// `assignedToId`
    AssignedToId,
    /// `assignedToName`
    AssignedToName,
    /// `category`
    Category,
    /// `contactType`
    ContactType,
    /// `configurationItemId`
    ConfigurationItemId,
    /// `configurationItemName`
    ConfigurationItemName,
    /// `configurationItemSerialNumber`
    ConfigurationItemSerialNumber,
}

/// Where a text comes from and what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncidentTextSource {
    /// The name in the API.
    pub property: &'static str,
    /// The name in the database.
    pub column: &'static str,
    /// The field of ServiceNow.
    pub field: &'static str,
    /// What of the field.
    pub part: FieldPart,
}

/// ServiceNow has two texts for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldPart {
    /// What it keeps.
    Value,
    /// What people see.
    Label,
}

impl IncidentText {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// All of them, in order.
    pub const ALL: [Self; 25] = [
        Self::Number,
        Self::ShortDescription,
        Self::State,
        Self::StateLabel,
        Self::Priority,
        Self::PriorityLabel,
        Self::Urgency,
        Self::UrgencyLabel,
        Self::Impact,
        Self::ImpactLabel,
        Self::Severity,
        Self::SeverityLabel,
        Self::CallerId,
        Self::CallerName,
        Self::CallerUserPrincipalName,
        Self::CallerEmail,
        Self::AssignmentGroupId,
        Self::AssignmentGroupName,
        Self::AssignedToId,
        Self::AssignedToName,
        Self::Category,
        Self::ContactType,
        Self::ConfigurationItemId,
        Self::ConfigurationItemName,
        Self::ConfigurationItemSerialNumber,
    ];

    /// Where it comes from and what it is called.
    pub const fn source(self) -> IncidentTextSource {
        let ((property, column), (field, part)) = match self {
            Self::Number => (("number", "number"), value("number")),
            Self::ShortDescription => {
                (("shortDescription", "short_description"), value("short_description"))
            }
            Self::State => (("state", "state"), value("state")),
            Self::StateLabel => (("stateLabel", "state_label"), label("state")),
            Self::Priority => (("priority", "priority"), value("priority")),
            Self::PriorityLabel => (("priorityLabel", "priority_label"), label("priority")),
            Self::Urgency => (("urgency", "urgency"), value("urgency")),
            Self::UrgencyLabel => (("urgencyLabel", "urgency_label"), label("urgency")),
            Self::Impact => (("impact", "impact"), value("impact")),
            Self::ImpactLabel => (("impactLabel", "impact_label"), label("impact")),
            Self::Severity => (("severity", "severity"), value("severity")),
            Self::SeverityLabel => (("severityLabel", "severity_label"), label("severity")),
            Self::CallerId => (("callerId", "caller_id"), value("caller_id")),
            Self::CallerName => (("callerName", "caller_name"), label("caller_id")),
            Self::CallerUserPrincipalName => (
                ("callerUserPrincipalName", "caller_user_principal_name"),
                value("caller_id.user_name"),
            ),
            Self::CallerEmail => (("callerEmail", "caller_email"), value("caller_id.email")),
            Self::AssignmentGroupId => {
                (("assignmentGroupId", "assignment_group_id"), value("assignment_group"))
            }
            Self::AssignmentGroupName => {
                (("assignmentGroupName", "assignment_group_name"), label("assignment_group"))
            }
            Self::AssignedToId => (("assignedToId", "assigned_to_id"), value("assigned_to")),
            Self::AssignedToName => (("assignedToName", "assigned_to_name"), label("assigned_to")),
            Self::Category => (("category", "category"), value("category")),
            Self::ContactType => (("contactType", "contact_type"), value("contact_type")),
            Self::ConfigurationItemId => {
                (("configurationItemId", "configuration_item_id"), value("cmdb_ci"))
            }
            Self::ConfigurationItemName => {
                (("configurationItemName", "configuration_item_name"), label("cmdb_ci"))
            }
            Self::ConfigurationItemSerialNumber => (
                ("configurationItemSerialNumber", "configuration_item_serial_number"),
                value("cmdb_ci.serial_number"),
            ),
        };
        IncidentTextSource { property, column, field, part }
    }
}

const fn value(field: &'static str) -> (&'static str, FieldPart) {
    (field, FieldPart::Value)
}

const fn label(field: &'static str) -> (&'static str, FieldPart) {
    (field, FieldPart::Label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_stands_at_its_number() {
        for (number, text) in IncidentText::ALL.into_iter().enumerate() {
            assert_eq!(text as usize, number, "{text:?}");
        }
    }

    #[test]
    fn names_of_columns_follow_those_of_properties() {
        for IncidentTextSource { property, column, .. } in
            IncidentText::ALL.map(IncidentText::source)
        {
            let mut snake = String::new();
            for c in property.chars() {
                if c.is_ascii_uppercase() {
                    snake.push('_');
                }
                snake.push(c.to_ascii_lowercase());
            }
            assert_eq!(column, snake);
        }
    }
}
