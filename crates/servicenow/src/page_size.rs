use crate::Failure;

/// How many rows to ask for: fewer after the instance was overtaxed, slowly more again.
///
/// Source: ServiceNow, "Default transaction quotas": the same request again would only be
/// cancelled again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize {
    rows: u32,
    most: u32,
    good: u32,
}

/// So many good pages in a row, and the next ones may be larger.
const PROVEN: u32 = 8;

impl PageSize {
    /// Begins with as many as may ever be asked for, at least one.
    pub fn new(most: u32) -> Self {
        let most = most.max(1);
        Self { rows: most, most, good: 0 }
    }

    /// Goes on with what an earlier run ended with.
    #[must_use]
    pub fn resumed_at(self, rows: u32) -> Self {
        Self { rows: rows.clamp(1, self.most), ..self }
    }

    /// Rows to ask for now.
    pub fn rows(self) -> u32 {
        self.rows
    }

    /// After a whole page.
    #[must_use]
    pub fn after_page(self) -> Self {
        if self.rows == self.most || self.good + 1 < PROVEN {
            return Self { good: (self.good + 1).min(PROVEN), ..self };
        }
        let rows = self.rows.saturating_add((self.rows / 4).max(1)).min(self.most);
        Self { rows, good: 0, ..self }
    }

    /// After a failure: half, where fewer rows can be of help.
    #[must_use]
    pub fn after_failure(self, failure: &Failure) -> Self {
        let too_much = matches!(
            failure,
            Failure::Cancelled(_)
                | Failure::ErrorInResult(_)
                | Failure::Damaged(_)
                | Failure::Truncated
                | Failure::WrongShape(_)
                | Failure::TooLarge { .. }
                | Failure::TimedOut(_)
                | Failure::Unavailable { status: 504, .. }
        );
        let rows = if too_much { (self.rows / 2).max(1) } else { self.rows };
        Self { rows, good: 0, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_halves_at_once_and_recovers_slowly() {
        let too_large = Failure::TooLarge { limit: 1 };
        let mut size = PageSize::new(1000);
        let mut sizes = Vec::new();
        for _ in 0..3 {
            size = size.after_failure(&too_large);
            sizes.push(size.rows());
        }
        assert_eq!(sizes, [500, 250, 125]);
        let mut pages = 0;
        while size.rows() < 1000 {
            size = size.after_page();
            pages += 1;
        }
        assert_eq!(pages, 80);
        assert_eq!((0..20).fold(size, |size, _| size.after_page()).rows(), 1000);
        assert_eq!((0..20).fold(size, |size, _| size.after_failure(&too_large)).rows(), 1);
    }

    #[test]
    fn only_what_fewer_rows_help_against_halves() {
        let size = PageSize::new(1000).resumed_at(400);
        assert_eq!(size.after_failure(&Failure::Hibernating).rows(), 400);
        assert_eq!(size.after_failure(&Failure::Truncated).rows(), 200);
        assert_eq!((size.resumed_at(0).rows(), size.resumed_at(9999).rows()), (1, 1000));
        assert_eq!(PageSize::new(0).rows(), 1);
    }
}
