use secrecy::{ExposeSecret as _, SecretString};

use super::members::{Given, Members};
use super::{Credential, CredentialKind, CredentialMember, KIND, pem};

/// A credential that was refused. Says which member is wrong, never what it holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// No JSON.
    #[error("the credential is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
    },
    /// JSON, but no object.
    #[error("the credential must be a JSON object")]
    NotAnObject,
    /// One of its members.
    #[error("{member} {rule}")]
    Member {
        /// Which one.
        member: String,
        /// What is wrong with it.
        rule: MemberRule,
    },
}

/// A rule that a member breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MemberRule {
    /// No kind has it.
    #[error("is not a member of a credential")]
    Unknown,
    /// Another kind has it.
    #[error("is not a member of kind {0}")]
    OfAnotherKind(CredentialKind),
    /// There twice.
    #[error("must not be given twice")]
    Repeated,
    /// Not there.
    #[error("is missing")]
    Missing,
    /// Null, a number or the like.
    #[error("must be a text")]
    NotText,
    /// A kind that there is not.
    #[error(
        "must be one of clientCredentials, password, refreshToken, jwtBearer, apiKey and basic"
    )]
    UnknownKind,
    /// Nothing in it.
    #[error("must not be empty")]
    Empty,
    /// Too much in it.
    #[error("must not be longer than {0} bytes")]
    TooLong(usize),
    /// A line break or the like.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// It could not be sent.
    #[error("must consist of ASCII characters without blanks")]
    NotVisible,
    /// Name and password are sent with a colon between.
    ///
    /// Source: RFC 7617 section 2.
    #[error("must not contain a colon")]
    Colon,
    /// Not a key.
    #[error("must be one RSA private key in PEM form")]
    Pem,
    /// A key under a pass phrase.
    #[error("must be a private key without a pass phrase")]
    EncryptedKey,
    /// A key that RS256 cannot be signed with.
    #[error("must be an RSA key, not one of another algorithm")]
    OtherKey,
}

/// Longest text of a member, in bytes; it has to fit into a form or a header.
const MAX_BYTES: usize = 8 << 10;
const MAX_PEM_BYTES: usize = 16 << 10;

impl Credential {
    /// Reads the JSON that the API takes, strictly.
    pub fn from_json(json: &[u8]) -> Result<Self, CredentialError> {
        let Members(mut given) = serde_json::from_slice(json).map_err(|error| {
            if error.is_data() {
                CredentialError::NotAnObject
            } else {
                CredentialError::NotJson { line: error.line(), column: error.column() }
            }
        })?;
        let kind = take(&mut given, KIND)?.ok_or_else(|| wrong(KIND, MemberRule::Missing))?;
        let kind = CredentialKind::named(kind.expose_secret())
            .ok_or_else(|| wrong(KIND, MemberRule::UnknownKind))?;
        let mut texts = Vec::new();
        for member in kind.members() {
            if let Some(text) = take(&mut given, member.name())? {
                texts.push((*member, text));
            }
        }
        if let Some((name, _)) = given.first() {
            return Err(surplus(name, kind));
        }
        Self::of(kind, texts)
    }

    /// Puts a credential together; every member of the kind has to be there.
    pub fn of(
        kind: CredentialKind,
        texts: impl IntoIterator<Item = (CredentialMember, SecretString)>,
    ) -> Result<Self, CredentialError> {
        use CredentialMember as Member;
        let texts: Vec<_> = texts.into_iter().collect();
        let secret = |member: Member| {
            let text = texts.iter().find(|(given, _)| *given == member).map(|(_, text)| text);
            let text = text.ok_or_else(|| wrong(member.name(), MemberRule::Missing))?;
            check(kind, member, text.expose_secret()).map_err(|rule| wrong(member.name(), rule))?;
            Ok::<_, CredentialError>(text.clone())
        };
        let plain = |member| Ok(secret(member)?.expose_secret().to_owned());
        Ok(match kind {
            CredentialKind::ClientCredentials => {
                Self::ClientCredentials { client_secret: secret(Member::ClientSecret)? }
            }
            CredentialKind::Password => Self::Password {
                client_secret: secret(Member::ClientSecret)?,
                user_name: plain(Member::UserName)?,
                password: secret(Member::Password)?,
            },
            CredentialKind::RefreshToken => Self::RefreshToken {
                client_secret: secret(Member::ClientSecret)?,
                refresh_token: secret(Member::RefreshToken)?,
            },
            CredentialKind::JwtBearer => Self::JwtBearer {
                client_secret: secret(Member::ClientSecret)?,
                private_key: secret(Member::PrivateKey)?,
                key_id: plain(Member::KeyId)?,
                subject: plain(Member::Subject)?,
            },
            CredentialKind::ApiKey => Self::ApiKey { api_key: secret(Member::ApiKey)? },
            CredentialKind::Basic => Self::Basic {
                user_name: plain(Member::UserName)?,
                password: secret(Member::Password)?,
            },
        })
    }
}

/// Takes a member out of what was given. Names ignore case, as everywhere in the API.
fn take(
    given: &mut Vec<(String, Given)>,
    name: &'static str,
) -> Result<Option<SecretString>, CredentialError> {
    let mut found = given.extract_if(.., |(given, _)| given.eq_ignore_ascii_case(name));
    let first = found.next();
    if found.next().is_some() {
        return Err(wrong(name, MemberRule::Repeated));
    }
    match first {
        None => Ok(None),
        Some((_, Given::Text(text))) => Ok(Some(text)),
        Some((_, Given::Other)) => Err(wrong(name, MemberRule::NotText)),
    }
}

fn check(kind: CredentialKind, member: CredentialMember, text: &str) -> Result<(), MemberRule> {
    use CredentialMember as Member;
    let longest = if member == Member::PrivateKey { MAX_PEM_BYTES } else { MAX_BYTES };
    if text.is_empty() {
        return Err(MemberRule::Empty);
    }
    if text.len() > longest {
        return Err(MemberRule::TooLong(longest));
    }
    if member == Member::PrivateKey {
        return pem::check(text);
    }
    if text.contains(char::is_control) {
        return Err(MemberRule::ControlCharacter);
    }
    match member {
        Member::ApiKey | Member::RefreshToken if !text.bytes().all(|b| b.is_ascii_graphic()) => {
            Err(MemberRule::NotVisible)
        }
        Member::UserName if kind == CredentialKind::Basic && text.contains(':') => {
            Err(MemberRule::Colon)
        }
        _ => Ok(()),
    }
}

/// A name that nobody knows may be a secret at a wrong place.
fn surplus(name: &str, kind: CredentialKind) -> CredentialError {
    let known = CredentialKind::ALL.iter().flat_map(|kind| kind.members());
    let member = known.map(|member| member.name()).find(|known| known.eq_ignore_ascii_case(name));
    match member {
        Some(member) => wrong(member, MemberRule::OfAnotherKind(kind)),
        None => wrong(&shown(name), MemberRule::Unknown),
    }
}

/// Enough of a name to find it by.
fn shown(name: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '-');
    if name.len() <= 40 && name.chars().all(is_name) && !name.is_empty() {
        name.to_owned()
    } else {
        "something".to_owned()
    }
}

fn wrong(member: &str, rule: MemberRule) -> CredentialError {
    CredentialError::Member { member: member.to_owned(), rule }
}
