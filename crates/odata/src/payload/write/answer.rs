use super::structure::Writer;
use crate::edm::{Edm, TypeRef};
use crate::payload::selection::Selection;
use crate::payload::{ContextUrl, Format};
use crate::value::{Structured, Value};

/// About what one connection takes; more makes the text grow, not fail.
const ENTITY_BYTES: usize = 768;

/// One page of a collection.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The entities of the page, or complex values.
    pub items: &'a [Structured],
    /// `@odata.count`: how many there are on all pages, where `$count=true` asked for it.
    pub count: Option<u64>,
    /// `@odata.nextLink`: the absolute URL of the next page; `None` on the last one.
    pub next_link: Option<&'a str>,
}

/// Writes an entity (JSON format 4.01 section 6).
///
/// Control information comes first, `@odata.type` always among it. Every property that the entity
/// holds is written, null too, unless the context URL carries a selection.
pub fn write_entity(
    edm: &Edm,
    entity: &Structured,
    context: ContextUrl<'_>,
    format: Format,
) -> String {
    let mut writer = Writer::new(edm, context, format, ENTITY_BYTES);
    writer.json.begin_object();
    writer.context();
    writer.entity(entity, &Selection::of(context.select, context.expand, context.dynamic()));
    writer.json.end_object();
    writer.json.finish()
}

/// Writes a page of a collection (JSON format 4.01 section 13). Count and next link are there at
/// every level of metadata.
pub fn write_collection(
    edm: &Edm,
    page: Page<'_>,
    context: ContextUrl<'_>,
    format: Format,
) -> String {
    let mut writer = Writer::new(edm, context, format, (page.items.len() + 1) * ENTITY_BYTES);
    writer.json.begin_object();
    writer.context();
    if let Some(count) = page.count {
        writer.control("", "count");
        writer.count(count);
    }
    if let Some(link) = page.next_link {
        writer.control("", "nextLink");
        writer.json.string(link);
    }
    writer.json.name("value");
    writer.json.begin_array();
    let selection = Selection::of(context.select, context.expand, context.dynamic());
    for item in page.items {
        writer.json.begin_object();
        writer.entity(item, &selection);
        writer.json.end_object();
    }
    writer.json.end_array();
    writer.json.end_object();
    writer.json.finish()
}

/// Writes a property or the result of a function (JSON format 4.01 section 11): a
/// structure as an object of its own, anything else under `value`.
///
/// A null is answered without a body (OData 4.01 protocol section 11.2.4), so it should not come
/// here; if it does it is written as `"value":null`.
pub fn write_property(
    edm: &Edm,
    ty: &TypeRef,
    value: &Value,
    context: ContextUrl<'_>,
    format: Format,
) -> String {
    let mut writer = Writer::new(edm, context, format, ENTITY_BYTES);
    let selection = Selection::of(context.select, context.expand, context.dynamic());
    writer.json.begin_object();
    writer.context();
    if let Value::Structured(structured) = value {
        writer.type_of(structured);
        writer.properties(structured, &selection);
    } else {
        writer.json.name("value");
        writer.value(Some(ty), value, &selection);
    }
    writer.json.end_object();
    writer.json.finish()
}

