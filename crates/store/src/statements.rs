use crate::transaction::Statement;
use crate::{
    account, application, audit, caller, connection, credential, erasure, incident, key, postgres,
    rotation, seal, session, store, sync,
};

/// Every statement of the program, for checking them against the schema.
pub(crate) const STATEMENTS: &[&Statement] = &[
    &account::ANY_ACCOUNT,
    &account::DELETE_ACCOUNT,
    &account::DELETE_LINKS,
    &account::DELETE_NAME,
    &account::FIND_ACCOUNT,
    &account::INSERT_ACCOUNT,
    &account::INSERT_LINK,
    &account::INSERT_NAME,
    &account::LIST_ACCOUNTS,
    &account::LOAD_LINK,
    &account::SET_PASSWORD,
    &account::VOUCH_FOR_ACCOUNT,
    &application::DELETE_APPLICATION,
    &application::DELETE_SECRET,
    &application::INSERT_APPLICATION,
    &application::INSERT_SECRET,
    &application::LIST_APPLICATIONS,
    &application::LIST_SECRETS,
    &application::LOAD_APPLICATION,
    &application::LOAD_SECRETS,
    &audit::APPEND_EVENT,
    &audit::AUDITED_TENANTS,
    &audit::DROP_EVENTS,
    &audit::LIST_EVENTS,
    &caller::CONNECTION_IDS,
    &caller::DELETE_CALLER_WORD,
    &caller::FORGET_CALLERS,
    &caller::FORGET_IDLE_CALLERS,
    &caller::FORGET_IDLE_WORDS,
    &caller::FORGET_WORDS,
    &caller::INSERT_CALLER_WORD,
    &caller::LOAD_CALLERS,
    &caller::SAVE_CALLER,
    &connection::DELETE_CONNECTION,
    &connection::INSERT_CONNECTION,
    &connection::LOAD_CONNECTION,
    &connection::LOCK_CONNECTION,
    &connection::SET_LAST_QUERIED,
    &connection::UPDATE_CONNECTION,
    &credential::DELETE_CREDENTIAL,
    &credential::DESCRIBE_CREDENTIAL,
    &credential::LOAD_CREDENTIAL,
    &credential::LOCK_CREDENTIAL,
    &credential::PUT_CREDENTIAL,
    &credential::RENEW_CREDENTIAL,
    &erasure::ASSIGNED_TO,
    &erasure::BLANK_ASSIGNEE,
    &erasure::DELETE_CALLER,
    &erasure::DELETE_GONE_OF,
    &erasure::DELETE_INCIDENTS_OF,
    &erasure::DELETE_WORDS_OF,
    &erasure::KEEP_OUT,
    &erasure::KEPT_OUT,
    &erasure::READMIT,
    &erasure::USERS_CALLED,
    &incident::ANY_DISCARDED,
    &incident::BURY,
    &incident::CALLERS_BY_EMAIL,
    &incident::CALLERS_BY_USER_NAME,
    &incident::CLEARED,
    &incident::COUNT_LIVE,
    &incident::COUNT_MISSED,
    &incident::CREATE_WORDS_DELETED,
    &incident::DELETE_INCIDENTS,
    &incident::DELETE_RANGE,
    &incident::DISCARD,
    &incident::FIRST_DISCARDED,
    &incident::IS_DISCARDED,
    &incident::OTHER_INCIDENTS,
    &incident::DROP_CLOSED,
    &incident::DROP_INCIDENT,
    &incident::DROP_WORDS_DELETED,
    &incident::FORGET_WORDS_OF_ALL,
    &incident::INCIDENTS_OF_CALLERS,
    &incident::INCIDENT_STATES,
    &incident::LEAVE_NO_TRACE,
    &incident::LOAD_INCIDENT,
    &incident::LOAD_VERSION,
    &incident::MARK_MISSED,
    &incident::NTH_BEHIND,
    &incident::SAVE_INCIDENT,
    &incident::SOME_MISSED,
    &incident::STORED_VERSIONS,
    &incident::TALLY_INCIDENTS,
    &key::INSERT_SERVICE_KEY,
    &key::INSERT_SIGNING_KEY,
    &key::LIST_SIGNING_KEYS,
    &key::LOAD_SERVICE_KEY,
    &postgres::CLAIM_EVENT,
    &rotation::ADD_DATA_KEY,
    &rotation::FIND_CREDENTIALS,
    &rotation::FIND_SERVICE_KEYS,
    &rotation::FIND_SIGNING_KEYS,
    &rotation::LOCK_DATA_KEYS,
    &rotation::RESEAL_CREDENTIAL,
    &rotation::RESEAL_SERVICE_KEY,
    &rotation::RESEAL_SIGNING_KEY,
    &rotation::WRAP_DATA_KEY,
    &seal::INSERT_DATA_KEY,
    &seal::LOAD_DATA_KEYS,
    &seal::NEWEST_DATA_KEY,
    &seal::SHARE_DATA_KEYS,
    &session::DELETE_OLD_SESSIONS,
    &session::DELETE_SESSION,
    &session::DELETE_SESSIONS,
    &session::INSERT_SESSION,
    &session::LOAD_SESSION,
    &session::TOUCH_SESSION,
    &store::PING,
    &sync::ABANDON_RUNS,
    &sync::CHECK_LEASE,
    &sync::DUE_CONNECTIONS,
    &sync::FORGET_RUNS,
    &sync::LIST_RUNS,
    &sync::LOAD_RUN,
    &sync::LOAD_STATE,
    &sync::OLDEST_QUEUED,
    &sync::QUEUED_RUN,
    &sync::REFUSE_QUEUED,
    &sync::SAVE_RUN,
    &sync::SAVE_STATE,
    &sync::WRITE_COUNTS,
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn no_statement_is_missing() {
        let found = statements_in(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
        assert_eq!(found, STATEMENTS.len());
    }

    fn statements_in(path: &Path) -> usize {
        if path.is_dir() {
            let entries = fs::read_dir(path).unwrap();
            return entries.map(|entry| statements_in(&entry.unwrap().path())).sum();
        }
        let source = fs::read_to_string(path).unwrap();
        source.lines().filter(|line| line.contains(concat!(": State", "ment ="))).count()
    }
}
