//! Texts through parsing, binding, printing and evaluation at once.

use std::cmp::Ordering;

use super::fixture::{edm, full, row, scope};
use super::{EvaluateError, ExprError, compare, evaluate, filter, matches, order_by};
use crate::value::Value;

fn bound(text: &str) -> Result<String, ExprError> {
    let edm = edm();
    filter(text, &scope(&edm)).map(|expr| expr.to_string())
}

fn holds(text: &str) -> Result<bool, EvaluateError> {
    let edm = edm();
    matches(&filter(text, &scope(&edm)).unwrap_or_else(|e| panic!("{text}: {e}")), &full())
}

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
        ("-count lt -3", "-(count) lt -3"),
        ("- 3 lt count", "-(3) lt count"),
        ("Contains(ToLower(name),'x')", "contains(tolower(name),'x')"),
        ("substring(name,1,2) eq 'b'", "substring(name,1,2) eq 'b'"),
        ("$it/name eq null", "name eq null"),
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
        ("tags/$count($filter=$it eq 'a';$search=b) gt 1", "$search in a filtered $count"),
        ("tags/$count($filter=$it/name eq 'a') gt 1", "$it in a filtered $count"),
        ("parent(1)/name eq 'x'", "parent"),
        ("cast(graph.connection) eq null", "cast of the entity"),
        ("cast(name,graph.status) eq null", "cast to microsoft.graph.status"),
        ("cast(active,Edm.Int32) eq 1", "cast of Edm.Boolean to Edm.Int32"),
        ("isof(length(name),graph.connection)", "isof of anything but a property"),
        ("colors has status", "has with anything but a constant"),
        ("geo.length(name) eq 1", "geo.length"),
        ("$root/items eq null", "$root"),
        ("$this/name eq 'x'", "$this"),
        ("$it eq null", "an entity or a cast as a value"),
        ("tags/$filter($it eq 'x')(1) eq null", "a path beyond a collection"),
        ("{\"a\":1,\"b\":[]} eq null", "a JSON object"),
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
fn dates_times_and_durations() {
    for (text, expect) in [
        ("birthday eq 2020-02-29 and birthday lt 2020-03-01 and '2020-02-29' eq birthday", true),
        ("date(createdDateTime) eq birthday and date(createdDateTime) eq 2020-02-29", true),
        ("time(createdDateTime) eq 10:20:30.5 and 10:20 lt time(createdDateTime)", true),
        ("totaloffsetminutes(createdDateTime) eq 0", true),
        ("year(birthday) eq 2020 and month(birthday) eq 2 and day(birthday) eq 29", true),
        ("year(2021-05-06) eq 2021 and hour(23:59) eq 23 and second(00:00:07) eq 7", true),
        ("createdDateTime add duration'PT1H' eq 2020-02-29T11:20:30.5Z", true),
        ("createdDateTime sub duration'P60D' lt 2020-01-01", true),
        ("createdDateTime sub 2020-02-28T10:20:30.5Z eq duration'P1D'", true),
        ("birthday add duration'P1DT23H' eq 2020-03-01", true),
        ("birthday sub 2020-01-01 eq duration'P59D'", true),
        ("totalseconds(duration'PT1M0.5S') eq 60.5", true),
        (
            "duration'PT1M' add duration'PT1S' gt duration'PT1M' and -duration'PT1S' lt duration'PT0S'",
            true,
        ),
        (
            "duration'PT1M' mul 1.5 eq duration'PT90S' and 2 mul duration'PT1S' eq duration'PT2S'",
            true,
        ),
        (
            "duration'PT1M' div 2 eq duration'PT30S' and duration'PT1M' divby 4 eq duration'PT15S'",
            true,
        ),
        ("createdDateTime add duration'P3000000D' eq null", true),
        ("binary'AQI' eq binary'AQI=' and binary'AQ' ne binary'Ag'", true),
        ("createdDateTime add null eq null and birthday add null eq null", true),
    ] {
        assert_eq!(holds(text), Ok(expect), "{text}");
    }
    for text in [
        "createdDateTime add 1 gt now()",
        "createdDateTime add createdDateTime gt now()",
        "birthday sub createdDateTime gt duration'P1D'",
        "duration'PT1S' add 1 gt duration'PT1S'",
        "1 div duration'PT1S' eq null",
        "birthday eq createdDateTime",
        "-birthday eq null",
        "totalseconds(birthday) eq 1",
        "hour(birthday) eq 1",
    ] {
        let error = bound(text).unwrap_err();
        assert!(matches!(error, ExprError::TypeMismatch { .. }), "{text}: {error}");
    }
}

