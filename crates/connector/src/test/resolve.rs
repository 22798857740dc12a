use std::net::IpAddr;

use reqwest::dns::{Name, Resolve as _};
use servicenow::{Failure, NotAdmitted};
use tokio::time::timeout;

use super::Trial;
use super::course::Found;
use crate::{Site, Trouble};

/// The addresses that may be called of the host, or of the proxy that looks it up; at least one.
pub(super) async fn addresses(
    trial: &Trial<'_>,
    site: &Site,
) -> Result<Found<Vec<IpAddr>>, Trouble> {
    let hop = trial.door.hop(site);
    let (host, behind_proxy) = (hop.host, trial.door.proxy().is_some());
    let unknown = |reason: &str| {
        if behind_proxy {
            Trouble::no_proxy(format!("The proxy {host} was not found ({reason})."))
        } else {
            Trouble::unreachable(format!("{host} was not found ({reason})."))
        }
    };
    let name: Name = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .map_err(|_no_name| unknown("it is no name"))?;
    let asked = timeout(trial.door.timeouts().connect, hop.gate.resolve(name));
    let found = match asked.await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            return Err(match error.downcast::<NotAdmitted>() {
                Ok(refused) => Trouble::of(&Failure::NotAdmitted(*refused), trial.now),
                Err(error) => unknown(&error.to_string()),
            });
        }
        Err(_late) => return Err(unknown("the name service did not answer in time")),
    };
    let addresses: Vec<IpAddr> = found.map(|found| found.ip()).collect();
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let whose = if behind_proxy {
        format!("{} is looked up by the proxy {host}, which", site.instance.host())
    } else {
        host.to_owned()
    };
    Ok(Found::good(addresses, format!("{whose} has the address {}.", texts.join(", "))))
}
