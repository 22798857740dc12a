use super::{bound, holds};
use crate::expr::fixture::{edm, scope};
use crate::expr::{ExprError, Scope, filter};

#[test]
fn names_and_operators_in_any_case_become_canonical() {
    for (text, canonical) in [
        ("NAME EQ 'x'", "name eq 'x'"),
        ("  name\teq   'it''s'  ", "name eq 'it''s'"),
        ("(((name eq 'x')))", "name eq 'x'"),
        ("not(active)", "not active"),
        ("not active eq true", "not active eq true"),
        ("not (active eq true)", "not (active eq true)"),
        ("active or active and not active", "active or active and not active"),
        ("(active or active) and active", "(active or active) and active"),
        ("active and (active and (active and active))", "active and active and active and active"),
        ("count add 1 mul 2 eq 3", "count add 1 mul 2 eq 3"),
        ("(count add 1) mul 2 eq 3", "(count add 1) mul 2 eq 3"),
        ("count sub (1 sub total) eq 3", "count sub (1 sub total) eq 3"),
        ("-count lt -3", "- count lt -3"),
        ("- 3 lt count", "- 3 lt count"),
        ("Contains(ToLower(name),'x')", "contains(tolower(name),'x')"),
        ("substring(name,1,2) eq 'b'", "substring(name,1,2) eq 'b'"),
        ("$it/name eq null", "name eq null"),
        (
            "tags/$count($filter=$this eq $it/name) gt 1",
            "tags/$count($filter=$this eq $it/name) gt 1",
        ),
        (
            "tags/$count($filter=not ($it/active and length($it/name) gt 1)) gt count",
            "tags/$count($filter=not ($it/active and length($it/name) gt 1)) gt count",
        ),
        (
            "tags/$count($filter=$it/tags/any(t:t eq $this) or case($it/active:$it/active) or cast($it/count,Edm.Decimal) gt 1) gt 1",
            "tags/$count($filter=$it/tags/any(v2:v2 eq $this) or case($it/active:$it/active) or cast($it/count,Edm.Decimal) gt 1.0) gt 1",
        ),
        ("microsoft.graph.connection/name eq null", "name eq null"),
        (
            "authenticationMethod/GRAPH.secretauthentication/APPID eq 'a'",
            "authenticationMethod/microsoft.graph.secretAuthentication/appId eq 'a'",
        ),
        ("authenticationMethod ne null", "authenticationMethod ne null"),
        ("name in ('a', 'b')", "name in ('a','b')"),
        ("name in ()", "name in ()"),
        ("name eq \"a\\u0041\"", "name eq 'aA'"),
        ("null", "null"),
    ] {
        assert_eq!(bound(text), Ok(canonical.to_owned()), "{text}");
    }
}

#[test]
fn literals_become_the_type_they_stand_beside() {
    for (text, canonical) in [
        ("status eq 'enabled'", "status eq '1'"),
        ("'ENABLED' eq status", "'1' eq status"),
        ("status eq graph.Status'unknown'", "status eq '2'"),
        ("status in ('enabled',microsoft.graph.status'disabled',null)", "status in ('1','0',null)"),
        ("colors eq 'red,blue'", "colors eq '5'"),
        ("graph.status'enabled' gt graph.status'disabled'", "true"),
        ("price eq 1", "price eq 1.0"),
        ("ratio eq 1", "ratio eq 1e0"),
        ("ratio eq 1.5", "ratio eq 1.5e0"),
        ("ratio lt INF and ratio gt -INF", "ratio lt INF and ratio gt -INF"),
        ("count eq 1.5", "count eq 1.5"),
        ("1 eq 1.5", "1.0 eq 1.5"),
        ("total gt 9223372036854775808", "total gt 9223372036854775808.0"),
        ("count eq '5'", "count eq 5"),
        ("active eq 'TRUE'", "active eq true"),
        (
            "guid eq 'ABCDEF01-2345-6789-abcd-ef0123456789'",
            "guid eq abcdef01-2345-6789-abcd-ef0123456789",
        ),
        (
            "guid eq ABCDEF01-2345-6789-abcd-ef0123456789",
            "guid eq abcdef01-2345-6789-abcd-ef0123456789",
        ),
        ("createdDateTime ge 2020-01-01", "createdDateTime ge 2020-01-01T00:00:00Z"),
        ("createdDateTime ge '2020-01-01'", "createdDateTime ge 2020-01-01T00:00:00Z"),
        (
            "createdDateTime ge '2020-01-01T00:00:00.5Z'",
            "createdDateTime ge 2020-01-01T00:00:00.5Z",
        ),
        ("createdDateTime lt 2020-01-01T00:00:00 02:00", "createdDateTime lt 2019-12-31T22:00:00Z"),
        (
            "createdDateTime lt '2020-01-01T00:00:00 02:00'",
            "createdDateTime lt 2019-12-31T22:00:00Z",
        ),
        ("createdDateTime lt now()", "createdDateTime lt 2026-11-23T12:00:00Z"),
        ("MinDateTime() lt maxdatetime( )", "0001-01-01T00:00:00Z lt 9999-12-31T23:59:59.9999999Z"),
    ] {
        assert_eq!(bound(text), Ok(canonical.to_owned()), "{text}");
    }
}

