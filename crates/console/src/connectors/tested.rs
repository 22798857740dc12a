use model::Timestamp;
use store::TrialRecord;

use super::report;
use super::status::Tone;
use crate::moment::Moment;
use crate::words;

/// A test in the history.
#[derive(Debug)]
pub(super) struct Tested {
    pub(super) at: Moment,
    pub(super) label: &'static str,
    pub(super) tone: Tone,
    /// The step that did not go as it should, and what was found there.
    pub(super) trouble: Option<(&'static str, String)>,
}

impl Tested {
    pub(super) fn of(record: TrialRecord, now: Timestamp) -> Self {
        let (label, tone) = match record.status.as_str() {
            "passed" => ("Works", Tone::Good),
            "warning" => ("Works, with a remark", Tone::Fair),
            _ => ("Does not work", Tone::Bad),
        };
        let trouble = record.trouble;
        let trouble = trouble.map(|(step, message)| {
            (report::title_of(&step).unwrap_or_default(), words::of_pages(&message))
        });
        Self { at: Moment::new(record.tested, now), label, tone, trouble }
    }
}
