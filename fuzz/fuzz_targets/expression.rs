//! An expression: parsed, printed, bound, printed again, evaluated.
#![no_main]

use std::sync::LazyLock;

use fuzz::{THING, edm, now, row};
use libfuzzer_sys::fuzz_target;
use odata::edm::Edm;
use odata::expr::{Expr, evaluate, parse};
use odata::query::{Target, bind};
use odata::value::Structured;

static MODEL: LazyLock<Edm> = LazyLock::new(edm);
static ROW: LazyLock<Structured> = LazyLock::new(row);

fuzz_target!(|text: &str| {
    if let Ok(node) = parse(text) {
        let printed = node.to_string();
        let again = parse(&printed).map(|node| node.to_string());
        assert_eq!(again.as_deref(), Ok(printed.as_str()));
    }
    for expr in bound(text) {
        let value = evaluate(&expr, &ROW);
        let printed = expr.to_string();
        for again in bound(&printed) {
            assert_eq!(again.to_string(), printed);
            let second = evaluate(&again, &ROW);
            // A decimal may be printed with more zeros; NaN equals nothing.
            assert!(second == value || format!("{second:?}") == format!("{value:?}"), "{printed}");
        }
    }
});

/// What `$filter` and `$orderby` make of a text.
fn bound(text: &str) -> Vec<Expr> {
    let ty = MODEL.structured(&THING).expect("the model has it");
    let mut found = Vec::new();
    for option in ["$filter", "$orderby"] {
        let raw = [(option.to_owned(), text.to_owned())];
        if let Ok(options) = bind(&MODEL, ty, &raw, now(), Target::Collection) {
            found.extend(options.filter);
            found.extend(options.order_by.into_iter().map(|key| key.expr));
        }
    }
    found
}