#[test]
fn collections_are_looked_into() {
    let edm = edm();
    let tags = |tags: &[&str]| {
        let tags = tags.iter().map(|tag| Value::String((*tag).into())).collect();
        row(&[("name", Value::String("a".into())), ("tags", Value::Collection(tags))])
    };
    let (some, none, null) = (tags(&["a", "b", "a"]), tags(&[]), row(&[]));
    for (text, expect) in [
        ("tags/any(t:t eq 'b')", "TFF"),
        ("tags/any(t: t eq name)", "TFF"),
        ("tags/all(t:t eq 'a' or contains(t,'b'))", "TTF"),
        ("tags/any()", "TFF"),
        ("not tags/any()", "FTF"),
        ("tags/any(t:tags/all(u:u le t))", "TFF"),
        ("tags/$count eq 3", "TFF"),
        ("tags/$count($filter=$this eq 'a') eq 2", "TFF"),
        ("name in tags", "TFF"),
        ("'b' in tags and not ('c' in tags)", "TFF"),
        ("name in ('a','x') and name in ['a']", "TTF"),
        ("length(tags) eq 3 and indexof(tags,['b','a']) eq 1", "TFF"),
        ("contains(tags,[\"b\"]) and startswith(tags,['a','b']) and endswith(tags,['a'])", "TFF"),
        ("hassubset(tags,['a','a','b']) and not hassubset(tags,['b','b'])", "TFF"),
        ("hassubsequence(tags,['a','a']) and not hassubsequence(tags,['b','b'])", "TFF"),
        ("length(substring(tags,1)) eq 2 and length(substring(tags,-3,2)) eq 2", "TFF"),
        ("length(concat(tags,tags)) eq 6", "TFF"),
        ("tags/$count eq null", "FFT"),
        ("tags eq ['a','b','a'] and tags ne ['a','a','b']", "TFF"),
        ("tags eq tags and tags ne null", "TTF"),
        ("tags eq null", "FFT"),
        ("authenticationMethod eq authenticationMethod", "TTT"),
    ] {
        let filter = filter(text, &scope(&edm)).unwrap_or_else(|e| panic!("{text}: {e}"));
        let found = [&some, &none, &null].map(|row| match matches(&filter, row) {
            Ok(true) => 'T',
            Ok(false) => 'F',
            Err(_) => 'E',
        });
        assert_eq!(found.iter().collect::<String>(), expect, "{text}");
        let printed = filter.to_string();
        let again =
            super::filter(&printed, &scope(&edm)).unwrap_or_else(|e| panic!("{printed}: {e}"));
        assert_eq!(again, filter, "{printed}");
    }
}

