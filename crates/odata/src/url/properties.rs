//! Properties of paths, checked on random ones: printed and read again, and by the strict grammar.

use proptest::prelude::*;

use super::*;
use crate::edm::{SchemaType, StructuredType};
use crate::expr::fixture::{edm, now};
use crate::grammar::{self, Words};

/// The names of the model by the rules of the ABNF.
fn words(edm: &Edm) -> Words {
    let mut words = Words::new();
    for rule in [
        "action",
        "actionImport",
        "streamProperty",
        "complexColProperty",
        "entityFunction",
        "entityColFunction",
        "complexFunction",
        "complexColFunction",
        "primitiveFunction",
        "primitiveColFunction",
        "entityFunctionImport",
        "entityColFunctionImport",
        "complexFunctionImport",
        "complexColFunctionImport",
        "primitiveFunctionImport",
        "primitiveColFunctionImport",
    ] {
        words.insert(rule.to_owned(), vec![]);
    }
    let mut add = |rule: &str, name: &str| {
        words.entry(rule.to_owned()).or_default().push(name.to_owned());
    };
    for set in &edm.container().entity_sets {
        add("entitySetName", &set.name);
    }
    for one in &edm.container().singletons {
        add("singletonEntity", &one.name);
    }
    add("namespacePart", "microsoft");
    add("namespacePart", "graph");
    for ty in edm.schemas().iter().flat_map(|schema| &schema.types) {
        match ty {
            SchemaType::Entity(ty) => add_type(&mut add, ("entityTypeName", ty)),
            SchemaType::Complex(ty) => add_type(&mut add, ("complexTypeName", ty)),
            SchemaType::Enum(ty) => {
                add("enumerationTypeName", &ty.name.name);
                ty.members.iter().for_each(|member| add("enumerationMember", &member.name));
            }
        }
    }
    words
}

fn add_type(add: &mut impl FnMut(&str, &str), (rule, ty): (&str, &StructuredType)) {
    add(rule, &ty.name.name);
    for property in &ty.properties {
        let rule = match &property.ty {
            _ if ty.key.contains(&property.name) => "primitiveKeyProperty",
            TypeRef::Primitive(_) | TypeRef::Enum(_) => "primitiveNonKeyProperty",
            TypeRef::Complex(_) => "complexProperty",
            TypeRef::Entity(_) => "entityNavigationProperty",
            TypeRef::Collection(_) => "primitiveColProperty",
        };
        add(rule, &property.name);
    }
    for navigation in &ty.navigation {
        let many = ["entityNavigationProperty", "entityColNavigationProperty"];
        add(many[usize::from(navigation.collection)], &navigation.name);
    }
}

/// The beginnings of paths, with what may stand in any place of one behind them.
fn path() -> impl Strategy<Value = String> {
    const LIST: &str = "deviceManagement/serviceNowConnections";
    let start = prop_oneof![
        2 => Just("orders".to_owned()),
        2 => Just("items".to_owned()),
        4 => Just(LIST.to_owned()),
        4 => Just(format!("{LIST}('x')")),
        1 => Just("deviceManagement".to_owned()),
        1 => Just("$all".to_owned()),
        1 => Just("$crossjoin(items,orders)".to_owned()),
    ];
    let fixed = prop::sample::select(vec![
        "",
        "/$count",
        "/$value",
        "/$ref",
        "/$query",
        "/$each",
        "/name",
        "/tags",
        "/0",
        "/-1",
        "/id",
        "/number",
        "/region",
        "/parent",
        "/serviceNowConnections",
        "/authenticationMethod",
        "/graph.secretAuthentication",
        "/microsoft.graph.secretAuthentication/appId",
        "/status",
        "/createdDateTime",
        "/microsoft.graph.specialItem",
        "/graph.connection",
        "/$filter(@f)",
        "/$filter(name%20eq%20'a%2Fb')",
        "/$filter(parent/active)",
        "/$filter(true)",
        "(@k)",
        "(id=@k)",
        "(region=@k,number=@n)",
        "/unknown",
        "/$unknown",
    ]);
    let key = prop_oneof![literal(), literal().prop_map(|text| format!("id={text}"))];
    let pair = (literal(), literal()).prop_map(|(a, b)| format!("region={a},number={b}"));
    let piece = prop_oneof![
        6 => fixed.prop_map(str::to_owned),
        1 => prop_oneof![key, pair].prop_map(|key| format!("({key})")),
        1 => "/[a-zA-Z0-9'().%2F-]{1,8}",
    ];
    (start, prop::collection::vec(piece, 0..4))
        .prop_map(|(start, pieces)| format!("{start}{}", pieces.concat()))
}

