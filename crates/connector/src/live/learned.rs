use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::Timestamp;
use servicenow::Text;

use super::callers::Callers;
use crate::time;

/// What was lately learned at an instance. It goes with the account that learned it.
#[derive(Debug, Default)]
pub(crate) struct Learned(Mutex<People>);

type People = HashMap<String, (Timestamp, Callers)>;

/// People change their names rarely, and agents look at one person several times.
const GOOD_FOR: Duration = Duration::from_mins(10);
const MOST: usize = 1000;

impl Learned {
    /// The users that a person was found to be a short time ago.
    pub(super) fn callers(&self, person: &Text, now: Timestamp) -> Option<Callers> {
        let people = self.lock();
        let (at, callers) = people.get(person.as_str())?;
        is_good(*at, now).then(|| callers.clone())
    }

    /// Keeps whom a person was found to be. That there is nobody is not kept: the next attempt may
    /// be made just because somebody added them.
    pub(super) fn learn(&self, person: &Text, callers: &Callers, now: Timestamp) {
        if callers.ids.is_empty() {
            return;
        }
        let mut people = self.lock();
        if people.len() >= MOST {
            people.retain(|_person, (at, _callers)| is_good(*at, now));
        }
        if people.len() >= MOST {
            let oldest = people.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(oldest) = oldest.map(|(person, _)| person.clone()) {
                people.remove(&oldest);
            }
        }
        people.insert(person.as_str().to_owned(), (now, callers.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, People> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that was put back makes nothing good for longer.
fn is_good(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now < time::after(at, GOOD_FOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds, 0)
    }

    fn person(number: i64) -> Text {
        Text::parse(&format!("p{number}@contoso.example")).unwrap()
    }

    fn known(ids: &[&str]) -> Callers {
        Callers { ids: ids.iter().map(|id| id.parse().unwrap()).collect(), tried: Vec::new() }
    }

    #[test]
    fn people_are_known_for_a_while() {
        let learned = Learned::default();
        learned.learn(&person(1), &known(&["a"]), at(100));
        learned.learn(&person(2), &known(&[]), at(100));
        for (number, now, expected) in [
            (1, 99, None),
            (1, 100, Some(known(&["a"]))),
            (1, 699, Some(known(&["a"]))),
            (1, 700, None),
            (2, 100, None),
            (3, 100, None),
        ] {
            assert_eq!(learned.callers(&person(number), at(now)), expected, "{number} at {now}");
        }
    }

    #[test]
    fn only_so_many_are_known() {
        let learned = Learned::default();
        for number in 0..1005 {
            learned.learn(&person(number), &known(&["a"]), at(number / 10));
        }
        assert_eq!(learned.lock().len(), MOST);
        assert!(learned.callers(&person(1004), at(101)).is_some());
        learned.learn(&person(2000), &known(&["a"]), at(660));
        assert_eq!(learned.lock().len(), 396, "those that are too old went");
    }
}
