use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use identity::{CreateAccountError, Denied, SignInError};
use store::{AccountError, ListError, StoreError};

use crate::http::FormError;
use crate::page::{self, Frame};

/// Why there is no such page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// Nothing is there.
    #[error("there is no such page")]
    NotFound,
    /// It is there, but not for that.
    #[error("the method is not allowed")]
    MethodNotAllowed,
    /// The person may not.
    #[error("the person may not")]
    Denied(#[from] Denied),
    /// `live.visibility` is `agent`.
    #[error("incidents are shown by own rights alone")]
    OwnRightsOnly,
    /// It is for somebody else to do.
    #[error("nobody changes the own account")]
    OwnAccount,
    /// Nothing of the form was looked at.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// So it did when it was to find rows.
    #[error("the rows could not be listed")]
    List(#[from] ListError),
    /// A password could not be hashed, or the process ends.
    #[error("an account could not be made")]
    Account(#[source] CreateAccountError),
    /// The process ends.
    #[error("nobody could be signed in")]
    SignIn(#[source] SignInError),
    /// A page could not be rendered.
    #[error("a page could not be rendered")]
    Render(#[from] askama::Error),
    /// A mistake in the program.
    #[error("a handler panicked")]
    Panicked,
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    frame: Frame,
    message: &'static str,
    advice: &'static str,
}

pub(crate) async fn not_found() -> PageError {
    PageError::NotFound
}

pub(crate) async fn method_not_allowed() -> PageError {
    PageError::MethodNotAllowed
}

impl PageError {
    /// The status, and what the person reads.
    fn shown(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "There is no such page",
                "What it showed may have been deleted.",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "There is no such page",
                "Follow a link or use a form of this site.",
            ),
            Self::Denied(_) => (
                StatusCode::FORBIDDEN,
                "You may not see this",
                "Your roles do not allow it. An administrator can give you another one.",
            ),
            Self::OwnRightsOnly => (
                StatusCode::FORBIDDEN,
                "Incidents are not shown here",
                "This service shows them by the rights that you have in ServiceNow alone. Sign in there, \
                 on the page Troubleshoot.",
            ),
            Self::OwnAccount => (
                StatusCode::CONFLICT,
                "This is your own account",
                "Another connector administrator can change or remove it. Nothing was changed.",
            ),
            Self::Form(FormError::Token | FormError::OtherSite) => (
                StatusCode::FORBIDDEN,
                "This form is too old",
                "You have signed in or out since it was shown. Nothing was changed. Go back, load \
                 the page anew and try again.",
            ),
            Self::Form(FormError::NoForm) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "This is no form",
                "Use the forms of this site; programs have the API.",
            ),
            Self::Form(FormError::Body) => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "The form could not be read",
                "It is too long, or the connection broke. Nothing was changed.",
            ),
            Self::Store(_) | Self::List(_) | Self::Account(_) | Self::SignIn(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer",
                "Try again in a moment. If it lasts, tell whoever runs this service.",
            ),
            Self::Render(_) | Self::Panicked => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "It is a mistake of this service. Tell whoever runs it, and when it was.",
            ),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, message, advice) = self.shown();
        if status.is_server_error() {
            tracing::error!(error = &self as &dyn std::error::Error, "a page failed");
        }
        let page = Page { frame: Frame::outside(message), message, advice };
        match page.render() {
            Ok(html) => page::html(status, html),
            Err(_) => (status, message).into_response(),
        }
    }
}

impl From<CreateAccountError> for PageError {
    fn from(error: CreateAccountError) -> Self {
        match error {
            CreateAccountError::Store(AccountError::Store(error)) => Self::Store(error),
            error => Self::Account(error),
        }
    }
}
