use axum::response::Redirect;
use identity::{Access, authorize};

use crate::session::Ask;

/// `GET /console`: to what the person has to do here.
pub(crate) async fn show(ask: Ask) -> Redirect {
    let sets_up = authorize(&ask.who.principal, Access::ReadConnections).is_ok();
    Redirect::to(if sets_up { "/console/connectors" } else { "/console/troubleshoot" })
}