#[test]
fn what_is_no_expression_is_a_syntax_error_with_its_place() {
    for (text, position) in [
        ("", 0),
        ("   ", 3),
        ("name eq", 7),
        ("name eq 'x", 8),
        ("name eq 'x' and", 15),
        ("name 'x'", 5),
        ("bad syntax", 4),
        ("name eq 'x')", 11),
        ("(name eq 'x'", 12),
        ("ñ eq #", 5),
        ("name eq 1x", 8),
        ("name/", 5),
        ("contains(name 'x')", 14),
        ("name in ('a',)", 13),
        ("name in ('a' 'b')", 13),
        ("$nope eq 1", 0),
        ("any()", 3),
        ("tags/all()", 9),
        ("name in ('a',name)", 13),
        ("name in ('a',('b'))x", 19),
        ("id in ('a') and", 15),
        ("count eq 1 = 2", 11),
        ("name eq @", 8),
        ("[1,2", 4),
        ("{\"a\" 1}", 5),
        ("\"a", 0),
    ] {
        match bound(text) {
            Err(ExprError::Syntax { position: found, .. }) => assert_eq!(found, position, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn unknown_names_are_told() {
    let unknown_property = |name: &str, ty: &str| {
        format!("Could not find a property named '{name}' on type 'microsoft.graph.{ty}'.")
    };
    for (text, message) in [
        ("nope eq 1", unknown_property("nope", "connection")),
        ("authenticationMethod/appId eq 'x'", unknown_property("appId", "authenticationMethod")),
        ("name/x eq 'x'", "Could not find a property named 'x' on type 'Edm.String'.".to_owned()),
        (
            "status eq 'on'",
            "The string 'on' is not a valid enumeration type constant of 'microsoft.graph.status'."
                .to_owned(),
        ),
        (
            "frobnicate(name) eq 1",
            "An unknown function with name 'frobnicate' was found at position 0.".to_owned(),
        ),
        (
            "graph.nope/name eq 1",
            "The type 'graph.nope' at position 0 is not defined in the model for this place."
                .to_owned(),
        ),
        (
            "status eq graph.nope'x'",
            "The type 'graph.nope' at position 10 is not defined in the model for this place."
                .to_owned(),
        ),
    ] {
        assert_eq!(bound(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn wrong_types_are_refused() {
    for text in [
        "name eq 1",
        "name",
        "not name",
        "not name eq 'x'",
        "name and active",
        "count eq active",
        "status eq 1",
        "status eq colors",
        "authenticationMethod gt null",
        "tags gt tags",
        "tags eq 'a'",
        "length(count) eq 1",
        "year(name) eq 1",
        "substring(name,'1') eq 'x'",
        "substring(name,1.5) eq 'x'",
        "ceiling(name) eq 1",
        "name add 1 eq 2",
        "-name eq 1",
        "name in (1)",
        "tags in ('a')",
        "authenticationMethod in ()",
    ] {
        let error = bound(text).unwrap_err();
        assert!(matches!(error, ExprError::TypeMismatch { .. }), "{text}: {error}");
    }
}

#[test]
fn bad_literals_and_arguments_are_refused() {
    for text in [
        "createdDateTime eq 'x'",
        "createdDateTime eq 2020-13-01",
        "createdDateTime eq 2020-01-01T25:00:00Z",
        "createdDateTime eq 0000-01-01T00:00:00Z",
        "guid eq 'x'",
        "count eq 'x'",
        "price eq 'x'",
        "ratio eq 'inf'",
        "active eq 'yes'",
    ] {
        let error = bound(text).unwrap_err();
        assert!(matches!(error, ExprError::BadLiteral { .. }), "{text}: {error}");
    }
    for text in [
        "contains(name) eq 1",
        "length() eq 1",
        "length(name,name) eq 1",
        "now(1) eq null",
        "substring(name) eq 'x'",
        "substring(name,1,-1) eq 'x'",
        "length(a=1) eq 1",
    ] {
        let error = bound(text).unwrap_err();
        assert!(matches!(error, ExprError::Arguments { .. }), "{text}: {error}");
    }
}

#[test]
fn what_odata_defines_beyond_is_not_served_by_name() {
    for (text, name) in [
        ("parent(1)/name eq 'x'", "parent"),
        ("cast(graph.connection) eq null", "cast of the entity"),
        ("cast(name,graph.status) eq null", "cast to microsoft.graph.status"),
        ("cast(active,Edm.Int32) eq 1", "cast of Edm.Boolean to Edm.Int32"),
        ("isof(length(name),graph.connection)", "isof of anything but a property"),
        ("colors has status", "has with anything but a constant"),
        ("geo.length(name) eq 1", "geo.length"),
        ("isdefined(name)", "isdefined"),
        ("Aggregation.isroot(name)", "Aggregation.isroot"),
        ("aggregate(count with sum) gt 1", "aggregate"),
        ("tags/aggregate($count) gt 1", "aggregate"),
        ("cast(name,Edm.Int32)/appId eq 1", "a path behind cast"),
        ("price gt 0.123456789012345678901234567890", "a decimal of more than 28 digits"),
        ("count gt 1234567890123456789012345678901", "a decimal of more than 28 digits"),
        ("$root/items eq null", "$root"),
        ("$this/name eq 'x'", "$this"),
        ("$it eq null", "an entity or a cast as a value"),
        ("tags/$filter($it eq 'x')(1) eq null", "a path beyond a collection"),
        ("length({\"a\":1}) eq 1", "a JSON object as a value of its own"),
        (
            "authenticationMethod eq {\"@type\":\"graph.secretAuthentication\",\"level\":length(name)}",
            "an object of anything but constants",
        ),
        ("[active] eq null", "an array of anything but constants"),
        ("name/@Core.Description eq 'x'", "@Core.Description"),
    ] {
        match bound(text) {
            Err(ExprError::NotServed { name: found, .. }) => assert_eq!(found, name, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn size_is_limited() {
    let repeat = |text: &str, count: usize| text.repeat(count);
    for text in [
        repeat("(", 100_000),
        repeat("-", 100_000),
        repeat("not ", 25_000),
        repeat("a(", 50_000),
        repeat("[", 100_000),
        format!("active{}", repeat(" or active", 10_000)),
        format!("count eq 1{}", repeat(" add 1", 200)),
        format!("name in ('a'{})", repeat(",'a'", 1_000)),
        repeat("a/", 50_000),
    ] {
        let error = bound(&text).unwrap_err();
        assert!(matches!(error, ExprError::TooComplex { .. }), "{error}");
    }
    assert!(bound(&format!("name in ('a'{})", repeat(",'a'", 999))).is_ok());
    assert!(bound(&format!("count eq 1{}", repeat(" or count eq 1", 600))).is_ok());
    for (open, operand, close, rest) in [
        ("(", "active", ")", ""),
        ("tolower(", "name", ")", " eq 'x'"),
        ("1 add (", "count", ")", " gt 1"),
        ("not (", "active", ")", ""),
        ("", "count", " sub 1", " gt 1"),
    ] {
        let depth = if open == "not (" || open == "1 add (" { 45 } else { 95 };
        let text = format!("{}{operand}{}{rest}", repeat(open, depth), repeat(close, depth));
        assert!(holds(&text).is_ok(), "{text}");
    }
}

#[test]
fn aliases_stand_for_their_values() {
    let edm = edm();
    let alias = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let aliases = [
        alias("s", "'enabled'"),
        alias("c", "count add 1"),
        alias("bad", "1 eq"),
        alias("n", "@s"),
        alias("list", "['a',@s]"),
        alias("pair", "('a','b')"),
        alias("tags", "tags"),
        alias("round", "@trip add 1"),
        alias("trip", "2 mul @round"),
        alias("self", "@self"),
        alias("half", &format!("{}count", "- ".repeat(60))),
        alias("deep", &format!("{}@half", "- ".repeat(60))),
    ];
    let scope = Scope { aliases: &aliases, ..scope(&edm) };
    for (text, expect) in [
        ("status eq @s", Ok("status eq '1'")),
        ("status in (@s,@s)", Ok("status in ('1','1')")),
        ("@c gt 3 and contains(name,@s)", Ok("count add 1 gt 3 and contains(name,'enabled')")),
        ("name eq @missing", Ok("name eq null")),
        ("name eq @bad", Err(8)),
        ("status eq @n", Ok("status eq '1'")),
        ("name in @list", Ok("name in ('a','enabled')")),
        ("name in (@list)", Ok("name in ('a','enabled')")),
        ("name in @pair", Ok("name in ('a','b')")),
        ("name in @tags", Ok("tags/any(v1:v1 eq name)")),
        ("name in @s", Err(8)),
        ("name in (@s)", Ok("name in ('enabled')")),
        ("count eq @self", Err(9)),
        ("1 eq 1 and count eq @round", Err(20)),
        ("count eq @deep", Err(9)),
        ("name eq @a.b", Err(8)),
    ] {
        let found = filter(text, &scope).map(|expr| expr.to_string());
        assert_eq!(found.as_deref().map_err(ExprError::position), expect, "{text}");
    }
    assert!(filter("count eq @half", &scope).is_ok());
    let error = filter("count eq @deep", &scope).unwrap_err();
    assert!(matches!(error, ExprError::TooComplex { .. }), "{error}");
}
