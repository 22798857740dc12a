use serde::Serialize;

/// One request as the log shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Logged {
    /// Counted from 1.
    pub number: u64,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, as it was sent.
    pub query: String,
    /// The user, where one was recognised.
    pub user: String,
    /// What was answered.
    pub status: u16,
}

/// The last requests: of those that are too many, or too long, the older half goes.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: Vec<Logged>,
    bytes: usize,
}

const MOST: usize = 10_000;
/// Bytes of all paths and queries: as many as 10,000 of a usual length take.
const MOST_BYTES: usize = 16 << 20;

impl Log {
    /// Writes a request down, with the number behind that of the last.
    pub(crate) fn push(&mut self, entry: Logged) {
        let number = self.entries.last().map_or(1, |last| last.number + 1);
        if self.entries.len() >= MOST || self.bytes >= MOST_BYTES {
            self.entries.drain(..self.entries.len().div_ceil(2));
            self.bytes = self.entries.iter().map(length).sum();
        }
        self.bytes += length(&entry);
        self.entries.push(Logged { number, ..entry });
    }

    pub(crate) fn entries(&self) -> &[Logged] {
        &self.entries
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn length(entry: &Logged) -> usize {
    entry.path.len() + entry.query.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_stays_within_its_bounds() {
        let check = |requests: u64, query: usize, bounds: std::ops::RangeInclusive<usize>| {
            let mut log = Log::default();
            let text = String::new;
            for _ in 0..requests {
                let query = "x".repeat(query);
                let (method, path, user) = (text(), text(), text());
                log.push(Logged { number: 0, method, path, query, user, status: 200 });
                assert!(log.bytes <= MOST_BYTES + query_length(&log), "{}", log.bytes);
            }
            assert_eq!(log.entries().last().map(|entry| entry.number), Some(requests));
            assert!(bounds.contains(&log.entries().len()), "{}", log.entries().len());
        };
        check(25_000, 0, MOST / 2..=MOST);
        check(200, 512 << 10, 16..=32);
        check(3, MOST_BYTES * 2, 1..=1);
    }

    fn query_length(log: &Log) -> usize {
        log.entries().last().map_or(0, length)
    }
}
