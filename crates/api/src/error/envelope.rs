use uuid::Uuid;

/// The text of `error.message` in Intune's own rejections: a JSON document inside the string,
/// with CRLF and an indent of two.
pub(crate) fn envelope(message: &str, activity: Uuid, url: &str) -> String {
    let full = format!(
        "{message} - Operation ID (for customer support): {} - Activity ID: {activity} - Url: {url}",
        Uuid::nil()
    );
    let text = serde_json::Value::String(full);
    format!(
        "{{\r\n  \"_version\": 3,\r\n  \"Message\": {text},\r\n  \"CustomApiErrorPhrase\": \
         \"\",\r\n  \"RetryAfter\": null,\r\n  \"ErrorSourceService\": \"\",\r\n  \
         \"HttpHeaders\": \"{{}}\"\r\n}}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_a_json_document_with_the_keys_of_intune() {
        let text = envelope("No \"way\"", Uuid::max(), "https://x/beta");
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["_version"], 3);
        assert!(json["Message"].as_str().unwrap().starts_with("No \"way\" - Operation ID"));
        assert!(text.starts_with("{\r\n  \"_version\": 3,\r\n  \"Message\": "));
        assert!(text.ends_with("\r\n  \"HttpHeaders\": \"{}\"\r\n}"));
    }
}