fn literal() -> BoxedStrategy<String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>().prop_filter("NUL never gets here", |text| !text.contains('\0')).prop_map(
            |text| percent::Encoded(&format!("'{}'", text.replace('\'', "''"))).to_string()
        ),
        any::<u128>().prop_map(|bits| uuid::Uuid::from_u128(bits).to_string()),
        prop::sample::select(vec![
            "null",
            "true",
            "1.5",
            "1e5",
            "INF",
            "2020-02-29",
            "10:20",
            "2020-02-29T10:20Z",
            "duration'PT1S'",
            "binary'AAAA'",
            "graph.status'enabled'",
            "'enabled'",
        ])
        .prop_map(str::to_owned),
    ]
    .boxed()
}

fn scope(edm: &Edm) -> PathScope<'_> {
    PathScope { edm, query: "@f=true&@k='a%2Fb'&@n=5", now: now() }
}

/// What only the grammar can say: where the words are not those of a path at all.
fn is_syntax(error: &PathError) -> bool {
    match error {
        PathError::BadKey { error, .. } => matches!(
            error,
            KeyError::Syntax(_) | KeyError::Parentheses | KeyError::Colon | KeyError::NotConstant
        ),
        PathError::Filter(error) => matches!(error, crate::expr::ExprError::Syntax { .. }),
        // No database agrees with another on U+0000.
        PathError::Encoding { error, .. } => *error != DecodeError::Nul,
        PathError::TooLong(_) | PathError::Query(_) => true,
        PathError::UnknownSegment(_) | PathError::NotServed(_) => false,
    }
}

/// All keys are in parentheses, and no cast is behind another: where the grammar is as lenient.
fn is_strict(path: &str, found: &ResourcePath) -> bool {
    let keys = found.segments.iter().filter(|it| matches!(it, Segment::Key(_))).count();
    keys == path.matches('(').count() - path.matches("$filter(").count()
        && found.segments.len() == split::split(path).count() + keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_printed_reads_back_as_itself(path in path()) {
        let edm = edm();
        if let Ok(found) = parse_path(scope(&edm), &path) {
            let printed = found.to_string();
            prop_assert_eq!(parse_path(scope(&edm), &printed), Ok(found), "{}", &printed);
            let strict = grammar::check("resourcePath", &printed, &words(&edm)).unwrap();
            prop_assert!(strict.ok, "{} at {}", printed, strict.consumed);
        }
    }

    #[test]
    fn what_the_grammar_allows_is_read_or_refused_by_name(path in path()) {
        let edm = edm();
        let strict = grammar::check("resourcePath", &path, &words(&edm)).unwrap();
        match parse_path(scope(&edm), &path) {
            // How many keys stand between slashes is for the model to say.
            Err(PathError::UnknownSegment(name)) if name.starts_with('$') => {
                let mut words = words(&edm);
                words.insert("keyPathLiteral".to_owned(), vec![]);
                let strict = grammar::check("resourcePath", &path, &words).unwrap();
                prop_assert!(!strict.ok, "{path}: {name}");
            }
            Err(error) if strict.ok => prop_assert!(!is_syntax(&error), "{path}: {error}"),
            Ok(Resource::Path(found)) if is_strict(&path, &found) => {
                prop_assert!(strict.ok, "{path}: at {}", strict.consumed);
            }
            _ => {}
        }
    }
}
