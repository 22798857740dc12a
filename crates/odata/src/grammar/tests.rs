use proptest::prelude::*;

use super::*;

/// The names of a small model.
fn words() -> Words {
    [
        ("entitySetName", "Cars Owners"),
        ("singletonEntity", "Garage"),
        ("entityTypeName", "Car Truck"),
        ("complexTypeName", "Size BoxSize"),
        ("enumerationTypeName", "Colour"),
        ("enumerationMember", "Red Green"),
        ("namespacePart", "ns sub"),
        ("entityColNavigationProperty", "Wheels"),
        ("entityNavigationProperty", "Owner"),
        ("complexProperty", "Size"),
        ("complexColProperty", "Sizes"),
        ("primitiveColProperty", "Tags"),
        ("primitiveKeyProperty", "Id Plate"),
        ("primitiveNonKeyProperty", "Name Price Length"),
        ("streamProperty", "Photo"),
        ("action", "Wash"),
        ("actionImport", "WashAll"),
        ("entityFunction", "Best"),
        ("entityColFunction", "Near"),
        ("primitiveFunction", "Worth"),
        ("complexFunction", "Fit"),
        ("complexColFunction", "Fits"),
        ("primitiveColFunction", "Rates"),
        ("entityColFunctionImport", "Around"),
        ("entityFunctionImport", "TheBest"),
        ("complexFunctionImport", "Fitting"),
        ("complexColFunctionImport", "Fittings"),
        ("primitiveColFunctionImport", "Totals"),
        ("primitiveFunctionImport", "Total"),
        ("parameterName", "at max"),
        ("keyPathLiteral", "1 a%2Fb"),
        ("customName", "own"),
        ("customAggregate", "Forecast"),
    ]
    .into_iter()
    .map(|(rule, words)| (rule.to_owned(), words.split(' ').map(str::to_owned).collect()))
    .collect()
}

#[track_caller]
fn valid(rule: &str, inputs: &[&str]) {
    let words = words();
    for input in inputs {
        let consumed = input.chars().count();
        let expect = Some(Match { ok: true, consumed });
        assert_eq!(check(rule, input, &words), expect, "{rule}: {input}");
    }
}

#[track_caller]
fn invalid(rule: &str, cases: &[(&str, usize)]) {
    let words = words();
    for (input, consumed) in cases {
        let expect = Some(Match { ok: false, consumed: *consumed });
        assert_eq!(check(rule, input, &words), expect, "{rule}: {input}");
    }
}

#[test]
fn values_match_by_their_type() {
    valid("decimalValue", &["0", "-1", "+1.50", "2e3", "2.5E-7", "NaN", "INF", "-INF"]);
    invalid("decimalValue", &[("1.", 2), (".5", 0), ("1e", 2), ("inf", 0), ("1,5", 1), ("", 0)]);
    valid("int16Value", &["0", "-32768", "+12345"]);
    invalid("int16Value", &[("123456", 5), ("1.0", 1), ("-", 1)]);
    valid("sbyteLiteral", &["-128", "%2B127"]);
    invalid("byteValue", &[("-1", 0), ("1000", 3)]);
    valid("booleanValue", &["true", "false"]);
    valid("boolean", &["TRUE", "False"]);
    invalid("booleanValue", &[("True", 0), ("tru", 0)]);
    valid("guid", &["01234567-89AB-cdef-0123-456789abcdef"]);
    invalid("guidValue", &[("0123456-89ab", 7), ("01234567-89ab-cdef-0123-456789abcde", 35)]);
    valid("dateValue", &["2024-02-31", "0000-01-01", "-0044-03-15", "12024-01-01"]);
    invalid("dateValue", &[("2024-13-01", 6), ("2024-1-1", 6), ("24-01-01", 2), ("2024-01-32", 9)]);
    valid("timeOfDayValue", &["00:00", "23:59:60", "12:00:00.123456789012"]);
    invalid("timeOfDayValue", &[("25:00", 1), ("12", 2), ("12:60", 3), ("12:00:00.", 9)]);
    valid("dateTimeOffsetValue", &["2024-01-01T00:00Z", "2024-01-01t23:59:59.9-08:00"]);
    invalid("dateTimeOffsetValue", &[("2024-01-01", 10), ("2024-01-01T00:00", 16)]);
    invalid("dateTimeOffsetValue", &[("2024-01-01T00%3A00Z", 13)]);
    valid("dateTimeOffsetLiteral", &["2024-01-01T00%3A00%2B01:00"]);
    valid("durationValue", &["P", "P1D", "-PT1H2M3.4S", "P1DT", "PT5S"]);
    invalid("durationValue", &[("1D", 0), ("P1Y", 2), ("PT1.5M", 5)]);
    valid("durationLiteral", &["duration'P1D'", "DURATION%27PT1S%27", "'P1D'"]);
    valid("binaryValue", &["", "Zg", "Zg==", "Zm8=", "Zm9v", "_-_-"]);
    valid("binaryLiteral", &["binary''", "Binary'Zm9v'"]);
    invalid("binaryLiteral", &[("X'00'", 0), ("binary'Z'", 8)]);
    valid("enumValue", &["Red", "Red,Green", "1", "Red,-4"]);
    invalid("enumValue", &[("Blue", 4), ("Red,", 4), ("Red%2CGreen", 3)]);
    valid("enumLiteral", &["ns.Colour'Red'", "ns.sub.Colour'1%2CGreen'", "'Red'"]);
    valid("stringLiteral", &["''", "'it''s'", "%27x%27", "'%2F'", "'a b'", "'é'"]);
    invalid("stringLiteral", &[("'a", 2), ("'a/b'", 2), ("a", 0), ("'a'b", 3)]);
    valid("primitiveLiteral", &["null", "4.0", "%2B42", "2024-01-01", "12:30", "'P1D'"]);
    valid("primitiveValue", &["true", "Zm9vYmFy", "Red", "0123456789", "PT1S"]);
}

