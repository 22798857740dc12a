use proptest::prelude::*;

use super::*;
use crate::expr::ExprError;
use crate::expr::fixture::{edm, name, now};

fn options(raw: &str, target: Target) -> Result<QueryOptions, QueryError> {
    let edm = edm();
    bind(&edm, edm.structured(&name("connection")).unwrap(), &split(raw)?, now(), target)
}

fn on_list(raw: &str) -> Result<QueryOptions, QueryError> {
    options(raw, Target::Collection)
}

fn message(raw: &str) -> String {
    on_list(raw).unwrap_err().to_string()
}

fn selected(raw: &str) -> Result<Option<Vec<String>>, QueryError> {
    let text = |path: &Vec<&crate::expr::PathStep>| {
        path.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
    };
    Ok(on_list(raw)?.select.map(|select| select.paths().iter().map(text).collect()))
}

#[test]
fn options_are_read_in_any_spelling() {
    let found = on_list(
        "%24Filter=name+eq+'a%2Bb%26c'&ORDERBY=count%20desc,+name&top=+10+&$SKIP=0&&Count=TRUE\
         &$skipToken=a%2Bb&format=application/json;odata.metadata=none&custom=%25&x",
    )
    .unwrap();
    assert_eq!(found.filter.unwrap().to_string(), "name eq 'a+b&c'");
    let keys: Vec<_> = found.order_by.iter().map(ToString::to_string).collect();
    assert_eq!(keys, ["count desc", "name asc"]);
    assert_eq!((found.top, found.skip, found.count), (Some(10), Some(0), Some(true)));
    assert_eq!(found.skip_token.as_deref(), Some("a+b"));
    assert_eq!(found.format.as_deref(), Some("application/json;odata.metadata=none"));
    assert_eq!((found.select, found.others), (None, vec![]));
    assert_eq!(on_list(""), Ok(QueryOptions::default()));
}

#[test]
fn a_plus_before_an_offset_may_be_a_blank() {
    let found = on_list("$filter=createdDateTime ge 2020-01-01T00:00:00+02:00 and active").unwrap();
    let expect = "createdDateTime ge 2019-12-31T22:00:00Z and active";
    assert_eq!(found.filter.unwrap().to_string(), expect);
}

#[test]
fn aliases_reach_expressions() {
    let found = on_list("$filter=status eq @s&@s='enabled'").unwrap();
    assert_eq!(found.filter.unwrap().to_string(), "status eq '1'");
    assert_eq!(on_list("@s=1&@s=2"), Err(QueryError::Duplicate("@s".into())));
}

#[test]
fn properties_are_selected_by_path() {
    for (raw, expect) in [
        ("$select=ID,name", Some(vec!["id", "name"])),
        ("select= id , name ,id", Some(vec!["id", "name"])),
        ("$select=*", None),
        ("$select=id,*", None),
        ("$select=graph.connection/id", Some(vec!["id"])),
        (
            "$select=AuthenticationMethod/graph.secretAuthentication/APPID",
            Some(vec!["authenticationMethod/microsoft.graph.secretAuthentication/appId"]),
        ),
        ("$select=parent", Some(vec!["parent"])),
        (
            "$select=authenticationMethod($select=graph.secretAuthentication/appId),id",
            Some(vec!["authenticationMethod/microsoft.graph.secretAuthentication/appId", "id"]),
        ),
        ("$select=authenticationMethod($select=*)", Some(vec!["authenticationMethod"])),
    ] {
        let found = selected(raw).unwrap();
        assert_eq!(
            found.as_deref(),
            expect.map(|e| e.iter().map(ToString::to_string).collect::<Vec<_>>()).as_deref(),
            "{raw}"
        );
    }
}

#[test]
fn selections_that_lead_nowhere_are_refused() {
    let error = |raw: &str| match on_list(raw) {
        Err(QueryError::Value { option: "$select", error }) => error,
        other => panic!("{raw}: {other:?}"),
    };
    assert_eq!(
        message("$select=id, nope"),
        "Parsing OData Select and Expand failed: Could not find a property named 'nope' on \
         type 'microsoft.graph.connection'."
    );
    assert_eq!(error("$select=id, nope").position(), 4);
    assert_eq!(error("$select=ö,nope").position(), 0);
    for raw in
        ["$select=", "$select=id,", "$select=,id", "$select=id//x", "$select=graph.connection"]
    {
        assert!(matches!(error(raw), ExprError::Syntax { .. }), "{raw}");
    }
    for raw in [
        "$select=name/x",
        "$select=authenticationMethod/appId",
        "$select=authenticationMethod($select=appId)",
    ] {
        assert!(matches!(error(raw), ExprError::UnknownProperty { .. }), "{raw}");
    }
    for raw in ["$select=graph.*", "$select=*,tags($top=1)"] {
        assert!(matches!(error(raw), ExprError::NotServed { .. }), "{raw}");
    }
    assert!(matches!(error("$select=graph.item/key"), ExprError::UnknownType { .. }));
}

