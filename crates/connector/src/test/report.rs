use serde::Serialize;

/// How a test went, step by step. This is the body of `POST …/test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// The worst of its steps.
    pub status: TestStatus,
    /// All steps, in order.
    pub steps: Vec<Step>,
    /// Rows that the query of the sync has, by the count of the instance.
    pub matched: Option<u64>,
    /// Rows that came with its first page.
    pub readable: Option<u64>,
}

/// How a whole test went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TestStatus {
    /// Incidents can be read.
    Passed,
    /// They can, but something is not as it should be.
    Warning,
    /// They cannot.
    Failed,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// How it went.
    pub status: StepStatus,
    /// How long it took.
    pub duration_ms: u64,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The steps of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepName {
    /// The URLs are good, and the host is listed.
    Policy,
    /// The host has an address that may be called.
    Resolve,
    /// Something listens there.
    Connect,
    /// Its certificate is good.
    Tls,
    /// The credential signs in.
    Token,
    /// The account may read incidents.
    Role,
    /// The path leads to a table.
    Table,
    /// The query of the sync is obeyed.
    SyncQuery,
    /// All fields can be read.
    Fields,
    /// Rows come as they should.
    Sample,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepStatus {
    /// As it should.
    Passed,
    /// Well enough to go on.
    Warning,
    /// Not well enough.
    Failed,
    /// It was not tried, since an earlier one failed.
    Skipped,
}

impl TestReport {
    /// Whether the table was asked as a sync asks it, which counts as a query of incidents.
    pub fn has_queried(&self) -> bool {
        self.readable.is_some()
    }
}

impl TestStatus {
    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl StepStatus {
    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl StepName {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Policy,
        Self::Resolve,
        Self::Connect,
        Self::Tls,
        Self::Token,
        Self::Role,
        Self::Table,
        Self::SyncQuery,
        Self::Fields,
        Self::Sample,
    ];

    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Token => "token",
            Self::Role => "role",
            Self::Table => "table",
            Self::SyncQuery => "syncQuery",
            Self::Fields => "fields",
            Self::Sample => "sample",
        }
    }
}
