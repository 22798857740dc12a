use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::Rng;

macro_rules! guid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a GUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The GUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Takes the hyphenated form only, in any case; printing gives lower case.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // `Uuid` alone would take braces, `urn:uuid:` and no hyphens as well.
                let expected = if text.len() == 36 { text } else { "" };
                Uuid::try_parse(expected).map(Self)
            }
        }
    };
}

guid_newtype! {
    /// The Entra tenant that data belongs to.
    TenantId
}

guid_newtype! {
    /// The key of a connection, given by the service.
    ConnectionId
}

impl ConnectionId {
    /// A new random key.
    pub fn random(rng: &dyn Rng) -> Self {
        Self(rng.uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_a_guid() {
        let upper = "315BC12C-C12C-315B-2CC1-5B312CC15B31";
        let id: ConnectionId = upper.parse().unwrap();
        assert_eq!(id.to_string(), upper.to_lowercase());
        for wrong in
            ["", "315bc12cc12c315b2cc15b312cc15b31", "{315bc12c-c12c-315b-2cc1-5b312cc15b31}"]
        {
            assert!(wrong.parse::<ConnectionId>().is_err(), "{wrong}");
        }
    }
}
