use std::io::{self, Write as _};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::wire::Wire;
use super::{Answer, Damage, Request};
use crate::instance::Shared;

/// The longest body that is read.
const LONGEST: usize = 10 << 20;

/// What every connection is served with.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) shared: Arc<Shared>,
    /// Changes when no more requests are to be taken.
    pub(crate) stop: watch::Receiver<()>,
}

/// Accepts connections until it is told to stop, and ends when the last one has its answer.
/// Connections end with the task.
pub(crate) async fn run(listener: TcpListener, mut serving: Serving) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, serving.clone()));
                }
                // Out of descriptors: those that are open have to close first.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
            _ = serving.stop.changed() => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, serving: Serving) {
    stream.set_nodelay(true).ok();
    let reset = Arc::new(AtomicBool::new(false));
    let wire = Wire { stream, reset: Arc::clone(&reset) };
    match serving.tls.clone() {
        None => serve(wire, "http", serving, reset).await,
        Some(config) => {
            let mut stop = serving.stop.clone();
            let accepted = tokio::select! {
                accepted = TlsAcceptor::from(config).accept(wire) => accepted,
                _ = stop.changed() => return,
            };
            if let Ok(secure) = accepted {
                serve(secure, "https", serving, reset).await;
            }
        }
    }
}

async fn serve<W>(wire: W, scheme: &'static str, serving: Serving, reset: Arc<AtomicBool>)
where
    W: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Serving { shared, mut stop, .. } = serving;
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (shared, reset) = (Arc::clone(&shared), Arc::clone(&reset));
        async move {
            let Some(request) = read(request, scheme).await else {
                return Ok(pack(Answer::empty(413), false));
            };
            let answer = shared.answer(&request);
            if !answer.delay.is_zero() {
                tokio::time::sleep(answer.delay).await;
            }
            if answer.damage == Some(Damage::Reset) {
                reset.store(true, Ordering::Relaxed);
                return Err(io::Error::other("reset"));
            }
            let gzip = request.header("accept-encoding").is_some_and(|have| have.contains("gzip"));
            Ok(pack(answer, gzip && request.method != "HEAD"))
        }
    });
    let mut builder = http1::Builder::new();
    let connection = builder.timer(TokioTimer::new()).serve_connection(TokioIo::new(wire), service);
    let mut connection = pin!(connection);
    // A connection that ends in an error is one that was meant to, or the client's doing.
    tokio::select! {
        ended = connection.as_mut() => ended.ok(),
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await.ok()
        }
    };
}

async fn read(request: hyper::Request<Incoming>, scheme: &str) -> Option<Request> {
    let (head, body) = request.into_parts();
    let text =
        |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<(String, String)> =
        head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let host = head.headers.get("host").map(text).unwrap_or_default();
    let body = Limited::new(body, LONGEST).collect().await.ok()?.to_bytes();
    Some(Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or("").to_owned(),
        headers,
        body: body.into(),
        origin: format!("{scheme}://{host}"),
    })
}

fn pack(answer: Answer, gzip: bool) -> hyper::Response<Sent> {
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

fn compress(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

/// A body that may end in a broken connection.
#[derive(Debug)]
struct Sent {
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
