use crate::edm::{Annotation, AnnotationValue, Edm};

/// Says on the container that all collections of a service support `$apply`.
const TERM: &str = "Org.OData.Aggregation.V1.ApplySupportedDefaults";

/// What [`bind`](super::bind) takes.
const TRANSFORMATIONS: [&str; 11] = [
    "aggregate",
    "bottomcount",
    "compute",
    "concat",
    "filter",
    "groupby",
    "identity",
    "orderby",
    "skip",
    "top",
    "topcount",
];

/// The annotation of a container whose service serves `$apply` (OData Aggregation 4.0, section on
/// aggregation capabilities).
pub fn supported() -> Annotation {
    let rollup = AnnotationValue::EnumMember {
        ty: "Org.OData.Aggregation.V1.RollupType".into(),
        member: "None".into(),
    };
    let value = AnnotationValue::record([
        ("Transformations", AnnotationValue::strings(TRANSFORMATIONS)),
        ("CustomAggregationMethods", AnnotationValue::Collection(Vec::new())),
        ("Rollup", rollup),
        ("From", AnnotationValue::Boolean(true)),
    ]);
    Annotation { term: TERM.into(), value }
}

/// Whether a model says that its service serves `$apply`.
pub fn is_supported(edm: &Edm) -> bool {
    edm.container().annotations.iter().any(|annotation| annotation.term == TERM)
}
