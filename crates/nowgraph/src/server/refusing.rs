use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use api::App;
use axum_server::accept::Accept;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Accepts connections on which requests that cannot be read are answered in Graph's shape. The
/// HTTP/1 server answers those itself, without a body, and has no hook for it.
#[derive(Debug, Clone)]
pub(super) struct Refusing<A> {
    app: Arc<App>,
    inner: A,
}

impl<A> Refusing<A> {
    /// Behind another acceptor, so that it sees what is said within TLS.
    pub(super) const fn behind(inner: A, app: Arc<App>) -> Self {
        Self { app, inner }
    }
}

impl<A, I, S> Accept<I, S> for Refusing<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Connection<A::Stream>;
    type Service = A::Service;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let (app, accepted) = (Arc::clone(&self.app), self.inner.accept(stream, service));
        Box::pin(async move {
            let (stream, service) = accepted.await?;
            Ok((Connection::new(stream, app), service))
        })
    }
}

/// Passes all bytes on, except a bare refusal.
#[derive(Debug)]
pub(super) struct Connection<I> {
    stream: I,
    app: Arc<App>,
    /// Whether the last write was taken whole. The rest of a cut write begins anywhere, even with
    /// what a caller chose, so it is not judged.
    whole: bool,
    instead: Option<Instead>,
}

/// An answer on its way in place of a bare refusal.
#[derive(Debug)]
struct Instead {
    bytes: Vec<u8>,
    written: usize,
    /// Length of what it replaces.
    replaced: usize,
}

impl<I> Connection<I> {
    const fn new(stream: I, app: Arc<App>) -> Self {
        Self { stream, app, whole: true, instead: None }
    }
}

impl<I: AsyncWrite + Unpin> Connection<I> {
    /// Looks at the first bytes of a write alone, which is all that an ordinary answer costs.
    fn judge(&mut self, write: &[u8]) {
        let client_error = write.starts_with(b"HTTP/1.") && write.get(8..10) == Some(b" 4");
        if self.whole && self.instead.is_none() && client_error {
            let answer = api::refusal(&self.app, write);
            self.instead = answer.map(|answer| Instead {
                bytes: answer.into_bytes(),
                written: 0,
                replaced: write.len(),
            });
        }
    }

    /// Ready with the length of what was replaced when the other answer is written; `None` if
    /// there is no other answer.
    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<usize>>> {
        let Some(instead) = &mut self.instead else { return Poll::Ready(None) };
        while let Some(rest) = instead.bytes.get(instead.written..).filter(|r| !r.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(context, rest)) {
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

impl<I: AsyncWrite + Unpin> AsyncWrite for Connection<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.judge(bytes);
        if let Some(replaced) = ready!(self.poll_instead(context)) {
            return Poll::Ready(replaced);
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.whole = written == bytes.len();
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut filled = slices.iter().filter(|slice| !slice.is_empty());
        // A refusal is alone in its write: it has no body.
        if let (Some(only), None) = (filled.next(), filled.next()) {
            self.judge(only);
        }
        if let Some(replaced) = ready!(self.poll_instead(context)) {
            return Poll::Ready(replaced);
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices))?;
        self.whole = written == slices.iter().map(|slice| slice.len()).sum::<usize>();
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Connection<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use testkit::Server;

    use super::*;

    const BARE: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";

    /// Takes a few bytes every second time that it is asked.
    #[derive(Debug)]
    struct Trickle {
        taken: Vec<u8>,
        most: usize,
        busy: bool,
    }

    impl AsyncWrite for Trickle {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.busy = !self.busy;
            if self.busy {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let written = bytes.len().min(self.most);
            self.taken.extend_from_slice(&bytes[..written]);
            Poll::Ready(Ok(written))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Writes each of the texts to its end, and answers what arrived.
    async fn arrives(most: usize, vectored: bool, texts: &[&str]) -> String {
        let server = Server::sqlite().await;
        let trickle = Trickle { taken: Vec::new(), most, busy: false };
        let mut connection = Connection::new(trickle, server.app());
        for text in texts {
            let mut rest = text.as_bytes();
            while !rest.is_empty() {
                let written = poll_fn(|context| {
                    let connection = Pin::new(&mut connection);
                    if vectored {
                        let slices = [IoSlice::new(b""), IoSlice::new(rest)];
                        connection.poll_write_vectored(context, &slices)
                    } else {
                        connection.poll_write(context, rest)
                    }
                });
                rest = &rest[written.await.unwrap()..];
            }
        }
        String::from_utf8(connection.stream.taken).unwrap()
    }

    #[tokio::test]
    async fn bare_refusals_are_replaced_however_they_are_cut() {
        let ok = "HTTP/1.1 200 OK\r\nrequest-id: x\r\ncontent-length: 2\r\n\r\n{}";
        for (most, vectored) in [(1, false), (1, true), (7, false), (7, true), (9999, true)] {
            let arrived = arrives(most, vectored, &[ok, BARE]).await;
            let answer = arrived.strip_prefix(ok).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
            assert!(head.ends_with(&format!("\r\ncontent-length: {}", body.len())), "{head}");
            assert!(body.starts_with(r#"{"error":{"code":"BadRequest","#), "{body}");
        }
    }

    #[tokio::test]
    async fn all_else_passes_as_it_is() {
        for text in [
            "HTTP/1.1 404 Not Found\r\nrequest-id: x\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nRequest-Id: x\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 400 Bad Request\r\n\r\nx\r\n\r\n",
            "HTTP/1.1 418 Other\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 4",
        ] {
            for most in [3, 9999] {
                assert_eq!(arrives(most, false, &[text]).await, text);
                assert_eq!(arrives(most, true, &[text]).await, text);
            }
        }
        // The rest of a cut write looks like a refusal.
        let echo = format!("0123{BARE}");
        assert_eq!(arrives(4, false, &[&echo]).await, echo);
    }
}
