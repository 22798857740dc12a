use std::fmt;

/// Where in a body the reader is: names joined by `/`, built only when somebody asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'a> {
    Root,
    Property(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (outer, separator) = match self {
            Self::Root => return Ok(()),
            Self::Property(outer, _) | Self::Item(outer, _) => {
                (outer, if matches!(outer, Self::Root) { "" } else { "/" })
            }
        };
        write!(f, "{outer}{separator}")?;
        match self {
            Self::Root => Ok(()),
            // A name may come from the client and be as long as the body.
            Self::Property(_, name) => write!(f, "{name:.100}"),
            Self::Item(_, index) => write!(f, "{index}"),
        }
    }
}

/// Text of a client as far as an error shows it.
pub(super) fn shown(text: &str) -> String {
    format!("{text:.100}")
}
