use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::Damage;
use super::cutting::Cutting;
use super::ending::{Stage, Staged};
use super::pack::{pack, takes_gzip};
use super::read::read;
use super::refusing::Refusing;
use super::wire::Wire;
use crate::instance::Shared;

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

/// Bytes of which the packing would keep others waiting.
const LONG: usize = 1 << 20;

async fn serve<W>(wire: W, scheme: &'static str, serving: Serving, reset: Arc<AtomicBool>)
where
    W: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Serving { shared, mut stop, .. } = serving;
    let cut = Arc::new(AtomicBool::new(false));
    let wire = Cutting { wire, cut: Arc::clone(&cut) };
    let stage = Stage::default();
    let wire = Staged { wire: Refusing::new(wire, Arc::clone(&shared)), stage: stage.clone() };
    let (stopped, busy) = (stop.clone(), stage.clone());
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (shared, reset, cut) = (Arc::clone(&shared), Arc::clone(&reset), Arc::clone(&cut));
        let (mut stop, answering) = (stopped.clone(), busy.answering());
        async move {
            let _answering = answering;
            let read = tokio::select! {
                read = read(request, scheme) => read,
                // Who sends it slowly would keep the instance from ending.
                _ = stop.changed() => return Err(io::Error::other("stopped")),
            };
            let request = match read {
                Ok(request) => request,
                Err(refused) => return Ok(pack(shared.dated(refused.answer()), false, &cut)),
            };
            let answer = shared.answer(&request).await;
            if !answer.delay.is_zero() {
                tokio::time::sleep(answer.delay).await;
            }
            if answer.damage == Some(Damage::Reset) {
                reset.store(true, Ordering::Relaxed);
                return Err(io::Error::other("reset"));
            }
            let gzip = takes_gzip(&request) && request.method != "HEAD";
            if gzip && answer.body.len() > LONG {
                let packed = tokio::task::spawn_blocking(move || pack(answer, gzip, &cut));
                return packed.await.map_err(io::Error::other);
            }
            Ok(pack(answer, gzip, &cut))
        }
    });
    let mut builder = http1::Builder::new();
    // Answers have the time of the instance; one without is not ours.
    let builder = builder.timer(TokioTimer::new()).auto_date_header(false);
    let connection = builder.serve_connection(TokioIo::new(wire), service);
    let mut connection = pin!(connection);
    // A connection that ends in an error is one that was meant to, or the client's doing.
    tokio::select! {
        ended = connection.as_mut() => ended.ok(),
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            stage.end(connection).await;
            None
        }
    };
}
