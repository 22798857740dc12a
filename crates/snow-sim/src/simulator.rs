use rustls::ServerConfig;
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::control;
use crate::faults::Fault;
use crate::http::server::{self, Serving};
use crate::instance::{Outside, Shared};
use crate::log::Logged;
use crate::seed::{ADMINISTRATOR, PASSWORD, Size};
use crate::settings::Settings;
use crate::{auth, clock};

/// A running instance; dropped, it stops at once.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
    stop: watch::Sender<()>,
}

/// What opens the door.
#[derive(Debug, Clone, Copy)]
pub struct Credentials {
    /// The registered OAuth client.
    pub client_id: &'static str,
    /// Its secret.
    pub client_secret: &'static str,
    /// An administrator who may use Basic.
    pub user: &'static str,
    /// The password of everybody in the world.
    pub password: &'static str,
    /// A key for `x-sn-apikey`.
    pub api_key: &'static str,
}

/// An edit that could not be carried out.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EditError(String);

impl Simulator {
    /// What every instance can be entered with.
    pub const CREDENTIALS: Credentials = Credentials {
        client_id: auth::CLIENT,
        client_secret: auth::SECRET,
        user: ADMINISTRATOR,
        password: PASSWORD,
        api_key: auth::API_KEY,
    };

    /// Makes the world and answers on the address; port 0 picks a free one. `outside` tells the
    /// time, in seconds since 1970.
    pub async fn start(
        address: SocketAddr,
        size: &Size,
        tls: Option<Arc<ServerConfig>>,
        outside: Outside,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(size, outside));
        let (stop, stopped) = watch::channel(());
        let serving = Serving { tls, shared: Arc::clone(&shared), stop: stopped };
        let serving = tokio::spawn(server::run(listener, serving));
        Ok(Self { address, shared, serving, stop })
    }

    /// Takes no more requests, and ends when those that came have their answers.
    pub async fn stop(mut self) {
        self.stop.send_replace(());
        // It can only have ended already.
        (&mut self.serving).await.ok();
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes switches.
    pub fn settings(&self, change: impl FnOnce(&mut Settings)) {
        change(Arc::make_mut(&mut self.shared.lock().settings));
    }

    /// Sets the faults that requests from now on meet.
    pub fn faults(&self, faults: Vec<Fault>) {
        self.shared.lock().faults.set(faults);
    }

    /// Requests that came, the newest last.
    pub fn log(&self) -> Vec<Logged> {
        self.shared.lock().log.entries().to_vec()
    }

    /// Changes rows behind the back of the API, as `POST /_sim/edits` does with one edit.
    pub fn edit(&self, edit: Value) -> Result<String, EditError> {
        let edit: control::Edit =
            serde_json::from_value(edit).map_err(|error| EditError(error.to_string()))?;
        control::apply(&mut self.shared.lock(), &edit).map_err(EditError)
    }

    /// Stops the clock at this time, written `2026-01-02 03:04:05`.
    pub fn freeze_at(&self, time: &str) -> Result<(), EditError> {
        let mut state = self.shared.lock();
        let to = clock::parse(time).ok_or_else(|| EditError(format!("{time} is no time")))?;
        let outside = state.outside;
        state.clock.set(outside, to);
        state.clock.freeze(outside);
        drop(state);
        Ok(())
    }

    /// Keeps rows, users, rights, tokens, switches and the clock under a name; faults and the log
    /// are not in it.
    pub fn snapshot(&self, name: &str) {
        self.shared.lock().snapshot(name.to_owned());
    }

    /// Brings back what was kept.
    pub fn restore(&self, name: &str) -> Result<(), EditError> {
        let there = self.shared.lock().restore(name);
        there.then_some(()).ok_or_else(|| EditError(control::NO_SNAPSHOT.to_owned()))
    }

    /// Moves the clock by so many seconds.
    pub fn jump(&self, seconds: i64) {
        let mut state = self.shared.lock();
        let outside = state.outside;
        state.clock.jump(outside, seconds);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