fn expanded(raw: &str) -> Result<String, QueryError> {
    let text = |item: &ExpandItem| {
        let path: Vec<_> = item.path.iter().map(ToString::to_string).collect();
        let levels = item.levels.map(|levels| format!(" {levels:?}")).unwrap_or_default();
        format!("{} {:?}{levels}", path.join("/"), item.kind)
    };
    Ok(on_list(raw)?.expand.iter().map(text).collect::<Vec<_>>().join(", "))
}

#[test]
fn navigation_properties_are_expanded() {
    for (raw, expect) in [
        ("$expand=Parent", "parent Entities"),
        ("expand= parent ", "parent Entities"),
        ("$expand=*", "parent Entities"),
        ("$expand=*/$ref", "parent Ref"),
        ("$expand=*($levels=max),parent/$ref", "parent Ref"),
        ("$expand=*($levels=max)", "parent Entities Max"),
        ("$expand=parent/$ref", "parent Ref"),
        ("$expand=parent/graph.connection", "parent Entities"),
        ("$expand=graph.connection/parent(levels=2;$select=id)", "parent Entities Number(2)"),
    ] {
        assert_eq!(expanded(raw).as_deref(), Ok(expect), "{raw}");
    }
}

#[test]
fn options_in_parentheses_are_bound_to_what_is_selected() {
    let raw = "$select=authenticationMethod($compute=@a as x,@b as y;$select=x;@b='own'),\
               tags($top=2;$count=true;$search=a)&@a='all'&@b='other'";
    let select = on_list(raw).unwrap().select.unwrap();
    let [method, tags] = select.items.as_slice() else { panic!("two items") };
    let computed: Vec<_> = method.options.compute.iter().map(|one| one.expr.to_string()).collect();
    assert_eq!(computed, ["'all'", "'own'"]);
    assert_eq!(select.paths().len(), 2);
    assert_eq!((tags.options.top, tags.options.count), (Some(2), Some(true)));
    assert_eq!(tags.options.search.as_ref().unwrap().to_string(), "a");
    for (text, expect) in [
        ("tags($top=1),tags($top=2)", "the same path with other options"),
        ("tags($filter=name eq 'a')", "name"),
        ("tags($compute=1 as x)", "values without properties"),
        ("authenticationMethod($top=1)", "'$top' cannot be applied"),
        ("authenticationMethod($compute=1 as appId)", "appId"),
        ("*,tags($top=1)", "beside '*'"),
    ] {
        let message = message(&format!("$select={text}"));
        assert!(message.contains(expect), "{text}: {message}");
    }
}

