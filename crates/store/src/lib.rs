//! SQLite and PostgreSQL behind one concrete [`Store`].
//!
//! A method of `Store` is one whole transaction. What happens in it is written once, as an
//! `Operation` whose statements are one text for both databases wherever both take it; only how
//! a statement is executed, and how transactions begin, end and are repeated, is written for each.
//!
//! Layout: `connection`, `credential`, `incident`, `caller`, `erasure`, `sync`, `application`, `account`,
//! `session`, `audit`, `trial` and `key` have one file an operation; `entity` reads the rows of any described table; `query` turns bound OData
//! expressions into SQL; `seal` encrypts what is secret, `rotation` does so under other keys;
//! `sqlite`, `postgres` and `migrate` deal with the databases; `backup` copies one into a file and back.

mod account;
mod agent_token;
mod application;
mod audit;
mod backend;
mod backup;
mod caller;
mod connection;
mod credential;
mod entity;
mod erasure;
mod error;
mod file;
mod incident;
mod key;
mod migrate;
mod operation;
mod postgres;
mod query;
mod rotation;
mod row;
mod seal;
mod session;
mod sqlite;
mod statements;
mod store;
mod sync;
mod transaction;
mod trial;
mod url;

pub use account::{Account, AccountChange, AccountError};
pub use agent_token::{Agent, AgentToken, GivenBy};
pub use application::{Application, ApplicationSecret};
pub use audit::{AUDIT_EVENTS, AuditRecord};
pub use backup::{Backup, BackupError};
pub use caller::Caller;
pub use connection::{CONNECTIONS, Decision, OAUTH_SECRET, UpdateError, Updated};
pub use credential::{CredentialDescription, CredentialVersion, Renewal, StoredCredential};
pub use entity::{ComplexType, Entities, Expanded, Expansion, Found, Related};
pub use erasure::{Erased, StoredUser};
pub use error::{Source, StoreError};
pub use incident::{
    CallerName, Dropped, INCIDENTS, IncidentPage, Labelled, SweepPage, Tally, Unseen,
};
pub use key::{NewSigningKey, SigningKey};
pub use migrate::MigrateError;
pub use postgres::ConnectError;
pub use query::{
    Applied, ApplyQuery, Column, ColumnKind, ListError, ListQuery, Listed, Relation, RowType,
    RowTypes, Searched, Table, Within, double_code, double_of,
};
pub use seal::{MasterKey, MasterKeyError, SealError};
pub use session::Session;
pub use sqlite::OpenFileError;
pub use store::{OpenError, Store};
pub use sync::{
    Finish, Lease, LeaseError, LeftAlone, PassPlan, SYNC_RUNS, SYNCED_CONNECTIONS, TakeLease,
};
pub use trial::TrialRecord;
pub use url::{DatabaseUrl, DatabaseUrlError};
