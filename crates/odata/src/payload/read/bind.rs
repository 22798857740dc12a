use std::borrow::Cow;

use super::error::ReadError;
use super::json::{Json, parse};
use super::members::{Member, Members};
use super::primitive::{read_enum, read_primitive};
use super::target::{Target, shown};
use crate::edm::{Edm, StructuredType, TypeName, TypeRef};

/// Reads the body of a create or an update against the declared type (JSON format 4.01 section 6;
/// OData 4.01 protocol sections 11.4.2 and 11.4.3).
///
/// - Names of properties ignore case. Names with `@` are annotations: all but `@odata.type` (or
///   `@type`) are ignored, as are advertised operations (`#…`).
/// - `@odata.type` may lack its `#`, use an alias and any case.
/// - Properties of the key and computed ones are ignored whatever their value is.
/// - Both operations read alike: what is absent stays absent.
pub fn read_entity(
    edm: &Edm,
    declared: &StructuredType,
    body: &[u8],
) -> Result<Members, ReadError> {
    match parse(body)? {
        Json::Object(members) => read_structure(edm, declared, &members, Target::Root),
        _ => Err(ReadError::NotAnObject),
    }
}

type Object<'j> = [(Cow<'j, str>, Json<'j>)];

fn read_structure(
    edm: &Edm,
    declared: &StructuredType,
    members: &Object<'_>,
    place: Target<'_>,
) -> Result<Members, ReadError> {
    let ty = concrete_type(edm, declared, members, place)?;
    let key = edm.key(ty);
    let mut values = Vec::new();
    for (name, json) in members {
        if name.contains('@') || name.starts_with('#') {
            continue;
        }
        let Some(property) = edm.property(ty, name) else {
            return Err(undeclared(edm, ty, name, place));
        };
        if property.computed || key.contains(&property.name) {
            continue;
        }
        let place = Target::Property(&place, &property.name);
        let member = read_member(edm, &property.ty, property.nullable, json, place)?;
        values.push((property.name.clone(), member));
    }
    Ok(Members { type_name: ty.name.clone(), values })
}

fn read_member(
    edm: &Edm,
    ty: &TypeRef,
    nullable: bool,
    json: &Json<'_>,
    place: Target<'_>,
) -> Result<Member, ReadError> {
    match (ty, json) {
        (TypeRef::Collection(item), Json::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, json)| {
                read_member(edm, item, nullable, json, Target::Item(&place, index))
            })
            .collect::<Result<_, _>>()
            .map(Member::Collection),
        // Nullable speaks of the items; a collection is empty, never null (CSDL section 7.2.1).
        (TypeRef::Collection(_), Json::Null) => {
            Err(ReadError::NullNotAllowed { target: place.to_string() })
        }
        (_, Json::Null) if nullable => Ok(Member::Null),
        (_, Json::Null) => Err(ReadError::NullNotAllowed { target: place.to_string() }),
        (TypeRef::Primitive(primitive), json) => {
            read_primitive(*primitive, json, place).map(Member::Value)
        }
        (TypeRef::Enum(name), json) => read_enum(edm, name, json, place).map(Member::Value),
        (TypeRef::Complex(name) | TypeRef::Entity(name), Json::Object(members)) => {
            match edm.structured(name) {
                Some(declared) => {
                    read_structure(edm, declared, members, place).map(Member::Complex)
                }
                None => Err(ReadError::UnknownType {
                    target: Some(place.to_string()),
                    name: name.to_string(),
                }),
            }
        }
        (TypeRef::Complex(_) | TypeRef::Entity(_) | TypeRef::Collection(_), _) => {
            Err(ReadError::WrongType { target: place.to_string(), expected: ty.clone() })
        }
    }
}

