//! What `/beta` can do, in the terms of OData's capabilities vocabulary. Graph's own metadata says
//! nothing of this resource, so it stands on container and singleton: the types stay Graph's.

use odata::edm::{Annotation, AnnotationValue as Value};

/// Canonical functions that `$filter` and `$orderby` take.
const FUNCTIONS: [&str; 30] = [
    "case",
    "cast",
    "ceiling",
    "concat",
    "contains",
    "date",
    "day",
    "endswith",
    "floor",
    "fractionalseconds",
    "hour",
    "indexof",
    "isof",
    "length",
    "maxdatetime",
    "mindatetime",
    "minute",
    "month",
    "now",
    "round",
    "second",
    "startswith",
    "substring",
    "time",
    "tolower",
    "totaloffsetminutes",
    "totalseconds",
    "toupper",
    "trim",
    "year",
];

/// Of the whole service.
pub(crate) fn of_service() -> Vec<Annotation> {
    let yes = Value::Boolean(true);
    let no = Value::Boolean(false);
    let batch = Value::record([
        ("Supported", yes.clone()),
        ("ContinueOnErrorSupported", yes.clone()),
        ("ReferencesInRequestBodiesSupported", no.clone()),
        ("ReferencesAcrossChangeSetsSupported", yes.clone()),
        ("EtagReferencesSupported", yes.clone()),
        ("RequestDependencyConditionsSupported", yes.clone()),
        ("SupportedFormats", Value::strings(["application/json", "multipart/mixed"])),
    ]);
    vec![
        Annotation {
            term: "Org.OData.Core.V1.ODataVersions".into(),
            value: Value::String("4.0 4.01".into()),
        },
        Annotation::capability("KeyAsSegmentSupported", yes),
        Annotation::capability("BatchSupported", Value::Boolean(true)),
        Annotation::capability("BatchSupport", batch),
        Annotation::capability("FilterFunctions", Value::strings(FUNCTIONS)),
        Annotation::capability("AsynchronousRequestsSupported", no.clone()),
        Annotation::capability("CrossJoinSupported", no.clone()),
        Annotation::capability("QuerySegmentSupported", no),
    ]
}

/// Of the connections below the singleton.
pub(super) fn of_connections() -> Vec<Annotation> {
    let yes = || Value::Boolean(true);
    let no = || Value::Boolean(false);
    let restrictions = Value::record([
        ("NavigationProperty", Value::NavigationPath("serviceNowConnections".into())),
        ("FilterRestrictions", Value::record([("Filterable", yes())])),
        ("SearchRestrictions", Value::record([("Searchable", no())])),
        ("SortRestrictions", Value::record([("Sortable", yes())])),
        ("TopSupported", yes()),
        ("SkipSupported", yes()),
        (
            "SelectSupport",
            Value::record([
                ("Supported", yes()),
                ("Expandable", no()),
                ("Filterable", no()),
                ("Searchable", no()),
                ("TopSupported", no()),
                ("SkipSupported", no()),
                ("ComputeSupported", yes()),
                ("Countable", no()),
                ("Sortable", no()),
            ]),
        ),
        ("IndexableByKey", yes()),
        ("InsertRestrictions", Value::record([("Insertable", yes())])),
        ("DeepInsertSupport", Value::record([("Supported", no())])),
        (
            "UpdateRestrictions",
            Value::record([
                ("Updatable", yes()),
                ("Upsertable", no()),
                ("DeltaUpdateSupported", no()),
            ]),
        ),
        ("DeleteRestrictions", Value::record([("Deletable", yes())])),
        ("OptimisticConcurrencyControl", no()),
        ("ReadRestrictions", Value::record([("Readable", yes())])),
    ]);
    let restricted = Value::Collection(vec![restrictions]);
    let properties = Value::record([("RestrictedProperties", restricted)]);
    vec![
        Annotation::capability("NavigationRestrictions", properties),
        Annotation::capability("UpdateRestrictions", Value::record([("Updatable", no())])),
    ]
}
