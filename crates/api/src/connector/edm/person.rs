use odata::edm::{NavigationProperty, Property, StructuredType, TypeName, TypeRef};

use super::{DATE, INCIDENT, NUMBER, TEXT, many, own, properties, property};
use crate::graph::edm::{describe, structured};

/// `nowgraph.person`
pub(crate) const PERSON: TypeName = own("person");
/// `nowgraph.userIncidentList`
pub(crate) const USER_INCIDENT_LIST: TypeName = own("userIncidentList");
/// `nowgraph.userMatch`
pub(crate) const USER_MATCH: TypeName = own("userMatch");
/// `nowgraph.triedColumn`
pub(crate) const TRIED_COLUMN: TypeName = own("triedColumn");

pub(super) fn complex() -> Vec<StructuredType> {
    let tried = StructuredType {
        properties: properties(&[
            ("column", TEXT, "The column of sys_user."),
            ("value", TEXT, "What was looked for."),
            ("found", NUMBER, "How many users have it."),
        ]),
        ..structured(TRIED_COLUMN, None, "Where a person was looked for.")
    };
    let person = StructuredType {
        properties: properties(&[
            ("displayName", TEXT, "The name."),
            ("userPrincipalName", TEXT, "The user name in ServiceNow."),
            ("email", TEXT, "The e-mail address."),
        ]),
        ..structured(PERSON, None, "Somebody who has incidents.")
    };
    vec![user_incident_list(), user_match(), tried, person]
}

fn user_incident_list() -> StructuredType {
    let mut own = properties(&[
        ("source", TEXT, "live: asked from ServiceNow now; cache: as they were stored."),
        ("asOfDateTime", DATE, "When they were so; null if nothing was ever fetched."),
    ]);
    let matching = TypeRef::Complex(USER_MATCH);
    own.push(property("match", matching, "Whom the instance takes the person for."));
    let reason = "Why there are none, or why they may not be those of this moment.";
    own.extend(properties(&[("reason", TEXT, reason)]));
    StructuredType {
        properties: own,
        navigation: vec![NavigationProperty {
            name: "incidents".into(),
            target: INCIDENT,
            collection: true,
            contains_target: false,
            partner: None,
            annotations: describe("Those opened last come first."),
        }],
        ..structured(USER_INCIDENT_LIST, None, "The incidents of a person.")
    }
}

fn user_match() -> StructuredType {
    let mut own = properties(&[("status", TEXT, "matched, ambiguous, notFound or unknown.")]);
    let tried = many(TypeRef::Complex(TRIED_COLUMN));
    let tried = property("tried", tried, "Where it was looked, in order.");
    own.push(Property { nullable: false, ..tried });
    StructuredType {
        properties: own,
        ..structured(USER_MATCH, None, "Whether an instance knows a person.")
    }
}
