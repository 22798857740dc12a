//! What a test may turn: how the instance reads queries, whom it lets in, what it hides.

use serde::{Deserialize, Serialize};

use crate::cors::Domain;
use crate::given;

/// All switches, as `/_sim/settings` shows and takes them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent switches")]
pub struct Settings {
    /// What a query means that names an unknown field: `ignore`, `no_rows` or `forbid`.
    pub unknown_fields: UnknownFields,
    /// Whether comparisons of text ignore letter case.
    pub ignore_case: bool,
    /// Whether `javascript:` clauses are dropped.
    pub drop_scripts: bool,
    /// Whether Basic needs the role `snc_basic_auth_api_access` or a web-service-only user.
    pub basic_gate: bool,
    /// Grants that the token endpoint serves.
    pub grants: Vec<String>,
    /// Whether a missing `state` is refused.
    pub state_required: bool,
    /// Whether it is refused before the redirect address is looked at.
    pub state_before_redirect: bool,
    /// Seconds that an access token lives.
    #[serde(deserialize_with = "given::seconds")]
    pub access_seconds: i64,
    /// Seconds that a refresh token lives.
    #[serde(deserialize_with = "given::seconds")]
    pub refresh_seconds: i64,
    /// Seconds that an authorization code lives.
    #[serde(deserialize_with = "given::seconds")]
    pub code_seconds: i64,
    /// Whether a public client gets a refresh token.
    pub refresh_for_public: bool,
    /// Whether a refresh gives a new refresh token, and ends the one that was shown.
    pub rotate_refresh: bool,
    /// Whether every path answers the page of a hibernating instance.
    pub hibernating: bool,
    /// Where every path redirects to, as single sign-on does.
    #[serde(deserialize_with = "given::optional_location")]
    pub sso: Option<String>,
    /// The status of a path that no API has: 400 or 404.
    #[serde(deserialize_with = "given::not_found")]
    pub unknown_path_status: u16,
    /// What stands in `message` of a 401.
    pub unauthenticated: String,
    /// `WWW-Authenticate` of a 401, one header each.
    #[serde(deserialize_with = "given::headers")]
    pub challenges: Vec<String>,
    /// Whether everybody needs the role `snc_platform_rest_api_access`; without it, 401.
    pub rest_role: bool,
    /// OAuth clients that are "securely scoped" and have no scope for the Table API: 403.
    pub scoped_clients: Vec<String>,
    /// Whether a request without `Accept` is refused, as is documented.
    pub accept_required: bool,
    /// Whether a negative `sysparm_offset` counts as 0 instead of being refused.
    pub negative_offset: bool,
    /// Whether there is an `X-Total-Count` at all.
    pub count_told: bool,
    /// Whether `X-Total-Count` leaves hidden rows out.
    pub count_excludes_hidden: bool,
    /// Whether stats of a table are answered, of all rows, to those from whom ACLs hide some.
    pub stats_of_hidden: bool,
    /// Whether there is a `Link` with `sysparm_no_count=true`, of `first`, `prev` and `next`.
    pub link_without_count: bool,
    /// Whether there is a `Link` on a page of which ACLs hide all rows.
    pub link_without_rows: bool,
    /// Whether each group of `^NQ` is ordered by itself, the first group first.
    pub order_by_group: bool,
    /// Lists of which a page has more rows than this end as "Transaction cancelled".
    pub quota_rows: Option<usize>,
    /// Requests of a batch that are serviced; those after them come back by their ids.
    pub batch_requests: usize,
    /// Tables whose deletes leave no `sys_audit_delete`.
    pub no_audit_delete: Vec<String>,
    /// Whether `sysparm_suppress_auto_sys_field` is obeyed.
    pub suppress_auto_sys_field: bool,
    /// The zone of users who have none.
    #[serde(deserialize_with = "given::zone")]
    pub time_zone: String,
    /// The date format of users who have none, in Java's letters.
    #[serde(deserialize_with = "given::date_format")]
    pub date_format: String,
    /// Steps of life for each second that the clock goes on.
    #[serde(deserialize_with = "given::pace")]
    pub life: u32,
    /// Whether roles, properties, descriptions of tables and traces of deletes may be read and
    /// written, and people written, by those who are no administrators.
    pub open_system_tables: bool,
    /// Who may read and write what.
    pub acls: Vec<Acl>,
    /// Which origins browsers may call from.
    pub cors: Vec<CorsRule>,
    /// How many requests an hour.
    pub rate_limits: Vec<RateLimit>,
    /// Whether counts are merged every 30 s only.
    pub rate_lag: bool,
}