#[test]
fn headers_match() {
    valid(
        "header",
        &[
            "AsyncResult: 204",
            "content-ID:1",
            "Isolation: Snapshot",
            "OData-Isolation:snapshot",
            "OData-EntityId: urn:x",
            "OData-MaxVersion: 4.01",
            "OData-Version:4.0",
            "odata-version: 4.01",
            "OData-Error: {\"code\":\"x\"}",
            "Prefer: return=minimal , maxpagesize=2",
        ],
    );
    invalid("header", &[("OData-Version: 3.0", 15), ("AsyncResult: 20", 15), ("Nope: 1", 0)]);
    valid(
        "preference",
        &[
            "return=minimal",
            "return = representation",
            "respond-async",
            "wait=10",
            "maxpagesize=1",
            "odata.maxpagesize=50",
            "continue-on-error",
            "odata.continue-on-error=false",
            "track-changes",
            "allow-entityreferences",
            "omit-values=nulls",
            "include-annotations=\"*,-ns.*,ns.sub.term#q\"",
            "callback; url=\"https://h/p?q#f\"",
        ],
    );
    invalid("preference", &[("return=maximal", 7), ("wait=", 5), ("omit-values=all", 12)]);
    invalid("maxpagesizePreference", &[("maxpagesize=0", 12), ("maxpagesize=1x", 13)]);
    valid("request-id", &["a-1~b"]);
    invalid("request-id", &[("a b", 1)]);
}

#[test]
fn expressions_match() {
    valid(
        "commonExpr",
        &[
            "Name eq 'x' and not (Price lt 5 or Price ge 7.5)",
            "Price add 1 sub 2 mul 3 div 4 divby 5 mod 6",
            "Tags/any(t:t eq 'x')",
            "Wheels/all(w:w/Length gt 1)",
            "Wheels/$count($filter=Length gt 1;$search=\"x\") gt 2",
            "Wheels/$filter(Length gt 1)/$count",
            "Colour has ns.Colour'Red'",
            "Name in ('a','b',null)",
            "Name in Tags",
            "Name in [\"a\",'b']",
            "Size eq {\"Length\":1,\"Tags\":[]}",
            "cast(ns.Truck)/Name",
            "isof(Owner,ns.Truck)",
            "case(true:1,false:2)",
            "@a eq $it/Name",
            "$root/Cars(1)/Name",
            "$this gt 5",
            "Name/@ns.term%23q",
            "-Price",
            "- (Price)",
            "ns.Near(at=1,max=@m)/$count",
            "Owner/ns.Truck/Name",
            "duration'P1D' eq 'x'",
            "geo.length(geography'SRID=0;LineString(1 1,2 2)')",
        ],
    );
    invalid(
        "commonExpr",
        &[
            ("", 0),
            ("Name eq", 7),
            ("Name eq (1,2)", 10),
            ("Name in (Name,Price)", 13),
            ("Name in ('a',)", 13),
            ("ns.Worth", 8),
            ("(Name", 5),
            ("any()", 3),
            ("Name and", 8),
            ("[1,2", 4),
            ("{\"a\" 1}", 5),
        ],
    );
    valid("anyExpr", &["any()", "any(x:x/Name eq 'a')"]);
    valid("stringInUrl", &["\"a%75b\"", "%22x%22"]);
}