#[test]
fn types_are_asked_for_and_changed() {
    for (text, expect) in [
        ("colors has 'red' and colors has graph.colors'blue' and not (colors has 'green')", true),
        ("colors has 'red,blue' and not (colors has 'red,green')", true),
        ("isof(graph.connection) and isof(graph.entity)", true),
        ("isof(authenticationMethod,graph.secretAuthentication)", true),
        ("isof(authenticationMethod,graph.authenticationMethod)", true),
        ("isof(name,Edm.String) and not isof(name,Edm.Int32) and not isof(null,Edm.String)", true),
        ("cast(count,Edm.String) eq '7' and cast('12',Edm.Int32) eq 12", true),
        ("cast('x',Edm.Int32) eq null and cast('300',Edm.Byte) eq null", true),
        ("cast(price,Edm.Int32) eq 2 and cast(count,Edm.Double) eq 7", true),
        (
            "cast('2020-01-01',Edm.Date) lt birthday and cast(createdDateTime,Edm.Date) eq birthday",
            true,
        ),
        ("cast(active,Edm.String) eq 'true' and cast(guid,Edm.String) lt '2'", true),
        ("cast(null,Edm.String) eq null", true),
        ("case(count gt 9:'many',count gt 5:'some',true:'few') eq 'some'", true),
        ("case(count gt 9:1) eq null", true),
        ("case(count gt 9:1,true:price) eq 2.5", true),
        ("case(null:1,true:2) eq 2", true),
        ("matchesPattern(name,'^G.*e$') and not matchesPattern(name,'^x')", true),
    ] {
        assert_eq!(holds(text), Ok(expect), "{text}");
    }
    assert_eq!(holds("matchesPattern(name,'(')"), Err(EvaluateError::Pattern));
    assert_eq!(holds("matchesPattern(name,'(a{1000}){1000}')"), Err(EvaluateError::Pattern));
    for text in ["case(active:1,true:name) eq 1", "name has 'x'", "colors has 1", "name in name"] {
        let error = bound(text).unwrap_err();
        assert!(matches!(error, ExprError::TypeMismatch { .. }), "{text}: {error}");
    }
    for text in [
        "case() eq 1",
        "case(1) eq 1",
        "cast(name) eq 'x'",
        "isof()",
        "cast(1,2,3) eq 1",
        "tags/any(1)",
        "tags/any(t)",
        "tags/any(t:t,u)",
    ] {
        assert!(bound(text).is_err(), "{text}");
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
    ];
    let scope = super::Scope { aliases: &aliases, ..scope(&edm) };
    for (text, expect) in [
        ("status eq @s", Ok("status eq '1'")),
        ("status in (@s,@s)", Ok("status in ('1','1')")),
        ("@c gt 3 and contains(name,@s)", Ok("count add 1 gt 3 and contains(name,'enabled')")),
        ("name eq @missing", Ok("name eq null")),
        ("name eq @bad", Err(8)),
        ("name eq @n", Err(8)),
        ("name eq @a.b", Err(8)),
    ] {
        let found = filter(text, &scope).map(|expr| expr.to_string());
        assert_eq!(found.as_deref().map_err(ExprError::position), expect, "{text}");
    }
}

#[test]
fn rows_are_matched() {
    for (text, expect) in [
        ("name eq 'Grüße' and name ne 'grüße'", true),
        ("length(name) eq 5 and indexof(name,'ß') eq 3 and indexof(name,'x') eq -1", true),
        ("toupper(name) eq 'GRÜSSE' and tolower('ÄÖ') eq 'äö'", true),
        ("substring(name,1) eq 'rüße' and substring(name,-2) eq 'ße'", true),
        (
            "substring(name,1,2) eq 'rü' and substring(name,9) eq '' and substring(name,-9,1) eq 'G'",
            true,
        ),
        ("trim('\u{3000} x ') eq 'x' and concat(name,'!') eq 'Grüße!'", true),
        ("startswith(name,'Gr') and endswith(name,'ße') and contains(name,'üß')", true),
        ("active gt false and not (active lt true)", true),
        ("count div 2 eq 3 and count divby 2 eq 3.5 and -7 mod 3 eq -1 and count mod 4 eq 3", true),
        ("price mul 2 eq 5 and price add count eq 9.5 and ratio lt price", true),
        (
            "round(price) eq 3 and floor(price) eq 2 and ceiling(ratio) eq -1 and round(ratio) eq -2",
            true,
        ),
        ("1.5e0 div 0 eq INF and NaN ne NaN and not (NaN eq NaN)", true),
        (
            "year(createdDateTime) eq 2020 and month(createdDateTime) eq 2 and day(createdDateTime) eq 29",
            true,
        ),
        (
            "hour(createdDateTime) eq 10 and minute(createdDateTime) eq 20 and second(createdDateTime) eq 30",
            true,
        ),
        ("fractionalseconds(createdDateTime) eq 0.5", true),
        ("status eq 'enabled' and status gt 'disabled' and status in ('enabled')", true),
        ("authenticationMethod/graph.secretAuthentication/appId eq 'app'", true),
        ("authenticationMethod ne null", true),
        ("null eq null and null ge null and null le null", true),
        ("null gt null or null lt null or null ne null", false),
        ("count ge null or count le null or count gt null or null lt count", false),
        ("count ne null and not (count eq null)", true),
        ("null", false),
        ("not null", false),
        ("null and false or not (null and false)", true),
        ("null or active", true),
        ("(null and active) eq null", true),
        ("(not (null or false)) eq null", true),
        ("count add null eq null and length(null) eq null", true),
        ("name in (null,'x')", false),
        ("null in (null)", true),
        ("count in ()", false),
        ("active or 1 div 0 eq 1", true),
    ] {
        assert_eq!(holds(text), Ok(expect), "{text}");
    }
}

