//! The body of an error answer (OData JSON format 4.01 section 21.1) in Microsoft Graph's shape.

use crate::edm::Name;
use crate::payload::JsonText;
use crate::value::DateTimeOffset;

/// What a client is told about a failure. `message` is never empty: some clients break on that.
///
/// ```
/// use odata::error::{ErrorBody, InnerError};
///
/// let body = ErrorBody {
///     code: "BadRequest".into(),
///     message: "No.".into(),
///     target: None,
///     details: vec![],
///     inner: InnerError {
///         extra: vec![],
///         date: "2024-07-07T21:59:24.5Z".parse().unwrap(),
///         request_id: "r".into(),
///         client_request_id: "c".into(),
///     },
/// };
/// assert_eq!(
///     body.to_json(),
///     r#"{"error":{"code":"BadRequest","message":"No.","innerError":{"date":"2024-07-07T21:59:24","request-id":"r","client-request-id":"c"}}}"#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorBody {
    /// Word for programs, e.g. `ResourceNotFound`.
    pub code: Name,
    /// Sentence for people.
    pub message: String,
    /// What is at fault, e.g. the path of a property.
    pub target: Option<String>,
    /// Further errors.
    pub details: Vec<ErrorDetail>,
    /// For whoever supports the client.
    pub inner: InnerError,
}

/// One of several errors of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorDetail {
    /// As in [`ErrorBody`].
    pub code: Name,
    /// As in [`ErrorBody`].
    pub message: String,
    /// As in [`ErrorBody`].
    pub target: Option<String>,
}

/// The member `innerError`, by which a report is matched with the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InnerError {
    /// Members that some errors have before the others, e.g. `message`.
    pub extra: Vec<(Name, String)>,
    /// When it happened; written in UTC without zone and fraction, which clients rely on.
    pub date: DateTimeOffset,
    /// The service's name for the request.
    pub request_id: String,
    /// The client's name for it; the service's where the client gave none.
    pub client_request_id: String,
}

impl ErrorBody {
    /// Writes the body.
    pub fn to_json(&self) -> String {
        let mut json = JsonText::with_capacity(512);
        json.begin_object();
        json.name("error");
        json.begin_object();
        write_error(&mut json, &self.code, &self.message, self.target.as_deref());
        if !self.details.is_empty() {
            json.name("details");
            json.begin_array();
            for detail in &self.details {
                json.begin_object();
                write_error(&mut json, &detail.code, &detail.message, detail.target.as_deref());
                json.end_object();
            }
            json.end_array();
        }
        json.name("innerError");
        self.inner.write(&mut json);
        json.end_object();
        json.end_object();
        json.finish()
    }
}

impl InnerError {
    fn write(&self, json: &mut JsonText) {
        json.begin_object();
        for (name, value) in &self.extra {
            write_text(json, name, value);
        }
        json.name("date");
        json.string_of(format_args!("{:.19}", self.date.to_string()));
        write_text(json, "request-id", &self.request_id);
        write_text(json, "client-request-id", &self.client_request_id);
        json.end_object();
    }
}

fn write_error(json: &mut JsonText, code: &str, message: &str, target: Option<&str>) {
    write_text(json, "code", code);
    write_text(json, "message", message);
    if let Some(target) = target {
        write_text(json, "target", target);
    }
}

fn write_text(json: &mut JsonText, name: &str, value: &str) {
    json.name(name);
    json.string(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_of_graph() {
        let body = ErrorBody {
            code: "ModelValidationFailure".into(),
            message: "a \"b\"\r\n".into(),
            target: Some("authenticationMethod/appId".into()),
            details: vec![
                ErrorDetail { code: "x".into(), message: "y".into(), target: Some("z".into()) },
                ErrorDetail { code: "x".into(), message: "y".into(), target: None },
            ],
            inner: InnerError {
                extra: vec![("message".into(), "again".into())],
                date: DateTimeOffset::from_ticks(0).unwrap(),
                request_id: "1".into(),
                client_request_id: "2".into(),
            },
        };
        insta::assert_snapshot!(body.to_json(), @r#"{"error":{"code":"ModelValidationFailure","message":"a \"b\"\r\n","target":"authenticationMethod/appId","details":[{"code":"x","message":"y","target":"z"},{"code":"x","message":"y"}],"innerError":{"message":"again","date":"0001-01-01T00:00:00","request-id":"1","client-request-id":"2"}}}"#);
    }
}
