use model::Timestamp;
use servicenow::{Failure, Field, Session, SysId, Text};

use super::{Match, MatchStatus, Tried};
use crate::time;

/// The users that a person is at an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Callers {
    pub(super) ids: Vec<SysId>,
    pub(super) tried: Vec<Tried>,
}

/// Finds the users who have the person's name in the first column in which anybody has it. A
/// column that the account may not ask for is passed over, but then nobody can be said to be
/// missing.
///
/// Users who left count too: their incidents are still theirs.
pub(super) async fn find(
    session: &Session,
    columns: &[Field],
    person: &Text,
    now: Timestamp,
) -> Result<Callers, Failure> {
    let (mut tried, mut closed) = (Vec::new(), None);
    for column in columns {
        match session.users(column, person, time::system_time(now)).await {
            Ok(found) => {
                let (column, value) = (column.as_str().to_owned(), person.as_str().to_owned());
                tried.push(Tried { column, value, found: found.users.len() });
                if !found.users.is_empty() {
                    let ids = found.users.into_iter().map(|user| user.sys_id).collect();
                    return Ok(Callers { ids, tried });
                }
            }
            Err(failure @ (Failure::ConditionIgnored { .. } | Failure::QueryForbidden(_))) => {
                closed.get_or_insert(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    closed.map_or(Ok(Callers { ids: Vec::new(), tried }), Err)
}

impl Callers {
    pub(super) fn matching(self) -> Match {
        let status = match self.ids.len() {
            0 => MatchStatus::NotFound,
            1 => MatchStatus::Matched,
            _ => MatchStatus::Ambiguous,
        };
        Match { status, tried: self.tried }
    }
}
