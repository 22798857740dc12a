use crate::expr::ExprError;
use crate::url::DecodeError;

/// Why the query of a URL cannot be used. The texts are for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields are what the messages print")]
pub enum QueryError {
    /// More bytes or options than any request needs.
    #[error("The query is too long: more than {0}.")]
    TooLong(&'static str),
    /// A name or a value that cannot be decoded.
    #[error("The query option '{option}' is not valid: {error}.")]
    Encoding { option: String, error: DecodeError },
    /// A system query option or an alias twice, whatever its case and with or without `$`.
    #[error("The query option '{0}' is given more than once.")]
    Duplicate(String),
    /// A name with `$` that OData does not define.
    #[error("The query option '{0}' is not a system query option.")]
    Unknown(String),
    /// A system query option that this resource does not take.
    #[error("The query option '{0}' cannot be applied to the requested resource.")]
    Misplaced(&'static str),
    /// Not a non-negative integer.
    #[error(
        "Invalid value '{text}' for the query option '{option}': expected a non-negative integer."
    )]
    Number { option: &'static str, text: String },
    /// Neither a positive integer nor `max`.
    #[error(
        "Invalid value '{text}' for the query option '$levels': expected a positive integer or 'max'."
    )]
    Levels { text: String },
    /// Neither `true` nor `false`.
    #[error("Invalid value '{text}' for the query option '{option}': expected true or false.")]
    Boolean { option: &'static str, text: String },
    /// The value has the wrong grammar, names what is not there, or asks for what is not served.
    #[error("{}: {error}", beginning(option))]
    Value { option: &'static str, error: ExprError },
}

/// Microsoft Graph's words where they are known.
fn beginning(option: &str) -> String {
    match option {
        "$select" | "$expand" => "Parsing OData Select and Expand failed".to_owned(),
        _ => format!("Invalid value for the query option '{option}'"),
    }
}

impl QueryError {
    /// The option at fault, where it is one.
    pub fn option(&self) -> Option<&str> {
        match self {
            Self::TooLong(_) => None,
            Self::Encoding { option, .. } | Self::Duplicate(option) | Self::Unknown(option) => {
                Some(option)
            }
            Self::Levels { .. } => Some("$levels"),
            Self::Misplaced(option)
            | Self::Number { option, .. }
            | Self::Boolean { option, .. }
            | Self::Value { option, .. } => Some(option),
        }
    }
}
