//! A body: read, written in both versions of the format, read again.
#![no_main]

use std::sync::LazyLock;

use fuzz::{THING, edm};
use libfuzzer_sys::fuzz_target;
use odata::edm::Edm;
use odata::header::Version;
use odata::payload::{
    ContextUrl, Format, Member, Members, MetadataLevel, read_entity, write_entity,
};
use odata::value::{Structured, Value};

static MODEL: LazyLock<Edm> = LazyLock::new(edm);

fuzz_target!(|body: &[u8]| {
    let ty = MODEL.structured(&THING).expect("the model has it");
    let Ok(read) = read_entity(&MODEL, ty, body) else { return };
    let entity = structured(&read);
    for version in [Version::V4_0, Version::V4_01] {
        for ieee754_compatible in [false, true] {
            let format = Format {
                metadata: MetadataLevel::Full,
                ieee754_compatible,
                version,
                omit_nulls: false,
            };
            let text =
                write_entity(&MODEL, &entity, ContextUrl::entity("", "things", None), format);
            let again = read_entity(&MODEL, ty, text.as_bytes()).expect("what is written is read");
            assert_eq!(format!("{again:?}"), format!("{read:?}"), "{text}");
        }
    }
});

fn structured(members: &Members) -> Structured {
    let properties = members.values.iter().map(|(name, member)| (name.clone(), value(member)));
    Structured { type_name: members.type_name.clone(), properties: properties.collect() }
}

fn value(member: &Member) -> Value {
    match member {
        Member::Null => Value::Null,
        Member::Value(value) => value.clone(),
        Member::Complex(members) => Value::Structured(structured(members)),
        Member::Collection(items) => Value::Collection(items.iter().map(value).collect()),
    }
}
