use odata::edm::{PrimitiveType, Property, StructuredType, TypeName, TypeRef};

use super::{id, key, own, property};
use crate::graph::edm::{string, structured};

/// `nowgraph.incident`
pub(crate) const INCIDENT: TypeName = own("incident");

/// Values are those of the instance; where it has a label for one, that stands beside it.
pub(super) fn incident() -> StructuredType {
    let text = |(name, description)| property(name, string(), description);
    let active = TypeRef::Primitive(PrimitiveType::Boolean);
    let mut properties = vec![
        id("connectionId", "The connection that it was fetched by."),
        key("sysId", "Its key in the instance."),
    ];
    properties.extend(CLASSIFICATION.map(text));
    properties.push(property("active", active, "Whether work on it goes on."));
    properties.extend(PEOPLE.map(text));
    properties.extend(dates());
    StructuredType {
        key: vec!["connectionId".into(), "sysId".into()],
        properties,
        ..structured(INCIDENT, None, "An incident as it was fetched from a ServiceNow instance.")
    }
}

fn dates() -> Vec<Property> {
    let date = TypeRef::Primitive(PrimitiveType::DateTimeOffset);
    let at = |name, description| property(name, date.clone(), description);
    let page = "The page of the instance that shows it; null where the connection has no URL.";
    vec![
        at("openedDateTime", "When it was opened."),
        Property { nullable: false, ..at("updatedDateTime", "When it was last changed.") },
        at("resolvedDateTime", "When it was resolved."),
        at("closedDateTime", "When it was closed."),
        property("webUrl", string(), page),
        at("removedDateTime", "When it was found to be gone; null while the instance shows it."),
    ]
}

const CLASSIFICATION: [(&str, &str); 12] = [
    ("number", "Its number, by which people call it."),
    ("shortDescription", "What it is about, in a line."),
    ("state", "Where work on it stands, as a number."),
    ("stateLabel", "The same in words."),
    ("priority", "How soon it is to be solved, as a number; 1 is first."),
    ("priorityLabel", "The same in words."),
    ("urgency", "How long its solution can wait, as a number."),
    ("urgencyLabel", "The same in words."),
    ("impact", "How much it affects, as a number."),
    ("impactLabel", "The same in words."),
    ("severity", "How bad it is, as a number."),
    ("severityLabel", "The same in words."),
];

const PEOPLE: [(&str, &str); 13] = [
    ("callerId", "Key of the user who has it."),
    ("callerName", "Name of that user."),
    ("callerUserPrincipalName", "User name of that user."),
    ("callerEmail", "E-mail address of that user."),
    ("assignmentGroupId", "Key of the group that works on it."),
    ("assignmentGroupName", "Name of that group."),
    ("assignedToId", "Key of the user who works on it."),
    ("assignedToName", "Name of that user."),
    ("category", "What kind of thing it is about."),
    ("contactType", "How it was reported."),
    ("configurationItemId", "Key of the device or service that it is about."),
    ("configurationItemName", "Name of that device or service."),
    ("configurationItemSerialNumber", "Serial number of that device."),
];