#[test]
fn options_match() {
    valid(
        "queryOptions",
        &[
            "$filter=true",
            "filter=Price%20gt%201&$top=5&skip=0&$count=TRUE",
            "$OrderBy=Name asc,Price desc,Length",
            "$select=Name,Size/Length,*,ns.*,ns.Wash,ns.Near(at,max)",
            "$select=Tags($filter=$this eq 'x';$top=1),Size($select=Length)",
            "$expand=Owner,Wheels($levels=max;$select=Name;$expand=Owner/$ref)",
            "$expand=*/$ref,Wheels/$count($filter=Length gt 1)",
            "$compute=Price mul 2 as Twice&$search=red OR \"dark green\"",
            "$format=json&$schemaversion=*&$index=-1",
            "$filter=Price eq @p&@p=5",
            "$skiptoken=a:b",
            "$apply=filter(Price gt 1)/groupby((Name),aggregate(Price with sum as Total,$count as N))",
            "$apply=groupby((Size/Length,Owner/Name),aggregate(Wheels/Length with max as Most))",
            "$apply=aggregate(Forecast as F,Wheels/Forecast from Name with sum as G)",
            "$apply=join(Wheels as W,filter(Length gt 1))",
            "$filter=Wheels/aggregate(Length with max) gt 5&$top=1",
            "$expand=Wheels($apply=aggregate(Length with max as Most);$top=1)",
            "$expand=Wheels($search=a%3Bb)",
            "own=1",
        ],
    );
    invalid(
        "queryOptions",
        &[
            ("$top=-1", 5),
            ("$skip=x", 6),
            ("$count=1", 7),
            ("$filter =true", 7),
            ("$count", 6),
            ("$expand=Owner/$ref($select=Name)", 19),
            ("$expand=Wheels($levels=0)", 23),
            ("$search=\"x", 10),
            ("$search=a;b", 9),
            ("$top=1&$nope=2", 7),
            ("$apply=aggregate()", 17),
            ("$apply=aggregate(Price with sum)", 31),
            ("$apply=aggregate(Price)", 22),
            ("$apply=aggregate(Price as P)", 23),
            ("$apply=aggregate(Wheels/Length add 1 with sum as L)", 31),
            ("$apply=groupby((Name/Length))", 20),
            ("$apply=groupby((Wheels/Length))", 22),
            ("$apply=groupby((Size/ns.BoxSize))", 31),
            ("$apply=identity/concat(join(Owner as O,identity),identity)", 33),
            ("$filter=aggregate(Price with sum) gt 5", 17),
        ],
    );
    valid("searchExpr", &["a", "NOT a", "a b", "(a OR b) AND NOT c", "AND", "NOT NOT", "it's"]);
    invalid("searchExpr", &[("(a", 2), ("\"a", 2), ("a)", 1)]);
    valid("orderby", &["$orderby=Name", "orderby=Price gt 5 desc"]);
    valid("skiptoken", &["$skiptoken=x"]);
}

/// `OR` may be a word as well, so every parenthesis may be come to in two ways.
#[test]
fn parentheses_that_are_left_open_are_tried_once() {
    let open = "a OR (".repeat(60);
    assert!(!check("searchExpr", &open, &Words::default()).unwrap().ok);
}

