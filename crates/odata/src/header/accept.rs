use super::list::split_outside_quotes;
use super::media_type::{MULTIPART, MediaType};
use crate::payload::Format;

/// No representation that the client accepts is served; answered with 406.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The requested media type is not supported; application/json is.")]
pub struct NotAcceptable;

/// The two forms of the metadata document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataFormat {
    /// CSDL XML.
    Xml,
    /// CSDL JSON.
    Json,
}

/// Agrees on the format of a JSON answer (OData 4.01 protocol section 8.2.1, RFC 9110 section
/// 12.5.1).
///
/// `format_option` is the decoded value of `$format`, `json` or a media type, which overrides
/// `Accept` (protocol section 11.2.11). No header, or an empty one, accepts everything.
///
/// ```
/// use odata::header::negotiate;
/// use odata::payload::{Format, MetadataLevel};
///
/// let accept = "application/json;odata.metadata=none, */*;q=0.1";
/// let format = negotiate(Some(accept), None).unwrap();
/// assert_eq!(format.metadata, MetadataLevel::None);
/// assert!(negotiate(Some("application/xml"), None).is_err());
/// assert_eq!(negotiate(Some("application/xml"), Some("json")), Ok(Format::default()));
/// ```
pub fn negotiate(
    accept: Option<&str>,
    format_option: Option<&str>,
) -> Result<Format, NotAcceptable> {
    if let Some(option) = format_option {
        return match FormatOption::parse(option) {
            Some(FormatOption::Json(format)) => Ok(format),
            Some(FormatOption::Xml) | None => Err(NotAcceptable),
        };
    }
    let Some(ranges) = ranges(accept) else { return Ok(Format::default()) };
    // The more specific of two ranges speaks for what it names: `json;q=0, */*` refuses JSON.
    let refused = refuses(&ranges, &["application/json"]);
    let mut best: Option<(u16, usize, Format)> = None;
    for range in &ranges {
        let Some(rank) = specificity(range, &["application/json"]) else { continue };
        let Some(format) = range.json_format() else { continue };
        if range.weight == 0 || (refused && range.essence.contains('*')) {
            continue;
        }
        if best.is_none_or(|(weight, other, _)| (range.weight, rank) > (weight, other)) {
            best = Some((range.weight, rank, format));
        }
    }
    best.map(|(_, _, format)| format).ok_or(NotAcceptable)
}

/// Whether the plain text of a `$count` may be answered. JSON counts as consent: clients send the
/// one `Accept` they have.
pub fn negotiate_count(accept: Option<&str>) -> Result<(), NotAcceptable> {
    match ranges(accept) {
        None => Ok(()),
        Some(ranges) if accepts(&ranges, &["text/plain", "application/json"]) => Ok(()),
        Some(_) => Err(NotAcceptable),
    }
}

/// Whether the bytes of an Edm.Binary property may be answered by themselves (protocol section
/// 11.2.4.1). JSON counts as consent here too.
pub fn negotiate_bytes(accept: Option<&str>) -> Result<(), NotAcceptable> {
    match ranges(accept) {
        None => Ok(()),
        Some(ranges) if accepts(&ranges, &["application/octet-stream", "application/json"]) => {
            Ok(())
        }
        Some(_) => Err(NotAcceptable),
    }
}

/// Whether the answer to a batch as `multipart/mixed` may be of that type too.
pub fn accepts_multipart(accept: Option<&str>) -> bool {
    ranges(accept).is_none_or(|ranges| accepts(&ranges, &[MULTIPART]))
}

/// What requests within a batch have of its `Accept`: all but what is said of the batch alone. `None`
/// if that is nothing.
pub fn accept_within(accept: &str) -> Option<String> {
    let of_items = |range: &&str| !range.to_ascii_lowercase().starts_with("multipart/");
    let ranges: Vec<_> = split_outside_quotes(accept, b',').filter(of_items).collect();
    if ranges.is_empty() { None } else { Some(ranges.join(", ")) }
}

