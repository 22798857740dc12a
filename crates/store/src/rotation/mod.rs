//! Other keys for what is sealed already. Each step is a transaction that may be repeated, and
//! stores that are open go on working after each.

mod add_data_key;
mod reseal;
mod wrap_data_keys;

pub(crate) use add_data_key::{ADD_DATA_KEY, LOCK_DATA_KEYS};
pub(crate) use reseal::{
    FIND_AGENT_TOKENS, FIND_CREDENTIALS, FIND_SERVICE_KEYS, FIND_SIGNING_KEYS, RESEAL_AGENT_TOKEN,
    RESEAL_CREDENTIAL, RESEAL_SERVICE_KEY, RESEAL_SIGNING_KEY,
};
pub(crate) use wrap_data_keys::WRAP_DATA_KEY;