/// The declared type or the one that the body names, which must be concrete.
fn concrete_type<'e>(
    edm: &'e Edm,
    declared: &'e StructuredType,
    members: &Object<'_>,
    place: Target<'_>,
) -> Result<&'e StructuredType, ReadError> {
    let target = || match place {
        Target::Root => None,
        Target::Property(..) | Target::Item(..) => Some(place.to_string()),
    };
    let mut named = members.iter().filter(|(name, _)| matches!(&**name, "@odata.type" | "@type"));
    let ty = match (named.next(), named.next()) {
        (None, _) => declared,
        (Some((_, Json::String(written))), None) => {
            let name = written.strip_prefix('#').unwrap_or(written);
            let Some(found) = edm.find(name) else {
                return Err(ReadError::UnknownType { target: target(), name: shown(name) });
            };
            match edm.structured(found.name()) {
                Some(ty) if edm.is_assignable(ty, &declared.name) => ty,
                _ => return Err(not_assignable(target(), found.name(), declared)),
            }
        }
        (Some(_), None) => return Err(ReadError::TypeNotText { target: target() }),
        (Some(_), Some((name, _))) => {
            let target = Target::Property(&place, name).to_string();
            return Err(ReadError::Duplicate { target });
        }
    };
    if ty.is_abstract {
        return Err(ReadError::AbstractType { target: target(), type_name: ty.name.clone() });
    }
    Ok(ty)
}

fn not_assignable(
    target: Option<String>,
    found: &TypeName,
    declared: &StructuredType,
) -> ReadError {
    ReadError::NotAssignable { target, found: found.clone(), expected: declared.name.clone() }
}

