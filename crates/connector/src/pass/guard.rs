/// Rows that a comparison did not find, and rows that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) missing: u64,
    pub(crate) known: u64,
}

/// So many may always be gone.
const FEW: u64 = 10;
/// And one in so many.
const SHARE: u64 = 4;

impl Missing {
    /// Whether it is more likely that the account may not read them any more: an instance says
    /// nothing of a role that was taken away, there are only fewer rows.
    ///
    /// Source: ServiceNow, "Access control list rules": rows that may not be read are left out.
    pub(crate) fn is_doubtful(self) -> bool {
        let Self { missing, known } = self;
        missing > 0 && (missing >= known || missing > FEW.max(known / SHARE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check 50.
    #[test]
    fn many_that_vanish_at_once_are_doubted() {
        for (missing, known, doubtful) in [
            (0, 0, false),
            (0, 100, false),
            (1, 100, false),
            (10, 30, false),
            (11, 30, true),
            (25, 100, false),
            (26, 100, true),
            (90, 100, true),
            (1, 1, true),
            (5, 5, true),
            (4, 5, false),
        ] {
            assert_eq!(Missing { missing, known }.is_doubtful(), doubtful, "{missing} of {known}");
        }
    }
}
