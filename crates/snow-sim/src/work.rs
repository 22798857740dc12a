//! Requests that take long are answered piece by piece, so that others get between.

use crate::api::Batch;
use crate::faults::FaultKind;
use crate::http::{Answer, Request};

/// How far a request has come.
#[derive(Debug)]
pub(crate) enum Progress {
    Answered(Answer),
    Batch(Box<Met>, Batch),
    Life(Life),
}

/// A request, and what it met before it was carried out.
#[derive(Debug)]
pub(crate) struct Met {
    pub(crate) request: Request,
    pub(crate) fault: Option<FaultKind>,
}

/// Steps of life that were asked for.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) steps: u32,
    pub(crate) left: u32,
}

/// Steps of life in one piece.
pub(crate) const PIECE: u32 = 20;
