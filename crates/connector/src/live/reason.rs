//! What an agent is told: why a list is empty, or why it is not that of this moment.

use std::fmt;
use std::time::Duration;

use model::{HealthStatus, Timestamp};
use servicenow::{Field, Filter, Text};

use super::rights::Whose;
use super::rows::Rows;
use crate::{Trouble, span, time};

/// Why an instance did not answer.
#[derive(Debug)]
pub(super) enum NotLive {
    /// The connection is off.
    Disabled,
    /// It wants to be left alone until then.
    LeftAlone(Timestamp),
    /// It takes longer than this.
    Late(Duration),
    /// Something went wrong.
    Trouble(Trouble),
    /// The same, for an agent who signed in.
    OfAgent(Trouble),
    /// An agent, by whose rights alone it may be asked, has not signed in.
    NotSignedIn,
}

impl NotLive {
    /// Whether the instance does not let the agent see it, so that nobody else's rights show it.
    pub(super) fn refuses_agent(&self) -> bool {
        let Self::OfAgent(trouble) = self else { return false };
        matches!(trouble.status, HealthStatus::SignInNeeded | HealthStatus::Error)
    }
}

impl fmt::Display for NotLive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled => {
                f.write_str("The connection is disabled, so ServiceNow is not asked.")
            }
            Self::LeftAlone(until) => {
                write!(f, "ServiceNow takes no more requests before {}.", moment(*until))
            }
            Self::Late(timeout) => {
                write!(f, "ServiceNow did not answer within {}.", span(*timeout))
            }
            Self::NotSignedIn => f.write_str(
                "Incidents are shown here by your own rights in ServiceNow alone; sign in there \
                 first.",
            ),
            Self::OfAgent(trouble) if trouble.status == HealthStatus::SignInNeeded => write!(
                f,
                "ServiceNow takes your sign-in no more, so sign in there again: {}",
                trouble.message
            ),
            Self::OfAgent(trouble) if trouble.status == HealthStatus::Error => {
                write!(f, "ServiceNow does not show this to you: {}", trouble.message)
            }
            Self::OfAgent(trouble) => {
                write!(f, "ServiceNow gave no usable answer: {}", trouble.message)
            }
            Self::Trouble(trouble) => match trouble.status {
                HealthStatus::NotSetUp
                | HealthStatus::Disabled
                | HealthStatus::SignInNeeded
                | HealthStatus::Error => write!(
                    f,
                    "The connection to ServiceNow does not work, which an administrator has to \
                     mend: {}",
                    trouble.message
                ),
                HealthStatus::NotVerified
                | HealthStatus::Verified
                | HealthStatus::Unreachable
                | HealthStatus::Throttled => {
                    write!(f, "ServiceNow gave no usable answer: {}", trouble.message)
                }
            },
        }
    }
}

/// Why the list is the stored one.
pub(super) fn of_stored(why: &NotLive, as_of: Option<Timestamp>, is_empty: bool) -> String {
    let shown = match (as_of, is_empty) {
        (None, true) => "Nothing was fetched before.".to_owned(),
        (None, false) => "These are incidents that were stored before.".to_owned(),
        (Some(at), true) => format!("No incident of this person was known at {}.", moment(at)),
        (Some(at), false) => format!("These are the incidents that were known at {}.", moment(at)),
    };
    format!("{why} {shown}")
}

/// Why nobody is found.
pub(super) fn of_nobody(person: &Text, columns: &[Field]) -> String {
    let columns: Vec<&str> = columns.iter().map(Field::as_str).collect();
    let person = person.as_str();
    format!("User not found in ServiceNow: nobody has {person} as {}.", columns.join(" or "))
}

/// What there is to say of rows that came.
pub(super) fn of_rows(
    (rows, whose): (&Rows, Whose),
    filter: &Filter,
    is_continued: bool,
) -> Option<String> {
    if rows.others > 0 {
        return Some(OTHERS.to_owned());
    }
    match rows.total {
        _ if !rows.incidents.is_empty() => None,
        Some(hidden @ 1..) if whose == Whose::Agent => Some(format!(
            "The user is known in ServiceNow, but you may read none of the person's incidents \
             ({hidden})."
        )),
        Some(hidden @ 1..) => Some(format!(
            "The user is known in ServiceNow, but the connection's account may read none of \
             the person's incidents ({hidden}). An administrator can give it the role itil."
        )),
        _ if is_continued => Some(NO_MORE.to_owned()),
        _ if *filter == Filter::default() => Some(NONE.to_owned()),
        _ => Some(format!("{NONE} Only incidents within sync.query are looked at.")),
    }
}

const OTHERS: &str = "ServiceNow sent incidents of other people too, which are left out, so some of \
                      this person may be missing. An administrator should test the connection.";
const NO_MORE: &str = "There are no further incidents of this person.";
const NONE: &str = "The user is known in ServiceNow, and has no incidents.";

/// To the second, as instances write it.
fn moment(at: Timestamp) -> String {
    time::stamp(at).map_or_else(|| "a time unknown".to_owned(), |stamp| format!("{stamp} UTC"))
}
