use super::error::MultipartError;
use super::http::request;
use super::mime::{self, boundary, head_and_body, headers, parts};
use crate::batch::{ItemError, ItemRequest};
use crate::header::essence;

/// One request of a multipart batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultipartItem {
    /// The client's name for it.
    pub id: Option<String>,
    /// Whether it is a change set of its own, which the answer has to be too.
    pub is_change_set: bool,
    /// What is asked.
    pub request: Result<ItemRequest, ItemError>,
}

/// Reads the body of a multipart batch with at most so many requests, which are in the order of the
/// body. A change set has exactly one: more would have to be carried out in one transaction.
pub fn read_multipart(
    content_type: &str,
    body: &[u8],
    most: usize,
) -> Result<Vec<MultipartItem>, MultipartError> {
    let mut items: Vec<MultipartItem> = Vec::new();
    let parts = parts(body, &boundary(content_type)?)?;
    if parts.is_empty() {
        return Err(MultipartError::Empty);
    }
    for (index, part) in parts.into_iter().enumerate() {
        let number = index + 1;
        let part = Part::read(part, number)?;
        let item = match part.kind {
            Kind::Request => part.item(false)?,
            Kind::Multipart(boundary) => change_set(mime::parts(part.body, &boundary)?, number)?,
        };
        if items.len() == most {
            return Err(MultipartError::TooMany(most));
        }
        if let Some(id) = &item.id
            && items.iter().any(|before| before.id.as_ref() == Some(id))
        {
            return Err(MultipartError::DuplicateId(id.clone()));
        }
        items.push(item);
    }
    Ok(items)
}

fn change_set(parts: Vec<&[u8]>, number: usize) -> Result<MultipartItem, MultipartError> {
    let mut parts = parts.into_iter();
    let only = match (parts.next(), parts.next()) {
        (Some(only), None) => Part::read(only, number)?,
        (None, _) => return Err(MultipartError::Empty),
        (Some(_), Some(_)) => return Err(MultipartError::ChangeSet),
    };
    match only.kind {
        Kind::Request => only.item(true),
        Kind::Multipart(_) => Err(MultipartError::ContentType { part: number }),
    }
}

/// A part whose headers are understood.
struct Part<'b> {
    kind: Kind,
    id: Option<String>,
    body: &'b [u8],
}

enum Kind {
    Request,
    /// Has parts, between lines with this boundary.
    Multipart(String),
}

impl<'b> Part<'b> {
    /// `number` is its place, counted from one, for messages.
    fn read(part: &'b [u8], number: usize) -> Result<Self, MultipartError> {
        let (lines, body) = head_and_body(part);
        let headers = headers(&lines).ok_or(MultipartError::Headers { part: number })?;
        let value = |name: &str| {
            let mut named = headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
            match (named.next(), named.next()) {
                (Some((_, value)), None) => Ok(Some(value.as_str())),
                (None, _) => Ok(None),
                (Some(_), Some(_)) => Err(MultipartError::Headers { part: number }),
            }
        };
        let encoding = value("content-transfer-encoding")?.unwrap_or("binary");
        if !["binary", "8bit", "7bit"].iter().any(|it| it.eq_ignore_ascii_case(encoding)) {
            return Err(MultipartError::TransferEncoding { part: number });
        }
        let content_type = value("content-type")?.unwrap_or_default();
        let kind = match essence(content_type).as_deref() {
            Some("application/http") => Kind::Request,
            Some("multipart/mixed") => Kind::Multipart(boundary(content_type)?),
            _ => return Err(MultipartError::ContentType { part: number }),
        };
        let id = value("content-id")?.map(str::to_owned);
        if id.as_deref().is_some_and(|id| !is_request_id(id)) {
            return Err(MultipartError::ContentId { part: number });
        }
        Ok(Self { kind, id, body })
    }

    fn item(self, is_change_set: bool) -> Result<MultipartItem, MultipartError> {
        let request = request(self.body);
        if let (true, Ok(ItemRequest { method, .. })) = (is_change_set, &request)
            && READS.contains(&method.as_str())
        {
            return Err(MultipartError::ReadInChangeSet(method.clone()));
        }
        Ok(MultipartItem { id: self.id, is_change_set, request })
    }
}

/// What stands for nothing else in a URL (rule `request-id` of the OData ABNF).
fn is_request_id(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    !text.is_empty() && text.bytes().all(unreserved)
}

const READS: [&str; 2] = ["GET", "HEAD"];
