//! Test connection: the way to the incidents, step by step, with the very query of the sync.

mod connect;
mod course;
mod fields;
mod policy;
mod probe;
mod report;
mod resolve;
mod role;
mod sample;
mod stored;
mod sync_query;
mod table;
mod tls;
mod token;

use std::future::ready;
use std::time::SystemTime;

use servicenow::{Filter, Session};

use crate::{Door, Site, SiteError, Trouble};
use course::Course;
use sync_query::FirstPage;

pub use course::Told;
pub use report::{Step, StepName, StepStatus, TestReport, TestStatus};
pub use stored::ConnectionTest;

/// What is tested.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The way out.
    pub door: &'a Door,
    /// Where the connection leads, or why nowhere.
    pub site: Result<Site, SiteError>,
    /// Calls as the account of the connection, or why there are none. It has not signed in yet, so
    /// that signing in is tested.
    pub session: Result<Session, Trouble>,
    /// `sync.query`
    pub filter: Filter,
    /// `sync.page_size`
    pub page_size: u32,
    /// When.
    pub now: SystemTime,
}

/// Tries whether incidents can be read, and says what is in the way; `told` hears of each step.
pub async fn test(trial: &Trial<'_>, told: Told<'_>) -> TestReport {
    let mut course = Course::new(told);
    let page = walk(trial, &mut course).await;
    course.report(page.as_ref().and_then(|page| page.total), page.map(|page| page.rows))
}

/// All steps up to the first that fails. A page that came is known, whatever follows it.
async fn walk(trial: &Trial<'_>, course: &mut Course<'_>) -> Option<FirstPage> {
    let site = course.take(StepName::Policy, ready(policy::judge(trial))).await?;
    let addresses = course.take(StepName::Resolve, resolve::addresses(trial, &site)).await?;
    course.take(StepName::Connect, connect::reach(trial, &site, &addresses)).await?;
    course.take(StepName::Tls, tls::greet(trial, &site)).await?;
    let session = course.take(StepName::Token, token::sign_in(trial)).await?;
    let looked = course.take(StepName::Role, role::look(trial, &site, session)).await?;
    let seen = course.take(StepName::Table, ready(table::judge(trial, &site, looked))).await?;
    let page =
        course.take(StepName::SyncQuery, sync_query::ask(trial, &site, session, &seen)).await?;
    course.take(StepName::Fields, ready(Ok(fields::compare(&page)))).await;
    course.take(StepName::Sample, ready(Ok(sample::count(&page)))).await;
    Some(page)
}