/// Agrees on the form of the metadata document (OData 4.01 protocol section 11.1.2). XML where
/// both are as welcome: clients of Graph know no other.
///
/// `format_option` is the decoded value of `$format`: `xml`, `json` or a media type.
pub fn negotiate_metadata(
    accept: Option<&str>,
    format_option: Option<&str>,
) -> Result<MetadataFormat, NotAcceptable> {
    if let Some(option) = format_option {
        return match FormatOption::parse(option) {
            Some(FormatOption::Xml) => Ok(MetadataFormat::Xml),
            Some(FormatOption::Json(_)) => Ok(MetadataFormat::Json),
            None => Err(NotAcceptable),
        };
    }
    let Some(ranges) = ranges(accept) else { return Ok(MetadataFormat::Xml) };
    let xml = weight_of(&ranges, &["application/xml", "text/xml"]);
    let json = weight_of(&ranges, &["application/json"]);
    match (xml, json) {
        (None, None) => Err(NotAcceptable),
        (xml, json) if json > xml => Ok(MetadataFormat::Json),
        _ => Ok(MetadataFormat::Xml),
    }
}

/// How welcome a type is; `None` if it is not.
fn weight_of(ranges: &[MediaType], essences: &[&str]) -> Option<u16> {
    if !accepts(ranges, essences) {
        return None;
    }
    let named = |range: &&MediaType| specificity(range, essences).is_some();
    let best = ranges.iter().filter(named).max_by_key(|range| specificity(range, essences));
    best.map(|range| range.weight)
}

enum FormatOption {
    Json(Format),
    Xml,
}

impl FormatOption {
    fn parse(option: &str) -> Option<Self> {
        if option.eq_ignore_ascii_case("json") {
            return Some(Self::Json(Format::default()));
        }
        if option.eq_ignore_ascii_case("xml") {
            return Some(Self::Xml);
        }
        let media = MediaType::parse(option)?;
        match media.essence.as_str() {
            "application/json" => media.json_format().map(Self::Json),
            "application/xml" => Some(Self::Xml),
            _ => None,
        }
    }
}

/// The ranges that can be read; `None` if the client states nothing.
fn ranges(accept: Option<&str>) -> Option<Vec<MediaType>> {
    let accept = accept.filter(|text| !text.trim().is_empty())?;
    Some(split_outside_quotes(accept, b',').filter_map(MediaType::parse).collect())
}

fn accepts(ranges: &[MediaType], essences: &[&str]) -> bool {
    let refused = refuses(ranges, essences);
    ranges.iter().any(|range| {
        range.weight > 0
            && specificity(range, essences).is_some()
            && !(refused && range.essence.contains('*'))
    })
}

fn refuses(ranges: &[MediaType], essences: &[&str]) -> bool {
    ranges.iter().any(|range| {
        range.weight == 0
            && range.parameters.is_empty()
            && essences.contains(&range.essence.as_str())
    })
}

