use proptest::prelude::*;

use super::*;
use crate::expr::fixture::{edm, name, now};

fn parsed(text: &str) -> Result<Resource, PathError> {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    parse_path(PathScope { edm: &edm(), query, now: now() }, path)
}

fn shape(path: &str) -> Result<String, PathError> {
    let text = |segment: &Segment| match segment {
        Segment::EntitySet { name, .. } => format!("set {name}"),
        Segment::Singleton { name, .. } => format!("singleton {name}"),
        Segment::Navigation { name, .. } => format!("navigation {name}"),
        Segment::Key(key) => format!(
            "key {}",
            key.iter()
                .map(|(name, value)| format!("{name}={}", Expr::Literal(value.clone())))
                .collect::<Vec<_>>()
                .join(",")
        ),
        Segment::Property { name, .. } => format!("property {name}"),
        Segment::Cast(ty) => format!("cast {ty}"),
        Segment::Filter(filter) => format!("filter {filter}"),
        Segment::Ref => "$ref".to_owned(),
        Segment::Count => "count".to_owned(),
        Segment::Value => "value".to_owned(),
    };
    match parsed(path)? {
        Resource::ServiceDocument => Ok("root".to_owned()),
        Resource::Metadata => Ok("metadata".to_owned()),
        Resource::Batch => Ok("batch".to_owned()),
        Resource::Path(path) => Ok(path.segments.iter().map(text).collect::<Vec<_>>().join(" / ")),
    }
}

const LIST: &str = "singleton deviceManagement / navigation serviceNowConnections";

#[test]
fn segments_are_found_in_the_model() {
    for (path, expect) in [
        ("", "root".to_owned()),
        ("/", "root".to_owned()),
        ("$metadata", "metadata".to_owned()),
        ("/%24batch/", "batch".to_owned()),
        ("deviceManagement", "singleton deviceManagement".to_owned()),
        ("//DEVICEmanagement//servicenowconnections/", LIST.to_owned()),
        ("deviceManagement/serviceNowConnections/$count", format!("{LIST} / count")),
        ("deviceManagement/serviceNowConnections/$ref", format!("{LIST} / $ref")),
        ("deviceManagement/serviceNowConnections/x/%24REF", format!("{LIST} / key id='x' / $ref")),
        ("deviceManagement/serviceNowConnections/%24Count", format!("{LIST} / count")),
        (
            "deviceManagement/serviceNowConnections/a%20b%2Fc%27d",
            format!("{LIST} / key id='a b/c''d'"),
        ),
        ("deviceManagement/serviceNowConnections/a+b", format!("{LIST} / key id='a+b'")),
        ("deviceManagement/serviceNowConnections/a.b(c)", format!("{LIST} / key id='a.b(c)'")),
        ("deviceManagement/serviceNowConnections('it''s')", format!("{LIST} / key id='it''s'")),
        ("deviceManagement/serviceNowConnections(ID='x%2F')", format!("{LIST} / key id='x/'")),
        (
            "deviceManagement/serviceNowConnections/x/id",
            format!("{LIST} / key id='x' / property id"),
        ),
        (
            "deviceManagement/serviceNowConnections/x/Name/$value",
            format!("{LIST} / key id='x' / property name / value"),
        ),
        (
            "deviceManagement/serviceNowConnections/x/tags/$count",
            format!("{LIST} / key id='x' / property tags / count"),
        ),
        (
            "deviceManagement/serviceNowConnections/x/authenticationMethod/graph.secretAuthentication/appId",
            format!(
                "{LIST} / key id='x' / property authenticationMethod / \
                 cast microsoft.graph.secretAuthentication / property appId"
            ),
        ),
        (
            "deviceManagement/serviceNowConnections/graph.connection/x/parent",
            format!("{LIST} / key id='x' / navigation parent"),
        ),
        ("orders(region='a',number=5)", "set orders / key region='a',number=5".to_owned()),
        ("orders(Number=5, region='a')", "set orders / key region='a',number=5".to_owned()),
        ("orders/a/5/number", "set orders / key region='a',number=5 / property number".to_owned()),
        (
            "items(0a0a0a0a-1111-1111-1111-111111111111)",
            "set items / key key=0a0a0a0a-1111-1111-1111-111111111111".to_owned(),
        ),
        (
            "items/graph.specialItem/0A0A0A0A-1111-1111-1111-111111111111/extra",
            "set items / cast microsoft.graph.specialItem / \
             key key=0a0a0a0a-1111-1111-1111-111111111111 / property extra"
                .to_owned(),
        ),
        (
            "items/graph.specialItem(0a0a0a0a-1111-1111-1111-111111111111)",
            "set items / cast microsoft.graph.specialItem / \
             key key=0a0a0a0a-1111-1111-1111-111111111111"
                .to_owned(),
        ),
    ] {
        assert_eq!(shape(path), Ok(expect), "{path}");
    }
}

