//! A path and a query, as they come in a request.
#![no_main]

use std::sync::LazyLock;

use fuzz::{THING, edm, now};
use libfuzzer_sys::fuzz_target;
use odata::edm::Edm;
use odata::grammar::{Words, check};
use odata::query::{Target, bind, split};
use odata::url::{PathScope, parse_path};

static MODEL: LazyLock<Edm> = LazyLock::new(edm);

fuzz_target!(|text: &str| {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let scope = PathScope { edm: &MODEL, query, now: now() };
    if let Ok(found) = parse_path(scope, path) {
        assert_eq!(parse_path(scope, &found.to_string()).as_ref(), Ok(&found));
    }
    let ty = MODEL.structured(&THING).expect("the model has it");
    for target in [Target::Collection, Target::Entity, Target::Count] {
        let _options = split(query).and_then(|raw| bind(&MODEL, ty, &raw, now(), target));
    }
    let found = check("odataRelativeUri", text, &Words::default()).expect("there is such a rule");
    assert!(found.consumed <= text.chars().count());
});
