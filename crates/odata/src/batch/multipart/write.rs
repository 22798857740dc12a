use std::fmt;
use std::io::Write as _;

use crate::batch::ItemAnswer;
use crate::batch::answer::spelled;

/// The answer to a request of a multipart batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultipartAnswer {
    /// What became of it; the id is that of the request, or empty where it had none.
    pub answer: ItemAnswer,
    /// The words for its status; empty where there are none.
    pub reason: &'static str,
    /// Whether the request was a change set.
    pub is_change_set: bool,
}

/// Writes the answer to a multipart batch, with the structure of the request (OData 4.01 protocol
/// section 11.7.7.6): a change set is answered as one, or by the one error that ended it. The
/// boundary is of the characters that are allowed (RFC 2046 section 5.1.1), and in no answer.
pub fn write_multipart(answers: &[MultipartAnswer], boundary: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for MultipartAnswer { answer, reason, is_change_set } in answers {
        text(&mut body, format_args!("--{boundary}\r\n"));
        if *is_change_set && (200..300).contains(&answer.status) {
            let inner = format!("{boundary}-set");
            text(
                &mut body,
                format_args!("Content-Type: multipart/mixed; boundary={inner}\r\n\r\n"),
            );
            text(&mut body, format_args!("--{inner}\r\n"));
            part(&mut body, answer, reason);
            text(&mut body, format_args!("--{inner}--\r\n"));
        } else {
            part(&mut body, answer, reason);
        }
    }
    text(&mut body, format_args!("--{boundary}--\r\n"));
    body
}

/// What follows the boundary, with the line end that belongs to the next one.
fn part(body: &mut Vec<u8>, answer: &ItemAnswer, reason: &str) {
    text(body, "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
    if !answer.id.is_empty() {
        text(body, format_args!("Content-ID: {}\r\n", answer.id));
    }
    text(body, format_args!("\r\nHTTP/1.1 {} {}\r\n", answer.status, reason));
    for (name, value) in &answer.headers {
        text(body, format_args!("{}: {value}\r\n", spelled(name)));
    }
    let content = answer.body.as_bytes();
    if !content.is_empty() {
        text(body, format_args!("Content-Length: {}\r\n", content.len()));
    }
    text(body, "\r\n");
    body.extend_from_slice(content);
    text(body, "\r\n");
}

fn text(body: &mut Vec<u8>, text: impl fmt::Display) {
    write!(body, "{text}").expect("memory takes any text");
}
