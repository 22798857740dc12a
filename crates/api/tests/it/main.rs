//! The real router on both databases.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what is not there ends the test, in its helpers too"
)]

mod auth;
mod cors;
mod docs;
mod errors;
mod etag;
mod given;
mod gzip;
mod headers;
mod health;
mod limits;
mod metadata;
mod negotiation;
mod outage;
mod paths;
mod prefer;
mod proxy;
mod rate_limit;
mod roles;
mod tcp;
mod tenant;
mod token_endpoint;
mod update;