#[test]
fn options_in_parentheses_are_bound_to_what_is_expanded() {
    let edm = edm();
    let management = edm.structured(&name("deviceManagement")).unwrap();
    let bound = |text: &str| {
        let raw = split(&format!("$expand=serviceNowConnections({text})&@a='x'")).unwrap();
        let mut options = bind(&edm, management, &raw, now(), Target::Entity)?;
        Ok::<_, QueryError>(options.expand.remove(0).options)
    };
    let text = "$filter=name eq @a;$orderby=count desc;$top=1;$skip=2;count=true;\
                $select=id;$expand=parent($expand=parent;$select=name);$search=a;$compute=count add 1 as next";
    let options: QueryOptions = bound(text).unwrap();
    assert_eq!(options.filter.unwrap().to_string(), "name eq 'x'");
    assert_eq!((options.top, options.skip, options.count), (Some(1), Some(2), Some(true)));
    assert_eq!(options.order_by.len(), 1);
    assert_eq!(options.select.unwrap().paths().len(), 1);
    let parent = options.expand.first().unwrap();
    assert_eq!(parent.options.expand.len(), 1);
    assert_eq!((options.others.len(), options.apply), (0, None));
    let applied = bound("$apply=aggregate($count as n);$filter=n gt 1;$select=n").unwrap();
    assert_eq!(applied.apply.unwrap().shape.dynamic.len(), 1);
    assert_eq!(options.search.unwrap().to_string(), "a");
    assert_eq!(options.compute.len(), 1);
    let own = bound("$filter=name eq @a;@a='own'").unwrap();
    assert_eq!(own.filter.unwrap().to_string(), "name eq 'own'");
    for (text, expect) in [
        (
            "$top=x",
            "Invalid value 'x' for the query option '$top': expected a non-negative integer.",
        ),
        ("$top=1;top=2", "The query option '$top' is given more than once."),
        (
            "$levels=0",
            "Invalid value '0' for the query option '$levels': expected a positive integer or 'max'.",
        ),
        ("$format=json", "The query option '$format' cannot be applied to the requested resource."),
        ("$nope=1", "The query option '$nope' is not a system query option."),
        (
            "$filter=nope",
            "Invalid value for the query option '$filter': Could not find a property named 'nope' on type 'microsoft.graph.connection'.",
        ),
        (
            "$expand=parent($filter=active)",
            "The query option '$filter' cannot be applied to the requested resource.",
        ),
    ] {
        assert_eq!(bound(text).unwrap_err().to_string(), expect, "{text}");
    }
}

#[test]
fn expansions_that_lead_nowhere_are_refused() {
    let error = |raw: &str| match on_list(raw) {
        Err(QueryError::Value { option: "$expand", error }) => error,
        other => panic!("{raw}: {other:?}"),
    };
    for raw in ["$expand=x", "$expand=authenticationMethod/x"] {
        assert!(matches!(error(raw), ExprError::UnknownProperty { .. }), "{raw}");
    }
    for (raw, found) in [
        ("$expand=name", "'name'"),
        ("$expand=authenticationMethod", "'authenticationMethod'"),
        ("$expand=tags/x", "'tags'"),
    ] {
        let ExprError::Syntax { found: text, expected, .. } = error(raw) else { panic!("{raw}") };
        assert_eq!((&*text, expected), (found, "a navigation property"), "{raw}");
    }
    for raw in [
        "$expand=",
        "$expand=parent,",
        "$expand=parent,parent",
        "$expand=parent/parent",
        "$expand=parent/$ref/parent",
        "$expand=parent()",
        "$expand=*($select=id)",
        "$expand=*/parent",
    ] {
        assert!(matches!(error(raw), ExprError::Syntax { .. }), "{raw}");
    }
    for raw in ["$expand=$value", "$expand=@ns.term", "$expand=parent/$count"] {
        assert!(matches!(error(raw), ExprError::NotServed { .. }), "{raw}");
    }
    let deep = |levels| {
        format!("$expand={}parent{}", "parent($expand=".repeat(levels), ")".repeat(levels))
    };
    assert!(on_list(&deep(9)).is_ok());
    assert!(matches!(error(&deep(10)), ExprError::TooComplex { .. }));
}

#[test]
fn errors_name_the_option() {
    for (raw, expect) in [
        (
            "$top=-1",
            "Invalid value '-1' for the query option '$top': expected a non-negative integer.",
        ),
        (
            "top=x",
            "Invalid value 'x' for the query option '$top': expected a non-negative integer.",
        ),
        (
            "$skip=",
            "Invalid value '' for the query option '$skip': expected a non-negative integer.",
        ),
        (
            "$skip=9223372036854775808",
            "Invalid value '9223372036854775808' for the query option '$skip': expected a non-negative integer.",
        ),
        ("$count=1", "Invalid value '1' for the query option '$count': expected true or false."),
        ("$top=1&TOP=2", "The query option '$top' is given more than once."),
        ("$nope=1", "The query option '$nope' is not a system query option."),
        ("$levels=1", "The query option '$levels' cannot be applied to the requested resource."),
        (
            "$filter=name eq",
            "Invalid value for the query option '$filter': Syntax error at position 7: found the end, expected an operand.",
        ),
        (
            "$orderby=nope",
            "Invalid value for the query option '$orderby': Could not find a property named 'nope' on type 'microsoft.graph.connection'.",
        ),
        (
            "$filter=%2",
            "The query option '$filter' is not valid: the '%' at position 0 is not followed by two hexadecimal digits.",
        ),
        ("%C3=1", "The query option '%C3' is not valid: the percent-encoded text is not UTF-8."),
        ("x=%00", "The query option 'x' is not valid: the text contains the character U+0000."),
    ] {
        assert_eq!(message(raw), expect, "{raw}");
    }
}