#[test]
fn segments_that_lead_nowhere_are_named() {
    for (path, segment) in [
        ("nope", "nope"),
        ("deviceManagement/nope", "nope"),
        ("deviceManagement/nope/more", "nope"),
        ("deviceManagement/serviceNowConnections/$nope", "$nope"),
        ("deviceManagement/serviceNowConnections/$count/x", "x"),
        ("deviceManagement/serviceNowConnections/x/n%C3%B6pe", "nöpe"),
        ("deviceManagement/serviceNowConnections/x/name/more", "more"),
        ("deviceManagement/serviceNowConnections/x/authenticationMethod/appId", "appId"),
        ("deviceManagement/serviceNowConnections/x/graph.item", "graph.item"),
        ("deviceManagement('x')", "deviceManagement('x')"),
        ("deviceManagement/serviceNowConnections/x/name(1)", "name(1)"),
        ("$metadata/x", "$metadata"),
        ("$nope", "$nope"),
    ] {
        assert_eq!(shape(path), Err(PathError::UnknownSegment(segment.into())), "{path}");
    }
    let message = shape("deviceManagement/nope").unwrap_err().to_string();
    assert_eq!(message, "Resource not found for the segment 'nope'.");
}

#[test]
fn what_odata_defines_beyond_is_not_served() {
    for (path, segment) in [
        ("deviceManagement/serviceNowConnections/$each", "$each"),
        ("deviceManagement/serviceNowConnections/x/$value", "$value"),
        ("$entity", "$entity"),
        ("$all", "$all"),
        ("$crossjoin(items,orders)", "$crossjoin(items,orders)"),
        ("deviceManagement/serviceNowConnections/x/tags/0", "0"),
        ("deviceManagement/serviceNowConnections/x/tags/-1", "-1"),
        ("deviceManagement/serviceNowConnections/x/tags/$query", "$query"),
        ("deviceManagement/serviceNowConnections/x/name/$query", "$query"),
        ("deviceManagement/serviceNowConnections/x/authenticationMethod/$query", "$query"),
        ("items/$filter($root/items/$count gt 1)", "$filter($root/items/$count gt 1)"),
    ] {
        assert_eq!(shape(path), Err(PathError::NotServed(segment.into())), "{path}");
    }
}

