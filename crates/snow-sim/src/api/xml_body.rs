use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

use super::input::NO_RECORD;

/// Names and values of the first record in a document: `<request><entry><name>value</name>…`, or
/// without `entry`.
pub(super) fn read(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let body = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(body);
    reader.config_mut().expand_empty_elements = true;
    // Names of the open elements, and the text of the innermost.
    let (mut open, mut text) = (Vec::new(), String::new());
    let (mut values, mut begun) = (Vec::new(), false);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                begun = true;
                open.push(start.name().into_inner().to_owned());
                text.clear();
            }
            Event::End(_) => {
                let name = open.pop().unwrap_or_default();
                match open.as_slice() {
                    [_] if name == "entry" => return Ok(values),
                    [_] => values.push((name, std::mem::take(&mut text))),
                    [_, entry] if entry == "entry" => {
                        values.push((name, std::mem::take(&mut text)));
                    }
                    _ => {}
                }
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => {
                let named = resolve_xml_entity(&reference).map(str::to_owned);
                let numbered = || reference.resolve_char_ref().ok().flatten().map(String::from);
                text.push_str(&named.or_else(numbered).ok_or("an entity is unknown")?);
            }
            Event::Eof if !begun => return Err(NO_RECORD.to_owned()),
            Event::Eof if open.is_empty() => return Ok(values),
            Event::Eof => return Err("the document ends too early".to_owned()),
            Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::Empty(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn records_are_read() {
        let check = |body: &str, expected: &[(&str, &str)]| {
            let found = read(body.as_bytes()).unwrap();
            let found: Vec<_> =
                found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(found, expected, "{body}");
        };
        check("<request><entry><a>1</a><b/></entry></request>", &[("a", "1"), ("b", "")]);
        check("<r>\n <a>x &amp; &#228;</a>\n</r>", &[("a", "x & ä")]);
        check("<r><a><![CDATA[<&>]]></a></r>", &[("a", "<&>")]);
        check("<request><entry><a>1</a></entry><entry><a>2</a></entry></request>", &[("a", "1")]);
        for body in [
            "<r><a>1</a>",
            "<r><a></r>",
            "<r><a>&b;</a></r>",
            "<r>\u{0}<",
            "",
            " ",
            "<?xml version=\"1.0\"?>",
        ] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
        assert!(read(&[0xff]).is_err());
    }
}
