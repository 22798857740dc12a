use model::Activity;
use odata::edm::{Property, StructuredType, TypeName, TypeRef};

use super::{DATE, NUMBER, TEXT, id, many, own, properties, property, word};
use crate::graph::edm::structured;

/// `nowgraph.auditEvent`
pub(crate) const AUDIT_EVENT: TypeName = own("auditEvent");

/// `nowgraph.propertyChange`
pub(crate) const PROPERTY_CHANGE: TypeName = own("propertyChange");

pub(super) fn property_change() -> StructuredType {
    StructuredType {
        properties: properties(&[
            ("property", TEXT, "Its name."),
            ("before", TEXT, "What it was; null if nothing, or not told."),
            ("after", TEXT, "What it is; null if nothing, or not told."),
        ]),
        ..structured(PROPERTY_CHANGE, None, "A property that was changed or set.")
    }
}

pub(super) fn audit_event() -> StructuredType {
    let mut own = vec![id("id", "Key, given by the service.")];
    let needed = properties(&[
        ("occurredDateTime", DATE, "When it happened."),
        ("actor", TEXT, "Who did it: a user name, an object id, or the command line."),
        ("application", TEXT, "The client application that was used."),
    ]);
    let activity = word("activity", Activity::ALL.map(Activity::name), "What was done.");
    let needed = needed.into_iter().chain([activity]);
    own.extend(needed.map(|it| Property { nullable: false, ..it }));
    own.push(Property {
        nullable: true,
        ..id("connectionId", "To which connection; null if to all of the tenant.")
    });
    own.extend(properties(&[
        ("subject", TEXT, "The person whose incidents were viewed or erased."),
        ("query", TEXT, "Which incidents were viewed: path and query of the request."),
        ("rows", NUMBER, "How many incidents were shown or erased."),
    ]));
    let changed = many(TypeRef::Primitive(TEXT));
    let changed = property("changedProperties", changed, "Names of what was changed or set.");
    let text = "What was changed or set, with the values that are no secrets.";
    let changes = property("changes", many(TypeRef::Complex(PROPERTY_CHANGE)), text);
    own.extend([changed, changes].map(|property| Property { nullable: false, ..property }));
    StructuredType {
        key: vec!["id".into()],
        properties: own,
        ..structured(AUDIT_EVENT, None, "Who changed a connection, or viewed whose incidents.")
    }
}
