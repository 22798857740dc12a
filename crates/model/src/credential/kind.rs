use std::fmt;

/// How a credential signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// OAuth's grant of that name.
    ClientCredentials,
    /// OAuth's grant of that name.
    Password,
    /// OAuth's grant of that name.
    RefreshToken,
    /// OAuth's grant of RFC 7523.
    JwtBearer,
    /// A key in a header of every request.
    ApiKey,
    /// Name and password in a header of every request.
    Basic,
}

/// A part of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialMember {
    /// `clientSecret`
    ClientSecret,
    /// `userName`
    UserName,
    /// `password`
    Password,
    /// `refreshToken`
    RefreshToken,
    /// `privateKey`
    PrivateKey,
    /// `keyId`
    KeyId,
    /// `subject`
    Subject,
    /// `apiKey`
    ApiKey,
}

impl CredentialKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ClientCredentials,
        Self::Password,
        Self::RefreshToken,
        Self::JwtBearer,
        Self::ApiKey,
        Self::Basic,
    ];

    /// The word in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "clientCredentials",
            Self::Password => "password",
            Self::RefreshToken => "refreshToken",
            Self::JwtBearer => "jwtBearer",
            Self::ApiKey => "apiKey",
            Self::Basic => "basic",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a credential of the kind consists of; all of it is needed, and nothing else allowed.
    pub const fn members(self) -> &'static [CredentialMember] {
        use CredentialMember as Member;
        match self {
            Self::ClientCredentials => &[Member::ClientSecret],
            Self::Password => &[Member::ClientSecret, Member::UserName, Member::Password],
            Self::RefreshToken => &[Member::ClientSecret, Member::RefreshToken],
            Self::JwtBearer => {
                &[Member::ClientSecret, Member::KeyId, Member::Subject, Member::PrivateKey]
            }
            Self::ApiKey => &[Member::ApiKey],
            Self::Basic => &[Member::UserName, Member::Password],
        }
    }
}

impl CredentialMember {
    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSecret => "clientSecret",
            Self::UserName => "userName",
            Self::Password => "password",
            Self::RefreshToken => "refreshToken",
            Self::PrivateKey => "privateKey",
            Self::KeyId => "keyId",
            Self::Subject => "subject",
            Self::ApiKey => "apiKey",
        }
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
