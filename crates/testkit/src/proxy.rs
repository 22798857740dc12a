use std::future::pending;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time;

/// What a [`Proxy`] does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// No connection lives.
    Down,
    /// The connection breaks before the next COMMIT gets through; then all is well.
    CommitLost,
    /// The next COMMIT gets through, its answer does not; then all is well.
    AnswerLost,
    /// As above, but then nothing gets through.
    CommitLostForGood,
    /// As above.
    AnswerLostForGood,
    /// The next request is never answered, and time flies from then on; then all is well.
    Silent,
    /// The same for the next COMMIT.
    CommitSilent,
}

/// A network in front of PostgreSQL that breaks where a test wants it to.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    fault: watch::Sender<Fault>,
}

impl Proxy {
    /// Relays to `host:port`, as long as the runtime of the test lives.
    pub async fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let fault = watch::Sender::new(Fault::None);
        let relays = fault.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                if *relays.borrow() != Fault::Down {
                    tokio::spawn(relay(client, server.clone(), relays.clone()));
                }
            }
        });
        Self { address, fault }
    }

    /// From now on this goes wrong.
    pub fn fault(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }
}

async fn down(news: &mut watch::Receiver<Fault>) {
    // Fails only when no proxy is left, which ends the relay, too.
    drop(news.wait_for(|fault| *fault == Fault::Down).await);
}

/// Ends with an error or without; either way both sides see their connection closed.
async fn relay(
    mut client: TcpStream,
    server: String,
    fault: watch::Sender<Fault>,
) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let mut news = fault.subscribe();
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            () = down(&mut news) => return Ok(()),
            read = client.read(&mut asked) => {
                let bytes = &asked[..read?];
                if bytes.is_empty() {
                    return Ok(());
                }
                let is_commit = bytes.windows(7).any(|window| window == b"COMMIT\0");
                let now = *fault.borrow();
                let after = match now {
                    Fault::CommitLostForGood | Fault::AnswerLostForGood => Fault::Down,
                    _ => Fault::None,
                };
                if now == Fault::Silent || now == Fault::CommitSilent && is_commit {
                    fault.send_replace(after);
                    time::pause();
                    return pending().await;
                }
                match now {
                    Fault::CommitLost | Fault::CommitLostForGood if is_commit => {
                        fault.send_replace(after);
                        return Ok(());
                    }
                    Fault::AnswerLost | Fault::AnswerLostForGood if is_commit => {
                        server.write_all(bytes).await?;
                        assert_ne!(server.read(&mut answered).await?, 0);
                        fault.send_replace(after);
                        return Ok(());
                    }
                    _ => server.write_all(bytes).await?,
                }
            }
            read = server.read(&mut answered) => {
                let bytes = &answered[..read?];
                if bytes.is_empty() {
                    return Ok(());
                }
                client.write_all(bytes).await?;
            }
        }
    }
}
