use super::{Call, list, media, stats};
use crate::auth::Session;
use crate::http::{Answer, Request};
use crate::rate;
use crate::view::{Gone, View};

/// A request that reads many rows, with all that it needs to.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(super) view: View,
    pub(super) request: Request,
    pub(super) session: Session,
    pub(super) first_version: bool,
    pub(super) table: usize,
    pub(super) what: What,
    /// Those of the rate rule.
    pub(super) headers: rate::Headers,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    List,
    Stats,
}

impl Reading {
    pub(crate) fn gone(&self) -> &Gone {
        &self.view.gone
    }

    pub(crate) fn answer(self) -> Answer {
        let Self { view, request, session, first_version, table, what, headers } = self;
        let name = view.world.schema(table).name;
        let call = Call { request: &request, session, first_version, table, name };
        let answer = match what {
            What::List => list::answer(&view, &call),
            What::Stats => stats::answer(&view, &call),
        };
        let mut answer = answer.unwrap_or_else(|refused| refused);
        answer.headers.extend(headers);
        media::convert(&request, answer)
    }
}
