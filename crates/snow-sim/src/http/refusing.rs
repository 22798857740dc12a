use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Answer;
use crate::instance::Shared;

/// A connection on which a request that cannot be read is answered in ServiceNow's shape. The
/// HTTP/1 server answers it itself, without a body, and has no hook for it.
#[derive(Debug)]
pub(super) struct Refusing<W> {
    wire: W,
    shared: Arc<Shared>,
    /// Whether the last write was taken whole; the rest of a cut one begins anywhere.
    whole: bool,
    instead: Option<Instead>,
}

/// An answer on its way in place of a bare one.
#[derive(Debug)]
struct Instead {
    bytes: Vec<u8>,
    written: usize,
    /// Length of what it replaces.
    replaced: usize,
}

impl<W> Refusing<W> {
    pub(super) fn new(wire: W, shared: Arc<Shared>) -> Self {
        Self { wire, shared, whole: true, instead: None }
    }
}

/// What stands in place of a bare refusal; `None` of everything else, which has a date.
fn instead(write: &[u8], dated: impl Fn(Answer) -> Answer) -> Option<Vec<u8>> {
    let head = str::from_utf8(write).ok()?.strip_suffix("\r\n\r\n")?;
    let (line, fields) = head.split_once("\r\n")?;
    if fields.to_ascii_lowercase().split("\r\n").any(|field| field.starts_with("date:")) {
        return None;
    }
    let (status, detail) = match line.strip_prefix("HTTP/1.")?.get(1..5)? {
        " 400" => (400, UNREADABLE),
        " 414" => (414, "The address is too long"),
        " 431" => (431, "The headers are too long"),
        _ => return None,
    };
    let answer = dated(Answer::error(status, "Exception while reading request", Some(detail)));
    let mut out = format!("{line}\r\nconnection: close\r\ncontent-length: {}", answer.body.len());
    for (name, value) in &answer.headers {
        out.extend(["\r\n", name, ": ", value]);
    }
    out.push_str("\r\n\r\n");
    Some([out.as_bytes(), &answer.body].concat())
}

const UNREADABLE: &str = "The request line or a header is malformed; blanks, quotation marks, < and \
                          > have to be percent-encoded in an address";

impl<W: AsyncWrite + Unpin> Refusing<W> {
    /// Ready with the length of what was replaced when the other answer is written; `None` if
    /// there is no other answer.
    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<usize>>> {
        let Some(instead) = &mut self.instead else { return Poll::Ready(None) };
        while let Some(rest) = instead.bytes.get(instead.written..).filter(|rest| !rest.is_empty())
        {
            match ready!(Pin::new(&mut self.wire).poll_write(cx, rest)) {
                Ok(0) => return Poll::Ready(Some(Err(io::ErrorKind::WriteZero.into()))),
                Ok(written) => instead.written = instead.written.saturating_add(written),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let replaced = instead.replaced;
        self.instead = None;
        Poll::Ready(Some(Ok(replaced)))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Refusing<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        let client_error = from.starts_with(b"HTTP/1.") && from.get(8..10) == Some(b" 4");
        if self.whole && self.instead.is_none() && client_error {
            let bytes = instead(from, |answer| self.shared.dated(answer));
            self.instead = bytes.map(|bytes| Instead { bytes, written: 0, replaced: from.len() });
        }
        if let Some(replaced) = ready!(self.poll_instead(cx)) {
            return Poll::Ready(replaced);
        }
        let written = ready!(Pin::new(&mut self.wire).poll_write(cx, from))?;
        self.whole = written == from.len();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

impl<W: AsyncRead + Unpin> AsyncRead for Refusing<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_read(cx, into)
    }
}