/// How closely a range names one of the types; `None` if it does not match.
fn specificity(range: &MediaType, essences: &[&str]) -> Option<usize> {
    let essence = range.essence.as_str();
    if essences.contains(&essence) {
        return Some(2 + range.parameters.len());
    }
    let kind = essence.strip_suffix('*')?;
    let matches = essence == "*/*" || essences.iter().any(|it| it.starts_with(kind));
    matches.then_some(usize::from(essence != "*/*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::MetadataLevel::{self, Full, Minimal, None as Nothing};
    use proptest::prelude::*;

    #[track_caller]
    fn check(accept: &str, expect: Option<MetadataLevel>) {
        let format = negotiate(Some(accept), None).ok();
        assert_eq!(format.map(|format| format.metadata), expect, "{accept}");
    }

    #[test]
    fn accept_picks_the_format() {
        check("", Some(Minimal));
        check("*/*", Some(Minimal));
        check("application/*", Some(Minimal));
        check("application/json", Some(Minimal));
        check("APPLICATION/JSON;ODATA.METADATA=FULL", Some(Full));
        check("application/json;metadata=none", Some(Nothing));
        check("application/json; odata.metadata=\"full\" ;odata.streaming=true", Some(Full));
        check(
            "application/json;odata.metadata=none;q=0.4, application/json;metadata=full",
            Some(Full),
        );
        check("*/*, application/json;odata.metadata=none", Some(Nothing));
        check(
            "application/json;odata.metadata=none, application/json;odata.metadata=full",
            Some(Nothing),
        );
        check("application/json;profile=x;charset=UTF-8", Some(Minimal));
        check("text/html, image/gif, *; q=.2, */*; q=.2", Some(Minimal));
        check("text/html,application/xml;q=0.9,*/*;q=0.8", Some(Minimal));
        check("application/json;odata.metadata=much, */*;q=0.1", Some(Minimal));
    }

    #[test]
    fn what_is_not_served_is_not_acceptable() {
        for accept in [
            "application/xml",
            "text/plain",
            "application/json;q=0",
            "application/json;q=0, */*",
            "application/json;odata.metadata=much",
            "application/json;charset=utf-16",
            "application/json;IEEE754Compatible=perhaps",
            "garbage",
        ] {
            check(accept, None);
        }
    }

    #[test]
    fn numbers_as_strings_are_negotiated() {
        let format = negotiate(Some("application/json;IEEE754Compatible=true"), None).unwrap();
        assert!(format.ieee754_compatible);
        assert!(!negotiate(None, None).unwrap().ieee754_compatible);
    }

    #[test]
    fn format_option_overrides_accept() {
        let check = |option, expect: Option<MetadataLevel>| {
            let format = negotiate(Some("application/json;odata.metadata=full"), Some(option));
            assert_eq!(format.ok().map(|format| format.metadata), expect, "{option}");
        };
        check("json", Some(Minimal));
        check("JSON", Some(Minimal));
        check("application/json;odata.metadata=none", Some(Nothing));
        check("application/json", Some(Minimal));
        check("xml", None);
        check("atom", None);
        check("", None);
        check("*/*", None);
    }

    #[test]
    fn count_is_lenient() {
        for accept in ["", "*/*", "text/*", "text/plain;q=0.9", "application/json", "application/*"]
        {
            assert_eq!(negotiate_count(Some(accept)), Ok(()), "{accept}");
        }
        assert_eq!(negotiate_count(None), Ok(()));
        for accept in ["application/xml", "text/html", "text/plain;q=0, application/json;q=0"] {
            assert_eq!(negotiate_count(Some(accept)), Err(NotAcceptable), "{accept}");
        }
    }

    #[test]
    fn metadata_is_xml_unless_json_is_more_welcome() {
        use MetadataFormat::{Json, Xml};
        let check = |accept, option, expect: Option<MetadataFormat>| {
            let got = negotiate_metadata(accept, option).ok();
            assert_eq!(got, expect, "{accept:?} {option:?}");
        };
        check(None, None, Some(Xml));
        check(Some("*/*"), None, Some(Xml));
        check(Some("application/xml"), None, Some(Xml));
        check(Some("text/xml;q=0.1"), None, Some(Xml));
        check(Some("application/json, text/plain, */*"), None, Some(Xml));
        check(Some("application/json"), None, Some(Json));
        check(Some("application/json, application/xml;q=0.9"), None, Some(Json));
        check(Some("application/json;q=0.8, application/xml;q=0.9"), None, Some(Xml));
        check(Some("application/xml;q=0, */*"), None, Some(Json));
        check(Some("application/json"), Some("xml"), Some(Xml));
        check(Some("application/xml"), Some("application/json"), Some(Json));
        check(Some("text/plain"), None, None);
        check(None, Some("atom"), None);
    }

    proptest! {
        #[test]
        fn no_header_panics(accept in "[a-z*/;=,q0-9. \"\\\\]*", option in any::<String>()) {
            let _answers = (
                negotiate(Some(&accept), None),
                negotiate(Some(&option), Some(&accept)),
                negotiate_count(Some(&accept)),
                negotiate_metadata(Some(&accept), Some(&option)),
            );
        }
    }
}
