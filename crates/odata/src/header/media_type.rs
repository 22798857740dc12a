use super::list::{is_token, split_outside_quotes, word};
use crate::payload::{Format, MetadataLevel};

/// A media type or range with its parameters (RFC 9110 sections 8.3.1 and 12.5.1).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MediaType {
    /// `type/subtype` in lower case.
    pub(super) essence: String,
    /// Names in lower case, in order, without the weight.
    pub(super) parameters: Vec<(String, String)>,
    /// Thousandths, from the parameter `q`.
    pub(super) weight: u16,
}

impl MediaType {
    /// `None` if the text is no media type.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = split_outside_quotes(text, b';');
        let essence = match parts.next()? {
            // Java's old HTTP client says so.
            "*" => "*/*".to_owned(),
            essence => essence.to_ascii_lowercase(),
        };
        let (kind, subtype) = essence.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let mut media = Self { essence, parameters: Vec::new(), weight: 1000 };
        for part in parts {
            let (name, value) = part.split_once('=')?;
            let (name, value) = (name.trim_end().to_ascii_lowercase(), word(value.trim_start())?);
            if name == "q" {
                media.weight = weight(&value)?;
            } else if is_token(&name) {
                media.parameters.push((name, value));
            } else {
                return None;
            }
        }
        Some(media)
    }

    /// The format that the parameters of a JSON type ask for (JSON format 4.01 section 3); unknown
    /// parameters ask for nothing. `None` if a known one has a value that is not served.
    pub(super) fn json_format(&self) -> Option<Format> {
        let mut format = Format::default();
        for (name, value) in &self.parameters {
            let value = value.to_ascii_lowercase();
            match (name.as_str(), value.as_str()) {
                ("odata.metadata" | "metadata", level) => format.metadata = metadata(level)?,
                ("ieee754compatible", flag) => format.ieee754_compatible = boolean(flag)?,
                ("odata.streaming" | "streaming", flag) => {
                    boolean(flag)?;
                }
                ("charset", charset) if charset != "utf-8" => return None,
                _ => {}
            }
        }
        Some(format)
    }
}

/// Whether a `Content-Type` is of the JSON family (RFC 6839 section 3.1).
pub(crate) fn is_json(content_type: &str) -> bool {
    MediaType::parse(content_type).is_some_and(|media| {
        media.essence == "application/json" || media.essence.ends_with("+json")
    })
}

/// Whether a `Content-Type` is of readable text.
pub(crate) fn is_text(content_type: &str) -> bool {
    MediaType::parse(content_type).is_some_and(|media| media.essence.starts_with("text/"))
}

/// `type/subtype` of a `Content-Type`, in lower case.
pub(crate) fn essence(content_type: &str) -> Option<String> {
    MediaType::parse(content_type).map(|media| media.essence)
}

/// A parameter of a `Content-Type`.
pub(crate) fn parameter(content_type: &str, name: &str) -> Option<String> {
    let mut parameters = MediaType::parse(content_type)?.parameters.into_iter();
    parameters.find(|(own, _)| own == name).map(|(_, value)| value)
}

/// Whether a batch comes as `multipart/mixed`, also where the rest of the header cannot be read.
pub fn is_multipart(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(MULTIPART)
}

pub(super) const MULTIPART: &str = "multipart/mixed";

fn metadata(level: &str) -> Option<MetadataLevel> {
    match level {
        "none" => Some(MetadataLevel::None),
        "minimal" => Some(MetadataLevel::Minimal),
        "full" => Some(MetadataLevel::Full),
        _ => None,
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// RFC 9110 section 12.4.2; `.2` is taken too.
fn weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = match whole {
        "" | "0" => 0,
        "1" => 1000,
        _ => return None,
    };
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    let weight = whole + thousandths;
    (weight <= 1000 && !text.is_empty()).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_three_digits() {
        for (text, expect) in [
            ("1", Some(1000)),
            ("1.000", Some(1000)),
            ("0.9", Some(900)),
            (".2", Some(200)),
            ("0", Some(0)),
            ("0.", Some(0)),
            ("1.001", None),
            ("0.1234", None),
            ("", None),
            ("-1", None),
            ("2", None),
        ] {
            assert_eq!(weight(text), expect, "{text}");
        }
    }

    #[test]
    fn media_types_are_parsed_whole() {
        let media = MediaType::parse("Application/JSON ; Q=0.5;charset=\"utf-8\"").unwrap();
        assert_eq!(media.essence, "application/json");
        assert_eq!(media.weight, 500);
        assert_eq!(media.parameters, [("charset".to_owned(), "utf-8".to_owned())]);
        for bad in ["", "json", "a/b/c", "a/b;c", "a/b;q=x", "a /b", "a/b;c=d e"] {
            assert_eq!(MediaType::parse(bad), None, "{bad}");
        }
    }
}
