use std::io::{self, Write as _};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::{Body, Frame, SizeHint};

use super::message::weighed;
use super::{Answer, Damage, Request};

/// The answer as it is sent; `cut` breaks its connection once all of a broken one is out.
pub(super) fn pack(answer: Answer, gzip: bool, cut: &Arc<AtomicBool>) -> hyper::Response<Sent> {
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
    let end = match answer.damage {
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
    body.truncate(end.unwrap_or(usize::MAX));
    let broken = || Some(Arc::clone(cut));
    let streamed = answer.streamed && answer.damage != Some(Damage::WrongLength);
    let sent = Sent { left: Some(Bytes::from(body)), streamed, cut: end.and_then(|_| broken()) };
    // A header that cannot be sent is a mistake of whoever set a fault or a setting.
    response.body(sent).unwrap_or_else(|_| {
        hyper::Response::new(Sent { left: None, streamed: false, cut: broken() })
    })
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

/// A body that may end in a broken connection. It does not end with an error: the server would
/// drop what it has not written yet, all of a short answer.
#[derive(Debug)]
pub(super) struct Sent {
    left: Option<Bytes>,
    streamed: bool,
    cut: Option<Arc<AtomicBool>>,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(left) = self.left.take().filter(|left| !left.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(left))));
        }
        match &self.cut {
            None => Poll::Ready(None),
            // The server flushes now, and that breaks the connection.
            Some(cut) => {
                cut.store(true, Ordering::Relaxed);
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.cut.is_none() && self.left.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        if self.streamed || self.cut.is_some() {
            return SizeHint::default();
        }
        let left = self.left.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(left).unwrap_or(0))
    }
}