#[test]
fn what_has_no_result_is_an_error() {
    use EvaluateError::{DivisionByZero, NegativeLength, Overflow};
    for (text, error) in [
        ("total add 1 gt 0", Overflow("add")),
        ("-total sub 2 lt 0", Overflow("sub")),
        ("total mul 2 gt 0", Overflow("mul")),
        ("-(-total sub 1) gt 0", Overflow("-")),
        ("count div 0 eq 1", DivisionByZero("div")),
        ("count divby 0 eq 1", DivisionByZero("divby")),
        ("count mod 0 eq 1", DivisionByZero("mod")),
        ("price div 0 eq 1", DivisionByZero("div")),
        ("ratio mod 0 eq 1", DivisionByZero("mod")),
        ("79228162514264337593543950335.0 mul price gt 1", Overflow("mul")),
        ("79228162514264337593543950335.0 add price gt 1", Overflow("add")),
        ("substring(name,0,count sub 8) eq ''", NegativeLength),
    ] {
        assert_eq!(holds(text), Err(error), "{text}");
    }
}

#[test]
fn rows_that_lack_a_value_are_null_there() {
    let edm = edm();
    let empty = row(&[]);
    for text in [
        "authenticationMethod/graph.secretAuthentication/appId eq null",
        "name eq null and status eq null",
        "contains(name,'x') eq null",
        "year(createdDateTime) eq null",
    ] {
        assert_eq!(matches(&filter(text, &scope(&edm)).unwrap(), &empty), Ok(true), "{text}");
    }
    let expr = filter("length(name) eq 1", &scope(&edm)).unwrap();
    assert_eq!(evaluate(&expr, &empty), Ok(Value::Boolean(false)));
}

#[test]
fn rows_are_sorted_with_nulls_lowest() {
    let edm = edm();
    let named = |name: &str| row(&[("name", Value::String(name.into()))]);
    for (text, left, right, expect) in [
        ("name", named("B"), named("a"), Ordering::Less),
        ("name desc", named("B"), named("a"), Ordering::Greater),
        ("NAME ASC", named("\u{ffff}"), named("\u{10000}"), Ordering::Less),
        ("name", row(&[]), named(""), Ordering::Less),
        ("name desc", row(&[]), named(""), Ordering::Greater),
        ("active , name desc", named("a"), named("b"), Ordering::Greater),
        ("tolower(name),name", named("b"), named("B"), Ordering::Greater),
        ("ratio div ratio", row(&[("ratio", Value::Double(0.0))]), full(), Ordering::Less),
        ("name", row(&[]), row(&[]), Ordering::Equal),
    ] {
        let keys = order_by(text, &scope(&edm)).unwrap();
        assert_eq!(compare(&keys, &left, &right), Ok(expect), "{text}");
    }
}

#[test]
fn sorting_is_by_single_values() {
    let edm = edm();
    let position = |text| order_by(text, &scope(&edm)).unwrap_err().position();
    assert_eq!(position("name,tags"), 5);
    assert_eq!(position("authenticationMethod"), 0);
    assert_eq!(position("name down"), 5);
    assert_eq!(position("name,"), 5);
    assert_eq!(position("name desc asc"), 10);
}
