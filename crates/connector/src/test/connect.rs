use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Trial;
use super::course::Found;
use crate::{Site, Trouble};

/// Something listens at one of the addresses, of the proxy if there is one.
pub(super) async fn reach(
    trial: &Trial<'_>,
    site: &Site,
    addresses: &[IpAddr],
) -> Result<Found<()>, Trouble> {
    let hop = trial.door.hop(site);
    let mut reason = String::new();
    for address in addresses {
        let at = SocketAddr::new(*address, hop.port);
        match timeout(trial.door.timeouts().connect, TcpStream::connect(at)).await {
            Ok(Ok(_connected)) => return Ok(Found::good((), format!("{at} answers."))),
            Ok(Err(error)) => reason = format!("{at}: {error}"),
            Err(_late) => reason = format!("{at}: no answer in time"),
        }
    }
    let to = format!("{}:{}", hop.host, hop.port);
    Err(if trial.door.proxy().is_some() {
        Trouble::no_proxy(format!("No connection to the proxy {to} ({reason})."))
    } else {
        Trouble::unreachable(format!("No connection to {to} ({reason})."))
    })
}
