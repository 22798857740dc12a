//! What is left of a body when the answer to its request is made. Clients that send all of it first
//! read no answer when the connection breaks before, and HTTP/2 resets the stream of a request whose
//! body nobody wants, answer and all.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Error;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

/// Most bytes that are read for nothing.
const MAX_DISCARDED_BYTES: usize = 8 * 1024 * 1024;
const MAX_DISCARDED_TIME: Duration = Duration::from_secs(2);

/// The body of a request, also after the request is gone.
#[derive(Debug, Clone)]
pub(crate) struct Unread(Arc<Mutex<Body>>);

impl Unread {
    /// Keeps hold of a body. A client that waits to be asked for it sends none of it, and what is too
    /// long to discard is not begun.
    pub(crate) fn of(request: Request) -> (Request, Option<Self>) {
        let announced = usize::try_from(request.body().size_hint().lower()).unwrap_or(usize::MAX);
        let waits = request.headers().contains_key(EXPECT);
        if request.body().is_end_stream() || waits || announced > MAX_DISCARDED_BYTES {
            return (request, None);
        }
        let (head, body) = request.into_parts();
        let unread = Self(Arc::new(Mutex::new(body)));
        (Request::from_parts(head, Body::new(unread.clone())), Some(unread))
    }

    /// Reads on until the body ends or breaks, or it is enough.
    pub(crate) async fn discard(mut self) {
        let reading = async {
            let mut left = MAX_DISCARDED_BYTES;
            while let Some(Ok(frame)) = self.frame().await {
                let length = frame.data_ref().map_or(0, Bytes::len);
                match left.checked_sub(length) {
                    Some(rest) => left = rest,
                    None => break,
                }
            }
        };
        if timeout(MAX_DISCARDED_TIME, reading).await.is_err() {
            tracing::debug!("a body that nobody wants did not end in time");
        }
    }

    fn with<T>(&self, ask: impl FnOnce(Pin<&mut Body>) -> T) -> T {
        ask(Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl HttpBody for Unread {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.with(|body| body.poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|body| body.size_hint())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::{StreamExt as _, stream};
    use tokio::time::Instant;

    use super::*;

    const MEBIBYTE: usize = 1024 * 1024;

    fn of_body(body: Body) -> (Request, Option<Unread>) {
        Unread::of(Request::new(body))
    }

    #[tokio::test(start_paused = true)]
    async fn bodies_are_read_on_for_a_while() {
        let check = async |chunks: usize, expect: usize| {
            let read = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&read);
            let stream = stream::iter(0..chunks).map(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
                Ok::<_, Infallible>(vec![b' '; MEBIBYTE])
            });
            let (request, unread) = of_body(Body::from_stream(stream));
            drop(request);
            unread.unwrap().discard().await;
            assert_eq!(read.load(Ordering::Relaxed), expect);
        };
        check(5, 5).await;
        // Those are the eight to discard, and the one that is too many.
        check(1000, 9).await;
        let silent = stream::iter([Ok::<_, Infallible>(vec![b' '; MEBIBYTE])]);
        let (_request, unread) = of_body(Body::from_stream(silent.chain(stream::pending())));
        let begun = Instant::now();
        unread.unwrap().discard().await;
        assert_eq!(begun.elapsed(), MAX_DISCARDED_TIME);
    }

    #[tokio::test]
    async fn what_was_read_is_not_there_again() {
        let (request, unread) = of_body(Body::from("{}"));
        assert_eq!(request.body().size_hint().exact(), Some(2));
        assert_eq!(request.into_body().collect().await.unwrap().to_bytes(), "{}");
        let unread = unread.unwrap();
        assert!(unread.is_end_stream());
        unread.discard().await;
    }

    #[test]
    fn nothing_is_kept_of_what_is_not_to_be_read() {
        assert!(of_body(Body::empty()).1.is_none());
        assert!(of_body(Body::from(vec![b' '; MAX_DISCARDED_BYTES + 1])).1.is_none());
        let waiting = Request::builder().header(EXPECT, "100-continue").body(Body::from("{}"));
        assert!(Unread::of(waiting.unwrap()).1.is_none());
    }
}
