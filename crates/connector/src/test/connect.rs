use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Trial;
use super::course::Found;
use crate::{Site, Trouble};

/// Something listens at one of the addresses.
pub(super) async fn reach(
    trial: &Trial<'_>,
    site: &Site,
    addresses: &[IpAddr],
) -> Result<Found<()>, Trouble> {
    let port = site.instance.port();
    let mut reason = String::new();
    for address in addresses {
        let at = SocketAddr::new(*address, port);
        match timeout(trial.door.timeouts().connect, TcpStream::connect(at)).await {
            Ok(Ok(_connected)) => return Ok(Found::good((), format!("{at} answers."))),
            Ok(Err(error)) => reason = format!("{at}: {error}"),
            Err(_late) => reason = format!("{at}: no answer in time"),
        }
    }
    let host = site.instance.host();
    Err(Trouble::unreachable(format!("No connection to {host}:{port} ({reason}).")))
}