#[test]
fn paths_match() {
    valid(
        "odataRelativeUri",
        &[
            "Cars",
            "Cars(1)",
            "Cars('x')/Name/$value",
            "Cars(Id=1,Plate='x')",
            "Cars(@k)?@k=1",
            "Cars/1/Owner",
            "Cars/a%2Fb",
            "Cars/$count",
            "Cars(1)/Wheels/$ref?$id=Cars(2)",
            "Cars/ns.Truck(1)/Size/ns.BoxSize/Length",
            "Cars/$filter(Price gt 5)/$each/ns.Wash",
            "Cars/ns.Near(at=1)/$count",
            "Cars/Near",
            "Cars(1)/Tags/0",
            "Cars(1)/Sizes/ns.BoxSize/-1",
            "Cars(1)/Photo",
            "Garage/Owner/$query",
            "WashAll",
            "Around(at=@a)?@a=1",
            "Total()",
            "$crossjoin(Cars,Owners)?$filter=true",
            "$all/ns.Car",
            "$entity?$id=Cars(1)",
            "$entity/ns.Car?$id=x&$select=Name",
            "$metadata?$format=json",
            "$metadata#Cars",
            "$batch",
            "Cars?",
        ],
    );
    invalid(
        "odataRelativeUri",
        &[
            ("Nope", 4),
            ("Cars/$count/x", 11),
            ("Cars(1)/Wheels/$ref/$count", 19),
            ("Cars('a/b')", 7),
            ("Cars(1", 6),
            ("$entity?$format=json", 20),
            ("Cars(1)/Size/$value", 13),
            ("Cars?$top=x", 10),
        ],
    );
    valid(
        "odataUri",
        &["http://h/", "https://[::1]:8080/a/b/Cars(1)?$top=1", "HTTP://h/$metadata"],
    );
    invalid("odataUri", &[("http//h/", 4), ("ftp://h/", 0), ("http://h", 8)]);
    valid("functionParameter", &["at=1", "max=@x"]);
    valid("odataIdentifier", &["_a1", "Zürich"]);
    invalid("odataIdentifier", &[("1a", 0), ("a-b", 1), ("a.b", 1)]);
}

#[test]
fn context_fragments_match() {
    valid(
        "context",
        &[
            "#Cars",
            "#Cars/$entity",
            "#Cars/$delta",
            "#Cars/$deletedLink",
            "#Cars/ns.Truck(Name,Owner(Name),Wheels+())/$entity",
            "#Cars(1)/Wheels(*,ns.*,ns.Wash)",
            "#Cars(1)/Size/Length",
            "#Cars(Size/ns.BoxSize/Length,@ns.term#q)",
            "#Garage/Owner",
            "#Garage(Name)",
            "#Collection(Edm.String)",
            "#Collection($ref)",
            "#$ref",
            "#ns.Size",
        ],
    );
    invalid("context", &[("Cars", 0), ("#Cars(Name", 10), ("#Cars/$nope", 6)]);
}

#[test]
fn an_unknown_rule_is_none() {
    assert_eq!(check("nope", "x", &Words::default()), None);
}

#[test]
fn size_and_depth_are_limited() {
    let none = Words::default();
    for (rule, text) in [
        ("commonExpr", "(".repeat(16_000)),
        ("queryOptions", format!("$search={}", "(".repeat(10_000))),
        ("queryOptions", format!("$expand={}", "a($expand=".repeat(1_000))),
        ("context", format!("#a{}", "(a".repeat(5_000))),
        ("resourcePath", format!("a{}", "/a".repeat(8_000))),
        ("decimalValue", "1".repeat(20_000)),
    ] {
        let found = check(rule, &text, &none).unwrap();
        assert!(rule == "resourcePath" || !found.ok, "{rule}");
    }
}

const RULES: [&str; 14] = [
    "odataUri",
    "odataRelativeUri",
    "resourcePath",
    "queryOptions",
    "context",
    "header",
    "preference",
    "commonExpr",
    "anyExpr",
    "searchExpr",
    "select",
    "expand",
    "primitiveLiteral",
    "primitiveValue",
];

proptest! {
    #[test]
    fn any_text_is_matched_or_refused_within_its_length(
        rule in prop::sample::select(&RULES[..]),
        text in prop_oneof![
            any::<String>(),
            "([$#@]?(Cars|Name|ns|filter|expand|any|1)|[/().,;=:'\" *%é+-]|%27|%C3%A9){0,20}",
        ],
        limited in any::<bool>(),
    ) {
        let words = if limited { words() } else { Words::default() };
        let found = check(rule, &text, &words).unwrap();
        let length = text.chars().count();
        prop_assert!(found.consumed <= length);
        prop_assert!(!found.ok || found.consumed == length);
    }
}