#[test]
fn what_is_only_recognised_comes_back_as_text() {
    let found = on_list("$deltatoken=e&$schemaversion=*");
    let text = |option, text: &str| (option, text.to_owned());
    assert_eq!(
        found.unwrap().others,
        [text(SystemOption::DeltaToken, "e"), text(SystemOption::SchemaVersion, "*"),]
    );
}

#[test]
fn computed_properties_are_known_to_the_other_options() {
    let found = on_list(
        "$filter=next gt 5 and tags/any(t:next eq 1)&$orderby=NAMES desc&$select=next,id\
         &$compute=count add 1 as next,concat(name,'s') as NAMES",
    )
    .unwrap();
    let filter = "count add 1 gt 5 and tags/any(v1:count add 1 eq 1)";
    assert_eq!(found.filter.unwrap().to_string(), filter);
    assert_eq!(found.order_by.first().unwrap().to_string(), "concat(name,'s') desc");
    assert_eq!(found.select.unwrap().paths().len(), 2);
    let text = |one: &Computed| (one.name.to_string(), one.expr.to_string());
    assert_eq!(found.compute.first().map(text), Some(("next".into(), "count add 1".into())));
    for (raw, expect) in [
        ("$compute=count", "found the end, expected an operator or 'as'"),
        ("$compute=count as a.b", "found 'a.b', expected a name for the computed property"),
        ("$compute=count as 1", "found '1', expected a name for the computed property"),
        ("$compute=count as a,", "found the end, expected an operand"),
        ("$compute=count as a b", "found 'b', expected an operator or the end"),
        ("$compute=1 as name", "found 'name', expected a name that no property has"),
        ("$compute=1 as parent", "found 'parent', expected a name that no property has"),
        ("$compute=1 as a,2 as a", "found 'a', expected a name that no property has"),
        ("$compute=1 as a,2 as A", "found 'A', expected a name that no property has"),
        ("$compute=1 as a,a as b", "Could not find a property named 'a'"),
        ("$search=(a", "found the end, expected ')'"),
    ] {
        assert!(message(raw).contains(expect), "{raw}: {}", message(raw));
    }
    let long =
        format!("$compute={}1 as a&$filter={}a eq 1", "1 add ".repeat(500), "a add ".repeat(5));
    assert!(message(&long).contains("too complex"), "{}", message(&long));
}

#[test]
fn resources_take_the_options_that_make_sense() {
    for (target, takes, refuses) in [
        (Target::Entity, "$select=id&$expand=parent&$format=json", "$filter=active"),
        (Target::Entity, "", "$top=1"),
        (Target::Entity, "", "count=true"),
        (Target::Count, "$filter=active&$search=x", "$orderby=name"),
        (Target::Count, "", "$select=id"),
        (Target::Document, "$format=json&other=1", "$top=1"),
    ] {
        assert!(options(takes, target).is_ok(), "{takes}");
        let error = options(refuses, target);
        assert!(matches!(error, Err(QueryError::Misplaced(_))), "{refuses}: {error:?}");
    }
}

#[test]
fn size_is_limited() {
    assert_eq!(on_list(&"x".repeat(70_000)), Err(QueryError::TooLong("64 KiB")));
    assert_eq!(on_list(&"x&".repeat(101)), Err(QueryError::TooLong("100 options")));
    let uses = "(@a) or ".repeat(600);
    let value = "active or ".repeat(300);
    let raw = format!("$filter={uses}active&@a={value}active");
    assert!(matches!(
        on_list(&raw),
        Err(QueryError::Value { error: ExprError::TooComplex { .. }, .. })
    ));
}

proptest! {
    #[test]
    fn any_query_is_bound_or_refused(
        raw in prop_oneof![
            any::<String>(),
            "[$a-z%=&+',()0-9/*é]{0,60}",
            "(\\$?(select|filter|top|skip|count|orderby)=[ a-z,/*%0-9'é.]{0,20}&?){0,4}",
        ],
    ) {
        match on_list(&raw) {
            Err(QueryError::Value { error, .. }) => {
                prop_assert!(error.position() <= raw.chars().count());
            }
            Err(_) => {}
            Ok(found) => prop_assert!(found.top.is_none_or(|top| i64::try_from(top).is_ok())),
        }
    }
}
