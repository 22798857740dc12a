use model::{Connection, ConnectionStatus};

use super::{IncidentSource, Match, MatchStatus, Tried, UserIncident, UserIncidentList};

/// What one of several connections answered.
#[derive(Debug)]
pub(super) struct Part {
    name: String,
    status: ConnectionStatus,
    list: UserIncidentList,
}

impl Part {
    pub(super) fn new(connection: &Connection, list: UserIncidentList) -> Self {
        let origin = connection.origin().map(|origin| origin.to_string());
        let name = origin.unwrap_or_else(|| connection.id.to_string());
        Self { name, status: connection.status, list }
    }

    /// A connection that is off and has nothing does not make the others look worse.
    fn says_nothing(&self) -> bool {
        self.status == ConnectionStatus::Disabled && self.list.incidents.is_empty()
    }
}

/// One list of all: as good as the worst.
pub(super) fn merge(parts: Vec<Part>) -> UserIncidentList {
    let (silent, mut telling): (Vec<_>, Vec<_>) = parts.into_iter().partition(Part::says_nothing);
    if telling.is_empty() {
        telling = silent;
    }
    if telling.len() == 1 {
        return telling.remove(0).list;
    }
    let is_empty = telling.iter().all(|part| part.list.incidents.is_empty());
    let source = telling.iter().map(|part| part.list.source).max();
    let as_of = telling.iter().filter_map(|part| part.list.as_of).min();
    // What one has behind this did not come, so that it comes from none.
    let reached = telling.iter().filter_map(|part| part.list.next.clone()).max();
    let matching = matching(&telling);
    let reasons: Vec<String> = telling.iter().filter_map(|part| reason(part, is_empty)).collect();
    let reason = if source.is_none() { NO_CONNECTION.to_owned() } else { reasons.join(" ") };
    let mut incidents: Vec<_> = telling.into_iter().flat_map(|part| part.list.incidents).collect();
    UserIncident::newest_first(&mut incidents);
    let came = incidents.len();
    incidents.retain(|row| reached.as_ref().is_none_or(|reached| row.position() >= *reached));
    incidents.truncate(UserIncidentList::MOST);
    let is_more = reached.is_some() || incidents.len() < came;
    let next = incidents.last().filter(|_| is_more).map(UserIncident::position);
    UserIncidentList {
        incidents,
        source: source.unwrap_or(IncidentSource::Cache),
        as_of,
        matching,
        reason: Some(reason).filter(|reason| !reason.is_empty()),
        next,
    }
}

const NO_CONNECTION: &str = "There is no connection to ServiceNow.";

/// That one instance has nothing is no matter where another has something.
fn reason(part: &Part, is_empty: bool) -> Option<String> {
    let list = &part.list;
    let matters = is_empty || !list.incidents.is_empty() || list.source != IncidentSource::Live;
    list.reason.as_ref().filter(|_| matters).map(|reason| format!("{}: {reason}", part.name))
}

/// Users of different instances are one person; how many they are in one column is summed up.
fn matching(parts: &[Part]) -> Match {
    let any = |status| parts.iter().any(|part| part.list.matching.status == status);
    let known = [MatchStatus::Ambiguous, MatchStatus::Matched].into_iter().find(|one| any(*one));
    let all_told = !parts.is_empty() && !any(MatchStatus::Unknown);
    let nobody = if all_told { MatchStatus::NotFound } else { MatchStatus::Unknown };
    let mut tried: Vec<Tried> = Vec::new();
    for one in parts.iter().flat_map(|part| &part.list.matching.tried) {
        match tried.iter_mut().find(|other| other.column == one.column) {
            Some(other) => other.found += one.found,
            None => tried.push(one.clone()),
        }
    }
    Match { status: known.unwrap_or(nobody), tried }
}

#[cfg(test)]
mod tests {
    use model::{ConnectionId, Field, Incident, IncidentTexts, IncidentVersion, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds, 0)
    }

    fn row(number: usize) -> UserIncident {
        let opened = i64::try_from(number).unwrap();
        let version =
            IncidentVersion { sys_id: format!("{number}"), updated: at(0), revision: None };
        let incident = Incident {
            version,
            texts: IncidentTexts::default(),
            active: Field::Absent,
            opened: Field::Set(at(opened)),
            resolved: Field::Absent,
            closed: Field::Absent,
        };
        let connection = ConnectionId::from_uuid(Uuid::nil());
        UserIncident { connection, page: None, incident }
    }

    fn part(status: MatchStatus, rows: impl Iterator<Item = usize>) -> Part {
        let list = UserIncidentList {
            incidents: rows.map(row).collect(),
            source: IncidentSource::Live,
            as_of: Some(at(7)),
            matching: Match { status, tried: Vec::new() },
            reason: None,
            next: None,
        };
        Part { name: "there".to_owned(), status: ConnectionStatus::Enabled, list }
    }

    #[test]
    fn a_person_is_known_if_one_instance_knows_them() {
        use MatchStatus::{Ambiguous, Matched, NotFound, Unknown};
        for (statuses, expected) in [
            ([Matched, NotFound], Matched),
            ([Unknown, Matched], Matched),
            ([Matched, Ambiguous], Ambiguous),
            ([NotFound, NotFound], NotFound),
            ([NotFound, Unknown], Unknown),
        ] {
            let parts = statuses.map(|status| part(status, 0..0)).into();
            assert_eq!(merge(parts).matching.status, expected, "{statuses:?}");
        }
    }

    #[test]
    fn the_newest_of_all_are_answered() {
        let even = part(MatchStatus::Matched, (0..1200).step_by(2));
        let odd = part(MatchStatus::Matched, (1..1200).step_by(2));
        let list = merge(vec![even, odd]);
        assert_eq!(list.next, Some(row(200).position()));
        let expected: Vec<_> = (200..1200).rev().map(row).collect();
        assert_eq!(list.incidents, expected);
    }

    /// One has more, and what it has may be newer than what came from the other.
    #[test]
    fn a_page_ends_where_the_first_of_the_parts_does() {
        let mut long = part(MatchStatus::Matched, [30, 20].into_iter());
        long.list.next = Some(row(20).position());
        let short = part(MatchStatus::Matched, [25, 10].into_iter());
        let list = merge(vec![long, short]);
        assert_eq!(list.incidents, [30, 25, 20].map(row));
        assert_eq!(list.next, Some(row(20).position()));
    }

    #[test]
    fn what_is_said_is_as_old_as_the_oldest() {
        let mut old = part(MatchStatus::Matched, 0..1);
        (old.list.source, old.list.as_of) = (IncidentSource::Cache, Some(at(3)));
        let list = merge(vec![part(MatchStatus::Matched, 1..2), old]);
        assert_eq!((list.source, list.as_of), (IncidentSource::Cache, Some(at(3))));
    }
}
