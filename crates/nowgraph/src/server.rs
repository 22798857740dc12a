mod refusing;

use std::error::Error;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use api::App;
use axum_server::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::output;
use refusing::Refusing;

/// How often what was kept for callers that have gone is freed.
const TIDY: Duration = Duration::from_mins(1);
/// How long open requests may take to finish after a signal to stop.
const DRAIN: Duration = Duration::from_secs(30);
/// How long a client may take to send the head of a request, and leave a connection idle: longer
/// than the 90 s of Go's client, so that no server closes what a client is about to use.
const HEAD: Duration = Duration::from_mins(2);

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
    pub(crate) async fn run(self, app: Arc<App>, announcement: &str) -> anyhow::Result<()> {
        let router = api::router(Arc::clone(&app));
        let handle = Handle::new();
        let mut stop = StopSignals::catch()?;
        let mut server = axum_server::from_tcp(self.listener)?
            .acceptor(Refusing::new(Arc::clone(&app)))
            .handle(handle.clone());
        let timer = hyper_util::rt::TokioTimer::new();
        server.http_builder().http1().timer(timer).header_read_timeout(HEAD);
        let mut serving = tokio::spawn(server.serve(router.into_make_service()));
        if let Err(error) = output::line(announcement) {
            tracing::warn!(error = &error as &dyn Error, "nobody was told the address");
        }
        let tidying = tokio::spawn(async move {
            loop {
                tokio::time::sleep(TIDY).await;
                app.forget_idle_callers();
            }
        });
        tokio::select! {
            ended = &mut serving => return ended?.context("the server stopped"),
            () = stop.next() => {}
        }
        tidying.abort();
        tracing::info!("stopping: finishing open requests");
        handle.graceful_shutdown(Some(DRAIN));
        tokio::select! {
            ended = serving => ended?.context("the server stopped"),
            () = stop.next() => bail!("stopped before open requests were finished"),
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
