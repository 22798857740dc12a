use model::Timestamp;
use odata::value::DateTimeOffset;

/// The time as OData has it. Both types reach from year 1 to 9999, so nothing is lost.
pub(crate) fn date_time(at: Timestamp) -> DateTimeOffset {
    DateTimeOffset::from_ticks(at.ticks()).unwrap_or(DateTimeOffset::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_types_have_the_same_range() {
        for ticks in [0, 1, Timestamp::MAX_TICKS] {
            assert_eq!(date_time(Timestamp::from_ticks(ticks).unwrap()).ticks(), ticks);
        }
        assert_eq!(DateTimeOffset::MAX.ticks(), Timestamp::MAX_TICKS);
    }
}
