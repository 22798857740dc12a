//! What it costs to split, parse and bind a query, as a multiple of walking over its text once: the
//! ceiling, measured in the same run. `cargo run --release -p odata --example query_cost`.
#![expect(clippy::print_stdout, reason = "it is for reading")]
#![expect(clippy::disallowed_methods, reason = "time is what is measured")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use odata::edm::{
    Edm, EntityContainer, Facets, PrimitiveType, Property, Schema, SchemaType, StructuredType,
    TypeName, TypeRef,
};
use odata::query::{Target, bind, split};
use odata::value::DateTimeOffset;

const THING: TypeName = TypeName::from_static("ns", "thing");
/// How long each figure is measured.
const SPAN: Duration = Duration::from_millis(300);

fn main() {
    let edm = edm();
    let ty = edm.structured(&THING).expect("the model has it");
    let queries = [
        ("typical", "$filter=number%20eq%207&$select=id,name&$top=20".to_owned()),
        (
            "report",
            "$filter=contains(tolower(name),'x')%20and%20(number%20gt%201%20or%20name%20in%20('a',\
             'b'))&$orderby=name%20desc,number&$select=id,name&$count=true&$top=100"
                .to_owned(),
        ),
        ("660 conditions", format!("$filter={}", vec!["number%20eq%207"; 660].join("%20or%20"))),
        ("1000 in a list", format!("$filter=number%20in%20({})", vec!["7"; 1000].join(","))),
        ("99 levels", format!("$filter={}number%20eq%207{}", "(".repeat(98), ")".repeat(98))),
        ("too deep", format!("$filter={}", "(".repeat(8000))),
        ("too much", format!("$filter={}", vec!["number%20eq%207"; 1000].join("%20or%20"))),
    ];
    println!("{:<16} {:>7} {:>12} {:>10}  outcome", "query", "bytes", "time", "walks");
    for (name, query) in &queries {
        let bound = || {
            let raw = split(query)?;
            bind(&edm, ty, &raw, DateTimeOffset::MIN, Target::Collection)
        };
        let outcome = match bound() {
            Ok(_) => "bound".to_owned(),
            Err(error) => error.to_string(),
        };
        let time = per_run(|| drop(black_box(bound())));
        let walk = per_run(|| {
            black_box(query.bytes().fold(0_u8, |sum, byte| black_box(sum ^ byte)));
        });
        let ratio = time.as_secs_f64() / walk.as_secs_f64();
        println!("{name:<16} {:>7} {time:>12.1?} {ratio:>10.1}  {outcome}", query.len());
    }
}

fn per_run(mut run: impl FnMut()) -> Duration {
    let start = Instant::now();
    let mut runs = 0_u32;
    while start.elapsed() < SPAN {
        for _ in 0..64 {
            run();
        }
        runs += 64;
    }
    start.elapsed() / runs
}

fn edm() -> Edm {
    let property = |name: &'static str, ty| Property {
        name: name.into(),
        ty: TypeRef::Primitive(ty),
        nullable: true,
        computed: false,
        facets: Facets::default(),
        annotations: Vec::new(),
    };
    let thing = StructuredType {
        name: THING,
        base: None,
        is_abstract: false,
        key: vec!["id".into()],
        properties: vec![
            property("id", PrimitiveType::String),
            property("name", PrimitiveType::String),
            property("number", PrimitiveType::Int32),
        ],
        navigation: Vec::new(),
        annotations: Vec::new(),
    };
    let schema =
        Schema { namespace: "ns".into(), alias: None, types: vec![SchemaType::Entity(thing)] };
    let container = EntityContainer {
        namespace: "ns".into(),
        name: "container".into(),
        entity_sets: Vec::new(),
        singletons: Vec::new(),
        annotations: Vec::new(),
    };
    Edm::new(vec![schema], container).expect("the model is sound")
}
