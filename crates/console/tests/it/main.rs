//! The pages, through the real router, on both databases.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "what is not there ends the test, in its helpers too"
)]

mod accounts;
mod audit;
mod coding;
mod connectors;
mod credential;
mod export;
mod first_administrator;
mod fixture;
mod hostile;
mod issuer;
mod markup;
mod odd;
mod openid;
mod overview;
mod own_rights;
mod password;
mod session;
mod sign_in;
mod sign_out;
mod templates;
mod test_steps;
mod troubleshoot;
mod visitor;
