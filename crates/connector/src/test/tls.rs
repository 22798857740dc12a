use super::Trial;
use super::course::Found;
use crate::{Site, Trouble};

/// The certificate of the instance is good.
pub(super) async fn greet(trial: &Trial<'_>, site: &Site) -> Result<Found<()>, Trouble> {
    if !site.instance.is_tls() {
        return Ok(Found::good((), "Plain http, which egress.private permits here."));
    }
    let client = trial.door.client(site).map_err(|error| Trouble::of_client(&error))?;
    client.greet().await.map_err(|failure| Trouble::of(&failure, trial.now))?;
    Ok(Found::good((), format!("The certificate is good for {}.", site.instance.host())))
}
