//! The body of a batch as `multipart/mixed`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odata::batch::read_multipart;

fuzz_target!(|body: &[u8]| {
    // The first line is the header, so that boundaries are tried too.
    let end = body.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (content_type, body) = body.split_at(end);
    let Ok(content_type) = std::str::from_utf8(content_type) else { return };
    let Ok(items) = read_multipart(content_type, body, 20) else { return };
    assert!((1..=20).contains(&items.len()));
    for (place, item) in items.iter().enumerate() {
        let named = item.id.is_some();
        assert!(!named || items.iter().skip(place + 1).all(|other| other.id != item.id));
        if let Ok(request) = &item.request {
            assert!(!request.method.is_empty() && !request.url.contains(char::is_control));
            assert!(request.body.len() <= body.len());
        }
    }
});
