use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::{Body, Frame, SizeHint};

use super::message::weighed;
use super::{Answer, Damage, Request};

/// The answer as it is sent.
pub(super) fn pack(answer: Answer, gzip: bool) -> hyper::Response<Sent> {
    let mut body = answer.body;
    let mut response = hyper::Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    if gzip
        && !body.is_empty()
        && let Ok(packed) = compress(&body)
    {
        body = packed;
        response = response.header("content-encoding", "gzip");
    }
    let cut = match answer.damage {
        Some(Damage::Cut(bytes)) => Some(bytes),
        Some(Damage::WrongLength) => {
            response = response.header("content-length", body.len() + 100);
            Some(body.len())
        }
        Some(Damage::Garbled) => {
            let middle = body.len() / 2;
            body.iter_mut().skip(middle).take(8).for_each(|byte| *byte ^= 0xff);
            None
        }
        Some(Damage::Reset) | None => None,
    };
    let broken = cut.is_some();
    body.truncate(cut.unwrap_or(usize::MAX));
    let sent = Sent { left: Some(Bytes::from(body)), broken };
    // A header that cannot be sent is a mistake of whoever set a fault or a setting.
    response.body(sent).unwrap_or_else(|_| hyper::Response::new(Sent { left: None, broken: true }))
}

/// RFC 9110, 12.5.3: a weight of 0 says no.
pub(super) fn takes_gzip(request: &Request) -> bool {
    let list = request.header("accept-encoding").unwrap_or("");
    let weight = |coding: &str| weighed(list).find(|(name, _)| name == coding);
    weight("gzip").or_else(|| weight("*")).is_some_and(|(_, weight)| weight > 0.0)
}

fn compress(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

/// A body that may end in a broken connection.
#[derive(Debug)]
pub(super) struct Sent {
    left: Option<Bytes>,
    broken: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.left.take().filter(|left| !left.is_empty()) {
            Some(left) => Poll::Ready(Some(Ok(Frame::data(left)))),
            None if self.broken => Poll::Ready(Some(Err(io::Error::other("cut")))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.broken && self.left.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        if self.broken {
            return SizeHint::default();
        }
        let left = self.left.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(left).unwrap_or(0))
    }
}
