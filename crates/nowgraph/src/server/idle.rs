use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Accepts connections that end when nothing moves on them. The HTTP server has such limits only
/// while it waits for the head of a request of HTTP/1.
#[derive(Debug, Clone)]
pub(super) struct Ending<A> {
    inner: A,
    limit: Duration,
}

impl<A> Ending<A> {
    /// After that time without a byte in either direction.
    pub(super) const fn after(limit: Duration, inner: A) -> Self {
        Self { inner, limit }
    }
}

impl<A, I, S> Accept<I, S> for Ending<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
{
    type Stream = Connection<A::Stream>;
    type Service = A::Service;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let (limit, accepted) = (self.limit, self.inner.accept(stream, service));
        Box::pin(async move {
            let (stream, service) = accepted.await?;
            Ok((Connection::new(stream, limit), service))
        })
    }
}

/// Passes all bytes on. When none has passed for too long the client seems to have hung up, and
/// takes no more.
#[derive(Debug)]
pub(super) struct Connection<I> {
    stream: I,
    limit: Duration,
    moved: Instant,
    timer: Pin<Box<Sleep>>,
}

impl<I> Connection<I> {
    fn new(stream: I, limit: Duration) -> Self {
        Self { stream, limit, moved: Instant::now(), timer: Box::pin(sleep(limit)) }
    }

    /// Passes on what the stream said, or `late` when it has said nothing for too long.
    fn judge<T>(
        &mut self,
        context: &mut Context<'_>,
        said: Poll<io::Result<T>>,
        late: impl FnOnce() -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        if said.is_ready() {
            self.moved = Instant::now();
            return said;
        }
        // Setting the timer at every byte would cost more than looking again when it goes off.
        while self.timer.as_mut().poll(context).is_ready() {
            let due = self.moved + self.limit;
            if due <= Instant::now() {
                return Poll::Ready(late());
            }
            self.timer.as_mut().reset(due);
        }
        Poll::Pending
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Connection<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.judge(context, said, || Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Connection<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, said, || Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(context, said, || Err(io::ErrorKind::TimedOut.into()))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Flushing nothing is no movement.
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Pending => {
                self.judge(context, Poll::Pending, || Err(io::ErrorKind::TimedOut.into()))
            }
            flushed @ Poll::Ready(_) => flushed,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(context, said, || Err(io::ErrorKind::TimedOut.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Body;
    use axum::http::{Request, Response};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use hyper_util::server::conn::auto::Builder;
    use hyper_util::service::TowerToHyperService;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::advance;
    use tower::service_fn;

    use super::*;
    use crate::server::{IDLE, limit};

    /// The client's end of a connection to a server that answers with so many bytes.
    fn connect(length: usize) -> (DuplexStream, tokio::task::JoinHandle<()>) {
        let (client, server) = duplex(64);
        let answer = move |_: Request<_>| async move {
            Ok::<_, Infallible>(Response::new(Body::from(vec![b'x'; length])))
        };
        let mut builder = Builder::new(TokioExecutor::new());
        limit(&mut builder);
        let io = TokioIo::new(Connection::new(server, IDLE));
        let serving = tokio::spawn(async move {
            let service = TowerToHyperService::new(service_fn(answer));
            // However it ends, it has ended.
            drop(builder.serve_connection(io, service).await);
        });
        (client, serving)
    }

    const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

    #[tokio::test(start_paused = true)]
    async fn silent_connections_end_in_time() {
        for said in ["", "P", "PRI * HT", PREFACE, PREFACE.split_at(28).0, GET, "GET / HT"] {
            let (mut client, serving) = connect(0);
            client.write_all(said.as_bytes()).await.unwrap();
            let begun = Instant::now();
            let mut heard = Vec::new();
            client.read_to_end(&mut heard).await.unwrap();
            serving.await.unwrap();
            let took = begun.elapsed();
            assert!(took >= IDLE && took < IDLE + Duration::from_secs(1), "{said:?}: {took:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_reads_ends_the_connection() {
        let (mut client, serving) = connect(1024 * 1024);
        let begun = Instant::now();
        client.write_all(GET.as_bytes()).await.unwrap();
        serving.await.unwrap();
        assert!(begun.elapsed() < IDLE * 2, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn connections_in_use_go_on() {
        let (mut client, serving) = connect(1);
        for _ in 0..5 {
            client.write_all(GET.as_bytes()).await.unwrap();
            let mut heard = Vec::new();
            while !heard.ends_with(b"\r\n\r\nx") {
                heard.push(client.read_u8().await.unwrap());
            }
            advance(IDLE / 4 * 3).await;
        }
        assert!(!serving.is_finished());
    }
}
