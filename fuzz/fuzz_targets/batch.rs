//! The body of a JSON batch.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odata::batch::read_batch;

fuzz_target!(|body: &[u8]| {
    let Ok(batch) = read_batch(body, 20) else { return };
    let place = |item: usize| batch.order.iter().position(|place| *place == item);
    assert_eq!(batch.order.len(), batch.items.len());
    for (item, read) in batch.items.iter().enumerate() {
        assert!(read.depends_on.iter().all(|before| place(*before) < place(item)));
        let _wanted =
            read.condition.as_ref().map(|condition| condition.holds(|place| place % 2 == 0));
    }
});
