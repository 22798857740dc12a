use proptest::prelude::*;

use crate::apply::*;
use crate::expr::ExprError;

#[test]
fn every_transformation_is_parsed() {
    let tree = "$root/Nodes,Tree,ID";
    for (text, names) in [
        ("identity", "identity"),
        (" filter( Price gt 3 ) / top( 5 )/skip(2)", "filter top skip"),
        ("search(coffee (a OR b))/identity", "search identity"),
        ("search(')/top(1')/top(1)", "search top"),
        ("search(\"a)b\")", "search"),
        ("compute(Price mul 2 as Twice, day(Made) as Day)", "compute"),
        ("orderby(Name asc,Price desc)", "orderby"),
        ("concat(topcount(2,Price),bottomsum(15,Price),identity)", "concat"),
        ("toppercent(50,Price)/topsum(1,Price)", "toppercent topsum"),
        ("bottomcount(2,Price)/bottompercent(1,Price)", "bottomcount bottompercent"),
        ("aggregate($count as N)", "aggregate"),
        ("aggregate(Price with sum as Total,Items/$count as N,Items/Forecast)", "aggregate"),
        ("aggregate((Price sub Cost) mul Rate with average as A)", "aggregate"),
        ("aggregate(Price with Custom.Median as M)", "aggregate"),
        ("aggregate(Price with sum from Time with average as A)", "aggregate"),
        ("aggregate($count from Time with max as A)", "aggregate"),
        ("aggregate(Forecast from Time,Product/Name with average from Day as A)", "aggregate"),
        ("aggregate(Forecast as F,Other)", "aggregate"),
        ("groupby((Product/Name,Price))", "groupby"),
        ("groupby((A),groupby((B),aggregate(C with min as D))/filter(D gt 1))", "groupby"),
        ("groupby((rollup(Country,City),Year))", "groupby"),
        ("groupby((rollup($all,Country),rollup(TimeHierarchy)))", "groupby"),
        (&format!("groupby((rolluprecursive({tree})))"), "groupby"),
        (&format!("groupby((rolluprecursive({tree},filter(A eq 1)),B))"), "groupby"),
        ("nest(groupby((A)) as G,identity as All)", "nest"),
        ("addnested(Sales,filter(Amount gt 3) as Big)", "addnested"),
        ("join(Sales as Sale)/outerjoin(Sales as Sale,filter(A eq 1))", "join outerjoin"),
        (&format!("ancestors({tree},search(East)/top(3))"), "ancestors"),
        (&format!("descendants({tree},filter(A eq 1), 3 , keep start)"), "descendants"),
        (&format!("ancestors({tree},identity,keep start)"), "ancestors"),
        (&format!("traverse({tree},preorder)"), "traverse"),
        (&format!("traverse({tree},postorder,Name desc,ID)"), "traverse"),
        (&format!("traverse({tree},preorder,filter(A eq 1),concat(a,b) desc)"), "traverse"),
        ("Self.Best(count=3)/top(1)", "a function top"),
    ] {
        let found = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found: Vec<_> = found.iter().map(Transformation::name).collect();
        assert_eq!(found.join(" "), names, "{text}");
    }
}

#[test]
fn parts_have_their_places() {
    let item = |text: &str| match parse(text).unwrap().remove(0) {
        Transformation::Aggregate(mut items) => items.remove(0),
        other => panic!("{other:?}"),
    };
    let found = item("aggregate(F from A,B with sum from C with max as N)");
    assert_eq!((found.with.as_deref(), found.alias.as_deref()), (None, Some("N")));
    let from: Vec<_> =
        found.from.iter().map(|from| (from.properties.len(), from.with.as_deref())).collect();
    assert_eq!(from, [(2, Some("sum")), (1, Some("max"))]);
    assert_eq!(item("aggregate(Forecast)").alias, None);
    let Transformation::Descendants(found) =
        parse("descendants($root/N,Q,ID,identity,3,keep start)").unwrap().remove(0)
    else {
        panic!("descendants")
    };
    assert_eq!((found.distance, found.keep_start), (Some(3), true));
    assert_eq!((found.start.len(), found.hierarchy.qualifier.as_str()), (1, "Q"));
}

#[test]
fn what_is_no_pipeline_is_refused_where_it_fails() {
    for (text, position) in [
        ("", 0),
        ("nope(A)", 0),
        ("Filter(A eq 1)", 0),
        ("filter", 6),
        ("filter()", 7),
        ("filter(A eq 1", 13),
        ("identity/", 9),
        ("identity)", 8),
        ("top(-1)", 4),
        ("top(1.5)", 4),
        ("aggregate()", 10),
        ("aggregate(Price with sum)", 24),
        ("aggregate(Price with nope as N)", 21),
        ("aggregate(1 add 2 as N)", 18),
        ("aggregate($count)", 16),
        ("aggregate($count with sum as N)", 17),
        ("aggregate(A with sum from B as N)", 28),
        ("aggregate(A from B)", 18),
        ("concat(identity)", 15),
        ("groupby(A)", 8),
        ("groupby(())", 9),
        ("groupby((A/$count))", 11),
        ("groupby((A/@B.c))", 11),
        ("nest(identity)", 13),
        ("join(A)", 6),
        ("join(A as B.c)", 10),
        ("search(a", 8),
        ("search(a OR b()", 13),
        ("search(a(b))", 8),
        ("ancestors(N,Q,ID,identity)", 10),
        ("ancestors($root/N,Q,ID,aggregate($count as N))", 23),
        ("descendants($root/N,Q,ID,identity,keep start,3)", 45),
        ("traverse($root/N,Q,ID,sideways)", 22),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.position(), position, "{text}: {error}");
    }
}

#[test]
fn size_is_limited() {
    let deep = |open: &str, levels: usize, close: &str| {
        format!("{}identity{}", open.repeat(levels), close.repeat(levels))
    };
    for (open, close) in [
        ("concat(identity,", ")"),
        ("concat(", ",identity)"),
        ("groupby((A),", ")"),
        ("nest(", " as A)"),
        ("join(A as B,", ")"),
        ("ancestors($root/N,Q,ID,", ",1)"),
    ] {
        parse(&deep(open, 19, close)).unwrap();
        for levels in [20, 700] {
            let error = parse(&deep(open, levels, close)).unwrap_err();
            let expect = "20 transformations within each other";
            let ExprError::TooComplex { limit, .. } = error else { panic!("{open}: {error}") };
            assert_eq!(limit, expect, "{levels} {open}");
        }
    }
    let long = parse(&"identity/".repeat(2_001));
    assert!(matches!(long, Err(ExprError::TooComplex { .. })));
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused(
        text in "((filter|search|groupby|aggregate|concat|top|join|nest|identity|A|as|with|sum|from|1)[(),/ \"']{0,2}){0,12}",
    ) {
        if let Err(error) = parse(&text) {
            prop_assert!(error.position() <= text.chars().count());
        }
    }
}
