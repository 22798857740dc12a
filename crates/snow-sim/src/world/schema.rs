//! What the tables look like. Every one begins with the six system fields.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Time,
    Text,
    Integer,
    Bool,
    Choice(&'static [(&'static str, &'static str)]),
    Reference(&'static str),
    Password,
}

impl Kind {
    /// Whether whole numbers stand in its column.
    pub(crate) fn is_number(self) -> bool {
        let whole = |(value, _): &(&str, &str)| value.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Integer => true,
            Self::Choice(of) => of.iter().all(whole),
            _ => false,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Rows can be found by its value without a scan.
    pub(crate) indexed: bool,
}

#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// The field that stands for the row where another refers to it.
    pub(crate) display: &'static str,
    pub(crate) fields: Vec<Field>,
}

impl Schema {
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

/// Characters that a column of texts holds out of the box, where a public source says so.
pub(crate) fn width(table: &str, column: &str) -> Option<usize> {
    matches!((table, column), ("incident", "short_description")).then_some(160)
}

/// What a column of a new row holds where nobody says, out of the box.
pub(crate) const DEFAULTS: [(&str, &str, &str); 4] = [
    ("sys_user", "active", "true"),
    ("sys_user_group", "active", "true"),
    ("sys_dictionary", "active", "true"),
    ("cmdb_ci_computer", "sys_class_name", "cmdb_ci_computer"),
];

pub(crate) const SYS_ID: usize = 0;
pub(crate) const UPDATED_ON: usize = 2;
pub(crate) const UPDATED_BY: usize = 4;
pub(crate) const MOD_COUNT: usize = 5;

/// All tables of the instance, in a fixed order.
pub(crate) fn all() -> Vec<Schema> {
    vec![
        table("incident", "Incident", "number", &incident()),
        table("sys_user", "User", "name", &USER),
        table("sys_user_group", "Group", "name", &GROUP),
        table("cmdb_ci_computer", "Computer", "name", &COMPUTER),
        table("sys_choice", "Choice", "label", &CHOICE),
        table("sys_dictionary", "Dictionary Entry", "column_label", &DICTIONARY),
        table(
            "sys_db_object",
            "Table",
            "label",
            &[text("name"), text("label"), text("super_class")],
        ),
        table(
            "sys_properties",
            "System Property",
            "name",
            &[text("name"), text("value"), text("description")],
        ),
        table("sys_audit_delete", "Deleted Record", "documentkey", &AUDIT),
        table("sys_user_has_role", "User Role", "role", &HAS_ROLE),
    ]
}

fn table(name: &'static str, label: &'static str, display: &'static str, own: &[Field]) -> Schema {
    let mut fields = vec![
        field("sys_id", Kind::Id),
        field("sys_created_on", Kind::Time),
        field("sys_updated_on", Kind::Time),
        text("sys_created_by"),
        text("sys_updated_by"),
        field("sys_mod_count", Kind::Integer),
    ];
    fields.extend_from_slice(own);
    Schema { name, label, display, fields }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, indexed: false }
}

const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}

const fn indexed(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, indexed: true }
}

const USER_REFERENCE: Kind = Kind::Reference("sys_user");

fn incident() -> Vec<Field> {
    vec![
        indexed("number", Kind::Text),
        indexed("caller_id", USER_REFERENCE),
        field("opened_by", USER_REFERENCE),
        indexed("assigned_to", USER_REFERENCE),
        field("assignment_group", Kind::Reference("sys_user_group")),
        field("cmdb_ci", Kind::Reference("cmdb_ci_computer")),
        text("short_description"),
        text("description"),
        field("state", Kind::Choice(&STATES)),
        field("incident_state", Kind::Choice(&STATES)),
        field("hold_reason", Kind::Choice(&HOLD_REASONS)),
        field("active", Kind::Bool),
        field("impact", Kind::Choice(&LEVELS)),
        field("urgency", Kind::Choice(&LEVELS)),
        field("severity", Kind::Choice(&LEVELS)),
        field("priority", Kind::Choice(&PRIORITIES)),
        field("category", Kind::Choice(&CATEGORIES)),
        text("subcategory"),
        field("contact_type", Kind::Choice(&CONTACT_TYPES)),
        field("opened_at", Kind::Time),
        field("resolved_at", Kind::Time),
        field("closed_at", Kind::Time),
        field("resolved_by", USER_REFERENCE),
        text("close_code"),
        text("close_notes"),
        indexed("correlation_id", Kind::Text),
        field("parent_incident", Kind::Reference("incident")),
        field("reopen_count", Kind::Integer),
        text("company"),
        text("location"),
        text("comments"),
        text("work_notes"),
        text("sys_class_name"),
        text("sys_domain"),
    ]
}

const USER: [Field; 16] = [
    indexed("user_name", Kind::Text),
    text("name"),
    text("first_name"),
    text("last_name"),
    indexed("email", Kind::Text),
    field("active", Kind::Bool),
    field("locked_out", Kind::Bool),
    field("web_service_access_only", Kind::Bool),
    text("title"),
    text("department"),
    text("company"),
    text("phone"),
    text("time_zone"),
    text("date_format"),
    text("employee_number"),
    field("user_password", Kind::Password),
];

const GROUP: [Field; 4] = [
    text("name"),
    text("description"),
    field("active", Kind::Bool),
    field("manager", USER_REFERENCE),
];

const COMPUTER: [Field; 9] = [
    text("name"),
    indexed("serial_number", Kind::Text),
    text("asset_tag"),
    text("manufacturer"),
    text("model_id"),
    text("os"),
    indexed("assigned_to", USER_REFERENCE),
    text("install_status"),
    text("sys_class_name"),
];

const CHOICE: [Field; 7] = [
    text("name"),
    text("element"),
    text("value"),
    text("label"),
    text("language"),
    field("sequence", Kind::Integer),
    field("inactive", Kind::Bool),
];

const DICTIONARY: [Field; 6] = [
    text("name"),
    text("element"),
    text("column_label"),
    text("internal_type"),
    text("reference"),
    field("active", Kind::Bool),
];

const AUDIT: [Field; 3] = [text("tablename"), indexed("documentkey", Kind::Text), text("display")];

const HAS_ROLE: [Field; 3] =
    [indexed("user", USER_REFERENCE), text("role"), field("inherited", Kind::Bool)];

pub(crate) const STATES: [(&str, &str); 6] = [
    ("1", "New"),
    ("2", "In Progress"),
    ("3", "On Hold"),
    ("6", "Resolved"),
    ("7", "Closed"),
    ("8", "Canceled"),
];
const HOLD_REASONS: [(&str, &str); 4] = [
    ("1", "Awaiting Caller"),
    ("3", "Awaiting Problem"),
    ("4", "Awaiting Vendor"),
    ("5", "Awaiting Change"),
];
const LEVELS: [(&str, &str); 3] = [("1", "1 - High"), ("2", "2 - Medium"), ("3", "3 - Low")];
const PRIORITIES: [(&str, &str); 5] = [
    ("1", "1 - Critical"),
    ("2", "2 - High"),
    ("3", "3 - Moderate"),
    ("4", "4 - Low"),
    ("5", "5 - Planning"),
];
pub(crate) const CATEGORIES: [(&str, &str); 5] = [
    ("inquiry", "Inquiry / Help"),
    ("software", "Software"),
    ("hardware", "Hardware"),
    ("network", "Network"),
    ("database", "Database"),
];
const CONTACT_TYPES: [(&str, &str); 4] = [
    ("email", "Email"),
    ("phone", "Phone"),
    ("self-service", "Self-service"),
    ("walk-in", "Walk-in"),
];
