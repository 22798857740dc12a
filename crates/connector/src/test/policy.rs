use servicenow::{Failure, NotAdmitted};

use super::Trial;
use super::course::Found;
use crate::{Listed, Site, Trouble};

/// The URLs are good, and the host is listed; if it is an address, it may be called.
pub(super) fn judge(trial: &Trial<'_>) -> Result<Found<Site>, Trouble> {
    let site = trial.site.clone().map_err(Trouble::of_site)?;
    let (host, port) = (site.instance.host(), site.instance.port());
    let message = match trial.door.policy().admit_unresolved(host, port) {
        Ok(Listed::Public) => format!("{host} is listed in egress.allow."),
        Ok(Listed::Private) => format!("{host}:{port} is listed in egress.private."),
        Err(refusal) => {
            let refused = NotAdmitted { host: host.to_owned(), reason: refusal.to_string() };
            return Err(Trouble::of(&Failure::NotAdmitted(refused), trial.now));
        }
    };
    Ok(Found::good(site, message))
}
