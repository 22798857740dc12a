use servicenow::{Failure, NotAdmitted};

use super::Trial;
use super::course::Found;
use crate::egress::Listed;
use crate::{Site, Trouble};

/// The URLs are good, and the host is listed.
pub(super) fn judge(trial: &Trial<'_>) -> Result<Found<Site>, Trouble> {
    let site = trial.site.clone().map_err(Trouble::of_site)?;
    let (host, port) = (site.instance.host(), site.instance.port());
    let message = match trial.door.policy().listed(host, port) {
        Ok(Listed::Public) => format!("{host} is listed in egress.allow."),
        Ok(Listed::Private) => format!("{host}:{port} is listed in egress.private."),
        Err(refusal) => {
            let refused = NotAdmitted { host: host.to_owned(), reason: refusal.to_string() };
            return Err(Trouble::of(&Failure::NotAdmitted(refused), trial.now));
        }
    };
    Ok(Found::good(site, message))
}
