use model::{CredentialKind, HealthStatus, RunKind, RunStatus};
use odata::edm::{NavigationProperty, Property, StructuredType, TypeName, TypeRef};

use super::{DATE, NUMBER, TEXT, id, many, own, properties, property, word};
use crate::graph::edm::{describe, structured};

/// `nowgraph.connection`
pub(crate) const CONNECTION: TypeName = own("connection");
/// `nowgraph.syncRun`
pub(crate) const SYNC_RUN: TypeName = own("syncRun");
/// `nowgraph.syncRequest`
pub(crate) const SYNC_REQUEST: TypeName = own("syncRequest");
/// `nowgraph.health`
pub(crate) const HEALTH: TypeName = own("health");
/// `nowgraph.credential`
pub(crate) const CREDENTIAL: TypeName = own("credential");
/// `nowgraph.testReport`
pub(crate) const TEST_REPORT: TypeName = own("testReport");
/// `nowgraph.testStep`
pub(crate) const TEST_STEP: TypeName = own("testStep");

pub(super) fn connection() -> StructuredType {
    let mut own = vec![id("id", "Key, as in Graph.")];
    own.extend(properties(&[
        ("instanceUrl", TEXT, "URL of the ServiceNow instance."),
        ("lastQueriedDateTime", DATE, "When incidents were last queried."),
    ]));
    StructuredType {
        key: vec!["id".into()],
        properties: own,
        navigation: vec![NavigationProperty {
            name: "runs".into(),
            target: SYNC_RUN,
            collection: true,
            contains_target: true,
            partner: None,
            annotations: describe("Passes over its incidents; the newest are remembered."),
        }],
        ..structured(CONNECTION, None, "A connection to a ServiceNow instance.")
    }
}

pub(super) fn sync_run() -> StructuredType {
    let needed = |all: &[_]| {
        let all = properties(all).into_iter();
        all.map(|property| Property { nullable: false, ..property }).collect::<Vec<_>>()
    };
    let mut own =
        vec![id("id", "Key, given by the service."), id("connectionId", "The connection.")];
    let kind = "incremental: what changed; reconcile: all rows are compared.";
    let kind = word("kind", RunKind::ALL.map(RunKind::name), kind);
    let status = word("status", RunStatus::ALL.map(RunStatus::name), "What became of it.");
    own.extend([kind, status].map(|it| Property { nullable: false, ..it }));
    own.extend(needed(&[("queuedDateTime", DATE, "When it was asked for.")]));
    own.extend(properties(&[
        ("startedDateTime", DATE, "When it began."),
        ("finishedDateTime", DATE, "When it ended."),
    ]));
    own.extend(needed(&[
        ("fetched", NUMBER, "Rows that came."),
        ("stored", NUMBER, "Rows that were new or newer."),
        ("removed", NUMBER, "Rows that were found to be gone."),
    ]));
    own.extend(properties(&[
        ("matched", NUMBER, "Rows that the query of the pass has, by the count of the instance."),
        ("readable", NUMBER, "Rows of that query that could be read."),
        ("errorCode", TEXT, "Why it failed, in a word."),
        ("errorMessage", TEXT, "Why it failed, in a sentence."),
    ]));
    StructuredType {
        key: vec!["id".into()],
        properties: own,
        ..structured(SYNC_RUN, None, "One pass over the incidents of a connection.")
    }
}

pub(super) fn complex() -> Vec<StructuredType> {
    let text = "What the last real calls told of a connection.";
    let status = "How it fares; docs/connector.md says what to do.";
    let mut own = vec![word("status", HealthStatus::ALL.map(HealthStatus::name), status)];
    own.extend(properties(&[
        ("since", DATE, "Since when it is so."),
        ("lastSuccessDateTime", DATE, "The last call that was answered well."),
        ("lastAttemptDateTime", DATE, "The last call."),
        ("reason", TEXT, "What to do, in a sentence."),
        ("notBeforeDateTime", DATE, "The instance wants to be left alone until then."),
    ]));
    let health = StructuredType { properties: own, ..structured(HEALTH, None, text) };
    let kinds = CredentialKind::ALL.map(CredentialKind::name);
    let mut own = vec![word("kind", kinds, "How it signs in.")];
    own.extend(properties(&[
        ("userName", TEXT, "The user who signs in, where the credential names one."),
        ("createdDateTime", DATE, "When it was set."),
        ("renewedDateTime", DATE, "When the instance last gave another refresh token."),
    ]));
    let text = "What may be told of a credential.";
    let credential = StructuredType { properties: own, ..structured(CREDENTIAL, None, text) };
    let request = StructuredType {
        properties: vec![Property {
            nullable: false,
            ..word("kind", RunKind::ALL.map(RunKind::name), "Its kind; incremental without it.")
        }],
        ..structured(SYNC_REQUEST, None, "Which pass is asked for.")
    };
    [vec![health, credential, request], test()].concat()
}

fn test() -> Vec<StructuredType> {
    let step = StructuredType {
        properties: properties(&[
            (
                "name",
                TEXT,
                "policy, resolve, connect, tls, token, role, table, syncQuery, fields or sample.",
            ),
            ("status", TEXT, "passed, warning, failed or skipped."),
            ("durationMs", NUMBER, "How long it took."),
            ("message", TEXT, "What was found."),
            ("hint", TEXT, "What to do about it."),
        ]),
        ..structured(TEST_STEP, None, "One step of a test.")
    };
    let steps = property("steps", many(TypeRef::Complex(TEST_STEP)), "All steps, in order.");
    let mut own = properties(&[("status", TEXT, "The worst of its steps.")]);
    own.push(Property { nullable: false, ..steps });
    own.extend(properties(&[
        ("matched", NUMBER, "Rows that the query of the sync has, by the count of the instance."),
        ("readable", NUMBER, "Rows that came with its first page."),
    ]));
    let report = StructuredType {
        properties: own,
        ..structured(TEST_REPORT, None, "How a test of a connection went.")
    };
    vec![step, report]
}
