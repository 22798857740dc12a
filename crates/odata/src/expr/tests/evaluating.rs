use std::cmp::Ordering;

use super::{bound, holds};
use crate::expr::fixture::{edm, full, row, scope};
use crate::expr::{EvaluateError, ExprError, compare, evaluate, filter, matches, order_by};
use crate::value::Value;

#[test]
fn dates_times_and_durations() {
    for (text, expect) in [
        ("birthday eq 2020-02-29 and birthday lt 2020-03-01 and '2020-02-29' eq birthday", true),
        ("date(createdDateTime) eq birthday and date(createdDateTime) eq 2020-02-29", true),
        ("time(createdDateTime) eq 10:20:30.5 and 10:20 lt time(createdDateTime)", true),
        ("totaloffsetminutes(createdDateTime) eq 0", true),
        ("totaloffsetminutes(2020-01-01T00:30:00-05:30) eq -330", true),
        ("hour(2020-01-01T00:30:00+01:00) eq 0 and hour(2019-12-31T23:30:00Z) eq 23", true),
        ("date('2020-01-01T00:30+01:00') eq 2020-01-01", true),
        ("time(2020-01-01T00:30:00.5-05:30) eq 00:30:00.5", true),
        ("2020-01-01T00:30:00+01:00 eq 2019-12-31T23:30:00Z", true),
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
        ("tags/$count($search=A) eq 2", "TFF"),
        ("tags/$count($search=NOT a;$filter=$this ne 'b') eq 0", "TTF"),
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
fn objects_equal_values_of_the_same_type_and_properties() {
    for (object, expect) in [
        (
            r##"{"@odata.type":"#microsoft.graph.secretAuthentication","appId":"app","level":3}"##,
            true,
        ),
        (r#"{"level":3,"@type":"graph.secretAuthentication","appId":"app"}"#, true),
        (r##"{"@type":"#graph.secretAuthentication","appId":"app","level":4}"##, false),
        // What is left out is null.
        (r##"{"@type":"#graph.secretAuthentication","appId":"app"}"##, false),
        // The declared type itself is another one.
        ("{}", false),
    ] {
        for (text, expect) in [
            (format!("authenticationMethod eq {object}"), expect),
            (format!("{object} eq authenticationMethod"), expect),
            (format!("authenticationMethod ne {object}"), !expect),
            (format!("authenticationMethod in [{object},{{}}]"), expect),
        ] {
            assert_eq!(holds(&text), Ok(expect), "{text}");
        }
    }
    let edm = edm();
    let absent = filter("authenticationMethod eq {}", &scope(&edm)).unwrap();
    assert_eq!(matches(&absent, &row(&[])), Ok(false), "null equals no object");
    for (text, position) in [
        (r#"authenticationMethod eq {"nope":1}"#, 24),
        (r#"authenticationMethod eq {"@type":"graph.connection"}"#, 24),
        (r#"authenticationMethod eq {"@type":"graph.secretAuthentication","level":"x"}"#, 70),
        (
            r#"authenticationMethod eq {"@type":"graph.secretAuthentication","level":1,"level":1}"#,
            24,
        ),
        ("authenticationMethod gt {}", 24),
        ("authenticationMethod in [{},1]", 28),
        ("name eq {}", 8),
        ("{} eq {}", 0),
    ] {
        assert_eq!(bound(text).unwrap_err().position(), position, "{text}");
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
        ("active or 1 div (count sub count) eq 1", true),
    ] {
        assert_eq!(holds(text), Ok(expect), "{text}");
    }
}

/// Only the value counts there, not whether its type holds it.
#[test]
fn results_that_are_compared_may_be_large() {
    for (text, expect) in [
        ("total add 1 gt 9223372036854775807", true),
        ("total mul 2 eq 18446744073709551614", true),
        ("-total sub 2 lt -9223372036854775807", true),
        ("-(-total sub 1) eq 9223372036854775808", true),
        ("(total add total) divby 2 eq total", true),
        ("total add 1 le total", false),
    ] {
        assert_eq!(holds(text), Ok(expect), "{text}");
    }
}

#[test]
fn what_has_no_result_is_an_error() {
    use EvaluateError::{DivisionByZero, NegativeLength, Overflow};
    for (text, error) in [
        ("case(true:total add 1) gt 0", Overflow("add")),
        ("case(true:-total sub 2) lt 0", Overflow("sub")),
        ("case(true:total mul 2) gt 0", Overflow("mul")),
        ("case(true:-(-total sub 1)) gt 0", Overflow("-")),
        ("total mul 2 div 3 gt 0", Overflow("div")),
        ("count div (count sub count) eq 1", DivisionByZero("div")),
        ("count divby (count sub count) eq 1", DivisionByZero("divby")),
        ("count mod (count sub count) eq 1", DivisionByZero("mod")),
        ("price div (price sub price) eq 1", DivisionByZero("div")),
        ("ratio mod (ratio sub ratio) eq 1", DivisionByZero("mod")),
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
