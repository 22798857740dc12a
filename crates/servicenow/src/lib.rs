//! A client for ServiceNow: encoded queries from typed conditions, the Table API, OAuth, and
//! what counts as a failure.
//!
//! It knows nothing of Graph or of a database. Time and randomness are arguments. What is called
//! "Table API" here is the page "Table API" of ServiceNow's REST API reference.

mod answer;
mod http;
mod instance;
mod oauth;
mod page_size;
mod query;
mod retry;
mod session;
mod table;

pub use answer::{Failure, RetryAfter, Said};
pub use http::{
    Authorization, Client, ClientCertificate, ClientError, NotAdmitted, Outgoing, PemError,
    PrivateCa, Proxy, ProxyError, ProxyPassword, ProxyPasswordError, ThroughProxy, Timeouts,
    TlsFault,
};
pub use instance::{ApiPath, ApiPathError, Instance, InstanceError, is_loopback};
pub use oauth::{
    AuthorizationRequest, Credential, Grant, Held, OAuthClient, SignInFailure, Signer,
    SigningKeyError, StoreError, StoreRefreshToken, TokenKeeper, Tokens, Verifier,
};
pub use page_size::PageSize;
pub use query::{
    Clause, Condition, Field, FieldError, Filter, FilterError, Group, Item, Operand, Order,
    Ordered, Query, Stamp, StampError, SysId, SysIdError, Text, TextError,
};
pub use retry::{Decision, MAX_ATTEMPTS, Reason};
pub use session::Session;
pub use table::{
    Along, Cell, FoundUsers, ID, Labels, Page, PageRequest, Position, Row, Start, Stats,
    StatsRequest, Table, UPDATED, User, Walk, WalkError, read_rows,
};
