use std::time::SystemTime;

use bytes::Bytes;

use super::decoder::{Decoder, Limits};
use super::{PageRequest, Row};
use crate::answer::{Failure, Head};
use crate::http::Body;

/// The rows of an answer, as they come.
///
/// A row counts only once [`Page::next`] has said `None`: an instance that runs out of time sends
/// status 200, some rows, and then an error. Until then rows belong into a transaction, or into a
/// buffer with an end.
///
/// Source: ServiceNow, "Table API"; "Transaction quotas" for the 60 seconds.
#[derive(Debug)]
pub struct Page {
    body: Option<Body>,
    decoder: Decoder,
    total: Option<u64>,
    date: Option<SystemTime>,
}

/// Reads an answer of the Table API that is at hand, in pieces as the network would bring it. What
/// came before an error counts for nothing.
///
/// Source: ServiceNow, "Table API".
pub fn read_rows<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Result<Vec<Row>, Failure> {
    let mut decoder = Decoder::new(LIMITS);
    let mut rows = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece))?;
        while let Some(row) = decoder.next()? {
            rows.push(row);
        }
    }
    decoder.finish()?;
    Ok(rows)
}

/// More is a page that was asked for too greedily.
const LIMITS: Limits = Limits { page: 16 << 20, row: 1 << 20 };

impl Page {
    /// The page behind an answer. Version 1 says of no rows that they are not found.
    pub(crate) fn of(
        request: &PageRequest,
        answer: Result<(Head, Body), Failure>,
    ) -> Result<Self, Failure> {
        match answer {
            Ok((Head { total, date, .. }, body)) => {
                Ok(Self { body: Some(body), decoder: Decoder::new(LIMITS), total, date })
            }
            Err(Failure::NotFound(_)) if request.path().is_first_version() => {
                Ok(Self { body: None, decoder: Decoder::empty(LIMITS), total: None, date: None })
            }
            Err(failure) => Err(failure),
        }
    }

    /// The next row; `None` when the answer is whole and holds no error.
    pub async fn next(&mut self) -> Result<Option<Row>, Failure> {
        loop {
            if let Some(row) = self.decoder.next()? {
                return Ok(Some(row));
            }
            let Some(body) = &mut self.body else {
                self.decoder.finish()?;
                return Ok(None);
            };
            match body.piece().await? {
                Some(piece) => self.decoder.push(piece)?,
                None => self.body = None,
            }
        }
    }

    /// Rows that match, whether or not they may be read; where it was asked for.
    ///
    /// Source: ServiceNow, "Table API", header `X-Total-Count`.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The clock of the instance when it answered.
    ///
    /// Source: RFC 9110 section 6.6.1.
    pub fn date(&self) -> Option<SystemTime> {
        self.date
    }
}
