mod idle;
mod refusing;

use std::error::Error;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use api::App;
use axum_server::Handle;
use axum_server::accept::DefaultAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use connector::Engine;
use console::Console;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinHandle, JoinSet};

use crate::output;
use crate::tls::Tls;
use idle::Ending;
use refusing::Refusing;

/// How often what was kept for callers that have gone is freed, and old events are looked for.
const TIDY: Duration = Duration::from_mins(1);
/// How long open requests may take to finish after a signal to stop.
const DRAIN: Duration = Duration::from_secs(30);
/// How long a client may take to send the head of a request, and leave a connection idle: longer
/// than the 90 s of Go's client, so that no server closes what a client is about to use.
const IDLE: Duration = Duration::from_mins(2);
/// Requests at the same time on one connection of HTTP/2.
const STREAMS: u32 = 100;
/// Bytes that the headers of a request take in HTTP/2: twice what is served, so that what is too
/// much is answered in Graph's shape and not by the protocol.
const HEADERS: u32 = 128 * 1024;

/// A bound address that does not answer yet.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    /// The address with the port that was picked.
    pub(crate) address: SocketAddr,
}

/// An address that cannot be had.
#[derive(Debug, thiserror::Error)]
enum BindError {
    #[error("cannot listen on {0}: another program does; choose another address with --listen")]
    Taken(SocketAddr),
    #[error("cannot listen on {0}: ports below 1024 need the right to do so")]
    Forbidden(SocketAddr),
    #[error("cannot listen on {0}")]
    Other(SocketAddr, #[source] io::Error),
}

impl Server {
    /// Takes the address; port 0 picks a free one.
    pub(crate) fn bind(address: SocketAddr) -> anyhow::Result<Self> {
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(Self { address: listener.local_addr()?, listener })
        });
        Ok(bound.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => BindError::Taken(address),
            io::ErrorKind::PermissionDenied => BindError::Forbidden(address),
            _ => BindError::Other(address, error),
        })?)
    }

    /// Prints the announcement when it answers. Answers until SIGTERM or SIGINT, then finishes what
    /// is under way; a second signal cuts that short.
    pub(crate) async fn run(
        self,
        (app, console): (Arc<App>, Option<Arc<Console>>),
        engine: Engine,
        tls: Option<Tls>,
        announcement: &str,
    ) -> anyhow::Result<()> {
        let handle = Handle::new();
        let mut stop = StopSignals::catch()?;
        let mut aside = JoinSet::new();
        aside.spawn(tidy(Arc::clone(&app)));
        let passes = tokio::spawn({
            let engine = engine.clone();
            async move { engine.serve().await }
        });
        let config = tls.map(|tls| {
            aside.spawn(tls.follower.run());
            if let Some(renewal) = tls.renewal {
                aside.spawn(renewal.run());
            }
            tls.config
        });
        let mut serving = self.start(app, console, config, handle.clone())?;
        if let Err(error) = output::line(announcement) {
            tracing::warn!(error = &error as &dyn Error, "nobody was told the address");
        }
        tokio::select! {
            ended = &mut serving => return ended?.context("the server stopped"),
            () = stop.next() => {}
        }
        aside.abort_all();
        tracing::info!("stopping: finishing open requests");
        engine.stop();
        handle.graceful_shutdown(Some(DRAIN));
        let ended = async { (serving.await, passes.await) };
        tokio::select! {
            (served, passes) = ended => {
                passes?;
                served?.context("the server stopped")
            }
            () = stop.next() => bail!("stopped before open requests were finished"),
        }
    }

    /// Begins to answer.
    fn start(
        self,
        app: Arc<App>,
        console: Option<Arc<Console>>,
        tls: Option<RustlsConfig>,
        handle: Handle<SocketAddr>,
    ) -> io::Result<JoinHandle<io::Result<()>>> {
        let router = api::router(Arc::clone(&app));
        let service = match console {
            Some(console) => router.merge(console::router(console)).into_make_service(),
            None => router.into_make_service(),
        };
        let server = axum_server::from_tcp(self.listener)?.handle(handle);
        // A connection ends when it is silent, and also when it never comes to a request.
        let mut server = server.first_request_timeout(IDLE);
        limit(server.http_builder());
        Ok(if let Some(config) = tls {
            let secure = Ending::after(IDLE, RustlsAcceptor::new(config));
            tokio::spawn(server.acceptor(Refusing::behind(secure, app)).serve(service))
        } else {
            let plain = Ending::after(IDLE, DefaultAcceptor::new());
            tokio::spawn(server.acceptor(Refusing::behind(plain, app)).serve(service))
        })
    }
}

/// What one connection may ask for.
fn limit(builder: &mut Builder<TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(IDLE);
    builder.http2().max_concurrent_streams(STREAMS).max_header_list_size(HEADERS);
}

/// Frees from time to time what was kept for callers that have gone, and drops what is too old.
async fn tidy(app: Arc<App>) {
    loop {
        tokio::time::sleep(TIDY).await;
        app.forget_idle_callers();
        match app.forget_old_events().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "dropped audit events older than audit.retention"),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn Error,
                    "old audit events are not dropped yet"
                );
            }
        }
    }
}

#[derive(Debug)]
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn catch() -> io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
