use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection that breaks when all that was written is out, once `cut` is set. It lies above
/// TLS, so that a cut answer is one whose records are whole.
#[derive(Debug)]
pub(super) struct Cutting<W> {
    pub(super) wire: W,
    pub(super) cut: Arc<AtomicBool>,
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Cutting<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.wire).poll_flush(cx))?;
        let cut = self.cut.load(Ordering::Relaxed);
        Poll::Ready(if cut { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) })
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}

impl<W: AsyncRead + Unpin> AsyncRead for Cutting<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_read(cx, into)
    }
}
