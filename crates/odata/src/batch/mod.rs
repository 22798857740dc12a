//! Batches: several requests in one, read and put in order here, answered by whoever serves the
//! single ones. As JSON (OData JSON format 4.01 section 19, with the limits of Microsoft Graph), or as
//! `multipart/mixed`.

mod answer;
mod condition;
mod error;
mod multipart;
mod order;
mod read;

pub use answer::{AnswerBody, ItemAnswer, write_answers};
pub use condition::Condition;
pub use error::{BatchError, ConditionError, ItemError};
pub use multipart::{
    MultipartAnswer, MultipartError, MultipartItem, read_multipart, write_multipart,
};
pub use read::read_batch;

use crate::header::is_token;

/// A batch whose items can be answered, each with its own success or failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// In the order of the request.
    pub items: Vec<Item>,
    /// Places in `items`, so that every item comes after those it depends on.
    pub order: Vec<usize>,
}

/// One request of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The client's name for it, unique in the batch whatever the case.
    pub id: String,
    /// Places of the items that come before, and have to succeed unless a condition says otherwise.
    pub depends_on: Vec<usize>,
    /// What has to hold instead.
    pub condition: Option<Condition>,
    /// What is asked.
    pub request: Result<ItemRequest, ItemError>,
}

/// What an item asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRequest {
    /// Only a token of HTTP. Of OData's own, which ignore case here, in capitals.
    pub method: String,
    /// As written: absolute, from the root of the host or from the service root.
    pub url: String,
    /// Names in the case they came in.
    pub headers: Vec<(String, String)>,
    /// What would be the body of a request of its own; empty without one.
    pub body: Vec<u8>,
}

impl ItemRequest {
    /// The same, if a request can have this method and this URL.
    fn checked(self) -> Result<Self, ItemError> {
        if !is_token(&self.method) {
            return Err(ItemError::Method);
        }
        if self.url.contains(char::is_control) {
            return Err(ItemError::Url);
        }
        Ok(self)
    }

    /// The value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests;
