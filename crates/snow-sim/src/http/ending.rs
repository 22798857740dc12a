use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How far a connection is, for whoever ends it.
#[derive(Debug, Clone, Default)]
pub(super) struct Stage {
    answering: Arc<AtomicBool>,
    /// The last that happened on the wire was that something came.
    asked: Arc<AtomicBool>,
}

/// Says that a request is being answered, until it is dropped.
#[derive(Debug)]
pub(super) struct Answering(Arc<AtomicBool>);

/// How long a client may take to read an answer when the instance ends.
const READING: Duration = Duration::from_secs(5);

impl Stage {
    pub(super) fn answering(&self) -> Answering {
        self.answering.store(true, Ordering::Relaxed);
        Answering(Arc::clone(&self.answering))
    }

    /// Follows a connection that takes no more requests: who waits for an answer gets it, who has
    /// sent a part of a request gets none, and nobody keeps the instance from ending by not
    /// reading.
    pub(super) async fn end<F: Future>(&self, mut connection: Pin<&mut F>) {
        let ended = poll_fn(|cx| match connection.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if self.answering.load(Ordering::Relaxed) => Poll::Pending,
            Poll::Pending => Poll::Ready(false),
        });
        if !ended.await && !self.asked.load(Ordering::Relaxed) {
            tokio::time::timeout(READING, connection).await.ok();
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// A connection that notes what happened on it last.
#[derive(Debug)]
pub(super) struct Staged<W> {
    pub(super) wire: W,
    pub(super) stage: Stage,
}

impl<W: AsyncRead + Unpin> AsyncRead for Staged<W> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = ready!(Pin::new(&mut self.wire).poll_read(cx, into));
        if into.filled().len() > before {
            self.stage.asked.store(true, Ordering::Relaxed);
        }
        Poll::Ready(read)
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Staged<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stage.asked.store(false, Ordering::Relaxed);
        Pin::new(&mut self.wire).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}
