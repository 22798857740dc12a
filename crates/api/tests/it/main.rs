//! The real router on both databases.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what is not there ends the test, in its helpers too"
)]

mod audit;
mod auth;
mod batch;
mod body;
mod capabilities;
mod conditions;
mod connector;
mod cors;
mod count;
mod create;
mod dates;
mod delete;
mod device_management;
mod docs;
mod errors;
mod etag;
mod filter;
mod functions;
mod get;
mod given;
mod gzip;
mod headers;
mod health;
mod input;
mod isolation;
mod limits;
mod list;
mod metadata;
mod multipart;
mod negotiation;
mod order;
mod outage;
mod paging;
mod patch;
mod paths;
mod prefer;
mod race;
mod random;
mod rate_limit;
mod roles;
mod scene;
mod select;
mod shop;
mod shown;
mod tcp;
mod tenant;
mod token_endpoint;
mod update;
mod urls;