/// Writes a property that is a collection (JSON format 4.01 section 11), or what is left of it,
/// and with it how many items there are where that was asked.
pub fn write_values(
    edm: &Edm,
    (ty, items): (&TypeRef, &[Value]),
    count: Option<u64>,
    context: ContextUrl<'_>,
    format: Format,
) -> String {
    let mut writer = Writer::new(edm, context, format, ENTITY_BYTES);
    let selection = Selection::of(context.select, context.expand, context.dynamic());
    writer.json.begin_object();
    writer.context();
    if let Some(count) = count {
        writer.control("", "count");
        writer.count(count);
    }
    writer.json.name("value");
    writer.json.begin_array();
    for item in items {
        writer.value(Some(ty), item, &selection);
    }
    writer.json.end_array();
    writer.json.end_object();
    writer.json.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::{PrimitiveType, TypeName, fixture};
    use crate::expr::PathStep;
    use crate::header::Version;
    use crate::payload::MetadataLevel;
    use crate::query::{QueryOptions, Select, SelectItem};

    const ROOT: &str = "http://h/beta";
    const PATH: &str = "deviceManagement/serviceNowConnections";
    const fn format(metadata: MetadataLevel) -> Format {
        Format { metadata, ieee754_compatible: false, version: Version::V4_0, omit_nulls: false }
    }

    const NONE: Format = format(MetadataLevel::None);
    const MINIMAL: Format = format(MetadataLevel::Minimal);
    const FULL: Format = format(MetadataLevel::Full);

    fn connection() -> Structured {
        let time = |text: &str| Value::DateTimeOffset(text.parse().unwrap());
        Structured {
            type_name: TypeName::from_static("microsoft.graph", "serviceNowConnection"),
            properties: vec![
                ("id".into(), Value::String("a b/c".into())),
                ("createdDateTime".into(), time("2024-07-07T21:59:24.1234567Z")),
                ("lastQueriedDateTime".into(), Value::Null),
                ("instanceUrl".into(), Value::String("https://x/\"\n".into())),
                ("serviceNowConnectionStatus".into(), Value::Enum(1)),
                (
                    "authenticationMethod".into(),
                    Value::Structured(Structured {
                        type_name: TypeName::from_static(
                            "microsoft.graph",
                            "serviceNowOauthSecretAuthentication",
                        ),
                        properties: vec![("appId".into(), Value::String("app".into()))],
                    }),
                ),
            ],
        }
    }

    fn entity(select: Option<&Select>, format: Format) -> String {
        let context = ContextUrl::entity(ROOT, PATH, select);
        write_entity(&fixture::graph(), &connection(), context, format)
    }

    fn select(paths: &[&[&'static str]]) -> Select {
        let step = |name: &&'static str| match name.strip_prefix('#') {
            Some(ty) => PathStep::Cast(TypeName::from_static("microsoft.graph", ty).into()),
            None => PathStep::Property((*name).into()),
        };
        let item = |path: &&[&'static str]| SelectItem {
            path: path.iter().map(step).collect(),
            options: QueryOptions::default(),
        };
        Select { items: paths.iter().map(item).collect() }
    }

    #[test]
    fn entity_is_written_at_each_level_of_metadata() {
        insta::assert_snapshot!(entity(None, NONE), @r#"{"id":"a b/c","createdDateTime":"2024-07-07T21:59:24.1234567Z","lastQueriedDateTime":null,"instanceUrl":"https://x/\"\n","serviceNowConnectionStatus":"enabled","authenticationMethod":{"appId":"app"}}"#);
        insta::assert_snapshot!(entity(None, MINIMAL), @r##"{"@odata.context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections/$entity","@odata.type":"#microsoft.graph.serviceNowConnection","id":"a b/c","createdDateTime":"2024-07-07T21:59:24.1234567Z","lastQueriedDateTime":null,"instanceUrl":"https://x/\"\n","serviceNowConnectionStatus":"enabled","authenticationMethod":{"@odata.type":"#microsoft.graph.serviceNowOauthSecretAuthentication","appId":"app"}}"##);
        insta::assert_snapshot!(entity(None, FULL), @r##"{"@odata.context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections/$entity","@odata.type":"#microsoft.graph.serviceNowConnection","@odata.id":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","@odata.editLink":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","id":"a b/c","createdDateTime@odata.type":"#DateTimeOffset","createdDateTime":"2024-07-07T21:59:24.1234567Z","lastQueriedDateTime@odata.type":"#DateTimeOffset","lastQueriedDateTime":null,"instanceUrl":"https://x/\"\n","serviceNowConnectionStatus@odata.type":"#microsoft.graph.serviceNowConnectionStatus","serviceNowConnectionStatus":"enabled","authenticationMethod":{"@odata.type":"#microsoft.graph.serviceNowOauthSecretAuthentication","appId":"app"}}"##);
    }

    #[test]
    fn control_information_has_no_prefix_in_4_01() {
        let entity = entity(None, Format { version: Version::V4_01, ..FULL });
        insta::assert_snapshot!(entity, @r##"{"@context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections/$entity","@type":"#microsoft.graph.serviceNowConnection","@id":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","@editLink":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","id":"a b/c","createdDateTime@type":"DateTimeOffset","createdDateTime":"2024-07-07T21:59:24.1234567Z","lastQueriedDateTime@type":"DateTimeOffset","lastQueriedDateTime":null,"instanceUrl":"https://x/\"\n","serviceNowConnectionStatus@type":"#microsoft.graph.serviceNowConnectionStatus","serviceNowConnectionStatus":"enabled","authenticationMethod":{"@type":"#microsoft.graph.serviceNowOauthSecretAuthentication","appId":"app"}}"##);
        let page = Page { items: &[], count: Some(7), next_link: Some("http://h/next") };
        let format = Format { version: Version::V4_01, ..MINIMAL };
        let context = ContextUrl::collection(ROOT, PATH, None);
        insta::assert_snapshot!(write_collection(&fixture::graph(), page, context, format), @r##"{"@context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections","@count":7,"@nextLink":"http://h/next","value":[]}"##);
    }

    #[test]
    fn selection_leaves_out_the_rest() {
        let check = |paths: &[&[&'static str]], expect: &str| {
            let text = entity(Some(&select(paths)), NONE);
            assert_eq!(text, expect);
        };
        check(&[&["id"]], r#"{"id":"a b/c"}"#);
        check(&[&["lastQueriedDateTime"], &["id"]], r#"{"id":"a b/c","lastQueriedDateTime":null}"#);
        let method = r#"{"authenticationMethod":{"appId":"app"}}"#;
        check(&[&["authenticationMethod"]], method);
        check(&[&["authenticationMethod", "appId"]], method);
        check(&[&["authenticationMethod", "appId"], &["authenticationMethod"]], method);
        check(
            &[&["authenticationMethod", "#serviceNowOauthSecretAuthentication", "appId"]],
            method,
        );
        check(
            &[&["authenticationMethod", "#serviceNowConnection", "appId"]],
            r#"{"authenticationMethod":{}}"#,
        );
        let nested = select(&[&["authenticationMethod", "appId"]]);
        insta::assert_snapshot!(entity(Some(&nested), MINIMAL), @r##"{"@odata.context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections(authenticationMethod/appId)/$entity","@odata.type":"#microsoft.graph.serviceNowConnection","authenticationMethod":{"@odata.type":"#microsoft.graph.serviceNowOauthSecretAuthentication","appId":"app"}}"##);
    }

    #[test]
    fn collection_has_count_link_and_items() {
        let write = |format| {
            let items = [connection(), connection()];
            let page =
                Page { items: &items, count: Some(7), next_link: Some("http://h/beta/next?a&b") };
            let select = select(&[&["id"]]);
            let context = ContextUrl::collection(ROOT, PATH, Some(&select));
            write_collection(&fixture::graph(), page, context, format)
        };
        insta::assert_snapshot!(write(NONE), @r#"{"@odata.count":7,"@odata.nextLink":"http://h/beta/next?a&b","value":[{"id":"a b/c"},{"id":"a b/c"}]}"#);
        insta::assert_snapshot!(write(Format { ieee754_compatible: true, ..MINIMAL }), @r##"{"@odata.context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections(id)","@odata.count":"7","@odata.nextLink":"http://h/beta/next?a&b","value":[{"@odata.type":"#microsoft.graph.serviceNowConnection","id":"a b/c"},{"@odata.type":"#microsoft.graph.serviceNowConnection","id":"a b/c"}]}"##);
        insta::assert_snapshot!(write(FULL), @r##"{"@odata.context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections(id)","@odata.count":7,"@odata.nextLink":"http://h/beta/next?a&b","value":[{"@odata.type":"#microsoft.graph.serviceNowConnection","@odata.id":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","@odata.editLink":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","id":"a b/c"},{"@odata.type":"#microsoft.graph.serviceNowConnection","@odata.id":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","@odata.editLink":"http://h/beta/deviceManagement/serviceNowConnections/a%20b%2Fc","id":"a b/c"}]}"##);
        let empty = Page { items: &[], count: None, next_link: None };
        let context = ContextUrl::collection(ROOT, PATH, None);
        let empty = write_collection(&fixture::graph(), empty, context, MINIMAL);
        insta::assert_snapshot!(empty, @r#"{"@odata.context":"http://h/beta/$metadata#deviceManagement/serviceNowConnections","value":[]}"#);
    }

    #[test]
    fn rows_of_different_types_stand_on_one_page() {
        let name = TypeName::from_static("microsoft.graph", "deviceManagement");
        let other = Structured {
            type_name: name,
            properties: vec![("serviceNowConnectionStatus".into(), Value::Enum(1))],
        };
        let page =
            Page { items: &[connection(), other, connection()], count: None, next_link: None };
        let select = select(&[&["serviceNowConnectionStatus"]]);
        let context = ContextUrl::collection(ROOT, PATH, Some(&select));
        let text = write_collection(&fixture::graph(), page, context, NONE);
        let status = |text| format!(r#"{{"serviceNowConnectionStatus":"{text}"}}"#);
        // The second type does not declare the property, so its number has no name.
        let items = [status("enabled"), status("1"), status("enabled")].join(",");
        assert_eq!(text, format!(r#"{{"value":[{items}]}}"#));
    }

    #[test]
    fn singleton_links_to_what_it_contains() {
        let name = TypeName::from_static("microsoft.graph", "deviceManagement");
        let singleton = Structured { type_name: name, properties: vec![] };
        let context = ContextUrl::singleton(ROOT, "deviceManagement", None);
        let text = write_entity(&fixture::graph(), &singleton, context, FULL);
        insta::assert_snapshot!(text, @r##"{"@odata.context":"http://h/beta/$metadata#deviceManagement","@odata.type":"#microsoft.graph.deviceManagement","@odata.id":"http://h/beta/deviceManagement","@odata.editLink":"http://h/beta/deviceManagement","serviceNowConnections@odata.navigationLink":"http://h/beta/deviceManagement/serviceNowConnections"}"##);
    }

    #[test]
    fn property_stands_under_value_unless_it_is_a_structure() {
        let edm = fixture::graph();
        let context = ContextUrl::property(ROOT, "c('1')/instanceUrl");
        let ty = TypeRef::Primitive(PrimitiveType::String);
        let text = write_property(&edm, &ty, &Value::String("x".into()), context, MINIMAL);
        assert_eq!(
            text,
            r#"{"@odata.context":"http://h/beta/$metadata#c('1')/instanceUrl","value":"x"}"#
        );
        let method = connection().properties.pop().unwrap().1;
        let name = TypeName::from_static("microsoft.graph", "serviceNowAuthenticationMethod");
        let text = write_property(&edm, &TypeRef::Complex(name), &method, context, NONE);
        assert_eq!(text, r#"{"appId":"app"}"#);
    }

    /// Writes a `p` and two `many` of a value, without the braces.
    #[track_caller]
    fn check(ty: &TypeRef, value: &Value, format: Format, expect: &str) {
        let thing = Structured {
            type_name: TypeName::from_static("test", "thing"),
            properties: vec![
                ("p".into(), value.clone()),
                ("many".into(), Value::Collection(vec![value.clone(), value.clone()])),
            ],
        };
        let context = ContextUrl::entity(ROOT, "things", None);
        let text = write_entity(&fixture::thing_with(ty), &thing, context, format);
        let (_type, properties) = text.split_once("#test.thing\",").unwrap();
        assert_eq!(properties.trim_end_matches('}'), expect);
    }

    #[test]
    fn numbers_and_names_are_written_by_type() {
        let primitive = TypeRef::Primitive;
        let ieee = Format { ieee754_compatible: true, ..MINIMAL };
        let long = Value::Int(9_007_199_254_740_993);
        let long_type = primitive(PrimitiveType::Int64);
        check(
            &long_type,
            &long,
            ieee,
            r#""p":"9007199254740993","many":["9007199254740993","9007199254740993"]"#,
        );
        check(&long_type, &Value::Int(1), MINIMAL, r#""p":1,"many":[1,1]"#);
        check(
            &long_type,
            &Value::Int(1),
            FULL,
            r##""p@odata.type":"#Int64","p":1,"many@odata.type":"#Collection(Int64)","many":[1,1]"##,
        );
        check(&primitive(PrimitiveType::Int32), &Value::Int(1), ieee, r#""p":1,"many":[1,1]"#);
        let decimal = Value::Decimal("1.50".parse().unwrap());
        check(
            &primitive(PrimitiveType::Decimal),
            &decimal,
            ieee,
            r#""p":"1.50","many":["1.50","1.50"]"#,
        );
        check(
            &primitive(PrimitiveType::Decimal),
            &decimal,
            MINIMAL,
            r#""p":1.50,"many":[1.50,1.50]"#,
        );
        let double = primitive(PrimitiveType::Double);
        check(&double, &Value::Double(-1e300), ieee, r#""p":-1e300,"many":[-1e300,-1e300]"#);
        check(
            &double,
            &Value::Double(f64::NEG_INFINITY),
            MINIMAL,
            r#""p":"-INF","many":["-INF","-INF"]"#,
        );
        check(
            &double,
            &Value::Double(f64::NAN),
            FULL,
            r##""p@odata.type":"#Double","p":"NaN","many@odata.type":"#Collection(Double)","many":["NaN","NaN"]"##,
        );
        let flags = TypeRef::Enum(TypeName::from_static("test", "flags"));
        check(
            &flags,
            &Value::Enum(3),
            MINIMAL,
            r#""p":"read,write","many":["read,write","read,write"]"#,
        );
        check(
            &flags,
            &Value::Enum(2),
            FULL,
            r##""p@odata.type":"#test.flags","p":"write","many@odata.type":"#Collection(test.flags)","many":["write","write"]"##,
        );
        check(&flags, &Value::Enum(5), MINIMAL, r#""p":"5","many":["5","5"]"#);
        let guid = Value::Guid("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11".parse().unwrap());
        check(
            &primitive(PrimitiveType::Guid),
            &guid,
            MINIMAL,
            r#""p":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","many":["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]"#,
        );
    }

    #[test]
    fn number_without_a_member_is_written_as_text() {
        let mut connection = connection();
        connection.properties.retain(|(name, _)| name == "serviceNowConnectionStatus");
        connection.properties[0].1 = Value::Enum(3);
        let context = ContextUrl::entity(ROOT, PATH, None);
        let text = write_entity(&fixture::graph(), &connection, context, NONE);
        assert_eq!(text, r#"{"serviceNowConnectionStatus":"3"}"#);
    }
}
