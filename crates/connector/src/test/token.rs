use std::time::Duration;

use servicenow::Session;

use super::Trial;
use super::course::Found;
use crate::{Trouble, span};

/// The credential signs in.
pub(super) async fn sign_in<'t>(trial: &'t Trial<'_>) -> Result<Found<&'t Session>, Trouble> {
    let session = trial.session.as_ref().map_err(Clone::clone)?;
    let signed_in = session.sign_in(trial.now).await;
    let ends = signed_in.map_err(|failure| Trouble::of(&failure, trial.now))?;
    let Some(ends) = ends else {
        return Ok(Found::good(session, "The credential needs no token."));
    };
    let left = ends.duration_since(trial.now).unwrap_or_default();
    let message = format!("The instance gave a token for {}.", span(left));
    Ok(if left < SHORT {
        Found::doubtful(session, message, LONGER)
    } else {
        Found::good(session, message)
    })
}

/// A first sync would ask for tokens all the time.
const SHORT: Duration = Duration::from_mins(2);
const LONGER: &str = "Give access tokens a longer life in the application registry of the \
     instance; 30 minutes are usual.";