/// What a query means that names an unknown field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownFields {
    /// The clause is dropped, and every row matches it.
    Ignore,
    /// As with `glide.invalid_query.returns_no_rows`.
    NoRows,
    /// 403, as newer instances answer.
    Forbid,
}

/// One rule; it binds everybody who is no administrator and has none of its roles.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acl {
    /// The table.
    pub table: String,
    /// What is closed.
    pub closes: Closes,
    /// Roles that may all the same.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The field, for `field` and `query_range`.
    #[serde(default)]
    pub field: String,
    /// The rows, as an encoded query, for `rows` and `before_query`; the rule's name for `abort`.
    #[serde(default)]
    pub query: String,
}

/// What a rule closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closes {
    /// The table to the REST API.
    Api,
    /// Reading the table.
    Table,
    /// Rows, after the limit was applied; they stay in the count.
    Rows,
    /// Rows, before everything else; they are not in the count.
    BeforeQuery,
    /// One field of every row.
    Field,
    /// Ranges and order by one field.
    QueryRange,
    /// Inserts.
    Insert,
    /// Updates.
    Update,
    /// Deletes.
    Delete,
    /// All writes, by a business rule.
    Abort,
}

/// What browsers of other origins may do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsRule {
    /// `https://portal.example` or `https://*.portal.example`.
    pub domain: Domain,
    /// Methods.
    #[serde(deserialize_with = "given::methods")]
    pub methods: Vec<String>,
    /// Headers that scripts may read.
    #[serde(default, deserialize_with = "given::headers")]
    pub expose: Vec<String>,
    /// Seconds that a preflight is good for.
    #[serde(default)]
    pub max_age: u32,
}

/// How many requests an hour somebody may send.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// The rule's id, in `X-RateLimit-Rule`.
    #[serde(deserialize_with = "given::header")]
    pub id: String,
    /// Requests an hour; 0 lets none through.
    pub limit: u32,
    /// For this user only.
    #[serde(default)]
    pub user: Option<String>,
    /// For this role only.
    #[serde(default)]
    pub role: Option<String>,
    /// For this table only.
    #[serde(default)]
    pub table: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let grants = [
            "password",
            "refresh_token",
            "authorization_code",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ];
        Self {
            unknown_fields: UnknownFields::Ignore,
            ignore_case: true,
            drop_scripts: false,
            basic_gate: true,
            grants: grants.map(str::to_owned).to_vec(),
            state_required: true,
            state_before_redirect: true,
            access_seconds: 1800,
            refresh_seconds: 8_640_000,
            code_seconds: 60,
            refresh_for_public: true,
            rotate_refresh: false,
            hibernating: false,
            sso: None,
            unknown_path_status: 400,
            unauthenticated: "User is not authenticated".to_owned(),
            challenges: vec!["BASIC realm=\"Service-now\"".to_owned()],
            rest_role: false,
            scoped_clients: Vec::new(),
            accept_required: false,
            negative_offset: false,
            count_told: true,
            count_excludes_hidden: false,
            stats_of_hidden: false,
            link_without_count: false,
            link_without_rows: true,
            order_by_group: false,
            quota_rows: None,
            batch_requests: 1000,
            no_audit_delete: Vec::new(),
            suppress_auto_sys_field: true,
            time_zone: "America/Los_Angeles".to_owned(),
            date_format: "yyyy-MM-dd HH:mm:ss".to_owned(),
            life: 0,
            open_system_tables: false,
            acls: Vec::new(),
            cors: Vec::new(),
            rate_limits: Vec::new(),
            rate_lag: false,
        }
    }
}
