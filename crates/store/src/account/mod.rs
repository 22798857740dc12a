//! People who sign in to the console.

mod administer;
mod create;
mod delete;
mod find;
mod first;
mod list;
mod row;
mod set_password;
mod vouch_for;

pub use administer::AccountChange;
pub(crate) use administer::SET_ROLES;
pub use create::AccountError;
pub(crate) use create::{INSERT_ACCOUNT, INSERT_NAME};
pub(crate) use delete::{DELETE_ACCOUNT, DELETE_NAME};
pub(crate) use find::FIND_ACCOUNT;
pub(crate) use first::{ANY_ACCOUNT, DELETE_LINKS, INSERT_LINK, LOAD_LINK};
pub(crate) use list::LIST_ACCOUNTS;
pub use row::Account;
pub(crate) use row::{read, select_account};
pub(crate) use set_password::{SET_PASSWORD, delete_sessions};
pub(crate) use vouch_for::VOUCH_FOR_ACCOUNT;
