use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use api::App;
use axum_server::Handle;
use tokio::signal::unix::{SignalKind, signal};

/// How often what was kept for callers that have gone is freed.
const TIDY: Duration = Duration::from_secs(60);
/// How long open requests may take to finish after a signal to stop.
const DRAIN: Duration = Duration::from_secs(30);
/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);

/// A bound address that does not answer yet.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    /// The address with the port that was picked.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Takes the address; port 0 picks a free one.
    pub(crate) fn bind(address: SocketAddr) -> anyhow::Result<Self> {
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(Self { address: listener.local_addr()?, listener })
        });
        bound.with_context(|| format!("cannot listen on {address}"))
    }

    /// Answers until SIGTERM or SIGINT, then finishes what is under way.
    pub(crate) async fn run(self, app: Arc<App>, ready: impl FnOnce()) -> anyhow::Result<()> {
        let router = api::router(Arc::clone(&app));
        let handle = Handle::new();
        let stopped = stop_signal()?;
        let mut server = axum_server::from_tcp(self.listener)?.handle(handle.clone());
        let timer = hyper_util::rt::TokioTimer::new();
        server.http_builder().http1().timer(timer).header_read_timeout(HEAD);
        let serving = tokio::spawn(server.serve(router.into_make_service()));
        ready();
        let tidying = tokio::spawn(async move {
            loop {
                tokio::time::sleep(TIDY).await;
                app.forget_idle_callers();
            }
        });
        stopped.await;
        tidying.abort();
        tracing::info!("stopping: finishing open requests");
        handle.graceful_shutdown(Some(DRAIN));
        serving.await?.context("the server stopped")
    }
}

fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
