//! People who sign in to the console with a name and a password.

mod administer;
mod attempts;
mod change_password;
mod create;
mod first;
mod name;
mod password;
mod sign_in;

pub use administer::{add_account, delete_account, replace_password, set_roles};
pub use change_password::ChangePasswordError;
pub use create::{CreateAccountError, NewAccount, create_account, set_password};
pub use first::{SetupLink, SetupLinkError, offer_first_account};
pub use name::{UserName, UserNameError};
pub use password::{HashError, NewPassword, PasswordError};
pub use sign_in::{SignIn, SignInError};