fn undeclared(edm: &Edm, ty: &StructuredType, name: &str, place: Target<'_>) -> ReadError {
    let target = Target::Property(&place, name).to_string();
    if edm.navigation(ty, name).is_some() {
        return ReadError::NavigationProperty { target };
    }
    ReadError::UndeclaredProperty { target, name: shown(name), type_name: ty.name.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::{PrimitiveType, fixture};
    use crate::value::Value;
    use proptest::prelude::*;

    fn read(body: &str) -> Result<Members, ReadError> {
        let edm = fixture::graph();
        let name = TypeName::from_static("microsoft.graph", "serviceNowConnection");
        read_entity(&edm, edm.structured(&name).unwrap(), body.as_bytes())
    }

    /// The members as text, or the target and the sentence of the error.
    fn outcome(body: &str) -> String {
        match read(body) {
            Ok(members) => text_of(&members),
            Err(error) => format!("{}: {error}", error.target().unwrap_or("-")),
        }
    }

    fn text_of(members: &Members) -> String {
        let values = members.values.iter().map(|(name, member)| match member {
            Member::Complex(members) => format!("{name}: {}", text_of(members)),
            Member::Value(value) => format!("{name}: {value:?}"),
            other => format!("{name}: {other:?}"),
        });
        format!("{} {{{}}}", members.type_name.name, values.collect::<Vec<_>>().join(", "))
    }

    #[track_caller]
    fn check(body: &str, expect: &str) {
        assert_eq!(outcome(body), expect, "{body}");
    }

    #[test]
    fn only_what_is_there_is_read() {
        check("{}", "serviceNowConnection {}");
        check(
            r#" {"INSTANCEURL":"https://x","incidentApiUrl":null,"serviceNowConnectionStatus":"enabled"} "#,
            r#"serviceNowConnection {instanceUrl: String("https://x"), incidentApiUrl: Null, serviceNowConnectionStatus: Enum(1)}"#,
        );
    }

    #[test]
    fn names_and_types_are_found_in_any_spelling() {
        for ty in [
            "#microsoft.graph.serviceNowOauthSecretAuthentication",
            "microsoft.graph.serviceNowOauthSecretAuthentication",
            "#Microsoft.Graph.SERVICENOWOAUTHSECRETAUTHENTICATION",
            "#graph.serviceNowOauthSecretAuthentication",
        ] {
            for key in ["@odata.type", "@type"] {
                check(
                    &format!(r#"{{"authenticationMethod":{{"appId":"a","{key}":"{ty}"}}}}"#),
                    r#"serviceNowConnection {authenticationMethod: serviceNowOauthSecretAuthentication {appId: String("a")}}"#,
                );
            }
        }
        check(
            r#"{"@odata.type":"microsoft.graph.serviceNowConnection"}"#,
            "serviceNowConnection {}",
        );
    }

    #[test]
    fn annotations_keys_and_computed_properties_are_ignored() {
        check(
            r##"{"@odata.context":"x","@odata.etag":7,"foo@bar.baz":{"a":[null]},"@x.y":[],"@context":1,
                "nope@odata.type":"#x","instanceUrl@odata.type":"#String","#microsoft.graph.sync":{},
                "id":["any"],"CreatedDateTime":{"a":1},"lastModifiedDateTime":"never"}"##,
            "serviceNowConnection {}",
        );
    }

    #[test]
    fn types_must_fit() {
        let method = |text: &str| outcome(&format!(r#"{{"authenticationMethod":{text}}}"#));
        let cannot = "authenticationMethod: Cannot create an abstract class.";
        assert_eq!(method("{}"), cannot);
        assert_eq!(method(r#"{"appId":"x"}"#), cannot);
        assert_eq!(
            method(r##"{"@odata.type":"#microsoft.graph.serviceNowAuthenticationMethod"}"##),
            cannot
        );
        insta::assert_snapshot!(method(r##"{"@odata.type":"#microsoft.graph.nope"}"##), @"authenticationMethod: The type name 'microsoft.graph.nope' could not be resolved by the model.");
        insta::assert_snapshot!(method(r##"{"@odata.type":"#graph.serviceNowConnection"}"##), @"authenticationMethod: The type 'microsoft.graph.serviceNowConnection' is not assignable to the expected type 'microsoft.graph.serviceNowAuthenticationMethod'.");
        insta::assert_snapshot!(method(r#"{"@odata.type":"graph.serviceNowConnectionStatus"}"#), @"authenticationMethod: The type 'microsoft.graph.serviceNowConnectionStatus' is not assignable to the expected type 'microsoft.graph.serviceNowAuthenticationMethod'.");
        insta::assert_snapshot!(method(r#"{"@odata.type":null}"#), @"authenticationMethod: The value of '@odata.type' must be the name of a type.");
        insta::assert_snapshot!(method("[]"), @"authenticationMethod: The value of 'authenticationMethod' is not a valid microsoft.graph.serviceNowAuthenticationMethod.");
        insta::assert_snapshot!(outcome(r##"{"@odata.type":"#microsoft.graph.user"}"##), @"-: The type name 'microsoft.graph.user' could not be resolved by the model.");
        insta::assert_snapshot!(outcome(r##"{"@odata.type":"#graph.entity"}"##), @"-: The type 'microsoft.graph.entity' is not assignable to the expected type 'microsoft.graph.serviceNowConnection'.");
    }

    #[test]
    fn what_the_model_does_not_have_is_refused() {
        insta::assert_snapshot!(outcome(r#"{"colour":1}"#), @"colour: The property 'colour' does not exist on type 'microsoft.graph.serviceNowConnection'. Use only properties that the type declares; the type is not open.");
        insta::assert_snapshot!(outcome(r#"{"instance_url":null}"#), @"instance_url: The property 'instance_url' does not exist on type 'microsoft.graph.serviceNowConnection'. Use only properties that the type declares; the type is not open.");
        let oauth = "microsoft.graph.serviceNowOauthSecretAuthentication";
        let nested = |rest: &str| {
            outcome(&format!(r#"{{"authenticationMethod":{{"@odata.type":"{oauth}",{rest}}}}}"#))
        };
        insta::assert_snapshot!(nested(r#""secret":1"#), @"authenticationMethod/secret: The property 'secret' does not exist on type 'microsoft.graph.serviceNowOauthSecretAuthentication'. Use only properties that the type declares; the type is not open.");
        insta::assert_snapshot!(nested(r#""appId":1"#), @"authenticationMethod/appId: The value of 'authenticationMethod/appId' is not a valid Edm.String.");
        let long = outcome(&format!(r#"{{"{}":1}}"#, "x".repeat(100_000)));
        assert!(long.len() < 500);
        let edm = fixture::graph();
        let name = TypeName::from_static("microsoft.graph", "deviceManagement");
        let body = br#"{"serviceNowConnections":[]}"#;
        let error = read_entity(&edm, edm.structured(&name).unwrap(), body).unwrap_err();
        assert_eq!(error.target(), Some("serviceNowConnections"));
    }

    #[test]
    fn values_must_fit_their_type() {
        insta::assert_snapshot!(outcome(r#"{"instanceUrl":true}"#), @"instanceUrl: The value of 'instanceUrl' is not a valid Edm.String.");
        insta::assert_snapshot!(outcome(r#"{"lastQueriedDateTime":"2024-01-01"}"#), @"lastQueriedDateTime: The value of 'lastQueriedDateTime' is not a valid Edm.DateTimeOffset.");
        insta::assert_snapshot!(outcome(r#"{"lastQueriedDateTime":0}"#), @"lastQueriedDateTime: The value of 'lastQueriedDateTime' is not a valid Edm.DateTimeOffset.");
        insta::assert_snapshot!(outcome(r#"{"serviceNowConnectionStatus":null}"#), @"serviceNowConnectionStatus: The property 'serviceNowConnectionStatus' cannot be null.");
        insta::assert_snapshot!(outcome(r#"{"serviceNowConnectionStatus":1}"#), @"serviceNowConnectionStatus: The value of 'serviceNowConnectionStatus' is not a valid microsoft.graph.serviceNowConnectionStatus.");
        insta::assert_snapshot!(outcome(r#"{"serviceNowConnectionStatus":"paused"}"#), @"serviceNowConnectionStatus: 'paused' is not a member of the enumeration type 'microsoft.graph.serviceNowConnectionStatus'.");
        for bad in ["1.5", "", "3", "enabled,disabled", " enabled"] {
            let error = read(&format!(r#"{{"serviceNowConnectionStatus":"{bad}"}}"#)).unwrap_err();
            assert!(matches!(error, ReadError::UnknownMember { .. }), "{bad}");
        }
        for good in ["enabled", "Enabled", "1"] {
            check(
                &format!(r#"{{"serviceNowConnectionStatus":"{good}"}}"#),
                "serviceNowConnection {serviceNowConnectionStatus: Enum(1)}",
            );
        }
    }

    #[test]
    fn times_are_read_to_ticks() {
        for (text, expect) in [
            ("2017-01-01T00:00:30.527314-08:00", "2017-01-01T08:00:30.527314Z"),
            ("2017-01-01T00:00:30Z", "2017-01-01T00:00:30Z"),
            ("2017-01-01T00:00:30.123456789012+00:00", "2017-01-01T00:00:30.1234567Z"),
        ] {
            let members = read(&format!(r#"{{"lastQueriedDateTime":"{text}"}}"#)).unwrap();
            let expect = Value::DateTimeOffset(expect.parse().unwrap());
            assert_eq!(members.property("lastQueriedDateTime"), Some(&Member::Value(expect)));
        }
    }

    #[test]
    fn text_must_be_one_json_object() {
        insta::assert_snapshot!(outcome(""), @"-: Unable to read JSON request payload. EOF while parsing a value at line 1 column 0.");
        insta::assert_snapshot!(outcome("{"), @"-: Unable to read JSON request payload. EOF while parsing an object at line 1 column 1.");
        insta::assert_snapshot!(outcome("{}\n x"), @"-: Unable to read JSON request payload. Trailing characters at line 2 column 2.");
        insta::assert_snapshot!(outcome("{'a':1}"), @"-: Unable to read JSON request payload. Key must be a string at line 1 column 2.");
        insta::assert_snapshot!(outcome("[]"), @"-: Unable to read JSON request payload. The body must be a JSON object.");
        insta::assert_snapshot!(outcome("null"), @"-: Unable to read JSON request payload. The body must be a JSON object.");
        insta::assert_snapshot!(outcome(r#"{"createdDateTime":1e999}"#), @"-: Unable to read JSON request payload. Number out of range at line 1 column 24.");
        insta::assert_snapshot!(outcome(r#"{"instanceUrl":"a","instanceUrl":"b"}"#), @"instanceUrl: The name 'instanceUrl' appears more than once in its object.");
        insta::assert_snapshot!(outcome(r#"{"instanceUrl":"a","InstanceUrl":"b"}"#), @"InstanceUrl: The name 'InstanceUrl' appears more than once in its object.");
        insta::assert_snapshot!(outcome(r#"{"createdDateTime":[{"a":1,"a":2}]}"#), @"createdDateTime/0/a: The name 'createdDateTime/0/a' appears more than once in its object.");
        insta::assert_snapshot!(outcome(r#"{"@odata.type":"a","@type":"a"}"#), @"@type: The name '@type' appears more than once in its object.");
        let edm = fixture::graph();
        let ty = edm.find("graph.serviceNowConnection").unwrap().name();
        let error = read_entity(&edm, edm.structured(ty).unwrap(), b"{\"a\":\"\xff\"}");
        assert_eq!(error, Err(ReadError::NotUtf8 { at: 6 }));
    }

    #[test]
    fn depth_is_bounded() {
        let nested =
            |depth: usize| format!(r#"{{"@x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(31)).is_ok());
        insta::assert_snapshot!(outcome(&nested(32)), @"-: Unable to read JSON request payload. Nested deeper than 32 levels at line 1 column 39.");
        assert!(matches!(read(&"[".repeat(1 << 20)), Err(ReadError::Malformed(_))));
        assert!(matches!(read(&"{\"a\":".repeat(1 << 18)), Err(ReadError::Malformed(_))));
    }

    #[test]
    fn many_members_take_no_more_than_their_share() {
        let members: Vec<_> = (0..200_000).map(|n| format!(r#""@a{n}":0"#)).collect();
        assert!(read(&format!("{{{}}}", members.join(","))).is_ok());
    }

    #[track_caller]
    fn check_value(ty: PrimitiveType, json: &str, expect: Option<Value>) {
        let edm = fixture::thing_with(&TypeRef::Primitive(ty));
        let name = TypeName::from_static("test", "thing");
        let body = format!(r#"{{"p":{json},"many":[{json}]}}"#);
        let members = read_entity(&edm, edm.structured(&name).unwrap(), body.as_bytes());
        let values = expect.map(|value| {
            let value = Member::Value(value);
            vec![("p".into(), value.clone()), ("many".into(), Member::Collection(vec![value]))]
        });
        assert_eq!(members.ok().map(|members| members.values), values, "{ty} {json}");
    }

    #[test]
    fn primitives_are_read_by_type() {
        use PrimitiveType as P;
        let decimal = |text: &str| Some(Value::Decimal(text.parse().unwrap()));
        check_value(P::Boolean, "true", Some(Value::Boolean(true)));
        check_value(P::Boolean, "\"true\"", None);
        check_value(P::Byte, "255", Some(Value::Int(255)));
        check_value(P::Byte, "256", None);
        check_value(P::SByte, "-128", Some(Value::Int(-128)));
        check_value(P::Int16, "-32769", None);
        check_value(P::Int32, "2147483647", Some(Value::Int(2_147_483_647)));
        check_value(P::Int32, "2147483648", None);
        check_value(P::Int32, "1.5", None);
        check_value(P::Int32, "\"1\"", None);
        check_value(P::Int64, "9223372036854775807", Some(Value::Int(i64::MAX)));
        check_value(P::Int64, "9223372036854775808", None);
        check_value(P::Int64, "1e30", None);
        check_value(P::Int64, "\"-5\"", Some(Value::Int(-5)));
        check_value(P::Double, "1", Some(Value::Double(1.0)));
        check_value(P::Double, "-1.5e-3", Some(Value::Double(-0.0015)));
        check_value(P::Double, "\"-INF\"", Some(Value::Double(f64::NEG_INFINITY)));
        check_value(P::Double, "\"1\"", None);
        check_value(P::Single, "1e39", None);
        check_value(P::Decimal, "0.1", decimal("0.1"));
        check_value(P::Decimal, "18446744073709551615", decimal("18446744073709551615"));
        check_value(
            P::Decimal,
            "\"12345678901234567890.12345678\"",
            decimal("12345678901234567890.12345678"),
        );
        check_value(P::Decimal, "1e60", None);
        check_value(P::Decimal, "\"1_0\"", None);
        check_value(P::Decimal, "\"0.00000000000000000000000000000000001\"", None);
        check_value(
            P::Guid,
            "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\"",
            Some(Value::Guid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11".parse().unwrap())),
        );
        check_value(P::Guid, "\"a0eebc999c0b4ef8bb6d6bb9bd380a11\"", None);
        check_value(P::Date, "\"2024-01-01\"", Some(Value::Date("2024-01-01".parse().unwrap())));
        check_value(P::Date, "\"2024-01-32\"", None);
        check_value(P::TimeOfDay, "\"12:30\"", Some(Value::TimeOfDay("12:30".parse().unwrap())));
        check_value(P::Duration, "\"-PT1M\"", Some(Value::Duration("-PT1M".parse().unwrap())));
        check_value(P::Duration, "60", None);
        check_value(P::Binary, "\"AQID\"", Some(Value::Binary(vec![1, 2, 3])));
        check_value(P::Binary, "\"+\"", None);
        check_value(P::String, "null", None);
        check_value(P::String, "\"\\ud83d\\ude00\"", Some(Value::String("\u{1f600}".into())));
        check_value(P::String, "\"\\ud83d\"", None);
    }

    #[test]
    fn flags_combine_and_collections_tell_the_item() {
        let flags = TypeRef::Enum(TypeName::from_static("test", "flags"));
        let edm = fixture::thing_with(&flags);
        let thing = edm.structured(&TypeName::from_static("test", "thing")).unwrap();
        let members = read_entity(&edm, thing, br#"{"p":"read, 2","many":[]}"#).unwrap();
        assert_eq!(members.property("p"), Some(&Member::Value(Value::Enum(3))));
        for (body, target) in [
            (r#"{"many":["read","nope"]}"#, "many/1"),
            (r#"{"many":["read",null]}"#, "many/1"),
            (r#"{"many":null}"#, "many"),
            (r#"{"many":"read"}"#, "many"),
            (r#"{"p":[]}"#, "p"),
        ] {
            let error = read_entity(&edm, thing, body.as_bytes()).unwrap_err();
            assert_eq!(error.target(), Some(target), "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            let _outcome = read(&String::from_utf8_lossy(&body));
            let edm = fixture::graph();
            let name = TypeName::from_static("microsoft.graph", "serviceNowConnection");
            let _outcome = read_entity(&edm, edm.structured(&name).unwrap(), &body);
        }

        #[test]
        fn any_json_like_text_is_read_or_refused(
            body in r#"(\{|\}|\[|\]|:|,|"|id|instanceUrl|@odata.type|#microsoft.graph.entity|null|1e9|-|\\u00e9| )*"#
        ) {
            let well_formed = serde_json::from_str::<serde_json::Value>(&body).is_ok();
            prop_assert!(well_formed || read(&body).is_err());
        }
    }
}
