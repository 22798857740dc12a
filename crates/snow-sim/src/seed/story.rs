use super::SEEDED_UNTIL;
use crate::random::Random;
use crate::world::table::NEVER;

/// How far an incident has come, and when.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) opened: i64,
    pub(super) updated: i64,
    pub(super) resolved: i64,
    pub(super) closed: i64,
    pub(super) state: usize,
    pub(super) steps: usize,
}

const DAY: i64 = 86_400;
const SPAN: i64 = DAY * 730;
/// The newest are those of so many days.
const NEWEST: i64 = DAY * 8;

impl Story {
    /// That of one of `count` incidents, the oldest of which is number 0.
    pub(super) fn of(random: &mut Random, number: u32, count: u32) -> Self {
        let newest = newest(count);
        let older = count - newest;
        let left = count - number;
        if left <= newest {
            let age = i64::from(left) * NEWEST / i64::from(newest);
            let state = STATES.get(usize::try_from(left).unwrap_or(0) % STATES.len());
            return Self::unfinished(random, SEEDED_UNTIL - age, state.copied().unwrap_or(1));
        }
        let age = i64::from(older - number) * (SPAN - NEWEST) / i64::from(older);
        Self::lived(random, SEEDED_UNTIL - NEWEST - age, number % 16 == 5)
    }

    /// As time alone has it.
    fn lived(random: &mut Random, opened: i64, canceled: bool) -> Self {
        let first = opened + random.seconds(7200);
        let resolved = first + random.seconds(86_400 * 9);
        let closed = resolved + DAY * 7;
        let (state, updated, steps) = if closed < SEEDED_UNTIL {
            // The job that closes runs at night: many rows share a second.
            (if canceled { 8 } else { 7 }, closed - closed % DAY + 7200, 4)
        } else if resolved < SEEDED_UNTIL {
            (6, resolved, 3)
        } else {
            (if random.percent(25) { 3 } else { 2 }, first, 1)
        };
        let resolved = if matches!(state, 6 | 7) { resolved } else { NEVER };
        let closed = if state >= 7 { updated } else { NEVER };
        Self { opened, updated, resolved, closed, state, steps }
    }

    /// In a state before the last.
    fn unfinished(random: &mut Random, opened: i64, state: usize) -> Self {
        let half = u32::try_from((SEEDED_UNTIL - opened) / 2).unwrap_or(0);
        let first = opened + random.seconds(half.min(7200));
        let resolved = first + random.seconds(half);
        let (updated, steps) = match state {
            1 => (opened, 0),
            6 => (resolved, 3),
            _ => (first, 1),
        };
        let resolved = if state == 6 { resolved } else { NEVER };
        Self { opened, updated, resolved, closed: NEVER, state, steps }
    }
}

/// Of the newest incidents, so that a few show every state that one may be in.
const STATES: [usize; 10] = [3, 1, 2, 3, 6, 2, 1, 2, 6, 2];

/// How many of all are of the last days: as many as of other days, but of few incidents a quarter.
fn newest(count: u32) -> u32 {
    (count / 90).max((count / 4).min(40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incidents_are_in_every_state_and_most_are_over() {
        for (count, seed) in [(20, 1), (21, 7), (23, 3), (39, 2), (100, 1), (997, 5), (5000, 1)] {
            let mut random = Random::new(seed);
            let stories: Vec<Story> =
                (0..count).map(|number| Story::of(&mut random, number, count)).collect();
            let share = |states: &[usize]| {
                stories.iter().filter(|story| states.contains(&story.state)).count()
            };
            for state in [1, 2, 3, 6, 7, 8] {
                assert!(share(&[state]) > 0, "state {state} of {count}");
            }
            assert!(share(&[7, 8]) * 3 > stories.len() * 2, "{count}");
            assert!(share(&[1]) * 10 <= stories.len(), "{count}");
            assert!(stories.is_sorted_by_key(|story| story.opened), "{count}");
            for story in &stories {
                let Story { opened, updated, resolved, .. } = *story;
                assert!(opened <= updated && updated <= SEEDED_UNTIL, "{story:?}");
                assert!(resolved == NEVER || opened <= resolved, "{story:?}");
            }
        }
    }

    #[test]
    fn few_incidents_are_no_trouble() {
        for count in 1..20 {
            for number in 0..count {
                assert!(Story::of(&mut Random::new(1), number, count).updated <= SEEDED_UNTIL);
            }
        }
    }
}
