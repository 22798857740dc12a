use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use identity::{Access, SignedIn, authorize};

use crate::asset::{self, Asset};
use crate::error::PageError;

/// What is around the content of every page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) title: String,
    /// `None` for whoever is not signed in.
    pub(crate) user: Option<User>,
    pub(crate) style: &'static Asset,
    pub(crate) script: &'static Asset,
    pub(crate) icon: &'static Asset,
}

/// Who is signed in, and what is shown of the navigation.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each shows an entry of the navigation")]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) roles: String,
    pub(crate) form_token: String,
    pub(crate) place: Place,
    pub(crate) sees_connections: bool,
    pub(crate) sees_incidents: bool,
    pub(crate) sees_audit: bool,
    pub(crate) sees_accounts: bool,
    /// Whether the person has a password here.
    pub(crate) has_password: bool,
}

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Overview,
    Connectors,
    Troubleshoot,
    Audit,
    Accounts,
    /// None of them.
    Own,
}

impl Frame {
    /// For whoever is signed in.
    pub(crate) fn of(who: &SignedIn, place: Place, title: impl Into<String>) -> Self {
        let titles: Vec<_> = who.roles.iter().map(|role| role.title()).collect();
        let may = |access| authorize(&who.principal, access).is_ok();
        let user = User {
            name: who.user_name.clone(),
            roles: titles.join(", "),
            form_token: who.form_token().to_owned(),
            place,
            sees_connections: may(Access::ReadConnections),
            sees_incidents: may(Access::ReadIncidents),
            sees_audit: may(Access::ReadAudit),
            has_password: who.has_password,
            sees_accounts: may(Access::WriteConnections),
        };
        Self { user: Some(user), ..Self::outside(title) }
    }

    /// For anybody.
    pub(crate) fn outside(title: impl Into<String>) -> Self {
        let (style, script, icon) = (asset::style(), asset::script(), asset::icon());
        Self { title: title.into(), user: None, style, script, icon }
    }

    pub(crate) fn sees_audit(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.sees_audit)
    }

    /// The value of the hidden field in every form of the session.
    pub(crate) fn form_token(&self) -> &str {
        self.user.as_ref().map_or("", |user| user.form_token.as_str())
    }
}

impl User {
    pub(crate) fn is_at_overview(&self) -> bool {
        self.place == Place::Overview
    }

    pub(crate) fn is_at_connectors(&self) -> bool {
        self.place == Place::Connectors
    }

    pub(crate) fn is_at_troubleshoot(&self) -> bool {
        self.place == Place::Troubleshoot
    }

    pub(crate) fn is_at_accounts(&self) -> bool {
        self.place == Place::Accounts
    }

    pub(crate) fn is_at_audit(&self) -> bool {
        self.place == Place::Audit
    }
}

/// A whole page.
pub(crate) fn render(page: &impl Template) -> Result<Response, PageError> {
    render_with(StatusCode::OK, page)
}

/// A whole page that is no success.
pub(crate) fn render_with(status: StatusCode, page: &impl Template) -> Result<Response, PageError> {
    Ok(html(status, page.render()?))
}

pub(crate) fn html(status: StatusCode, html: String) -> Response {
    let mut answer = (status, html).into_response();
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
