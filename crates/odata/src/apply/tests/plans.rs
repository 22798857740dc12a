use crate::apply::{Plan, bind, evaluate, parse};
use crate::expr::fixture::{edm, row, scope};
use crate::expr::{EvaluateError, ExprError};
use crate::value::{Structured, Value};

fn plan(text: &str) -> Result<Plan, ExprError> {
    let edm = edm();
    bind(&parse(text).unwrap(), &scope(&edm))
}

/// Rows in the order of their ids.
fn rows() -> Vec<Structured> {
    let price = |text: &str| Value::Decimal(text.parse().unwrap());
    let text = |text: &str| Value::String(text.to_owned());
    let time = |text: &str| Value::DateTimeOffset(text.parse().unwrap());
    let made = [
        ("1", text("a"), Value::Int(3), price("2.50"), 1, time("2026-01-01T10:00:00Z")),
        ("2", text("A"), Value::Int(-1), price("0.25"), 0, time("2026-01-02T00:00:00Z")),
        ("3", Value::Null, Value::Null, Value::Null, 1, time("2026-01-01T23:59:59Z")),
        ("4", text("a"), Value::Int(5), Value::Null, 0, time("2026-01-02T12:00:00Z")),
        ("5", Value::Null, Value::Int(3), price("1"), 1, time("2026-01-03T00:00:00Z")),
    ];
    let mut rows: Vec<Structured> = Vec::new();
    for (id, name, count, price, status, created) in made {
        let tags = ["x", "y", "x"].into_iter().take(id.parse().unwrap());
        let tags = tags.map(|tag| Value::String(tag.to_owned())).chain([Value::Null]);
        let mut row = row(&[
            ("tags", Value::Collection(tags.collect())),
            ("id", Value::String(id.to_owned())),
            ("name", name),
            ("count", count.clone()),
            ("total", count),
            ("price", price),
            ("ratio", Value::Double(0.5)),
            ("status", Value::Enum(status)),
            ("createdDateTime", created),
        ]);
        let parent = if id > "3" { rows.first().cloned() } else { None };
        row.properties.push(("parent".into(), parent.map_or(Value::Null, Value::Structured)));
        rows.push(row);
    }
    rows
}

fn show(row: &Structured) -> String {
    let show = |(name, value): &(crate::edm::Name, Value)| match value {
        Value::Structured(inner) => format!("{name}({})", show(inner)),
        Value::Null => format!("{name}=null"),
        Value::String(text) => format!("{name}={text}"),
        Value::Int(number) | Value::Enum(number) => format!("{name}={number}"),
        Value::Decimal(number) => format!("{name}={}", number.normalize()),
        Value::Double(number) => format!("{name}={number}"),
        Value::Date(date) => format!("{name}={date}"),
        other => format!("{name}={other:?}"),
    };
    row.properties.iter().map(show).collect::<Vec<_>>().join(",")
}