#[test]
fn aliases_stand_for_key_values() {
    for (path, expect) in [
        ("deviceManagement/serviceNowConnections(@k)?@k='a/b'", format!("{LIST} / key id='a/b'")),
        (
            "deviceManagement/serviceNowConnections(id=@k)?$top=1&@k='a%2Fb%5Cc%252F'",
            format!("{LIST} / key id='a/b\\c%2F'"),
        ),
        ("deviceManagement/serviceNowConnections/@k", format!("{LIST} / key id='@k'")),
        (
            "orders(region=@r,number=@n)/region?@n=-5&@r='x'",
            "set orders / key region='x',number=-5 / property region".to_owned(),
        ),
        (
            "orders(region=@r,number=1)?@r=@s&@s='x'",
            "set orders / key region='x',number=1".to_owned(),
        ),
        ("orders(region='@r',number=1)?@r=2", "set orders / key region='@r',number=1".to_owned()),
    ] {
        assert_eq!(shape(path), Ok(expect), "{path}");
    }
    for (path, expect) in [
        ("orders(region=@r,number=@n)?@r='x'", KeyError::UndefinedAlias("n".into())),
        ("orders(region=@r,number=1)?@R='x'", KeyError::UndefinedAlias("r".into())),
        ("orders(region=@r,number=1)?@r=", KeyError::Alias("r".into())),
        ("orders(region=@r,number=1)?@r=@s&@s=@r", KeyError::Alias("s".into())),
        ("orders(region=@r,number=1)?@r=@s", KeyError::UndefinedAlias("s".into())),
        ("orders(region=@r,number=1)?@r=concat('a','b')", KeyError::Alias("r".into())),
        ("orders(region=@r,number=1)?@r=null", KeyError::Null),
        ("orders(region=@r,number=1)?@r=1", KeyError::Type),
        ("orders(region=@ns.r,number=1)?@r=1", KeyError::UndefinedAlias("ns.r".into())),
        ("orders(region=name,number=1)", KeyError::NotConstant),
    ] {
        match shape(path) {
            Err(PathError::BadKey { error, .. }) => assert_eq!(error, expect, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    let message = shape("items(@k)").unwrap_err().to_string();
    assert_eq!(
        message,
        "The key in the segment 'items(@k)' is not valid: the parameter alias '@k' has no value."
    );
    for query in ["@k=1&@k=2", "@k=%"] {
        let error = shape(&format!("items(@k)?{query}")).unwrap_err();
        assert!(matches!(error, PathError::Query(_)), "{query}: {error}");
    }
}

#[test]
fn collections_can_be_filtered_in_the_path() {
    for (path, expect) in [
        (
            "deviceManagement/serviceNowConnections/$filter(name eq 'a/b')/$count",
            format!("{LIST} / filter name eq 'a/b' / count"),
        ),
        (
            "deviceManagement/serviceNowConnections/$Filter(@f)?@f=Name%20eq%20'a'",
            format!("{LIST} / filter name eq 'a'"),
        ),
        (
            "deviceManagement/serviceNowConnections/$filter(parent/name%20eq%20')')('x')/name",
            format!("{LIST} / filter parent/name eq ')' / key id='x' / property name"),
        ),
        (
            "deviceManagement/serviceNowConnections/$filter(active)/%24filter%28count gt 1%29/x",
            format!("{LIST} / filter active / filter count gt 1 / key id='x'"),
        ),
        (
            "items/graph.specialItem/$filter(extra eq 'x')",
            "set items / cast microsoft.graph.specialItem / filter extra eq 'x'".to_owned(),
        ),
        ("items/$filter(@f)", "set items / filter null".to_owned()),
    ] {
        assert_eq!(shape(path), Ok(expect), "{path}");
    }
    for path in [
        "items/$filter()",
        "items/$filter(1)",
        "items/$filter(extra eq 'x')",
        "items/$filter(key eq null",
        "items/$filter(true,true)",
        "items/$filter(@f)?@f=eq",
    ] {
        let error = shape(path).unwrap_err();
        assert!(matches!(error, PathError::Filter(_)), "{path}: {error}");
    }
    for path in ["items/$filter", "deviceManagement/$filter(true)", "items/$filter(true)x"] {
        assert!(shape(path).is_err(), "{path}");
    }
}

#[test]
fn bad_keys_and_texts_are_refused() {
    for path in [
        "deviceManagement/serviceNowConnections()",
        "deviceManagement/serviceNowConnections(x",
        "deviceManagement/serviceNowConnections('x",
        "deviceManagement/serviceNowConnections('x')('y')",
        "deviceManagement/serviceNowConnections(1)",
        "deviceManagement/serviceNowConnections(null)",
        "deviceManagement/serviceNowConnections(name='x')",
        "deviceManagement/serviceNowConnections('x','y')",
        "deviceManagement/serviceNowConnections(-(1))",
        "orders('a',5)",
        "orders(region='a')",
        "orders/a",
        "orders/a/b",
        "items('x')",
        "items/x",
    ] {
        let error = shape(path).unwrap_err();
        assert!(matches!(error, PathError::BadKey { .. }), "{path}: {error}");
    }
    for path in ["x%", "x/%C3", "%00"] {
        let error = shape(path).unwrap_err();
        assert!(matches!(error, PathError::Encoding { .. }), "{path}: {error}");
    }
    assert_eq!(shape(&"x".repeat(9_000)), Err(PathError::TooLong("8 KiB")));
    assert_eq!(shape(&"x/".repeat(65)), Err(PathError::TooLong("64 segments")));
}

#[test]
fn segments_carry_declared_types() {
    let Ok(Resource::Path(path)) = parsed("deviceManagement/serviceNowConnections/1") else {
        panic!("a path");
    };
    let [
        Segment::Singleton { entity_type, .. },
        Segment::Navigation { target, collection: true, .. },
        Segment::Key(key),
    ] = path.segments.as_slice()
    else {
        panic!("{path:?}");
    };
    assert_eq!((entity_type, target), (&name("deviceManagement"), &name("connection")));
    assert_eq!(key.as_slice(), [("id".into(), Value::String("1".into()))]);
}

proptest! {
    #[test]
    fn any_path_is_found_or_refused(
        path in prop_oneof![any::<String>(), "[-a-z%$'()/.0-9,=é]{0,60}"],
        prefix in prop::sample::select(vec!["", "deviceManagement/serviceNowConnections", "orders"]),
    ) {
        let whole = format!("{prefix}{path}");
        if let Ok(Resource::Path(found)) = parsed(&whole) {
            prop_assert!(!found.segments.is_empty());
        }
    }
}