/// Without what a whole entity has.
fn results(text: &str) -> String {
    let plan = plan(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let found = evaluate(&plan, rows()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let whole = plan.shape.declared.is_none();
    let shown = found.iter().map(|row| match row.property("id") {
        Some(Value::String(id)) if whole => id.clone(),
        _ => show(row),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn pipelines_are_evaluated() {
    for (text, expect) in [
        ("identity", "1 2 3 4 5"),
        ("filter(count gt 0)", "1 4 5"),
        ("filter(count gt 0)/top(2)/skip(1)", "4"),
        ("orderby(name,count desc)", "5 3 2 4 1"),
        ("orderby(name)/top(3)", "3 5 2"),
        ("topcount(2,count)", "4 1"),
        ("bottomcount(2,count)", "3 2"),
        ("aggregate($count as n)", "n=5"),
        ("filter(false)/aggregate($count as n,count with sum as s)", "n=0,s=null"),
        ("filter(false)/groupby((name),aggregate($count as n))", ""),
        (
            "filter(name eq null and count eq null)/aggregate(count with sum as a,count with min as b,\
             count with max as c,count with average as d,count with countdistinct as e)",
            "a=null,b=null,c=null,d=null,e=0",
        ),
        (
            "aggregate(count with sum as a,count with min as b,count with max as c,\
             count with average as d,count with countdistinct as e)",
            "a=10,b=-1,c=5,d=2.5,e=3",
        ),
        ("aggregate(price with sum as a,price with average as b)", "a=3.75,b=1.25"),
        ("aggregate(name with min as a,name with max as b)", "a=A,b=a"),
        ("aggregate(name with countdistinct as d)", "d=2"),
        ("aggregate(status with max as a,status with countdistinct as b)", "a=1,b=2"),
        ("aggregate(count mul 2 add 1 with sum as a)", "a=24"),
        ("aggregate(ratio with sum as a,ratio with average as b)", "a=2.5,b=0.5"),
        ("groupby((name))", "name=null name=A name=a"),
        ("groupby((name),aggregate($count as n))", "name=null,n=2 name=A,n=1 name=a,n=2"),
        (
            "groupby((status,name))",
            "status=0,name=A status=0,name=a status=1,name=null status=1,name=a",
        ),
        (
            "groupby((name,name),aggregate(count with sum as s))",
            "name=null,s=3 name=A,s=-1 name=a,s=8",
        ),
        ("groupby((parent/name),aggregate($count as n))", "parent=null,n=3 parent(name=a),n=2"),
        (
            "groupby((parent/name,parent/id,status))",
            "parent=null,status=0 parent=null,status=1 parent(name=a,id=1),status=0 \
             parent(name=a,id=1),status=1",
        ),
        ("groupby((name),aggregate($count as n))/filter(n gt 1)", "name=null,n=2 name=a,n=2"),
        (
            "groupby((name),aggregate($count as n))/orderby(n,name desc)/top(2)",
            "name=A,n=1 name=a,n=2",
        ),
        (
            "groupby((name),aggregate($count as n))/compute(n mul 2 as m)/filter(m eq 2)",
            "name=A,n=1,m=2",
        ),
        (
            "groupby((name,status),aggregate($count as n))/groupby((status),aggregate(n with sum as s))",
            "status=0,s=2 status=1,s=3",
        ),
        (
            "compute(date(createdDateTime) as day)/groupby((day),aggregate($count as n))",
            "day=2026-01-01,n=2 day=2026-01-02,n=2 day=2026-01-03,n=1",
        ),
        ("compute(count add 1 as c)/filter(c eq 4)", "1 5"),
    ] {
        assert_eq!(results(text), expect, "{text}");
    }
}

#[test]
fn pipelines_of_groups_are_evaluated() {
    for (text, expect) in [
        ("groupby((status))/filter(name eq null)", "status=0 status=1"),
        ("groupby((status))/filter(name ne null)", ""),
        ("groupby((parent/name))/filter(parent ne null)", "parent(name=a)"),
        ("groupby((name))/aggregate($count as n)", "n=3"),
        ("aggregate(count with sum from name with max as a)", "a=8"),
        ("aggregate(count with sum from name,status with max from status with sum as a)", "a=8"),
        ("aggregate($count from name with average as a)", "a=1.6666667"),
        (
            "groupby((status),aggregate(count with sum from name with max as a))",
            "status=0,a=5 status=1,a=3",
        ),
        ("aggregate(parent/name with max as a)", "a=a"),
        ("groupby((status),identity)", "1 2 3 4 5"),
        (
            "groupby((name),compute(count mul 2 as c)/aggregate(c with sum as s))",
            "name=null,s=6 name=A,s=-2 name=a,s=16",
        ),
        ("groupby((name),aggregate($count as n)/filter(n gt 1))", "name=null,n=2 name=a,n=2"),
        // Only behind the pipeline a group has its name again.
        (
            "groupby((name),aggregate($count as n)/identity/filter(name eq null))",
            "name=null,n=2 name=A,n=1 name=a,n=2",
        ),
        (
            "groupby((status),aggregate(count with sum from name with max as a)/filter(a gt 3))",
            "status=0,a=5",
        ),
    ] {
        assert_eq!(results(text), expect, "{text}");
    }
}

#[test]
fn items_of_collections_are_aggregated() {
    for (text, expect) in [
        ("aggregate(tags/$count as n,$count as r)", "n=12,r=5"),
        ("aggregate(tags with max as a,tags with countdistinct as b)", "a=y,b=2"),
        ("filter(false)/aggregate(tags/$count as n,tags with min as a)", "n=0,a=null"),
        ("groupby((status),aggregate(tags/$count as n))", "status=0,n=5 status=1,n=7"),
        ("aggregate(parent/tags/$count as n)", "n=2"),
        ("aggregate(tags/$count from status with max as n)", "n=7"),
    ] {
        assert_eq!(results(text), expect, "{text}");
    }
}

#[test]
fn results_of_concat_are_one_behind_the_other() {
    for (text, expect) in [
        ("concat(filter(count gt 0),top(1))", "1 4 5 1"),
        (
            "filter(count gt 0)/concat(groupby((name),aggregate(count with sum as s)),\
             aggregate(count with sum as s,$count as n))",
            "name=null,s=3 name=a,s=8 s=11,n=3",
        ),
        (
            "concat(groupby((name)),concat(groupby((status)),aggregate($count as n)))",
            "name=null name=A name=a status=0 status=1 n=5",
        ),
        (
            "concat(groupby((name),aggregate($count as n)),aggregate($count as n))/filter(n gt 1)",
            "name=null,n=2 name=a,n=2 n=5",
        ),
        ("concat(groupby((name)),aggregate($count as n))/filter(name eq null)", "name=null n=5"),
        ("concat(top(3),filter(count gt 0))/identity/filter(count lt 5)", "1 2 1 5"),
    ] {
        assert_eq!(results(text), expect, "{text}");
    }
}

#[test]
fn results_have_types() {
    let types = |text: &str| {
        let shape = plan(text).unwrap().shape;
        let dynamic = shape.dynamic.iter().map(|one| {
            format!(
                "{}:{}",
                one.name,
                one.ty.as_ref().map_or("null".to_owned(), ToString::to_string)
            )
        });
        dynamic.collect::<Vec<_>>().join(" ")
    };
    for (text, expect) in [
        ("aggregate($count as n)", "n:Edm.Decimal"),
        ("aggregate(count with sum as a,count with min as b)", "a:Edm.Int64 b:Edm.Int32"),
        ("aggregate(total with sum as a,total with max as b)", "a:Edm.Decimal b:Edm.Int64"),
        ("aggregate(count mul 2 with sum as a)", "a:Edm.Decimal"),
        ("aggregate(price with sum as a,price with average as b)", "a:Edm.Decimal b:Edm.Decimal"),
        (
            "aggregate(count with average as a,ratio with average as b)",
            "a:Edm.Decimal b:Edm.Double",
        ),
        ("aggregate(status with min as a)", "a:microsoft.graph.status"),
        ("aggregate(name with countdistinct as a)", "a:Edm.Decimal"),
        ("compute(date(createdDateTime) as day)/groupby((day))", "day:Edm.Date"),
        ("compute(null as z)", "z:null"),
    ] {
        assert_eq!(types(text), expect, "{text}");
    }
}

#[test]
fn what_is_not_served_is_refused_by_its_name() {
    let many = |count: usize| vec!["identity"; count].join("/");
    let keys: Vec<_> = (0..17).map(|_| "name").collect();
    let keys = format!("groupby(({}))", keys.join(","));
    for (text, name) in [
        ("nest(identity as a)", "nest"),
        ("addnested(parent,identity as a)", "addnested"),
        ("join(parent as a)", "join"),
        ("outerjoin(parent as a)", "outerjoin"),
        ("toppercent(5,count)", "toppercent"),
        ("bottomsum(5,count)", "bottomsum"),
        ("search(a)", "search"),
        ("concat(identity,identity)/top(1)", "top behind concat"),
        ("concat(identity,identity)/concat(identity,identity)", "concat behind concat"),
        ("concat(identity,aggregate($count as n))", "concat of results that are not of one kind"),
        (
            "concat(aggregate($count as n),aggregate(name with max as n))",
            "concat of results that are not of one kind",
        ),
        (
            "concat(compute(count add 1 as n),identity)",
            "compute at the end of a pipeline of concat",
        ),
        (
            "concat(concat(top(1),top(1),top(1)),top(1),top(1),concat(top(1),top(1),top(1),top(1)))",
            "concat of more than 8 pipelines",
        ),
        ("graph.best()", "a function"),
        ("groupby((rollup(name,status)))", "rollup"),
        ("groupby((name),top(1))", "groupby with top"),
        ("groupby((name),aggregate($count as n)/top(1))", "groupby with top"),
        ("groupby((name),aggregate($count as n)/compute(n as m))", "groupby with compute"),
        ("groupby((name),filter(true)/aggregate($count as n))", "groupby with filter"),
        ("groupby((name),compute(1 as c)/top(1))", "groupby with top"),
        (&format!("groupby((name),{})", many(33)), "more than 32 transformations"),
        ("groupby((parent))", "groupby of microsoft.graph.connection"),
        ("groupby((authenticationMethod))", "groupby of microsoft.graph.authenticationMethod"),
        ("groupby((graph.connection/name))", "a cast in groupby"),
        ("aggregate(forecast)", "a custom aggregate, without 'with',"),
        ("aggregate(count with my.median as m)", "my.median"),
        (
            "aggregate(count with sum from name with max as m,$count as n)",
            "aggregate with 'from' beside others",
        ),
        ("aggregate(forecast from name as m)", "a custom aggregate, without 'with',"),
        (
            "aggregate(count with sum from parent with max as m)",
            "groupby of microsoft.graph.connection",
        ),
        ("aggregate(parent/$count as n)", "$count of single values in aggregate"),
        (
            "groupby((name))/aggregate(tags/$count as n)",
            "a collection that $apply has aggregated away",
        ),
        ("aggregate(parent/count with sum as s)", "sum of related entities"),
        (
            "aggregate(parent with countdistinct as c)",
            "countdistinct of microsoft.graph.connection",
        ),
        ("topcount($these/$count,count)", "topcount of a computed number"),
        ("groupby((name))/filter(tags/any())", "a collection that $apply has aggregated away"),
        (&many(33), "more than 32 transformations"),
        (&keys, "groupby of more than 16 properties"),
    ] {
        match plan(text) {
            Err(ExprError::NotServed { name: found, .. }) => assert_eq!(found, name, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn what_is_claimed_is_bound() {
    let claimed = crate::apply::supported().value;
    let crate::edm::AnnotationValue::Record(members) = claimed else { panic!("a record") };
    let (_, crate::edm::AnnotationValue::Collection(names)) = members.into_iter().next().unwrap()
    else {
        panic!("transformations")
    };
    let texts = [
        "aggregate($count as n)",
        "bottomcount(1,count)",
        "compute(1 as n)",
        "concat(identity,identity)",
        "filter(true)",
        "groupby((name))",
        "identity",
        "orderby(name)",
        "skip(1)",
        "top(1)",
        "topcount(1,count)",
    ];
    assert_eq!(names.len(), texts.len());
    for (name, text) in names.into_iter().zip(texts) {
        assert_eq!(parse(text).unwrap().first().unwrap().name(), text.split('(').next().unwrap());
        let name_of_text = text.split('(').next().unwrap().to_owned();
        assert_eq!(name, crate::edm::AnnotationValue::String(name_of_text.into()));
        plan(text).unwrap();
    }
}

#[test]
fn what_fits_no_model_is_refused() {
    for text in [
        "filter(nothing eq 1)",
        "filter(count)",
        "orderby(tags)",
        "groupby((nothing))",
        "groupby((tags))",
        "groupby((tags/x))",
        "groupby((name))/groupby((count))",
        "aggregate(name with sum as s)",
        "aggregate(name with average as s)",
        "aggregate(tags with sum as s)",
        "aggregate(tags/nothing with max as s)",
        "aggregate(nothing/$count as n)",
        "aggregate(null with sum as s)",
        "aggregate($count as name)",
        "aggregate($count as n,count with sum as n)",
        "compute(1 as n)/aggregate($count as n)",
        "compute(1 as n)/compute(2 as n)",
        "compute(1 as n,n as m)",
        "aggregate(count with sum from tags with max as m)",
        "aggregate(count with sum from status with max as name)",
        "topcount(0,count)",
        "topcount(1.5,count)",
        "groupby((name))/filter(n eq 1)",
    ] {
        let error = plan(text).unwrap_err();
        assert!(!matches!(error, ExprError::NotServed { .. }), "{text}: {error}");
    }
}

#[test]
fn what_has_no_value_fails() {
    let failed = |text: &str| evaluate(&plan(text).unwrap(), rows()).unwrap_err();
    let overflow = EvaluateError::Overflow("mul");
    assert_eq!(failed("aggregate(9223372036854775807 mul count with sum as s)"), overflow);
    assert_eq!(failed("filter(1 div (count sub 3) eq 1)"), EvaluateError::DivisionByZero("div"));
}
